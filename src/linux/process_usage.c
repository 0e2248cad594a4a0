/* SPDX-License-Identifier: MIT */
#include "linux/process_usage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TEXT_SIZE = 4096,
    BYTES_PER_KB = 1024,
    UNITS_PER_SECOND = 10 * 1000 * 1000,
};

DEFINE_CLEANUP(DIR *, closedir);

static int text_read(int directory_fd, const char *name, char ret[TEXT_SIZE])
{
    ssize_t n;
    int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? -ESRCH : -errno;
    n = read(fd, ret, TEXT_SIZE - 1);
    n = n < 0 ? -errno : n;
    (void)close(fd);
    if (n < 0)
        return (int)n;
    ret[n] = '\0';
    return 0;
}

/* The number of a field; 0 when there is none. */
static uint64_t number_of(const char *text, const char *field)
{
    const char *found = strstr(text, field);
    uint64_t number = 0;

    if (found)
        (void)sscanf(found + strlen(field), " %" SCNu64, &number);
    return number;
}

static void take_status(struct process_usage *usage, const char *text)
{
    usage->n_threads = (uint32_t)number_of(text, "\nThreads:");
    usage->virtual_bytes = number_of(text, "\nVmSize:") * BYTES_PER_KB;
    usage->virtual_peak_bytes = number_of(text, "\nVmPeak:") * BYTES_PER_KB;
    usage->resident_bytes = number_of(text, "\nVmRSS:") * BYTES_PER_KB;
    usage->resident_peak_bytes = number_of(text, "\nVmHWM:") * BYTES_PER_KB;
}

/* Fields 14 and 15 of proc(5), behind the name, which may hold anything. */
static int take_stat(struct process_usage *usage, const char *text)
{
    const char *name_end = strrchr(text, ')');
    const long per_second = sysconf(_SC_CLK_TCK);
    uint64_t user, kernel;

    if (!name_end || per_second <= 0 ||
        sscanf(name_end + 1, " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %" SCNu64 " %" SCNu64,
               &user, &kernel) != 2)
        return -EBADMSG;
    usage->user_time = (int64_t)(user * UNITS_PER_SECOND / (uint64_t)per_second);
    usage->kernel_time = (int64_t)(kernel * UNITS_PER_SECOND / (uint64_t)per_second);
    return 0;
}

static uint32_t count_descriptors(int directory_fd)
{
    _cleanup_(closedirp) DIR *directory = NULL;
    int fd = openat(directory_fd, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    uint32_t n = 0;

    if (fd < 0)
        return 0;
    directory = fdopendir(fd);
    if (!directory) {
        (void)close(fd);
        return 0;
    }
    for (const struct dirent *entry; (entry = readdir(directory));)
        n += entry->d_name[0] != '.';
    return n;
}

static int read_below(int directory_fd, struct process_usage *ret)
{
    struct process_usage usage = { 0 };
    char text[TEXT_SIZE];
    int r = text_read(directory_fd, "status", text);

    if (r < 0)
        return r;
    take_status(&usage, text);
    r = text_read(directory_fd, "stat", text);
    if (r == 0)
        r = take_stat(&usage, text);
    if (r < 0)
        return r;
    usage.n_descriptors = count_descriptors(directory_fd);
    *ret = usage;
    return 0;
}

int process_usage_read(pid_t pid, struct process_usage *ret)
{
    char path[32];
    int fd, r;

    if (pid <= 0)
        return -ESRCH;
    (void)snprintf(path, sizeof(path), "/proc/%d", (int)pid);
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? -ESRCH : -errno;
    r = read_below(fd, ret);
    (void)close(fd);
    return r;
}
