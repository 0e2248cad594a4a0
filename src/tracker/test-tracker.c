/* SPDX-License-Identifier: MIT */
/* In a mount namespace with a BPF file system of its own, and below a control group of its own. */
#include "tracker/tracker.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <bpf/bpf.h>

#include "linux/cgroup_path.h"
#include "linux/spawn.h"
#include "linux/test-linux.h"
#include "tracker/label.h"

static const struct cgroup_leaf first = { 0x1111, 0xfedcba9876543210 };
static const struct cgroup_leaf second = { 0x2222, 0x777 };

static char tag[32];
static const char *reason; /* why there is no tracker here; NULL: there is one */

/* A tracker, and two leaves that it knows. */
struct scene {
    CgroupTree *tree;
    Tracker *tracker;
    int dirs[2];
};

static int open_tracker(struct scene *scene)
{
    int r = tracker_open(&scene->tracker, tag);

    if (r >= 0)
        r = tracker_add_leaf(scene->tracker, scene->dirs[0], first);
    return r < 0 ? r : tracker_add_leaf(scene->tracker, scene->dirs[1], second);
}

static int set_up(void **state)
{
    static struct scene scene;
    int r;

    *state = &scene;
    if (reason)
        return 0;
    r = cgroup_tree_open(&scene.tree, tag);
    if (r >= 0)
        r = cgroup_make(scene.tree, first, NULL, &scene.dirs[0]);
    if (r >= 0)
        r = cgroup_make(scene.tree, second, NULL, &scene.dirs[1]);
    return r < 0 ? r : open_tracker(&scene);
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    if (reason)
        return 0;
    scene->tracker = tracker_close(scene->tracker);
    tracker_remove(tag);
    (void)close(scene->dirs[0]);
    (void)close(scene->dirs[1]);
    scene->tree = cgroup_tree_close(scene->tree);
    return 0;
}

#define needs_tracker() test_skip_unless(!reason, reason)

/* --- processes to look at ----------------------------------------------------------------------
 */

/* Two pipes: the test says "go on", the process says its own or its child's number. */
struct actor {
    pid_t pid;
    int say, hear;
};

static void wait_for_word(int fd)
{
    char word;

    if (read(fd, &word, 1) != 1)
        _exit(0); /* the test has ended */
}

static void tell_pid(int fd, pid_t pid)
{
    child_assert(write(fd, &pid, sizeof(pid)) == sizeof(pid));
}

/* Starts a process that does something each time it is told to. */
static struct actor actor_start(void (*act)(int hear, int say))
{
    int to[2], from[2];
    struct actor actor;

    assert_int_equal(pipe(to), 0);
    assert_int_equal(pipe(from), 0);
    actor.pid = fork();
    assert_true(actor.pid >= 0);
    if (actor.pid == 0) {
        (void)close(to[1]);
        (void)close(from[0]);
        act(to[0], from[1]);
        _exit(0);
    }
    (void)close(to[0]);
    (void)close(from[1]);
    actor.say = to[1];
    actor.hear = from[0];
    return actor;
}

static pid_t actor_tell(struct actor *actor)
{
    pid_t pid = -1;

    assert_int_equal(write(actor->say, "x", 1), 1);
    assert_int_equal(read(actor->hear, &pid, sizeof(pid)), sizeof(pid));
    return pid;
}

static void actor_end(struct actor *actor)
{
    (void)close(actor->say);
    (void)close(actor->hear);
    assert_int_equal(waitpid(actor->pid, NULL, 0), actor->pid);
}

/* Told to, it makes a daemon: a grandchild with a session of its own whose parent has gone. The
 * daemon ends with the actor. */
static void make_daemons(int hear, int say)
{
    for (;;) {
        wait_for_word(hear);
        pid_t child = fork();

        if (child == 0) {
            child_assert(setsid() > 0);
            if (fork() == 0) {
                tell_pid(say, getpid());
                wait_for_word(hear);
                _exit(0);
            }
            _exit(0);
        }
        child_assert(waitpid(child, NULL, 0) == child);
    }
}

static void assert_label(const struct scene *scene, pid_t pid, struct cgroup_leaf leaf)
{
    struct cgroup_leaf found = { 0 };

    assert_int_equal(tracker_find(scene->tracker, pid, &found), 0);
    assert_true(found.session == leaf.session && found.token == leaf.token);
}

