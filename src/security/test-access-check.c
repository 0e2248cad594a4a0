/* SPDX-License-Identifier: MIT */
#include "security/test-token.h"

#include <stdlib.h>

#include "security/access_check.h"
#include "security/sddl.h"

/* Rights of a type that is read (1), written (2), executed (4). */
static const GENERIC_MAPPING mapping = {
    .GenericRead = READ_CONTROL | 1,
    .GenericWrite = READ_CONTROL | 2,
    .GenericExecute = READ_CONTROL | 4,
    .GenericAll = STANDARD_RIGHTS_REQUIRED | 7,
};

enum {
    R = 1,
    W = 2,
    X = 4,
};

#define MAX MAXIMUM_ALLOWED
#define ALL (STANDARD_RIGHTS_REQUIRED | 7)

/* The user of the token is S-1-5-21-1-2-3-3000; as LA it would be -500. */
static sid_buffer domain;
static token_image *user;       /* high integrity */
static token_image *restricted; /* to Everyone and S-1-5-12 */
static token_image *write_restricted;
static token_image *low;
static token_image *mighty; /* with privileges enabled */

static int set_up(void **state)
{
    sid_buffer everyone = sid_of("S-1-1-0"), code = sid_of("S-1-5-12");
    sid_buffer label = sid_of("S-1-16-4096");
    SID_AND_ATTRIBUTES list[] = { { .Sid = &everyone }, { .Sid = &code } };
    struct token_filter filter = { .restrict_to = list, .n_restrict_to = 2 };
    uint64_t mask = PRIVILEGE_BIT(PRIVILEGE_SECURITY) | PRIVILEGE_BIT(PRIVILEGE_TAKE_OWNERSHIP);

    domain = sid_of("S-1-5-21-1-2-3");
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

static nt_status check(struct access_result *ret, const token_image *token, const char *sddl,
                       uint32_t desired, const SID *self)
{
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor d;
    size_t size;

    nt_status st = sddl_parse(&bytes, &size, sddl, strlen(sddl), &domain.sid, NULL);
    if (nt_failed(st))
        fail_msg("\"%s\": %s", sddl, nt_status_name(st));
    assert_ok(descriptor_parse(&d, bytes, size));
    return access_check(&(struct access_request){ .token = token,
                                                  .descriptor = &d,
                                                  .desired = desired,
                                                  .mapping = &mapping,
                                                  .principal_self = self },
                        ret);
}

#define ME "S-1-5-21-1-2-3-3000"

struct access_case {
    const char *what;
    token_image **token;
    const char *sddl;
    uint32_t desired;
    uint32_t granted; /* 0: denied */
};

static const struct access_case cases[] = {
    { "a NULL DACL grants what is asked", &user, "O:SYD:NO_ACCESS_CONTROL", W | DELETE,
      W | DELETE },
    { "no DACL is a NULL DACL", &user, "O:SY", X, X },
    { "a NULL DACL grants at most all", &user, "O:SYD:NO_ACCESS_CONTROL", MAX, ALL },
    { "an empty DACL grants nothing", &user, "O:SYD:", R, 0 },
    { "an empty DACL grants nothing at most", &user, "O:SYD:", MAX, 0 },
    { "nothing asked is nothing granted", &user, "O:SYD:(A;;0x7;;;WD)", 0, 0 },
    { "an allowed right", &user, "O:SYD:(A;;0x1;;;WD)", R, R },
    { "rights from two ACEs", &user, "O:SYD:(A;;0x1;;;WD)(A;;0x2;;;BU)", R | W, R | W },
    { "one right is missing", &user, "O:SYD:(A;;0x1;;;WD)", R | W, 0 },
    { "an ACE for someone else", &user, "O:SYD:(A;;0x1;;;BG)(A;;0x1;;;SY)", R, 0 },
    { "a denial before", &user, "O:SYD:(D;;0x1;;;WD)(A;;0x1;;;BU)", R, 0 },
    { "a denial after", &user, "O:SYD:(A;;0x1;;;BU)(D;;0x1;;;WD)", R, R },
    { "a denial of another right", &user, "O:SYD:(D;;0x2;;;WD)(A;;0x1;;;BU)", R, R },
    { "a denial of one of two rights", &user, "O:SYD:(D;;0x2;;;WD)(A;;0x3;;;BU)", R | W, 0 },
    { "a denial of someone else", &user, "O:SYD:(D;;0x1;;;SY)(A;;0x1;;;BU)", R, R },
    { "inherit-only ACEs do not count", &user, "O:SYD:(D;OIIO;0x1;;;WD)(A;;0x1;;;WD)", R, R },
    { "inherit-only ACEs do not grant", &user, "O:SYD:(A;CIIO;0x1;;;WD)", R, 0 },
    { "a deny-only group does not allow", &user, "O:SYD:(A;;0x1;;;BG)", R, 0 },
    { "a deny-only group denies", &user, "O:SYD:(D;;0x1;;;BG)(A;;0x1;;;WD)", R, 0 },
    { "a disabled group does not deny", &user, "O:SYD:(D;;0x1;;;S-1-5-21-1-2-3-1055)(A;;0x1;;;WD)",
      R, R },
    { "a disabled group does not allow", &user, "O:SYD:(A;;0x1;;;S-1-5-21-1-2-3-1055)", R, 0 },
    { "the maximum is the union", &user, "O:SYD:(A;;0x1;;;WD)(A;;0x4;;;BU)", MAX, R | X },
    { "the maximum without what is denied", &user, "O:SYD:(D;;0x2;;;BU)(A;;0x7;;;WD)", MAX, R | X },
    { "the maximum with what is allowed first", &user,
      "O:SYD:(A;;0x2;;;WD)(D;;0x3;;;BU)(A;;0x7;;;WD)", MAX, W | X },
    { "the maximum and a right", &user, "O:SYD:(A;;0x5;;;WD)", MAX | R, R | X },
    { "the maximum and a right that is missing", &user, "O:SYD:(A;;0x5;;;WD)", MAX | W, 0 },
    { "generic rights are mapped in the request", &user, "O:SYD:(A;;0x20001;;;WD)", GENERIC_READ,
      READ_CONTROL | R },
    { "generic rights are mapped in an ACE", &user, "O:SYD:(A;;GR;;;WD)", R, R },
    { "generic rights are mapped in a denial", &user, "O:SYD:(D;;GA;;;WD)(A;;0x1;;;WD)", R, 0 },
    { "generic all is all", &user, "O:SYD:(A;;GA;;;WD)", MAX, ALL },

    { "the owner reads and writes the DACL", &user, "O:" ME "D:", READ_CONTROL | WRITE_DAC,
      READ_CONTROL | WRITE_DAC },
    { "the owner does so even when denied", &user, "O:" ME "D:(D;;GA;;;WD)", WRITE_DAC, WRITE_DAC },
    { "the owner does not delete", &user, "O:" ME "D:", DELETE, 0 },
    { "the owner's maximum", &user, "O:" ME "D:(A;;0x1;;;WD)", MAX, READ_CONTROL | WRITE_DAC | R },
    { "an owner that is one of the groups", &user, "O:BAD:", WRITE_DAC, WRITE_DAC },
    { "an owner that is a deny-only group", &user, "O:BGD:", WRITE_DAC, 0 },
    { "nobody is the owner of what has none", &user, "D:", READ_CONTROL, 0 },
    { "OWNER RIGHTS take the place of the owner's", &user, "O:" ME "D:(A;;RC;;;OW)", WRITE_DAC, 0 },
    { "OWNER RIGHTS grant to the owner", &user, "O:" ME "D:(A;;0x1;;;OW)", R, R },
    { "OWNER RIGHTS grant to the owner only", &user, "O:SYD:(A;;0x1;;;OW)", R, 0 },
    { "OWNER RIGHTS deny the owner", &user, "O:" ME "D:(D;;0x1;;;OW)(A;;0x1;;;WD)", R, 0 },
    { "OWNER RIGHTS behind what was asked", &user, "O:" ME "D:(A;;0x1;;;WD)(A;;0x2;;;OW)",
      R | READ_CONTROL, 0 },
    { "OWNER RIGHTS that are inherited only", &user, "O:" ME "D:(A;OIIO;0x1;;;OW)", WRITE_DAC,
      WRITE_DAC },
    { "SELF is nobody unless named", &user, "O:SYD:(A;;0x1;;;PS)", R, 0 },

    { "without SeSecurity no SACL", &user, "O:SYD:(A;;GA;;;WD)", ACCESS_SYSTEM_SECURITY, 0 },
    { "the DACL does not grant the SACL", &user, "O:SYD:(A;;0x1000001;;;WD)",
      ACCESS_SYSTEM_SECURITY | R, 0 },
    { "the maximum is without the SACL", &mighty, "O:SYD:(A;;0x1000001;;;WD)", MAX, R },
    { "SeSecurity grants the SACL", &mighty, "O:SYD:", ACCESS_SYSTEM_SECURITY,
      ACCESS_SYSTEM_SECURITY },
    { "SeTakeOwnership grants the owner", &mighty, "O:SYD:(D;;GA;;;WD)", WRITE_OWNER, WRITE_OWNER },
    { "SeTakeOwnership grants no more", &mighty, "O:SYD:", WRITE_OWNER | R, 0 },
    { "privileges do not add to the maximum", &mighty, "O:SYD:(A;;0x1;;;WD)", MAX, R },

    { "from below an unlabelled object is not written", &low, "O:SYD:(A;;GA;;;WD)", W, 0 },
    { "from below it is read", &low, "O:SYD:(A;;GA;;;WD)", R | X, R | X },
    { "from below it is not deleted", &low, "O:SYD:(A;;GA;;;WD)", DELETE, 0 },
    { "the maximum from below", &low, "O:SYD:(A;;GA;;;WD)", MAX, READ_CONTROL | R | X },
    { "not even by its owner", &low, "O:" ME "D:", WRITE_DAC, 0 },
    { "not even without a DACL", &low, "O:SY", W, 0 },
    { "a low object is written from low", &low, "O:SYD:(A;;GA;;;WD)S:(ML;;NW;;;LW)", W, W },
    { "an object that is not read from below", &low, "O:SYD:(A;;GA;;;WD)S:(ML;;NRNW;;;ME)", R, 0 },
    { "nor executed", &low, "O:SYD:(A;;GA;;;WD)S:(ML;;NXNW;;;ME)", X, 0 },
    { "but written, when its label says so", &low, "O:SYD:(A;;GA;;;WD)S:(ML;;NR;;;ME)", W, W },
    { "a label without a policy stops nobody", &low, "O:SYD:(A;;GA;;;WD)S:(ML;;;;;SI)", DELETE,
      DELETE },
    { "high is below system", &user, "O:SYD:(A;;GA;;;WD)S:(ML;;NW;;;SI)", W, 0 },
    { "the first label counts", &user, "O:SYD:(A;;GA;;;WD)S:(ML;;NW;;;ME)(ML;;NW;;;SI)", W, W },
    { "an inherit-only label does not", &user, "O:SYD:(A;;GA;;;WD)S:(ML;OIIO;NW;;;SI)", W, W },
    { "privileges do not get above a label", &mighty, "O:SYD:S:(ML;;NW;;;SI)", WRITE_OWNER, 0 },

    { "both lists grant", &restricted, "O:SYD:(A;;0x1;;;WD)", R, R },
    { "only the groups grant", &restricted, "O:SYD:(A;;0x1;;;BU)", R, 0 },
    { "only the restricting SIDs grant", &restricted, "O:SYD:(A;;0x1;;;RC)", R, 0 },
    { "each list by an ACE of its own", &restricted, "O:SYD:(A;;0x1;;;RC)(A;;0x1;;;BU)", R, R },
    { "a restricting SID is denied", &restricted, "O:SYD:(D;;0x1;;;RC)(A;;0x1;;;WD)", R, 0 },
    { "a group is denied", &restricted, "O:SYD:(D;;0x1;;;BU)(A;;0x1;;;WD)", R, 0 },
    { "the maximum is the intersection", &restricted, "O:SYD:(A;;0x3;;;BU)(A;;0x6;;;RC)", MAX, W },
    { "the maximum with an empty intersection", &restricted, "O:SYD:(A;;0x1;;;BU)(A;;0x2;;;RC)",
      MAX, 0 },
    { "the owner has to be in both", &restricted, "O:" ME "D:", WRITE_DAC, 0 },
    { "the owner is in both", &restricted, "O:WDD:", WRITE_DAC, WRITE_DAC },
    { "reading is not restricted for writing", &write_restricted, "O:SYD:(A;;0x7;;;BU)", R | X,
      R | X },
    { "writing is", &write_restricted, "O:SYD:(A;;0x7;;;BU)", W, 0 },
    { "deleting is", &write_restricted, "O:SYD:(A;;GA;;;BU)", DELETE, 0 },
    { "writing that both grant", &write_restricted, "O:SYD:(A;;0x7;;;BU)(A;;0x2;;;RC)", W, W },
    { "the maximum of a write-restricted token", &write_restricted, "O:SYD:(A;;GA;;;BU)", MAX,
      READ_CONTROL | R | X },

    { "an object ACE about a part does not allow", &user,
      "O:SYD:(OA;;0x1;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)", R, 0 },
    { "an object ACE about a part denies", &user,
      "O:SYD:(OD;;0x1;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)(A;;0x1;;;WD)", R, 0 },
    { "an object ACE about the whole allows", &user,
      "O:SYD:(OA;;0x1;;bf967aba-0de6-11d0-a285-00aa003049e2;WD)", R, R },
    { "audit ACEs do not matter", &user, "O:SYD:(AU;SA;0x1;;;WD)(A;;0x1;;;WD)", R, R },
};

static void each_case_is_decided_as_its_name_says(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct access_result result;

        assert_ok(check(&result, *cases[i].token, cases[i].sddl, cases[i].desired, NULL));
        if (result.granted != cases[i].granted || nt_failed(result.status) != !cases[i].granted)
            fail_msg("%s: %#x instead of %#x", cases[i].what, result.granted, cases[i].granted);
    }
}

