/* SPDX-License-Identifier: MIT */
#include "linux/cgroup.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "linux/cgroup_path.h"
#include "linux/spawn.h"
#include "linux/test-linux.h"

static const struct cgroup_leaf leaf = { 0x12345, 0xfedcba9876543210 };
static const struct cgroup_leaf sibling = { 0x12345, 0x777 };

static void mounts_are_found_by_their_mountinfo_line(void **state)
{
    static const struct {
        const char *line, *group, *directory;
    } cases[] = {
        { "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "/", "/sys/fs/cgroup" },
        { "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "/a/b", "/sys/fs/cgroup/a/b" },
        { "41 31 0:38 / /sys/fs/cg rw shared:1 master:2 - cgroup2 none rw\n", "/a",
          "/sys/fs/cg/a" },
        { "41 31 0:38 /a /mnt rw - cgroup2 none rw", "/a/b", "/mnt/b" },
        { "41 31 0:38 /a /mnt rw - cgroup2 none rw", "/a", "/mnt" },
        { "41 31 0:38 /a /mnt rw - cgroup2 none rw", "/ab", NULL },
        { "41 31 0:38 /a /mnt rw - cgroup2 none rw", "/", NULL },
        { "41 31 0:38 / /mnt\\040x\\134 rw - cgroup2 none rw", "/a", "/mnt x\\/a" },
        { "41 31 0:38 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu", "/", NULL },
        { "41 31 0:38 / /x rw - cgroup22 none rw", "/", NULL },
        { "41 31 - cgroup2 none rw", "/", NULL },
        { "", "/", NULL },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char *directory = NULL;
        char *line = strdup(cases[i].line);

        assert_int_equal(cgroup_directory_parse(line, cases[i].group, &directory),
                         cases[i].directory ? 1 : 0);
        if (cases[i].directory)
            assert_string_equal(directory, cases[i].directory);
        free(directory);
        free(line);
    }
}

static void a_tree_can_be_made_in_another_group(void **state)
{
    _cleanup_(cgroup_tree_closep) CgroupTree *tree = NULL;
    _cleanup_(freep) char *own = NULL;
    _cleanup_(freep) char *group = NULL;
    _cleanup_(freep) char *path = NULL;
    _cleanup_(freep) char *directory = NULL;
    int dirfd = -1;

    test_skip_unless(test_is_kernel_root(), "needs root");
    test_skip_unless(cgroup_path_read(0, &own) == 0, "needs control groups");
    assert_true(asprintf(&group, "%s/openlogon-test-root-%d", strcmp(own, "/") == 0 ? "" : own,
                         (int)getpid()) > 0);
    assert_int_equal(cgroup_tree_open_in(&tree, group, "inside"), 0);
    assert_int_equal(cgroup_make(tree, leaf, NULL, &dirfd), 0);
    (void)close(dirfd);
    assert_true(asprintf(&path, "%s/openlogon-inside/%016" PRIx64 "/%016" PRIx64, group,
                         leaf.session, leaf.token) > 0);
    assert_int_equal(cgroup_directory_find(path, &directory), 0);
    assert_int_equal(access(directory, F_OK), 0);
    free(TAKE(directory));
    tree = cgroup_tree_close(tree);
    /* The tree goes, what it was told to be in stays. */
    assert_int_equal(cgroup_directory_find(group, &directory), 0);
    assert_int_equal(rmdir(directory), 0);
}

static void a_leaf_in_another_group_is_the_innermost_of_its_name(void **state)
{
#define LEAF_1 "openlogon-main-0000000000012345-fedcba9876543210"
#define LEAF_2 "openlogon-main-0000000000054321-0000000000000001"
    static const struct {
        const char *path;
        uint64_t session; /* 0: none */
        size_t length;
    } cases[] = {
        { "/session-3.scope/" LEAF_1, 0x12345, sizeof("/session-3.scope/" LEAF_1) - 1 },
        { "/" LEAF_1 "/below", 0x12345, sizeof("/" LEAF_1) - 1 },
        { "/a/" LEAF_1 "/" LEAF_2, 0x54321, sizeof("/a/" LEAF_1 "/" LEAF_2) - 1 },
        { "/a/" LEAF_1 "/b/" LEAF_2 "/c", 0x54321, sizeof("/a/" LEAF_1 "/b/" LEAF_2) - 1 },
        { "/a/" LEAF_1 " (deleted)", 0, 0 },
        { "/a/x" LEAF_1, 0, 0 },
        { "/a/" LEAF_1 "0", 0, 0 },
        { "/a/openlogon-main2-0000000000012345-fedcba9876543210", 0, 0 },
        { "/a/openlogon-main-12345-fedcba9876543210", 0, 0 },
        { "/a/openlogon-main-0000000000012345-FEDCBA9876543210", 0, 0 },
        { "/a/openlogon-main", 0, 0 },
        { "/", 0, 0 },
        { "", 0, 0 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct cgroup_leaf found = { 0 };
        size_t length = 0;

        assert_int_equal(
            cgroup_foreign_leaf_parse(cases[i].path, "openlogon-main", &found, &length),
            cases[i].session ? 0 : -ENOENT);
        assert_true(found.session == cases[i].session && length == cases[i].length);
    }
#undef LEAF_1
#undef LEAF_2
}

static void only_a_leaf_below_the_root_is_a_leaf(void **state)
{
    static const struct {
        const char *path, *root;
        int result;
    } cases[] = {
        { "/ol/0000000000012345/fedcba9876543210", "/ol", 0 },
        { "/ol/0000000000012345/fedcba9876543210/below", "/ol", 0 },
        { "/0000000000012345/fedcba9876543210", "/", 0 },
        { "/ol/0000000000012345/fedcba9876543210 (deleted)", "/ol", -ENOENT },
        { "/olx/0000000000012345/fedcba9876543210", "/ol", -ENOENT },
        { "/x/ol/0000000000012345/fedcba9876543210", "/ol", -ENOENT },
        { "/../ol/0000000000012345/fedcba9876543210", "/ol", -ENOENT },
        { "/ol/0000000000012345", "/ol", -ENOENT },
        { "/ol/0000000000012345/", "/ol", -ENOENT },
        { "/ol/0000000000012345/fedcba987654321", "/ol", -ENOENT },
        { "/ol/0000000000012345/fedcba98765432100", "/ol", -ENOENT },
        { "/ol/0000000000012345/FEDCBA9876543210", "/ol", -ENOENT },
        { "/ol/12345/fedcba9876543210", "/ol", -ENOENT },
        { "/ol/0x00000000012345/fedcba9876543210", "/ol", -ENOENT },
        { "/ol//0000000000012345/fedcba9876543210", "/ol", -ENOENT },
        { "/ol", "/ol", -ENOENT },
        { "/", "/ol", -ENOENT },
        { "", "/ol", -ENOENT },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct cgroup_leaf found = { 1, 2 };

        assert_int_equal(cgroup_leaf_parse(cases[i].path, cases[i].root, &found), cases[i].result);
        assert_true(found.session == (cases[i].result == 0 ? leaf.session : 1));
        assert_true(found.token == (cases[i].result == 0 ? leaf.token : 2));
    }
}

static void a_tag_is_a_plain_name(void **state)
{
    static const char *const tags[] = { "", "a/b", "a b", "a\n", "\xc3\xa4" };
    char long_tag[66] = { 0 };
    CgroupTree *tree = NULL;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(tags); i++)
        assert_int_equal(cgroup_tree_open(&tree, tags[i]), -EINVAL);
    memset(long_tag, 'a', sizeof(long_tag) - 1);
    assert_int_equal(cgroup_tree_open(&tree, long_tag), -EINVAL);
    assert_null(tree);
}

/* The tests below need groups of their own; where they cannot be had there is nothing to test. */

static char tag[32];

static CgroupTree *open_tree(void)
{
    CgroupTree *tree = NULL;
    int r;

    (void)snprintf(tag, sizeof(tag), "test-%d", (int)getpid());
    r = cgroup_tree_open(&tree, tag);
    if (r < 0)
        print_message("no control groups can be made here: %s\n", strerror(-r));
    return tree;
}

#define test_skip_without(tree) test_skip_unless((tree) != NULL, "needs control groups")

static bool directory_exists(struct cgroup_leaf of, bool is_session)
{
    char *own, *directory, path[4200];
    int r;

    assert_int_equal(cgroup_path_read(0, &own), 0);
    assert_int_equal(cgroup_directory_find(own, &directory), 0);
    if (is_session)
        (void)snprintf(path, sizeof(path), "%s/openlogon-%s/%016" PRIx64, directory, tag,
                       of.session);
    else
        (void)snprintf(path, sizeof(path), "%s/openlogon-%s/%016" PRIx64 "/%016" PRIx64, directory,
                       tag, of.session, of.token);
    r = access(path, F_OK);
    free(own);
    free(directory);
    return r == 0;
}

/* A program that runs until the pipe's other end is closed. */
struct sleeper {
    struct spawn_result child;
    int end;
};

static struct sleeper sleeper_start(int cgroup_fd, const char *script)
{
    static char name[] = "sh", option[] = "-c";
    char *argv[] = { name, option, (char *)(uintptr_t)script, NULL };
    char *envp[] = { NULL };
    struct spawn_spec spec = {
        .path = "/bin/sh", .argv = argv, .envp = envp, .fds = { -1, -1, -1 }, .cgroup_fd = cgroup_fd
    };
    struct sleeper sleeper;
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    spec.fds[0] = ends[0];
    assert_int_equal(spawn_process(&spec, &sleeper.child), 0);
    assert_int_equal(close(ends[0]), 0);
    sleeper.end = ends[1];
    return sleeper;
}

static void sleeper_end(struct sleeper *sleeper)
{
    struct spawn_status status;

    assert_int_equal(close(sleeper->end), 0);
    assert_int_equal(spawn_wait(sleeper->child.pidfd, 10000, &status), 0);
    assert_int_equal(close(sleeper->child.pidfd), 0);
}

/* The next event; false when there is none within the time. */
static bool next_change(CgroupTree *tree, struct cgroup_leaf *ret, int timeout_ms)
{
    for (;;) {
        struct pollfd item = { .fd = cgroup_tree_fd(tree), .events = POLLIN };
        int r = cgroup_tree_next_event(tree, ret);

        assert_true(r >= 0);
        if (r == 1)
            return true;
        if (poll(&item, 1, timeout_ms) == 0)
            return false;
    }
}

/* The next leaf that became empty. */
static bool next_event(CgroupTree *tree, struct cgroup_leaf *ret, int timeout_ms)
{
    do {
        if (!next_change(tree, ret, timeout_ms))
            return false;
    } while (cgroup_is_populated(tree, *ret) == 1);
    return true;
}

static void a_leaf_lives_from_the_first_process_to_the_last(void **state)
{
    CgroupTree *tree = open_tree();
    struct cgroup_leaf found = { 0 };
    struct cgroup_leaf change;
    struct sleeper one, two;
    pid_t *pids = NULL;
    size_t n_pids;
    int fd;

    (void)state;
    test_skip_without(tree);
    assert_int_equal(cgroup_make(tree, leaf, NULL, &fd), 0);
    assert_int_equal(cgroup_is_populated(tree, leaf), 0);
    assert_false(next_change(tree, &change, 4 * CGROUP_LATE_MS)); /* watched, and never used */
    one = sleeper_start(fd, "read x");
    assert_true(next_change(tree, &change, 2000));
    assert_true(change.token == leaf.token);
    two = sleeper_start(fd, "read x");
    assert_int_equal(cgroup_is_populated(tree, leaf), 1);
    assert_int_equal(cgroup_of_pid(tree, one.child.pid, &found), 0);
    assert_true(found.session == leaf.session && found.token == leaf.token);
    assert_int_equal(cgroup_of_pid(tree, getpid(), &found), -ENOENT);
    assert_int_equal(cgroup_read_pids(tree, leaf, &pids, &n_pids), 0);
    assert_int_equal(n_pids, 2);
    assert_true((pids[0] == one.child.pid && pids[1] == two.child.pid) ||
                (pids[1] == one.child.pid && pids[0] == two.child.pid));
    free(pids);
    assert_int_equal(cgroup_remove(tree, leaf), -EBUSY);
    assert_false(next_event(tree, &found, 50));
    sleeper_end(&one);
    assert_false(next_event(tree, &found, 50));
    sleeper_end(&two);
    found = (struct cgroup_leaf){ 0 };
    assert_true(next_event(tree, &found, 2000));
    assert_true(found.session == leaf.session && found.token == leaf.token);
    assert_int_equal(cgroup_of_pid(tree, one.child.pid, &found), -ESRCH);
    assert_int_equal(close(fd), 0);
    assert_int_equal(cgroup_remove(tree, leaf), 0);
    assert_true(directory_exists(leaf, true));
    cgroup_remove_session(tree, leaf.session);
    assert_false(directory_exists(leaf, true));
    assert_int_equal(cgroup_remove(tree, leaf), -ENOENT);
    assert_int_equal(cgroup_is_populated(tree, leaf), -ENOENT);
    (void)cgroup_tree_close(tree);
}

/* One that is gone before its watch, one that is empty by then, one that lives on. */
static void a_leaf_is_watched_later(void **state)
{
    const struct cgroup_leaf gone = { leaf.session, leaf.token + 1 };
    const struct cgroup_leaf empty = { leaf.session, leaf.token + 2 };
    CgroupTree *tree = open_tree();
    struct sleeper living, ending;
    struct cgroup_leaf change;
    struct cgroup_leaf found;
    bool was_told = false;
    int fd, gone_fd, empty_fd;

    (void)state;
    test_skip_without(tree);
    assert_int_equal(cgroup_make(tree, gone, NULL, &gone_fd), 0);
    assert_int_equal(cgroup_make(tree, gone, NULL, &fd), -EEXIST);
    assert_int_equal(cgroup_remove(tree, gone), 0);
    assert_int_equal(cgroup_make(tree, empty, NULL, &empty_fd), 0);
    assert_int_equal(cgroup_make(tree, leaf, NULL, &fd), 0);
    ending = sleeper_start(empty_fd, "read x");
    living = sleeper_start(fd, "read x");
    sleeper_end(&ending);
    while (next_change(tree, &change, 10 * CGROUP_LATE_MS)) {
        assert_true(change.token != gone.token);
        was_told |= change.token == empty.token;
    }
    assert_true(was_told);
    assert_int_equal(cgroup_remove(tree, empty), 0);
    assert_int_equal(cgroup_is_populated(tree, leaf), 1);
    sleeper_end(&living);
    assert_true(next_event(tree, &found, 2000));
    assert_true(found.token == leaf.token);
    assert_int_equal(close(fd), 0);
    assert_int_equal(close(gone_fd), 0);
    assert_int_equal(close(empty_fd), 0);
    assert_int_equal(cgroup_remove(tree, leaf), 0);
    (void)cgroup_tree_close(tree);
}

static void a_descendant_that_outlives_its_parent_keeps_the_leaf(void **state)
{
    CgroupTree *tree = open_tree();
    struct cgroup_leaf found;
    struct sleeper sleeper;
    struct spawn_status status;
    int fd;

    (void)state;
    test_skip_without(tree);
    assert_int_equal(cgroup_make(tree, leaf, NULL, &fd), 0);
    sleeper = sleeper_start(fd, "exec 3<&0; (setsid sh -c 'read x <&3' &); exit 0");
    assert_int_equal(spawn_wait(sleeper.child.pidfd, 10000, &status), 0);
    assert_false(next_event(tree, &found, 50));
    assert_int_equal(cgroup_is_populated(tree, leaf), 1);
    assert_int_equal(close(sleeper.end), 0);
    assert_int_equal(close(sleeper.child.pidfd), 0);
    assert_true(next_event(tree, &found, 2000));
    assert_int_equal(close(fd), 0);
    assert_int_equal(cgroup_remove(tree, leaf), 0);
    (void)cgroup_tree_close(tree);
}

static void a_name_is_not_given_twice_and_siblings_share_a_session(void **state)
{
    CgroupTree *tree = open_tree();
    int fd, other_fd;

    (void)state;
    test_skip_without(tree);
    assert_int_equal(cgroup_make(tree, leaf, NULL, &fd), 0);
    assert_int_equal(cgroup_make(tree, leaf, NULL, &other_fd), -EEXIST);
    assert_int_equal(cgroup_make(tree, sibling, NULL, &other_fd), 0);
    assert_int_equal(cgroup_remove(tree, leaf), 0);
    cgroup_remove_session(tree, leaf.session); /* one with a leaf stays */
    assert_true(directory_exists(sibling, false));
    assert_int_equal(cgroup_remove(tree, sibling), 0);
    cgroup_remove_session(tree, leaf.session);
    assert_false(directory_exists(leaf, true));
    assert_int_equal(close(fd), 0);
    assert_int_equal(close(other_fd), 0);
    (void)cgroup_tree_close(tree);
}

static void killing_a_leaf_ends_all_in_it(void **state)
{
    CgroupTree *tree = open_tree();
    struct cgroup_leaf found;
    struct sleeper one, other;
    struct spawn_status status;
    int fd, other_fd;

    (void)state;
    test_skip_without(tree);
    assert_int_equal(cgroup_make(tree, leaf, NULL, &fd), 0);
    assert_int_equal(cgroup_make(tree, sibling, NULL, &other_fd), 0);
    one = sleeper_start(fd, "sh -c 'read x' & read x");
    other = sleeper_start(other_fd, "read x");
    assert_int_equal(cgroup_kill(tree, leaf), 0);
    assert_int_equal(spawn_wait(one.child.pidfd, 10000, &status), 0);
    assert_int_equal(status.signal, SIGKILL);
    assert_true(next_event(tree, &found, 2000));
    assert_true(found.token == leaf.token);
    assert_int_equal(cgroup_is_populated(tree, sibling), 1);
    sleeper_end(&other);
    assert_int_equal(close(one.end), 0);
    assert_int_equal(close(one.child.pidfd), 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(close(other_fd), 0);
    (void)cgroup_tree_close(tree);
}

static int move_before_exec(pid_t pid, int pidfd, void *context)
{
    (void)pidfd;
    return cgroup_move(context, leaf, pid);
}

static void a_waiting_child_can_be_moved_in(void **state)
{
    CgroupTree *tree = open_tree();
    static char name[] = "sh", option[] = "-c", script[] = "cat /proc/$$/cgroup";
    char *argv[] = { name, option, script, NULL };
    char *envp[] = { NULL };
    struct spawn_spec spec = { .path = "/bin/sh",
                               .argv = argv,
                               .envp = envp,
                               .fds = { -1, -1, -1 },
                               .cgroup_fd = -1,
                               .before_exec = move_before_exec,
                               .context = tree };
    struct spawn_result child;
    struct spawn_status status;
    struct cgroup_leaf found;
    char output[4096];
    ssize_t n;
    int ends[2], fd;

    (void)state;
    test_skip_without(tree);
    assert_int_equal(cgroup_make(tree, leaf, NULL, &fd), 0);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    spec.fds[1] = ends[1];
    assert_int_equal(spawn_process(&spec, &child), 0);
    assert_int_equal(spawn_wait(child.pidfd, 10000, &status), 0);
    n = read(ends[0], output, sizeof(output) - 1);
    assert_true(n > 0);
    output[n] = '\0';
    assert_non_null(strstr(output, "/0000000000012345/fedcba9876543210\n"));
    assert_true(next_event(tree, &found, 2000));
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(close(ends[1]), 0);
    assert_int_equal(close(child.pidfd), 0);
    assert_int_equal(close(fd), 0);
    (void)cgroup_tree_close(tree);
}

static void a_second_daemon_with_the_same_tag_is_refused(void **state)
{
    CgroupTree *tree = open_tree();
    CgroupTree *second = NULL;
    int fd;

    (void)state;
    test_skip_without(tree);
    assert_int_equal(cgroup_make(tree, leaf, NULL, &fd), 0);
    assert_int_equal(cgroup_tree_open(&second, tag), -EBUSY);
    assert_true(directory_exists(leaf, false));
    assert_int_equal(close(fd), 0);
    (void)cgroup_tree_close(tree);
    assert_false(directory_exists(leaf, true));
}

/* A daemon that dies leaves an empty leaf, and one with a process that waits for the pipe's end. */
static int survivor_pipe[2];

static void leave_leaves(void)
{
    CgroupTree *tree = NULL;
    char byte;
    int fd, ready[2], ready_end;
    pid_t pid;

    child_assert(pipe2(ready, O_CLOEXEC) == 0);
    ready_end = fcntl(ready[1], F_DUPFD_CLOEXEC, survivor_pipe[0] + 1);
    child_assert(ready_end > survivor_pipe[0] && close(ready[1]) == 0);
    child_assert(cgroup_tree_open(&tree, tag) == 0);
    child_assert(cgroup_make(tree, leaf, NULL, &fd) == 0);
    child_assert(cgroup_make(tree, sibling, NULL, &fd) == 0);
    pid = fork();
    child_assert(pid >= 0);
    if (pid > 0) {
        child_assert(cgroup_move(tree, sibling, pid) == 0);
        /* The end comes when the survivor has let go of the tree, and of its lock with it. */
        child_assert(close(ready_end) == 0 && read(ready[0], &byte, 1) == 0);
        _exit(0);
    }
    child_assert(close_range(3, (unsigned)survivor_pipe[0] - 1, 0) == 0);
    child_assert(close_range((unsigned)survivor_pipe[0] + 1, ~0U, 0) == 0);
    _exit(read(survivor_pipe[0], &byte, 1) == 0 ? 0 : 1);
}

static void the_next_daemon_sweeps_and_adopts(void **state)
{
    CgroupTree *tree = open_tree();
    struct cgroup_leaf found;
    int ends[2], fd;

    (void)state;
    test_skip_without(tree);
    (void)cgroup_tree_close(tree);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    survivor_pipe[0] = fcntl(ends[0], F_DUPFD_CLOEXEC, 100);
    assert_int_equal(test_run_in_child(leave_leaves), 0);
    assert_true(directory_exists(leaf, false));
    tree = open_tree();
    assert_non_null(tree);
    assert_false(directory_exists(leaf, false));
    assert_int_equal(cgroup_adopt(tree, leaf, NULL, &fd), -ENOENT);
    assert_int_equal(cgroup_adopt(tree, sibling, NULL, &fd), 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(cgroup_adopt(tree, sibling, NULL, &fd), -EEXIST);
    assert_int_equal(close(ends[1]), 0);
    assert_true(next_event(tree, &found, 2000));
    assert_true(found.token == sibling.token);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(close(survivor_pipe[0]), 0);
    (void)cgroup_tree_close(tree);
    assert_false(directory_exists(sibling, true));
}

static void many_short_lives_are_all_told(void **state)
{
    enum {
        N_LEAVES = 50,
    };
    CgroupTree *tree = open_tree();
    size_t n_told = 0;
    size_t n_fds = test_count_open_fds();

    (void)state;
    test_skip_without(tree);
    for (uint64_t i = 0; i < N_LEAVES; i++) {
        struct cgroup_leaf one = { 0x100 + i % 7, 0x1000 + i };
        struct sleeper sleeper;
        int fd;

        assert_int_equal(cgroup_make(tree, one, NULL, &fd), 0);
        sleeper = sleeper_start(fd, ":");
        sleeper_end(&sleeper);
        assert_int_equal(close(fd), 0);
    }
    while (n_told < N_LEAVES) {
        struct cgroup_leaf one;

        assert_true(next_event(tree, &one, 2000));
        assert_int_equal(cgroup_remove(tree, one), 0);
        n_told++;
    }
    assert_int_equal(test_count_open_fds(), n_fds);
    (void)cgroup_tree_close(tree);
    assert_false(directory_exists((struct cgroup_leaf){ 0x100, 0 }, true));
}

static void what_is_below_a_removed_leaf_is_told_of(void **state)
{
    CgroupTree *tree = open_tree();
    struct cgroup_leaf found = { 0 };
    struct sleeper sleeper;
    char *path = NULL;
    int fd, inner_fd;

    (void)state;
    test_skip_without(tree);
    assert_int_equal(cgroup_make(tree, leaf, NULL, &fd), 0);
    sleeper = sleeper_start(fd, "read x");
    assert_int_equal(cgroup_place_of(tree, sleeper.child.pid, &path), 1);
    assert_int_equal(cgroup_make(tree, sibling, path, &inner_fd), 0);
    assert_int_equal(cgroup_move(tree, sibling, sleeper.child.pid), 0);
    assert_int_equal(cgroup_of_pid(tree, sleeper.child.pid, &found), 0);
    assert_true(found.token == sibling.token);
    assert_int_equal(cgroup_is_populated(tree, leaf), 1);
    assert_int_equal(cgroup_move_to(tree, path, sleeper.child.pid), 0);
    assert_int_equal(cgroup_of_pid(tree, sleeper.child.pid, &found), 0);
    assert_true(found.token == leaf.token);
    sleeper_end(&sleeper);
    assert_int_equal(cgroup_remove(tree, leaf), 0); /* with the one below */
    assert_true(next_event(tree, &found, 0));
    assert_int_equal(cgroup_remove(tree, sibling), -ENOENT);
    assert_int_equal(close(fd), 0);
    assert_int_equal(close(inner_fd), 0);
    free(path);
    (void)cgroup_tree_close(tree);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(mounts_are_found_by_their_mountinfo_line),
        cmocka_unit_test(a_tree_can_be_made_in_another_group),
        cmocka_unit_test(only_a_leaf_below_the_root_is_a_leaf),
        cmocka_unit_test(a_leaf_in_another_group_is_the_innermost_of_its_name),
        cmocka_unit_test(a_tag_is_a_plain_name),
        cmocka_unit_test(a_leaf_lives_from_the_first_process_to_the_last),
        cmocka_unit_test(a_leaf_is_watched_later),
        cmocka_unit_test(a_descendant_that_outlives_its_parent_keeps_the_leaf),
        cmocka_unit_test(a_name_is_not_given_twice_and_siblings_share_a_session),
        cmocka_unit_test(killing_a_leaf_ends_all_in_it),
        cmocka_unit_test(a_waiting_child_can_be_moved_in),
        cmocka_unit_test(a_second_daemon_with_the_same_tag_is_refused),
        cmocka_unit_test(many_short_lives_are_all_told),
        cmocka_unit_test(the_next_daemon_sweeps_and_adopts),
        cmocka_unit_test(what_is_below_a_removed_leaf_is_told_of),
    };

    return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}
