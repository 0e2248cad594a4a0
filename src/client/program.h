/* SPDX-License-Identifier: MIT */
/* What CreateProcess() is asked to run, made ready for spawn_process(). */
#ifndef OPENLOGON_CLIENT_PROGRAM_H
#define OPENLOGON_CLIENT_PROGRAM_H

#include <windows.h>

#include "base/status.h"
#include "client/object.h"
#include "linux/spawn.h"

/* What the program gave; borrowed. Texts are UTF-8. */
struct program_request {
    const char *application; /* NULL: the command line's first argument, looked for in PATH */
    const char *command_line;
    const void *environment; /* NULL: the caller's own */
    const char *directory;
    const STARTUPINFOA *startup; /* the W form has the same layout where it matters */
    DWORD creation_flags;
};

/* Owns everything but what it borrows from the request. Starts as PROGRAM_NONE. */
struct program {
    struct spawn_spec spec; /* without identity and control group */
    char *path;
    char **argv;
    char **envp;
    struct object *files[3]; /* keep spec.fds open */
    char luid[40], guid[64]; /* the variables that tell of the session */
    int null_fd;             /* stands for standard handles that are NULL */
};
#define PROGRAM_NONE ((struct program){ .null_fd = -1 })

/* Errors: INVALID_PARAMETER, NOT_SUPPORTED (flags), INVALID_HANDLE (standard handles), NO_MEMORY */
_must_check_ nt_status program_prepare(struct program *ret, const struct program_request *request);
void program_done(struct program *p);

/* The environment tells of the logon session that the program is in: OPENLOGON_LUID and
 * OPENLOGON_LOGON_GUID. */
void program_set_session(struct program *p, uint64_t luid);

/* The status for a start that failed. */
nt_status program_start_status(enum spawn_step step, int error);

#endif
