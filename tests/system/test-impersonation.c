/* SPDX-License-Identifier: MIT */
/* The kernel holds a thread to the token it wears, that thread only, and a process likewise. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <threads.h>
#include <unistd.h>

enum {
    ROUNDS = 1000,
};

/* A client's token and files that tell who opens them. */
struct scene {
    HANDLE token;
    OPENLOGON_KERNEL_IDS ids;
    char directory[128];
    char of_client[160];
    char of_root[160];
    char of_group[160];
};

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    DWORD groups[64];

    *state = scene;
    if (geteuid() != 0)
        return 0;
    scene->token = support_logon("alice", LOGON32_LOGON_INTERACTIVE);
    assert_succeeds(openlogon_token_kernel_ids(scene->token, &scene->ids, groups, 64));
    assert_true(scene->ids.present);
    assert_int_not_equal(scene->ids.uid, 0);
    support_make_directory(scene->directory, sizeof(scene->directory));
    snprintf(scene->of_client, sizeof(scene->of_client), "%s/client", scene->directory);
    snprintf(scene->of_root, sizeof(scene->of_root), "%s/root", scene->directory);
    snprintf(scene->of_group, sizeof(scene->of_group), "%s/group", scene->directory);
    support_make_file(scene->of_client, 0600, scene->ids.uid, scene->ids.gid);
    support_make_file(scene->of_root, 0600, 0, 0);
    support_make_file(scene->of_group, 0640, 0, scene->ids.gid);
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    if (scene->token) {
        CloseHandle(scene->token);
        unlink(scene->of_client);
        unlink(scene->of_root);
        unlink(scene->of_group);
        rmdir(scene->directory);
    }
    free(scene);
    return 0;
}

/* 0, or the errno that open() gave. */
static int try_open(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static void a_thread_opens_files_as_its_client_until_it_reverts(void **state)
{
    struct scene *scene = *state;
    gid_t before[128], after[128];
    int n_before, n_after;

    SKIP_UNLESS_ROOT();
    n_before = getgroups(128, before);
    assert_succeeds(ImpersonateLoggedOnUser(scene->token));
    assert_int_equal(geteuid(), scene->ids.uid);
    assert_int_equal(getegid(), scene->ids.gid);
    assert_int_equal(try_open(scene->of_client), 0);
    assert_int_equal(try_open(scene->of_group), 0);
    assert_int_equal(try_open(scene->of_root), EACCES);
    assert_succeeds(RevertToSelf());
    assert_int_equal(geteuid(), 0);
    assert_int_equal(getegid(), 0);
    n_after = getgroups(128, after);
    assert_int_equal(n_before, n_after);
    assert_memory_equal(before, after, (size_t)n_before * sizeof(gid_t));
    assert_int_equal(try_open(scene->of_root), 0);
}

struct turn {
    struct scene *scene;
    pthread_barrier_t *barrier;
    atomic_int failures;
};

/* Wears the client's token between the first and the last barrier of each round. */
static void *wear_in_turns(void *argument)
{
    struct turn *turn = argument;

    for (int i = 0; i < ROUNDS; i++) {
        if (!ImpersonateLoggedOnUser(turn->scene->token))
            atomic_fetch_add(&turn->failures, 1);
        pthread_barrier_wait(turn->barrier);
        if (try_open(turn->scene->of_client) != 0 || try_open(turn->scene->of_root) != EACCES)
            atomic_fetch_add(&turn->failures, 1);
        pthread_barrier_wait(turn->barrier);
        if (!RevertToSelf() || try_open(turn->scene->of_root) != 0)
            atomic_fetch_add(&turn->failures, 1);
        pthread_barrier_wait(turn->barrier);
    }
    return NULL;
}

static void *stay_root_in_turns(void *argument)
{
    struct turn *turn = argument;

    for (int i = 0; i < ROUNDS; i++) {
        pthread_barrier_wait(turn->barrier);
        if (try_open(turn->scene->of_root) != 0)
            atomic_fetch_add(&turn->failures, 1);
        pthread_barrier_wait(turn->barrier);
        if (try_open(turn->scene->of_root) != 0)
            atomic_fetch_add(&turn->failures, 1);
        pthread_barrier_wait(turn->barrier);
    }
    return NULL;
}

static void run_two_threads(struct scene *scene, void *(*first)(void *), void *(*second)(void *))
{
    pthread_barrier_t barrier;
    struct turn turn = { .scene = scene, .barrier = &barrier };
    pthread_t a, b;

    pthread_barrier_init(&barrier, NULL, 2);
    assert_int_equal(pthread_create(&a, NULL, first, &turn), 0);
    assert_int_equal(pthread_create(&b, NULL, second, &turn), 0);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    pthread_barrier_destroy(&barrier);
    assert_int_equal(atomic_load(&turn.failures), 0);
}

static void another_thread_stays_itself_a_thousand_times(void **state)
{
    SKIP_UNLESS_ROOT();
    run_two_threads(*state, wear_in_turns, stay_root_in_turns);
}

static void another_thread_stays_itself_in_the_other_order(void **state)
{
    SKIP_UNLESS_ROOT();
    run_two_threads(*state, stay_root_in_turns, wear_in_turns);
}

static void *report_euid(void *argument)
{
    HANDLE token = NULL;

    *(uid_t *)argument = geteuid();
    return OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token) ? argument : NULL;
}

