/* SPDX-License-Identifier: MIT */
/*
 * Who reads the sessions from the pages that openlogond publishes, and that what is read there is
 * what it answers. While it is stopped, only the pages can answer.
 */
#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SESSIONS = 300,
    ROUNDS = 300,
    READERS = 3,
    DATA_PAGE_MIN = 1 << 28, /* bytes; no other map of the library is as large */
};

static const LUID system_session = { 0x3e7, 0 };

static void be_token_only(void)
{
    if (geteuid() != 0)
        assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
}

/* Waits until the authority does, or no longer does, take messages. */
static void authority_signal(int number)
{
    char path[64], state = 0;
    pid_t pid = support_authority_pid();

    assert_int_equal(kill(pid, number), 0);
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    do {
        FILE *file = fopen(path, "re");

        assert_non_null(file);
        assert_int_equal(fscanf(file, "%*d (%*[^)]) %c", &state), 1);
        fclose(file);
    } while ((state == 'T') != (number == SIGSTOP));
}

static NTSTATUS query(LUID id)
{
    PSECURITY_LOGON_SESSION_DATA data = NULL;
    NTSTATUS status = LsaGetLogonSessionData(&id, &data);

    if (status == STATUS_SUCCESS)
        LsaFreeReturnBuffer(data);
    return status;
}

static void the_pages_answer_while_the_authority_does_not(void **state)
{
    HANDLE token = support_logon("alice", LOGON32_LOGON_NETWORK_CLEARTEXT);
    LUID id = support_session_of(token);

    (void)state;
    assert_int_equal(query(id), STATUS_SUCCESS);
    alarm(20); /* who waits for an answer is ended */
    authority_signal(SIGSTOP);
    assert_true(support_session_exists(id));
    assert_int_equal(query(id), STATUS_SUCCESS);
    assert_int_equal(query(system_session), STATUS_SUCCESS);
    authority_signal(SIGCONT);
    alarm(0);
    assert_succeeds(CloseHandle(token));
    assert_false(support_session_exists(id));
    assert_int_equal(query(id), STATUS_NO_SUCH_LOGON_SESSION);
}

static void assert_same_string(LSA_UNICODE_STRING a, LSA_UNICODE_STRING b)
{
    assert_int_equal(a.Length, b.Length);
    assert_memory_equal(a.Buffer, b.Buffer, a.Length + sizeof(WCHAR));
}

static void assert_same(const SECURITY_LOGON_SESSION_DATA *a, const SECURITY_LOGON_SESSION_DATA *b)
{
    assert_true(EqualSid(a->Sid, b->Sid));
    assert_int_equal(a->LogonId.LowPart, b->LogonId.LowPart);
    assert_same_string(a->UserName, b->UserName);
    assert_same_string(a->LogonDomain, b->LogonDomain);
    assert_same_string(a->AuthenticationPackage, b->AuthenticationPackage);
    assert_same_string(a->LogonServer, b->LogonServer);
    assert_same_string(a->DnsDomainName, b->DnsDomainName);
    assert_same_string(a->Upn, b->Upn);
    assert_same_string(a->LogonScript, b->LogonScript);
    assert_same_string(a->ProfilePath, b->ProfilePath);
    assert_same_string(a->HomeDirectory, b->HomeDirectory);
    assert_int_equal(a->LogonType, b->LogonType);
    assert_int_equal(a->Session, b->Session);
    assert_int_equal(a->UserFlags, b->UserFlags);
    assert_true(a->LogonTime.QuadPart == b->LogonTime.QuadPart);
    assert_memory_equal(&a->LastLogonInfo, &b->LastLogonInfo, sizeof(a->LastLogonInfo));
    assert_true(a->LogoffTime.QuadPart == b->LogoffTime.QuadPart);
    assert_true(a->KickOffTime.QuadPart == b->KickOffTime.QuadPart);
    assert_true(a->PasswordLastSet.QuadPart == b->PasswordLastSet.QuadPart);
    assert_true(a->PasswordCanChange.QuadPart == b->PasswordCanChange.QuadPart);
    assert_true(a->PasswordMustChange.QuadPart == b->PasswordMustChange.QuadPart);
}

