/* SPDX-License-Identifier: MIT */
#include "query/process_facts.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/filetime.h"
#include "base/macros.h"

enum {
    TEXT_SIZE = 8192, /* what is longer is cut */
    PATH_SIZE = 64,
};

/* --- files ---------------------------------------------------------------------------------- */

/* Bytes read, at most TEXT_SIZE - 1, with a zero after them; negative: none. */
static ssize_t read_file(char ret[TEXT_SIZE], uint32_t pid, const char *file)
{
    char path[PATH_SIZE];
    ssize_t n;
    int fd;

    snprintf(path, sizeof(path), "/proc/%" PRIu32 "/%s", pid, file);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    n = read(fd, ret, TEXT_SIZE - 1);
    (void)close(fd);
    if (n >= 0)
        ret[n] = '\0';
    return n;
}

/* --- stat ----------------------------------------------------------------------------------- */

/* Fields of proc(5), numbered from the state, which is the third, on. */
enum field {
    PARENT = 1,
    MINOR_FAULTS = 7,
    MAJOR_FAULTS = 9,
    USER_TICKS = 11,
    KERNEL_TICKS = 12,
    PRIORITY = 15,
    THREADS = 17,
    START_TICKS = 19,
    VIRTUAL_BYTES = 20,
    RESIDENT_PAGES = 21,
    N_FIELDS,
};

/* The fields as numbers; the state, a letter, is 0. */
static void read_fields(uint64_t ret[N_FIELDS], const char *text, const char *end)
{
    memset(ret, 0, N_FIELDS * sizeof(*ret));
    for (size_t i = 0; i < N_FIELDS && text < end; i++) {
        const char *space = memchr(text, ' ', (size_t)(end - text));
        const bool negative = *text == '-';

        for (const char *p = text + negative; p < end && *p >= '0' && *p <= '9'; p++)
            ret[i] = ret[i] * 10 + (uint64_t)(*p - '0');
        if (negative)
            ret[i] = -ret[i];
        text = space ? space + 1 : end;
    }
}

static uint64_t from_ticks(uint64_t ticks, const struct process_clock *clock)
{
    return ticks / clock->ticks_per_second * FILETIME_PER_SECOND +
           ticks % clock->ticks_per_second * FILETIME_PER_SECOND / clock->ticks_per_second;
}

bool process_stat_parse(struct process_stat *ret, const char *line, size_t size,
                        const struct process_clock *clock)
{
    const char *name = memchr(line, '(', size);
    const char *name_end = memrchr(line, ')', size); /* the name may have some of its own */
    uint64_t fields[N_FIELDS];
    size_t length;

    if (!name || !name_end || name_end < name)
        return false;
    *ret = (struct process_stat){ 0 };
    length = (size_t)(name_end - name - 1);
    length = length < PROCESS_NAME_SIZE ? length : PROCESS_NAME_SIZE - 1;
    memcpy(ret->name, name + 1, length);
    name_end += line + size - name_end > 2 ? 2 : 1;
    read_fields(fields, name_end, line + size);
    ret->parent = (uint32_t)fields[PARENT];
    ret->page_faults = fields[MINOR_FAULTS] + fields[MAJOR_FAULTS];
    ret->user_time = from_ticks(fields[USER_TICKS], clock);
    ret->kernel_time = from_ticks(fields[KERNEL_TICKS], clock);
    ret->priority = (int64_t)fields[PRIORITY];
    ret->n_threads = (uint32_t)fields[THREADS];
    ret->started = (int64_t)((uint64_t)clock->boot + from_ticks(fields[START_TICKS], clock));
    ret->virtual_bytes = fields[VIRTUAL_BYTES];
    ret->resident_bytes = fields[RESIDENT_PAGES] * clock->page_size;
    return true;
}

/* Looked at once, so that a process has started at one time, however often it is asked for. */
static struct process_clock machine_clock;

static void set_machine_clock(void)
{
    struct timespec up = { 0 };
    long ticks = sysconf(_SC_CLK_TCK), page = sysconf(_SC_PAGESIZE);

    (void)clock_gettime(CLOCK_BOOTTIME, &up);
    machine_clock = (struct process_clock){
        .boot = filetime_now() - (up.tv_sec * FILETIME_PER_SECOND + up.tv_nsec / 100),
        .ticks_per_second = ticks > 0 ? (uint64_t)ticks : 100,
        .page_size = page > 0 ? (uint64_t)page : 4096,
    };
}

bool process_stat_read(struct process_stat *ret, uint32_t pid)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    char text[TEXT_SIZE];
    ssize_t n = read_file(text, pid, "stat");

    (void)pthread_once(&once, set_machine_clock);
    return n > 0 && process_stat_parse(ret, text, (size_t)n, &machine_clock);
}

/* --- texts ---------------------------------------------------------------------------------- */

char *process_command_line(uint32_t pid)
{
    char text[TEXT_SIZE];
    ssize_t n = read_file(text, pid, "cmdline");

    while (n > 0 && text[n - 1] == '\0')
        n--;
    if (n <= 0)
        return NULL; /* the kernel's own have none */
    for (ssize_t i = 0; i < n; i++)
        text[i] = text[i] ? text[i] : ' ';
    return strndup(text, (size_t)n);
}

char *process_executable(uint32_t pid)
{
    char path[PATH_SIZE], target[PATH_MAX];
    ssize_t n;

    snprintf(path, sizeof(path), "/proc/%" PRIu32 "/exe", pid);
    n = readlink(path, target, sizeof(target));
    return n > 0 ? strndup(target, (size_t)n) : NULL;
}

bool process_descriptors(uint32_t pid, uint64_t *ret)
{
    char path[PATH_SIZE];
    const struct dirent *entry;
    DIR *directory;

    snprintf(path, sizeof(path), "/proc/%" PRIu32 "/fd", pid);
    directory = opendir(path);
    if (!directory)
        return false;
    *ret = 0;
    while ((entry = readdir(directory)))
        *ret += entry->d_name[0] != '.';
    (void)closedir(directory);
    return true;
}

bool process_number(uint32_t pid, const char *file, const char *field, uint64_t *ret)
{
    char text[TEXT_SIZE];
    const size_t length = strlen(field);

    if (read_file(text, pid, file) <= 0)
        return false;
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, field, length) == 0 && line[length] == ':')
            return sscanf(line + length + 1, "%" SCNu64, ret) == 1;
    }
    return false;
}
