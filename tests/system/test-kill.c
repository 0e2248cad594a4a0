/* SPDX-License-Identifier: MIT */
/*
 * openlogond is killed again and again, at random points, under the load of programs that log on,
 * duplicate, query, impersonate, fork and close. No call of theirs may fail, and in the end the
 * authority has exactly the sessions that somebody still has a handle to; no LUID came twice.
 * With OPENLOGON_TEST_UID set, and as root, all of it runs as that user; the argument is the number
 * of deaths.
 */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    CLIENTS = 8,
    HANDLES = 24,        /* that a client has at most */
    LUIDS_MAX = 1 << 19, /* that a client notes */
    OPERATIONS_MAX = 40, /* of all clients together that a round lets happen */
    ROUND_MAX_MS = 5000, /* if they do not */
    EXTRA_MAX_US = 3000,
    SEED = 20261128,
};

enum phase { STARTING, WORKING, HOLDING, CLOSING };

/* What a client and the test know of each other. */
struct client {
    pid_t pid;
    atomic_int phase;    /* that the client is in */
    atomic_ulong n_done; /* operations */
    unsigned n_held;
    uint64_t held[HANDLES + 1]; /* sessions, in phase HOLDING; the process's too */
    unsigned n_luids;
    uint64_t luids[LUIDS_MAX];
    char failure[256];
};

static struct {
    atomic_int phase; /* that the clients are to be in */
    struct client clients[CLIENTS];
} * shared;

static unsigned n_rounds = 200;
static char directory[64];
static pid_t daemon_pid;

/* --- the authority --------------------------------------------------------------------------- */

static const char *path_in(const char *name)
{
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof(paths[0]), "%s/%s", directory, name);
    return path;
}

static void run_daemon(int ready_fd)
{
    char number[16], packages[512];
    const char *argv[] = { "openlogond",
                           "--state",
                           path_in("state"),
                           "--runtime",
                           path_in("run"),
                           "--config",
                           "/dev/null",
                           "--set",
                           packages,
                           "--worker",
                           getenv("OPENLOGON_WORKER"),
                           "--ready-fd",
                           number,
                           NULL };
    const size_t without_ready = 11;

    snprintf(packages, sizeof(packages), "packages=%s", getenv("OPENLOGON_TEST_NULL"));
    snprintf(number, sizeof(number), "%d", ready_fd);
    if (ready_fd < 0)
        argv[without_ready] = NULL;
    execv(getenv("OPENLOGON_DAEMON"), (char **)(uintptr_t)argv);
    _exit(127);
}

static void start_daemon(void)
{
    daemon_pid = fork();
    assert_true(daemon_pid >= 0);
    if (daemon_pid == 0)
        run_daemon(-1);
}

static void start_daemon_and_wait(void)
{
    int ready[2];
    char byte;

    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    daemon_pid = fork();
    assert_true(daemon_pid >= 0);
    if (daemon_pid == 0)
        run_daemon(dup(ready[1]));
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
}

static int end_daemon(int signal)
{
    int status = 0;

    assert_int_equal(kill(daemon_pid, signal), 0);
    assert_int_equal(waitpid(daemon_pid, &status, 0), daemon_pid);
    return status;
}

/* --- a client -------------------------------------------------------------------------------- */

/* One logon that the client has, and what it must be for ever. */
struct slot {
    HANDLE token; /* NULL: free */
    LUID session;
};

static struct client *self;
static struct slot slots[HANDLES];
static struct slot in_process; /* its token is that of a process, and no handle to it is left */
static PROCESS_INFORMATION process;
static unsigned random_state;

static unsigned random_below(unsigned n)
{
    return (unsigned)rand_r(&random_state) % n;
}

static _Noreturn void fail_client(const char *what, int line)
{
    if (!self->failure[0]) /* else a child has told */
        snprintf(self->failure, sizeof(self->failure), "line %d: %s: error %u", line, what,
                 (unsigned)GetLastError());
    _exit(1);
}

