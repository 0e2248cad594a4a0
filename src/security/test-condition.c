/* SPDX-License-Identifier: MIT */
#include "security/test-token.h"

#include "security/claim_text.h"
#include "security/condition.h"
#include "security/condition_text.h"
#include "security/sddl.h"

/* Claims as resource attributes are written. */
static const char *const claim_texts[TOKEN_CLAIMS_N][9] = {
    [TOKEN_CLAIMS_LOCAL] = { "(\"local\",TI,0,7)" },
    [TOKEN_CLAIMS_USER] = {
        "(\"Title\",TS,0,\"Manager\")",
        "(\"exact\",TS,2,\"Manager\")",
        "(\"level\",TI,0,-5)",
        "(\"big\",TU,0,18446744073709551615)",
        "(\"flag\",TB,0,1)",
        "(\"key\",TX,0,#0102)",
        "(\"projects\",TS,0,\"a\",\"b\",\"c\")",
        "(\"sid\",TD,0,SID(BA))",
    },
    [TOKEN_CLAIMS_DEVICE] = {
        "(\"level\",TI,0,3)",
        "(\"off\",TI,0x10,1)",
        "(\"deny\",TI,0x4,1)",
        "(\"empty\",TS,0,\"\")",
        "(\"zero\",TI,0,0)",
        "(\"none\",TI,0)",
        "(\"Gr\xc3\xb6\xc3\x9f" "e\",TI,0,1)",
    },
    [TOKEN_CLAIMS_RESTRICTED_USER] = { "(\"level\",TI,0,1)" },
};

static const char resource_text[] =
    "S:(RA;IO;;;;WD;(\"hidden\",TI,0,1))(RA;;;;;WD;(\"level\",TI,0,-5))"
    "(RA;;;;;WD;(\"projects\",TS,0,\"C\",\"B\"))(RA;;;;;WD;(\"same\",TS,0,\"c\",\"a\",\"B\"))";

struct fixture {
    token_image *token;
    void *descriptor;
    const ACL *resource;
};

static struct fixture fixture;

static void add_claim(struct writer *set, const char *text)
{
    struct sddl_cursor c = { .at = text, .end = text + strlen(text) };
    size_t start = set->size;

    writer_u32(set, 0);
    assert_ok(claim_parse_text(&c, set));
    writer_set_u32(set, start, (uint32_t)(set->size - start - 4));
    writer_zeros(set, (4 - set->size % 4) % 4);
}

static int set_up(void **state)
{
    _cleanup_(test_spec_done) struct test_spec t;
    struct writer sets[TOKEN_CLAIMS_N];
    sid_buffer device = sid_of("S-1-5-21-1-2-3-515"), restricting = sid_of("S-1-5-32-545");
    SID_AND_ATTRIBUTES device_group = { &device, ENABLED_GROUP };
    SID_AND_ATTRIBUTES restricted = { &restricting, 0 };
    struct descriptor d;
    size_t size;

    test_spec_init(&t);
    t.spec.device_groups = &device_group;
    t.spec.n_device_groups = 1;
    t.spec.restricted = &restricted;
    t.spec.n_restricted = 1;
    for (size_t i = 0; i < TOKEN_CLAIMS_N; i++) {
        writer_init(&sets[i], CLAIM_SET_SIZE_MAX);
        for (size_t k = 0; claim_texts[i][k]; k++)
            add_claim(&sets[i], claim_texts[i][k]);
        t.spec.claims[i] = (struct claim_set){ sets[i].bytes, sets[i].size };
    }
    assert_ok(token_image_build(&fixture.token, &t.spec));
    for (size_t i = 0; i < TOKEN_CLAIMS_N; i++)
        writer_done(&sets[i]);
    assert_ok(sddl_parse(&fixture.descriptor, &size, resource_text, strlen(resource_text), NULL));
    assert_ok(descriptor_parse(&d, fixture.descriptor, size));
    fixture.resource = d.sacl;
    return 0;
}

static int tear_down(void **state)
{
    token_image_free(fixture.token);
    free(fixture.descriptor);
    return 0;
}

