/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "worker/client_request.h"

static void buffers_are_written_and_read_inside_only(void **state)
{
    struct client_request request = { .memory = *state };
    uint8_t *base = NULL;
    char read[16];

    assert_ok(client_request_allocate(&request, (void **)&base, 16));
    assert_ok(client_request_write(&request, base, "0123456789abcdef", 16));
    assert_ok(client_request_read(&request, read, base + 10, 6));
    assert_memory_equal(read, "abcdef", 6);
    assert_ok(client_request_write(&request, base + 16, "", 0));
    assert_status(client_request_write(&request, base, read, 17), STATUS_ACCESS_VIOLATION);
    assert_status(client_request_write(&request, base + 15, read, 2), STATUS_ACCESS_VIOLATION);
    assert_status(client_request_write(&request, base + 17, read, 0), STATUS_ACCESS_VIOLATION);
    assert_status(client_request_write(&request, base - 1, read, 1), STATUS_ACCESS_VIOLATION);
    assert_status(client_request_read(&request, read, base, SIZE_MAX), STATUS_ACCESS_VIOLATION);
    assert_status(client_request_read(&request, read, NULL, 1), STATUS_ACCESS_VIOLATION);
}

static void a_freed_buffer_is_gone(void **state)
{
    struct client_request request = { .memory = *state };
    void *first = NULL;
    void *second = NULL;

    assert_ok(client_request_allocate(&request, &first, 8));
    assert_ok(client_request_allocate(&request, &second, 8));
    assert_status(client_request_free(&request, (uint8_t *)first + 1), STATUS_INVALID_PARAMETER);
    assert_ok(client_request_free(&request, first));
    assert_status(client_request_free(&request, first), STATUS_INVALID_PARAMETER);
    assert_status(client_request_write(&request, first, "x", 1), STATUS_ACCESS_VIOLATION);
    assert_ok(client_request_write(&request, second, "x", 1));
}

static void buffers_have_limits(void **state)
{
    struct client_request request = { .memory = *state };
    void *base = NULL;

    assert_status(client_request_allocate(&request, &base, 0), STATUS_INVALID_PARAMETER);
    assert_status(client_request_allocate(&request, &base, CLIENT_BUFFER_MAX + 1),
                  STATUS_INSUFFICIENT_RESOURCES);
    for (int i = 0; i < CLIENT_BUFFERS_MAX; i++)
        assert_ok(client_request_allocate(&request, &base, 1));
    assert_status(client_request_allocate(&request, &base, 1), STATUS_INSUFFICIENT_RESOURCES);
}

static void a_window_gives_the_clients_own_addresses(void **state)
{
    struct client_request request = { .memory = *state,
                                      .window = { .address = 0x7001, .size = 0x100 } };
    void *first = NULL;
    void *second = NULL;
    char read[4];

    assert_ok(client_request_allocate(&request, &first, 0x20));
    assert_int_equal((uintptr_t)first, 0x7010); /* aligned */
    assert_ok(client_request_allocate(&request, &second, 0x40));
    assert_int_equal((uintptr_t)second, 0x7030);
    assert_ok(client_request_write(&request, (uint8_t *)second + 0x3c, "last", 4));
    assert_status(client_request_write(&request, (uint8_t *)second + 0x3d, "last", 4),
                  STATUS_ACCESS_VIOLATION);
    assert_status(client_request_allocate(&request, &first, 0x92), STATUS_INSUFFICIENT_RESOURCES);
    assert_ok(client_request_free(&request, second)); /* its place is free again */
    assert_ok(client_request_allocate(&request, &second, 0xd1));
    assert_int_equal((uintptr_t)second, 0x7030);
    assert_status(client_request_read(&request, read, (void *)0x7000, 4), STATUS_ACCESS_VIOLATION);
}

static void what_was_sent_is_read_where_it_lay(void **state)
{
    struct client_request request = { .memory = *state };
    char read[4];

    assert_status(client_request_add_sent(&request, 0, "x", 1), STATUS_INVALID_PARAMETER);
    assert_status(client_request_add_sent(&request, 5, "x", 0), STATUS_INVALID_PARAMETER);
    assert_status(client_request_add_sent(&request, UINT64_MAX - 1, "xyz", 3),
                  STATUS_INVALID_PARAMETER);
    assert_ok(client_request_add_sent(&request, 0x5000, "0123456789", 10));
    assert_ok(client_request_read(&request, read, (void *)0x5006, 4));
    assert_memory_equal(read, "6789", 4);
    assert_status(client_request_read(&request, read, (void *)0x5007, 4), STATUS_ACCESS_VIOLATION);
    assert_status(client_request_free(&request, (void *)0x5000), STATUS_INVALID_PARAMETER);
    assert_null(client_request_find(&request, (void *)0x5000));
}

static void sessions_are_remembered(void **state)
{
    struct client_request request = { 0 };

    assert_false(client_request_has_session(&request, 1));
    for (uint64_t luid = 1; luid <= CLIENT_SESSIONS_MAX; luid++)
        assert_true(client_request_add_session(&request, luid));
    assert_false(client_request_add_session(&request, 99));
    client_request_remove_session(&request, 1);
    client_request_remove_session(&request, 1);
    assert_false(client_request_has_session(&request, 1));
    assert_true(client_request_has_session(&request, CLIENT_SESSIONS_MAX));
    assert_int_equal(request.n_sessions, CLIENT_SESSIONS_MAX - 1);
}

static int make_arena(void **state)
{
    arena *memory = NULL;
    nt_status st = arena_new(&memory);

    *state = memory;
    return nt_failed(st) ? -1 : 0;
}

static int free_arena(void **state)
{
    (void)arena_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffers_are_written_and_read_inside_only),
        cmocka_unit_test(a_freed_buffer_is_gone),
        cmocka_unit_test(buffers_have_limits),
        cmocka_unit_test(a_window_gives_the_clients_own_addresses),
        cmocka_unit_test(what_was_sent_is_read_where_it_lay),
        cmocka_unit_test(sessions_are_remembered),
    };

    return cmocka_run_group_tests_name("client-request", tests, make_arena, free_arena);
}
