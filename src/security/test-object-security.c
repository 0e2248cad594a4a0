/* SPDX-License-Identifier: MIT */
/* Descriptors that are changed, shown in parts, and converted. */
#include "security/test-from-text.h"

#include "security/object_security.h"

/* Those of files, whose masks SDDL has names for. */
static const GENERIC_MAPPING mapping = { 0x120089, 0x120116, 0x1200a0, 0x1f01ff };

static token_image *user;   /* high integrity, no useful privilege enabled */
static token_image *mighty; /* with SeSecurity, SeRestore and SeRelabel */
static token_image *low;    /* low integrity */

static int set_up(void **state)
{
    sid_buffer label = sid_of("S-1-16-4096");
    uint64_t mask = PRIVILEGE_BIT(PRIVILEGE_SECURITY) | PRIVILEGE_BIT(PRIVILEGE_RESTORE) |
                    PRIVILEGE_BIT(PRIVILEGE_RELABEL);

    user = test_image();
    assert_ok(token_image_dup(&mighty, user));
    token_image_set_privileges(mighty, mask, mask);
    assert_ok(token_image_with_integrity(&low, user, &(SID_AND_ATTRIBUTES){ .Sid = &label }));
    return 0;
}

static int tear_down(void **state)
{
    (void)token_image_free(user);
    (void)token_image_free(mighty);
    (void)token_image_free(low);
    return 0;
}

enum {
    O = OWNER_SECURITY_INFORMATION,
    G = GROUP_SECURITY_INFORMATION,
    D = DACL_SECURITY_INFORMATION,
    S = SACL_SECURITY_INFORMATION,
    L = LABEL_SECURITY_INFORMATION,
};

#define P_DACL PROTECTED_DACL_SECURITY_INFORMATION
#define U_DACL UNPROTECTED_DACL_SECURITY_INFORMATION
#define AUTO   SEF_DACL_AUTO_INHERIT
#define AUTO_S SEF_SACL_AUTO_INHERIT
#define ME     "S-1-5-21-1-2-3-3000"

struct set_case {
    const char *what;
    token_image **token;
    uint32_t parts;
    uint32_t flags;
    const char *current;
    const char *given;
    const char *expected; /* a text, or the name of the error */
};

