/* SPDX-License-Identifier: MIT */
#include "linux/credentials.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* Where there are two of them, the plain names are those of 16-bit ids. */
#ifdef SYS_setresuid32
#define CALL_SETRESUID SYS_setresuid32
#define CALL_SETRESGID SYS_setresgid32
#define CALL_SETGROUPS SYS_setgroups32
#define CALL_GETRESUID SYS_getresuid32
#else
#define CALL_SETRESUID SYS_setresuid
#define CALL_SETRESGID SYS_setresgid
#define CALL_SETGROUPS SYS_setgroups
#define CALL_GETRESUID SYS_getresuid
#endif

#define KEEP_UID ((uid_t)-1)
#define KEEP_GID ((gid_t)-1)

/* struct credentials.capability_steps */
enum {
    /* The kernel empties the effective set only when the effective uid leaves 0. */
    CAPABILITIES_DROP = 1 << 0,
    /* The way back to uid 0 makes everything permitted effective, to another uid nothing. */
    CAPABILITIES_SET = 1 << 1,
};

/* The calls that are made for each wearing: the result as 0 or -errno. */

static int set_uids(uid_t real, uid_t effective, uid_t saved)
{
    return syscall(CALL_SETRESUID, real, effective, saved) < 0 ? -errno : 0;
}

static int set_gids(gid_t real, gid_t effective, gid_t saved)
{
    return syscall(CALL_SETRESGID, real, effective, saved) < 0 ? -errno : 0;
}

static int set_groups(size_t n, const gid_t *gids)
{
    return syscall(CALL_SETGROUPS, n, gids) < 0 ? -errno : 0;
}

/* Capabilities are per thread in the kernel; capset(2) as a raw call changes the caller's only. */

static int capabilities_read(struct capability_sets *ret)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

    if (syscall(SYS_capget, &header, data) < 0)
        return -errno;
    ret->effective = data[0].effective | (uint64_t)data[1].effective << 32;
    ret->permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    ret->inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
    return 0;
}

static int capabilities_write(const struct capability_sets *sets)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

    for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
        data[i].effective = (uint32_t)(sets->effective >> (32 * i));
        data[i].permitted = (uint32_t)(sets->permitted >> (32 * i));
        data[i].inheritable = (uint32_t)(sets->inheritable >> (32 * i));
    }
    return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

static int capability_steps_read(const struct credentials *c, unsigned *ret)
{
    int securebits = prctl(PR_GET_SECUREBITS);
    const struct capability_sets *sets = &c->capabilities;

    if (securebits < 0)
        return -errno;
    if (sets->effective != 0 && (c->euid != 0 || (securebits & SECBIT_NO_SETUID_FIXUP)))
        *ret = CAPABILITIES_DROP | CAPABILITIES_SET;
    else if (sets->effective != sets->permitted)
        *ret = CAPABILITIES_SET;
    else
        *ret = 0;
    return 0;
}

/* Reading is the same by the C library, which does not pass it on to other threads. */

static int ids_read(struct credentials *c)
{
    if (getresuid(&c->ruid, &c->euid, &c->suid) < 0)
        return -errno;
    return getresgid(&c->rgid, &c->egid, &c->sgid) < 0 ? -errno : 0;
}

/* Into the room that there is; more room is made when the kernel says it does not do. */
static int groups_read(struct credentials *c)
{
    for (;;) {
        int n = c->gids ? getgroups((int)c->gids_capacity, c->gids) : -1;
        gid_t *gids;

        if (n >= 0) {
            c->n_gids = (size_t)n;
            return 0;
        }
        if (c->gids && errno != EINVAL)
            return -errno;
        n = getgroups(0, NULL);
        if (n < 0)
            return -errno;
        /* One more than needed: a capacity of 0 would ask for the count instead. */
        gids = reallocarray(c->gids, (size_t)n + 1, sizeof(*gids));
        if (!gids)
            return -ENOMEM;
        c->gids = gids;
        c->gids_capacity = (size_t)n + 1;
    }
}

