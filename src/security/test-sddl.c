/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "security/sddl.h"

#define ALL_PARTS                                                                                  \
    (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION |         \
     SACL_SECURITY_INFORMATION)

/* The domain of the vectors; LA is its -500. */
static const char domain_text[] = "S-1-5-21-2457507606-2709100691-398136650";

static sid_buffer domain;

static int set_up(void **state)
{
    return nt_failed(sid_from_text(&domain, NULL, domain_text, strlen(domain_text))) ? -1 : 0;
}

static char *print(const void *bytes, size_t size)
{
    struct descriptor d;
    char *text = NULL;

    assert_ok(descriptor_parse(&d, bytes, size));
    assert_ok(sddl_print(&text, NULL, &d, ALL_PARTS, &domain.sid));
    return text;
}

/* Text, and the text that comes back. */
static const struct {
    const char *in;
    const char *out; /* NULL: the same */
} round_trips[] = {
    { "", NULL },
    { "D:", NULL },
    { "D:P", NULL },
    { "D:PARAI", NULL },
    { "D:NO_ACCESS_CONTROL", NULL },
    { "D:PNO_ACCESS_CONTROL", NULL },
    { "S:NO_ACCESS_CONTROL", NULL },
    { "O:BAG:SYD:(A;;FA;;;WD)S:(AU;SAFA;FA;;;WD)", NULL },
    { "O:LAG:LGD:(A;;;;;DA)", NULL },
    { "D:(D;OICINPIOID;KR;;;AN)(A;;KW;;;BU)", NULL },
    { "D:(A;;KX;;;WD)", "D:(A;;KR;;;WD)" },
    { "D:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWOGAGXGWGR;;;WD)", NULL },
    { "D:(A;;GRGWGX;;;WD)", "D:(A;;GXGWGR;;;WD)" },
    { "D:(A;;0x1f01ff;;;WD)", "D:(A;;FA;;;WD)" },
    { "D:(A;;0X12345;;;WD)", "D:(A;;0x12345;;;WD)" },
    { "D:(A;;255;;;WD)", "D:(A;;CCDCLCSWRPWPDTLO;;;WD)" },
    { "D:(A;;017;;;WD)", "D:(A;;CCDCLCSW;;;WD)" },
    { "D:(A;;0;;;WD)", "D:(A;;;;;WD)" },
    { "D:(A;;FRFW;;;WD)", "D:(A;;0x12019f;;;WD)" },
    { "S:(ML;;NW;;;HI)", NULL },
    { "S:(ML;;NWNRNX;;;S-1-16-5)", NULL },
    { "S:(ML;CI;NWNR;;;LW)", NULL },
    { "S:(ML;;0xf0000;;;ME)", "S:(ML;;SDRCWDWO;;;ME)" },
    { "S:(AL;;GA;;;WD)", NULL },
    { "D:(OA;;CC;bf967aba-0de6-11d0-a285-00aa003049e2;;PS)", NULL },
    { "D:(OD;;CC;;bf967aba-0de6-11d0-a285-00aa003049e2;PS)", NULL },
    { "S:(OU;;CC;BF967ABA-0DE6-11D0-A285-00AA003049E2;bf967a86-0de6-11d0-a285-00aa003049e2;WD)",
      "S:(OU;;CC;bf967aba-0de6-11d0-a285-00aa003049e2;bf967a86-0de6-11d0-a285-00aa003049e2;WD)" },
    { "S:(OL;;CC;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)", NULL },
    { "D:(OA;;CC;;;WD)", "D:(A;;CC;;;WD)" },
    { "D:(A;;FA;;;S-1-5-18)", "D:(A;;FA;;;SY)" },
    { "D:(A;;FA;;;S-1-0x5-0x20-0x220)", "D:(A;;FA;;;BA)" },
    { "D:(A;;FA;;;S-1-0x2038FD554-1)", NULL },
    { "O:S-1-5-32-0x220D:(A;;FA;;;WD)", "O:BAD:(A;;FA;;;WD)" },
    { "S:(SP;;;;;S-1-17-1)", NULL },
    { "S:(AU;SA;FA;;;WD)D:(A;;FA;;;WD)O:BA", "O:BAD:(A;;FA;;;WD)S:(AU;SA;FA;;;WD)" },
    { "d:p(a;oi;fa;;;wd)", "D:P(A;OI;FA;;;WD)" },
    { " O:BA G:SY\r\n D: P (A; OICI ;FA; ; ; WD )\t(A;;FA;;;SY) ",
      "O:BAG:SYD:P(A;OICI;FA;;;WD)(A;;FA;;;SY)" },
};

static void text_makes_bytes_and_bytes_the_text(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(round_trips); i++) {
        const char *in = round_trips[i].in;
        const char *expected = round_trips[i].out ? round_trips[i].out : in;
        _cleanup_(freep) void *bytes = NULL;
        size_t size;

        nt_status st = sddl_parse(&bytes, &size, in, strlen(in), &domain.sid, NULL);
        if (nt_failed(st))
            fail_msg("\"%s\": %s", in, nt_status_name(st));
        _cleanup_(freep) char *text = print(bytes, size);
        assert_string_equal(text, expected);
    }
}