static void assert_no_label(const struct scene *scene, pid_t pid)
{
    struct cgroup_leaf found;

    assert_int_equal(tracker_find(scene->tracker, pid, &found), -ENOENT);
}

/* To where the test itself is, as root does with `echo PID >cgroup.procs`. */
static void move_out(pid_t pid)
{
    char *own = NULL;
    char *directory = NULL;
    char *file = NULL;

    assert_int_equal(cgroup_path_read(0, &own), 0);
    assert_int_equal(cgroup_directory_find(own, &directory), 0);
    assert_true(asprintf(&file, "%s/cgroup.procs", directory) > 0);
    int fd = open(file, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_true(dprintf(fd, "%d", (int)pid) > 0);
    (void)close(fd);
    free(file);
    free(directory);
    free(own);
}

/* --- tests -------------------------------------------------------------------------------------
 */

static void who_is_put_into_a_leaf_hands_its_label_on(void **state)
{
    const struct scene *scene = *state;

    needs_tracker();
    struct actor actor = actor_start(make_daemons);
    assert_no_label(scene, actor.pid);
    assert_int_equal(cgroup_move(scene->tree, first, actor.pid), 0);
    assert_label(scene, actor.pid, first);
    assert_label(scene, actor_tell(&actor), first);
    actor_end(&actor);
    assert_no_label(scene, getpid());
}

static void who_is_moved_out_keeps_its_origin(void **state)
{
    const struct scene *scene = *state;
    struct cgroup_leaf in;

    needs_tracker();
    struct actor actor = actor_start(make_daemons);
    assert_int_equal(cgroup_move(scene->tree, first, actor.pid), 0);
    move_out(actor.pid);
    assert_int_equal(cgroup_of_pid(scene->tree, actor.pid, &in), -ENOENT);
    assert_label(scene, actor.pid, first);
    assert_label(scene, actor_tell(&actor), first);
    actor_end(&actor);
}

static void the_last_leaf_counts(void **state)
{
    const struct scene *scene = *state;

    needs_tracker();
    struct actor actor = actor_start(make_daemons);
    assert_int_equal(cgroup_move(scene->tree, first, actor.pid), 0);
    assert_int_equal(cgroup_move(scene->tree, second, actor.pid), 0);
    assert_label(scene, actor.pid, second);
    assert_label(scene, actor_tell(&actor), second);
    actor_end(&actor);
}

static void who_is_made_in_a_leaf_has_its_label_at_once(void **state)
{
    const struct scene *scene = *state;
    char *argv[] = { (char *)"cat", NULL };
    char *envp[] = { NULL };
    int lines[2];
    struct spawn_spec spec = { .path = "/bin/cat", .argv = argv, .envp = envp };
    struct spawn_result child;

    needs_tracker();
    assert_int_equal(pipe2(lines, O_CLOEXEC), 0);
    spec.fds[0] = lines[0];
    spec.fds[1] = spec.fds[2] = -1;
    spec.cgroup_fd = scene->dirs[1];
    assert_int_equal(spawn_process(&spec, &child), 0);
    assert_label(scene, child.pid, second);
    (void)close(lines[0]);
    (void)close(lines[1]);
    assert_int_equal(waitpid(child.pid, NULL, 0), child.pid);
    (void)close(child.pidfd);
}

static void who_is_forgotten_and_its_children_have_none(void **state)
{
    const struct scene *scene = *state;

    needs_tracker();
    struct actor actor = actor_start(make_daemons);
    assert_int_equal(cgroup_move(scene->tree, first, actor.pid), 0);
    move_out(actor.pid);
    tracker_forget(scene->tracker, actor.pid);
    assert_no_label(scene, actor.pid);
    assert_no_label(scene, actor_tell(&actor));
    actor_end(&actor);
}

static void *exec_itself(void *context)
{
    char *argv[] = { (char *)"cat", NULL };

    (void)execv("/bin/cat", argv);
    _exit(1);
}

/* The thread that execs takes the place of the process' first one; the pipe tells when. */
static void exec_in_a_thread(int hear, int say)
{
    pthread_t thread;
    pid_t self = getpid();

    wait_for_word(hear);
    child_assert(dup2(hear, STDIN_FILENO) == STDIN_FILENO);
    child_assert(dup2(say, STDOUT_FILENO) == STDOUT_FILENO);
    child_assert(write(say, &self, sizeof(self)) == sizeof(self));
    child_assert(pthread_create(&thread, NULL, exec_itself, NULL) == 0);
    (void)pthread_join(thread, NULL);
}

static void a_thread_that_execs_keeps_the_label(void **state)
{
    const struct scene *scene = *state;
    char echo = 0;

    needs_tracker();
    struct actor actor = actor_start(exec_in_a_thread);
    assert_int_equal(cgroup_move(scene->tree, first, actor.pid), 0);
    assert_int_equal(actor_tell(&actor), actor.pid);
    /* When cat answers, the exec is over. */
    assert_int_equal(write(actor.say, "y", 1), 1);
    assert_int_equal(read(actor.hear, &echo, 1), 1);
    assert_int_equal(echo, 'y');
    assert_label(scene, actor.pid, first);
    actor_end(&actor);
}

static void labelling_goes_on_while_no_daemon_runs(void **state)
{
    struct scene *scene = *state;

    needs_tracker();
    struct actor actor = actor_start(make_daemons);
    assert_int_equal(cgroup_move(scene->tree, first, actor.pid), 0);
    scene->tracker = tracker_close(scene->tracker);
    move_out(actor.pid);
    pid_t daemon = actor_tell(&actor);
    assert_int_equal(open_tracker(scene), 0);
    assert_label(scene, actor.pid, first);
    assert_label(scene, daemon, first);
    actor_end(&actor);
}

static void who_was_there_before_is_taken_in(void **state)
{
    struct scene *scene = *state;

    needs_tracker();
    scene->tracker = tracker_close(scene->tracker);
    tracker_remove(tag);
    struct actor actor = actor_start(make_daemons);
    assert_int_equal(cgroup_move(scene->tree, second, actor.pid), 0);
    assert_int_equal(open_tracker(scene), 0);
    assert_no_label(scene, actor.pid);
    assert_int_equal(tracker_take_in(scene->tracker), 0);
    assert_label(scene, actor.pid, second);
    assert_no_label(scene, getpid());
    actor_end(&actor);
}

/* The kernel reuses no group's id soon; so it is looked for in the map itself. */
static void what_is_known_of_a_leaf_goes_with_its_group(void **state)
{
    static const struct cgroup_leaf third = { 0x3333, 0x3334 };
    struct scene *scene = *state;
    char path[TRACKER_DIRECTORY_SIZE + 32];
    struct stat directory;
    struct label label = { 0 };
    int dirfd, map;

    needs_tracker();
    tracker_directory(path, tag);
    map = bpf_obj_get(strcat(path, "/leaves"));
    assert_true(map >= 0);
    assert_int_equal(cgroup_make(scene->tree, third, NULL, &dirfd), 0);
    assert_int_equal(fstat(dirfd, &directory), 0);
    uint64_t id = directory.st_ino;
    assert_int_equal(tracker_add_leaf(scene->tracker, dirfd, third), 0);
    assert_int_equal(bpf_map_lookup_elem(map, &id, &label), 0);
    assert_int_equal(label.session, third.session);
    assert_int_equal(cgroup_remove(scene->tree, third), 0);
    assert_int_equal(bpf_map_lookup_elem(map, &id, &label), -ENOENT);
    (void)close(dirfd);
    (void)close(map);
}

/* How many lines of the listing are of the process; each must tell the leaf. */
static size_t count_lines(pid_t pid, struct cgroup_leaf leaf)
{
    char path[TRACKER_DIRECTORY_SIZE + 32];
    char number[16], expected[64], line[128];
    size_t n = 0;
    FILE *file;

    tracker_directory(path, tag);
    (void)strcat(path, "/processes");
    (void)snprintf(number, sizeof(number), "%d ", (int)pid);
    (void)snprintf(expected, sizeof(expected), "%s%016" PRIx64 " %016" PRIx64 "\n", number,
                   leaf.session, leaf.token);
    file = fopen(path, "re");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        if (strncmp(line, number, strlen(number)) != 0)
            continue;
        assert_string_equal(line, expected);
        n++;
    }
    (void)fclose(file);
    return n;
}

