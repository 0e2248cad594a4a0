/* SPDX-License-Identifier: MIT */
#include "daemon/policy_source.h"

#include <string.h>

#include "base/log.h"
#include "daemon/logon_result.h"

/* The name in policy.db of the policy object's security descriptor, if it is not the default. */
static const char descriptor_name[] = "descriptor";

/* --- reading -----------------------------------------------------------------------------------
 */

static nt_status read_accounts(struct policy_content *ret,
                               const Openlogon__Worker__PolicySnapshot *snapshot,
                               MessageArena *arena)
{
    struct policy_account *accounts =
        message_arena_alloc(arena, (snapshot->n_accounts + 1) * sizeof(*accounts));

    if (!accounts)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < snapshot->n_accounts; i++) {
        const Openlogon__Worker__PolicyAccount *account = snapshot->accounts[i];

        if (nt_failed(logon_result_sid(&accounts[i].sid, &account->sid)) || !accounts[i].sid)
            return NT(INTERNAL_DB_CORRUPTION);
        accounts[i].rights = (struct account_rights){ account->logon_rights, account->privileges };
    }
    ret->accounts = accounts;
    ret->n_accounts = snapshot->n_accounts;
    return NT_OK;
}

static nt_status read_values(struct policy_content *ret,
                             const Openlogon__Worker__PolicySnapshot *snapshot, MessageArena *arena)
{
    struct policy_named_value *values =
        message_arena_alloc(arena, (snapshot->n_values + 1) * sizeof(*values));

    if (!values)
        return NT(NO_MEMORY);
    ret->values = values;
    for (size_t i = 0; i < snapshot->n_values; i++) {
        const ProtobufCBinaryData *bytes = &snapshot->values[i]->value;
        const struct policy_value value = { bytes->data, bytes->len };

        if (strcmp(snapshot->values[i]->name, descriptor_name) == 0)
            ret->descriptor = value;
        else
            values[ret->n_values++] =
                (struct policy_named_value){ snapshot->values[i]->name, value };
    }
    return NT_OK;
}

nt_status policy_source_read(struct policy_content *ret,
                             const Openlogon__Worker__PolicySnapshot *snapshot, MessageArena *arena)
{
    struct policy_content content = { .generation = snapshot->generation };
    nt_status st = read_accounts(&content, snapshot, arena);

    if (!nt_failed(st))
        st = read_values(&content, snapshot, arena);
    if (nt_failed(st))
        return st;
    *ret = content;
    return NT_OK;
}

/* --- loading -----------------------------------------------------------------------------------
 */

struct load {
    Daemon *daemon;
    void (*done)(Daemon *daemon);
};

static nt_status take(Daemon *daemon, const Openlogon__Worker__PolicySnapshot *snapshot)
{
    struct policy_content content;
    nt_status st = policy_source_read(&content, snapshot, daemon->arena);

    if (!nt_failed(st))
        st = policy_load(daemon->authority->policy, &content);
    return st;
}

/* Each logon tries to load it again: one line for each reason is enough. */
static void lose(Daemon *daemon, nt_status st)
{
    const nt_status before = policy_status(daemon->authority->policy);

    policy_fail(daemon->authority->policy, st);
    if (st.code != before.code)
        log_error("cannot read the policy (policy.db in %s): %s; nobody can log on until it can be "
                  "read",
                  daemon->state_dir, nt_status_name(st));
}

nt_status policy_source_take(Daemon *daemon, const Openlogon__Worker__PolicySnapshot *snapshot)
{
    nt_status st = take(daemon, snapshot);

    if (!nt_failed(st))
        return NT_OK;
    lose(daemon, st);
    policy_source_load(daemon, NULL);
    return st;
}

static void end_load(Daemon *daemon, nt_status st, void (*done)(Daemon *daemon))
{
    daemon->policy_loading = false;
    if (nt_failed(st))
        lose(daemon, st);
    if (done)
        done(daemon);
}

static void on_loaded(Job *job, nt_status status, const JobResult *result, void *context)
{
    struct load load = *(struct load *)context;
    nt_status st = status;

    free(context);
    if (NT_IS(st, CANCELLED))
        return; /* openlogond ends */
    if (!nt_failed(st))
        st = result && result->result_case == OPENLOGON__WORKER__JOB_RESULT__RESULT_POLICY
                 ? take(load.daemon, result->policy)
                 : NT(INTERNAL_ERROR);
    end_load(load.daemon, st, load.done);
}

static nt_status submit(struct load *load)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__PolicyLoadJob work = OPENLOGON__WORKER__POLICY_LOAD_JOB__INIT;

    job.work_case = OPENLOGON__WORKER__JOB__WORK_POLICY_LOAD;
    job.policy_load = &work;
    return worker_pool_submit(load->daemon->pool, &job, on_loaded, load);
}

void policy_source_load(Daemon *daemon, void (*done)(Daemon *daemon))
{
    struct load *load;
    nt_status st = NT(NO_MEMORY);

    if (daemon->policy_loading)
        return;
    daemon->policy_loading = true;
    load = malloc(sizeof(*load));
    if (load) {
        *load = (struct load){ daemon, done };
        st = submit(load);
    }
    if (!nt_failed(st))
        return;
    free(load);
    end_load(daemon, st, done);
}
