/* SPDX-License-Identifier: MIT */
/* The texts of /proc/PID. Internal to process. */
#ifndef OPENLOGON_LINUX_PROCESS_PARSE_H
#define OPENLOGON_LINUX_PROCESS_PARSE_H

#include "linux/process.h"

/* Fills pid, ppid, comm, start_time, is_kernel and has_ended from "stat". Errors: -EBADMSG. */
_must_check_ int process_stat_parse(const char *text, struct process_info *ret);

/* Fills the ids from "status". Errors: -EBADMSG; -ESRCH (it is a thread, and not ret->pid). */
_must_check_ int process_status_parse(const char *text, struct process_info *ret);

#endif
