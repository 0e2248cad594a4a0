/* SPDX-License-Identifier: MIT */
#include "linux/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>

#include "linux/process_parse.h"

enum {
    /* Both files have what is wanted in their first kilobyte, however many groups there are. */
    TEXT_SIZE = 4096,
    KERNEL_THREAD = 0x00200000, /* PF_KTHREAD of the kernel's sched.h */
};

DEFINE_CLEANUP(DIR *, closedir);

/* A pid that has gone away is told as a missing file or directory, or as ESRCH on reading. */
static int process_error(int error)
{
    return error == ENOENT ? -ESRCH : -error;
}

static int text_read(int directory_fd, const char *name, char ret[TEXT_SIZE])
{
    ssize_t n;
    int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return process_error(errno);
    n = read(fd, ret, TEXT_SIZE - 1);
    n = n < 0 ? process_error(errno) : n;
    (void)close(fd);
    if (n < 0)
        return (int)n;
    ret[n] = '\0';
    return 0;
}

int process_stat_parse(const char *text, struct process_info *ret)
{
    int pid, ppid;
    char state;
    unsigned flags;
    uint64_t start_time;
    const char *name = strchr(text, '(');
    const char *name_end = strrchr(text, ')');
    size_t length;

    /* The name may hold anything: blanks, parentheses, line ends. It ends at the last ")". */
    if (!name || !name_end || name_end < name || sscanf(text, "%d (", &pid) != 1)
        return -EBADMSG;
    /* Fields 3 (state), 4 (ppid), 9 (flags) and 22 (start time) of proc(5). */
    if (sscanf(name_end + 1,
               " %c %d %*s %*s %*s %*s %u %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %" SCNu64,
               &state, &ppid, &flags, &start_time) != 4)
        return -EBADMSG;
    length = (size_t)(name_end - name - 1);
    if (length >= sizeof(ret->comm))
        length = sizeof(ret->comm) - 1;
    memcpy(ret->comm, name + 1, length);
    ret->comm[length] = '\0';
    ret->pid = pid;
    ret->ppid = ppid;
    ret->start_time = start_time;
    ret->has_ended = state == 'Z' || state == 'X';
    ret->is_kernel = (flags & KERNEL_THREAD) != 0;
    return 0;
}

/* The value of a field; the kernel escapes line ends in the name, so a line start is one. */
static const char *status_field(const char *text, const char *field)
{
    const char *found = strstr(text, field);

    return found ? found + strlen(field) : NULL;
}

int process_status_parse(const char *text, struct process_info *ret)
{
    const char *tgid = status_field(text, "\nTgid:");
    const char *uids = status_field(text, "\nUid:");
    const char *gids = status_field(text, "\nGid:");
    int pid;

    if (!tgid || !uids || !gids || sscanf(tgid, "%d", &pid) != 1)
        return -EBADMSG;
    /* /proc/TID exists too, for every thread. */
    if (pid != ret->pid)
        return -ESRCH;
    if (sscanf(uids, "%u %u", &ret->uid, &ret->euid) != 2 ||
        sscanf(gids, "%u %u", &ret->gid, &ret->egid) != 2)
        return -EBADMSG;
    return 0;
}

static int read_below(int directory_fd, struct process_info *ret)
{
    struct process_info info = { 0 };
    char text[TEXT_SIZE];
    int r = text_read(directory_fd, "stat", text);

    if (r == 0)
        r = process_stat_parse(text, &info);
    if (r == 0)
        r = text_read(directory_fd, "status", text);
    if (r == 0)
        r = process_status_parse(text, &info);
    if (r < 0)
        return r;
    *ret = info;
    return 0;
}

int process_info_read(pid_t pid, struct process_info *ret)
{
    char path[32];
    int fd, r;

    if (pid <= 0)
        return -ESRCH;
    /* The open directory stays that of one process, even when its number is given anew. */
    (void)snprintf(path, sizeof(path), "/proc/%d", (int)pid);
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return process_error(errno);
    r = read_below(fd, ret);
    (void)close(fd);
    return r;
}

int process_audit_session(pid_t pid, uint32_t *ret)
{
    char path[40], text[TEXT_SIZE];
    unsigned long session;
    int r;

    (void)snprintf(path, sizeof(path), "/proc/%d/sessionid", (int)pid);
    r = text_read(AT_FDCWD, path, text);
    if (r < 0)
        return r == -ESRCH && access("/proc/self/sessionid", F_OK) < 0 ? -ENODATA : r;
    session = strtoul(text, NULL, 10);
    if (session == 0 || session >= UINT32_MAX) /* all ones: never set */
        return -ENODATA;
    *ret = (uint32_t)session;
    return 0;
}

/* 0 for what is no pid. */
static pid_t pid_of_name(const char *name)
{
    long pid = 0;

    for (const char *p = name; *p; p++) {
        if (*p < '0' || *p > '9' || pid > INT32_MAX / 10 - 1)
            return 0;
        pid = pid * 10 + (*p - '0');
    }
    return (pid_t)pid;
}

static int compare_pids(const void *a, const void *b)
{
    const pid_t *left = a;
    const pid_t *right = b;

    return (*left > *right) - (*left < *right);
}

static int pids_add(pid_t **pids, size_t *n, size_t *capacity, pid_t pid)
{
    if (*n == *capacity) {
        size_t larger = *capacity ? *capacity * 2 : 256;
        pid_t *moved = reallocarray(*pids, larger, sizeof(**pids));

        if (!moved)
            return -ENOMEM;
        *pids = moved;
        *capacity = larger;
    }
    (*pids)[(*n)++] = pid;
    return 0;
}

int process_pids(pid_t **ret, size_t *ret_n)
{
    _cleanup_(closedirp) DIR *directory = opendir("/proc");
    _cleanup_(freep) pid_t *pids = NULL;
    size_t n = 0, capacity = 0;

    if (!directory)
        return -errno;
    for (struct dirent *entry; (errno = 0, entry = readdir(directory));) {
        pid_t pid = pid_of_name(entry->d_name);

        if (pid != 0 && pids_add(&pids, &n, &capacity, pid) < 0)
            return -ENOMEM;
    }
    if (errno != 0)
        return -errno;
    if (n > 0)
        qsort(pids, n, sizeof(*pids), compare_pids);
    *ret = TAKE(pids);
    *ret_n = n;
    return 0;
}

int process_alive(int pidfd)
{
    struct pollfd item = { .fd = pidfd, .events = POLLIN };
    int n;

    do {
        n = poll(&item, 1, 0);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    if (pidfd < 0 || (item.revents & POLLNVAL))
        return -EBADF;
    return n == 0;
}

int process_open(pid_t pid)
{
    long pidfd;

    if (pid <= 0)
        return -ESRCH;
    pidfd = syscall(SYS_pidfd_open, pid, 0);
    return pidfd < 0 ? -errno : (int)pidfd;
}

int process_signal(int pidfd, int signal)
{
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}
