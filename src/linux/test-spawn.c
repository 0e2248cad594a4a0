/* SPDX-License-Identifier: MIT */
#include "linux/spawn.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "linux/process.h"
#include "linux/test-linux.h"

static const gid_t alice_gids[] = { 1601, 1700 };
static const struct kernel_identity alice = { 1500, 1501, 2, alice_gids };
static const struct kernel_identity bob = { 1600, 1601, 0, NULL };
static char *const environment[] = { (char[]){ "PATH=/usr/bin:/bin" }, (char[]){ "A=b" }, NULL };

/* Every test runs once for each way. */
static const unsigned ways[] = { 0, SPAWN_FORK };

/* What a shell did with a script: its output and how it ended. */
struct outcome {
    char output[8192];
    struct spawn_status status;
};

static struct spawn_spec shell_spec(const char *script, char *argv[4], unsigned flags)
{
    static char name[] = "sh", option[] = "-c";

    argv[0] = name;
    argv[1] = option;
    argv[2] = (char *)(uintptr_t)script;
    argv[3] = NULL;
    return (struct spawn_spec){ .path = "/bin/sh",
                                .argv = argv,
                                .envp = environment,
                                .fds = { -1, -1, -1 },
                                .cgroup_fd = -1,
                                .flags = flags };
}

static void read_all(int fd, char *ret, size_t size)
{
    size_t n = 0;
    ssize_t more;

    while (n < size - 1 && (more = read(fd, ret + n, size - 1 - n)) > 0)
        n += (size_t)more;
    ret[n] = '\0';
}

/* Runs spec with a pipe as its output. */
static void run(struct spawn_spec *spec, struct outcome *ret)
{
    struct spawn_result child;
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    spec->fds[1] = ends[1];
    assert_int_equal(spawn_process(spec, &child), 0);
    assert_int_equal(close(ends[1]), 0);
    read_all(ends[0], ret->output, sizeof(ret->output));
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(spawn_wait(child.pidfd, 10000, &ret->status), 0);
    assert_int_equal(waitpid(child.pid, NULL, __WALL), -1);
    assert_int_equal(close(child.pidfd), 0);
}

static void the_program_runs_with_arguments_and_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        char script[] = "echo \"$A $0\"; exit 7";
        char *argv[4];
        struct spawn_spec spec = shell_spec(script, argv, ways[i]);
        struct outcome outcome;

        run(&spec, &outcome);
        assert_string_equal(outcome.output, "b sh\n");
        assert_int_equal(outcome.status.exit_code, 7);
        assert_int_equal(outcome.status.signal, 0);
    }
}

static void an_end_by_signal_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        char *argv[4];
        struct spawn_spec spec = shell_spec("kill -TERM $$", argv, ways[i]);
        struct outcome outcome;

        run(&spec, &outcome);
        assert_int_equal(outcome.status.exit_code, -1);
        assert_int_equal(outcome.status.signal, SIGTERM);
    }
}

static void the_child_gets_three_descriptors_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        char *argv[4];
        /* The shell's own children would open the directory: it lists it itself. */
        struct spawn_spec spec = shell_spec(
            "cd /proc/$$/fd; for f in [0-9]*; do [ -e $f ] && echo $f; done", argv, ways[i]);
        struct outcome outcome;
        int leaking = open("/dev/null", O_RDONLY); /* not close-on-exec */

        assert_true(leaking >= 0);
        assert_int_equal(fcntl(leaking, F_DUPFD, 200), 200);
        run(&spec, &outcome);
        assert_string_equal(outcome.output, "0\n1\n2\n");
        assert_int_equal(close(200), 0);
        assert_int_equal(close(leaking), 0);
    }
}

static int open_named(const char *text)
{
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
    assert_int_equal(close(ends[1]), 0);
    return ends[0];
}

