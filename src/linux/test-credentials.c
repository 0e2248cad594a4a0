/* SPDX-License-Identifier: MIT */
#include "linux/credentials.h"

#include <errno.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "linux/test-linux.h"

static const gid_t alice_gids[] = { 1700, 1601, 1650 };
static const struct kernel_identity alice = { 1500, 1501, 3, alice_gids };
static const struct kernel_identity bob = { 1600, 1601, 0, NULL };

/* Files of 0600 that only their owner reads, and one of 0040 for a group of alice's. */
static struct {
    char directory[64];
    char roots[96], alices[96], groups[96];
} files;

static void make_file(char *ret, const char *name, uid_t uid, gid_t gid, mode_t mode)
{
    int fd;

    (void)snprintf(ret, 96, "%s/%s", files.directory, name);
    fd = open(ret, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(fchown(fd, uid, gid), 0);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

static int set_up_files(void **state)
{
    (void)state;
    if (!test_is_kernel_root())
        return 0;
    (void)strcpy(files.directory, "/tmp/test-credentials-XXXXXX");
    if (!mkdtemp(files.directory))
        return -1;
    if (chmod(files.directory, 0755) < 0)
        return -1;
    make_file(files.roots, "roots", 0, 0, 0600);
    make_file(files.alices, "alices", alice.uid, 0, 0600);
    make_file(files.groups, "groups", 0, alice_gids[0], 0040);
    return 0;
}

static int tear_down_files(void **state)
{
    (void)state;
    if (!test_is_kernel_root())
        return 0;
    (void)unlink(files.roots);
    (void)unlink(files.alices);
    (void)unlink(files.groups);
    return rmdir(files.directory);
}

static int try_open(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    (void)close(fd);
    return 0;
}

static struct credentials read_now(void)
{
    struct credentials now = CREDENTIALS_NONE;

    assert_int_equal(credentials_read(&now), 0);
    return now;
}

static void assert_wears(const struct kernel_identity *identity)
{
    struct credentials now = read_now();

    assert_true(credentials_equal(identity, &now));
    credentials_done(&now);
}

static void assert_at_home(const struct credentials *home)
{
    const struct kernel_identity own = { home->euid, home->egid, home->n_gids, home->gids };
    struct credentials now = read_now();

    assert_true(credentials_equal(&own, &now));
    assert_int_equal(now.ruid, home->ruid);
    assert_int_equal(now.suid, home->suid);
    assert_int_equal(now.capabilities.effective, home->capabilities.effective);
    assert_int_equal(now.capabilities.permitted, home->capabilities.permitted);
    credentials_done(&now);
}

static void reading_tells_ids_and_groups(void **state)
{
    struct credentials now = read_now();
    gid_t gids[1024];
    int n = getgroups(ARRAY_SIZE(gids), gids);

    (void)state;
    assert_int_equal(now.ruid, getuid());
    assert_int_equal(now.euid, geteuid());
    assert_int_equal(now.rgid, getgid());
    assert_int_equal(now.egid, getegid());
    assert_int_equal(now.n_gids, n);
    if (n > 0)
        assert_memory_equal(now.gids, gids, (size_t)n * sizeof(*gids));
    credentials_done(&now);
    assert_null(now.gids);
}

static void reading_again_keeps_the_memory(void **state)
{
    struct credentials now = read_now();
    const gid_t *gids = now.gids;

    (void)state;
    assert_int_equal(credentials_read(&now), 0);
    assert_ptr_equal(now.gids, gids);
    credentials_done(&now);
}

static void reading_makes_room_for_more_groups(void **state)
{
    struct credentials c = read_now();
    struct credentials home = read_now();

    (void)state;
    test_skip_unless(test_is_root(), "needs root");
    assert_int_equal(credentials_wear(&alice, NULL, &home), 0);
    assert_int_equal(credentials_read(&c), 0);
    assert_true(credentials_equal(&alice, &c));
    credentials_restore(&home);
    credentials_done(&c);
    credentials_done(&home);
}

static void identities_are_equal_as_sets_of_groups(void **state)
{
    gid_t sorted[] = { 5, 6, 7 };
    static const gid_t shuffled[] = { 7, 5, 6 }, doubled[] = { 5, 6, 7, 7 }, other[] = { 5, 6, 8 };
    const struct credentials c = { .euid = 1, .egid = 2, .n_gids = 3, .gids = sorted };
    const struct {
        struct kernel_identity identity;
        bool is_equal;
    } cases[] = {
        { { 1, 2, 3, sorted }, true },  { { 1, 2, 3, shuffled }, true },
        { { 1, 2, 4, doubled }, true }, { { 1, 2, 3, other }, false },
        { { 1, 2, 2, sorted }, false }, { { 1, 2, 0, NULL }, false },
        { { 9, 2, 3, sorted }, false }, { { 1, 9, 3, sorted }, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(credentials_equal(&cases[i].identity, &c), cases[i].is_equal);
}

static void a_thread_wears_and_goes_home_a_thousand_times(void **state)
{
    struct credentials home = read_now();

    (void)state;
    test_skip_unless(test_is_root(), "needs root");
    for (int i = 0; i < 1000; i++) {
        const struct kernel_identity *first = i % 2 ? &alice : &bob;
        const struct kernel_identity *second = i % 2 ? &bob : &alice;

        assert_int_equal(credentials_wear(first, NULL, &home), 0);
        assert_wears(first);
        assert_int_equal(credentials_wear(second, first, &home), 0);
        assert_wears(second);
        credentials_restore(&home);
        assert_at_home(&home);
    }
    credentials_done(&home);
}

static void real_and_saved_ids_stay_while_wearing(void **state)
{
    struct credentials home = read_now(), now;

    (void)state;
    test_skip_unless(test_is_root(), "needs root");
    assert_int_equal(credentials_wear(&alice, NULL, &home), 0);
    now = read_now();
    assert_int_equal(now.ruid, home.ruid);
    assert_int_equal(now.suid, home.suid);
    assert_int_equal(now.rgid, home.rgid);
    assert_int_equal(now.sgid, home.sgid);
    credentials_restore(&home);
    credentials_done(&now);
    credentials_done(&home);
}

static void an_identity_without_ids_is_refused(void **state)
{
    struct credentials home = read_now();
    const struct kernel_identity no_uid = { (uid_t)-1, 1, 0, NULL };
    const struct kernel_identity no_gid = { 1, (gid_t)-1, 0, NULL };

    (void)state;
    assert_int_equal(credentials_wear(&no_uid, NULL, &home), -EINVAL);
    assert_int_equal(credentials_wear(&no_gid, NULL, &home), -EINVAL);
    assert_int_equal(credentials_child_become(&no_uid), -EINVAL);
    assert_at_home(&home);
    credentials_done(&home);
}

static void refused_groups_leave_the_identity_worn_before(void **state)
{
    struct credentials home = read_now();
    gid_t *gids = calloc(70000, sizeof(*gids));
    const struct kernel_identity crowd = { 1700, 1700, 70000, gids };

    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    assert_non_null(gids);
    assert_int_equal(credentials_wear(&crowd, NULL, &home), -EINVAL);
    assert_at_home(&home);
    assert_int_equal(credentials_wear(&alice, NULL, &home), 0);
    assert_int_equal(credentials_wear(&crowd, &alice, &home), -EINVAL);
    assert_wears(&alice);
    credentials_restore(&home);
    free(gids);
    credentials_done(&home);
}

static void write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    child_assert(fd >= 0);
    child_assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    child_assert(close(fd) == 0);
}

enum {
    NO_NAMESPACE = 77,
};

/* A user namespace that maps the gids of bob but not his uid: only the third call is refused. */
static void wear_in_a_namespace_without_the_uid(void)
{
    struct credentials home = CREDENTIALS_NONE, now = CREDENTIALS_NONE;
    const struct kernel_identity mapped = { 5, 1601, 0, NULL };
    char map[64];
    int ready[2], done[2];
    char byte = 0;
    pid_t pid;

    child_assert(pipe(ready) == 0 && pipe(done) == 0);
    pid = fork();
    child_assert(pid >= 0);
    if (pid != 0) {
        int status;

        (void)close(ready[1]);
        if (read(ready[0], &byte, 1) != 1) {
            child_assert(waitpid(pid, &status, 0) == pid);
            _exit(WEXITSTATUS(status));
        }
        (void)snprintf(map, sizeof(map), "/proc/%d/uid_map", (int)pid);
        write_text(map, "0 0 10\n");
        (void)snprintf(map, sizeof(map), "/proc/%d/gid_map", (int)pid);
        write_text(map, "0 0 10000\n");
        child_assert(write(done[1], &byte, 1) == 1);
        child_assert(waitpid(pid, &status, 0) == pid && status == 0);
        return;
    }
    /* Refused in some containers, and for a process that a sanitizer gave a second thread. */
    if (unshare(CLONE_NEWUSER) < 0)
        _exit(NO_NAMESPACE);
    child_assert(write(ready[1], &byte, 1) == 1 && read(done[0], &byte, 1) == 1);
    child_assert(credentials_read(&home) == 0);
    child_assert(credentials_wear(&bob, NULL, &home) == -EINVAL);
    child_assert(credentials_read(&now) == 0);
    child_assert(now.egid == home.egid && now.euid == 0 && now.n_gids == home.n_gids);
    child_assert(credentials_wear(&mapped, NULL, &home) == 0);
    child_assert(credentials_wear(&bob, &mapped, &home) == -EINVAL);
    child_assert(credentials_read(&now) == 0);
    child_assert(credentials_equal(&mapped, &now));
    credentials_done(&now);
    credentials_done(&home);
    _exit(0);
}

static void a_refused_uid_undoes_groups_and_gid(void **state)
{
    int status;

    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    status = test_run_in_child(wear_in_a_namespace_without_the_uid);
    test_skip_unless(WEXITSTATUS(status) != NO_NAMESPACE, "no user namespace can be made");
    assert_int_equal(status, 0);
}

static void files_are_opened_as_the_identity_worn(void **state)
{
    struct credentials home = read_now();

    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    assert_int_equal(credentials_wear(&alice, NULL, &home), 0);
    assert_int_equal(try_open(files.alices), 0);
    assert_int_equal(try_open(files.groups), 0);
    assert_int_equal(try_open(files.roots), -EACCES);
    assert_int_equal(credentials_wear(&bob, &alice, &home), 0);
    assert_int_equal(try_open(files.alices), -EACCES);
    assert_int_equal(try_open(files.groups), -EACCES);
    credentials_restore(&home);
    assert_int_equal(try_open(files.roots), 0);
    credentials_done(&home);
}

static void effective_capabilities_go_and_come_back(void **state)
{
    struct credentials home = read_now(), now;

    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    assert_true(home.capabilities.effective != 0);
    assert_int_equal(credentials_wear(&alice, NULL, &home), 0);
    now = read_now();
    assert_int_equal(now.capabilities.effective, 0);
    credentials_restore(&home);
    assert_at_home(&home);
    credentials_done(&now);
    credentials_done(&home);
}

static pthread_barrier_t barrier;

static void *stay_root(void *argument)
{
    uintptr_t n_failures = 0;

    (void)argument;
    (void)pthread_barrier_wait(&barrier); /* the other wears alice */
    n_failures += try_open(files.roots) != 0;
    n_failures += syscall(SYS_geteuid) != 0;
    (void)pthread_barrier_wait(&barrier); /* it may go home */
    return (void *)n_failures;
}

static void another_thread_stays_as_it_is(void **state)
{
    struct credentials home = read_now();
    pthread_t thread;
    void *n_failures;

    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    assert_int_equal(pthread_barrier_init(&barrier, NULL, 2), 0);
    assert_int_equal(pthread_create(&thread, NULL, stay_root, NULL), 0);
    assert_int_equal(credentials_wear(&alice, NULL, &home), 0);
    (void)pthread_barrier_wait(&barrier);
    assert_int_equal(try_open(files.roots), -EACCES);
    (void)pthread_barrier_wait(&barrier);
    credentials_restore(&home);
    assert_int_equal(pthread_join(thread, &n_failures), 0);
    assert_null(n_failures);
    (void)pthread_barrier_destroy(&barrier);
    credentials_done(&home);
}

static void *change_a_thousand_times(void *argument)
{
    const struct kernel_identity *identity = argument;
    struct credentials home = CREDENTIALS_NONE;
    uintptr_t n_failures = (uintptr_t)(credentials_read(&home) < 0);

    for (int i = 0; i < 1000 && n_failures == 0; i++) {
        int expected = identity->uid == alice.uid ? 0 : -EACCES;

        n_failures += credentials_wear(identity, NULL, &home) < 0;
        n_failures += try_open(files.alices) != expected;
        credentials_restore(&home);
        n_failures += try_open(files.roots) != 0;
    }
    credentials_done(&home);
    return (void *)n_failures;
}

static void threads_change_at_the_same_time(void **state)
{
    pthread_t threads[8];

    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
        const struct kernel_identity *identity = i % 2 ? &alice : &bob;

        assert_int_equal(
            pthread_create(&threads[i], NULL, change_a_thousand_times, (void *)(uintptr_t)identity),
            0);
    }
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
        void *n_failures;

        assert_int_equal(pthread_join(threads[i], &n_failures), 0);
        assert_null(n_failures);
    }
}

/* In a child, by the libc functions: it has one thread. */
static void become_a_user_with(uint64_t capabilities)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[2] = { 0 };

    child_assert(prctl(PR_SET_KEEPCAPS, 1L, 0L, 0L, 0L) == 0);
    child_assert(setgroups(0, NULL) == 0);
    child_assert(setresgid(1900, 1900, 1900) == 0);
    child_assert(setresuid(1900, 1900, 1900) == 0);
    data[0].effective = data[0].permitted = (uint32_t)capabilities;
    child_assert(syscall(SYS_capset, &header, data) == 0);
}

