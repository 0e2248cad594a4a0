/* SPDX-License-Identifier: MIT */
/* A token for tests: user S-1-5-21-1-2-3-3000 (uid 1000) with the usual groups. Include it once. */
#ifndef OPENLOGON_SECURITY_TEST_TOKEN_H
#define OPENLOGON_SECURITY_TEST_TOKEN_H

#include "base/test.h"

#include "security/privilege.h"
#include "security/token_image.h"

#define ENABLED_GROUP (SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED)

enum { TEST_GROUPS_MAX = 16 };

static inline sid_buffer sid_of(const char *text)
{
    sid_buffer sid;

    assert_ok(sid_from_text(&sid, NULL, text, strlen(text)));
    return sid;
}

struct test_sid {
    const char *text;
    uint32_t attributes;
};

/* Groups of test_spec(); index i here is index i + 1 in the image. */
static const struct test_sid test_groups[] = {
    { "S-1-5-21-1-2-3-3001", ENABLED_GROUP },           /* gid 1000, the primary group */
    { "S-1-1-0", ENABLED_GROUP },                       /* Everyone */
    { "S-1-5-32-544", ENABLED_GROUP | SE_GROUP_OWNER }, /* Administrators */
    { "S-1-5-32-545", ENABLED_GROUP },                  /* Users */
    { "S-1-5-32-546", SE_GROUP_USE_FOR_DENY_ONLY },     /* Guests */
    { "S-1-5-21-1-2-3-1055", 0 },                       /* gid 27, disabled */
    { "S-1-5-5-0-99", ENABLED_GROUP | (uint32_t)SE_GROUP_LOGON_ID },
    { "S-1-16-12288", SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED },
};

/* A spec and all that it points to. */
struct test_spec {
    struct token_spec spec;
    sid_buffer sids[1 + TEST_GROUPS_MAX];
    SID_AND_ATTRIBUTES entries[1 + TEST_GROUPS_MAX];
    uint32_t gids[3];
    ACL *dacl;
};

static inline void test_spec_init(struct test_spec *t)
{
    struct ace ace;

    *t = (struct test_spec){ .gids = { 1000, 27, 100 } };
    t->sids[0] = sid_of("S-1-5-21-1-2-3-3000");
    t->entries[0] = (SID_AND_ATTRIBUTES){ .Sid = &t->sids[0] };
    for (size_t i = 0; i < ARRAY_SIZE(test_groups); i++) {
        t->sids[i + 1] = sid_of(test_groups[i].text);
        t->entries[i + 1] =
            (SID_AND_ATTRIBUTES){ .Sid = &t->sids[i + 1], .Attributes = test_groups[i].attributes };
    }
    ace = (struct ace){ .mask = GENERIC_ALL, .sid = &t->sids[0].sid };
    assert_ok(acl_build(&t->dacl, &ace, 1));
    t->spec = (struct token_spec){
        .token_id = 0x11111,
        .authentication_id = 0x22222,
        .origin_id = 0x3e7,
        .modified_id = 0x33333,
        .expiration = INT64_MAX,
        .type = TokenPrimary,
        .level = SecurityImpersonation,
        .wts_session = 1,
        .elevation_type = TokenElevationTypeFull,
        .elevated = 1,
        .mandatory_policy = TOKEN_MANDATORY_POLICY_NO_WRITE_UP,
        .source_name = { 'U', 's', 'e', 'r', '3', '2', ' ', 0 },
        .source_id = 0x44444,
        .slot = 5,
        .user = &t->entries[0],
        .groups = &t->entries[1],
        .n_groups = ARRAY_SIZE(test_groups),
        .primary_group = &t->sids[1],
        .privileges_present = PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY) |
                              PRIVILEGE_BIT(PRIVILEGE_SECURITY) | PRIVILEGE_BIT(PRIVILEGE_DEBUG) |
                              PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN),
        .privileges_enabled =
            PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY) | PRIVILEGE_BIT(PRIVILEGE_DEBUG),
        .privileges_default = PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY),
        .default_dacl = t->dacl,
        .uid = 1000,
        .gid = 1000,
        .gids = t->gids,
        .n_gids = 3,
    };
}

/* A set of one claim: "a", INT64, 7. Constant. */
static inline struct claim_set test_claims(void)
{
    static const uint32_t claim[] = {
        32,                                  /* size */
        20,                                  /* where the name is */
        CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64, /* and 16 bits reserved */
        0,                                   /* flags */
        1,                                   /* values */
        24,                                  /* where the value is */
        'a',                                 /* and its zero */
        7,
        0,
    };

    return (struct claim_set){ claim, sizeof(claim) };
}

/* Two groups of a device, one of them a restricted one too, and claims of every kind. */
static inline void test_spec_add_device(struct test_spec *t)
{
    t->spec.device_groups = &t->entries[2];
    t->spec.n_device_groups = 2;
    t->spec.restricted_device_groups = &t->entries[3];
    t->spec.n_restricted_device_groups = 1;
    for (size_t i = 0; i < TOKEN_CLAIMS_N; i++)
        t->spec.claims[i] = test_claims();
}

static inline void test_spec_done(struct test_spec *t)
{
    free(t->dacl);
}

static inline token_image *test_image(void)
{
    _cleanup_(test_spec_done) struct test_spec t;
    token_image *image = NULL;

    test_spec_init(&t);
    assert_ok(token_image_build(&image, &t.spec));
    return image;
}

#endif