/* A thread that impersonates asks by message, also when it impersonates the process itself. */
static void pages_and_messages_tell_the_same(void **state)
{
    HANDLE token = support_logon("alice", LOGON32_LOGON_NETWORK_CLEARTEXT);
    ULONG n;
    PLUID list;

    (void)state;
    assert_int_equal(LsaEnumerateLogonSessions(&n, &list), STATUS_SUCCESS);
    assert_true(n >= 5);
    for (ULONG i = 0; i < n; i++) {
        PSECURITY_LOGON_SESSION_DATA by_page = NULL, by_message = NULL;

        assert_int_equal(LsaGetLogonSessionData(&list[i], &by_page), STATUS_SUCCESS);
        assert_succeeds(ImpersonateSelf(SecurityImpersonation));
        assert_int_equal(LsaGetLogonSessionData(&list[i], &by_message), STATUS_SUCCESS);
        assert_succeeds(RevertToSelf());
        assert_same(by_page, by_message);
        LsaFreeReturnBuffer(by_page);
        LsaFreeReturnBuffer(by_message);
    }
    LsaFreeReturnBuffer(list);
    assert_succeeds(CloseHandle(token));
}

static void a_thread_that_acts_for_a_user_sees_what_he_may_see(void **state)
{
    HANDLE alice = support_logon("1900001", LOGON32_LOGON_NETWORK_CLEARTEXT);
    HANDLE bob = support_logon("1900002", LOGON32_LOGON_NETWORK_CLEARTEXT);
    LUID of_alice = support_session_of(alice), of_bob = support_session_of(bob);

    (void)state;
    be_token_only();
    assert_int_equal(query(of_bob), STATUS_SUCCESS);
    assert_succeeds(ImpersonateLoggedOnUser(alice));
    assert_int_equal(query(of_alice), STATUS_SUCCESS);
    assert_int_equal(query(of_bob), STATUS_ACCESS_DENIED);
    assert_int_equal(query(system_session), STATUS_ACCESS_DENIED);
    assert_succeeds(RevertToSelf());
    assert_int_equal(query(of_bob), STATUS_SUCCESS);
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
    assert_succeeds(CloseHandle(alice));
    assert_succeeds(CloseHandle(bob));
}

/* Maps of the page of session data that this process has. */
static unsigned count_data_maps(void)
{
    unsigned long long first, end;
    char line[512];
    unsigned n = 0;
    FILE *file = fopen("/proc/self/maps", "re");

    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        if (strstr(line, "memfd:openlogon-slots") && sscanf(line, "%llx-%llx", &first, &end) == 2 &&
            end - first >= DATA_PAGE_MIN)
            n++;
    }
    fclose(file);
    return n;
}

/* What the exit code of the child tells. */
static int run_child(int (*body)(LUID id), LUID id)
{
    int status;
    pid_t child = fork();

    if (child == 0)
        _exit(body(id));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int child_reads(LUID id)
{
    if (count_data_maps() != 0)
        return 1;
    if (query(id) != STATUS_SUCCESS)
        return 2;
    if (count_data_maps() != 1)
        return 3;
    return support_session_exists(id) ? 0 : 4;
}

static void a_child_has_no_map_of_the_data_but_may_ask_for_it(void **state)
{
    HANDLE token = support_logon("alice", LOGON32_LOGON_NETWORK_CLEARTEXT);
    LUID id = support_session_of(token);

    (void)state;
    assert_int_equal(query(id), STATUS_SUCCESS);
    assert_int_equal(count_data_maps(), 1);
    assert_int_equal(run_child(child_reads, id), 0);
    assert_int_equal(query(id), STATUS_SUCCESS);
    assert_succeeds(CloseHandle(token));
}

static int ordinary_child_reads(LUID id)
{
    if (setresgid(65533, 65533, 65533) < 0 || setresuid(65533, 65533, 65533) < 0)
        return 1;
    if (!support_session_exists(id))
        return 2;
    if (query(id) != STATUS_ACCESS_DENIED || query(system_session) != STATUS_ACCESS_DENIED)
        return 3;
    return count_data_maps() == 0 ? 0 : 4;
}

static void a_child_that_gave_up_its_rights_sees_luids_only(void **state)
{
    HANDLE token;
    LUID id;

    (void)state;
    SKIP_UNLESS_ROOT();
    token = support_logon("alice", LOGON32_LOGON_NETWORK_CLEARTEXT);
    id = support_session_of(token);
    assert_int_equal(query(id), STATUS_SUCCESS);
    assert_int_equal(run_child(ordinary_child_reads, id), 0);
    assert_succeeds(CloseHandle(token));
}

/* --- threads ----------------------------------------------------------------------------------
 */

static LUID lasting[SESSIONS];
static atomic_bool stop;

static int compare(const void *a, const void *b)
{
    const LUID *x = a, *y = b;

    return x->LowPart == y->LowPart ? 0 : x->LowPart < y->LowPart ? -1 : 1;
}

/* Each of those that last once, and its data; nothing twice. */
static BOOL is_sound(void)
{
    ULONG n;
    PLUID list;
    size_t found = 0;
    BOOL sound = TRUE;

    if (LsaEnumerateLogonSessions(&n, &list) != STATUS_SUCCESS)
        return FALSE;
    qsort(list, n, sizeof(*list), compare);
    for (ULONG i = 0; i < n; i++) {
        NTSTATUS status = query(list[i]);
        BOOL lasts = bsearch(&list[i], lasting, SESSIONS, sizeof(LUID), compare) != NULL;

        found += lasts ? 1 : 0;
        sound &= i == 0 || compare(&list[i - 1], &list[i]) != 0;
        sound &= status == STATUS_SUCCESS || (!lasts && status == STATUS_NO_SUCH_LOGON_SESSION);
    }
    LsaFreeReturnBuffer(list);
    return sound && found == SESSIONS;
}

static void *read_all(void *context)
{
    size_t *n_wrong = context;

    while (!atomic_load(&stop))
        *n_wrong += !is_sound();
    return NULL;
}

static void threads_read_while_sessions_come_and_go(void **state)
{
    HANDLE tokens[SESSIONS];
    pthread_t threads[READERS];
    size_t n_wrong[READERS] = { 0 };

    (void)state;
    for (size_t i = 0; i < SESSIONS; i++) {
        tokens[i] = support_logon(i % 2 ? "alice" : "1900001", LOGON32_LOGON_NETWORK_CLEARTEXT);
        lasting[i] = support_session_of(tokens[i]);
    }
    qsort(lasting, SESSIONS, sizeof(LUID), compare);
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_all, &n_wrong[i]), 0);
    for (int i = 0; i < ROUNDS; i++)
        assert_succeeds(CloseHandle(support_logon("1900002", LOGON32_LOGON_NETWORK_CLEARTEXT)));
    atomic_store(&stop, true);
    for (size_t i = 0; i < READERS; i++) {
        (void)pthread_join(threads[i], NULL);
        assert_int_equal(n_wrong[i], 0);
    }
    for (size_t i = 0; i < SESSIONS; i++)
        assert_succeeds(CloseHandle(tokens[i]));
}

