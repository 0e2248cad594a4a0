/* SPDX-License-Identifier: MIT */
#include "linux/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/timerfd.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "linux/cgroup_path.h"
#include "linux/process.h"

enum {
    TAG_LENGTH_MAX = 64,
    NEST_MAX = 16, /* groups that a privileged process made below a leaf */
    EVENTS_SIZE = 4096,
    LEAF_TEXT_SIZE = 512,
};

/* A name relative to the tree's root: "session/token/file". */
#define LEAF_PATH_SIZE (2 * (CGROUP_NAME_LENGTH + 1) + 32)

/* A leaf. In the first table of its tree; then among the late ones until it is watched, from when
 * on it is in the second table; and in the queue while it is to be looked at. */
struct leaf_record {
    struct cgroup_leaf leaf;
    char *path, *directory; /* as the tree's, of one in another group; else NULL */
    int watch;              /* -1: it is in the first table only, until the timer has come */
    bool is_queued;
    bool is_late; /* it was empty when it should have been watched */
    UT_hash_handle by_leaf, by_watch;
    struct leaf_record *prev, *next;           /* in the queue */
    struct leaf_record *late_prev, *late_next; /* among the late ones */
};

struct CgroupTree {
    char *directory; /* in the file system */
    char *path;      /* as /proc/PID/cgroup tells it */
    char *own;       /* the daemon's group, likewise */
    char *mount;     /* the line of mountinfo that shows it, and nearly always all other groups */
    char *name;      /* of the tree's root */
    int root_fd;     /* holds the lock that keeps a second daemon away */
    int inotify_fd, timer_fd;
    int events_fd; /* epoll, of both */
    bool is_timed;
    struct leaf_record *by_leaf, *by_watch;
    struct leaf_record *queue, *late;
};

DEFINE_CLEANUP(DIR *, closedir);

/* asprintf() that leaves no trace when it fails. */
__attribute__((format(printf, 2, 3))) static int format(char **ret, const char *text, ...)
{
    va_list arguments;
    int n;

    va_start(arguments, text);
    n = vasprintf(ret, text, arguments);
    va_end(arguments);
    if (n < 0)
        *ret = NULL;
    return n < 0 ? -ENOMEM : 0;
}

static bool tag_is_valid(const char *tag)
{
    size_t length =
        strspn(tag, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    return length > 0 && length <= TAG_LENGTH_MAX && tag[length] == '\0';
}

static void leaf_path(char ret[LEAF_PATH_SIZE], struct cgroup_leaf leaf, const char *file)
{
    (void)snprintf(ret, LEAF_PATH_SIZE, "%016" PRIx64 "/%016" PRIx64 "%s%s", leaf.session,
                   leaf.token, *file ? "/" : "", file);
}

static void session_path(char ret[LEAF_PATH_SIZE], struct cgroup_leaf leaf)
{
    (void)snprintf(ret, LEAF_PATH_SIZE, "%016" PRIx64, leaf.session);
}

/* An open file of a group that has been removed answers ENODEV. */
static int leaf_error(int error)
{
    return error == ENODEV ? -ENOENT : -error;
}

/* Files of a group. */

static struct leaf_record *record_find(const CgroupTree *tree, struct cgroup_leaf leaf)
{
    struct leaf_record *record;

    HASH_FIND(by_leaf, tree->by_leaf, &leaf, sizeof(leaf), record);
    return record;
}

static int open_in(const char *directory, const char *file, int flags)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof(path), "%s/%s", directory, file);

    if (n < 0 || (size_t)n >= sizeof(path))
        return -ENAMETOOLONG;
    n = open(path, flags | O_CLOEXEC | O_NOFOLLOW);
    return n < 0 ? leaf_error(errno) : n;
}

static int leaf_open(const CgroupTree *tree, struct cgroup_leaf leaf, const char *file, int flags)
{
    const struct leaf_record *record = record_find(tree, leaf);
    char path[LEAF_PATH_SIZE];
    int fd;

    if (record && record->directory)
        return open_in(record->directory, file, flags);
    leaf_path(path, leaf, file);
    fd = openat(tree->root_fd, path, flags | O_CLOEXEC | O_NOFOLLOW);
    return fd < 0 ? leaf_error(errno) : fd;
}

