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
    { "O:LAG:LGD:(A;;;;;DA)", "O:LAG:LGD:(A;;;;;S-1-5-21-2457507606-2709100691-398136650-512)" },
    { "D:(A;;-99;;;LG)(A;;+0x1f;;;WD)", "D:(A;;0xffffff9d;;;LG)(A;;CCDCLCSWRP;;;WD)" },
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
    { "S:(TL;;GA;;;S-1-19-512-8192)", NULL },
    { "S:(FL;CITP;GR;;;WD)(FL;;GR;;;WD;(@USER.a == 1))", NULL },
    { "S:(ML;CR;NW;;;HI)", NULL },
    { "D:(A;OIOICI;FAFR;;;WD)", "D:(A;OICI;FA;;;WD)" },
    { "D:(XA;;FA;;;WD;(a))(XD;;FA;;;WD;(a))S:(XU;SAFA;FA;;;WD;(a))", NULL },
    { "D:(ZA;;CC;bf967aba-0de6-11d0-a285-00aa003049e2;;PS;(a))", NULL },
    { "D:(ZA;;CC;;;PS;(a))", "D:(XA;;CC;;;PS;(a))" },
    { "D:(XA;;FX;;;WD;(@User.Title==\"PM\" && (@User.Division==\"Finance\" || "
      "@User.Division ==\"Sales\")))",
      "D:(XA;;FX;;;WD;((@USER.Title == \"PM\") && ((@USER.Division == \"Finance\") || "
      "(@USER.Division == \"Sales\"))))" },
    { "D:(xa;;fx;;;wd;(a||b&&!c||d))", "D:(XA;;FX;;;WD;(((a) || ((b) && (!(c)))) || (d)))" },
    { "D:(XA;;FX;;;WD;( ! ( ! a ) \t&&\r\n b ))", "D:(XA;;FX;;;WD;((!(!(a))) && (b)))" },
    { "D:(XA;;FX;;;WD;(!a == 1))", "D:(XA;;FX;;;WD;(!(a == 1)))" },
    { "D:(XA;;FX;;;WD;(((a))))", "D:(XA;;FX;;;WD;(a))" },
    { "D:(XA;;FX;;;WD;(a any_OF {1,-2,+3,0x1F,-0X10,017,0,\"\",\"x y\",#,#0aFF,SID( ba )}))",
      "D:(XA;;FX;;;WD;(a Any_of {1, -2, +3, 0x1f, -0x10, 017, 0, \"\", \"x y\", #, #0aff, "
      "SID(BA)}))" },
    { "D:(XA;;FX;;;WD;(a==#1#2#3##))", "D:(XA;;FX;;;WD;(a == #01020300))" },
    { "D:(XA;;FX;;;WD;(a == {}))", NULL },
    { "D:(XA;;FX;;;WD;(a == 9223372036854775807))", NULL },
    { "D:(XA;;FX;;;WD;(a == -9223372036854775808))", NULL },
    { "D:(XA;;FX;;;WD;(a == -0))", NULL },
    { "D:(XA;;FX;;;WD;(a == 00))", NULL },
    { "D:(XA;;FX;;;WD;(a == @Resource.b))", "D:(XA;;FX;;;WD;(a == @RESOURCE.b))" },
    { "D:(XA;;FX;;;WD;(a == b))", NULL },
    { "D:(XA;;FX;;;WD;(a == %0031b))", NULL },
    { "D:(XA;;FX;;;WD;(1b Contains 1))", NULL },
    { "D:(XA;;FX;;;WD;(exists @user.x && not_exists y))",
      "D:(XA;;FX;;;WD;((Exists @USER.x) && (Not_Exists y)))" },
    { "D:(XA;;FX;;;WD;(member_of{SID(BA),SID(SY)}))",
      "D:(XA;;FX;;;WD;(Member_of {SID(BA), SID(SY)}))" },
    { "D:(XA;;FX;;;WD;(Member_of SID(BA)))", NULL },
    { "D:(XA;;FX;;;WD;(not_device_MEMBER_OF_any{SID(LA)}))",
      "D:(XA;;FX;;;WD;(Not_Device_Member_of_any {SID(LA)}))" },
    { "D:(XA;;FX;;;WD;(Member_offer == 1))", NULL },
    { "D:(XA;;FX;;;WD;(%004dember_of == 1))", NULL },
    { "D:(XA;;FX;;;WD;(%0040user.x))", NULL },
    { "D:(XA;;FX;;;WD;(@USER.%0020%0021%0026%0028%0029%003e%003c%003d%007c%0025%0022))", NULL },
    { "D:(XA;;FX;;;WD;(@USER.[x]{y};#$'*+-.:/?@\\^_`~))", NULL },
    { "D:(XA;;FX;;;WD;(@USER.\xc3\xa9%D83D%DE00))", "D:(XA;;FX;;;WD;(@USER.%00e9%d83d%de00))" },
    { "D:(XA;;FX;;;WD;(a == \"\xc3\xa9\xf0\x9f\x98\x80%d800%0022%0000%0041%00250022\"))",
      "D:(XA;;FX;;;WD;(a == \"\xc3\xa9\xf0\x9f\x98\x80%d800%0022%0000%0041%00250022\"))" },
    { "S:(RA;;;;;WD;(\"Project\",TS,0,\"Windows\",\"SQL\"))",
      "S:(RA;;;;;WD;(\"Project\",TS,0x0,\"Windows\",\"SQL\"))" },
    { "S:(RA; ;;;;WD; ( \"a\" , TI , 0X10 , -1 , +2 ,0x10, -9223372036854775808 ) )",
      "S:(RA;;;;;WD;(\"a\",TI,0x10,-1,2,16,-9223372036854775808))" },
    { "S:(RA;;;;;WD;(\"a\",TU,0x1,18446744073709551615,0))", NULL },
    { "S:(RA;;;;;WD;(\"a\",TB,0xffff0000,0,1))", NULL },
    { "S:(RA;;;;;WD;(\"a\",TX,0x0,#00ff,#))", NULL },
    { "S:(RA;;;;;WD;(\"a\",TX,0x0,0102,3))", "S:(RA;;;;;WD;(\"a\",TX,0x0,#0102,#03))" },
    { "S:(RA;;;;;WD;(\"a\",TD,0x0,SID(BA),SID(S-1-5-21-1-2-3-4)))", NULL },
    { "S:(RA;;;;;WD;(\"a%0020b\",TS,0x0,\"\",\"x,)\"))", NULL },
    { "S:(RA;;;;;WD;(\"a\",TI,0x0))", NULL },
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

        nt_status st = sddl_parse(&bytes, &size, in, strlen(in), &domain.sid);
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
    { "D:(A;;FA;;;;WD)", (int32_t)STATUS_INVALID_ACL },
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
    { "D:(XA;;FA;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(XA;;FA;;;WD;)", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;())", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a)", (int32_t)STATUS_INVALID_ACL },
    { "D:(XA;;FA;;;WD;((a))", (int32_t)STATUS_INVALID_ACL },
    { "D:(XA;;FA;;;WD;(a)))", (int32_t)STATUS_INVALID_PARAMETER },
    { "D:(XA;;FA;;;WD;(a b))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a ==))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a = 1))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a & b))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a && && b))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(&& b))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a ||))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(!))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;((a) == 1))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(\"x\" == a))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == {1, {2}}))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == {1,}))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == {1 2}))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == {1, 2))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == {@User.b}))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == \"x))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == 9223372036854775808))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == -9223372036854775809))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == 0xffffffffffffffffff))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == 08))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == 0x))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == - 1))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == 1x))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(a == SID(QQ)))", (int32_t)STATUS_INVALID_SID },
    { "D:(XA;;FA;;;WD;(a == SID(BA))", (int32_t)STATUS_INVALID_ACL },
    { "D:(XA;;FA;;;WD;(@Users.a))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(@User.))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(@User.a%12))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(Member_of a))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(Member_of BA))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(XA;;FA;;;WD;(Exists 1 == 1))", (int32_t)STATUS_INVALID_ACE_CONDITION },
    { "D:(A;;FA;;;WD;(a))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;())", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(a,TI,0,1))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"\",TI,0,1))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a\",TQ,0,1))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a\",TI,x,1))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a\",TI,0x100000000,1))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a\",TI,0,))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a\",TI,0,1)", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a\",TI,0,9223372036854775808))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a\",TU,0,18446744073709551616))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a\",TU,0,-1))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a\",TB,0,2))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a\",TS,0,x))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a\",TX,0,x))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a\",TD,0,BA))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a b\",TI,0,1))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a%0000\",TI,0,1))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;BA;(\"a\",TI,0,1))", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;FR;;;WD;(\"a\",TI,0,1))", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;;-;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;;--1;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "D:(A;;-0x100000000;;;WD)", (int32_t)STATUS_INVALID_ACL },
    { "S:(RA;;;;;WD;(\"a\",TS,0,\"\xff\"))", (int32_t)STATUS_INVALID_ACL },
};