/* --- many at a time --------------------------------------------------------------------------- */

enum { MANY = 1200 }; /* more than one message holds */

static void assert_utf8(const char *text, LSA_UNICODE_STRING wide)
{
    assert_int_equal(strlen(text) * sizeof(WCHAR), wide.Length);
    for (size_t i = 0; text[i]; i++)
        assert_int_equal((unsigned char)text[i], wide.Buffer[i]);
}

static void assert_told_alike(const OPENLOGON_SESSION *session)
{
    LUID id = session->id;
    PSECURITY_LOGON_SESSION_DATA data = NULL;
    OPENLOGON_SESSION_EXTRA extra;

    assert_int_equal(LsaGetLogonSessionData(&id, &data), STATUS_SUCCESS);
    assert_utf8(session->user, data->UserName);
    assert_utf8(session->domain, data->LogonDomain);
    assert_utf8(session->package, data->AuthenticationPackage);
    assert_utf8(session->upn, data->Upn);
    assert_true(EqualSid(session->sid, data->Sid));
    assert_int_equal(session->logon_type, data->LogonType);
    assert_true(session->logon_time.QuadPart == data->LogonTime.QuadPart);
    assert_true(session->password_must_change.QuadPart == data->PasswordMustChange.QuadPart);
    LsaFreeReturnBuffer(data);
    assert_succeeds(openlogon_query_session_extra(&id, &extra));
    assert_memory_equal(&session->extra, &extra, sizeof(extra));
}

static ULONGLONG number_of(LUID id)
{
    return (ULONGLONG)(DWORD)id.HighPart << 32 | id.LowPart;
}

/* How many of the sessions are told of, by rising LUID; each of them is looked at. */
static DWORD list_all(void (*look)(const OPENLOGON_SESSION *session), DWORD *n_hidden,
                      DWORD *n_pages)
{
    LUID position = { 0 };
    ULONGLONG last = 0;
    DWORD n_all = 0;

    *n_hidden = *n_pages = 0;
    do {
        OPENLOGON_SESSION *sessions = NULL;
        DWORD n = 0, hidden = 0;

        assert_succeeds(openlogon_query_sessions(&position, &sessions, &n, &hidden));
        for (DWORD i = 0; i < n; i++) {
            assert_true(number_of(sessions[i].id) > last);
            last = number_of(sessions[i].id);
            if (look)
                look(&sessions[i]);
        }
        LsaFreeReturnBuffer(sessions);
        n_all += n;
        *n_hidden += hidden;
        ++*n_pages;
    } while (number_of(position) != 0);
    return n_all;
}