/* Takes the descriptor, or the error that there is instead. */
static int write_and_close(int fd, const char *text)
{
    int r;

    if (fd < 0)
        return fd;
    r = write(fd, text, strlen(text)) < 0 ? leaf_error(errno) : 0;
    (void)close(fd);
    return r;
}

static int leaf_write(const CgroupTree *tree, struct cgroup_leaf leaf, const char *file,
                      const char *text)
{
    return write_and_close(leaf_open(tree, leaf, file, O_WRONLY), text);
}

/* Of a file that is short, as those of numbers are. */
static int leaf_read(const CgroupTree *tree, struct cgroup_leaf leaf, const char *file,
                     char ret[LEAF_TEXT_SIZE])
{
    ssize_t n;
    int fd = leaf_open(tree, leaf, file, O_RDONLY);

    if (fd < 0)
        return fd;
    n = read(fd, ret, LEAF_TEXT_SIZE - 1);
    n = n < 0 ? leaf_error(errno) : n;
    (void)close(fd);
    if (n < 0)
        return (int)n;
    ret[n] = '\0';
    return 0;
}

int cgroup_is_populated(CgroupTree *tree, struct cgroup_leaf leaf)
{
    char text[LEAF_TEXT_SIZE];
    int r = leaf_read(tree, leaf, "cgroup.events", text);

    return r < 0 ? r : strstr(text, "populated 1") != NULL;
}

/* Whether it ever had a process: none comes and goes in less time than the kernel counts. */
static int was_populated(const CgroupTree *tree, struct cgroup_leaf leaf)
{
    static const char used[] = "usage_usec ";
    char text[LEAF_TEXT_SIZE];
    const char *at;
    int r = leaf_read(tree, leaf, "cpu.stat", text);

    if (r < 0)
        return r;
    at = strstr(text, used);
    return at && strtoull(at + strlen(used), NULL, 10) > 0;
}

int cgroup_move(CgroupTree *tree, struct cgroup_leaf leaf, pid_t pid)
{
    char text[16];

    (void)snprintf(text, sizeof(text), "%d", (int)pid);
    return leaf_write(tree, leaf, "cgroup.procs", text);
}

int cgroup_kill(CgroupTree *tree, struct cgroup_leaf leaf)
{
    return leaf_write(tree, leaf, "cgroup.kill", "1");
}

static int pids_add(pid_t **pids, size_t *n, size_t *capacity, pid_t pid)
{
    if (*n == *capacity) {
        size_t larger = *capacity ? *capacity * 2 : 16;
        pid_t *moved = reallocarray(*pids, larger, sizeof(**pids));

        if (!moved)
            return -ENOMEM;
        *pids = moved;
        *capacity = larger;
    }
    (*pids)[(*n)++] = pid;
    return 0;
}

/* Of an open cgroup.procs, which is closed. */
static int pids_read(int fd, pid_t **ret_pids, size_t *ret_n_pids)
{
    _cleanup_(freep) pid_t *pids = NULL;
    size_t n = 0, capacity = 0;
    FILE *file = fdopen(fd, "r");
    int pid;
    int r = 0;

    if (!file) {
        r = -errno;
        (void)close(fd);
        return r;
    }
    while (r == 0 && (errno = 0, fscanf(file, "%d", &pid)) == 1) {
        /* 0 stands for a process that has no number in the caller's pid namespace. */
        if (pid > 0)
            r = pids_add(&pids, &n, &capacity, pid);
    }
    if (r == 0 && ferror(file))
        r = leaf_error(errno);
    (void)fclose(file);
    if (r < 0)
        return r;
    *ret_pids = TAKE(pids);
    *ret_n_pids = n;
    return 0;
}

int cgroup_read_pids(CgroupTree *tree, struct cgroup_leaf leaf, pid_t **ret_pids,
                     size_t *ret_n_pids)
{
    int fd = leaf_open(tree, leaf, "cgroup.procs", O_RDONLY);

    return fd < 0 ? fd : pids_read(fd, ret_pids, ret_n_pids);
}

/* Signals. A number that was read may be another process' by now: one that is in the group after
 * its pidfd was opened is meant. */