int credentials_read(struct credentials *c)
{
    struct credentials now = *c;
    int r = groups_read(&now);

    /* The memory may have moved even if reading failed. */
    c->gids = now.gids;
    c->gids_capacity = now.gids_capacity;
    if (r == 0)
        r = ids_read(&now);
    if (r == 0)
        r = capabilities_read(&now.capabilities);
    if (r == 0)
        r = capability_steps_read(&now, &now.capability_steps);
    if (r < 0)
        return r;
    *c = now;
    return 0;
}

void credentials_done(struct credentials *c)
{
    free(c->gids);
    *c = CREDENTIALS_NONE;
}

static _Noreturn void abort_as_somebody_unknown(const char *call, int error)
{
    (void)dprintf(STDERR_FILENO,
                  "openlogon: cannot take a thread back to the identity it had: %s: %s; "
                  "aborting, since to go on would be to act as somebody else\n",
                  call, strerror(-error));
    abort();
}

/* The uid first: it brings back the capabilities that the rest needs. Async-signal-safe. */
static int go_home(const struct credentials *home, const char **ret_call)
{
    int r = 0;

    *ret_call = "capset";
    if (home->capability_steps)
        r = capabilities_write(&home->capabilities);
    if (r < 0)
        return r;
    *ret_call = "setresuid";
    r = set_uids(KEEP_UID, home->euid, KEEP_UID);
    if (r < 0)
        return r;
    *ret_call = "capset";
    if (home->capability_steps)
        r = capabilities_write(&home->capabilities);
    if (r < 0)
        return r;
    *ret_call = "setresgid";
    r = set_gids(KEEP_GID, home->egid, KEEP_GID);
    if (r < 0)
        return r;
    *ret_call = "setgroups";
    return set_groups(home->n_gids, home->gids);
}

int credentials_bare(const struct credentials *home)
{
    struct capability_sets sets = home->capabilities;

    sets.effective = 0;
    return capabilities_write(&sets);
}

void credentials_unbare(const struct credentials *home)
{
    int r = capabilities_write(&home->capabilities);

    if (r < 0)
        abort_as_somebody_unknown("capset", r);
}

void credentials_restore(const struct credentials *home)
{
    const char *call;
    int r = go_home(home, &call);

    if (r < 0)
        abort_as_somebody_unknown(call, r);
}

static int put_on_ids(const struct kernel_identity *identity, const struct credentials *home)
{
    struct capability_sets sets = home->capabilities;
    int r = set_gids(KEEP_GID, identity->gid, KEEP_GID);

    if (r < 0)
        return r;
    r = set_uids(KEEP_UID, identity->uid, KEEP_UID);
    if (r < 0 || !(home->capability_steps & CAPABILITIES_DROP) || identity->uid == 0)
        return r;
    sets.effective = 0;
    return capabilities_write(&sets);
}

/* From home. On failure the thread is at home again. */
static int put_on(const struct kernel_identity *identity, const struct credentials *home)
{
    int r = set_groups(identity->n_gids, identity->gids);

    if (r < 0)
        return r;
    r = put_on_ids(identity, home);
    if (r < 0)
        credentials_restore(home);
    return r;
}

int credentials_wear(const struct kernel_identity *identity, const struct kernel_identity *worn,
                     const struct credentials *home)
{
    int r;

    /* (uid_t)-1 is the kernel's "leave as it is": the thread would keep its own. */
    if (identity->uid == KEEP_UID || identity->gid == KEEP_GID)
        return -EINVAL;
    if (worn)
        credentials_restore(home);
    r = put_on(identity, home);
    if (r < 0 && worn) {
        int back = put_on(worn, home);

        if (back < 0)
            abort_as_somebody_unknown("the identity worn before", back);
    }
    return r;
}

static bool has_gid(const gid_t *gids, size_t n_gids, gid_t gid)
{
    for (size_t i = 0; i < n_gids; i++) {
        if (gids[i] == gid)
            return true;
    }
    return false;
}

static bool has_all_gids(const gid_t *gids, size_t n_gids, const gid_t *wanted, size_t n_wanted)
{
    for (size_t i = 0; i < n_wanted; i++) {
        if (!has_gid(gids, n_gids, wanted[i]))
            return false;
    }
    return true;
}