static void many_are_told_of_as_each_is(void **state)
{
    static HANDLE tokens[MANY];
    DWORD n, n_hidden, n_pages, n_before = list_all(assert_told_alike, &n_hidden, &n_pages);

    (void)state;
    assert_int_equal(n_hidden, 0);
    for (int i = 0; i < MANY; i++)
        tokens[i] = support_logon("1900001", LOGON32_LOGON_NETWORK_CLEARTEXT);
    n = list_all(NULL, &n_hidden, &n_pages);
    assert_int_equal(n, n_before + MANY);
    assert_int_equal(n_hidden, 0);
    assert_true(n_pages > 1);
    for (int i = 0; i < MANY; i++)
        assert_succeeds(CloseHandle(tokens[i]));
}

static void assert_of_first_user(const OPENLOGON_SESSION *session)
{
    assert_string_equal(session->user, "null-1900001");
}

static void who_acts_for_a_user_is_told_of_his_and_how_many_there_are(void **state)
{
    HANDLE alice = support_logon("1900001", LOGON32_LOGON_NETWORK_CLEARTEXT);
    HANDLE bob = support_logon("1900002", LOGON32_LOGON_NETWORK_CLEARTEXT);
    DWORD n_all, n_hidden, n_pages;
    LUID of_alice = support_session_of(alice);
    OPENLOGON_DEBUG *debug = NULL;
    OPENLOGON_METRIC *metrics = NULL;
    DWORD n_metrics;

    (void)state;
    be_token_only();
    n_all = list_all(NULL, &n_hidden, &n_pages);
    assert_succeeds(ImpersonateLoggedOnUser(alice));
    assert_int_equal(list_all(assert_of_first_user, &n_hidden, &n_pages), 1);
    assert_int_equal(n_hidden, n_all - 1);
    assert_fails(openlogon_debug_session(&of_alice, FALSE, &debug), ERROR_ACCESS_DENIED);
    assert_fails(openlogon_debug_token(alice, &debug), ERROR_ACCESS_DENIED);
    assert_fails(openlogon_query_metrics(&metrics, &n_metrics), ERROR_ACCESS_DENIED);
    assert_succeeds(RevertToSelf());
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
    assert_succeeds(CloseHandle(alice));
    assert_succeeds(CloseHandle(bob));
}

static void objects_are_the_same_for_tokens_of_one_session(void **state)
{
    HANDLE one = support_logon("1900001", LOGON32_LOGON_NETWORK_CLEARTEXT);
    HANDLE other = support_logon("1900001", LOGON32_LOGON_NETWORK_CLEARTEXT), copy;
    OPENLOGON_DEBUG *of_one, *of_other, *of_copy, *of_session;
    LUID id = support_session_of(one);

    (void)state;
    assert_succeeds(
        DuplicateTokenEx(one, 0, NULL, SecurityImpersonation, TokenImpersonation, &copy));
    assert_succeeds(openlogon_debug_token(one, &of_one));
    assert_succeeds(openlogon_debug_token(copy, &of_copy));
    assert_succeeds(openlogon_debug_token(other, &of_other));
    assert_succeeds(openlogon_debug_session(&id, TRUE, &of_session));
    assert_true(of_one->session_object == of_copy->session_object);
    assert_true(of_one->session_object == of_session->session_object);
    assert_true(of_one->session_object != of_other->session_object);
    assert_true(of_one->token_object != of_other->token_object);
    assert_true(of_one->session_object != 0 && of_one->token_object != 0);
    assert_true(of_session->n_holders >= 1);
    assert_int_equal(of_session->holders[0].pid, getpid());
    assert_true(of_session->holders[0].token_object == of_one->token_object);
    LsaFreeReturnBuffer(of_one);
    LsaFreeReturnBuffer(of_copy);
    LsaFreeReturnBuffer(of_other);
    LsaFreeReturnBuffer(of_session);
    assert_succeeds(CloseHandle(copy));
    assert_succeeds(CloseHandle(one));
    assert_succeeds(CloseHandle(other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pages_answer_while_the_authority_does_not),
        cmocka_unit_test(pages_and_messages_tell_the_same),
        cmocka_unit_test(a_thread_that_acts_for_a_user_sees_what_he_may_see),
        cmocka_unit_test(a_child_has_no_map_of_the_data_but_may_ask_for_it),
        cmocka_unit_test(a_child_that_gave_up_its_rights_sees_luids_only),
        cmocka_unit_test(threads_read_while_sessions_come_and_go),
        cmocka_unit_test(many_are_told_of_as_each_is),
        cmocka_unit_test(who_acts_for_a_user_is_told_of_his_and_how_many_there_are),
        cmocka_unit_test(objects_are_the_same_for_tokens_of_one_session),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