static void a_wrong_text_is_refused_and_the_output_untouched(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(wrong_texts); i++) {
        const char *text = wrong_texts[i].text;
        void *bytes = &domain;
        size_t size = 17;

        nt_status st = sddl_parse(&bytes, &size, text, strlen(text), &domain.sid);
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
        nt_status st = sddl_parse(&bytes, &bytes_size, cut, size, &domain.sid);
        assert_true(nt_failed(st) == !bytes);
    }
}

static void without_a_domain_its_aliases_are_unknown(void **state)
{
    sid_buffer sid;
    void *bytes;
    size_t size;

    assert_status(sddl_parse(&bytes, &size, "O:LA", 4, NULL), STATUS_INVALID_SID);
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

    assert_ok(sddl_parse(&bytes, &size, text, strlen(text), NULL));
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
    assert_status(sddl_parse(&bytes, &size, text, 2 + COUNT * strlen(ace), NULL),
                  STATUS_INVALID_ACL);
}

static void an_object_ace_without_guids_is_plain_and_leaves_its_room(void **state)
{
    static const char text[] = "D:(OA;;CC;;;WD)";
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor d;
    struct ace ace;
    size_t size, used;

    assert_ok(sddl_parse(&bytes, &size, text, strlen(text), NULL));
    assert_ok(descriptor_parse(&d, bytes, size));
    assert_int_equal(d.dacl->AclRevision, ACL_REVISION_DS);
    assert_ok(acl_get(&ace, d.dacl, 0));
    assert_int_equal(ace.type, ACCESS_ALLOWED_ACE_TYPE);
    assert_ok(acl_used(&used, d.dacl));
    assert_int_equal(acl_size(d.dacl), used + 4);
}

