/* SPDX-License-Identifier: MIT */
#include "authority/prepared_process.h"

#include <errno.h>

#include "security/privilege.h"

nt_status prepared_process_new(PreparedProcess **ret, LeafTable *leaves,
                               const struct prepared_spec *spec, int *ret_dirfd)
{
    _cleanup_(prepared_process_freep) PreparedProcess *prepared = calloc(1, sizeof(*prepared));
    int dirfd = -1;
    nt_status st;

    if (!prepared)
        return NT(NO_MEMORY);
    prepared->leaves = leaves;
    prepared->uid = spec->uid;
    prepared->caller_uid = spec->caller_uid;
    prepared->caller_pid = spec->caller_pid;
    st = token_duplicate_primary(&prepared->token, spec->token, spec->privileges_present,
                                 spec->privileges_enabled);
    if (nt_failed(st))
        return st;
    st = leaf_make(leaves, &prepared->leaf, &dirfd, prepared->token, spec->uid, NULL);
    if (nt_failed(st) && !NT_IS(st, NOT_SUPPORTED))
        return st;
    if (prepared->leaf)
        prepared->leaf->prepared = prepared;
    *ret_dirfd = dirfd;
    *ret = TAKE(prepared);
    return NT_OK;
}

PreparedProcess *prepared_process_free(PreparedProcess *prepared)
{
    if (!prepared)
        return NULL;
    if (prepared->owner)
        id_map_remove(prepared->owner, &prepared->node);
    if (prepared->leaf) {
        prepared->leaf->prepared = NULL;
        leaf_drop_if_empty(prepared->leaves, prepared->leaf);
    }
    token_unref(prepared->token);
    quota_return(&prepared->charge);
    free(prepared);
    return NULL;
}

void prepared_process_leaf_changed(LeafTable *leaves, struct cgroup_leaf name)
{
    struct leaf *leaf = leaf_table_find(leaves, name);

    if (!leaf)
        return;
    if (leaf->prepared)
        prepared_process_free(leaf->prepared);
    else
        leaf_drop_if_empty(leaves, leaf);
}

static bool moved_to_leaf(const PreparedProcess *prepared, const struct process_system *system,
                          pid_t pid)
{
    if (!prepared->leaf)
        return false;
    return leaf_table_of_process(prepared->leaves, pid) == prepared->leaf ||
           system->leaf_move(prepared->leaf->name, pid, system->context) >= 0;
}

static nt_status add_record(PreparedProcess *prepared, ProcessTable *processes,
                            const struct process_info *info, ProcessRecord **ret)
{
    struct process_origin origin = { .basis = PROCESS_INHERITED,
                                     .info = *info,
                                     .token = prepared->token };
    int pidfd = process_open(info->pid);

    if (pidfd < 0)
        return pidfd == -ESRCH ? NT(INVALID_CID) : nt_from_errno(pidfd);
    origin.info.euid = prepared->uid; /* which it is not yet when it still waits to become it */
    return process_table_add(processes, ret, &origin, pidfd);
}

nt_status prepared_process_started(PreparedProcess *prepared, ProcessTable *processes,
                                   const struct process_system *system, pid_t pid,
                                   ProcessRecord **ret_record)
{
    struct process_info info;
    int r = system->info(pid, &info, system->context);

    *ret_record = NULL;
    if (r < 0)
        return r == -ESRCH ? NT(INVALID_CID) : nt_from_errno(r);
    if (info.ppid != prepared->caller_pid)
        return NT(ACCESS_DENIED);
    if (info.uid != prepared->uid && info.uid != prepared->caller_uid)
        return NT(ACCESS_DENIED);
    if (moved_to_leaf(prepared, system, pid))
        return NT_OK;
    return add_record(prepared, processes, &info, ret_record);
}

nt_status prepared_process_allowed(const token_image *token, const token_image *process)
{
    const uint64_t needed =
        PRIVILEGE_BIT(PRIVILEGE_INCREASE_QUOTA) | PRIVILEGE_BIT(PRIVILEGE_ASSIGN_PRIMARY_TOKEN);

    if (token_image_type(token) != TokenPrimary && token_image_level(token) < SecurityImpersonation)
        return NT(BAD_IMPERSONATION_LEVEL);
    if (token_image_is_narrowing(token, process))
        return NT_OK;
    return needed & ~token_image_privileges_present(process) ? NT(PRIVILEGE_NOT_HELD) : NT_OK;
}