static void compile(struct writer *w, const char *text)
{
    struct sddl_cursor c = { .at = text, .end = text + strlen(text) };

    nt_status st = condition_parse(&c, w);
    if (nt_failed(st))
        fail_msg("%s: %s", text, c.reason);
    writer_zeros(w, 3); /* as an ACE may pad it */
}

static enum truth evaluate(const char *text, const struct condition_context *context)
{
    _cleanup_(writer_done) struct writer w;

    writer_init(&w, ACL_SIZE_MAX);
    compile(&w, text);
    assert_true(condition_valid(w.bytes, w.size));
    return condition_evaluate(w.bytes, w.size, context);
}

static const struct {
    const char *text;
    enum truth expected;
} cases[] = {
    /* attributes alone, and ones that are not there */
    { "(@User.title)", TRUTH_TRUE },
    { "(@User.nothing)", TRUTH_UNKNOWN },
    { "(local)", TRUTH_TRUE },
    { "(title)", TRUTH_UNKNOWN },
    { "(@Device.zero)", TRUTH_FALSE },
    { "(@Device.empty)", TRUTH_FALSE },
    { "(@Device.none)", TRUTH_UNKNOWN },
    { "(@Device.off)", TRUTH_UNKNOWN },
    { "(@Device.deny)", TRUTH_UNKNOWN },
    { "(@User.flag)", TRUTH_TRUE },
    { "(@User.sid)", TRUTH_UNKNOWN },
    { "(@User.projects)", TRUTH_UNKNOWN },
    { "(@Resource.hidden)", TRUTH_UNKNOWN },
    { "(@Device.gr%00f6%00dfe)", TRUTH_TRUE },
    { "(Exists @User.title)", TRUTH_TRUE },
    { "(Exists @User.nothing)", TRUTH_FALSE },
    { "(Exists @Device.off)", TRUTH_FALSE },
    { "(Not_Exists @User.title)", TRUTH_FALSE },
    { "(Not_Exists @User.nothing)", TRUTH_TRUE },
    { "(Exists @Resource.LEVEL)", TRUTH_TRUE },
    /* three values */
    { "(!@User.nothing)", TRUTH_UNKNOWN },
    { "(!@User.title)", TRUTH_FALSE },
    { "(!@Device.zero)", TRUTH_TRUE },
    { "(@User.nothing && @Device.zero)", TRUTH_FALSE },
    { "(@Device.zero && @User.nothing)", TRUTH_FALSE },
    { "(@User.nothing && @User.title)", TRUTH_UNKNOWN },
    { "(@User.title && local)", TRUTH_TRUE },
    { "(@User.nothing || @User.title)", TRUTH_TRUE },
    { "(@User.nothing || @Device.zero)", TRUTH_UNKNOWN },
    { "(@Device.zero || @Device.empty)", TRUTH_FALSE },
    { "(@Device.zero || local && @Device.zero || local)", TRUTH_TRUE },
    { "(@Device.zero && local || local)", TRUTH_TRUE },
    { "(@Device.zero && (local || local))", TRUTH_FALSE },
    /* comparisons */
    { "(@User.title == \"mANAGER\")", TRUTH_TRUE },
    { "(@User.exact == \"mANAGER\")", TRUTH_FALSE },
    { "(@User.exact == \"Manager\")", TRUTH_TRUE },
    { "(@User.title == @User.exact)", TRUTH_TRUE },
    { "(@User.title != \"clerk\")", TRUTH_TRUE },
    { "(@User.title < \"nanny\")", TRUTH_TRUE },
    { "(@User.title > \"MANAGE\")", TRUTH_TRUE },
    { "(@User.title == 1)", TRUTH_UNKNOWN },
    { "(@User.title == nothing)", TRUTH_UNKNOWN },
    { "(@User.level == -5)", TRUTH_TRUE },
    { "(@User.level < 0)", TRUTH_TRUE },
    { "(@User.level >= -5)", TRUTH_TRUE },
    { "(@User.level > -5)", TRUTH_FALSE },
    { "(@User.level <= -6)", TRUTH_FALSE },
    { "(@User.level < @Device.level)", TRUTH_TRUE },
    { "(@User.level == @Resource.level)", TRUTH_TRUE },
    { "(@User.big > 9223372036854775807)", TRUTH_TRUE },
    { "(@User.big == -1)", TRUTH_FALSE },
    { "(@User.big > @User.level)", TRUTH_TRUE },
    { "(@User.level < @User.big)", TRUTH_TRUE },
    { "(@User.flag == 1)", TRUTH_TRUE },
    { "(@User.flag != 0)", TRUTH_TRUE },
    { "(@User.flag == 2)", TRUTH_UNKNOWN },
    { "(@User.flag > 0)", TRUTH_UNKNOWN },
    { "(@User.key == #0102)", TRUTH_TRUE },
    { "(@User.key < #0103)", TRUTH_TRUE },
    { "(@User.key > #01)", TRUTH_TRUE },
    { "(@User.sid == SID(BA))", TRUTH_TRUE },
    { "(@User.sid != SID(SY))", TRUTH_TRUE },
    { "(@User.sid < SID(SY))", TRUTH_UNKNOWN },
    /* sets */
    { "(@User.projects == {\"C\", \"a\", \"B\"})", TRUTH_TRUE },
    { "(@User.projects == {\"a\", \"b\"})", TRUTH_FALSE },
    { "(@User.projects != {\"a\", \"b\"})", TRUTH_TRUE },
    { "(@User.projects == {\"a\", 1})", TRUTH_UNKNOWN },
    { "(@User.projects == @Resource.same)", TRUTH_TRUE },
    { "(@User.projects < \"z\")", TRUTH_UNKNOWN },
    { "(@User.title == {\"manager\"})", TRUTH_TRUE },
    { "(@User.projects Contains \"b\")", TRUTH_TRUE },
    { "(@User.projects Contains {\"b\", \"c\"})", TRUTH_TRUE },
    { "(@User.projects Contains {\"b\", \"d\"})", TRUTH_FALSE },
    { "(@User.projects Contains @Resource.projects)", TRUTH_TRUE },
    { "(@User.projects Not_Contains {\"b\", \"d\"})", TRUTH_TRUE },
    { "(@User.projects Any_of {\"d\", \"c\"})", TRUTH_TRUE },
    { "(@User.projects Any_of {\"d\", \"e\"})", TRUTH_FALSE },
    { "(@User.projects Not_Any_of {\"d\", \"e\"})", TRUTH_TRUE },
    { "(@User.nothing Not_Any_of {\"d\", \"e\"})", TRUTH_UNKNOWN },
    /* membership: user, Everyone, Administrators, Users; Guests for denying only */
    { "(Member_of {SID(BA)})", TRUTH_TRUE },
    { "(Member_of SID(BA))", TRUTH_TRUE },
    { "(Member_of {SID(BA), SID(BU)})", TRUTH_TRUE },
    { "(Member_of {SID(BA), SID(SY)})", TRUTH_FALSE },
    { "(Member_of {SID(BG)})", TRUTH_FALSE },
    { "(Member_of_Any {SID(SY), SID(BA)})", TRUTH_TRUE },
    { "(Member_of_Any {SID(SY)})", TRUTH_FALSE },
    { "(Not_Member_of {SID(BA), SID(SY)})", TRUTH_TRUE },
    { "(Not_Member_of_Any {SID(BA), SID(SY)})", TRUTH_FALSE },
    { "(Device_Member_of {SID(S-1-5-21-1-2-3-515)})", TRUTH_TRUE },
    { "(Device_Member_of {SID(BA)})", TRUTH_FALSE },
    { "(Device_Member_of_Any {SID(BA), SID(S-1-5-21-1-2-3-515)})", TRUTH_TRUE },
    { "(Not_Device_Member_of {SID(BA)})", TRUTH_TRUE },
    { "(Not_Device_Member_of_Any {SID(BA)})", TRUTH_TRUE },
    { "(Member_of {1})", TRUTH_UNKNOWN },
    { "(Member_of {})", TRUTH_UNKNOWN },
    { "(Not_Member_of {})", TRUTH_UNKNOWN },
    { "(Member_of {SID(PS)})", TRUTH_FALSE },
    { "(Member_of {SID(OW)})", TRUTH_FALSE },
    /* a broken rule makes everything unknown */
    { "(local || @User.title == 1)", TRUTH_UNKNOWN },
    { "(Member_of {1} && @Device.zero)", TRUTH_UNKNOWN },
};

