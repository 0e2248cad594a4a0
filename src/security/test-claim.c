/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <stdlib.h>

#include "base/macros.h"
#include "security/claim_information.h"
#include "security/sid.h"

static const uint8_t system_sid[12] = { 1, 1, 0, 0, 0, 0, 0, 5, 18 };

/* A name of ASCII letters as UTF-16 in static memory. */
static PWSTR wide(const char *text)
{
    static WCHAR buffers[16][32];
    static size_t next;
    PWSTR at = buffers[next++ % 16];

    for (size_t i = 0; i <= strlen(text); i++)
        at[i] = (WCHAR)text[i];
    return at;
}

struct program {
    LONG64 integers[2];
    PWSTR strings[2];
    CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE octets[2];
    CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE sid[1];
    CLAIM_SECURITY_ATTRIBUTE_V1 claims[5];
    CLAIM_SECURITY_ATTRIBUTES_INFORMATION information;
};

static void program_init(struct program *p)
{
    *p = (struct program){ .integers = { -1, 2 } };
    p->strings[0] = wide("x");
    p->strings[1] = wide("");
    p->octets[0] = (CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE){ "\1\2\3", 3 };
    p->sid[0] = (CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE){ (PVOID)(uintptr_t)system_sid, 12 };
    p->claims[0] = (CLAIM_SECURITY_ATTRIBUTE_V1){ .Name = wide("integers"),
                                                  .ValueType = CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64,
                                                  .Flags = 2,
                                                  .ValueCount = 2 };
    p->claims[0].Values.pInt64 = p->integers;
    p->claims[1] = (CLAIM_SECURITY_ATTRIBUTE_V1){ .Name = wide("strings"),
                                                  .ValueType = CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING,
                                                  .ValueCount = 2 };
    p->claims[1].Values.ppString = p->strings;
    p->claims[2] =
        (CLAIM_SECURITY_ATTRIBUTE_V1){ .Name = wide("octets"),
                                       .ValueType = CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING,
                                       .ValueCount = 2 };
    p->claims[2].Values.pOctetString = p->octets;
    p->claims[3] = (CLAIM_SECURITY_ATTRIBUTE_V1){ .Name = wide("sid"),
                                                  .ValueType = CLAIM_SECURITY_ATTRIBUTE_TYPE_SID,
                                                  .ValueCount = 1 };
    p->claims[3].Values.pOctetString = p->sid;
    p->claims[4] =
        (CLAIM_SECURITY_ATTRIBUTE_V1){ .Name = wide("none"),
                                       .ValueType = CLAIM_SECURITY_ATTRIBUTE_TYPE_BOOLEAN };
    p->information = (CLAIM_SECURITY_ATTRIBUTES_INFORMATION){ .Version = 1, .AttributeCount = 5 };
    p->information.Attribute.pAttributeV1 = p->claims;
}

static void what_a_program_says_comes_back_to_programs(void **state)
{
    _cleanup_(freep) void *set_bytes = NULL;
    _cleanup_(freep) CLAIM_SECURITY_ATTRIBUTES_INFORMATION *out = NULL;
    _cleanup_(freep) void *again = NULL;
    size_t size, again_size;
    struct program p;

    program_init(&p);
    assert_ok(claim_set_from_information(&set_bytes, &size, &p.information));
    assert_true(claim_set_valid(set_bytes, size));
    struct claim_set set = { set_bytes, size };
    out = malloc(claim_set_information_size(&set));
    assert_non_null(out);
    claim_set_to_information(&set, out);
    assert_int_equal(out->AttributeCount, 5);
    const CLAIM_SECURITY_ATTRIBUTE_V1 *claims = out->Attribute.pAttributeV1;
    assert_memory_equal(claims[0].Name, p.claims[0].Name, 18);
    assert_int_equal(claims[0].Flags, 2);
    assert_int_equal(claims[0].Values.pInt64[0], -1);
    assert_int_equal(claims[1].Values.ppString[0][0], 'x');
    assert_int_equal(claims[1].Values.ppString[1][0], 0);
    assert_int_equal(claims[2].Values.pOctetString[0].ValueLength, 3);
    assert_int_equal(claims[2].Values.pOctetString[1].ValueLength, 0);
    assert_memory_equal(claims[3].Values.pOctetString[0].pValue, system_sid, 12);
    assert_int_equal(claims[4].ValueCount, 0);
    assert_ok(claim_set_from_information(&again, &again_size, out));
    assert_int_equal(again_size, size);
    assert_memory_equal(again, set_bytes, size);
}

static void an_empty_set_is_only_a_header(void **state)
{
    const struct claim_set set = { NULL, 0 };
    CLAIM_SECURITY_ATTRIBUTES_INFORMATION out;
    _cleanup_(freep) void *bytes = NULL;
    size_t size;

    assert_int_equal(claim_set_information_size(&set), sizeof(out));
    claim_set_to_information(&set, &out);
    assert_int_equal(out.Version, 1);
    assert_int_equal(out.AttributeCount, 0);
    assert_null(out.Attribute.pAttributeV1);
    assert_ok(claim_set_from_information(&bytes, &size, &out));
    assert_int_equal(size, 0);
}