#define MUST(call)                                                                                 \
    do {                                                                                           \
        SetLastError(0);                                                                           \
        if (!(call))                                                                               \
            fail_client(#call, __LINE__);                                                          \
    } while (0)

static uint64_t number(LUID id)
{
    return (uint64_t)(uint32_t)id.HighPart << 32 | id.LowPart;
}

static void note(LUID id)
{
    if (self->n_luids < LUIDS_MAX)
        self->luids[self->n_luids++] = number(id);
}

static TOKEN_STATISTICS statistics_of(HANDLE token)
{
    TOKEN_STATISTICS statistics;
    DWORD size;

    MUST(GetTokenInformation(token, TokenStatistics, &statistics, sizeof(statistics), &size));
    return statistics;
}

static BOOL is_of(HANDLE token, LUID session)
{
    return number(statistics_of(token).AuthenticationId) == number(session);
}

static void log_on(struct slot *slot, DWORD type)
{
    TOKEN_STATISTICS statistics;
    char user[32];

    snprintf(user, sizeof(user), "null-%u", 61000 + random_below(8));
    MUST(LogonUserA(user, ".", "null", type, LOGON32_PROVIDER_DEFAULT, &slot->token));
    statistics = statistics_of(slot->token);
    slot->session = statistics.AuthenticationId;
    note(statistics.AuthenticationId);
    note(statistics.TokenId);
}

static void start_process(void)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    char command[] = "sleep 1000";

    log_on(&in_process, LOGON32_LOGON_BATCH);
    MUST(CreateProcessAsUserA(in_process.token, NULL, command, NULL, NULL, FALSE, 0, NULL, NULL,
                              &startup, &process));
    MUST(CloseHandle(in_process.token));
    in_process.token = NULL;
}

static void end_process(void)
{
    MUST(TerminateProcess(process.hProcess, 1));
    MUST(WaitForSingleObject(process.hProcess, 10000) == WAIT_OBJECT_0);
    MUST(support_wait_session_gone(in_process.session, 10000));
    MUST(CloseHandle(process.hThread) && CloseHandle(process.hProcess));
}

static void close_slot(struct slot *slot)
{
    MUST(CloseHandle(slot->token));
    slot->token = NULL;
}

static void duplicate(const struct slot *slot)
{
    HANDLE copy = NULL;

    MUST(DuplicateTokenEx(slot->token, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation,
                          random_below(2) ? TokenPrimary : TokenImpersonation, &copy));
    MUST(is_of(copy, slot->session));
    MUST(CloseHandle(copy));
}

static void adjust(const struct slot *slot)
{
    TOKEN_PRIVILEGES state = { .PrivilegeCount = 1 };

    MUST(LookupPrivilegeValueA(NULL, "SeChangeNotifyPrivilege", &state.Privileges[0].Luid));
    state.Privileges[0].Attributes = random_below(2) ? SE_PRIVILEGE_ENABLED : 0;
    MUST(AdjustTokenPrivileges(slot->token, FALSE, &state, 0, NULL, NULL));
    MUST(GetLastError() == ERROR_SUCCESS);
}

static void impersonate(const struct slot *slot)
{
    HANDLE own = NULL;

    MUST(ImpersonateLoggedOnUser(slot->token));
    MUST(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &own));
    MUST(is_of(own, slot->session));
    MUST(CloseHandle(own));
    MUST(RevertToSelf());
}

static void allocate(void)
{
    LUID id;

    MUST(AllocateLocallyUniqueId(&id));
    note(id);
}

static void query_own(void)
{
    HANDLE token = NULL;

    MUST(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES, &token));
    MUST(statistics_of(token).TokenType == TokenPrimary);
    MUST(CloseHandle(token));
}

/* In the child every handle is what it was; then it closes one, and goes with the others. */
static void fork_child(void)
{
    pid_t pid = fork();
    int status;

    MUST(pid >= 0);
    if (pid == 0) {
        struct slot *slot = &slots[random_below(HANDLES)];

        for (unsigned i = 0; i < HANDLES; i++)
            MUST(!slots[i].token || is_of(slots[i].token, slots[i].session));
        if (slot->token) {
            duplicate(slot);
            adjust(slot);
            close_slot(slot);
        }
        _exit(0);
    }
    while (waitpid(pid, &status, 0) < 0)
        MUST(errno == EINTR);
    MUST(status == 0);
}

static void run_process(const struct slot *slot)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION started;
    char command[] = "true";
    HANDLE primary = NULL;
    DWORD code = 1;

    MUST(DuplicateTokenEx(slot->token, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation, TokenPrimary,
                          &primary));
    MUST(CreateProcessAsUserA(primary, NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup,
                              &started));
    MUST(WaitForSingleObject(started.hProcess, 10000) == WAIT_OBJECT_0);
    MUST(GetExitCodeProcess(started.hProcess, &code) && code == 0);
    MUST(CloseHandle(started.hThread) && CloseHandle(started.hProcess) && CloseHandle(primary));
}

