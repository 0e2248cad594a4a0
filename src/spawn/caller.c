/* SPDX-License-Identifier: MIT */
#include "spawn/caller.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    STATUS_SIZE = 8192,
    LIMITS_SIZE = 4096,
    LIMIT_NAME_WIDTH = 26, /* of a limit's name in the file */
    PATH_SIZE = 64,
    CPU_SETS = 64, /* of 1024 processors each */
};

static int read_file(pid_t pid, const char *name, char *ret, size_t size)
{
    char path[PATH_SIZE];
    ssize_t n;
    int fd;

    (void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    n = read(fd, ret, size - 1);
    (void)close(fd);
    if (n < 0)
        return -errno;
    ret[n] = '\0';
    return 0;
}

/* A line "NAME:\tVALUE" of the status file; a missing one is 0. */
static uint64_t status_value(const char *status, const char *name, int base)
{
    const char *line = strstr(status, name);

    return line ? strtoull(line + strlen(name), NULL, base) : 0;
}

static int read_status(struct caller *c, pid_t pid)
{
    char status[STATUS_SIZE];
    int r = read_file(pid, "status", status, sizeof(status));

    if (r < 0)
        return r == -ENOENT ? -ESRCH : r;
    if (!strstr(status, "\nCapBnd:\t") || !strstr(status, "\nNoNewPrivs:\t") ||
        !strstr(status, "\nUmask:\t"))
        return -EBADMSG;
    c->no_new_privs = status_value(status, "\nNoNewPrivs:\t", 10) != 0;
    c->has_filter = status_value(status, "\nSeccomp:\t", 10) != 0;
    c->umask = (uint32_t)status_value(status, "\nUmask:\t", 8);
    c->bounding = status_value(status, "\nCapBnd:\t", 16);
    return 0;
}

static int read_number(int64_t *ret, pid_t pid, const char *name)
{
    char text[32];
    int r = read_file(pid, name, text, sizeof(text));

    if (r == 0)
        *ret = strtoll(text, NULL, 10);
    return r;
}

static void read_numbers(struct caller *c, pid_t pid)
{
    int64_t number;

    c->login_uid = UINT32_MAX;
    if (read_number(&number, pid, "loginuid") == 0)
        c->login_uid = (uint32_t)number;
    if (read_number(&number, pid, "oom_score_adj") == 0)
        c->oom_score_adj = (int)number;
    c->nice = getpriority(PRIO_PROCESS, (id_t)pid);
}

static uint64_t read_limit(char **at)
{
    char *text = *at + strspn(*at, " ");
    uint64_t value;

    if (strncmp(text, "unlimited", strlen("unlimited")) == 0) {
        *at = text + strlen("unlimited");
        return RLIM_INFINITY;
    }
    value = strtoull(text, at, 10);
    return value;
}

/* The file and not prlimit(2), which needs CAP_SYS_RESOURCE for another user's process. Its lines
 * are in the order of the limits' numbers, behind a headline. */
static int read_limits(struct caller *c, pid_t pid)
{
    char text[LIMITS_SIZE], *line;
    int r = read_file(pid, "limits", text, sizeof(text));

    if (r < 0)
        return r;
    _Static_assert((int)RLIM_NLIMITS <= (int)CALLER_LIMITS, "there is no room for a limit");
    line = text;
    for (c->n_limits = 0; c->n_limits < RLIM_NLIMITS; c->n_limits++) {
        char *at;

        line = strchr(line, '\n');
        if (!line || strlen(++line) < LIMIT_NAME_WIDTH)
            return -EBADMSG;
        at = line + LIMIT_NAME_WIDTH;
        c->limits[c->n_limits].soft = read_limit(&at);
        c->limits[c->n_limits].hard = read_limit(&at);
    }
    return 0;
}

static int is_same_file(pid_t pid, const char *name, bool *ret)
{
    char theirs[PATH_SIZE], ours[PATH_SIZE];
    struct stat a, b;

    (void)snprintf(theirs, sizeof(theirs), "/proc/%d/%s", (int)pid, name);
    (void)snprintf(ours, sizeof(ours), "/proc/self/%s", name);
    if (stat(ours, &b) < 0)
        return errno == ENOENT ? 0 : -errno; /* a kernel without namespaces of this kind */
    if (stat(theirs, &a) < 0)
        return -errno;
    *ret = *ret && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
    return 0;
}

static int read_place(struct caller *c, pid_t pid)
{
    static const char *const names[] = { "root",   "ns/mnt", "ns/user", "ns/net",   "ns/pid",
                                         "ns/ipc", "ns/uts", "ns/time", "ns/cgroup" };
    bool same = true;

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        int r = is_same_file(pid, names[i], &same);

        if (r < 0)
            return r;
    }
    c->is_elsewhere = !same;
    return 0;
}

static int check_alive(int pidfd)
{
    struct pollfd end = { .fd = pidfd, .events = POLLIN };
    int r = poll(&end, 1, 0);

    if (r < 0)
        return -errno;
    return r == 0 ? 0 : -ESRCH;
}

/* As long as it lives, its pid is no other's: so that is looked at last. */
int caller_read(struct caller *ret, pid_t pid, int pidfd, unsigned flags)
{
    struct caller c = { 0 };
    int r = read_status(&c, pid);

    if (r == 0)
        r = read_limits(&c, pid);
    if (r == 0 && (flags & CALLER_PLACE))
        r = read_place(&c, pid);
    if (r < 0)
        return r;
    read_numbers(&c, pid);
    r = check_alive(pidfd);
    if (r == 0)
        *ret = c;
    return r;
}

static void write_number(const char *path, int64_t number)
{
    char text[32];
    int length = snprintf(text, sizeof(text), "%" PRId64, number);
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)!write(fd, text, (size_t)length);
    (void)close(fd);
}

/* Without CAP_SYS_RESOURCE there are limits that cannot be raised to the caller's. */
static int take_limit(int resource, uint64_t soft, uint64_t hard)
{
    struct rlimit own, limit = { soft, hard };

    if (setrlimit((__rlimit_resource_t)resource, &limit) == 0)
        return 0;
    if (errno != EPERM || getrlimit((__rlimit_resource_t)resource, &own) < 0)
        return -errno;
    limit.rlim_max = hard < own.rlim_max ? hard : own.rlim_max;
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    return setrlimit((__rlimit_resource_t)resource, &limit) < 0 ? -errno : 0;
}

static void take_processors(pid_t pid)
{
    cpu_set_t sets[CPU_SETS];

    if (sched_getaffinity(pid, sizeof(sets), sets) == 0)
        (void)sched_setaffinity(0, sizeof(sets), sets);
}

int caller_take_over(const struct caller *c, pid_t pid)
{
    (void)umask(c->umask & 0777);
    take_processors(pid);
    (void)setpriority(PRIO_PROCESS, 0, c->nice);
    write_number("/proc/self/oom_score_adj", c->oom_score_adj);
    if (c->login_uid != UINT32_MAX)
        write_number("/proc/self/loginuid", c->login_uid);
    for (unsigned i = 0; i < c->n_limits; i++) {
        int r = take_limit((int)i, c->limits[i].soft, c->limits[i].hard);

        if (r < 0)
            return r;
    }
    return 0;
}