static void an_expression_has_the_truth_that_the_specification_gives_it(void **state)
{
    const struct condition_context context = {
        .token = fixture.token,
        .resource = fixture.resource,
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        enum truth t = evaluate(cases[i].text, &context);

        if (t != cases[i].expected)
            fail_msg("%s is %d, not %d", cases[i].text, t, cases[i].expected);
    }
}

static void a_deny_ace_sees_what_is_for_denying_only(void **state)
{
    const struct condition_context context = { .token = fixture.token, .is_deny = true };

    assert_int_equal(evaluate("(@Device.deny == 1)", &context), TRUTH_TRUE);
    assert_int_equal(evaluate("(@Device.off == 1)", &context), TRUTH_UNKNOWN);
    assert_int_equal(evaluate("(Member_of {SID(BG)})", &context), TRUTH_TRUE);
}

static void the_restricted_half_sees_restricted_claims_and_sids(void **state)
{
    const struct condition_context context = { .token = fixture.token, .is_restricted = true };

    assert_int_equal(evaluate("(@User.level == 1)", &context), TRUTH_TRUE);
    assert_int_equal(evaluate("(Exists @User.title)", &context), TRUTH_FALSE);
    assert_int_equal(evaluate("(Exists @Device.level)", &context), TRUTH_FALSE);
    assert_int_equal(evaluate("(local == 7)", &context), TRUTH_TRUE);
    assert_int_equal(evaluate("(Member_of {SID(BU)})", &context), TRUTH_TRUE);
    assert_int_equal(evaluate("(Member_of {SID(BA)})", &context), TRUTH_FALSE);
    assert_int_equal(evaluate("(Device_Member_of {SID(S-1-5-21-1-2-3-515)})", &context),
                     TRUTH_FALSE);
}