static void wear_as_a_user_with_capabilities(void)
{
    struct credentials home = CREDENTIALS_NONE, now = CREDENTIALS_NONE;

    become_a_user_with(1U << CAP_SETUID | 1U << CAP_SETGID | 1U << CAP_DAC_READ_SEARCH);
    child_assert(credentials_read(&home) == 0);
    child_assert(try_open(files.roots) == 0);
    for (int i = 0; i < 10; i++) {
        child_assert(credentials_wear(&bob, NULL, &home) == 0);
        child_assert(try_open(files.roots) == -EACCES);
        child_assert(credentials_wear(&alice, &bob, &home) == 0);
        child_assert(try_open(files.roots) == -EACCES);
        child_assert(try_open(files.alices) == 0);
        credentials_restore(&home);
        child_assert(try_open(files.roots) == 0);
    }
    child_assert(credentials_read(&now) == 0);
    child_assert(now.capabilities.effective == home.capabilities.effective);
    child_assert(now.euid == 1900 && now.egid == 1900 && now.n_gids == 0);
    child_assert(credentials_wear(&alice, NULL, &home) == 0);
    child_assert(credentials_child_become(&bob) == 0);
    child_assert(credentials_read(&now) == 0);
    child_assert(now.capabilities.permitted == 0 && now.ruid == bob.uid && now.suid == bob.uid);
    credentials_done(&now);
    credentials_done(&home);
}

