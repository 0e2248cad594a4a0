/* SPDX-License-Identifier: MIT */
#include "tracker/tracker.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/magic.h>

#include "base/log.h"
#include "linux/process.h"
#include "tracker.skel.h"
#include "tracker/label.h"

#define BPF_DIRECTORY "/sys/fs/bpf"

enum {
    FOLDER_MODE = 0755,
    PIN_MODE = 0600, /* whoever may write the map decides in which session a process is */
    LISTING_MODE = 0400,
};

struct Tracker {
    char directory[TRACKER_DIRECTORY_SIZE];
    struct tracker_bpf *object;
};

void tracker_directory(char ret[TRACKER_DIRECTORY_SIZE], const char *tag)
{
    (void)snprintf(ret, TRACKER_DIRECTORY_SIZE, BPF_DIRECTORY "/openlogon-%s", tag);
}

/* What libbpf has to say is for who looks for the reason why there is no tracker. */
static int on_library_message(enum libbpf_print_level level, const char *format, va_list arguments)
{
    char line[512];
    int n;

    if (level == LIBBPF_DEBUG)
        return 0;
    n = vsnprintf(line, sizeof(line), format, arguments);
    line[strcspn(line, "\n")] = '\0';
    log_debug("%s", line);
    return n;
}

/* --- what is pinned ----------------------------------------------------------------------------
 */

static const char *const pins[] = { "fork",      "exec",  "attach", "rmdir",
                                    "processes", "tasks", "leaves" };

static void pin_path(char ret[PATH_MAX], const char *directory, const char *name)
{
    (void)snprintf(ret, PATH_MAX, "%s/%s", directory, name);
}

static void remove_pins(const char *directory)
{
    for (size_t i = 0; i < ARRAY_SIZE(pins); i++) {
        char path[PATH_MAX];

        pin_path(path, directory, pins[i]);
        (void)unlink(path);
    }
}

void tracker_remove(const char *tag)
{
    char directory[TRACKER_DIRECTORY_SIZE];

    tracker_directory(directory, tag);
    remove_pins(directory);
    (void)rmdir(directory);
}

/* In place of the earlier daemon's, which goes on until then: no fork is missed. */
static int pin_link(const Tracker *tracker, struct bpf_link *link, const char *name, mode_t mode)
{
    char path[PATH_MAX];
    int r;

    pin_path(path, tracker->directory, name);
    if (unlink(path) < 0 && errno != ENOENT)
        return -errno;
    r = bpf_link__pin(link, path);
    if (r < 0)
        return r;
    return chmod(path, mode) < 0 ? -errno : 0;
}

static int pin_map(const Tracker *tracker, struct bpf_map *map, const char *name)
{
    char path[PATH_MAX];

    pin_path(path, tracker->directory, name);
    return bpf_map__set_pin_path(map, path); /* an earlier daemon's map is taken over from there */
}

/* --- opening -----------------------------------------------------------------------------------
 */

static int open_directory(const char *directory)
{
    struct statfs file_system;

    if (statfs(BPF_DIRECTORY, &file_system) < 0)
        return errno == ENOENT ? -ENODEV : -errno;
    if (file_system.f_type != BPF_FS_MAGIC)
        return -ENODEV;
    return mkdir(directory, FOLDER_MODE) < 0 && errno != EEXIST ? -errno : 0;
}

static int load(Tracker *tracker)
{
    int r;

    tracker->object = tracker_bpf__open();
    if (!tracker->object)
        return -errno;
    r = pin_map(tracker, tracker->object->maps.tasks, "tasks");
    if (r >= 0)
        r = pin_map(tracker, tracker->object->maps.leaves, "leaves");
    return r < 0 ? r : tracker_bpf__load(tracker->object);
}

static void unload(Tracker *tracker)
{
    tracker_bpf__destroy(tracker->object);
    tracker->object = NULL;
}

/* Maps of another version's shape cannot be taken over: its labels are lost. */
static int load_anew(Tracker *tracker)
{
    unload(tracker);
    remove_pins(tracker->directory);
    return load(tracker);
}