static void self_and_owner_stand_for_whom_the_context_names(void **state)
{
    sid_buffer user = sid_of("S-1-5-21-1-2-3-3000"), other = sid_of("S-1-5-18");
    struct condition_context context = { .token = fixture.token,
                                         .principal_self = &user.sid,
                                         .owner = &other.sid };

    assert_int_equal(evaluate("(Member_of {SID(PS)})", &context), TRUTH_TRUE);
    assert_int_equal(evaluate("(Member_of {SID(OW)})", &context), TRUTH_FALSE);
    context.owner = &user.sid;
    assert_int_equal(evaluate("(Member_of {SID(OW)})", &context), TRUTH_TRUE);
}

static void bytes_that_are_no_expression_are_unknown(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } wrong[] = {
#define BYTES(text) { text, sizeof(text) - 1 }
        BYTES(""),
        BYTES("artx"),
        BYTES("arty\xf8\2\0\0\0a\0"),
        BYTES("artx\0\0\0\0"),
        BYTES("artx\xf8\2\0\0\0a"),    /* cut */
        BYTES("artx\xf8\0\0\0\0"),     /* no name */
        BYTES("artx\xf8\3\0\0\0a\0b"), /* half a unit */
        BYTES("artx\xf8\xff\xff\xff\xff"
              "a\0"),                                /* beyond the end */
        BYTES("artx\xf8\2\0\0\0a\0\xf8\2\0\0\0b\0"), /* two results */
        BYTES("artx\xa0"),
        BYTES("artx\xf8\2\0\0\0a\0\xa0"),
        BYTES("artx\xf8\2\0\0\0a\0\x80"),
        BYTES("artx\x10\2\0\0\0a\0"),                             /* a literal */
        BYTES("artx\x10\2\0\0\0a\0\xa2"),                         /* not a literal */
        BYTES("artx\x10\2\0\0\0a\0\xf8\2\0\0\0a\0\x80"),          /* literal == a */
        BYTES("artx\xf8\2\0\0\0a\0\x89"),                         /* Member_of a */
        BYTES("artx\x10\2\0\0\0a\0\x89"),                         /* Member_of "a" */
        BYTES("artx\x10\2\0\0\0a\0\x87"),                         /* Exists "a" */
        BYTES("artx\xf8\2\0\0\0a\0\x87\x87"),                     /* Exists Exists a */
        BYTES("artx\xf8\2\0\0\0a\0\0\xa2"),                       /* padding inside */
        BYTES("artx\xf8\2\0\0\0a\0\x51\4\0\0\0\1\1\0\0\x80"),     /* no SID */
        BYTES("artx\xf8\2\0\0\0a\0\x50\5\0\0\0\x50\0\0\0\0\x80"), /* a list in a list */
        BYTES("artx\xf8\2\0\0\0a\0\x50\1\0\0\0\x80\x80"),         /* an operator in a list */
        BYTES("artx\xf8\2\0\0\0a\0\4\1\0\0\0\0\0\0\0\0\2\x80"),   /* no such sign */
        BYTES("artx\xf8\2\0\0\0a\0\4\1\0\0\0\0\0\0\0\3\4\x80"),   /* no such base */
        BYTES("artx\xf8\2\0\0\0a\0\x94"),
#undef BYTES
    };
    const struct condition_context context = { .token = fixture.token };

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        if (condition_valid(wrong[i].bytes, wrong[i].size))
            fail_msg("bytes %zu are called valid", i);
        assert_int_equal(condition_evaluate(wrong[i].bytes, wrong[i].size, &context),
                         TRUTH_UNKNOWN);
    }
}