static void no_allocation_may_fail_unnoticed(void **state)
{
    static const char text[] =
        "O:BAD:(A;;FA;;;WD)(XA;;FA;;;WD;(@USER.\xc3\xa9 == \"b\"))S:(AU;SA;FA;;"
        ";WD)(RA;;;;;WD;(\"a\",TS,0x0,\"b\"))";
    void *bytes = NULL;
    size_t size;

    FOR_EACH_FAILING_ALLOCATION(st, sddl_parse(&bytes, &size, text, strlen(text), NULL))
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

static const struct {
    const char *text;
    size_t offset;
    const char *reason;
} errors[] = {
    { "X:", 0, "O:, G:, D: or S: is expected" },
    { "D:D:", 2, "this part is there twice" },
    { "O:ZZ", 2, "no SID and no alias of one" },
    { "D:(Q;;FA;;;WD)", 3, "no type of an ACE" },
    { "D:(A;OIQQ;FA;;;WD)", 7, "no flag of an ACE" },
    { "D:(A;;FAQQ;;;WD)", 8, "no right" },
    { "D:(A;;FA;;;ZZ)", 11, "no SID and no alias of one" },
    { "D:(A;;FA;;;WD", 13, "the parenthesis that closes the ACE is expected" },
    { "D:(XA;;FA;;;WD;(a == 09))", 21, "no integer of 64 bits" },
    { "D:(XA;;FA;;;WD;(a == SID(ZZ)))", 25, "no SID and no alias of one" },
    { "S:(RA;;;;;WD;(\"a\",TQ,0,1))", 18,
      "no type of a resource attribute: TI, TU, TS, TD, TX or TB" },
};

static void an_error_says_where_and_why(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
        struct sddl_error error = { 0 };
        void *bytes;
        size_t size;

        assert_true(nt_failed(sddl_parse_explained(&bytes, &size, errors[i].text,
                                                   strlen(errors[i].text), &domain.sid, &error)));
        assert_non_null(error.reason);
        if (error.offset != errors[i].offset || strcmp(error.reason, errors[i].reason) != 0)
            fail_msg("\"%s\": %zu, %s", errors[i].text, error.offset, error.reason);
    }
}

