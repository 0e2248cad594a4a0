/* SPDX-License-Identifier: MIT */
#include "security/test-token.h"

#include "security/access_check.h"
#include "security/sddl.h"

static const GENERIC_MAPPING mapping = {
    .GenericRead = READ_CONTROL | 1,
    .GenericWrite = READ_CONTROL | 2,
    .GenericExecute = READ_CONTROL | 4,
    .GenericAll = STANDARD_RIGHTS_REQUIRED | 7,
};

enum { R = 1, W = 2, X = 4 };

#define MAX  MAXIMUM_ALLOWED
#define ME   "S-1-5-21-1-2-3-3000"
#define NONE ACCESS_NO_ACE

static token_image *user, *restricted, *write_restricted, *low, *mighty;

static int set_up(void **state)
{
    sid_buffer everyone = sid_of("S-1-1-0"), label = sid_of("S-1-16-4096");
    SID_AND_ATTRIBUTES list[] = { { .Sid = &everyone } };
    struct token_filter filter = { .restrict_to = list, .n_restrict_to = 1 };
    uint64_t mask = PRIVILEGE_BIT(PRIVILEGE_SECURITY) | PRIVILEGE_BIT(PRIVILEGE_TAKE_OWNERSHIP);

    user = test_image();
    assert_ok(token_image_filter(&restricted, user, &filter));
    filter.flags = WRITE_RESTRICTED;
    assert_ok(token_image_filter(&write_restricted, user, &filter));
    assert_ok(token_image_with_integrity(&low, user, &(SID_AND_ATTRIBUTES){ .Sid = &label }));
    assert_ok(token_image_dup(&mighty, user));
    token_image_set_privileges(mighty, mask, mask);
    return 0;
}

static int tear_down(void **state)
{
    (void)token_image_free(user);
    (void)token_image_free(restricted);
    (void)token_image_free(write_restricted);
    (void)token_image_free(low);
    (void)token_image_free(mighty);
    return 0;
}

static void explain(struct access_trace *trace, const token_image *token, const char *sddl,
                    uint32_t desired)
{
    _cleanup_(freep) void *bytes = NULL;
    sid_buffer domain = sid_of("S-1-5-21-1-2-3");
    struct descriptor d;
    struct access_result result;
    size_t size;

    *trace = (struct access_trace){ .node = 0 };
    assert_ok(sddl_parse(&bytes, &size, sddl, strlen(sddl), &domain.sid));
    assert_ok(descriptor_parse(&d, bytes, size));
    assert_ok(access_check(&(struct access_request){ .token = token,
                                                     .descriptor = &d,
                                                     .desired = desired,
                                                     .mapping = &mapping,
                                                     .trace = trace },
                           &result));
}

static const struct {
    const char *what;
    token_image **token;
    const char *sddl;
    uint32_t desired;
    uint32_t right; /* which one is looked at */
    bool granted;
    enum access_decider decider;
    uint32_t ace;
    uint32_t privilege;
    bool restricted;
} cases[] = {
    { "the ACE that allows", &user, "O:SYD:(A;;0x2;;;WD)(A;;0x1;;;WD)", R, R, true, ACCESS_BY_ACE,
      1 },
    { "the first that does", &user, "O:SYD:(A;;0x1;;;BU)(A;;0x3;;;WD)", R | W, R, true,
      ACCESS_BY_ACE, 0 },
    { "the ACE that denies", &user, "O:SYD:(A;;0x2;;;WD)(D;;0x1;;;WD)(A;;0x1;;;WD)", R, R, false,
      ACCESS_BY_ACE, 1 },
    { "an ACE behind a denied right", &user, "O:SYD:(D;;0x1;;;WD)(A;;0x2;;;WD)", R | W, W, true,
      ACCESS_BY_ACE, 1 },
    { "inherit-only ACEs are counted", &user, "O:SYD:(D;OIIO;0x1;;;WD)(A;;0x1;;;WD)", R, R, true,
      ACCESS_BY_ACE, 1 },
    { "no ACE", &user, "O:SYD:(A;;0x2;;;WD)", R, R, false, ACCESS_BY_NOTHING, NONE },
    { "no DACL", &user, "O:SY", R, R, true, ACCESS_BY_NULL_DACL, NONE },
    { "the owner", &user, "O:" ME "D:(D;;WD;;;WD)", WRITE_DAC, WRITE_DAC, true, ACCESS_BY_OWNER,
      NONE },
    { "OWNER RIGHTS", &user, "O:" ME "D:(A;;RC;;;OW)", READ_CONTROL, READ_CONTROL, true,
      ACCESS_BY_ACE, 0 },
    { "a privilege", &mighty, "O:SYD:(D;;WO;;;WD)", WRITE_OWNER, WRITE_OWNER, true,
      ACCESS_BY_PRIVILEGE, NONE, PRIVILEGE_TAKE_OWNERSHIP },
    { "a privilege for the SACL", &mighty, "O:SYD:", ACCESS_SYSTEM_SECURITY, ACCESS_SYSTEM_SECURITY,
      true, ACCESS_BY_PRIVILEGE, NONE, PRIVILEGE_SECURITY },
    { "a privilege that is missing", &user, "O:SYD:(A;;GA;;;WD)", ACCESS_SYSTEM_SECURITY | R,
      ACCESS_SYSTEM_SECURITY, false, ACCESS_BY_MISSING_PRIVILEGE, NONE, PRIVILEGE_SECURITY },
    { "and a right beside it", &user, "O:SYD:(A;;GA;;;WD)", ACCESS_SYSTEM_SECURITY | R, R, true,
      ACCESS_BY_ACE, 0 },
    { "the label by default", &low, "O:SYD:(A;;GA;;;WD)", W, W, false, ACCESS_BY_LABEL, NONE },
    { "a label", &low, "O:SYD:(A;;GA;;;WD)S:(AU;SA;GA;;;WD)(ML;;NW;;;HI)", W, W, false,
      ACCESS_BY_LABEL, 1 },
    { "a right that the label leaves", &low, "O:SYD:(A;;GA;;;WD)", W | R, R, true, ACCESS_BY_ACE,
      0 },
    { "a right of the maximum that the label takes", &low, "O:SYD:(A;;GA;;;WD)", MAX, W, false,
      ACCESS_BY_LABEL, NONE },
    { "the restricting SIDs are denied", &restricted, "O:SYD:(A;;0x1;;;BU)(D;;0x1;;;WD)", R, R,
      false, ACCESS_BY_ACE, 1, 0, true },
    { "the restricting SIDs are not named", &restricted, "O:SYD:(A;;0x1;;;BU)", R, R, false,
      ACCESS_BY_NOTHING, NONE, 0, true },
    { "the token's own SIDs are not named", &restricted, "O:SYD:(A;;0x2;;;WD)", R, R, false,
      ACCESS_BY_NOTHING, NONE, 0, false },
    { "both are granted", &restricted, "O:SYD:(A;;0x1;;;BU)(A;;0x1;;;WD)", R, R, true,
      ACCESS_BY_ACE, 0, 0, false },
    { "reading is not restricted", &write_restricted, "O:SYD:(A;;0x3;;;BU)", R | W, R, true,
      ACCESS_BY_ACE, 0, 0, false },
    { "writing is", &write_restricted, "O:SYD:(A;;0x3;;;BU)", R | W, W, false, ACCESS_BY_NOTHING,
      NONE, 0, true },
};