static void other_tools_read_each_process_once(void **state)
{
    const struct scene *scene = *state;

    needs_tracker();
    struct actor actor = actor_start(make_daemons);
    assert_int_equal(cgroup_move(scene->tree, first, actor.pid), 0);
    pid_t daemon = actor_tell(&actor);
    assert_int_equal(count_lines(actor.pid, first), 1);
    assert_int_equal(count_lines(daemon, first), 1);
    assert_int_equal(count_lines(getpid(), first), 0);
    tracker_forget(scene->tracker, actor.pid);
    assert_int_equal(count_lines(actor.pid, first), 0);
    assert_int_equal(count_lines(daemon, first), 1);
    actor_end(&actor);
}

static void look_as_an_ordinary_user(void)
{
    static const char *const names[] = { "fork",      "exec",  "attach", "rmdir",
                                         "processes", "tasks", "leaves" };
    char path[TRACKER_DIRECTORY_SIZE + 32];

    child_assert(setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        tracker_directory(path, tag);
        (void)strcat(strcat(path, "/"), names[i]);
        child_assert(access(path, F_OK) == 0);
        child_assert(access(path, R_OK) < 0 && access(path, W_OK) < 0);
        child_assert(unlink(path) < 0);
    }
}

static void only_root_reaches_the_labels(void **state)
{
    needs_tracker();
    assert_int_equal(test_run_in_child(look_as_an_ordinary_user), 0);
}