static void used_privileges_are_reported_when_access_is_granted(void **state)
{
    struct access_result result;

    assert_ok(check(&result, mighty, "O:SYD:(A;;0x1;;;WD)",
                    ACCESS_SYSTEM_SECURITY | WRITE_OWNER | R, NULL));
    assert_int_equal(result.privileges_used,
                     PRIVILEGE_BIT(PRIVILEGE_SECURITY) | PRIVILEGE_BIT(PRIVILEGE_TAKE_OWNERSHIP));
    assert_ok(check(&result, mighty, "O:SYD:(A;;0x1;;;WD)", R, NULL));
    assert_int_equal(result.privileges_used, 0);
    assert_ok(check(&result, mighty, "O:SYD:", ACCESS_SYSTEM_SECURITY | R, NULL));
    assert_int_equal(result.privileges_used, 0);
    assert_status(result.status, STATUS_ACCESS_DENIED);
    assert_ok(check(&result, user, "O:SYD:", ACCESS_SYSTEM_SECURITY, NULL));
    assert_status(result.status, STATUS_PRIVILEGE_NOT_HELD);
}

static void self_is_the_one_who_is_named(void **state)
{
    sid_buffer me = sid_of(ME), other = sid_of("S-1-5-21-1-2-3-3002");
    struct access_result result;

    assert_ok(check(&result, user, "O:SYD:(A;;0x1;;;PS)", R, &me.sid));
    assert_int_equal(result.granted, R);
    assert_ok(check(&result, user, "O:SYD:(A;;0x1;;;PS)", R, &other.sid));
    assert_int_equal(result.granted, 0);
}