/* ThreadSanitizer does not know thrd_create(): a program that calls it crashes. */
#ifndef OPENLOGON_TSAN
static int report_euid_c11(void *argument)
{
    *(uid_t *)argument = geteuid();
    return 0;
}
#endif

static void a_thread_made_while_impersonating_starts_as_the_process(void **state)
{
    struct scene *scene = *state;
    uid_t euid = (uid_t)-1;
    void *had_token = NULL;
    pthread_t thread;
#ifndef OPENLOGON_TSAN
    thrd_t c11_thread;
#endif

    SKIP_UNLESS_ROOT();
    assert_succeeds(ImpersonateLoggedOnUser(scene->token));
    assert_int_equal(pthread_create(&thread, NULL, report_euid, &euid), 0);
    pthread_join(thread, &had_token);
    assert_int_equal(euid, 0);
    assert_null(had_token);
#ifndef OPENLOGON_TSAN
    euid = (uid_t)-1;
    assert_int_equal(thrd_create(&c11_thread, report_euid_c11, &euid), thrd_success);
    thrd_join(c11_thread, NULL);
    assert_int_equal(euid, 0);
#endif
    assert_int_equal(geteuid(), scene->ids.uid);
    assert_succeeds(RevertToSelf());
}

static void identification_level_never_changes_the_kernels_view(void **state)
{
    struct scene *scene = *state;
    HANDLE low = NULL;

    SKIP_UNLESS_ROOT();
    assert_succeeds(DuplicateToken(scene->token, SecurityIdentification, &low));
    assert_succeeds(ImpersonateLoggedOnUser(low));
    assert_int_equal(geteuid(), 0);
    assert_succeeds(RevertToSelf());
    CloseHandle(low);
}

/* Reads one line of /proc/PID/status. */
static void read_status(DWORD pid, const char *key, char *value, size_t size)
{
    char path[64], line[4096];
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%u/status", (unsigned)pid);
    file = fopen(path, "re");
    assert_non_null(file);
    *value = '\0';
    while (fgets(line, sizeof(line), file)) {
        if (strncmp(line, key, strlen(key)) == 0)
            snprintf(value, size, "%s", line + strlen(key));
    }
    fclose(file);
}

static void start(HANDLE token, const char *command, PROCESS_INFORMATION *process)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    char line[256];

    snprintf(line, sizeof(line), "%s", command);
    assert_succeeds(CreateProcessAsUserA(token, NULL, line, NULL, NULL, FALSE, 0, NULL, "/",
                                         &startup, process));
}

static void stop(PROCESS_INFORMATION *process)
{
    assert_succeeds(TerminateProcess(process->hProcess, 9));
    assert_int_equal(WaitForSingleObject(process->hProcess, 10000), WAIT_OBJECT_0);
    CloseHandle(process->hThread);
    CloseHandle(process->hProcess);
}