static void work(void)
{
    struct slot *slot = &slots[random_below(HANDLES)];
    unsigned what = random_below(100);

    if (what == 0)
        fork_child();
    else if (what < 3)
        allocate();
    else if (what < 6)
        query_own();
    else if (!slot->token)
        log_on(slot, LOGON32_LOGON_NETWORK);
    else if (what < 8)
        run_process(slot);
    else if (what < 50)
        close_slot(slot);
    else if (what < 70)
        duplicate(slot);
    else if (what < 80)
        adjust(slot);
    else if (what < 90)
        impersonate(slot);
    else
        MUST(is_of(slot->token, slot->session));
}

static void wait_for_phase(enum phase phase)
{
    const struct timespec pause = { .tv_nsec = 2000000 };

    while (atomic_load(&shared->phase) < (int)phase)
        nanosleep(&pause, NULL);
}

/* A call that changes nothing, for what the client holds to be claimed. */
/* Another process may see for a moment what this one has closed; this one, asking, does not. */
static void settle(void)
{
    PLUID list;
    ULONG n;

    MUST(LsaEnumerateLogonSessions(&n, &list) == STATUS_SUCCESS);
    LsaFreeReturnBuffer(list);
}

static void hold(void)
{
    for (unsigned i = 0; i < HANDLES; i++) {
        if (!slots[i].token)
            continue;
        adjust(&slots[i]);
        MUST(is_of(slots[i].token, slots[i].session));
        self->held[self->n_held++] = number(slots[i].session);
    }
    self->held[self->n_held++] = number(in_process.session);
    atomic_store(&self->phase, HOLDING);
    wait_for_phase(CLOSING);
    end_process();
    for (unsigned i = 0; i < HANDLES; i++) {
        if (slots[i].token)
            close_slot(&slots[i]);
    }
    settle();
    atomic_store(&self->phase, CLOSING);
}