static void every_prefix_of_an_expression_is_read_safely(void **state)
{
    const struct condition_context context = { .token = fixture.token };
    _cleanup_(writer_done) struct writer w;

    writer_init(&w, ACL_SIZE_MAX);
    compile(&w, "(@User.level == {1, \"a\", #01, SID(BA)} && !(Member_of {SID(BA)}) || Exists b)");
    for (size_t size = 0; size < w.size; size++) {
        _cleanup_(freep) void *cut = malloc(size + 1);

        assert_non_null(cut);
        memcpy(cut, w.bytes, size);
        (void)condition_evaluate(cut, size, &context);
    }
}

/* a a a ... && && &&: every operand waits. */
static bool deep_is_valid(size_t n)
{
    _cleanup_(writer_done) struct writer w;

    writer_init(&w, ACL_SIZE_MAX);
    writer_bytes(&w, "artx", 4);
    for (size_t i = 0; i < n; i++)
        writer_bytes(&w, "\xf8\2\0\0\0a\0", 7);
    for (size_t i = 1; i < n; i++)
        writer_u8(&w, 0xa0);
    return condition_valid(w.bytes, w.size);
}

static void no_more_operands_may_wait_than_the_stack_holds(void **state)
{
    assert_true(deep_is_valid(CONDITION_STACK_MAX));
    assert_false(deep_is_valid(CONDITION_STACK_MAX + 1));
}

/* Whether a resource's set of n numbers is equal to itself. */
static enum truth big_set_is_itself(size_t n)
{
    _cleanup_(writer_done) struct writer w;
    _cleanup_(freep) void *bytes = NULL;
    struct condition_context context = { .token = fixture.token };
    struct descriptor d;
    size_t size;

    writer_init(&w, SDDL_TEXT_MAX);
    writer_text(&w, "S:(RA;;;;;WD;(\"n\",TI,0");
    for (size_t i = 0; i < n; i++)
        writer_format(&w, ",%zu", i);
    writer_text(&w, "))");
    assert_ok(sddl_parse(&bytes, &size, (const char *)w.bytes, w.size, NULL));
    assert_ok(descriptor_parse(&d, bytes, size));
    context.resource = d.sacl;
    return evaluate("(@Resource.n == @Resource.n)", &context);
}

static void sets_of_thousands_do_not_stop_a_server(void **state)
{
    assert_int_equal(big_set_is_itself(500), TRUTH_TRUE);
    assert_int_equal(big_set_is_itself(5000), TRUTH_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_expression_has_the_truth_that_the_specification_gives_it),
        cmocka_unit_test(a_deny_ace_sees_what_is_for_denying_only),
        cmocka_unit_test(the_restricted_half_sees_restricted_claims_and_sids),
        cmocka_unit_test(self_and_owner_stand_for_whom_the_context_names),
        cmocka_unit_test(bytes_that_are_no_expression_are_unknown),
        cmocka_unit_test(every_prefix_of_an_expression_is_read_safely),
        cmocka_unit_test(no_more_operands_may_wait_than_the_stack_holds),
        cmocka_unit_test(sets_of_thousands_do_not_stop_a_server),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
