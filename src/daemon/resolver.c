/* SPDX-License-Identifier: MIT */
#include "daemon/resolver.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/filetime.h"
#include "daemon/logon_result.h"
#include "linux/process.h"
#include "security/idmap.h"

/* A process whose account a worker is asked about. */
struct query {
    Daemon *daemon;
    pid_t pid;         /* 0: no process is asked about, but what any of the uid would be */
    uint32_t uid, gid; /* what the kernel says */
    int pidfd;
    resolver_done done;
    void *context;
};

static void query_free(struct query *query)
{
    if (query->pidfd >= 0)
        (void)close(query->pidfd);
    free(query);
}

/*
 * The origin was read by number. It belongs to the process behind the pidfd if that lives still,
 * since a pid does not pass on before.
 */
static nt_status add_record(Daemon *daemon, const struct process_origin *origin, int pidfd)
{
    ProcessRecord *record;
    nt_status st;

    if (process_alive(pidfd) != 1) {
        (void)close(pidfd);
        return NT(INVALID_CID);
    }
    st = process_table_add(daemon->authority->processes, &record, origin, pidfd);
    return nt_failed(st) ? st : daemon_watch_process(daemon, record);
}

/* NO_SUCH_USER: the account has to be looked up first; uid and gid are set. */
static nt_status find_process_now(struct query *query)
{
    struct process_origin origin;
    nt_status st = process_table_resolve(query->daemon->authority->processes, query->pid, &origin);
    int pidfd;

    if (nt_failed(st) || origin.basis == PROCESS_RECORDED)
        return st;
    if (origin.basis == PROCESS_NO_ACCOUNT) {
        query->uid = origin.info.euid;
        query->gid = origin.info.egid;
        return NT(NO_SUCH_USER);
    }
    pidfd = query->pidfd;
    query->pidfd = -1;
    return add_record(query->daemon, &origin, pidfd);
}

static nt_status find_now(struct query *query)
{
    if (query->pid != 0)
        return find_process_now(query);
    return process_table_uid_token(query->daemon->authority->processes, query->uid)
               ? NT_OK
               : NT(NO_SUCH_USER);
}

static nt_status add_service(Daemon *daemon, uint32_t uid,
                             const Openlogon__Worker__UidResult *uid_result)
{
    struct logon_identity identity;
    sid_buffer user;
    char number[16];
    const char *name = uid_result->name;
    nt_status st = group_loader_check(daemon->groups);

    if (!nt_failed(st))
        st = logon_result_of_uid(&identity, uid_result, daemon->arena);
    if (nt_failed(st))
        return st;
    st = idmap_uid_to_sid(&user, &daemon->authority->machine.sid, uid);
    if (nt_failed(st))
        return st;
    if (!identity.user)
        identity.user = &user.sid;
    if (!*name) {
        (void)snprintf(number, sizeof(number), "%u", uid);
        name = number;
    }
    return authority_add_service(daemon->authority, uid, name, &identity, filetime_now());
}

static nt_status take_account(const struct query *query, nt_status status, const JobResult *result)
{
    nt_status st;

    if (nt_failed(status))
        return status;
    if (!result || result->result_case != OPENLOGON__WORKER__JOB_RESULT__RESULT_UID)
        return NT(INTERNAL_ERROR);
    st = add_service(query->daemon, query->uid, result->uid);
    /* Another process of the uid may have been first. */
    return NT_IS(st, OBJECT_NAME_COLLISION) ? NT_OK : st;
}

static void on_account(Job *job, nt_status status, const JobResult *result, void *context)
{
    struct query *query = context;
    uint32_t uid = query->uid;
    nt_status st = take_account(query, status, result);

    if (!nt_failed(st))
        st = find_now(query);
    query->done(st, query->context);
    process_table_drop_unused_service(query->daemon->authority->processes, uid);
    query_free(query);
}

static nt_status ask_worker(struct query *query)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__UidJob describe = OPENLOGON__WORKER__UID_JOB__INIT;
    nt_status st;

    describe.uid = query->uid;
    describe.gid = query->gid;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_DESCRIBE_UID;
    job.describe_uid = &describe;
    st = worker_pool_submit(query->daemon->pool, &job, on_account, query);
    return nt_failed(st) ? st : NT(PENDING);
}

static nt_status query_start(struct query *query)
{
    nt_status st = find_now(query);

    if (NT_IS(st, NO_SUCH_USER))
        st = ask_worker(query);
    if (!NT_IS(st, PENDING))
        query_free(query);
    return st;
}

nt_status resolver_find(Daemon *daemon, pid_t pid, int pidfd, resolver_done done, void *context)
{
    struct query *query = malloc(sizeof(*query));

    if (pidfd < 0)
        pidfd = process_open(pid);
    if (!query || pidfd < 0) {
        free(query);
        if (pidfd >= 0)
            (void)close(pidfd);
        return query ? NT(INVALID_CID) : NT(NO_MEMORY);
    }
    *query = (struct query){
        .daemon = daemon, .pid = pid, .pidfd = pidfd, .done = done, .context = context
    };
    return query_start(query);
}

nt_status resolver_find_uid(Daemon *daemon, uint32_t uid, uint32_t gid, resolver_done done,
                            void *context)
{
    struct query *query = malloc(sizeof(*query));

    if (!query)
        return NT(NO_MEMORY);
    *query = (struct query){
        .daemon = daemon, .uid = uid, .gid = gid, .pidfd = -1, .done = done, .context = context
    };
    return query_start(query);
}