bool credentials_equal(const struct kernel_identity *identity, const struct credentials *c)
{
    return identity->uid == c->euid && identity->gid == c->egid &&
           has_all_gids(c->gids, c->n_gids, identity->gids, identity->n_gids) &&
           has_all_gids(identity->gids, identity->n_gids, c->gids, c->n_gids);
}

int credentials_child_restore(const struct credentials *home)
{
    const char *call;

    return go_home(home, &call);
}

/* The saved uid is the one identity that wearing another leaves alone. */
static int child_regain_capabilities(struct capability_sets *ret)
{
    uid_t real, effective, saved;
    int r;

    if (syscall(CALL_GETRESUID, &real, &effective, &saved) < 0)
        return -errno;
    if (effective != saved) {
        r = set_uids(KEEP_UID, saved, KEEP_UID);
        if (r < 0)
            return r;
    }
    r = capabilities_read(ret);
    if (r < 0 || ret->effective == ret->permitted)
        return r;
    ret->effective = ret->permitted;
    return capabilities_write(ret);
}

/* Without CAP_SETPCAP it cannot be done, and what a program could gain by it, it gains anyway. */
static int child_narrow_bounding_set(uint64_t capabilities)
{
    for (unsigned long i = 0; i < 64; i++) {
        if (capabilities & (UINT64_C(1) << i))
            continue;
        if (syscall(SYS_prctl, PR_CAPBSET_DROP, i, 0L, 0L, 0L) < 0)
            return errno == EINVAL || errno == EPERM ? 0 : -errno; /* EINVAL: beyond the last */
    }
    return 0;
}

static int child_set_capabilities(uint64_t capabilities)
{
    const struct capability_sets sets = { capabilities, capabilities, capabilities };
    int r = capabilities_write(&sets);

    if (r < 0)
        return r;
    if (syscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L) < 0)
        return -errno;
    for (unsigned long i = 0; i < 64; i++) {
        if ((capabilities & (UINT64_C(1) << i)) &&
            syscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0L, 0L) < 0)
            return -errno;
    }
    return 0;
}

/* Root has all that is permitted after the exec in any case. */
static int child_clean_root(void)
{
    struct capability_sets sets;
    int r;

    if (syscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L) < 0)
        return -errno;
    r = capabilities_read(&sets);
    if (r < 0 || sets.inheritable == 0)
        return r;
    sets.inheritable = 0;
    return capabilities_write(&sets);
}

/* What is permitted is to outlive the change of the uid. The exec ends that by itself. */
static int child_keep_capabilities(uint64_t capabilities)
{
    int r;

    if (capabilities == 0)
        return 0;
    r = child_narrow_bounding_set(capabilities);
    if (r < 0)
        return r;
    return syscall(SYS_prctl, PR_SET_KEEPCAPS, 1L, 0L, 0L, 0L) < 0 ? -errno : 0;
}

static int child_set_ids(const struct kernel_identity *identity)
{
    int r = set_groups(identity->n_gids, identity->gids);

    if (r == 0)
        r = set_gids(identity->gid, identity->gid, identity->gid);
    if (r == 0)
        r = set_uids(identity->uid, identity->uid, identity->uid);
    return r;
}

int credentials_child_become(const struct kernel_identity *identity)
{
    struct capability_sets own;
    uint64_t capabilities;
    int r;

    if (identity->uid == KEEP_UID || identity->gid == KEEP_GID)
        return -EINVAL;
    r = child_regain_capabilities(&own);
    if (r < 0)
        return r;
    capabilities = identity->uid == 0 ? 0 : identity->capabilities & own.permitted;
    r = child_keep_capabilities(capabilities);
    if (r == 0)
        r = child_set_ids(identity);
    if (r < 0)
        return r;
    return identity->uid == 0 ? child_clean_root() : child_set_capabilities(capabilities);
}

int credentials_child_limit(uint64_t capabilities)
{
    struct capability_sets sets;
    uid_t real, effective, saved;
    int r;

    if (syscall(CALL_GETRESUID, &real, &effective, &saved) < 0)
        return -errno;
    if (effective == 0 || real == 0)
        return 0;
    r = capabilities_read(&sets);
    if (r < 0)
        return r;
    if (sets.permitted == 0 && sets.inheritable == 0)
        return 0; /* as nearly always */
    return child_set_capabilities(capabilities & sets.permitted);
}
