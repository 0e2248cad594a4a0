/* SPDX-License-Identifier: MIT */
/*
 * What openlogon-spawn is told, and what it tells.
 *
 * openlogond sends it orders: as whom to start a program, with the socket of the program that wants
 * it. On that socket waits one message with descriptors: what to start. From then on the spawner
 * tells news by it: that the program runs or why not, and in the end how it ended; and takes
 * signals for it. Whoever starts a program says nothing of identities, and openlogond reads nothing
 * of programs.
 */
#ifndef OPENLOGON_IPC_SPAWN_MESSAGE_H
#define OPENLOGON_IPC_SPAWN_MESSAGE_H

#include <sys/types.h>

#include "base/status.h"

enum {
    SPAWN_CONTROL_FD = 3, /* in openlogon-spawn: orders come here */

    SPAWN_GIDS_MAX = 65536, /* of an order */
    SPAWN_ORDER_MAX = 64 + 4 * SPAWN_GIDS_MAX,
    SPAWN_PROGRAM_MAX = 6 * 1024 * 1024, /* what execve(2) takes at most */
};

/* The descriptors that come with an order. The last is absent where there is no control group. */
enum { ORDER_FD_CLIENT, ORDER_FD_CALLER /* its pidfd */, ORDER_FD_CGROUP, ORDER_FDS_MAX };

enum spawn_order_flags {
    /* The caller has no privilege for this: what confines it confines what it starts. */
    SPAWN_ORDER_CONFINED = 1 << 0,
    SPAWN_ORDER_NO_NEW_PRIVS = 1 << 1,
    SPAWN_ORDER_FLAGS_ALL = (1 << 2) - 1,
};

/* As whom, and for whom. The decoded one owns its gids. */
struct spawn_order {
    uint32_t uid, gid;
    uint32_t flags;
    uint32_t caller_pid;
    uint64_t capabilities;
    uint32_t *gids;
    size_t n_gids;
};

/* Errors: NO_MEMORY, BUFFER_TOO_SMALL (too many gids) */
_must_check_ nt_status spawn_order_encode(const struct spawn_order *order, void **ret,
                                          size_t *ret_size);
/* Errors: INVALID_PARAMETER, NO_MEMORY */
_must_check_ nt_status spawn_order_decode(struct spawn_order *ret, const void *bytes, size_t size);
void spawn_order_done(struct spawn_order *order); /* for _cleanup_() too */

/* The descriptors that come with a program: its text, the caller's directory, then those of 0, 1
 * and 2 that there are. */
enum { PROGRAM_FD_TEXT, PROGRAM_FD_DIRECTORY, PROGRAM_FD_STDIO, PROGRAM_FDS_MAX = 5 };

enum spawn_program_flags {
    SPAWN_PROGRAM_TERMINAL = 1 << 0, /* standard input is to be the controlling terminal */
    SPAWN_PROGRAM_FLAGS_ALL = (1 << 1) - 1,
};

/* The decoded one owns the two vectors; its texts lie in what it was decoded from. */
struct spawn_program {
    uint32_t flags;
    uint32_t stdio;                             /* bit n: descriptor n comes along */
    const char *path, *search_path, *directory; /* the last two may be NULL */
    char **argv, **envp;
};

/* Errors: NO_MEMORY, BUFFER_TOO_SMALL (SPAWN_PROGRAM_MAX) */
_must_check_ nt_status spawn_program_encode(const struct spawn_program *program, void **ret,
                                            size_t *ret_size);
/* Errors: INVALID_PARAMETER, NO_MEMORY */
_must_check_ nt_status spawn_program_decode(struct spawn_program *ret, const void *bytes,
                                            size_t size);
void spawn_program_done(struct spawn_program *program); /* for _cleanup_() too */

enum spawn_news_kind {
    SPAWN_NEWS_FAILED = 1, /* step and error; nothing follows */
    SPAWN_NEWS_RUNS,       /* pid; the pidfd comes along */
    SPAWN_NEWS_EXITED,     /* value: the exit code */
    SPAWN_NEWS_SIGNALLED,  /* value: the number of the signal that ended it */
};

/* A message as it stands here. One of another size makes no sense. */
struct spawn_news {
    uint32_t kind;
    uint32_t step; /* enum spawn_step of linux/spawn.h */
    int32_t error; /* -errno */
    uint32_t pid;
    uint32_t value;
};

/* The signal that the program's starter wants it to get. */
struct spawn_signal {
    uint32_t number;
};

#endif
