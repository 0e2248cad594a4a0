/* SPDX-License-Identifier: MIT */
/*
 * Lines for the operator, on stderr. Under systemd (JOURNAL_STREAM is set) each line starts with
 * its priority as <N>, so the journal files it rightly. Libraries use log_debug() only. Callable
 * from any thread; errno is kept.
 */
#ifndef OPENLOGON_BASE_LOG_H
#define OPENLOGON_BASE_LOG_H

#include "base/macros.h"

/* The values of syslog(3). */
enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_INFO = 6,
    LOG_LEVEL_DEBUG = 7,
};

/* Lines of a higher number are left out; LOG_LEVEL_INFO unless set. */
void log_set_level(enum log_level level);
enum log_level log_get_level(void);

/* Prefix of each line, as a program's name; borrowed for ever; NULL for none. */
void log_set_name(const char *name);

void log_line(enum log_level level, const char *format, ...) _printf_(2, 3);

#define log_error(...)   log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...)    log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)   log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
