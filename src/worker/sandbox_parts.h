/* SPDX-License-Identifier: MIT */
/* The parts of a sandbox, each by its mechanism. For sandbox.c only. */
#ifndef OPENLOGON_WORKER_SANDBOX_PARTS_H
#define OPENLOGON_WORKER_SANDBOX_PARTS_H

#include <stdbool.h>

#include "base/macros.h"
#include "ipc/worker.pb-c.h"

/* Of a mount namespace of its own: hides, makes read-only, and leaves the package's directory.
 * Each returns 0 or -errno. */
_must_check_ int sandbox_arrange_mounts(const Openlogon__Worker__Sandbox *box);
_must_check_ int sandbox_hide_processes(void); /* a /proc that shows its own only */

enum sandbox_filter_flags {
    SANDBOX_FILTER_KEYRINGS = 1, /* the kernel's keyrings may be used */
};

/* System calls that no package needs fail with EPERM. Returns 0 or -errno. */
_must_check_ int sandbox_filter_calls(enum sandbox_filter_flags flags);

#endif