/* With 0 and 1 exchanged each placing would destroy the other's source. */
static void start_with_exchanged_descriptors(unsigned way)
{
    char *argv[4];
    struct spawn_spec spec = shell_spec("read x; echo got $x", argv, way);
    struct spawn_result child;
    struct spawn_status status;
    char output[64];
    int in = open_named("word\n");
    int out[2];

    child_assert(pipe2(out, O_CLOEXEC) == 0);
    child_assert(dup2(out[1], 0) == 0 && dup2(in, 1) == 1);
    (void)close(out[1]);
    spec.fds[0] = 1;
    spec.fds[1] = 0;
    child_assert(spawn_process(&spec, &child) == 0);
    child_assert(spawn_wait(child.pidfd, 10000, &status) == 0 && status.exit_code == 0);
    (void)close(0);
    read_all(out[0], output, sizeof(output));
    child_assert(strcmp(output, "got word\n") == 0);
}

static void exchange_sharing(void)
{
    start_with_exchanged_descriptors(0);
}

static void exchange_copying(void)
{
    start_with_exchanged_descriptors(SPAWN_FORK);
}

static void descriptors_may_change_places(void **state)
{
    (void)state;
    assert_int_equal(test_run_in_child(exchange_sharing), 0);
    assert_int_equal(test_run_in_child(exchange_copying), 0);
}

static void start_with_closed_descriptors(unsigned way)
{
    char *argv[4];
    struct spawn_spec spec =
        shell_spec("readlink /proc/$$/fd/0 >/dev/null && [ -e /proc/$$/fd/2 ]", argv, way);
    struct spawn_result child;
    struct spawn_status status;

    (void)close(0);
    (void)close(2);
    if (spawn_process(&spec, &child) != 0)
        _exit(2);
    if (spawn_wait(child.pidfd, 10000, &status) != 0 || status.exit_code != 0)
        _exit(3);
}

static void close_sharing(void)
{
    start_with_closed_descriptors(0);
}

static void close_copying(void)
{
    start_with_closed_descriptors(SPAWN_FORK);
}

static void closed_descriptors_become_dev_null(void **state)
{
    (void)state;
    assert_int_equal(test_run_in_child(close_sharing), 0);
    assert_int_equal(test_run_in_child(close_copying), 0);
}

static void ignore_signal(int signal)
{
    const struct sigaction ignore = { .sa_handler = SIG_IGN };

    assert_int_equal(sigaction(signal, &ignore, NULL), 0);
}

static void signals_start_afresh(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        char *argv[4];
        /* A child of the shell would read what the shell blocks while it starts one. */
        struct spawn_spec spec =
            shell_spec("exec grep -E 'Sig(Blk|Ign)' /proc/self/status", argv, ways[i]);
        struct outcome outcome;
        sigset_t some, old, now;

        ignore_signal(SIGPIPE);
        (void)sigemptyset(&some);
        (void)sigaddset(&some, SIGUSR1);
        assert_int_equal(pthread_sigmask(SIG_BLOCK, &some, &old), 0);
        run(&spec, &outcome);
        assert_int_equal(pthread_sigmask(SIG_SETMASK, &old, &now), 0);
        assert_true(sigismember(&now, SIGUSR1));
        assert_false(sigismember(&now, SIGUSR2));
        (void)signal(SIGPIPE, SIG_DFL);
        assert_string_equal(outcome.output,
                            "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    }
}

static void a_new_session_is_made_on_request(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        char script[] = "set -- $(cat /proc/$$/stat); [ $6 = $$ ] && echo leader";
        char *argv[4];
        struct spawn_spec spec = shell_spec(script, argv, ways[i]);
        struct outcome outcome;

        run(&spec, &outcome);
        assert_string_equal(outcome.output, "");
        spec.flags |= SPAWN_NEW_SESSION;
        run(&spec, &outcome);
        assert_string_equal(outcome.output, "leader\n");
    }
}

static void the_program_is_looked_for_in_the_search_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        char *argv[4];
        struct spawn_spec spec = shell_spec("echo found", argv, ways[i]);
        struct outcome outcome;

        spec.path = "sh";
        spec.search_path = ":/nowhere:/etc/passwd:/usr/bin:/bin";
        run(&spec, &outcome);
        assert_string_equal(outcome.output, "found\n");
    }
}

