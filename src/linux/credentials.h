/* SPDX-License-Identifier: MIT */
/*
 * The kernel identity of one thread. A thread that acts as its client wears the client's effective
 * uid, effective gid and supplementary groups; the other threads of the process are not touched.
 *
 * What stays as it was, and why:
 * - The real and saved ids. They are what lets the thread go back, and they keep the client from
 *   sending signals to the service or tracing it while one of its threads wears his identity. So
 *   wearing an identity confines the data of a request, not code that runs in the thread.
 * - Permitted capabilities. Effective ones are empty while an identity other than uid 0 is worn.
 * - The process' "dumpable" flag is not kept: the kernel clears it at the first change and it stays
 *   cleared after the way back. A service that handles others' identities wants no core dumps.
 *
 * The effective uid is used and not the file-system uid: with the latter CAP_SYS_ADMIN and all
 * other capabilities that have nothing to do with files would remain in effect.
 *
 * System calls are made by syscall(2): the functions of the C library would change every thread.
 * For the same reason no thread of a process that uses this module may call setuid() and its like.
 */
#ifndef OPENLOGON_LINUX_CREDENTIALS_H
#define OPENLOGON_LINUX_CREDENTIALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/macros.h"

/* Whom a thread or a process is to act as. Borrows gids; their order does not matter. */
struct kernel_identity {
    uid_t uid;
    gid_t gid;
    size_t n_gids; /* at most NGROUPS_MAX, 65536 */
    const gid_t *gids;
    uint64_t capabilities; /* of a process that becomes it; a thread that wears it has none */
};

/* One 64-bit mask for each of the capability sets that capget(2) reads. */
struct capability_sets {
    uint64_t effective;
    uint64_t permitted;
    uint64_t inheritable;
};

/* A thread's identity as it was read. Starts as CREDENTIALS_NONE; credentials_done() frees it. */
struct credentials {
    uid_t ruid, euid, suid;
    gid_t rgid, egid, sgid;
    size_t n_gids, gids_capacity;
    gid_t *gids; /* owned */
    struct capability_sets capabilities;
    unsigned capability_steps; /* what the kernel does not do by itself when the uid changes */
};

#define CREDENTIALS_NONE ((struct credentials){ 0 })

/**
 * Reads the calling thread's identity: the home that it later comes back to.
 * @c        CREDENTIALS_NONE or an earlier result, whose memory is then used again: to read anew
 *           before each wearing costs system calls (about a microsecond) but no allocation
 * Needs:    a thread that wears nothing, or the result is what it wears
 * Errors:   -ENOMEM and those of the system calls; *c can then only be read anew or freed
 */
_must_check_ int credentials_read(struct credentials *c);

/* Frees what it owns and leaves CREDENTIALS_NONE. */
void credentials_done(struct credentials *c);

/**
 * Makes the calling thread wear an identity.
 * @identity whom to act as
 * @worn     what the thread wears at this time; NULL: nothing, it is at home
 * @home     what credentials_read() told of the thread at home
 * Needs:    CAP_SETUID and CAP_SETGID at home
 * Errors:   -EPERM (without these capabilities), -EINVAL (an id that the user namespace does not
 * map, too many groups), -ENOMEM, -EAGAIN. The thread then wears what it wore before. Where the
 *           kernel does not let it, the process is aborted: it must not go on as somebody unknown
 */
_must_check_ int credentials_wear(const struct kernel_identity *identity,
                                  const struct kernel_identity *worn,
                                  const struct credentials *home);

/* Takes the calling thread's effective capabilities away while its ids stay: it acts for somebody
 * who has its own ids and not its rights. credentials_unbare() gives them back. Errors: -EPERM */
_must_check_ int credentials_bare(const struct credentials *home);
void credentials_unbare(const struct credentials *home); /* aborts the process on failure */

/* Takes the calling thread home, whatever it wears. Aborts the process when the kernel refuses. */
void credentials_restore(const struct credentials *home);

/* True when the effective ids and the groups (as a set) are the identity's. */
bool credentials_equal(const struct kernel_identity *identity, const struct credentials *c);

/*
 * The two that follow are for a child that is about to execute a program. They are
 * async-signal-safe and touch no memory but their own stack, so that they may run in a child that
 * shares its parent's.
 */

/* Takes a child of a thread that may wear an identity home. Returns 0 or -errno; aborts nothing. */
_must_check_ int credentials_child_restore(const struct credentials *home);

/**
 * Makes the child the identity for good: real, effective and saved ids and the groups, no way back.
 * Another uid than 0 has the identity's capabilities, as far as the parent has them, also as
 * ambient ones, so that programs inherit them; the bounding set then has no others, unless
 * CAP_SETPCAP is missing. Without capabilities the bounding set stays as it is: set-user-id
 * programs work. For uid 0 no inheritable or ambient capability stays. Works too in the child of a
 * thread that wears an identity.
 */
_must_check_ int credentials_child_become(const struct kernel_identity *identity);

/* The ids stay; of the capabilities only those stay that are given, as far as the child has them.
 * Nothing is done for uid 0. */
_must_check_ int credentials_child_limit(uint64_t capabilities);

#endif