/* "((((a))))", n deep. */
static nt_status parse_deep(size_t depth)
{
    static const char start[] = "D:(XA;;FA;;;WD;";
    _cleanup_(freep) char *text = malloc(sizeof(start) + 2 * depth + 2);
    _cleanup_(freep) void *bytes = NULL;
    char *at = text;
    size_t size;

    assert_non_null(text);
    at = stpcpy(at, start);
    memset(at, '(', depth);
    at[depth] = 'a';
    memset(at + depth + 1, ')', depth + 1);
    return sddl_parse(&bytes, &size, text, sizeof(start) - 1 + 2 * depth + 2, NULL);
}

static void parentheses_may_be_as_deep_as_a_text_is_long(void **state)
{
    assert_ok(parse_deep(1000));
    assert_ok(parse_deep(100000));
}

/* A chain of n terms: ((a && a) && a) where it leans to the left, a && (a && a) to the right. */
static void put_chain(struct writer *w, size_t n, bool to_the_right)
{
    writer_text(w, "D:(XA;;FA;;;WD;(");
    for (size_t i = 1; i < n; i++)
        writer_text(w, to_the_right ? "a && (" : "(");
    writer_text(w, "a");
    for (size_t i = 1; i < n; i++)
        writer_text(w, to_the_right ? ")" : ") && a");
    writer_text(w, "))");
}

static nt_status check_chain(size_t n, bool to_the_right)
{
    _cleanup_(writer_done) struct writer w;
    _cleanup_(freep) void *bytes = NULL;
    _cleanup_(freep) void *again = NULL;
    size_t size, again_size;

    writer_init(&w, SDDL_TEXT_MAX);
    put_chain(&w, n, to_the_right);
    nt_status st = sddl_parse(&bytes, &size, (const char *)w.bytes, w.size, NULL);
    if (nt_failed(st))
        return st;
    _cleanup_(freep) char *text = print(bytes, size);
    assert_ok(sddl_parse(&again, &again_size, text, strlen(text), NULL));
    assert_int_equal(again_size, size);
    assert_memory_equal(again, bytes, size);
    return NT_OK;
}

static void chains_may_be_long_but_not_wait_without_end(void **state)
{
    assert_ok(check_chain(8000, false));
    assert_ok(check_chain(1024, true));
    assert_status(check_chain(1025, true), STATUS_INVALID_ACE_CONDITION);
    assert_status(check_chain(9000, false), STATUS_INVALID_ACL); /* above 64 kilobytes */
}

static void ace_types_without_a_name_are_not_printed(void **state)
{
    static const uint8_t types[] = {
        ACCESS_ALLOWED_COMPOUND_ACE_TYPE,      ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE,
        SYSTEM_ALARM_CALLBACK_ACE_TYPE,        SYSTEM_AUDIT_CALLBACK_OBJECT_ACE_TYPE,
        SYSTEM_ALARM_CALLBACK_OBJECT_ACE_TYPE, ACCESS_ALLOWED_CALLBACK_ACE_TYPE,
        SYSTEM_RESOURCE_ATTRIBUTE_ACE_TYPE,    0x16,
    };

    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        uint8_t bytes[] = { 4, 0, 32, 0, 1, 0, 0, 0, types[i], 0, 24, 0, 1, 0, 0, 0,
                            1, 1, 0,  0, 0, 0, 0, 5, 18,       0, 0,  0, 0, 0, 0, 0 };
        struct descriptor d = { .control = SE_DACL_PRESENT, .dacl = (const ACL *)(void *)bytes };
        char *text;

        if (ace_layout_of(types[i]) == ACE_LAYOUT_OBJECT)
            memcpy(bytes + 16, (uint8_t[]){ 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0 }, 16);
        assert_status(sddl_print(&text, NULL, &d, ALL_PARTS, NULL), STATUS_NOT_SUPPORTED);
    }
}

