/* SPDX-License-Identifier: MIT */
#include "linux/process.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "linux/process_parse.h"
#include "linux/test-linux.h"

static void stat_is_parsed_whatever_the_name(void **state)
{
#define REST " S 7 8 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654321 100 200 18446744073709551615"
    static const struct {
        const char *text, *comm;
        int result;
    } cases[] = {
        { "42 (sh)" REST, "sh", 0 },
        { "42 (a b)" REST, "a b", 0 },
        { "42 (a) S 1 (b)" REST, "a) S 1 (b", 0 },
        { "42 ())" REST, ")", 0 },
        { "42 ()" REST, "", 0 },
        { "42 (0123456789012345678901234567890123456789012345678901234567890123456789)" REST,
          "012345678901234567890123456789012345678901234567890123456789012", 0 },
        { "42 (sh) S 7 8 9", NULL, -EBADMSG },
        { "42 (sh" REST, NULL, -EBADMSG },
        { "42 )sh(" REST, NULL, -EBADMSG },
        { "x (sh)" REST, NULL, -EBADMSG },
        { "", NULL, -EBADMSG },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct process_info info = { 0 };

        assert_int_equal(process_stat_parse(cases[i].text, &info), cases[i].result);
        if (cases[i].result < 0)
            continue;
        assert_string_equal(info.comm, cases[i].comm);
        assert_int_equal(info.pid, 42);
        assert_int_equal(info.ppid, 7);
        assert_int_equal(info.start_time, 987654321);
    }
}

static void status_is_parsed_by_its_field_names(void **state)
{
    static const struct {
        const char *text;
        int result;
    } cases[] = {
        { "Name:\tx\nTgid:\t42\nPid:\t42\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n", 0 },
        { "Name:\tUid:\\n9\nTgid:\t42\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n", 0 },
        { "Name:\tx\nTgid:\t41\nPid:\t42\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n", -ESRCH },
        { "Name:\tx\nTgid:\t42\nUid:\t1\nGid:\t5\t6\t7\t8\n", -EBADMSG },
        { "Name:\tx\nTgid:\t42\nGid:\t5\t6\t7\t8\n", -EBADMSG },
        { "Name:\tx\n", -EBADMSG },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct process_info info = { .pid = 42 };

        assert_int_equal(process_status_parse(cases[i].text, &info), cases[i].result);
        if (cases[i].result < 0)
            continue;
        assert_int_equal(info.uid, 1);
        assert_int_equal(info.euid, 2);
        assert_int_equal(info.gid, 5);
        assert_int_equal(info.egid, 6);
    }
}

static void the_own_process_is_read(void **state)
{
    struct process_info info;
    char name[16];
    uid_t uid;

    (void)state;
    assert_int_equal(prctl(PR_GET_NAME, name), 0);
    assert_int_equal(prctl(PR_SET_NAME, "a) b (c"), 0);
    assert_int_equal(process_info_read(getpid(), &info), 0);
    assert_int_equal(prctl(PR_SET_NAME, name), 0);
    assert_int_equal(own_kernel_uid(&uid), 0);
    assert_int_equal(info.pid, getpid());
    assert_int_equal(info.ppid, getppid());
    assert_int_equal(info.euid, uid);
    assert_string_equal(info.comm, "a) b (c");
    assert_true(info.start_time > 0);
}

static pthread_barrier_t barrier;

static void *tell_tid(void *argument)
{
    *(pid_t *)argument = (pid_t)syscall(SYS_gettid);
    (void)pthread_barrier_wait(&barrier);
    (void)pthread_barrier_wait(&barrier);
    return NULL;
}

static void a_thread_is_no_process(void **state)
{
    struct process_info info;
    pthread_t thread;
    pid_t tid = 0;

    (void)state;
    assert_int_equal(pthread_barrier_init(&barrier, NULL, 2), 0);
    assert_int_equal(pthread_create(&thread, NULL, tell_tid, &tid), 0);
    (void)pthread_barrier_wait(&barrier);
    assert_int_equal(process_info_read(tid, &info), -ESRCH);
    (void)pthread_barrier_wait(&barrier);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)pthread_barrier_destroy(&barrier);
}

static void what_is_no_process_is_not_found(void **state)
{
    struct process_info info;

    (void)state;
    assert_int_equal(process_info_read(0, &info), -ESRCH);
    assert_int_equal(process_info_read(-1, &info), -ESRCH);
    assert_int_equal(process_info_read(INT32_MAX, &info), -ESRCH);
    assert_int_equal(process_open(0), -ESRCH);
    assert_int_equal(process_open(INT32_MAX), -ESRCH);
}

static void an_ended_process_is_not_alive(void **state)
{
    struct process_info info;
    int ends[2], pidfd;
    char byte;
    pid_t pid;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)close(ends[1]);
        _exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
    }
    pidfd = process_open(pid);
    assert_true(pidfd >= 0);
    assert_int_equal(process_alive(pidfd), 1);
    assert_int_equal(close(ends[1]), 0);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT), 0);
    assert_int_equal(process_alive(pidfd), 0); /* a zombie */
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(process_alive(pidfd), 0);
    assert_int_equal(process_info_read(pid, &info), -ESRCH);
    assert_int_equal(close(pidfd), 0);
    assert_int_equal(process_alive(pidfd), -EBADF);
    assert_int_equal(process_alive(-1), -EBADF);
}

static void all_processes_are_listed_by_rising_number(void **state)
{
    pid_t *pids = NULL;
    size_t n = 0, n_own = 0;

    (void)state;
    assert_int_equal(process_pids(&pids, &n), 0);
    for (size_t i = 0; i < n; i++) {
        n_own += pids[i] == getpid();
        assert_true(i == 0 || pids[i] > pids[i - 1]);
    }
    assert_int_equal(n_own, 1);
    free(pids);
}

static void threads_of_the_kernel_are_told_by_their_flags(void **state)
{
    struct process_info info = { 0 };

    (void)state;
    assert_int_equal(
        process_stat_parse("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 9 0 0 20 0 1 0 "
                           "4 0 0",
                           &info),
        0);
    assert_true(info.is_kernel && info.start_time == 4);
    assert_int_equal(
        process_stat_parse("2 (kthreadd) S 0 2 2 0 -1 4194560 0 0 0 0 0 9 0 0 20 0 1 0 "
                           "4 0 0",
                           &info),
        0);
    assert_false(info.is_kernel);
}

static void an_audit_session_is_a_number_or_none(void **state)
{
    uint32_t session = 0;
    int r = process_audit_session(getpid(), &session);

    (void)state;
    assert_true(r == -ENODATA || (r == 0 && session != 0 && session != UINT32_MAX));
    if (access("/proc/self/sessionid", F_OK) == 0)
        assert_int_equal(process_audit_session(INT32_MAX, &session), -ESRCH);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(stat_is_parsed_whatever_the_name),
        cmocka_unit_test(status_is_parsed_by_its_field_names),
        cmocka_unit_test(the_own_process_is_read),
        cmocka_unit_test(a_thread_is_no_process),
        cmocka_unit_test(what_is_no_process_is_not_found),
        cmocka_unit_test(an_ended_process_is_not_alive),
        cmocka_unit_test(all_processes_are_listed_by_rising_number),
        cmocka_unit_test(threads_of_the_kernel_are_told_by_their_flags),
        cmocka_unit_test(an_audit_session_is_a_number_or_none),
    };

    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