static void each_right_is_explained_as_its_name_says(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct access_trace trace;

        explain(&trace, *cases[i].token, cases[i].sddl, cases[i].desired);
        const struct access_reason *reason = &trace.reasons[__builtin_ctz(cases[i].right)];
        bool is_restricted = reason->view == ACCESS_VIEW_RESTRICTED;
        if (reason->decider != cases[i].decider || reason->ace != cases[i].ace ||
            reason->privilege != cases[i].privilege || is_restricted != cases[i].restricted ||
            !(trace.granted & cases[i].right) == cases[i].granted)
            fail_msg("%s: decider %d, ace %u, privilege %u, restricted %d, granted %#x",
                     cases[i].what, reason->decider, reason->ace, reason->privilege, is_restricted,
                     trace.granted);
    }
}

/* An access filter cannot be had from text that everyone's SDDL has. */
static void a_limit_of_the_sacl_is_told(void **state)
{
    sid_buffer everyone = sid_of("S-1-1-0");
    const struct ace limit = { .type = SYSTEM_ACCESS_FILTER_ACE_TYPE,
                               .mask = R,
                               .sid = &everyone.sid };
    _cleanup_(freep) ACL *sacl = NULL;
    struct access_trace trace = { .node = 0 };
    struct access_result result;
    struct descriptor d = { .owner = &everyone.sid };

    assert_ok(acl_build(&sacl, &limit, 1));
    d.sacl = sacl;
    assert_ok(access_check(&(struct access_request){ .token = user,
                                                     .descriptor = &d,
                                                     .desired = R | W,
                                                     .mapping = &mapping,
                                                     .trace = &trace },
                           &result));
    assert_int_equal(trace.reasons[1].decider, ACCESS_BY_LIMIT);
    assert_int_equal(trace.reasons[1].ace, 0);
    assert_int_equal(trace.reasons[0].decider, ACCESS_BY_NULL_DACL);
    assert_int_equal(trace.granted & (R | W), R);
    assert_status(result.status, STATUS_ACCESS_DENIED);
}

static void a_part_of_an_object_is_explained(void **state)
{
    GUID types[3] = { { .Data1 = 1 }, { .Data1 = 2 }, { .Data1 = 3 } };
    const OBJECT_TYPE_LIST list[3] = { { 0, 0, &types[0] },
                                       { 1, 0, &types[1] },
                                       { 1, 0, &types[2] } };
    static const uint32_t aces[3] = { 1, 0, 1 };
    sid_buffer everyone = sid_of("S-1-1-0");
    const struct ace dacl_aces[2] = {
        { .type = ACCESS_ALLOWED_OBJECT_ACE_TYPE,
          .mask = R,
          .sid = &everyone.sid,
          .object_type = &types[1] },
        { .type = ACCESS_ALLOWED_OBJECT_ACE_TYPE,
          .mask = R,
          .sid = &everyone.sid,
          .object_type = &types[2] },
    };
    _cleanup_(freep) ACL *dacl = NULL;
    struct access_node nodes[3];
    struct access_tree tree;
    struct access_trace trace;
    struct access_result result;
    struct descriptor d = { .control = SE_DACL_PRESENT };
    struct access_request request = { .token = user,
                                      .descriptor = &d,
                                      .desired = R,
                                      .mapping = &mapping,
                                      .tree = &tree,
                                      .trace = &trace };

    assert_ok(acl_build(&dacl, dacl_aces, 2));
    d.dacl = dacl;
    assert_ok(access_tree_read(&tree, nodes, list, 3));
    for (size_t i = 0; i < 3; i++) {
        trace.node = i;
        assert_ok(access_check(&request, &result));
        assert_int_equal(trace.reasons[0].decider, ACCESS_BY_ACE);
        assert_int_equal(trace.reasons[0].ace, aces[i]);
    }
    trace.node = 3;
    assert_status(access_check(&request, &result), STATUS_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_right_is_explained_as_its_name_says),
        cmocka_unit_test(a_limit_of_the_sacl_is_told),
        cmocka_unit_test(a_part_of_an_object_is_explained),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