static void a_process_started_as_a_user_has_all_its_ids_and_its_own_cgroup(void **state)
{
    struct scene *scene = *state;
    PROCESS_INFORMATION process;
    char ids[256], expected[512], path[64], cgroup[512], luid[32];
    LUID session;
    FILE *file;

    SKIP_UNLESS_ROOT();
    session = support_session_of(scene->token);
    start(scene->token, "sleep 1000", &process);
    snprintf(expected, sizeof(expected), "\t%u\t%u\t%u\t%u\n", scene->ids.uid, scene->ids.uid,
             scene->ids.uid, scene->ids.uid);
    read_status(process.dwProcessId, "Uid:", ids, sizeof(ids));
    assert_string_equal(ids, expected);
    snprintf(expected, sizeof(expected), "\t%u\t%u\t%u\t%u\n", scene->ids.gid, scene->ids.gid,
             scene->ids.gid, scene->ids.gid);
    read_status(process.dwProcessId, "Gid:", ids, sizeof(ids));
    assert_string_equal(ids, expected);
    read_status(process.dwProcessId, "CapEff:", ids, sizeof(ids));
    assert_string_equal(ids, "\t0000000000000000\n");
    read_status(process.dwProcessId, "CapPrm:", ids, sizeof(ids));
    assert_string_equal(ids, "\t0000000000000000\n");
    snprintf(luid, sizeof(luid), "%08x", (unsigned)session.LowPart);
    snprintf(path, sizeof(path), "/proc/%u/cgroup", (unsigned)process.dwProcessId);
    file = fopen(path, "re");
    assert_non_null(file);
    *expected = '\0';
    while (fgets(cgroup, sizeof(cgroup), file)) {
        if (strncmp(cgroup, "0::", 3) == 0)
            snprintf(expected, sizeof(expected), "%s", cgroup);
    }
    fclose(file);
    assert_non_null(strstr(expected, luid));
    stop(&process);
}

static void a_process_finds_the_token_it_was_started_with(void **state)
{
    struct scene *scene = *state;
    PROCESS_INFORMATION process;
    HANDLE token = NULL;
    LUID session, seen;

    SKIP_UNLESS_ROOT();
    session = support_session_of(scene->token);
    start(scene->token, "sleep 1000", &process);
    assert_succeeds(OpenProcessToken(process.hProcess, TOKEN_QUERY, &token));
    seen = support_session_of(token);
    assert_int_equal(seen.LowPart, session.LowPart);
    assert_int_equal(seen.HighPart, session.HighPart);
    CloseHandle(token);
    stop(&process);
}

static void starting_a_process_while_impersonating_takes_the_process_identity(void **state)
{
    struct scene *scene = *state;
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    char ids[256], line[] = "sleep 1000";

    SKIP_UNLESS_ROOT();
    assert_succeeds(ImpersonateLoggedOnUser(scene->token));
    assert_succeeds(
        CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, "/", &startup, &process));
    assert_succeeds(RevertToSelf());
    read_status(process.dwProcessId, "Uid:", ids, sizeof(ids));
    assert_string_equal(ids, "\t0\t0\t0\t0\n");
    stop(&process);
}

static void without_capabilities_acting_as_another_user_is_refused(void **state)
{
    HANDLE token;

    (void)state;
    if (geteuid() == 0) {
        print_message("skipped: for users without capabilities\n");
        skip();
    }
    token = support_logon("alice", LOGON32_LOGON_INTERACTIVE);
    assert_fails(ImpersonateLoggedOnUser(token), ERROR_PRIVILEGE_NOT_HELD);
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    assert_succeeds(ImpersonateLoggedOnUser(token));
    assert_succeeds(RevertToSelf());
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
    CloseHandle(token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_opens_files_as_its_client_until_it_reverts),
        cmocka_unit_test(another_thread_stays_itself_a_thousand_times),
        cmocka_unit_test(another_thread_stays_itself_in_the_other_order),
        cmocka_unit_test(a_thread_made_while_impersonating_starts_as_the_process),
        cmocka_unit_test(identification_level_never_changes_the_kernels_view),
        cmocka_unit_test(a_process_started_as_a_user_has_all_its_ids_and_its_own_cgroup),
        cmocka_unit_test(a_process_finds_the_token_it_was_started_with),
        cmocka_unit_test(starting_a_process_while_impersonating_takes_the_process_identity),
        cmocka_unit_test(without_capabilities_acting_as_another_user_is_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
