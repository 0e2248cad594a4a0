/* SPDX-License-Identifier: MIT */
/* What the kernel tells the caller of a process; what it does not tell is 0, or NULL. */
#ifndef OPENLOGON_QUERY_PROCESS_FACTS_H
#define OPENLOGON_QUERY_PROCESS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROCESS_NAME_SIZE = 64 };

/* Of /proc/PID/stat, proc(5); times in FILETIME's unit, sizes in bytes. */
struct process_stat {
    char name[PROCESS_NAME_SIZE]; /* as the process calls itself: any bytes */
    uint32_t parent;
    uint64_t page_faults;
    uint64_t user_time, kernel_time;
    int64_t priority;
    uint32_t n_threads;
    int64_t started; /* FILETIME */
    uint64_t virtual_bytes, resident_bytes;
};

/* Of the machine, for what a stat line counts from or in. */
struct process_clock {
    int64_t boot; /* FILETIME */
    uint64_t ticks_per_second, page_size;
};

/* Reads a line; what is beyond its end is 0. False: it has no name. */
bool process_stat_parse(struct process_stat *ret, const char *line, size_t size,
                        const struct process_clock *clock);

bool process_stat_read(struct process_stat *ret, uint32_t pid); /* false: it has ended */

/* Arguments in one line, and the program's file; from malloc(). NULL: it is not told. */
char *process_command_line(uint32_t pid);
char *process_executable(uint32_t pid);

/* How many descriptors it has. False: it is not told. */
bool process_descriptors(uint32_t pid, uint64_t *ret);

/* Of /proc/PID/io and /proc/PID/status by the name before the colon. False: it is not told. */
bool process_number(uint32_t pid, const char *file, const char *field, uint64_t *ret);

#endif
