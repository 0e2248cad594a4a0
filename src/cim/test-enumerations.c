/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <stdio.h>

#include "cim/enumerations.h"

enum { BYTES = 1000, NOW = 100000 };

static const struct enumeration_owner alice = { "alice", 5 }, bob = { "bob", 3 };

/* So many items "<i>0</i>" and so on. */
static void fill(struct wsman_items *items, size_t n)
{
    char text[16];

    wsman_items_init(items, 1 << 20);
    for (size_t i = 0; i < n; i++) {
        snprintf(text, sizeof(text), "%zu", i);
        xml_element(&items->out, "i", text);
        assert_true(wsman_items_end_one(items));
    }
}

static nt_status add(enumerations *e, const struct enumeration_owner *owner, size_t n, time_t now,
                     char *id)
{
    _cleanup_(wsman_items_done) struct wsman_items items;
    struct enumeration *one;
    nt_status st;

    fill(&items, n);
    st = enumerations_add(&one, e, owner, &items, 60, now);
    if (nt_failed(st))
        return st;
    strcpy(id, one->id);
    enumerations_let_go(e, one, now);
    return NT_OK;
}

static void items_are_apart(void **state)
{
    _cleanup_(wsman_items_done) struct wsman_items items;
    size_t size;

    fill(&items, 200);
    assert_int_equal(items.n, 200);
    assert_memory_equal(wsman_item(&items, 0, &size), "<i>0</i>", 8);
    assert_int_equal(size, 8);
    assert_memory_equal(wsman_item(&items, 199, &size), "<i>199</i>", 10);
    assert_int_equal(size, 10);
    xml_open(&items.out, "i");
    writer_fail(&items.out.writer, NT(BUFFER_TOO_SMALL));
    assert_false(wsman_items_end_one(&items));
}

static void one_belongs_to_its_owner(void **state)
{
    _cleanup_(enumerations_freep) enumerations *e = enumerations_new(BYTES);
    char id[ENUMERATION_ID_SIZE];
    struct enumeration *one;

    assert_ok(add(e, &alice, 3, NOW, id));
    assert_null(enumerations_hold(e, &bob, id, NOW));
    assert_null(enumerations_hold(e, &alice, "", NOW));
    assert_null(enumerations_hold(e, &alice, "uuid:", NOW));
    one = enumerations_hold(e, &alice, id, NOW);
    assert_non_null(one);
    assert_int_equal(one->items.n, 3);
    assert_null(enumerations_hold(e, &alice, id, NOW)); /* it is held */
    one->next = 2;
    enumerations_let_go(e, one, NOW);
    one = enumerations_hold(e, &alice, id, NOW);
    assert_int_equal(one->next, 2);
    enumerations_forget(e, one);
    assert_null(enumerations_hold(e, &alice, id, NOW));
}

static void names_are_not_alike(void **state)
{
    _cleanup_(enumerations_freep) enumerations *e = enumerations_new(BYTES);
    char ids[ENUMERATIONS_OF_USER_MAX][ENUMERATION_ID_SIZE];

    for (size_t i = 0; i < ENUMERATIONS_OF_USER_MAX; i++) {
        assert_ok(add(e, &alice, 1, NOW, ids[i]));
        assert_int_equal(strlen(ids[i]), sizeof("uuid:00000000-0000-0000-0000-000000000000") - 1);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(ids[i], ids[k]);
    }
}

static void they_expire_when_nobody_asks(void **state)
{
    _cleanup_(enumerations_freep) enumerations *e = enumerations_new(BYTES);
    char first[ENUMERATION_ID_SIZE], second[ENUMERATION_ID_SIZE];
    struct enumeration *one;

    assert_int_equal(enumerations_expire(e, NOW), 0);
    assert_ok(add(e, &alice, 3, NOW, first));
    assert_ok(add(e, &alice, 3, NOW + 10, second));
    assert_int_equal(enumerations_expire(e, NOW + 10), NOW + 60);
    one = enumerations_hold(e, &alice, first, NOW + 59);
    assert_non_null(one);
    assert_int_equal(enumerations_expire(e, NOW + 70), 0); /* what is held stays */
    assert_null(enumerations_hold(e, &alice, second, NOW + 70));
    enumerations_let_go(e, one, NOW + 100);
    assert_int_equal(enumerations_expire(e, NOW + 100), NOW + 160);
    assert_null(enumerations_hold(e, &alice, first, NOW + 160));
}

static void they_are_counted_for_a_user(void **state)
{
    _cleanup_(enumerations_freep) enumerations *e = enumerations_new(BYTES);
    char id[ENUMERATION_ID_SIZE];

    for (size_t i = 0; i < ENUMERATIONS_OF_USER_MAX; i++)
        assert_ok(add(e, &alice, 1, NOW, id));
    assert_status(add(e, &alice, 1, NOW, id), STATUS_QUOTA_EXCEEDED);
    assert_ok(add(e, &bob, 1, NOW, id));
    assert_ok(add(e, &alice, 1, NOW + 60, id)); /* those before have expired */
}

static void they_are_counted_in_all(void **state)
{
    _cleanup_(enumerations_freep) enumerations *e = enumerations_new(BYTES);
    struct enumeration_owner owner = { { 0 }, 1 };
    char id[ENUMERATION_ID_SIZE];

    for (size_t i = 0; i < ENUMERATIONS_MAX; i++) {
        owner.bytes[0] = (unsigned char)i;
        assert_ok(add(e, &owner, 1, NOW, id));
    }
    assert_status(add(e, &bob, 1, NOW, id), STATUS_QUOTA_EXCEEDED);
}

static void so_are_their_bytes(void **state)
{
    _cleanup_(enumerations_freep) enumerations *e = enumerations_new(BYTES);
    struct enumeration_owner owner = { { 0 }, 1 };
    char id[ENUMERATION_ID_SIZE];

    assert_status(add(e, &alice, 100, NOW, id), STATUS_QUOTA_EXCEEDED);
    assert_ok(add(e, &alice, 40, NOW, id)); /* some 700 */
    assert_status(add(e, &alice, 40, NOW, id), STATUS_QUOTA_EXCEEDED);
    for (; owner.bytes[0] < 4; owner.bytes[0]++)
        assert_ok(add(e, &owner, 40, NOW, id));
    assert_status(add(e, &bob, 40, NOW, id), STATUS_QUOTA_EXCEEDED);
}

static void a_lack_of_memory_leaves_nothing(void **state)
{
    _cleanup_(enumerations_freep) enumerations *e = enumerations_new(BYTES);
    _cleanup_(wsman_items_done) struct wsman_items items;
    struct enumeration *one = NULL;

    fill(&items, 3);
    FOR_EACH_FAILING_ALLOCATION(st, enumerations_add(&one, e, &alice, &items, 60, NOW))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(one);
        assert_int_equal(items.n, 3);
        assert_int_equal(enumerations_expire(e, NOW), 0);
    }
    assert_int_equal(items.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_apart),
        cmocka_unit_test(one_belongs_to_its_owner),
        cmocka_unit_test(names_are_not_alike),
        cmocka_unit_test(they_expire_when_nobody_asks),
        cmocka_unit_test(they_are_counted_for_a_user),
        cmocka_unit_test(they_are_counted_in_all),
        cmocka_unit_test(so_are_their_bytes),
        cmocka_unit_test(a_lack_of_memory_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