static void failures_tell_step_and_error_and_leave_nothing(void **state)
{
    static const struct {
        const char *path, *search_path, *directory;
        int fd;
        int error;
        enum spawn_step step;
    } cases[] = {
        { "/nowhere/at/all", NULL, NULL, -1, -ENOENT, SPAWN_STEP_EXECUTE },
        { "/etc/passwd", NULL, NULL, -1, -EACCES, SPAWN_STEP_EXECUTE },
        { "sh", NULL, NULL, -1, -ENOENT, SPAWN_STEP_EXECUTE },
        { "", "/bin", NULL, -1, -ENOENT, SPAWN_STEP_EXECUTE },
        { "no-such-program", "/usr/bin:/bin", NULL, -1, -ENOENT, SPAWN_STEP_EXECUTE },
        { "passwd", "/nowhere:/etc:/nowhere", NULL, -1, -EACCES, SPAWN_STEP_EXECUTE },
        { "/bin/sh", NULL, "/nowhere", -1, -ENOENT, SPAWN_STEP_DIRECTORY },
        { "/bin/sh", NULL, NULL, 999, -EBADF, SPAWN_STEP_DESCRIPTORS },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases) * ARRAY_SIZE(ways); i++) {
        size_t n = i / ARRAY_SIZE(ways), n_fds = test_count_open_fds();
        char *argv[4];
        struct spawn_spec spec = shell_spec("exit 0", argv, ways[i % ARRAY_SIZE(ways)]);
        struct spawn_result child = { .pid = 4711 };

        spec.path = cases[n].path;
        spec.search_path = cases[n].search_path;
        spec.directory = cases[n].directory;
        spec.fds[0] = cases[n].fd;
        assert_int_equal(spawn_process(&spec, &child), cases[n].error);
        assert_int_equal(child.failed_step, cases[n].step);
        assert_int_equal(child.pid, 4711);
        assert_int_equal(waitpid(-1, NULL, __WALL | WNOHANG), -1);
        assert_int_equal(test_count_open_fds(), n_fds);
    }
}

static void an_incomplete_spec_is_refused(void **state)
{
    char *argv[4];
    struct spawn_spec spec = shell_spec("exit 0", argv, 0);
    struct spawn_result child;

    (void)state;
    spec.argv = NULL;
    assert_int_equal(spawn_process(&spec, &child), -EINVAL);
    assert_int_equal(child.failed_step, SPAWN_STEP_PREPARE);
}

/* Real, effective, saved and file-system ids, groups, and the capability sets but the bounding one.
 */
static const char identity_script[] = "grep -E '^(Uid|Gid|Groups|CapInh|CapPrm|CapEff|CapAmb)' "
                                      "/proc/$$/status | tr -s '\\t ' ' '";
static const char alice_status[] =
    "Uid: 1500 1500 1500 1500\nGid: 1501 1501 1501 1501\nGroups: 1601 1700 \n"
    "CapInh: 0000000000000000\nCapPrm: 0000000000000000\nCapEff: 0000000000000000\n"
    "CapAmb: 0000000000000000\n";

static void a_child_gets_all_ids_of_its_identity(void **state)
{
    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        char *argv[4];
        struct spawn_spec spec = shell_spec(identity_script, argv, ways[i]);
        struct outcome outcome;

        spec.identity = &alice;
        run(&spec, &outcome);
        assert_string_equal(outcome.output, alice_status);
    }
}

static void an_impersonating_thread_can_start_as_another(void **state)
{
    struct credentials home = CREDENTIALS_NONE, now = CREDENTIALS_NONE;

    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    assert_int_equal(credentials_read(&home), 0);
    assert_int_equal(credentials_wear(&bob, NULL, &home), 0);
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        char *argv[4];
        struct spawn_spec spec = shell_spec(identity_script, argv, ways[i]);
        struct outcome outcome;

        spec.identity = &alice;
        spec.home = &home;
        run(&spec, &outcome);
        assert_string_equal(outcome.output, alice_status);
    }
    assert_int_equal(credentials_read(&now), 0);
    assert_true(credentials_equal(&bob, &now));
    credentials_restore(&home);
    credentials_done(&now);
    credentials_done(&home);
}

