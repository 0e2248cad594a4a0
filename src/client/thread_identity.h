/* SPDX-License-Identifier: MIT */
/*
 * The kernel identity that the calling thread wears on top of the process's own. All of it is the
 * calling thread's alone. What the process's own identity is ("home") is read once per thread, and
 * again when the program has changed its effective ids since.
 */
#ifndef OPENLOGON_CLIENT_THREAD_IDENTITY_H
#define OPENLOGON_CLIENT_THREAD_IDENTITY_H

#include "base/status.h"
#include "linux/credentials.h"

/**
 * Wears an identity instead of the one that is worn now, if any. Who wears one has no effective
 * capability: when it is the process's own, those alone are taken away, and for root, or a process
 * that has none, no system call is made.
 * @identity copied, except its gids: they stay borrowed until the next wear or restore
 * Errors:   PRIVILEGE_NOT_HELD (the kernel refuses), NO_MEMORY; nothing has then changed
 */
_must_check_ nt_status thread_identity_wear(const struct kernel_identity *identity);

/* Back home. Aborts the process when the kernel refuses. */
void thread_identity_restore(void);

/* Home while one thing is done, then back into what was worn; aborts when that fails. */
void thread_identity_suspend(void);
void thread_identity_resume(void);

/* NULL: the thread is at home. */
const struct credentials *thread_identity_home_if_worn(void);

#endif