static _Noreturn void run_client(unsigned index)
{
    self = &shared->clients[index];
    random_state = SEED + index;
    if (geteuid() != 0)
        MUST(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    start_process();
    atomic_store(&self->phase, WORKING);
    wait_for_phase(WORKING);
    while (atomic_load(&shared->phase) == WORKING) {
        work();
        atomic_fetch_add(&self->n_done, 1);
    }
    hold();
    wait_for_phase(CLOSING + 1);
    _exit(0);
}

/* --- the test -------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void check_clients(void)
{
    for (unsigned i = 0; i < CLIENTS; i++) {
        if (shared->clients[i].failure[0])
            fail_msg("client %u: %s", i, shared->clients[i].failure);
    }
}

static void wait_for_client(unsigned i, enum phase phase)
{
    const struct timespec pause = { .tv_nsec = 2000000 };

    while (atomic_load(&shared->clients[i].phase) < (int)phase) {
        check_clients();
        nanosleep(&pause, NULL);
    }
}

static void wait_for_clients(enum phase phase)
{
    atomic_store(&shared->phase, phase);
    for (unsigned i = 0; i < CLIENTS; i++)
        wait_for_client(i, phase);
}

/* Not one of those that are there without a logon. Whose data may not be read is somebody else's.
 */
static BOOL is_logon(LUID id)
{
    PSECURITY_LOGON_SESSION_DATA data = NULL;
    NTSTATUS st = LsaGetLogonSessionData(&id, &data);
    BOOL is_one = st == STATUS_ACCESS_DENIED ||
                  (data && (data->LogonType == Network || data->LogonType == Batch));

    LsaFreeReturnBuffer(data);
    return is_one && number(id) > 0x3e7;
}

/* The logons among the sessions. Sorted; the caller frees. */
static uint64_t *census(size_t *ret_n)
{
    ULONG count = 0;
    PLUID list = NULL;
    uint64_t *logons;
    size_t n = 0;

    assert_int_equal(LsaEnumerateLogonSessions(&count, &list), STATUS_SUCCESS);
    logons = calloc(count + 1, sizeof(*logons));
    assert_non_null(logons);
    for (ULONG i = 0; i < count; i++) {
        if (is_logon(list[i]))
            logons[n++] = number(list[i]);
    }
    LsaFreeReturnBuffer(list);
    qsort(logons, n, sizeof(*logons), by_value);
    *ret_n = n;
    return logons;
}

static void check_census(void)
{
    static uint64_t held[CLIENTS * (HANDLES + 1)];
    size_t n_held = 0, n;
    uint64_t *logons = census(&n);

    for (unsigned i = 0; i < CLIENTS; i++) {
        for (unsigned k = 0; k < shared->clients[i].n_held; k++)
            held[n_held++] = shared->clients[i].held[k];
    }
    qsort(held, n_held, sizeof(*held), by_value);
    print_message("%zu sessions are held, %zu are there\n", n_held, n);
    assert_int_equal(n, n_held);
    assert_memory_equal(logons, held, n * sizeof(*held));
    free(logons);
}

static void check_luids(void)
{
    size_t n = 0, at = 0;
    uint64_t *all;

    for (unsigned i = 0; i < CLIENTS; i++)
        n += shared->clients[i].n_luids;
    all = calloc(n + 1, sizeof(*all));
    assert_non_null(all);
    for (unsigned i = 0; i < CLIENTS; i++) {
        memcpy(all + at, shared->clients[i].luids, shared->clients[i].n_luids * sizeof(*all));
        at += shared->clients[i].n_luids;
    }
    qsort(all, n, sizeof(*all), by_value);
    for (size_t i = 1; i < n; i++)
        assert_int_not_equal(all[i], all[i - 1]);
    print_message("%zu LUIDs, none twice\n", n);
    free(all);
}

static unsigned long n_done(void)
{
    unsigned long n = 0;

    for (unsigned i = 0; i < CLIENTS; i++)
        n += atomic_load(&shared->clients[i].n_done);
    return n;
}

/* So many operations, or none: then openlogond may not even have begun to listen. */
static void let_happen(unsigned long n, unsigned extra_us)
{
    const struct timespec pause = { .tv_nsec = 200000 }, extra = { .tv_nsec = extra_us * 1000L };
    const double deadline = support_seconds() + ROUND_MAX_MS / 1000.0;
    const unsigned long end = n_done() + n;

    while (n_done() < end && support_seconds() < deadline)
        nanosleep(&pause, NULL);
    nanosleep(&extra, NULL);
}

static void deaths_of_the_authority_lose_nothing(void **state)
{
    unsigned random = SEED;

    (void)state;
    for (unsigned i = 0; i < CLIENTS; i++)
        wait_for_client(i, WORKING);
    atomic_store(&shared->phase, WORKING);
    for (unsigned round = 0; round < n_rounds; round++) {
        unsigned long n = (unsigned)rand_r(&random) % OPERATIONS_MAX;

        let_happen(n, (unsigned)rand_r(&random) % EXTRA_MAX_US);
        assert_true(WIFSIGNALED(end_daemon(SIGKILL)));
        check_clients();
        start_daemon();
    }
    wait_for_clients(HOLDING);
    print_message("%u deaths, %lu operations\n", n_rounds, n_done());
    assert_true(n_done() > n_rounds);
    check_census();
}

static void neither_does_a_restart(void **state)
{
    (void)state;
    assert_int_equal(end_daemon(SIGTERM), 0);
    start_daemon_and_wait();
    check_census();
}

static void what_is_closed_afterwards_is_gone(void **state)
{
    size_t n;

    (void)state;
    wait_for_clients(CLOSING);
    free(census(&n));
    assert_int_equal(n, 0);
    check_luids();
}

static int set_up(void **state)
{
    (void)state;
    support_make_directory(directory, sizeof(directory));
    setenv("OPENLOGON_SOCKET", path_in("run/socket"), 1);
    setenv("OPENLOGON_RECONNECT_TIMEOUT", "60", 1); /* on a busy machine it dies often in 10 s */
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return -1;
    start_daemon_and_wait();
    for (unsigned i = 0; i < CLIENTS; i++) {
        pid_t pid = fork();

        if (pid == 0)
            run_client(i);
        shared->clients[i].pid = pid;
    }
    return 0;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    atomic_store(&shared->phase, CLOSING + 1);
    for (unsigned i = 0; i < CLIENTS; i++) {
        kill(shared->clients[i].pid, SIGKILL);
        waitpid(shared->clients[i].pid, NULL, 0);
    }
    end_daemon(SIGTERM);
    snprintf(command, sizeof(command), "rm -rf -- '%s'", directory);
    return system(command);
}

static void become(const char *uid)
{
    uid_t id = (uid_t)strtoul(uid, NULL, 10);

    if (geteuid() != 0 || setgroups(0, NULL) < 0 || setresgid(id, id, id) < 0 ||
        setresuid(id, id, id) < 0)
        exit(77);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deaths_of_the_authority_lose_nothing),
        cmocka_unit_test(neither_does_a_restart),
        cmocka_unit_test(what_is_closed_afterwards_is_gone),
    };

    if (getenv("OPENLOGON_TEST_UID"))
        become(getenv("OPENLOGON_TEST_UID"));
    if (argc > 1)
        n_rounds = (unsigned)strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