/* @tail  of the group's path from the leaf's own name on, which no other has */
static bool is_in(pid_t pid, const char *tail)
{
    _cleanup_(freep) char *path = NULL;
    size_t length, tail_length = strlen(tail);

    if (cgroup_path_read(pid, &path) < 0)
        return false;
    length = strlen(path);
    return length >= tail_length && strcmp(path + length - tail_length, tail) == 0;
}

static void signal_process(pid_t pid, const char *tail, int signal)
{
    int pidfd = process_open(pid);

    if (pidfd < 0)
        return;
    if (is_in(pid, tail))
        (void)process_signal(pidfd, signal); /* one that has ended meanwhile needs none */
    (void)close(pidfd);
}

static int directory_of(int fd, char ret[PATH_MAX])
{
    char link[64];
    ssize_t n;

    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    n = readlink(link, ret, PATH_MAX - 1);
    if (n < 0)
        return -errno;
    ret[n] = '\0';
    return 0;
}

/* What goes to a leaf and all below it. */
struct broadcast {
    int signal;
    size_t
        tail_at; /* in the path of a directory: where the leaf's own name begins, with its slash */
};

static int signal_group(int fd, const struct broadcast *what, unsigned nest);

static int signal_groups_below(int fd, const struct broadcast *what, unsigned nest)
{
    _cleanup_(closedirp) DIR *directory = NULL;
    int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = 0;

    if (copy < 0)
        return leaf_error(errno);
    directory = fdopendir(copy);
    if (!directory) {
        (void)close(copy);
        return -ENOMEM;
    }
    for (struct dirent *entry; r >= 0 && (entry = readdir(directory));) {
        int below;

        if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
            continue;
        below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below < 0)
            continue; /* it has been removed */
        r = signal_group(below, what, nest);
        (void)close(below);
    }
    return r;
}

