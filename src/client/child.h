/* SPDX-License-Identifier: MIT */
/*
 * Processes: those that this one started (their end is waited for and their exit code kept, also
 * when every handle is closed) and others, of which only the pid and the end are known.
 */
#ifndef OPENLOGON_CLIENT_CHILD_H
#define OPENLOGON_CLIENT_CHILD_H

#include <windows.h>

#include "base/status.h"
#include "client/object.h"

/* An object of type OBJECT_PROCESS. */
typedef struct process_object process_object;

/* A child that has just been started; takes the pidfd, also on failure. Errors: NO_MEMORY */
_must_check_ nt_status child_new(process_object **ret, pid_t pid, int pidfd);

/* One that openlogon-spawn has just started, and tells of at this socket. Takes both descriptors,
 * also on failure. Errors: NO_MEMORY */
_must_check_ nt_status spawned_new(process_object **ret, pid_t pid, int pidfd, int news_fd);

/* Any process. Errors: INVALID_CID (there is none), ACCESS_DENIED, NO_MEMORY */
_must_check_ nt_status process_object_open(process_object **ret, pid_t pid);

struct object *process_object_base(process_object *p);
process_object *process_object_of(struct object *object);
process_object *process_object_unref(process_object *p);
DEFINE_CLEANUP(process_object *, process_object_unref);

pid_t process_object_pid(const process_object *p);
int process_object_pidfd(const process_object *p); /* borrowed; readable when it has ended */

/* What to wait for before asking process_object_exit_code() again; borrowed. */
int process_object_wait_fd(process_object *p);

/* Sends it a signal. Errors: ACCESS_DENIED, INVALID_PARAMETER */
_must_check_ nt_status process_object_signal(process_object *p, int number);

/* Whether it has ended, and with what code; a child is reaped here. One that a signal ended has 128
 * and the signal's number, as shells report it; one that process_object_terminate() ended has the
 * code given there.
 * Errors: NOT_SUPPORTED (it has ended, and nobody tells this process with what code) */
_must_check_ nt_status process_object_exit_code(process_object *p, bool *ret_ended,
                                                uint32_t *ret_code);

/* Kills it; of a child `code` is then the exit code. Errors: ACCESS_DENIED */
_must_check_ nt_status process_object_terminate(process_object *p, uint32_t code);

/* Reaps children that have ended and that no handle refers to. */
void children_reap(void);

/* Around fork(): a child's children are not its parent's. */
void children_lock(void);
void children_unlock(void);
void children_forget(void);

#endif
