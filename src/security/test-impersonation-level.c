/* SPDX-License-Identifier: MIT */
#include "security/impersonation_level.h"

#include "base/test.h"
#include "security/privilege.h"

enum { OUR_SESSION = 0x5000, OTHER_SESSION = 0x6000 };

#define ALICE  "S-1-5-21-1-2-3-1001"
#define BOB    "S-1-5-21-1-2-3-1002"
#define LOW    "S-1-16-4096"
#define MEDIUM "S-1-16-8192"
#define HIGH   "S-1-16-12288"

/* What the rule looks at; the label is Medium if none is named. */
struct facts {
    const char *user;
    uint64_t session;
    uint64_t origin;
    uint64_t enabled;
    const char *restricted; /* to this SID; NULL: it is not */
    const char *label;
};

static sid_buffer sid_of(const char *text)
{
    sid_buffer sid;

    assert_ok(sid_from_text(&sid, NULL, text, strlen(text)));
    return sid;
}

static token_image *make(const struct facts *facts)
{
    sid_buffer user_sid = sid_of(facts->user), everyone = sid_of("S-1-1-0");
    sid_buffer label = sid_of(facts->label ? facts->label : MEDIUM);
    sid_buffer restricting = sid_of(facts->restricted ? facts->restricted : "S-1-1-0");
    SID_AND_ATTRIBUTES user = { &user_sid, 0 };
    SID_AND_ATTRIBUTES groups[] = {
        { &everyone, SE_GROUP_MANDATORY | SE_GROUP_ENABLED },
        { &label, SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED },
    };
    SID_AND_ATTRIBUTES restricted = { &restricting, SE_GROUP_MANDATORY | SE_GROUP_ENABLED };
    struct token_spec spec = {
        .token_id = 0x20000,
        .authentication_id = facts->session,
        .origin_id = facts->origin,
        .modified_id = 0x20001,
        .type = TokenPrimary,
        .level = SecurityImpersonation,
        .elevation_type = TokenElevationTypeDefault,
        .source_name = "Test",
        .user = &user,
        .groups = groups,
        .n_groups = ARRAY_SIZE(groups),
        .restricted = &restricted,
        .n_restricted = facts->restricted ? 1 : 0,
        .primary_group = &everyone,
        .privileges_present = PRIVILEGE_MASK_ALL,
        .privileges_enabled = facts->enabled,
        .uid = UINT32_MAX,
        .gid = UINT32_MAX,
    };
    token_image *image;

    assert_ok(token_image_build(&image, &spec));
    return image;
}