static int attach(Tracker *tracker)
{
    struct tracker_bpf *object = tracker->object;
    int r = tracker_bpf__attach(object);

    if (r >= 0)
        r = pin_link(tracker, object->links.on_fork, "fork", PIN_MODE);
    if (r >= 0)
        r = pin_link(tracker, object->links.on_exec, "exec", PIN_MODE);
    if (r >= 0)
        r = pin_link(tracker, object->links.on_attach, "attach", PIN_MODE);
    if (r >= 0)
        r = pin_link(tracker, object->links.on_rmdir, "rmdir", PIN_MODE);
    return r < 0 ? r : pin_link(tracker, object->links.processes, "processes", LISTING_MODE);
}

/* What a kernel without the types, the hooks or the helpers says has many numbers. */
static int refusal(int r)
{
    return r == -EPERM || r == -ENODEV || r == -ENOMEM ? r : -EOPNOTSUPP;
}

static int open_tracker(Tracker *tracker)
{
    int r = open_directory(tracker->directory);

    if (r < 0)
        return r;
    r = load(tracker);
    if (r == -EINVAL)
        r = load_anew(tracker);
    return r < 0 ? r : attach(tracker);
}

int tracker_open(Tracker **ret, const char *tag)
{
    _cleanup_(tracker_closep) Tracker *tracker = calloc(1, sizeof(*tracker));
    libbpf_print_fn_t printed;
    int r;

    if (!tracker)
        return -ENOMEM;
    tracker_directory(tracker->directory, tag);
    printed = libbpf_set_print(on_library_message);
    r = open_tracker(tracker);
    (void)libbpf_set_print(printed);
    if (r < 0) {
        tracker_remove(tag);
        return refusal(r);
    }
    *ret = TAKE(tracker);
    return 0;
}

Tracker *tracker_close(Tracker *tracker)
{
    if (tracker)
        unload(tracker);
    free(tracker);
    return NULL;
}

/* --- leaves ------------------------------------------------------------------------------------
 */

int tracker_add_leaf(Tracker *tracker, int dirfd, struct cgroup_leaf leaf)
{
    const struct label label = { leaf.session, leaf.token };
    struct stat directory;
    uint64_t id;

    if (fstat(dirfd, &directory) < 0)
        return -errno;
    id = directory.st_ino; /* which is the group's id */
    return bpf_map_update_elem(bpf_map__fd(tracker->object->maps.leaves), &id, &label, BPF_ANY);
}

/* --- processes ---------------------------------------------------------------------------------
 */

/* Reading the iterator is what runs its program, task by task. */
static int read_through(int fd)
{
    char bytes[4096];
    ssize_t n;

    do {
        n = read(fd, bytes, sizeof(bytes));
    } while (n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN)));
    return n < 0 ? -errno : 0;
}

int tracker_take_in(Tracker *tracker)
{
    int fd = bpf_iter_create(bpf_link__fd(tracker->object->links.take_in));
    int r;

    if (fd < 0)
        return fd;
    r = read_through(fd);
    (void)close(fd);
    return r;
}

int tracker_find(const Tracker *tracker, pid_t pid, struct cgroup_leaf *ret)
{
    struct label label;
    int pidfd = process_open(pid);
    int r;

    if (pidfd < 0)
        return pidfd;
    r = bpf_map_lookup_elem(bpf_map__fd(tracker->object->maps.tasks), &pidfd, &label);
    (void)close(pidfd);
    if (r < 0)
        return r;
    if (label.session == 0)
        return -ENOENT;
    *ret = (struct cgroup_leaf){ label.session, label.token };
    return 0;
}

/* A label that says "none": without one, its threads' would speak for its children. */
void tracker_forget(Tracker *tracker, pid_t pid)
{
    const struct label none = { 0 };
    int pidfd = process_open(pid);

    if (pidfd < 0)
        return;
    (void)bpf_map_update_elem(bpf_map__fd(tracker->object->maps.tasks), &pidfd, &none, BPF_ANY);
    (void)close(pidfd);
}
