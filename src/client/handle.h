/* SPDX-License-Identifier: MIT */
/*
 * The process's handles: numbers, multiples of 4, that name an object and what may be done with it.
 * A number comes back as late as can be, and with another generation in its upper bits, so that a
 * closed handle is told from the one that took its place. Thread-safe.
 */
#ifndef OPENLOGON_CLIENT_HANDLE_H
#define OPENLOGON_CLIENT_HANDLE_H

#include <windows.h>

#include "base/status.h"
#include "client/object.h"

enum { HANDLES_MAX = (1 << 20) - 1 };

/* Numbers that stand for something without being in the table. */
#define HANDLE_CURRENT_PROCESS        ((HANDLE)(intptr_t)-1)
#define HANDLE_CURRENT_THREAD         ((HANDLE)(intptr_t)-2)
#define HANDLE_PROCESS_TOKEN          ((HANDLE)(intptr_t)-4)
#define HANDLE_THREAD_TOKEN           ((HANDLE)(intptr_t)-5)
#define HANDLE_THREAD_EFFECTIVE_TOKEN ((HANDLE)(intptr_t)-6)

struct handle_info {
    struct object *object; /* a reference, the caller's to drop */
    uint32_t access;
    uint32_t flags; /* HANDLE_FLAG_* */
};

/* Takes a reference of its own. Errors: INSUFFICIENT_RESOURCES (HANDLES_MAX), NO_MEMORY */
_must_check_ nt_status handle_open(HANDLE *ret, struct object *object, uint32_t access,
                                   uint32_t flags);

/**
 * Finds the object of a handle.
 * @access every one of these rights has to be among the handle's
 * @ret    a reference, the caller's
 * Errors: INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED
 */
_must_check_ nt_status handle_get(HANDLE handle, enum object_type type, uint32_t access,
                                  struct object **ret);

/**
 * Looks at the object of a handle without a reference to it: the handle stays open meanwhile.
 * @peek   called when the handle will do; takes a few instructions and no lock but the object's
 *         stripe
 * Errors: as handle_get()
 */
_must_check_ nt_status handle_peek(HANDLE handle, enum object_type type, uint32_t access,
                                   void (*peek)(struct object *object, void *context),
                                   void *context);

/* The same for any type and any access. Errors: INVALID_HANDLE */
_must_check_ nt_status handle_query(HANDLE handle, struct handle_info *ret);

/* Errors: INVALID_HANDLE */
_must_check_ nt_status handle_set_flags(HANDLE handle, uint32_t mask, uint32_t flags);

/* Errors: INVALID_HANDLE, HANDLE_NOT_CLOSABLE (HANDLE_FLAG_PROTECT_FROM_CLOSE) */
_must_check_ nt_status handle_close(HANDLE handle);

/* Around fork(), which takes the stripes itself. */
void handles_lock(void);
void handles_unlock(void);

#endif
