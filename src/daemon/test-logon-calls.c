/* SPDX-License-Identifier: MIT */
/* LsaLogonUser, messages to packages, linked tokens and elevation, from a client that is no library
 * of ours. */
#include <unistd.h>

#include "base/test.h"
#include "daemon/test-link.h"
#include "security/privilege.h"
#include "security/token_image.h"

#include <windows.h>
#include <ntsecapi.h>

enum {
    FAKE_PACKAGE = 1,
    BUFFER = 0x10000,  /* where the client has it */
    WINDOW = 0x200000, /* and what is free */
    WINDOW_SIZE = 0x10000,
    KIB = 1024,
    GROUPS_MANY = 300,
};

static struct test_daemon daemon_;

static int start(void **state)
{
    static const char *const one_worker[] = { "--set", "workers = 1", NULL };

    test_daemon_start(&daemon_, one_worker);
    return 0;
}

static int stop(void **state)
{
    test_daemon_stop(&daemon_);
    return 0;
}

/* A logon of LsaLogonUser; the tests bend it. */
struct attempt {
    Openlogon__Request request;
    Openlogon__LogonRequest logon;
    Openlogon__LsaLogon lsa;
    Openlogon__SubmitBuffer submit;
    Openlogon__ClientWindow window;
    Openlogon__GroupAndAttributes groups[GROUPS_MANY];
    Openlogon__GroupAndAttributes *group_list[GROUPS_MANY];
    sid_buffer sid;
};

static void attempt_init(struct attempt *a, const char *user)
{
    static char source[] = "TestTest";

    openlogon__request__init(&a->request);
    openlogon__logon_request__init(&a->logon);
    openlogon__lsa_logon__init(&a->lsa);
    openlogon__submit_buffer__init(&a->submit);
    openlogon__client_window__init(&a->window);
    a->request.call_case = OPENLOGON__REQUEST__CALL_LOGON;
    a->request.logon = &a->logon;
    a->logon.logon_type = Batch;
    a->logon.lsa = &a->lsa;
    a->logon.window = &a->window;
    a->lsa.submit = &a->submit;
    a->lsa.source_name = (ProtobufCBinaryData){ 8, (uint8_t *)source };
    a->submit.package = FAKE_PACKAGE;
    a->submit.address = BUFFER;
    a->submit.bytes = (ProtobufCBinaryData){ strlen(user), (uint8_t *)(uintptr_t)user };
    a->window.address = WINDOW;
    a->window.size = WINDOW_SIZE;
    assert_ok(sid_from_text(&a->sid, NULL, "S-1-5-21-9-9-9-1234", 19));
    for (size_t i = 0; i < GROUPS_MANY; i++) {
        openlogon__group_and_attributes__init(&a->groups[i]);
        a->groups[i].sid = (ProtobufCBinaryData){ sid_length(&a->sid.sid), a->sid.bytes };
        a->groups[i].attributes = SE_GROUP_ENABLED;
        a->group_list[i] = &a->groups[i];
    }
    a->lsa.local_groups = a->group_list;
}

static int32_t status_of(Openlogon__Reply *reply)
{
    int32_t status = reply ? reply->status : INT32_MAX;

    reply_free(reply);
    return status;
}

static void a_logon_with_everything_succeeds(void **state)
{
    int fd = link_open(&daemon_);
    struct attempt a;
    Openlogon__Reply *reply;
    token_image *image = NULL;

    attempt_init(&a, "good");
    a.lsa.n_local_groups = 1;
    a.lsa.source_id = 42;
    reply = link_call(fd, &a.request);
    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    assert_int_equal(reply->token->profile_address, WINDOW);
    assert_int_equal(reply->token->profile.len, 7);
    assert_ok(token_image_parse(&image, reply->token->image.data, reply->token->image.len));
    assert_memory_equal(token_image_source_name(image), "TestTest", 8);
    assert_int_equal(token_image_source_id(image), 42);
    assert_int_not_equal(token_image_find_sid(image, &a.sid.sid), SIZE_MAX);
    token_image_free(image);
    reply_free(reply);
    (void)close(fd);
}

static void bend_no_package(struct attempt *a)
{
    a->submit.package = 0;
}

static void bend_unknown_package(struct attempt *a)
{
    a->submit.package = 99;
}