static void without_an_identity_the_child_is_the_process_and_not_the_thread(void **state)
{
    struct credentials home = CREDENTIALS_NONE;
    struct outcome expected, outcome;
    char *argv[4];
    struct spawn_spec spec = shell_spec(identity_script, argv, 0);

    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    assert_int_equal(credentials_read(&home), 0);
    run(&spec, &expected);
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        spec.flags = ways[i];
        spec.home = &home;
        assert_int_equal(credentials_wear(&bob, NULL, &home), 0);
        run(&spec, &outcome);
        credentials_restore(&home);
        assert_string_equal(outcome.output, expected.output);
    }
    credentials_done(&home);
}

static void the_directory_is_reached_as_the_identity(void **state)
{
    char directory[] = "/tmp/test-spawn-XXXXXX"; /* mode 0700, root's */

    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    assert_non_null(mkdtemp(directory));
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        char *argv[4];
        struct spawn_spec spec = shell_spec("pwd", argv, ways[i]);
        struct spawn_result child;
        struct outcome outcome;
        char expected[sizeof(directory) + 1];

        spec.directory = directory;
        run(&spec, &outcome);
        (void)snprintf(expected, sizeof(expected), "%s\n", directory);
        assert_string_equal(outcome.output, expected);
        spec.identity = &alice;
        spec.fds[1] = -1;
        assert_int_equal(spawn_process(&spec, &child), -EACCES);
        assert_int_equal(child.failed_step, SPAWN_STEP_DIRECTORY);
    }
    assert_int_equal(rmdir(directory), 0);
}

static void an_identity_that_cannot_be_taken_fails_the_start(void **state)
{
    const struct kernel_identity nobody = { (uid_t)-1, 5, 0, NULL };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        char *argv[4];
        struct spawn_spec spec = shell_spec("exit 0", argv, ways[i]);
        struct spawn_result child;

        spec.identity = &nobody;
        assert_int_equal(spawn_process(&spec, &child), -EINVAL);
        assert_int_equal(child.failed_step, SPAWN_STEP_IDENTITY);
    }
}

static int see_the_waiting_child(pid_t pid, int pidfd, void *context)
{
    struct process_info own, child;
    int *result = context;

    if (process_info_read(getpid(), &own) < 0 || process_info_read(pid, &child) < 0)
        return -EIO;
    /* It has not executed anything: its name is still the parent's. */
    if (strcmp(own.comm, child.comm) != 0 || process_alive(pidfd) != 1)
        return -EIO;
    return *result;
}

static void the_caller_sees_the_child_before_the_program_runs(void **state)
{
    char *argv[4];
    struct spawn_spec spec = shell_spec("echo ran", argv, 0);
    struct spawn_result child;
    struct outcome outcome;
    int result = 0;
    size_t n_fds = test_count_open_fds();

    (void)state;
    spec.before_exec = see_the_waiting_child;
    spec.context = &result;
    run(&spec, &outcome);
    assert_string_equal(outcome.output, "ran\n");
    result = -EXDEV;
    spec.fds[1] = -1;
    assert_int_equal(spawn_process(&spec, &child), -EXDEV);
    assert_int_equal(child.failed_step, SPAWN_STEP_BEFORE_EXEC);
    assert_int_equal(waitpid(-1, NULL, __WALL | WNOHANG), -1);
    assert_int_equal(test_count_open_fds(), n_fds);
}

static void a_refused_control_group_is_told_apart(void **state)
{
    int no_cgroup = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char *argv[4];
    struct spawn_spec spec = shell_spec("exit 0", argv, 0);
    struct spawn_result child;

    (void)state;
    assert_true(no_cgroup >= 0);
    spec.cgroup_fd = no_cgroup;
    assert_true(spawn_process(&spec, &child) < 0);
    assert_int_equal(child.failed_step, SPAWN_STEP_CGROUP);
    spec.flags = SPAWN_FORK;
    assert_int_equal(spawn_process(&spec, &child), -EOPNOTSUPP);
    assert_int_equal(child.failed_step, SPAWN_STEP_CGROUP);
    assert_int_equal(close(no_cgroup), 0);
}