static void relabelling_may_change_the_owner_from_below(void **state)
{
    _cleanup_(token_image_freep) token_image *token = NULL;
    struct access_result result;
    uint64_t mask = PRIVILEGE_BIT(PRIVILEGE_RELABEL);

    assert_ok(token_image_dup(&token, low));
    token_image_set_privileges(token, mask, mask);
    assert_ok(check(&result, token, "O:SYD:(A;;GA;;;WD)", WRITE_OWNER, NULL));
    assert_int_equal(result.granted, WRITE_OWNER);
    token_image_set_mandatory_policy(token, 0);
    assert_ok(check(&result, token, "O:SYD:(A;;GA;;;WD)", W, NULL));
    assert_int_equal(result.granted, W);
}

/* The type of the first ACE, changed in the bytes; then one that allows everything. */
static void types_that_could_deny_do(void **state)
{
    static const struct {
        uint8_t type;
        uint32_t granted;
    } types[] = {
        { ACCESS_ALLOWED_ACE_TYPE, R | W | X },
        { ACCESS_DENIED_ACE_TYPE, 0 },
        { 4, R | W | X },
        { ACCESS_ALLOWED_CALLBACK_ACE_TYPE, R | W | X },
        { ACCESS_DENIED_CALLBACK_ACE_TYPE, 0 },
        { SYSTEM_MANDATORY_LABEL_ACE_TYPE, R | W | X },
        { 0x12, R | W | X },
        { 0x15, 0 },
        { 0x16, 0 },
        { 0xff, 0 },
    };
    struct access_request request = { .token = user, .desired = MAX, .mapping = &mapping };
    sid_buffer everyone = sid_of("S-1-1-0");
    const struct ace aces[] = { { .mask = 7, .sid = &everyone.sid },
                                { .mask = 7, .sid = &everyone.sid } };
    _cleanup_(freep) ACL *acl = NULL;
    struct descriptor d = { .control = SE_DACL_PRESENT };

    assert_ok(acl_build(&acl, aces, 2));
    d.dacl = acl;
    request.descriptor = &d;
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        struct access_result result;

        ((uint8_t *)acl)[8] = types[i].type;
        assert_ok(access_check(&request, &result));
        assert_int_equal(result.granted, types[i].granted);
    }
}