static void bend_empty_buffer(struct attempt *a)
{
    a->submit.bytes.len = 0;
}

static void bend_large_buffer(struct attempt *a)
{
    static uint8_t bytes[65 * KIB];

    a->submit.bytes = (ProtobufCBinaryData){ sizeof(bytes), bytes };
}

static void bend_null_buffer(struct attempt *a)
{
    a->submit.address = 0;
}

static void bend_buffer_at_the_end(struct attempt *a)
{
    a->submit.address = UINT64_MAX - 2;
}

static void bend_overlap(struct attempt *a)
{
    a->window.address = BUFFER - WINDOW_SIZE + 1;
}

static void bend_window_in_buffer(struct attempt *a)
{
    a->window.address = BUFFER;
}

static void bend_window_at_the_end(struct attempt *a)
{
    a->window.address = UINT64_MAX - 1;
}

static void bend_huge_window(struct attempt *a)
{
    a->window.size = UINT32_MAX;
}

static void bend_window_without_size(struct attempt *a)
{
    a->window.size = 0;
}

static void bend_user_too(struct attempt *a)
{
    a->logon.user = (char *)(uintptr_t) "good";
}

static void bend_password_too(struct attempt *a)
{
    a->logon.password = (ProtobufCBinaryData){ 1, (uint8_t *)(uintptr_t) "x" };
}

static void bend_source(struct attempt *a)
{
    a->lsa.source_name.len = 7;
}

static void bend_origin(struct attempt *a)
{
    static char name[300];

    memset(name, 'o', sizeof(name) - 1);
    a->lsa.origin_name = name;
}

static void bend_origin_text(struct attempt *a)
{
    a->lsa.origin_name = (char *)(uintptr_t) "\xff";
}

static void bend_many_groups(struct attempt *a)
{
    a->lsa.n_local_groups = GROUPS_MANY;
}

static void bend_group_label(struct attempt *a)
{
    a->lsa.n_local_groups = 1;
    assert_ok(sid_from_text(&a->sid, NULL, "S-1-16-16384", 12));
    a->groups[0].sid.len = sid_length(&a->sid.sid);
}

static void bend_group_attributes(struct attempt *a)
{
    a->lsa.n_local_groups = 1;
    a->groups[0].attributes = SE_GROUP_INTEGRITY;
}

static void bend_group_sid(struct attempt *a)
{
    a->lsa.n_local_groups = 1;
    a->groups[0].sid.len--;
}

static void bend_group_none(struct attempt *a)
{
    a->lsa.n_local_groups = 1;
    a->groups[0].sid.len = 0;
}

static void bend_type(struct attempt *a)
{
    a->logon.logon_type = NewCredentials;
}

static void bend_cached_type(struct attempt *a)
{
    a->logon.logon_type = CachedInteractive;
}

static const struct {
    void (*bend)(struct attempt *a);
    int32_t status;
} refused[] = {
    { bend_no_package, (int32_t)STATUS_NO_SUCH_PACKAGE },
    { bend_unknown_package, (int32_t)STATUS_NO_SUCH_PACKAGE },
    { bend_empty_buffer, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_large_buffer, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_null_buffer, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_buffer_at_the_end, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_overlap, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_window_in_buffer, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_window_at_the_end, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_huge_window, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_window_without_size, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_user_too, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_password_too, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_source, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_origin, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_origin_text, (int32_t)STATUS_UNMAPPABLE_CHARACTER },
    { bend_many_groups, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_group_label, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_group_attributes, (int32_t)STATUS_INVALID_PARAMETER },
    { bend_group_sid, (int32_t)STATUS_INVALID_SID },
    { bend_group_none, (int32_t)STATUS_INVALID_SID },
    { bend_type, (int32_t)STATUS_INVALID_LOGON_TYPE },
    { bend_cached_type, (int32_t)STATUS_INVALID_LOGON_TYPE },
};

static void what_is_bent_is_refused_and_leaves_nothing(void **state)
{
    int fd = link_open(&daemon_);
    size_t before = link_count_sessions(fd);

    for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
        struct attempt a;
        int32_t status;

        attempt_init(&a, "good");
        refused[i].bend(&a);
        status = status_of(link_call(fd, &a.request));
        if (status != refused[i].status)
            fail_msg("row %zu: 0x%08x", i, (unsigned)status);
    }
    assert_int_equal(link_count_sessions(fd), before);
    (void)close(fd);
}