static void waiting_has_a_limit(void **state)
{
    char *argv[4];
    struct spawn_spec spec = shell_spec("read x", argv, 0);
    struct spawn_result child;
    struct spawn_status status;
    int ends[2];

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    spec.fds[0] = ends[0];
    assert_int_equal(spawn_process(&spec, &child), 0);
    assert_int_equal(spawn_wait(child.pidfd, 0, &status), -ETIMEDOUT);
    assert_int_equal(spawn_wait(child.pidfd, 20, &status), -ETIMEDOUT);
    assert_int_equal(close(ends[1]), 0);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(spawn_wait(child.pidfd, -1, &status), 0);
    assert_int_equal(spawn_wait(child.pidfd, -1, &status), -ECHILD);
    assert_int_equal(close(child.pidfd), 0);
}

enum {
    N_THREADS = 4,
    N_ROUNDS = 50,
};

static void *start_many(void *argument)
{
    unsigned way = (unsigned)(uintptr_t)argument;
    uintptr_t n_failures = 0;

    for (int i = 0; i < N_ROUNDS; i++) {
        char *argv[4];
        struct spawn_spec spec = shell_spec("exit 3", argv, way);
        struct spawn_result child;
        struct spawn_status status = { 0 };

        if (i % 5 == 4)
            spec.path = "/nowhere";
        if (spawn_process(&spec, &child) < 0) {
            n_failures += i % 5 != 4;
            continue;
        }
        n_failures += spawn_wait(child.pidfd, 20000, &status) < 0 || status.exit_code != 3;
        (void)close(child.pidfd);
    }
    return (void *)n_failures;
}

static void threads_start_programs_at_the_same_time(void **state)
{
    pthread_t threads[N_THREADS];
    size_t n_fds = test_count_open_fds();

    (void)state;
    for (size_t i = 0; i < N_THREADS; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, start_many, (void *)(uintptr_t)ways[i % 2]), 0);
    for (size_t i = 0; i < N_THREADS; i++) {
        void *n_failures;

        assert_int_equal(pthread_join(threads[i], &n_failures), 0);
        assert_null(n_failures);
    }
    assert_int_equal(waitpid(-1, NULL, __WALL | WNOHANG), -1);
    assert_int_equal(test_count_open_fds(), n_fds);
}

static void every_step_has_a_name(void **state)
{
    (void)state;
    for (int step = SPAWN_STEP_NONE; step <= SPAWN_STEP_EXECUTE; step++)
        assert_non_null(spawn_step_name((enum spawn_step)step));
    assert_string_equal(spawn_step_name((enum spawn_step)99), "an unknown step");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_program_runs_with_arguments_and_environment),
        cmocka_unit_test(an_end_by_signal_is_told),
        cmocka_unit_test(the_child_gets_three_descriptors_only),
        cmocka_unit_test(descriptors_may_change_places),
        cmocka_unit_test(closed_descriptors_become_dev_null),
        cmocka_unit_test(signals_start_afresh),
        cmocka_unit_test(a_new_session_is_made_on_request),
        cmocka_unit_test(the_program_is_looked_for_in_the_search_path),
        cmocka_unit_test(failures_tell_step_and_error_and_leave_nothing),
        cmocka_unit_test(an_incomplete_spec_is_refused),
        cmocka_unit_test(a_child_gets_all_ids_of_its_identity),
        cmocka_unit_test(an_impersonating_thread_can_start_as_another),
        cmocka_unit_test(without_an_identity_the_child_is_the_process_and_not_the_thread),
        cmocka_unit_test(the_directory_is_reached_as_the_identity),
        cmocka_unit_test(an_identity_that_cannot_be_taken_fails_the_start),
        cmocka_unit_test(the_caller_sees_the_child_before_the_program_runs),
        cmocka_unit_test(a_refused_control_group_is_told_apart),
        cmocka_unit_test(waiting_has_a_limit),
        cmocka_unit_test(threads_start_programs_at_the_same_time),
        cmocka_unit_test(every_step_has_a_name),
    };

    return cmocka_run_group_tests_name("spawn", tests, NULL, NULL);
}