static void open_without_the_right(void)
{
    Tracker *tracker = NULL;

    child_assert(setresuid(65534, 65534, 65534) == 0);
    child_assert(tracker_open(&tracker, "somebody-else") < 0);
    child_assert(!tracker);
}

static void who_may_not_gets_no_tracker(void **state)
{
    test_skip_unless(test_is_kernel_root(), "needs root");
    assert_int_equal(test_run_in_child(open_without_the_right), 0);
}

static void without_its_file_system_there_is_no_tracker(void **state)
{
    Tracker *tracker = NULL;

    test_skip_unless(test_is_kernel_root(), "needs root");
    assert_int_equal(unshare(CLONE_NEWNS), 0);
    assert_int_equal(mount("tmpfs", "/sys/fs/bpf", "tmpfs", 0, NULL), 0);
    int r = tracker_open(&tracker, tag);
    assert_int_equal(umount("/sys/fs/bpf"), 0);
    assert_true(r == -ENODEV || r == -EOPNOTSUPP);
    assert_null(tracker);
}

/* Finds out whether there can be a tracker; fills `reason` otherwise. */
static void look_at_the_machine(void)
{
    Tracker *tracker = NULL;
    CgroupTree *tree = NULL;
    int r;

    (void)snprintf(tag, sizeof(tag), "test-tracker-%d", (int)getpid());
    if (!test_is_kernel_root()) {
        reason = "needs root";
        return;
    }
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL) < 0) {
        reason = "no BPF file system can be mounted";
        return;
    }
    r = cgroup_tree_open(&tree, tag);
    tree = cgroup_tree_close(tree);
    if (r < 0) {
        reason = "no control groups can be made";
        return;
    }
    r = tracker_open(&tracker, tag);
    tracker_close(tracker);
    tracker_remove(tag);
    if (r < 0)
        reason = r == -EOPNOTSUPP ? "built without BPF, or the kernel lacks something"
                                  : "BPF is refused";
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_put_into_a_leaf_hands_its_label_on),
        cmocka_unit_test(who_is_moved_out_keeps_its_origin),
        cmocka_unit_test(the_last_leaf_counts),
        cmocka_unit_test(who_is_made_in_a_leaf_has_its_label_at_once),
        cmocka_unit_test(who_is_forgotten_and_its_children_have_none),
        cmocka_unit_test(a_thread_that_execs_keeps_the_label),
        cmocka_unit_test(labelling_goes_on_while_no_daemon_runs),
        cmocka_unit_test(who_was_there_before_is_taken_in),
        cmocka_unit_test(what_is_known_of_a_leaf_goes_with_its_group),
        cmocka_unit_test(other_tools_read_each_process_once),
        cmocka_unit_test(only_root_reaches_the_labels),
        cmocka_unit_test(who_may_not_gets_no_tracker),
        cmocka_unit_test(without_its_file_system_there_is_no_tracker),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    look_at_the_machine();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
