/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "security/sid.h"

static sid_buffer sid(const char *text)
{
    sid_buffer s;

    assert_ok(sid_from_text(&s, NULL, text, strlen(text)));
    return s;
}

static const struct {
    const char *in;
    const char *out; /* NULL: the same */
} texts[] = {
    { "S-1-0-0", NULL },
    { "S-1-5-18", NULL },
    { "S-1-5-21-4294967295-0-1-500", NULL },
    { "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15", NULL },
    { "S-1-4294967295-1", NULL },
    { "S-1-0x100000000-1", NULL },
    { "S-1-0xFFFFFFFFFFFF-1", NULL },
    { "S-1-0x2038FD554-1-5-3229000002", NULL },
    { "s-1-5-18", "S-1-5-18" },
    { "S-0x1-5-18", "S-1-5-18" },
    { "S-1-0x5-0x20-0x220", "S-1-5-32-544" },
    { "S-1-05-040-01040", "S-1-5-32-544" },
    { "S-1-281474976710655-1", "S-1-0xFFFFFFFFFFFF-1" },
    { "S-1-5-0XaBc", "S-1-5-2748" },
    { "S-1-5-00", "S-1-5-0" },
};

static void a_text_makes_the_sid_and_the_sid_its_text(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        sid_buffer s = sid(texts[i].in);
        char text[SID_TEXT_SIZE];
        size_t length = sid_to_text(text, &s.sid);

        assert_string_equal(text, texts[i].out ? texts[i].out : texts[i].in);
        assert_int_equal(length, strlen(text));
    }
}

static void the_longest_text_fits(void **state)
{
    uint32_t subs[SID_SUBS_MAX];
    sid_buffer s;
    char text[SID_TEXT_SIZE];

    memset(subs, 0xff, sizeof(subs));
    assert_ok(sid_make(&s, 0xffffffffffff, SID_SUBS_MAX, subs));
    assert_true(sid_to_text(text, &s.sid) < SID_TEXT_SIZE);
    assert_memory_equal(sid(text).bytes, s.bytes, SID_SIZE_MAX);
}

static void a_wrong_text_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "S",
        "S-",
        "S-1",
        "S-1-",
        "S-1-5",
        "S-1-5-",
        "S-2-5-18",
        "S-0-5-18",
        "S-1-5-18-",
        "S-1-5-18 ",
        " S-1-5-18",
        "S-1--5",
        "S-1-5--18",
        "S-1-5-4294967296",
        "S-1-5--1",
        "S-1-5-+1",
        "S-1-5-0x",
        "S-1-5-0x1g",
        "S-1-5-09",
        "S-1-5-1a",
        "S-1-5-0x100000000",
        "S-1-281474976710656-1",
        "S-1-0x1000000000000-1",
        "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16",
        "X-1-5-18",
        "S1-5-18",
        "S-1-5-99999999999999999999999999",
    };

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        sid_buffer s = { .bytes = { 42 } };

        nt_status st = sid_from_text(&s, NULL, wrong[i], strlen(wrong[i]));
        if (st.code != (int32_t)STATUS_INVALID_SID || s.bytes[0] != 42)
            fail_msg("\"%s\" is taken", wrong[i]);
    }
}

static void a_sid_at_the_start_tells_where_it_ends(void **state)
{
    sid_buffer s;
    size_t used;

    assert_ok(sid_from_text(&s, &used, "S-1-5-32-544;x", 14));
    assert_int_equal(used, 12);
    assert_ok(sid_from_text(&s, &used, "S-1-5-32-544", 11));
    assert_int_equal(sid_rid(&s.sid), 54);
}

static void bytes_are_valid_only_when_whole(void **state)
{
    sid_buffer s = sid("S-1-5-32-544");
    size_t length = sid_length(&s.sid);

    assert_int_equal(length, 16);
    assert_true(sid_valid(s.bytes, length));
    for (size_t size = 0; size < length; size++)
        assert_false(sid_valid(s.bytes, size));
    assert_false(sid_valid(NULL, 100));
    s.bytes[0] = 2;
    assert_false(sid_valid(s.bytes, length));
    s.bytes[0] = 1;
    s.bytes[1] = 16;
    assert_false(sid_valid(s.bytes, 1000));
    s.bytes[1] = 0;
    assert_true(sid_valid(s.bytes, 8));
}