static void no_version(struct program *p)
{
    p->information.Version = 2;
}

static void no_claims(struct program *p)
{
    p->information.Attribute.pAttributeV1 = NULL;
}

static void no_name(struct program *p)
{
    p->claims[1].Name = NULL;
}

static void empty_name(struct program *p)
{
    p->claims[1].Name = wide("");
}

static void same_name(struct program *p)
{
    p->claims[1].Name = wide("INTEGERS");
}

static void wrong_type(struct program *p)
{
    p->claims[0].ValueType = CLAIM_SECURITY_ATTRIBUTE_TYPE_FQBN;
}

static void no_values(struct program *p)
{
    p->claims[0].Values.pInt64 = NULL;
}

static void no_string(struct program *p)
{
    p->strings[1] = NULL;
}

static void no_octets(struct program *p)
{
    p->octets[0].pValue = NULL;
}

static void cut_sid(struct program *p)
{
    p->sid[0].ValueLength = 11;
}

static void too_long(struct program *p)
{
    p->octets[0].ValueLength = 0x10000;
}

static void too_many(struct program *p)
{
    p->claims[0].ValueCount = UINT32_MAX;
}

static void what_is_wrong_is_refused(void **state)
{
    static void (*const spoil[])(struct program * p) = {
        no_version, no_claims, no_name,   empty_name, same_name, wrong_type,
        no_values,  no_string, no_octets, cut_sid,    too_long,  too_many,
    };

    for (size_t i = 0; i < ARRAY_SIZE(spoil); i++) {
        struct program p;
        void *bytes;
        size_t size;

        program_init(&p);
        spoil[i](&p);
        assert_status(claim_set_from_information(&bytes, &size, &p.information),
                      STATUS_INVALID_PARAMETER);
    }
}

static void no_allocation_may_fail_unnoticed(void **state)
{
    void *bytes = NULL;
    struct program p;
    size_t size;

    program_init(&p);
    FOR_EACH_FAILING_ALLOCATION(st, claim_set_from_information(&bytes, &size, &p.information))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(bytes);
    }
    free(bytes);
}

/* A text of 4000 units and as many values that are all of it. */
static void values_that_share_a_long_text_are_refused(void **state)
{
    enum { N = 4000, NAME = 16 + 4 * N, TEXT = NAME + 4, SIZE = TEXT + 2 * N + 2 };
    _cleanup_(freep) uint8_t *bytes = calloc(1, SIZE);
    struct claim claim;
    uint32_t name_at = NAME, n = N, text_at = TEXT;

    assert_non_null(bytes);
    memcpy(bytes, &name_at, 4);
    bytes[4] = CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING;
    memcpy(bytes + 12, &n, 4);
    bytes[NAME] = 'a';
    memset(bytes + TEXT, 'x', 2 * (size_t)N);
    for (size_t i = 0; i < N; i++)
        memcpy(bytes + 16 + 4 * i, &text_at, 4);
    assert_status(claim_parse(&claim, bytes, SIZE), STATUS_INVALID_PARAMETER);
    n = 1;
    memcpy(bytes + 12, &n, 4);
    assert_ok(claim_parse(&claim, bytes, SIZE));
}

static void a_set_has_so_many_claims_and_each_name_once(void **state)
{
    _cleanup_(writer_done) struct writer w;
    uint16_t name[1];
    uint32_t size;

    writer_init(&w, CLAIM_SET_SIZE_MAX);
    for (uint32_t i = 0; i <= CLAIM_SET_COUNT_MAX; i++) {
        size_t start = w.size;

        assert_int_equal(claim_set_valid(w.bytes, w.size), true);
        name[0] = (uint16_t)(0x100 + i);
        writer_u32(&w, 0);
        claim_write(&w, &(struct claim_spec){ .name = (const uint8_t *)name,
                                              .name_units = 1,
                                              .type = CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64 });
        size = (uint32_t)(w.size - start - 4);
        writer_set_u32(&w, start, size);
        writer_zeros(&w, (4 - size % 4) % 4);
    }
    assert_false(claim_set_valid(w.bytes, w.size));
    w.size -= 4 + (size + 3) / 4 * 4;
    assert_true(claim_set_valid(w.bytes, w.size));
    memcpy(w.bytes + w.size - (size + 3) / 4 * 4 + 16, (uint16_t[]){ 0x100 }, 2);
    assert_false(claim_set_valid(w.bytes, w.size));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_program_says_comes_back_to_programs),
        cmocka_unit_test(an_empty_set_is_only_a_header),
        cmocka_unit_test(what_is_wrong_is_refused),
        cmocka_unit_test(no_allocation_may_fail_unnoticed),
        cmocka_unit_test(values_that_share_a_long_text_are_refused),
        cmocka_unit_test(a_set_has_so_many_claims_and_each_name_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
