/* SPDX-License-Identifier: MIT */
#include "security/test-token.h"

#include <stdio.h>

#include "security/access_audit.h"
#include "security/sddl.h"

static const GENERIC_MAPPING mapping = {
    .GenericRead = 1,
    .GenericWrite = 2,
    .GenericExecute = 4,
    .GenericAll = 7,
};

enum { R = 1, W = 2, X = 4, BOTH = ACCESS_AUDIT_SUCCESS | ACCESS_AUDIT_FAILURE };

#define ME     "S-1-5-21-1-2-3-3000"
#define OBJECT "00000001-0000-0000-0000-000000000000"
#define FIRST  "00000002-0000-0000-0000-000000000000"
#define SECOND "00000003-0000-0000-0000-000000000000"

static token_image *user;

static int set_up(void **state)
{
    user = test_image();
    return 0;
}

static int tear_down(void **state)
{
    (void)token_image_free(user);
    return 0;
}

/* The descriptor with the SACL; everyone may read, and of parts only write the first. */
static uint32_t due(const char *sacl, uint32_t desired, uint32_t flags,
                    const struct access_tree *tree)
{
    _cleanup_(freep) void *bytes = NULL;
    sid_buffer domain = sid_of("S-1-5-21-1-2-3"), self = sid_of(ME);
    struct descriptor d;
    struct access_result result;
    uint32_t ret = 0x77;
    char sddl[512];
    size_t size;

    (void)snprintf(sddl, sizeof(sddl), "O:" ME "D:(A;;0x1;;;WD)(OA;;0x2;" FIRST ";;WD)S:%s", sacl);
    assert_ok(sddl_parse(&bytes, &size, sddl, strlen(sddl), &domain.sid));
    assert_ok(descriptor_parse(&d, bytes, size));
    const struct access_request request = { .token = user,
                                            .descriptor = &d,
                                            .desired = desired,
                                            .mapping = &mapping,
                                            .principal_self = &self.sid,
                                            .flags = flags,
                                            .tree = tree };
    assert_ok(access_check(&request, &result));
    assert_ok(access_audit_due(&ret, &request, &result));
    return ret;
}

static const struct {
    const char *what;
    const char *sacl;
    uint32_t desired;
    uint32_t due;
} cases[] = {
    { "no SACL", "", R, 0 },
    { "a success", "(AU;SA;0x1;;;WD)", R, ACCESS_AUDIT_SUCCESS },
    { "a success is no failure", "(AU;FA;0x1;;;WD)", R, 0 },
    { "a failure", "(AU;FA;0x2;;;WD)", W, ACCESS_AUDIT_FAILURE },
    { "a failure is no success", "(AU;SA;0x2;;;WD)", W, 0 },
    { "either", "(AU;SAFA;0x3;;;WD)", R, ACCESS_AUDIT_SUCCESS },
    { "or", "(AU;SAFA;0x3;;;WD)", W, ACCESS_AUDIT_FAILURE },
    { "another right was granted", "(AU;SA;0x2;;;WD)", R, 0 },
    { "another right was refused", "(AU;FA;0x4;;;WD)", W, 0 },
    { "one of the rights that were refused", "(AU;FA;0x1;;;WD)", R | W, ACCESS_AUDIT_FAILURE },
    { "generic rights are mapped", "(AU;SA;GR;;;WD)", R, ACCESS_AUDIT_SUCCESS },
    { "what was granted of the maximum", "(AU;SA;0x1;;;WD)", MAXIMUM_ALLOWED,
      ACCESS_AUDIT_SUCCESS },
    { "what was not granted of the maximum", "(AU;SAFA;0x2;;;WD)", MAXIMUM_ALLOWED, 0 },
    { "the maximum and more that was refused", "(AU;FA;0x4;;;WD)", MAXIMUM_ALLOWED | W,
      ACCESS_AUDIT_FAILURE },
    { "someone else", "(AU;SAFA;0x3;;;SY)", R, 0 },
    { "a deny-only group", "(AU;SA;0x1;;;BG)", R, ACCESS_AUDIT_SUCCESS },
    { "a disabled group", "(AU;SA;0x1;;;S-1-5-21-1-2-3-1055)", R, 0 },
    { "the owner", "(AU;SA;0x1;;;OW)", R, ACCESS_AUDIT_SUCCESS },
    { "the object itself", "(AU;SA;0x1;;;PS)", R, ACCESS_AUDIT_SUCCESS },
    { "inherit-only", "(AU;OIIOSA;0x1;;;WD)", R, 0 },
    { "neither flag", "(AU;;0x1;;;WD)", R, 0 },
    { "an alarm", "(AL;SA;0x1;;;WD)", R, 0 },
    { "a condition that holds", "(XU;SA;0x1;;;WD;(Member_of{SID(BU)}))", R, ACCESS_AUDIT_SUCCESS },
    { "one that does not", "(XU;SA;0x1;;;WD;(Member_of{SID(SY)}))", R, 0 },
    { "one that is unknown", "(XU;SA;0x1;;;WD;(@User.Nothing == 1))", R, ACCESS_AUDIT_SUCCESS },
    { "a part, when nobody asks about parts", "(OU;SA;0x1;" FIRST ";;WD)", R,
      ACCESS_AUDIT_SUCCESS },
};