static const struct set_case set_cases[] = {
    { "the owner", &user, O, 0, "O:SYG:SYD:(A;;FA;;;WD)", "O:" ME, "O:" ME "G:SYD:(A;;FA;;;WD)" },
    { "an owner that is not the token's", &user, O, 0, "O:SYG:SY", "O:LS", "STATUS_INVALID_OWNER" },
    { "any owner with SeRestore", &mighty, O, 0, "O:SYG:SY", "O:LS", "O:LSG:SY" },
    { "an owner that is not checked", &user, O, SEF_AVOID_OWNER_CHECK, "O:SYG:SY", "O:LS",
      "O:LSG:SY" },
    { "an owner that is not there", &user, O, SEF_AVOID_OWNER_CHECK, "O:SYG:SY", "G:SY",
      "STATUS_INVALID_OWNER" },
    { "the group", &user, G, 0, "O:SYG:SY", "G:LS", "O:SYG:LS" },
    { "a group that is not there", &user, G, 0, "O:SYG:SY", "O:SY",
      "STATUS_INVALID_PRIMARY_GROUP" },
    { "only what is named", &user, G, 0, "O:SYG:SYD:(A;;FA;;;WD)",
      "O:LSG:LSD:(A;;FR;;;BU)S:(AU;SA;FA;;;WD)", "O:SYG:LSD:(A;;FA;;;WD)" },

    { "the DACL", &user, D, 0, "O:SYG:SYD:(A;;FA;;;WD)S:(AU;SA;FA;;;WD)", "D:(A;;FR;;;BU)",
      "O:SYG:SYD:(A;;FR;;;BU)S:(AU;SA;FA;;;WD)" },
    { "generic rights are mapped", &user, D, 0, "O:SYG:SY", "D:(A;;GA;;;BU)(A;OICI;GR;;;CO)",
      "O:SYG:SYD:(A;;FA;;;BU)(A;;FR;;;SY)(A;OICIIO;GR;;;CO)" },
    { "to the owner that is set with it", &user, O | D, 0, "O:SYG:SY", "O:" ME "D:(A;;FR;;;CO)",
      "O:" ME "G:SYD:(A;;FR;;;" ME ")" },
    { "marks stand where nothing is automatic", &user, D, 0, "O:SYG:SYD:AI(A;ID;FA;;;WD)",
      "D:(A;;FR;;;BU)(A;ID;FX;;;BU)", "O:SYG:SYD:(A;;FR;;;BU)(A;ID;FX;;;BU)" },
    { "a DACL that asks to be automatic", &user, D, 0, "O:SYG:SYD:(A;;FA;;;WD)",
      "D:ARAI(A;;FR;;;BU)", "O:SYG:SYD:AI(A;;FR;;;BU)" },
    { "inherited ACEs cannot be changed", &user, D, AUTO, "O:SYG:SYD:AI(A;;FX;;;BA)(A;ID;FA;;;WD)",
      "D:(A;;FR;;;BU)(A;ID;FX;;;BU)", "O:SYG:SYD:AI(A;;FR;;;BU)(A;ID;FA;;;WD)" },
    { "protecting makes what is given explicit", &user, D, AUTO,
      "O:SYG:SYD:AI(A;;FX;;;BA)(A;ID;FA;;;WD)", "D:P(A;;FR;;;BU)(A;ID;FX;;;BU)",
      "O:SYG:SYD:PAI(A;;FR;;;BU)(A;;FX;;;BU)" },
    { "unprotecting takes the marks that are given", &user, D, AUTO, "O:SYG:SYD:PAI(A;;FX;;;BA)",
      "D:(A;;FR;;;BU)(A;ID;FX;;;BU)", "O:SYG:SYD:AI(A;;FR;;;BU)(A;ID;FX;;;BU)" },
    { "protecting by a bit of the parts", &user, D | P_DACL, AUTO, "O:SYG:SYD:AI(A;ID;FA;;;WD)",
      "D:(A;ID;FX;;;BU)", "O:SYG:SYD:PAI(A;;FX;;;BU)" },
    { "unprotecting by a bit of the parts", &user, D | U_DACL, AUTO, "O:SYG:SYD:PAI(A;;FA;;;WD)",
      "D:P(A;ID;FX;;;BU)", "O:SYG:SYD:AI(A;ID;FX;;;BU)" },
    { "both at once", &user, D | P_DACL | U_DACL, AUTO,
      "O:SYG:SYD:", "D:", "STATUS_INVALID_PARAMETER" },
    { "an empty DACL", &user, D, 0, "O:SYG:SYD:(A;;FA;;;WD)", "D:", "O:SYG:SYD:" },
    { "a NULL DACL", &user, D, 0, "O:SYG:SYD:(A;;FA;;;WD)", "D:NO_ACCESS_CONTROL",
      "O:SYG:SYD:NO_ACCESS_CONTROL" },

    { "audit needs SeSecurity", &user, S, 0, "O:SYG:SY", "S:(AU;SA;FA;;;WD)",
      "STATUS_PRIVILEGE_NOT_HELD" },
    { "taking audit away needs it", &user, S, 0, "O:SYG:SYS:(AU;SA;FA;;;WD)", "O:SY",
      "STATUS_PRIVILEGE_NOT_HELD" },
    { "audit", &mighty, S, 0, "O:SYG:SYS:(AU;FA;FA;;;WD)", "S:(AU;SA;GA;;;WD)",
      "O:SYG:SYS:(AU;SA;FA;;;WD)" },
    { "so does giving a list without", &user, S, 0, "O:SYG:SYS:(AU;SA;FA;;;WD)", "S:(ML;;NW;;;LW)",
      "STATUS_PRIVILEGE_NOT_HELD" },
    { "no audit", &mighty, S, 0, "O:SYG:SYS:(AU;FA;FA;;;WD)", "O:SY", "O:SYG:SY" },
    { "audit leaves the label alone", &mighty, S, 0, "O:SYG:SYS:(ML;;NW;;;LW)(AU;FA;FA;;;WD)",
      "S:(AU;SA;FA;;;WD)(ML;;NR;;;HI)", "O:SYG:SYS:(AU;SA;FA;;;WD)(ML;;NW;;;LW)" },
    { "the label leaves audit alone", &user, L, 0, "O:SYG:SYS:(ML;;NW;;;LW)(AU;FA;FA;;;WD)",
      "S:(AU;SA;FA;;;WD)(ML;;NR;;;HI)", "O:SYG:SYS:(ML;;NR;;;HI)(AU;FA;FA;;;WD)" },
    { "both", &mighty, S | L, 0, "O:SYG:SYS:(ML;;NW;;;LW)(AU;FA;FA;;;WD)",
      "S:(AU;SA;FA;;;WD)(ML;;NR;;;HI)", "O:SYG:SYS:(AU;SA;FA;;;WD)(ML;;NR;;;HI)" },
    { "a label above the token's", &user, L, 0, "O:SYG:SY", "S:(ML;;NW;;;SI)",
      "STATUS_INVALID_LABEL" },
    { "with SeRelabel", &mighty, L, 0, "O:SYG:SY", "S:(ML;;NW;;;SI)", "O:SYG:SYS:(ML;;NW;;;SI)" },
    { "no label is medium", &low, L, 0, "O:SYG:SYS:(ML;;NW;;;LW)", "D:", "STATUS_INVALID_LABEL" },
    { "which is below high", &user, L, 0, "O:SYG:SYS:(ML;;NW;;;LW)", "D:", "O:SYG:SY" },
    { "inherited audit is kept", &mighty, S, AUTO_S, "O:SYG:SYS:AI(AU;IDSA;FA;;;WD)",
      "S:(AU;FA;FR;;;BU)(AU;IDFA;FX;;;BU)", "O:SYG:SYS:AI(AU;FA;FR;;;BU)(AU;IDSA;FA;;;WD)" },
    { "everything", &mighty, BACKUP_SECURITY_INFORMATION, 0,
      "O:SYG:SYD:(A;;FA;;;WD)S:(ML;;NW;;;LW)", "O:LSG:LSD:(A;;FR;;;WD)S:(AU;SA;FA;;;WD)",
      "O:LSG:LSD:(A;;FR;;;WD)S:(AU;SA;FA;;;WD)" },
    { "unknown flags", &user, D, 0x80000000, "O:SYG:SY", "D:", "STATUS_INVALID_PARAMETER" },
};