/* The worker is not believed either. */
static void a_profile_outside_of_the_window_fails_the_logon(void **state)
{
    int fd = link_open(&daemon_);
    size_t before = link_count_sessions(fd);
    struct attempt a;

    attempt_init(&a, "stray-profile");
    assert_int_equal(status_of(link_call(fd, &a.request)), (int32_t)STATUS_INTERNAL_ERROR);
    assert_int_equal(link_count_sessions(fd), before);
    (void)close(fd);
}

/* --- messages to a package ------------------------------------------------------------------ */

static Openlogon__Reply *call_package(int fd, const char *text, Openlogon__ClientWindow *window)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__CallPackageRequest call = OPENLOGON__CALL_PACKAGE_REQUEST__INIT;
    Openlogon__SubmitBuffer submit = OPENLOGON__SUBMIT_BUFFER__INIT;

    submit.package = FAKE_PACKAGE;
    submit.address = BUFFER;
    submit.bytes = (ProtobufCBinaryData){ strlen(text), (uint8_t *)(uintptr_t)text };
    call.submit = &submit;
    call.window = window;
    request.call_case = OPENLOGON__REQUEST__CALL_CALL_PACKAGE;
    request.call_package = &call;
    return link_call(fd, &request);
}

static void a_message_is_answered_in_the_window(void **state)
{
    Openlogon__ClientWindow window = OPENLOGON__CLIENT_WINDOW__INIT;
    int fd = link_open(&daemon_);
    Openlogon__Reply *reply;

    window.address = WINDOW;
    window.size = WINDOW_SIZE;
    reply = call_package(fd, "echo", &window);
    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    assert_int_equal(reply->call_package->protocol_status, 0); /* trusted: SYSTEM's */
    assert_int_equal(reply->call_package->returned->address, WINDOW);
    assert_int_equal(reply->call_package->returned->bytes.len, 4);
    reply_free(reply);
    assert_int_equal(status_of(call_package(fd, "outside", &window)),
                     (int32_t)STATUS_INTERNAL_ERROR);
    assert_int_equal(status_of(call_package(fd, "no window", NULL)),
                     (int32_t)STATUS_INTERNAL_ERROR);
    window.address = BUFFER;
    assert_int_equal(status_of(call_package(fd, "overlap", &window)),
                     (int32_t)STATUS_INVALID_PARAMETER);
    (void)close(fd);
}

static void a_message_needs_a_buffer(void **state)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__CallPackageRequest call = OPENLOGON__CALL_PACKAGE_REQUEST__INIT;
    int fd = link_open(&daemon_);

    request.call_case = OPENLOGON__REQUEST__CALL_CALL_PACKAGE;
    request.call_package = &call;
    assert_int_equal(status_of(link_call(fd, &request)), (int32_t)STATUS_INVALID_PARAMETER);
    (void)close(fd);
}

/* --- without SeTcbPrivilege ----------------------------------------------------------------- */

static void set_tcb(int fd, uint64_t token, bool enabled)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__AdjustPrivilegesRequest adjust = OPENLOGON__ADJUST_PRIVILEGES_REQUEST__INIT;

    adjust.token_id = token;
    if (enabled)
        adjust.enable = PRIVILEGE_BIT(PRIVILEGE_TCB);
    else
        adjust.disable = PRIVILEGE_BIT(PRIVILEGE_TCB);
    request.call_case = OPENLOGON__REQUEST__CALL_ADJUST_PRIVILEGES;
    request.adjust_privileges = &adjust;
    assert_int_equal(status_of(link_call(fd, &request)), 0);
}

static int32_t log_on_as(int fd, const char *user, uint32_t type, size_t n_groups)
{
    struct attempt a;

    attempt_init(&a, user);
    a.logon.logon_type = type;
    a.lsa.n_local_groups = n_groups;
    return status_of(link_call(fd, &a.request));
}

static int32_t log_on_service(int fd)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LogonRequest logon = OPENLOGON__LOGON_REQUEST__INIT;

    logon.user = (char *)(uintptr_t) "LocalService";
    logon.domain = (char *)(uintptr_t) "NT AUTHORITY";
    logon.domain_given = true;
    logon.logon_type = Service;
    request.call_case = OPENLOGON__REQUEST__CALL_LOGON;
    request.logon = &logon;
    return status_of(link_call(fd, &request));
}