static void each_audit_is_due_as_its_name_says(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint32_t is = due(cases[i].sacl, cases[i].desired, 0, NULL);

        if (is != cases[i].due)
            fail_msg("%s: %u instead of %u", cases[i].what, is, cases[i].due);
    }
}

static const struct {
    const char *what;
    const char *sacl;
    uint32_t desired;
    uint32_t of_whole;
    uint32_t of_list;
} tree_cases[] = {
    { "all parts", "(AU;SAFA;0x2;;;WD)", W, ACCESS_AUDIT_FAILURE, BOTH },
    { "a part that is granted", "(OU;SAFA;0x2;" FIRST ";;WD)", W, ACCESS_AUDIT_FAILURE,
      ACCESS_AUDIT_SUCCESS },
    { "a part that is refused", "(OU;SAFA;0x2;" SECOND ";;WD)", W, ACCESS_AUDIT_FAILURE,
      ACCESS_AUDIT_FAILURE },
    { "the object", "(OU;SAFA;0x1;" OBJECT ";;WD)", R, ACCESS_AUDIT_SUCCESS, ACCESS_AUDIT_SUCCESS },
    { "a part that is not asked about", "(OU;SAFA;0x3;00000009-0000-0000-0000-000000000000;;WD)", R,
      0, 0 },
};

static void each_part_of_an_object_is_audited_by_its_answer(void **state)
{
    GUID types[3] = { { .Data1 = 1 }, { .Data1 = 2 }, { .Data1 = 3 } };
    const OBJECT_TYPE_LIST list[3] = { { 0, 0, &types[0] },
                                       { 1, 0, &types[1] },
                                       { 1, 0, &types[2] } };
    struct access_node nodes[3];
    struct access_tree tree;

    assert_ok(access_tree_read(&tree, nodes, list, 3));
    for (size_t i = 0; i < ARRAY_SIZE(tree_cases); i++) {
        uint32_t whole = due(tree_cases[i].sacl, tree_cases[i].desired, 0, &tree);
        uint32_t each = due(tree_cases[i].sacl, tree_cases[i].desired, ACCESS_RESULT_LIST, &tree);

        if (whole != tree_cases[i].of_whole || each != tree_cases[i].of_list)
            fail_msg("%s: %u and %u", tree_cases[i].what, whole, each);
    }
}

static void a_malformed_sacl_is_an_error(void **state)
{
    sid_buffer everyone = sid_of("S-1-1-0");
    const struct ace ace = { .type = SYSTEM_AUDIT_ACE_TYPE, .mask = 1, .sid = &everyone.sid };
    _cleanup_(freep) ACL *sacl = NULL;
    struct access_result result = { .granted = 1 };
    struct descriptor d = { 0 };
    const struct access_request request = {
        .token = user, .descriptor = &d, .desired = 1, .mapping = &mapping
    };
    uint32_t ret = 0x77;

    assert_ok(acl_build(&sacl, &ace, 1));
    ((uint8_t *)sacl)[17] = 9; /* a SID that is longer than its ACE */
    d.sacl = sacl;
    assert_status(access_audit_due(&ret, &request, &result), STATUS_INVALID_ACL);
    assert_int_equal(ret, 0x77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_audit_is_due_as_its_name_says),
        cmocka_unit_test(each_part_of_an_object_is_audited_by_its_answer),
        cmocka_unit_test(a_malformed_sacl_is_an_error),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