static const struct {
    const char *why;
    struct facts process, client;
    SECURITY_IMPERSONATION_LEVEL level, allowed;
} cases[] = {
    { "another's token",
      { ALICE, OUR_SESSION, 0, 0, NULL, NULL },
      { BOB, OTHER_SESSION, OTHER_SESSION, 0, NULL, NULL },
      SecurityImpersonation,
      SecurityIdentification },
    { "delegation is lowered as well",
      { ALICE, OUR_SESSION, 0, 0, NULL, NULL },
      { BOB, OTHER_SESSION, OTHER_SESSION, 0, NULL, NULL },
      SecurityDelegation,
      SecurityIdentification },
    { "a low level stays",
      { ALICE, OUR_SESSION, 0, 0, NULL, NULL },
      { BOB, OTHER_SESSION, 0, 0, NULL, NULL },
      SecurityAnonymous,
      SecurityAnonymous },
    { "the privilege",
      { ALICE, OUR_SESSION, 0, PRIVILEGE_BIT(PRIVILEGE_IMPERSONATE), NULL, NULL },
      { BOB, OTHER_SESSION, 0, 0, NULL, NULL },
      SecurityDelegation,
      SecurityDelegation },
    { "another privilege does not help",
      { ALICE, OUR_SESSION, 0, PRIVILEGE_BIT(PRIVILEGE_DEBUG), NULL, NULL },
      { BOB, OTHER_SESSION, 0, 0, NULL, NULL },
      SecurityImpersonation,
      SecurityIdentification },
    { "the client's privilege does not help",
      { ALICE, OUR_SESSION, 0, 0, NULL, NULL },
      { BOB, OTHER_SESSION, 0, PRIVILEGE_BIT(PRIVILEGE_IMPERSONATE), NULL, NULL },
      SecurityImpersonation,
      SecurityIdentification },
    { "the same user",
      { ALICE, OUR_SESSION, 0, 0, NULL, NULL },
      { ALICE, OTHER_SESSION, 0, 0, NULL, NULL },
      SecurityImpersonation,
      SecurityImpersonation },
    { "the same user, but not so restricted",
      { ALICE, OUR_SESSION, 0, 0, "S-1-1-0", NULL },
      { ALICE, OTHER_SESSION, 0, 0, NULL, NULL },
      SecurityImpersonation,
      SecurityIdentification },
    { "the same user, both restricted",
      { ALICE, OUR_SESSION, 0, 0, "S-1-1-0", NULL },
      { ALICE, OTHER_SESSION, 0, 0, "S-1-1-0", NULL },
      SecurityImpersonation,
      SecurityImpersonation },
    { "the same user, restricted otherwise",
      { ALICE, OUR_SESSION, 0, 0, "S-1-1-0", NULL },
      { ALICE, OTHER_SESSION, 0, 0, "S-1-5-12", NULL },
      SecurityImpersonation,
      SecurityIdentification },
    { "the same user, more restricted",
      { ALICE, OUR_SESSION, 0, 0, NULL, NULL },
      { ALICE, OTHER_SESSION, 0, 0, "S-1-1-0", NULL },
      SecurityImpersonation,
      SecurityImpersonation },
    { "the same user at a higher integrity",
      { ALICE, OUR_SESSION, 0, 0, NULL, LOW },
      { ALICE, OUR_SESSION, 0, 0, NULL, MEDIUM },
      SecurityImpersonation,
      SecurityIdentification },
    { "the same user at a lower integrity",
      { ALICE, OUR_SESSION, 0, 0, NULL, MEDIUM },
      { ALICE, OUR_SESSION, 0, 0, NULL, LOW },
      SecurityDelegation,
      SecurityDelegation },
    { "a logon that our session asked for, at a higher integrity",
      { ALICE, OUR_SESSION, 0, 0, NULL, MEDIUM },
      { BOB, OTHER_SESSION, OUR_SESSION, 0, NULL, HIGH },
      SecurityImpersonation,
      SecurityIdentification },
    { "the privilege, at a higher integrity",
      { ALICE, OUR_SESSION, 0, PRIVILEGE_BIT(PRIVILEGE_IMPERSONATE), NULL, MEDIUM },
      { BOB, OTHER_SESSION, 0, 0, NULL, HIGH },
      SecurityImpersonation,
      SecurityImpersonation },
    { "a logon that our session asked for",
      { ALICE, OUR_SESSION, 0, 0, NULL, NULL },
      { BOB, OTHER_SESSION, OUR_SESSION, 0, NULL, NULL },
      SecurityImpersonation,
      SecurityImpersonation },
    { "no origin is nobody's, also of session 0",
      { ALICE, 0, 0, 0, NULL, NULL },
      { BOB, OTHER_SESSION, 0, 0, NULL, NULL },
      SecurityImpersonation,
      SecurityIdentification },
};

static void the_level_follows_the_rules(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(token_image_freep) token_image *process = make(&cases[i].process);
        _cleanup_(token_image_freep) token_image *client = make(&cases[i].client);
        SECURITY_IMPERSONATION_LEVEL got = impersonation_level_for(
            process, token_image_privileges_enabled(process), client, cases[i].level);

        if (got != cases[i].allowed)
            fail_msg("%s: level %d, not %d", cases[i].why, (int)got, (int)cases[i].allowed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_level_follows_the_rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
