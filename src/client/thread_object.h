/* SPDX-License-Identifier: MIT */
/* Threads, as far as handles name them: one of this process, or the first of a started process. */
#ifndef OPENLOGON_CLIENT_THREAD_OBJECT_H
#define OPENLOGON_CLIENT_THREAD_OBJECT_H

#include <windows.h>

#include "base/status.h"
#include "client/object.h"

/* An object of type OBJECT_THREAD; the caller's reference. Errors: NO_MEMORY */
_must_check_ nt_status thread_object_new(struct object **ret, pid_t process, pid_t thread);

/* Whether a handle is the calling thread's: only that one's token can be seen and set.
 * Errors: as handle_get(); NOT_SUPPORTED (another thread's) */
_must_check_ nt_status thread_handle_is_current(HANDLE thread, uint32_t access);

#endif