static void what_needs_the_privilege_is_refused_without_it(void **state)
{
    Openlogon__ClientWindow window = OPENLOGON__CLIENT_WINDOW__INIT;
    int fd = link_open(&daemon_);
    uint64_t own = 0;
    Openlogon__Reply *reply;

    window.address = WINDOW;
    window.size = WINDOW_SIZE;
    assert_int_equal(link_open_token(fd, 0, TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &own), 0);
    assert_int_equal(log_on_as(fd, "no-elevation", Interactive, 0), 0);
    set_tcb(fd, own, false);
    assert_int_equal(log_on_as(fd, "good", Batch, 1), (int32_t)STATUS_PRIVILEGE_NOT_HELD);
    assert_int_equal(log_on_as(fd, "no-elevation", Interactive, 0),
                     (int32_t)STATUS_PRIVILEGE_NOT_HELD);
    assert_int_equal(log_on_service(fd), (int32_t)STATUS_PRIVILEGE_NOT_HELD);
    reply = call_package(fd, "untrusted", &window);
    assert_non_null(reply);
    assert_int_equal(reply->call_package->protocol_status, (int32_t)STATUS_ACCESS_DENIED);
    reply_free(reply);
    set_tcb(fd, own, true);
    assert_int_equal(log_on_service(fd), 0);
    (void)close(fd);
}

/* --- twins and elevation -------------------------------------------------------------------- */

static int32_t linked(int fd, uint64_t token)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LinkedTokenRequest call = OPENLOGON__LINKED_TOKEN_REQUEST__INIT;

    call.token_id = token;
    request.call_case = OPENLOGON__REQUEST__CALL_LINKED_TOKEN;
    request.linked_token = &call;
    return status_of(link_call(fd, &request));
}

static void only_a_token_that_is_held_tells_its_twin(void **state)
{
    int fd = link_open(&daemon_), other = link_open(&daemon_);
    uint64_t token = 0;

    assert_int_equal(link_logon(fd, "good", Interactive, &token), 0);
    assert_int_equal(linked(fd, token), (int32_t)STATUS_NO_SUCH_LOGON_SESSION);
    assert_int_equal(linked(other, token), (int32_t)STATUS_INVALID_HANDLE);
    assert_int_equal(linked(fd, 0), (int32_t)STATUS_INVALID_HANDLE);
    (void)close(other);
    (void)close(fd);
}

static int32_t elevate(int fd, uint64_t as, size_t password_size)
{
    static uint8_t password[8 * KIB];
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__ElevateRequest call = OPENLOGON__ELEVATE_REQUEST__INIT;

    call.password = (ProtobufCBinaryData){ password_size, password };
    call.password_given = true;
    request.effective_token = as;
    request.call_case = OPENLOGON__REQUEST__CALL_ELEVATE;
    request.elevate = &call;
    return status_of(link_call(fd, &request));
}

/* SYSTEM's session has no twin, and a token that is impersonated counts for nothing. */
static void elevation_is_for_processes_of_filtered_sessions(void **state)
{
    int fd = link_open(&daemon_);
    uint64_t token = 0;

    assert_int_equal(elevate(fd, 0, 1), (int32_t)STATUS_NO_SUCH_LOGON_SESSION);
    assert_int_equal(elevate(fd, 0, 5 * KIB), (int32_t)STATUS_INVALID_PARAMETER);
    assert_int_equal(link_logon(fd, "good", Interactive, &token), 0);
    assert_int_equal(elevate(fd, token, 1), (int32_t)STATUS_ACCESS_DENIED);
    (void)close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_logon_with_everything_succeeds),
        cmocka_unit_test(what_is_bent_is_refused_and_leaves_nothing),
        cmocka_unit_test(a_profile_outside_of_the_window_fails_the_logon),
        cmocka_unit_test(a_message_is_answered_in_the_window),
        cmocka_unit_test(a_message_needs_a_buffer),
        cmocka_unit_test(what_needs_the_privilege_is_refused_without_it),
        cmocka_unit_test(only_a_token_that_is_held_tells_its_twin),
        cmocka_unit_test(elevation_is_for_processes_of_filtered_sessions),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