static void check_set(const struct set_case *c)
{
    _cleanup_(from_text_done) struct from_text current = { 0 };
    _cleanup_(from_text_done) struct from_text given = { 0 };
    _cleanup_(freep) void *bytes = NULL;
    const struct object_security_request request = { .creator = read_text(&given, c->given),
                                                     .flags = c->flags,
                                                     .token = *c->token,
                                                     .mapping = &mapping };
    size_t size;

    nt_status st =
        object_security_set(&bytes, &size, read_text(&current, c->current), c->parts, &request);
    if (strncmp(c->expected, "STATUS_", 7) == 0 && strcmp(nt_status_name(st), c->expected) == 0)
        return;
    if (nt_failed(st))
        fail_msg("%s: %s", c->what, nt_status_name(st));
    assert_text(c->what, bytes, size, c->expected);
}

static void parts_are_set_by_the_rules(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(set_cases); i++)
        check_set(&set_cases[i]);
}

/* --- showing -------------------------------------------------------------------------------- */

static void parts_are_shown(void **state)
{
    static const char all[] = "O:SYG:BAD:PAI(A;;FA;;;WD)S:AI(ML;;NW;;;LW)(AU;SA;FA;;;WD)";
    static const struct {
        uint32_t parts;
        const char *expected;
    } table[] = {
        { 0, "" },
        { O, "O:SY" },
        { G, "G:BA" },
        { D, "D:PAI(A;;FA;;;WD)" },
        { S, "S:AI(AU;SA;FA;;;WD)" },
        { L, "S:(ML;;NW;;;LW)" },
        { ATTRIBUTE_SECURITY_INFORMATION, "" },
        { O | G | D | S | L, all },
        { BACKUP_SECURITY_INFORMATION, all },
    };
    _cleanup_(from_text_done) struct from_text d = { 0 };

    (void)read_text(&d, all);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        _cleanup_(freep) void *bytes = NULL;
        size_t size;

        assert_ok(object_security_get(&bytes, &size, &d.d, table[i].parts));
        assert_text(table[i].expected, bytes, size, table[i].expected);
    }
}

static void a_sacl_without_audit_is_shown_as_an_empty_one(void **state)
{
    _cleanup_(from_text_done) struct from_text d = { 0 };
    _cleanup_(freep) void *bytes = NULL;
    size_t size;

    assert_ok(object_security_get(&bytes, &size, read_text(&d, "S:(ML;;NW;;;LW)"), S));
    assert_text("audit", bytes, size, "S:");
}

