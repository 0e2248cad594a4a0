/* SPDX-License-Identifier: MIT */
/*
 * Starts a program as somebody, in a control group from its first instruction on.
 *
 * Two ways lead there. The quick one shares the parent's memory until the program runs, as vfork()
 * does, so that it costs the same in a large process; it can place the child into a control group.
 * The other copies the parent as fork() does; it can stop the child before the program runs.
 * Neither runs the process' pthread_atfork() handlers.
 *
 * The child gets descriptors 0, 1 and 2 and no other, default signal dispositions and an empty
 * signal mask. Until the program runs no SIGCHLD tells of the child; then the kernel sends one as
 * usual.
 */
#ifndef OPENLOGON_LINUX_SPAWN_H
#define OPENLOGON_LINUX_SPAWN_H

#include <sys/types.h>

#include "base/macros.h"
#include "linux/credentials.h"

enum spawn_flags {
    SPAWN_NEW_SESSION = 1 << 0, /* setsid(): no controlling terminal */
    /*
     * Take the way that copies the parent. Needed under uid_wrapper, which keeps a thread's
     * pretended ids in memory, and where the child would change its parent's.
     */
    SPAWN_FORK = 1 << 1,
    /* Of the identity only the capabilities: the ids are the caller's own already. */
    SPAWN_CAPABILITIES_ONLY = 1 << 2,
    SPAWN_NO_NEW_PRIVS = 1 << 3, /* no program that it runs gains rights by its file */
    /* Standard input becomes the controlling terminal of the new session, if it is a terminal that
     * is nobody's. */
    SPAWN_TERMINAL = 1 << 4,
};

/* Where a start failed. */
enum spawn_step {
    SPAWN_STEP_NONE,
    SPAWN_STEP_PREPARE, /* descriptors or memory for the start itself */
    SPAWN_STEP_CREATE,  /* making the process */
    SPAWN_STEP_CGROUP,  /* the kernel refuses to make it in the control group: use before_exec */
    SPAWN_STEP_BEFORE_EXEC, /* the caller's own function failed */
    SPAWN_STEP_SESSION,     /* setsid() */
    SPAWN_STEP_DESCRIPTORS, /* placing 0, 1, 2 or closing the rest */
    SPAWN_STEP_IDENTITY,    /* uid, gid, groups, capabilities */
    SPAWN_STEP_DIRECTORY,   /* chdir(), done as the new identity */
    SPAWN_STEP_EXECUTE,     /* execve(), done as the new identity */
};

/* All that a start needs; everything is borrowed for the call. Set cgroup_fd and fds to -1 for
 * none. */
struct spawn_spec {
    const char *path;        /* the program; with a '/' in it, or search_path is needed */
    const char *search_path; /* directories to look for path in, as in $PATH; NULL: do not look */
    char *const *argv;
    char *const *envp;
    const char *directory;                  /* NULL: the caller's */
    const int *directory_fd;                /* entered before `directory`; NULL: the caller's */
    const struct kernel_identity *identity; /* NULL: the caller's own, see home */
    const struct credentials *home;         /* needed when the calling thread wears an identity */
    int fds[3];                             /* become 0, 1, 2; -1: the caller's 0, 1, 2 */
    int cgroup_fd;                          /* directory of a cgroup v2 group; -1: the caller's */
    unsigned flags;                         /* of enum spawn_flags */

    /*
     * Called in the parent while the child waits for it; a negative result kills the child. Takes
     * the way that copies the parent. NULL: none.
     */
    int (*before_exec)(pid_t pid, int pidfd, void *context);
    void *context;
};

struct spawn_result {
    pid_t pid;
    int pidfd;                   /* owned by the caller; close-on-exec */
    enum spawn_step failed_step; /* the one field that is set on failure */
};

/* How a process ended. */
struct spawn_status {
    int exit_code; /* -1: ended by a signal */
    int signal;    /* 0: ended by itself */
};

/**
 * Returns when the program runs, or has failed to.
 * Needs:    CAP_SETUID and CAP_SETGID for an identity. With a cgroup_fd the thread must wear
 * nothing: the kernel checks the write right to the group against what the thread wears. Errors:
 * -errno of the failed step; no process is left. -EOPNOTSUPP with SPAWN_STEP_CGROUP also for a
 * cgroup_fd on the way that copies the parent.
 */
_must_check_ int spawn_process(const struct spawn_spec *spec, struct spawn_result *ret);

/* For messages: "changing to the working directory". */
const char *spawn_step_name(enum spawn_step step);

/**
 * Waits for the end of a child and reaps it.
 * @timeout_ms  -1: without end
 * Errors:   -ETIMEDOUT; -ECHILD (not the caller's child, or reaped already, by a SIGCHLD that the
 *           program ignores for instance)
 */
_must_check_ int spawn_wait(int pidfd, int timeout_ms, struct spawn_status *ret);

#endif
