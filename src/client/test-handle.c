/* SPDX-License-Identifier: MIT */
#include "client/handle.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/test.h"

static int n_destroyed;

static void count_destroyed(struct object *object)
{
    n_destroyed++;
}

static struct object make(enum object_type type)
{
    struct object object;

    object_init(&object, type, count_destroyed);
    return object;
}

static void handles_are_multiples_of_four_from_four_on(void **state)
{
    struct object object = make(OBJECT_FILE);
    HANDLE first, second;

    assert_ok(handle_open(&first, &object, 0, 0));
    assert_ok(handle_open(&second, &object, 0, 0));
    assert_int_equal((uintptr_t)first, 4);
    assert_int_equal((uintptr_t)second, 8);
    assert_ok(handle_close(first));
    assert_ok(handle_close(second));
}

static void a_handle_holds_its_object(void **state)
{
    struct object object = make(OBJECT_FILE);
    HANDLE handle;

    n_destroyed = 0;
    assert_ok(handle_open(&handle, &object, 0, 0));
    object_unref(&object);
    assert_int_equal(n_destroyed, 0);
    assert_ok(handle_close(handle));
    assert_int_equal(n_destroyed, 1);
}

static void type_and_access_are_checked(void **state)
{
    struct object object = make(OBJECT_TOKEN), *found = NULL;
    HANDLE handle;

    assert_ok(handle_open(&handle, &object, 6, 0));
    assert_status(handle_get(handle, OBJECT_FILE, 0, &found), STATUS_OBJECT_TYPE_MISMATCH);
    assert_status(handle_get(handle, OBJECT_TOKEN, 8 | 2, &found), STATUS_ACCESS_DENIED);
    assert_null(found);
    assert_ok(handle_get(handle, OBJECT_TOKEN, 2, &found));
    assert_ptr_equal(found, &object);
    object_unref(found);
    assert_ok(handle_close(handle));
}

static void what_was_never_a_handle_is_none(void **state)
{
    static const uintptr_t values[] = {
        0,
        1,
        2,
        3,
        5,
        0x3ffffc,
        0x7ffffffc,
        0x80000000,
        (uintptr_t)-1,
        (uintptr_t)-4,
        UINTPTR_MAX / 2 + 1,
        (uintptr_t)1 << 40,
    };
    struct handle_info info;

    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        HANDLE handle = (HANDLE)values[i];

        assert_status(handle_query(handle, &info), STATUS_INVALID_HANDLE);
        assert_status(handle_close(handle), STATUS_INVALID_HANDLE);
        assert_status(handle_set_flags(handle, 1, 1), STATUS_INVALID_HANDLE);
    }
}

static void a_closed_handle_stays_invalid_for_long(void **state)
{
    struct object object = make(OBJECT_FILE);
    struct handle_info info;
    HANDLE stale, next;

    assert_ok(handle_open(&stale, &object, 0, 0));
    assert_ok(handle_close(stale));
    for (int i = 0; i < 100000; i++) {
        assert_ok(handle_open(&next, &object, 0, 0));
        assert_ptr_not_equal(next, stale);
        assert_status(handle_query(stale, &info), STATUS_INVALID_HANDLE);
        assert_ok(handle_close(next));
    }
}

static void a_protected_handle_is_not_closed(void **state)
{
    struct object object = make(OBJECT_FILE);
    struct handle_info info;
    HANDLE handle;

    assert_ok(handle_open(&handle, &object, 0, HANDLE_FLAG_INHERIT));
    assert_ok(
        handle_set_flags(handle, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE));
    assert_status(handle_close(handle), STATUS_HANDLE_NOT_CLOSABLE);
    assert_ok(handle_query(handle, &info));
    object_unref(info.object);
    assert_int_equal(info.flags, HANDLE_FLAG_PROTECT_FROM_CLOSE | HANDLE_FLAG_INHERIT);
    assert_ok(handle_set_flags(handle, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0));
    assert_ok(handle_close(handle));
}

static void many_handles_are_open_at_once(void **state)
{
    enum { N = 20000 };
    struct object object = make(OBJECT_FILE);
    HANDLE *handles = calloc(N, sizeof(*handles));

    assert_non_null(handles);
    for (int i = 0; i < N; i++)
        assert_ok(handle_open(&handles[i], &object, 0, 0));
    assert_int_equal(atomic_load(&object.refs), N + 1);
    for (int i = 0; i < N; i++)
        assert_ok(handle_close(handles[i]));
    assert_int_equal(atomic_load(&object.refs), 1);
    free(handles);
}

/* --- several threads ------------------------------------------------------------------------ */

static struct object shared;
static _Atomic(HANDLE) current;

/* Looks up whatever is there, while the others open and close it. */
static void *use_handles(void *argument)
{
    struct object *found;

    for (int i = 0; i < 5000; i++) {
        HANDLE mine;
        nt_status st = handle_open(&mine, &shared, 1, 0);

        assert_false(nt_failed(st));
        atomic_store(&current, mine);
        st = handle_get(atomic_load(&current), OBJECT_FILE, 1, &found);
        if (!nt_failed(st))
            object_unref(found);
        else
            assert_status(st, STATUS_INVALID_HANDLE);
        assert_ok(handle_close(mine));
    }
    return NULL;
}

static void threads_do_not_disturb_each_other(void **state)
{
    pthread_t threads[8];

    shared = make(OBJECT_FILE);
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use_handles, NULL), 0);
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(atomic_load(&shared.refs), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handles_are_multiples_of_four_from_four_on),
        cmocka_unit_test(a_handle_holds_its_object),
        cmocka_unit_test(type_and_access_are_checked),
        cmocka_unit_test(what_was_never_a_handle_is_none),
        cmocka_unit_test(a_closed_handle_stays_invalid_for_long),
        cmocka_unit_test(a_protected_handle_is_not_closed),
        cmocka_unit_test(many_handles_are_open_at_once),
        cmocka_unit_test(threads_do_not_disturb_each_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