static void the_rights_of_parts_are_those_of_windows(void **state)
{
    static const struct {
        uint32_t parts, read, write;
    } table[] = {
        { 0, 0, 0 },
        { O, READ_CONTROL, WRITE_OWNER },
        { G, READ_CONTROL, WRITE_OWNER },
        { D, READ_CONTROL, WRITE_DAC },
        { S, ACCESS_SYSTEM_SECURITY, ACCESS_SYSTEM_SECURITY },
        { L, READ_CONTROL, WRITE_OWNER },
        { ATTRIBUTE_SECURITY_INFORMATION, READ_CONTROL, WRITE_DAC },
        { SCOPE_SECURITY_INFORMATION, READ_CONTROL, ACCESS_SYSTEM_SECURITY },
        { P_DACL, 0, WRITE_DAC },
        { PROTECTED_SACL_SECURITY_INFORMATION, 0, ACCESS_SYSTEM_SECURITY },
        { BACKUP_SECURITY_INFORMATION, READ_CONTROL | ACCESS_SYSTEM_SECURITY,
          WRITE_DAC | WRITE_OWNER | ACCESS_SYSTEM_SECURITY },
        { O | D | S, READ_CONTROL | ACCESS_SYSTEM_SECURITY,
          WRITE_OWNER | WRITE_DAC | ACCESS_SYSTEM_SECURITY },
    };

    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        assert_int_equal(object_security_read_access(table[i].parts), table[i].read);
        assert_int_equal(object_security_write_access(table[i].parts), table[i].write);
    }
}

/* --- converting ----------------------------------------------------------------------------- */

struct convert_case {
    const char *what;
    enum inherit_kind kind;
    const char *parent;
    const char *current;
    const char *expected;
};

static const struct convert_case convert_cases[] = {
    { "what was inherited is marked and comes last", INHERIT_LEAF, "D:(A;OI;FA;;;BA)",
      "O:SYG:SYD:(A;;FA;;;BA)(A;;FR;;;BU)", "O:SYG:SYD:AI(A;;FR;;;BU)(A;ID;FA;;;BA)" },
    { "in two ACEs instead of one", INHERIT_LEAF, "D:(A;OI;0x3;;;BA)",
      "O:SYG:SYD:(A;;CC;;;BA)(A;;DC;;;BA)", "O:SYG:SYD:AI(A;ID;CC;;;BA)(A;ID;DC;;;BA)" },
    { "in one ACE instead of two", INHERIT_LEAF, "D:(A;OI;CC;;;BA)(A;OI;DC;;;BA)",
      "O:SYG:SYD:(A;;CCDC;;;BA)", "O:SYG:SYD:AI(A;ID;CCDC;;;BA)" },
    { "with CREATOR OWNER replaced", INHERIT_CONTAINER, "D:(A;OICIIO;GA;;;CO)",
      "O:SYG:SYD:(A;;FA;;;SY)(A;OICIIO;GA;;;CO)",
      "O:SYG:SYD:AI(A;ID;FA;;;SY)(A;OICIIOID;GA;;;CO)" },
    { "more rights than were inherited are explicit", INHERIT_LEAF, "D:(A;OI;FR;;;BA)",
      "O:SYG:SYD:(A;;FR;;;BA)(A;;FA;;;BA)", "O:SYG:SYD:AI(A;;FA;;;BA)(A;ID;FR;;;BA)" },
    { "nothing of the parent's", INHERIT_LEAF, "D:(A;OI;FA;;;BA)", "O:SYG:SYD:(A;;FR;;;BU)",
      "O:SYG:SYD:PAI(A;;FR;;;BU)" },
    { "only some of the parent's", INHERIT_LEAF, "D:(A;OI;FA;;;BA)(A;OI;FA;;;SY)",
      "O:SYG:SYD:(A;;FA;;;BA)(A;;FR;;;BU)", "O:SYG:SYD:PAI(A;;FA;;;BA)(A;;FR;;;BU)" },
    { "a parent that gives nothing", INHERIT_LEAF, "D:(A;;FA;;;BA)", "O:SYG:SYD:(A;;FA;;;BA)",
      "O:SYG:SYD:PAI(A;;FA;;;BA)" },
    { "no parent", INHERIT_LEAF, NULL, "O:SYG:SYD:(A;;FA;;;BA)", "O:SYG:SYD:PAI(A;;FA;;;BA)" },
    { "a denial may not pass an allowance", INHERIT_LEAF, "D:(D;OI;FW;;;BA)",
      "O:SYG:SYD:(D;;FW;;;BA)(A;;FA;;;BA)", "O:SYG:SYD:PAI(D;;FW;;;BA)(A;;FA;;;BA)" },
    { "nor an allowance a denial", INHERIT_LEAF, "D:(A;OI;FW;;;BA)",
      "O:SYG:SYD:(A;;FW;;;BA)(D;;FA;;;BU)", "O:SYG:SYD:PAI(A;;FW;;;BA)(D;;FA;;;BU)" },
    { "a list that tells already", INHERIT_LEAF, "D:(A;OI;FA;;;BA)",
      "O:SYG:SYD:AI(A;;FA;;;BA)(A;ID;FR;;;BU)", "O:SYG:SYD:AI(A;;FA;;;BA)(A;ID;FR;;;BU)" },
    { "the SACL too", INHERIT_LEAF, "S:(AU;OISA;FA;;;WD)",
      "O:SYG:SYD:AIS:(AU;SA;FA;;;WD)(AU;FA;FA;;;WD)",
      "O:SYG:SYD:AIS:AI(AU;FA;FA;;;WD)(AU;IDSA;FA;;;WD)" },
};