static const struct {
    const char *text;
    int32_t status;
} wrong_texts[] = {
    { "X:BA", (int32_t)STATUS_INVALID_PARAMETER },
    { "D", (int32_t)STATUS_INVALID_PARAMETER },
    { "D:D:", (int32_t)STATUS_INVALID_PARAMETER },
    { "D:(A;;FA;;;WD)x", (int32_t)STATUS_INVALID_PARAMETER },
    { "D:(A;;FA;;;WD)P", (int32_t)STATUS_INVALID_PARAMETER },
    { "O:", (int32_t)STATUS_INVALID_SID },
    { "O::", (int32_t)STATUS_INVALID_PARAMETER },
    { "O:ZZ", (int32_t)STATUS_INVALID_SID },
    { "O:S-1-5", (int32_t)STATUS_INVALID_SID },
    { "O:S-1-5-18-", (int32_t)STATUS_INVALID_SID },
    { "O:S-1-5-4294967296", (int32_t)STATUS_INVALID_SID },
    { "D:(A;;FA;;;)", (int32_t)STATUS_INVALID_SID },
    { "D:(A;;FA;;;WD", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;;FA;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;;FA;;;;WD)", (int32_t)STATUS_INVALID_SID },
    { "D:(Q;;FA;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(;;FA;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;QQ;FA;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;O;FA;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;;F;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;;NW;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;;0x;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;;0x1g;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;;0x100000000;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;;FA0x1;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;;FA;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(OA;;FA;bf967aba-0de6-11d0-a285-00aa003049e;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(OA;;FA;bf967aba-0de6-11d0-a285-00aa003049eg;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(OA;;FA;bf967aba00de6-11d0-a285-00aa003049e2;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(XA;;FA;;;WD;(@User.a == 1))", (int32_t)STATUS_NOT_SUPPORTED },
    { "S:(RA;;;;;WD;(\"a\",TI,0,1))", (int32_t)STATUS_NOT_SUPPORTED },
};

static void a_wrong_text_is_refused_and_the_output_untouched(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(wrong_texts); i++) {
        const char *text = wrong_texts[i].text;
        void *bytes = &domain;
        size_t size = 17;

        nt_status st = sddl_parse(&bytes, &size, text, strlen(text), &domain.sid, NULL);
        if (st.code != wrong_texts[i].status)
            fail_msg("\"%s\" gives %s", text, nt_status_name(st));
        assert_ptr_equal(bytes, &domain);
        assert_int_equal(size, 17);
    }
}

static void every_prefix_of_a_text_is_read_safely(void **state)
{
    static const char text[] = "O:BAG:S-1-5-21-1-2-3-4D:PAI(OA;CI;0x1f;bf967aba-0de6-11d0-a285-"
                               "00aa003049e2;;PS)S:(ML;;NW;;;HI)";

    for (size_t size = 0; size < strlen(text); size++) {
        _cleanup_(freep) char *cut = malloc(size + 1);
        _cleanup_(freep) void *bytes = NULL;
        size_t bytes_size;

        assert_non_null(cut);
        memcpy(cut, text, size);
        nt_status st = sddl_parse(&bytes, &bytes_size, cut, size, &domain.sid, NULL);
        assert_true(nt_failed(st) == !bytes);
    }
}

static void without_a_domain_its_aliases_are_unknown(void **state)
{
    sid_buffer sid;
    void *bytes;
    size_t size;

    assert_status(sddl_parse(&bytes, &size, "O:LA", 4, NULL, NULL), STATUS_INVALID_SID);
    assert_status(sddl_sid_parse(&sid, "DA", 2, NULL), STATUS_INVALID_SID);
    assert_ok(sddl_sid_parse(&sid, "ba", 2, NULL));
    assert_status(sddl_sid_parse(&sid, "B", 1, NULL), STATUS_INVALID_SID);
    assert_status(sddl_sid_parse(&sid, "", 0, NULL), STATUS_INVALID_SID);
}

static void only_the_parts_asked_for_are_printed(void **state)
{
    static const char text[] = "O:BAG:SYD:(A;;FA;;;WD)S:(AU;SA;FA;;;WD)(ML;;NW;;;HI)";
    static const struct {
        uint32_t parts;
        const char *expected;
    } cases[] = {
        { 0, "" },
        { OWNER_SECURITY_INFORMATION, "O:BA" },
        { GROUP_SECURITY_INFORMATION, "G:SY" },
        { DACL_SECURITY_INFORMATION, "D:(A;;FA;;;WD)" },
        { SACL_SECURITY_INFORMATION, "S:(AU;SA;FA;;;WD)(ML;;NW;;;HI)" },
        { LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;HI)" },
    };
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor d;
    size_t size;

    assert_ok(sddl_parse(&bytes, &size, text, strlen(text), NULL, NULL));
    assert_ok(descriptor_parse(&d, bytes, size));
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(freep) char *part = NULL;

        assert_ok(sddl_print(&part, NULL, &d, cases[i].parts, NULL));
        assert_string_equal(part, cases[i].expected);
    }
}

