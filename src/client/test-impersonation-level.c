/* SPDX-License-Identifier: MIT */
#include "client/impersonation.h"

#include "base/test.h"
#include "security/privilege.h"

enum { OUR_SESSION = 0x5000, OTHER_SESSION = 0x6000 };

/* What the rule looks at. */
struct facts {
    const char *user;
    uint64_t session;
    uint64_t origin;
    uint64_t enabled;
    bool restricted;
};

static token_image *make(const struct facts *facts)
{
    sid_buffer user_sid, everyone;
    SID_AND_ATTRIBUTES user = { &user_sid, 0 };
    SID_AND_ATTRIBUTES group = { &everyone, SE_GROUP_MANDATORY | SE_GROUP_ENABLED };
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
        .groups = &group,
        .n_groups = 1,
        .restricted = &group,
        .n_restricted = facts->restricted ? 1 : 0,
        .primary_group = &everyone,
        .privileges_present = PRIVILEGE_MASK_ALL,
        .privileges_enabled = facts->enabled,
        .uid = UINT32_MAX,
        .gid = UINT32_MAX,
    };
    token_image *image;

    assert_ok(sid_from_text(&user_sid, NULL, facts->user, strlen(facts->user)));
    assert_ok(sid_from_text(&everyone, NULL, "S-1-1-0", 7));
    assert_ok(token_image_build(&image, &spec));
    return image;
}

#define ALICE "S-1-5-21-1-2-3-1001"
#define BOB   "S-1-5-21-1-2-3-1002"

static const struct {
    const char *why;
    struct facts process, client;
    SECURITY_IMPERSONATION_LEVEL level, allowed;
} cases[] = {
    { "another's token",
      { ALICE, OUR_SESSION, 0, 0, false },
      { BOB, OTHER_SESSION, OTHER_SESSION, 0, false },
      SecurityImpersonation,
      SecurityIdentification },
    { "delegation is lowered as well",
      { ALICE, OUR_SESSION, 0, 0, false },
      { BOB, OTHER_SESSION, OTHER_SESSION, 0, false },
      SecurityDelegation,
      SecurityIdentification },
    { "a low level stays",
      { ALICE, OUR_SESSION, 0, 0, false },
      { BOB, OTHER_SESSION, 0, 0, false },
      SecurityAnonymous,
      SecurityAnonymous },
    { "the privilege",
      { ALICE, OUR_SESSION, 0, PRIVILEGE_BIT(PRIVILEGE_IMPERSONATE), false },
      { BOB, OTHER_SESSION, 0, 0, false },
      SecurityDelegation,
      SecurityDelegation },
    { "another privilege does not help",
      { ALICE, OUR_SESSION, 0, PRIVILEGE_BIT(PRIVILEGE_DEBUG), false },
      { BOB, OTHER_SESSION, 0, 0, false },
      SecurityImpersonation,
      SecurityIdentification },
    { "the client's privilege does not help",
      { ALICE, OUR_SESSION, 0, 0, false },
      { BOB, OTHER_SESSION, 0, PRIVILEGE_BIT(PRIVILEGE_IMPERSONATE), false },
      SecurityImpersonation,
      SecurityIdentification },
    { "the same user",
      { ALICE, OUR_SESSION, 0, 0, false },
      { ALICE, OTHER_SESSION, 0, 0, false },
      SecurityImpersonation,
      SecurityImpersonation },
    { "the same user, but not so restricted",
      { ALICE, OUR_SESSION, 0, 0, true },
      { ALICE, OTHER_SESSION, 0, 0, false },
      SecurityImpersonation,
      SecurityIdentification },
    { "the same user, both restricted",
      { ALICE, OUR_SESSION, 0, 0, true },
      { ALICE, OTHER_SESSION, 0, 0, true },
      SecurityImpersonation,
      SecurityImpersonation },
    { "a logon that our session asked for",
      { ALICE, OUR_SESSION, 0, 0, false },
      { BOB, OTHER_SESSION, OUR_SESSION, 0, false },
      SecurityImpersonation,
      SecurityImpersonation },
    { "no origin is nobody's, also of session 0",
      { ALICE, 0, 0, 0, false },
      { BOB, OTHER_SESSION, 0, 0, false },
      SecurityImpersonation,
      SecurityIdentification },
};

static void the_level_follows_the_rules(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(token_image_freep) token_image *process = make(&cases[i].process);
        _cleanup_(token_image_freep) token_image *client = make(&cases[i].client);
        SECURITY_IMPERSONATION_LEVEL got = impersonation_level_for(process, client, cases[i].level);

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