/* --- Vectors --- */

static size_t from_hex(uint8_t *bytes, const char *hex)
{
    size_t n = 0;
    unsigned value;

    while (sscanf(hex + 2 * n, "%2x", &value) == 1)
        bytes[n++] = (uint8_t)value;
    return n;
}

/* Assembled by hand from [MS-DTYP] 2.4.4.17 and 2.4.10: what follows the SID of an ACE for S-1-1-0,
 * with its padding. */
static const struct {
    const char *text;
    const char *hex;
} own_vectors[] = {
    { "D:(XA;;;;;WD;(Title == \"VP\"))",
      "61727478 f8 0a000000 5400690074006c006500 10 04000000 56005000 80 000000" },
    { "D:(XA;;;;;WD;(@USER.a >= -2))",
      "61727478 f9 02000000 6100 04 feffffffffffffff 02 02 85 00" },
    { "D:(XD;;;;;WD;(@DEVICE.a < +0x1f))",
      "61727478 fb 02000000 6100 04 1f00000000000000 01 03 82 00" },
    { "D:(XA;;;;;WD;(@RESOURCE.a != 017))",
      "61727478 fa 02000000 6100 04 0f00000000000000 03 01 81 00" },
    { "D:(XA;;;;;WD;((a) && (!(b))))", "61727478 f8 02000000 6100 f8 02000000 6200 a2 a0" },
    { "D:(XA;;;;;WD;((a) || (Not_Exists b)))", "61727478 f8 02000000 6100 f8 02000000 6200 8d a1" },
    { "D:(XA;;;;;WD;(Member_of {SID(SY), SID(WD)}))",
      "61727478 50 22000000 51 0c000000 010100000000000512000000 51 0c000000 "
      "010100000000000100000000 89" },
    { "D:(XA;;;;;WD;(a Any_of {#0102, 1}))", "61727478 f8 02000000 6100 50 12000000 18 02000000 "
                                             "0102 04 0100000000000000 03 02 88 00" },
    { "D:(RA;;;;;WD;(\"a\",TI,0x2,-1,1))",
      "18000000 0100 0000 02000000 02000000 1c000000 24000000 6100 0000 ffffffffffffffff "
      "0100000000000000" },
    { "D:(RA;;;;;WD;(\"a\",TS,0x0,\"b\",\"\"))",
      "18000000 0300 0000 00000000 02000000 1c000000 20000000 6100 0000 6200 0000 0000 0000" },
    { "D:(RA;;;;;WD;(\"ab\",TX,0x0,#0102))",
      "14000000 1000 0000 00000000 01000000 1a000000 6100 6200 0000 02000000 0102" },
    { "D:(RA;;;;;WD;(\"a\",TD,0x0,SID(SY)))",
      "14000000 0500 0000 00000000 01000000 18000000 6100 0000 0c000000 "
      "010100000000000512000000" },
    { "D:(RA;;;;;WD;(\"a\",TB,0x0,1))",
      "14000000 0600 0000 00000000 01000000 18000000 6100 0000 0100000000000000" },
};

static size_t from_spaced_hex(uint8_t *bytes, const char *hex)
{
    char digits[512];
    size_t n = 0;

    for (; *hex; hex++) {
        if (*hex != ' ')
            digits[n++] = *hex;
    }
    digits[n] = 0;
    return from_hex(bytes, digits);
}