static void capabilities_of_a_user_are_not_left_to_the_identity_worn(void **state)
{
    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    assert_int_equal(test_run_in_child(wear_as_a_user_with_capabilities), 0);
}

static void wear_without_privilege(void)
{
    struct credentials home = CREDENTIALS_NONE, now = CREDENTIALS_NONE;

    become_a_user_with(0);
    child_assert(credentials_read(&home) == 0);
    child_assert(credentials_wear(&bob, NULL, &home) == -EPERM);
    child_assert(credentials_read(&now) == 0);
    child_assert(now.euid == 1900 && now.egid == 1900);
    child_assert(credentials_child_become(&bob) == -EPERM);
    credentials_done(&now);
    credentials_done(&home);
}

static void without_privilege_wearing_fails_and_changes_nothing(void **state)
{
    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    assert_int_equal(test_run_in_child(wear_without_privilege), 0);
}

static void restore_without_a_way_back(void)
{
    static const struct rlimit no_core = { 0, 0 };
    struct credentials home = CREDENTIALS_NONE;

    child_assert(credentials_read(&home) == 0);
    become_a_user_with(0);
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)signal(SIGABRT, SIG_DFL);
    credentials_restore(&home);
}

static void a_thread_that_cannot_go_home_aborts_the_process(void **state)
{
    int status;

    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    status = test_run_in_child(restore_without_a_way_back);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void become_alice_while_wearing_bob(void)
{
    struct credentials home = CREDENTIALS_NONE, now = CREDENTIALS_NONE;

    child_assert(credentials_read(&home) == 0);
    child_assert(credentials_wear(&bob, NULL, &home) == 0);
    child_assert(credentials_child_become(&alice) == 0);
    child_assert(credentials_read(&now) == 0);
    child_assert(credentials_equal(&alice, &now));
    child_assert(now.ruid == alice.uid && now.suid == alice.uid);
    child_assert(now.rgid == alice.gid && now.sgid == alice.gid);
    child_assert(now.capabilities.permitted == 0 && now.capabilities.inheritable == 0);
    child_assert(syscall(SYS_setresuid, -1, 0, -1) < 0);
    child_assert(syscall(SYS_setresuid, -1, bob.uid, -1) < 0);
    credentials_done(&now);
    credentials_done(&home);
}

static void a_child_becomes_somebody_for_good(void **state)
{
    (void)state;
    test_skip_unless(test_is_root(), "needs root");
    assert_int_equal(test_run_in_child(become_alice_while_wearing_bob), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_tells_ids_and_groups),
        cmocka_unit_test(reading_again_keeps_the_memory),
        cmocka_unit_test(reading_makes_room_for_more_groups),
        cmocka_unit_test(identities_are_equal_as_sets_of_groups),
        cmocka_unit_test(a_thread_wears_and_goes_home_a_thousand_times),
        cmocka_unit_test(real_and_saved_ids_stay_while_wearing),
        cmocka_unit_test(an_identity_without_ids_is_refused),
        cmocka_unit_test(refused_groups_leave_the_identity_worn_before),
        cmocka_unit_test(a_refused_uid_undoes_groups_and_gid),
        cmocka_unit_test(files_are_opened_as_the_identity_worn),
        cmocka_unit_test(effective_capabilities_go_and_come_back),
        cmocka_unit_test(another_thread_stays_as_it_is),
        cmocka_unit_test(threads_change_at_the_same_time),
        cmocka_unit_test(capabilities_of_a_user_are_not_left_to_the_identity_worn),
        cmocka_unit_test(without_privilege_wearing_fails_and_changes_nothing),
        cmocka_unit_test(a_thread_that_cannot_go_home_aborts_the_process),
        cmocka_unit_test(a_child_becomes_somebody_for_good),
    };

    return cmocka_run_group_tests_name("credentials", tests, set_up_files, tear_down_files);
}