static void a_trust_label_limits_everyone(void **state)
{
    struct access_request request = { .token = user, .desired = MAX, .mapping = &mapping };
    sid_buffer trusted = sid_of("S-1-19-512-8192");
    struct ace ace = { .type = 0x14, .mask = R, .sid = &trusted.sid };
    _cleanup_(freep) ACL *sacl = NULL;
    struct descriptor d = { .control = SE_SACL_PRESENT };
    struct access_result result;

    assert_ok(acl_build(&sacl, &ace, 1));
    d.sacl = sacl;
    request.descriptor = &d;
    assert_ok(access_check(&request, &result));
    assert_int_equal(result.granted, R);
}

static void what_cannot_be_evaluated_is_an_error(void **state)
{
    struct access_result result = { .granted = 77 };
    sid_buffer everyone = sid_of("S-1-1-0");
    const struct ace ace = { .mask = 1, .sid = &everyone.sid };
    _cleanup_(freep) ACL *acl = NULL;
    struct descriptor d = { .control = SE_DACL_PRESENT };
    struct access_request whole = { user, &d, R, &mapping, NULL };

    assert_ok(acl_build(&acl, &ace, 1));
    ((uint8_t *)acl)[17] = 9; /* a SID that is longer than its ACE */
    d.dacl = acl;
    assert_status(access_check(&whole, &result), STATUS_INVALID_ACL);
    d.dacl = NULL;
    d.sacl = acl;
    assert_status(access_check(&whole, &result), STATUS_INVALID_ACL);
    struct access_request part = whole;
    part.token = NULL;
    assert_status(access_check(&part, &result), STATUS_INVALID_PARAMETER);
    part = whole;
    part.descriptor = NULL;
    assert_status(access_check(&part, &result), STATUS_INVALID_PARAMETER);
    part = whole;
    part.mapping = NULL;
    assert_status(access_check(&part, &result), STATUS_INVALID_PARAMETER);
    assert_int_equal(result.granted, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_is_decided_as_its_name_says),
        cmocka_unit_test(used_privileges_are_reported_when_access_is_granted),
        cmocka_unit_test(self_is_the_one_who_is_named),
        cmocka_unit_test(relabelling_may_change_the_owner_from_below),
        cmocka_unit_test(types_that_could_deny_do),
        cmocka_unit_test(a_trust_label_limits_everyone),
        cmocka_unit_test(what_cannot_be_evaluated_is_an_error),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