static void inheritance_is_found_out(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(convert_cases); i++) {
        const struct convert_case *c = &convert_cases[i];
        _cleanup_(from_text_done) struct from_text parent = { 0 };
        _cleanup_(from_text_done) struct from_text current = { 0 };
        _cleanup_(freep) void *bytes = NULL;
        size_t size;

        assert_ok(object_security_convert(
            &bytes, &size, read_text(&current, c->current),
            &(struct object_security_request){
                .parent = read_text(&parent, c->parent), .kind = c->kind, .mapping = &mapping }));
        assert_text(c->what, bytes, size, c->expected);
    }
}

static void both_lists_are_said_to_be_automatic(void **state)
{
    const uint16_t expected = SE_DACL_AUTO_INHERITED | SE_SACL_AUTO_INHERITED | SE_DACL_PROTECTED |
                              SE_SACL_PROTECTED | SE_DACL_PRESENT | SE_SELF_RELATIVE;
    _cleanup_(from_text_done) struct from_text current = { 0 };
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor d;
    size_t size;

    assert_ok(object_security_convert(&bytes, &size, read_text(&current, "O:SYG:SYD:"),
                                      &(struct object_security_request){ .mapping = &mapping }));
    assert_ok(descriptor_parse(&d, bytes, size));
    assert_int_equal(d.control, expected);
}

static void a_failing_allocation_leaves_nothing(void **state)
{
    _cleanup_(from_text_done) struct from_text parent = { 0 };
    _cleanup_(from_text_done) struct from_text current = { 0 };
    _cleanup_(freep) void *bytes = NULL;
    const struct object_security_request request = {
        .parent = read_text(&parent, "D:(A;OI;FA;;;BA)S:(AU;OISA;FA;;;WD)"),
        .creator = &parent.d,
        .token = mighty,
        .mapping = &mapping,
    };
    size_t size;

    (void)read_text(&current, "O:SYG:SYD:(A;;FA;;;BA)S:(AU;SA;FA;;;WD)");
    FOR_EACH_FAILING_ALLOCATION(st, object_security_convert(&bytes, &size, &current.d, &request))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(bytes);
    }
    free(TAKE(bytes));
    FOR_EACH_FAILING_ALLOCATION(set,
                                object_security_set(&bytes, &size, &current.d, D | S, &request))
    {
        assert_status(set, STATUS_NO_MEMORY);
        assert_null(bytes);
    }
    free(TAKE(bytes));
    FOR_EACH_FAILING_ALLOCATION(get, object_security_get(&bytes, &size, &current.d, D | S))
    {
        assert_status(get, STATUS_NO_MEMORY);
        assert_null(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_set_by_the_rules),
        cmocka_unit_test(parts_are_shown),
        cmocka_unit_test(a_sacl_without_audit_is_shown_as_an_empty_one),
        cmocka_unit_test(the_rights_of_parts_are_those_of_windows),
        cmocka_unit_test(inheritance_is_found_out),
        cmocka_unit_test(both_lists_are_said_to_be_automatic),
        cmocka_unit_test(a_failing_allocation_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