static int signal_group(int fd, const struct broadcast *what, unsigned nest)
{
    _cleanup_(freep) pid_t *pids = NULL;
    char directory[PATH_MAX];
    size_t n = 0;
    int procs = openat(fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    int r = procs < 0 ? leaf_error(errno) : pids_read(procs, &pids, &n);

    if (r >= 0)
        r = directory_of(fd, directory);
    if (r < 0)
        return r;
    for (size_t i = 0; i < n; i++)
        signal_process(pids[i], directory + what->tail_at, what->signal);
    return nest == 0 ? 0 : signal_groups_below(fd, what, nest - 1);
}

int cgroup_signal(CgroupTree *tree, struct cgroup_leaf leaf, int signal)
{
    struct broadcast what = { .signal = signal };
    char directory[PATH_MAX];
    int fd = leaf_open(tree, leaf, "", O_RDONLY | O_DIRECTORY);
    int r;

    if (fd < 0)
        return fd;
    r = directory_of(fd, directory);
    if (r >= 0) {
        what.tail_at = (size_t)(strrchr(directory, '/') - directory);
        r = signal_group(fd, &what, NEST_MAX);
    }
    (void)close(fd);
    return r;
}

/* Removing groups. Only the kernel's "it is in use" keeps a group with processes. */

static int remove_group(int parent_fd, const char *name, unsigned nest);

static int remove_groups_below(int parent_fd, const char *name, unsigned nest)
{
    _cleanup_(closedirp) DIR *directory = NULL;
    int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    directory = fdopendir(fd);
    if (!directory) {
        (void)close(fd);
        return -ENOMEM;
    }
    for (struct dirent *entry; (entry = readdir(directory));) {
        int r;

        if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
            continue;
        r = remove_group(fd, entry->d_name, nest);
        if (r < 0)
            return r;
    }
    return 0;
}

static int remove_group(int parent_fd, const char *name, unsigned nest)
{
    int r;

    if (unlinkat(parent_fd, name, AT_REMOVEDIR) == 0)
        return 0;
    if (errno != EBUSY || nest == 0)
        return -errno;
    r = remove_groups_below(parent_fd, name, nest - 1);
    if (r < 0)
        return r;
    return unlinkat(parent_fd, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

void cgroup_remove_session(CgroupTree *tree, uint64_t session)
{
    char path[LEAF_PATH_SIZE];

    session_path(path, (struct cgroup_leaf){ .session = session });
    (void)unlinkat(tree->root_fd, path, AT_REMOVEDIR);
}

static void record_queue(CgroupTree *tree, struct leaf_record *record)
{
    if (!record->is_queued)
        DL_APPEND(tree->queue, record);
    record->is_queued = true;
}

/* Where the kernel told nothing: one that is as it was made has no event. */
static int record_queue_if_used(CgroupTree *tree, struct leaf_record *record)
{
    int r = was_populated(tree, record->leaf);

    if (r == 1 || r == -ENOENT)
        record_queue(tree, record);
    return r;
}

/* What the kernel has to tell of a group it tells some time later, and of one that is gone no more:
 * the leaves below one that was removed have lost their last process, too. */
static void queue_below(CgroupTree *tree, struct cgroup_leaf leaf)
{
    const struct leaf_record *above = record_find(tree, leaf);
    char names[LEAF_PATH_SIZE];
    _cleanup_(freep) char *path = NULL;

    leaf_path(names, leaf, "");
    /* If memory is short all are looked at. */
    (void)(above && above->path ? format(&path, "%s/", above->path)
                                : format(&path, "%s/%s/", tree->path, names));
    for (struct leaf_record *record = tree->by_leaf; record; record = record->by_leaf.next) {
        if (record->path && (!path || strncmp(record->path, path, strlen(path)) == 0))
            record_queue(tree, record);
    }
}

/* What a privileged process made below a leaf is in its way, and goes when all of it is empty. */
static int remove_leaf_with_groups(CgroupTree *tree, struct cgroup_leaf leaf, const char *path)
{
    int r = cgroup_is_populated(tree, leaf);

    if (r != 0)
        return r < 0 ? r : -EBUSY;
    r = remove_group(tree->root_fd, path, NEST_MAX);
    if (r == 0)
        queue_below(tree, leaf);
    return r;
}

static int remove_leaf(CgroupTree *tree, struct cgroup_leaf leaf)
{
    const struct leaf_record *record = record_find(tree, leaf);
    char in_tree[LEAF_PATH_SIZE];
    const char *path = in_tree;

    leaf_path(in_tree, leaf, "");
    if (record && record->directory)
        path = record->directory; /* absolute: it is not looked for below the root */
    if (unlinkat(tree->root_fd, path, AT_REMOVEDIR) == 0)
        return 0;
    return errno == EBUSY ? remove_leaf_with_groups(tree, leaf, path) : -errno;
}

/* Calls each() with every entry of a directory that is named as a group of ours. */
static int for_each_group(CgroupTree *tree, const char *path, struct cgroup_leaf parent,
                          void (*each)(CgroupTree *tree, struct cgroup_leaf parent, uint64_t id))
{
    _cleanup_(closedirp) DIR *directory = NULL;
    int fd = openat(tree->root_fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    directory = fdopendir(fd);
    if (!directory) {
        (void)close(fd);
        return -ENOMEM;
    }
    for (struct dirent *entry; (entry = readdir(directory));) {
        uint64_t id;

        if (entry->d_type == DT_DIR && strlen(entry->d_name) == CGROUP_NAME_LENGTH &&
            cgroup_name_parse(entry->d_name, &id))
            each(tree, parent, id);
    }
    return 0;
}

static void sweep_leaf(CgroupTree *tree, struct cgroup_leaf parent, uint64_t id)
{
    parent.token = id;
    (void)remove_leaf(tree, parent);
}

static void sweep_session(CgroupTree *tree, struct cgroup_leaf parent, uint64_t id)
{
    char path[LEAF_PATH_SIZE];

    parent.session = id;
    session_path(path, parent);
    (void)for_each_group(tree, path, parent, sweep_leaf);
    cgroup_remove_session(tree, id);
}

/* Removes what has no processes. Without success nothing is worse than before. */
static void sweep(CgroupTree *tree)
{
    (void)for_each_group(tree, ".", (struct cgroup_leaf){ 0 }, sweep_session);
}

/* Opening and closing. */

static int tree_lock(CgroupTree *tree)
{
    tree->root_fd = open(tree->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (tree->root_fd < 0)
        return -errno;
    if (flock(tree->root_fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? -EBUSY : -errno;
    /* The one bit that tells whether groups can be made here. */
    return faccessat(tree->root_fd, ".", W_OK, AT_EACCESS) < 0 ? -errno : 0;
}

static int tree_locate(CgroupTree *tree, const char *group, const char *tag)
{
    _cleanup_(freep) char *directory = NULL;
    _cleanup_(freep) char *parent = NULL;
    int r = cgroup_path_read(0, &tree->own);

    if (r >= 0)
        r = format(&parent, "%s", group ? group : tree->own);
    if (r >= 0)
        r = cgroup_mount_find(parent, &tree->mount);
    if (r >= 0)
        r = cgroup_directory_in(tree->mount, parent, &directory);
    if (r >= 0 && group && mkdir(directory, 0755) < 0 && errno != EEXIST)
        r = -errno;
    if (r >= 0)
        r = format(&tree->name, "openlogon-%s", tag);
    if (r >= 0)
        r = format(&tree->directory, "%s/%s", directory, tree->name);
    if (r >= 0)
        r = format(&tree->path, "%s/%s", strcmp(parent, "/") == 0 ? "" : parent, tree->name);
    return r;
}

static int add_source(const CgroupTree *tree, int fd)
{
    struct epoll_event event = { .events = EPOLLIN };

    return epoll_ctl(tree->events_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int open_events(CgroupTree *tree)
{
    int r;

    tree->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (tree->inotify_fd < 0)
        return -errno;
    tree->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (tree->timer_fd < 0)
        return -errno;
    tree->events_fd = epoll_create1(EPOLL_CLOEXEC);
    if (tree->events_fd < 0)
        return -errno;
    r = add_source(tree, tree->inotify_fd);
    return r < 0 ? r : add_source(tree, tree->timer_fd);
}

static int tree_set_up(CgroupTree *tree, const char *group, const char *tag)
{
    int r = tree_locate(tree, group, tag);

    if (r < 0)
        return r;
    r = open_events(tree);
    if (r < 0)
        return r;
    if (mkdir(tree->directory, 0755) < 0 && errno != EEXIST)
        return -errno;
    r = tree_lock(tree);
    if (r < 0)
        return r;
    sweep(tree);
    return 0;
}

static void record_unqueue(CgroupTree *tree, struct leaf_record *record)
{
    if (record->is_queued)
        DL_DELETE(tree->queue, record);
    record->is_queued = false;
}

static void record_free(CgroupTree *tree, struct leaf_record *record)
{
    record_unqueue(tree, record);
    HASH_DELETE(by_leaf, tree->by_leaf, record);
    if (record->watch >= 0) {
        HASH_DELETE(by_watch, tree->by_watch, record);
        (void)inotify_rm_watch(tree->inotify_fd, record->watch);
    } else {
        DL_DELETE2(tree->late, record, late_prev, late_next);
    }
    free(record->path);
    free(record->directory);
    free(record);
}

static void tree_free(CgroupTree *tree)
{
    struct leaf_record *record, *next;

    HASH_ITER (by_leaf, tree->by_leaf, record, next)
        record_free(tree, record);
    if (tree->root_fd >= 0)
        (void)close(tree->root_fd);
    if (tree->inotify_fd >= 0)
        (void)close(tree->inotify_fd);
    if (tree->timer_fd >= 0)
        (void)close(tree->timer_fd);
    if (tree->events_fd >= 0)
        (void)close(tree->events_fd);
    free(tree->directory);
    free(tree->path);
    free(tree->own);
    free(tree->mount);
    free(tree->name);
    free(tree);
}

int cgroup_tree_open_in(CgroupTree **ret, const char *group, const char *tag)
{
    CgroupTree *tree;
    int r;

    if (!tag_is_valid(tag))
        return -EINVAL;
    tree = calloc(1, sizeof(*tree));
    if (!tree)
        return -ENOMEM;
    tree->root_fd = tree->inotify_fd = tree->timer_fd = tree->events_fd = -1;
    r = tree_set_up(tree, group, tag);
    if (r < 0) {
        tree_free(tree);
        return r;
    }
    *ret = tree;
    return 0;
}

CgroupTree *cgroup_tree_close(CgroupTree *tree)
{
    if (!tree)
        return NULL;
    sweep(tree);
    (void)rmdir(tree->directory);
    tree_free(tree);
    return NULL;
}

/* Leaves. */

/* Where a leaf is that is not in the tree; both NULL: in the tree. Owned. */
struct leaf_place {
    char *path, *directory;
};

static void leaf_place_done(struct leaf_place *place)
{
    free(place->path);
    free(place->directory);
    *place = (struct leaf_place){ 0 };
}

/* Where a group is, seldom by reading all mounts: they can be many, and logins wait for it. */
static int find_directory(const CgroupTree *tree, const char *group, char **ret)
{
    int r = cgroup_directory_in(tree->mount, group, ret);

    return r == -ENODEV ? cgroup_directory_find(group, ret) : r;
}

/* Whoever may write to a group can take processes out of the groups below it. */
static int check_owner(const char *directory)
{
    struct stat group, processes;
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r;

    if (fd < 0)
        return -errno;
    r = fstat(fd, &group) < 0 || fstatat(fd, "cgroup.procs", &processes, 0) < 0 ? -errno : 0;
    (void)close(fd);
    if (r < 0)
        return r;
    if (group.st_uid != geteuid() || processes.st_uid != geteuid())
        return -EPERM;
    return (group.st_mode | processes.st_mode) & (S_IWGRP | S_IWOTH) ? -EPERM : 0;
}

static int leaf_place_find(const CgroupTree *tree, struct cgroup_leaf leaf, const char *below,
                           struct leaf_place *ret)
{
    _cleanup_(leaf_place_done) struct leaf_place place = { 0 };
    _cleanup_(freep) char *directory = NULL;
    int r = 0;

    if (below)
        r = find_directory(tree, below, &directory);
    if (r < 0 || !below)
        return r;
    r = format(&place.path, "%s/%s-%016" PRIx64 "-%016" PRIx64, below, tree->name, leaf.session,
               leaf.token);
    if (r >= 0)
        r = format(&place.directory, "%s%s", directory, place.path + strlen(below));
    if (r < 0)
        return r;
    *ret = place;
    place = (struct leaf_place){ 0 };
    return 0;
}

/* Takes the place over when it succeeds. */
static int record_add(CgroupTree *tree, struct cgroup_leaf leaf, struct leaf_place *place)
{
    struct leaf_record *record = calloc(1, sizeof(*record));

    if (!record)
        return -ENOMEM;
    record->leaf = leaf;
    record->watch = -1;
    HASH_ADD(by_leaf, tree->by_leaf, leaf, sizeof(leaf), record);
    if (!record->by_leaf.tbl) {
        free(record);
        return -ENOMEM;
    }
    DL_APPEND2(tree->late, record, late_prev, late_next);
    record->path = place->path;
    record->directory = place->directory;
    *place = (struct leaf_place){ 0 };
    return 0;
}

static int leaf_directory(const CgroupTree *tree, struct cgroup_leaf leaf,
                          const struct leaf_place *place, char **ret)
{
    char path[LEAF_PATH_SIZE];

    if (place->directory)
        return format(ret, "%s", place->directory);
    leaf_path(path, leaf, "");
    return format(ret, "%s/%s", tree->directory, path);
}

static int record_watch(CgroupTree *tree, struct leaf_record *record, const char *directory)
{
    _cleanup_(freep) char *file = NULL;
    int r = format(&file, "%s/cgroup.events", directory);

    if (r < 0)
        return r;
    record->watch = inotify_add_watch(tree->inotify_fd, file, IN_MODIFY);
    if (record->watch < 0)
        return leaf_error(errno);
    HASH_ADD(by_watch, tree->by_watch, watch, sizeof(record->watch), record);
    if (record->by_watch.tbl) {
        DL_DELETE2(tree->late, record, late_prev, late_next);
        return 0;
    }
    (void)inotify_rm_watch(tree->inotify_fd, record->watch);
    record->watch = -1;
    return -ENOMEM;
}

static int time_late_ones(CgroupTree *tree)
{
    const struct itimerspec soon = { .it_value.tv_nsec = CGROUP_LATE_MS * 1000 * 1000 };

    if (!tree->is_timed && timerfd_settime(tree->timer_fd, 0, &soon, NULL) < 0)
        return -errno;
    tree->is_timed = true;
    return 0;
}

/* One that became empty before is not worth a watch, unless it is there the next time, too. What is
 * not watched after this stays among the late ones. */
static void watch_late_one(CgroupTree *tree, struct leaf_record *record)
{
    const struct leaf_place place = { record->path, record->directory };
    _cleanup_(freep) char *directory = NULL;
    int used = record_queue_if_used(tree, record);

    if (used == 1 && !record->is_late && cgroup_is_populated(tree, record->leaf) == 0) {
        record->is_late = true;
        return;
    }
    if (used < 0 || leaf_directory(tree, record->leaf, &place, &directory) < 0 ||
        record_watch(tree, record, directory) < 0)
        return;
    if (used == 0)
        (void)record_queue_if_used(tree, record); /* since it was not watched until now */
}

/* What is not watched then is looked at again and again, while it is there. */
static void watch_late_ones(CgroupTree *tree)
{
    struct leaf_record *record, *next;
    uint64_t n;

    if (!tree->is_timed || read(tree->timer_fd, &n, sizeof(n)) < 0)
        return;
    tree->is_timed = false;
    DL_FOREACH_SAFE2(tree->late, record, next, late_next)
    watch_late_one(tree, record);
    if (tree->late)
        (void)time_late_ones(tree);
}

/* Enters it, to be watched later. */
static int leaf_take_up(CgroupTree *tree, struct cgroup_leaf leaf, struct leaf_place *place,
                        int *ret_dirfd)
{
    int fd;
    int r = record_add(tree, leaf, place);

    if (r < 0)
        return r;
    fd = leaf_open(tree, leaf, "", O_RDONLY | O_DIRECTORY);
    r = fd < 0 ? fd : time_late_ones(tree);
    if (r < 0) {
        if (fd >= 0)
            (void)close(fd);
        record_free(tree, record_find(tree, leaf));
        return r;
    }
    *ret_dirfd = fd;
    return 0;
}

int cgroup_adopt(CgroupTree *tree, struct cgroup_leaf leaf, const char *below, int *ret_dirfd)
{
    _cleanup_(leaf_place_done) struct leaf_place place = { 0 };
    int fd = -1;
    int r = record_find(tree, leaf) ? -EEXIST : leaf_place_find(tree, leaf, below, &place);

    if (r >= 0)
        r = leaf_take_up(tree, leaf, &place, &fd);
    if (r < 0)
        return r;
    /* It may have become empty since the tree was opened. */
    r = cgroup_is_populated(tree, leaf);
    if (r == 1) {
        *ret_dirfd = fd;
        return 0;
    }
    (void)close(fd);
    (void)remove_leaf(tree, leaf);
    record_free(tree, record_find(tree, leaf));
    return r < 0 ? r : -ENOENT;
}

static int make_directories(CgroupTree *tree, struct cgroup_leaf leaf)
{
    char path[LEAF_PATH_SIZE], parent[LEAF_PATH_SIZE];

    leaf_path(path, leaf, "");
    if (mkdirat(tree->root_fd, path, 0755) == 0)
        return 0;
    if (errno != ENOENT)
        return -errno;
    session_path(parent, leaf);
    if (mkdirat(tree->root_fd, parent, 0755) < 0 && errno != EEXIST)
        return -errno;
    return mkdirat(tree->root_fd, path, 0755) < 0 ? -errno : 0;
}

static int make_in_tree(CgroupTree *tree, struct cgroup_leaf leaf, int *ret_dirfd)
{
    struct leaf_place place = { 0 };
    int r = make_directories(tree, leaf);

    if (r < 0)
        return r;
    r = leaf_take_up(tree, leaf, &place, ret_dirfd);
    if (r < 0)
        (void)remove_leaf(tree, leaf);
    return r;
}

static int make_below(CgroupTree *tree, struct cgroup_leaf leaf, const char *below, int *ret_dirfd)
{
    _cleanup_(leaf_place_done) struct leaf_place place = { 0 };
    _cleanup_(freep) char *directory = NULL;
    int r = leaf_place_find(tree, leaf, below, &place);

    if (r >= 0)
        r = format(&directory, "%s", place.directory);
    if (r < 0)
        return r;
    if (mkdir(directory, 0755) < 0)
        return -errno;
    r = leaf_take_up(tree, leaf, &place, ret_dirfd);
    if (r < 0)
        (void)rmdir(directory);
    return r;
}

int cgroup_make(CgroupTree *tree, struct cgroup_leaf leaf, const char *below, int *ret_dirfd)
{
    if (record_find(tree, leaf))
        return -EEXIST;
    return below ? make_below(tree, leaf, below, ret_dirfd) : make_in_tree(tree, leaf, ret_dirfd);
}

int cgroup_remove(CgroupTree *tree, struct cgroup_leaf leaf)
{
    struct leaf_record *record = record_find(tree, leaf);
    int r = remove_leaf(tree, leaf);

    /* Without its group a record has no more to tell. */
    if (record && (r == 0 || r == -ENOENT))
        record_free(tree, record);
    return r;
}

/* The innermost leaf of ours outside the tree. Its name alone says nothing: whom a group was given
 * to can make one of that name below it. */
static int foreign_leaf_of(const CgroupTree *tree, const char *path, struct cgroup_leaf *ret)
{
    const struct leaf_record *record;
    struct cgroup_leaf leaf;
    size_t length;

    if (cgroup_foreign_leaf_parse(path, tree->name, &leaf, &length) < 0)
        return -ENOENT;
    record = record_find(tree, leaf);
    if (!record || !record->path || strlen(record->path) != length ||
        memcmp(record->path, path, length) != 0)
        return -ENOENT;
    *ret = leaf;
    return 0;
}

int cgroup_of_pid(const CgroupTree *tree, pid_t pid, struct cgroup_leaf *ret)
{
    _cleanup_(freep) char *path = NULL;
    int r;

    if (pid <= 0)
        return -ESRCH;
    r = cgroup_path_read(pid, &path);
    if (r < 0)
        return r;
    r = foreign_leaf_of(tree, path, ret);
    return r < 0 ? cgroup_leaf_parse(path, tree->path, ret) : r;
}

/* Places for logins. */

int cgroup_place_of(const CgroupTree *tree, pid_t pid, char **ret)
{
    _cleanup_(freep) char *path = NULL;
    _cleanup_(freep) char *directory = NULL;
    int r = cgroup_path_read(pid, &path);

    if (r < 0)
        return r;
    r = find_directory(tree, path, &directory);
    if (r >= 0)
        r = check_owner(directory);
    if (r < 0)
        return r;
    r = strcmp(path, "/") != 0 && strcmp(path, tree->own) != 0;
    *ret = TAKE(path);
    return r;
}

int cgroup_move_to(const CgroupTree *tree, const char *group, pid_t pid)
{
    _cleanup_(freep) char *directory = NULL;
    char text[16];
    int r = find_directory(tree, group, &directory);

    if (r < 0)
        return r;
    (void)snprintf(text, sizeof(text), "%d", (int)pid);
    return write_and_close(open_in(directory, "cgroup.procs", O_WRONLY), text);
}

/* Events. The kernel tells that cgroup.events has changed, several changes as one. */

int cgroup_tree_fd(const CgroupTree *tree)
{
    return tree->events_fd;
}

static void event_take(CgroupTree *tree, const struct inotify_event *event)
{
    struct leaf_record *record;

    if (event->mask & IN_Q_OVERFLOW) {
        for (record = tree->by_leaf; record; record = record->by_leaf.next)
            (void)record_queue_if_used(tree, record);
        return;
    }
    /* Events of a leaf that was removed meanwhile find no record. */
    HASH_FIND(by_watch, tree->by_watch, &event->wd, sizeof(event->wd), record);
    if (record)
        record_queue(tree, record);
}

/* Takes what is there, as much as one read gives. Returns 0 or -errno. */
static int events_read(CgroupTree *tree)
{
    _Alignas(struct inotify_event) char events[EVENTS_SIZE];
    const struct inotify_event *event;
    ssize_t n;

    do {
        n = read(tree->inotify_fd, events, sizeof(events));
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN ? 0 : -errno;
    for (const char *p = events; p < events + n; p += sizeof(*event) + event->len) {
        event = (const void *)p;
        event_take(tree, event);
    }
    return 0;
}

int cgroup_tree_next_event(CgroupTree *tree, struct cgroup_leaf *ret)
{
    int r = tree->queue ? 0 : events_read(tree);

    watch_late_ones(tree);
    if (r < 0 || !tree->queue)
        return r;
    *ret = tree->queue->leaf;
    record_unqueue(tree, tree->queue);
    return 1;
}