static void what_the_specification_tells_is_what_is_made(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(own_vectors); i++) {
        const char *text = own_vectors[i].text;
        _cleanup_(freep) void *made = NULL;
        uint8_t expected[256];
        struct descriptor d;
        struct ace ace;
        size_t size;

        nt_status st = sddl_parse(&made, &size, text, strlen(text), NULL);
        if (nt_failed(st))
            fail_msg("\"%s\": %s", text, nt_status_name(st));
        assert_ok(descriptor_parse(&d, made, size));
        assert_ok(acl_get(&ace, d.dacl, 0));
        assert_int_equal(ace.extra_size, from_spaced_hex(expected, own_vectors[i].hex));
        assert_memory_equal(ace.extra, expected, ace.extra_size);
        _cleanup_(freep) char *printed = print(made, size);
        assert_string_equal(printed, text);
    }
}

/* --- Vectors that Windows made; read where they lie --- */

/* ACLs of revision 4 without an object ACE cannot be made from their text: reading only. */
static bool has_slack(const ACL *acl)
{
    size_t used;

    return acl && !nt_failed(acl_used(&used, acl)) && used != acl_size(acl);
}

struct tally {
    size_t lines;
    size_t slack;
    size_t inputs; /* texts that are not what is printed of their bytes */
};

static void check_bytes(const char *text, const uint8_t *bytes, size_t size)
{
    _cleanup_(freep) void *made = NULL;
    size_t made_size;

    assert_ok(sddl_parse(&made, &made_size, text, strlen(text), &domain.sid));
    assert_int_equal(made_size, size);
    assert_memory_equal(made, bytes, size);
}

static void check_vector(const char *text, const uint8_t *bytes, size_t size, struct tally *tally)
{
    _cleanup_(freep) char *printed = print(bytes, size);
    struct descriptor d;

    assert_ok(descriptor_parse(&d, bytes, size));
    tally->lines++;
    tally->inputs += strcmp(printed, text) != 0;
    if (has_slack(d.dacl) || has_slack(d.sacl)) {
        tally->slack++;
        return;
    }
    check_bytes(text, bytes, size);
    check_bytes(printed, bytes, size);
}

static struct tally check_file(const char *folder, const char *name)
{
    static char line[1 << 20];
    static uint8_t bytes[1 << 19];
    struct tally tally = { 0 };
    char path[4096];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    if (!file)
        return tally;
    while (fgets(line, sizeof(line), file)) {
        char *tab = strchr(line, '\t');

        if (line[0] == '#' || !tab)
            continue;
        *tab = 0;
        check_vector(line, bytes, from_hex(bytes, tab + 1), &tally);
    }
    (void)fclose(file);
    print_message("%s: %zu descriptors, %zu with slack, %zu texts that are inputs only\n", name,
                  tally.lines, tally.slack, tally.inputs);
    return tally;
}

/* Where OPENLOGON_VECTORS names a folder it has to have them; the one beside the sources may not
 * be there. */
static void windows_made_the_same_of_the_vectors(void **state)
{
    const char *given = getenv("OPENLOGON_VECTORS");
    const char *folder = given ? given : getenv("OPENLOGON_VECTORS_BESIDE");

    if (!folder)
        skip();
    const struct tally ordinary = check_file(folder, "sddl-ordinary.txt");
    const struct tally conditional = check_file(folder, "sddl-conditional.txt");
    if (!given && ordinary.lines == 0 && conditional.lines == 0)
        skip();
    assert_true(ordinary.lines > 1000);
    assert_int_equal(ordinary.inputs, 0);
    assert_true(ordinary.slack < 10);
    assert_true(conditional.lines > 100);
    assert_int_equal(conditional.slack, 0);
    assert_true(conditional.inputs < 10);
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
        cmocka_unit_test(an_error_says_where_and_why),
        cmocka_unit_test(parentheses_may_be_as_deep_as_a_text_is_long),
        cmocka_unit_test(chains_may_be_long_but_not_wait_without_end),
        cmocka_unit_test(ace_types_without_a_name_are_not_printed),
        cmocka_unit_test(what_the_specification_tells_is_what_is_made),
        cmocka_unit_test(windows_made_the_same_of_the_vectors),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