static void an_acl_that_grows_too_long_is_refused(void **state)
{
    static const char ace[] = "(A;;FA;;;S-1-5-21-1-2-3-4-5-6-7-8-9-10-11-12-13)";
    enum { COUNT = 1000 };
    _cleanup_(freep) char *text = malloc(2 + COUNT * strlen(ace));
    void *bytes;
    size_t size;

    assert_non_null(text);
    memcpy(text, "D:", 2);
    for (size_t i = 0; i < COUNT; i++)
        memcpy(text + 2 + i * strlen(ace), ace, strlen(ace));
    assert_status(sddl_parse(&bytes, &size, text, 2 + COUNT * strlen(ace), NULL, NULL),
                  STATUS_INVALID_ACL);
}

static void an_object_ace_without_guids_is_plain_and_leaves_its_room(void **state)
{
    static const char text[] = "D:(OA;;CC;;;WD)";
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor d;
    struct ace ace;
    size_t size, used;

    assert_ok(sddl_parse(&bytes, &size, text, strlen(text), NULL, NULL));
    assert_ok(descriptor_parse(&d, bytes, size));
    assert_int_equal(d.dacl->AclRevision, ACL_REVISION_DS);
    assert_ok(acl_get(&ace, d.dacl, 0));
    assert_int_equal(ace.type, ACCESS_ALLOWED_ACE_TYPE);
    assert_ok(acl_used(&used, d.dacl));
    assert_int_equal(acl_size(d.dacl), used + 4);
}

static void no_allocation_may_fail_unnoticed(void **state)
{
    static const char text[] = "O:BAD:(A;;FA;;;WD)S:(AU;SA;FA;;;WD)";
    void *bytes = NULL;
    size_t size;

    FOR_EACH_FAILING_ALLOCATION(st, sddl_parse(&bytes, &size, text, strlen(text), NULL, NULL))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(bytes);
    }
    struct descriptor d;
    char *printed = NULL;
    assert_ok(descriptor_parse(&d, bytes, size));
    FOR_EACH_FAILING_ALLOCATION(st, sddl_print(&printed, NULL, &d, ALL_PARTS, NULL))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(printed);
    }
    free(printed);
    free(bytes);
}

/* --- Vectors that Windows made; read where they lie, when told where --- */

static size_t from_hex(uint8_t *bytes, const char *hex)
{
    size_t n = 0;
    unsigned value;

    while (sscanf(hex + 2 * n, "%2x", &value) == 1)
        bytes[n++] = (uint8_t)value;
    return n;
}

/* ACLs of revision 4 without an object ACE cannot be made from their text: reading only. */
static bool has_slack(const ACL *acl)
{
    size_t used;

    return acl && !nt_failed(acl_used(&used, acl)) && used != acl_size(acl);
}

static void check_vector(const char *text, const uint8_t *bytes, size_t size, size_t *slack)
{
    struct descriptor d;
    _cleanup_(freep) void *made = NULL;
    size_t made_size;

    _cleanup_(freep) char *printed = print(bytes, size);
    assert_string_equal(printed, text);
    assert_ok(descriptor_parse(&d, bytes, size));
    if (has_slack(d.dacl) || has_slack(d.sacl)) {
        (*slack)++;
        return;
    }
    assert_ok(sddl_parse(&made, &made_size, text, strlen(text), &domain.sid, NULL));
    assert_int_equal(made_size, size);
    assert_memory_equal(made, bytes, size);
}

static void windows_made_the_same_of_the_vectors(void **state)
{
    static char line[1 << 17];
    static uint8_t bytes[1 << 16];
    const char *folder = getenv("OPENLOGON_VECTORS");
    char path[4096];
    size_t checked = 0, slack = 0;

    if (!folder)
        skip();
    (void)snprintf(path, sizeof(path), "%s/sddl-ordinary.txt", folder);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        char *tab = strchr(line, '\t');

        if (line[0] == '#' || !tab)
            continue;
        *tab = 0;
        check_vector(line, bytes, from_hex(bytes, tab + 1), &slack);
        checked++;
    }
    (void)fclose(file);
    assert_true(checked > 1000);
    assert_true(slack < 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_makes_bytes_and_bytes_the_text),
        cmocka_unit_test(a_wrong_text_is_refused_and_the_output_untouched),
        cmocka_unit_test(every_prefix_of_a_text_is_read_safely),
        cmocka_unit_test(without_a_domain_its_aliases_are_unknown),
        cmocka_unit_test(only_the_parts_asked_for_are_printed),
        cmocka_unit_test(an_acl_that_grows_too_long_is_refused),
        cmocka_unit_test(an_object_ace_without_guids_is_plain_and_leaves_its_room),
        cmocka_unit_test(no_allocation_may_fail_unnoticed),
        cmocka_unit_test(windows_made_the_same_of_the_vectors),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