static void sids_of_odd_addresses_are_read(void **state)
{
    sid_buffer s = sid("S-1-5-21-1-2-3-500");
    uint8_t bytes[1 + SID_SIZE_MAX];
    const SID *odd = (const SID *)(const void *)(bytes + 1);
    char text[SID_TEXT_SIZE];

    memcpy(bytes + 1, s.bytes, sid_length(&s.sid));
    assert_true(sid_valid(bytes + 1, SID_SIZE_MAX));
    assert_true(sid_equal(odd, &s.sid));
    assert_int_equal(sid_hash(odd), sid_hash(&s.sid));
    (void)sid_to_text(text, odd);
    assert_string_equal(text, "S-1-5-21-1-2-3-500");
}

static void equality_sees_every_part(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal, prefix, in_domain;
    } cases[] = {
        { "S-1-5-32-544", "S-1-5-32-544", true, true, false },
        { "S-1-5-32-544", "S-1-5-32-545", false, true, false },
        { "S-1-5-32-544", "S-1-5-33-544", false, false, false },
        { "S-1-5-32-544", "S-1-5-32", false, false, true },
        { "S-1-5-32-544", "S-1-4-32-544", false, false, false },
        { "S-1-5-32-544", "S-1-4-32", false, false, false },
        { "S-1-5-32", "S-1-5-32-544", false, false, false },
        { "S-1-5-21-1-2-3-4", "S-1-5-21-1-2", false, false, false },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        sid_buffer a = sid(cases[i].a), b = sid(cases[i].b);

        assert_int_equal(sid_equal(&a.sid, &b.sid), cases[i].equal);
        assert_int_equal(sid_equal_prefix(&a.sid, &b.sid), cases[i].prefix);
        assert_int_equal(sid_in_domain(&a.sid, &b.sid), cases[i].in_domain);
    }
}

static void a_rid_is_appended_and_split_off(void **state)
{
    sid_buffer domain = sid("S-1-5-21-1-2-3"), account, back;
    uint32_t rid;

    assert_ok(sid_append_rid(&account, &domain.sid, 1000));
    assert_int_equal(sid_rid(&account.sid), 1000);
    assert_ok(sid_split(&back, &rid, &account.sid));
    assert_int_equal(rid, 1000);
    assert_true(sid_equal(&back.sid, &domain.sid));
    assert_ok(sid_append_rid(&domain, &domain.sid, 7));
    assert_true(sid_equal_prefix(&domain.sid, &account.sid));

    sid_buffer full = sid("S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15");
    assert_status(sid_append_rid(&full, &full.sid, 1), STATUS_INVALID_SID);
    sid_buffer none;
    assert_ok(sid_make(&none, 5, 0, NULL));
    assert_int_equal(sid_rid(&none.sid), 0);
    assert_status(sid_split(&back, &rid, &none.sid), STATUS_INVALID_SID);
    assert_status(sid_make(&none, 5, 16, (uint32_t[16]){ 0 }), STATUS_INVALID_SID);
    assert_status(sid_make(&none, UINT64_C(1) << 48, 0, NULL), STATUS_INVALID_SID);
}

static void copies_need_their_room(void **state)
{
    sid_buffer s = sid("S-1-5-18");
    uint8_t buffer[12];
    SID *copy = NULL;

    assert_status(sid_copy(buffer, 11, &s.sid), STATUS_BUFFER_TOO_SMALL);
    assert_ok(sid_copy(buffer, 12, &s.sid));
    assert_memory_equal(buffer, s.bytes, 12);
    FOR_EACH_FAILING_ALLOCATION(st, sid_dup(&copy, &s.sid))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(copy);
    }
    assert_true(sid_equal(copy, &s.sid));
    free(copy);
}

static void neighbouring_rids_have_different_hashes(void **state)
{
    sid_buffer domain = sid("S-1-5-21-1-2-3"), a, b;

    for (uint32_t rid = 1000; rid < 2000; rid++) {
        assert_ok(sid_append_rid(&a, &domain.sid, rid));
        assert_ok(sid_append_rid(&b, &domain.sid, rid + 1));
        assert_int_not_equal(sid_hash(&a.sid), sid_hash(&b.sid));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_makes_the_sid_and_the_sid_its_text),
        cmocka_unit_test(the_longest_text_fits),
        cmocka_unit_test(a_wrong_text_is_refused),
        cmocka_unit_test(a_sid_at_the_start_tells_where_it_ends),
        cmocka_unit_test(bytes_are_valid_only_when_whole),
        cmocka_unit_test(sids_of_odd_addresses_are_read),
        cmocka_unit_test(equality_sees_every_part),
        cmocka_unit_test(a_rid_is_appended_and_split_off),
        cmocka_unit_test(copies_need_their_room),
        cmocka_unit_test(neighbouring_rids_have_different_hashes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
