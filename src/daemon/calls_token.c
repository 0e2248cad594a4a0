/* SPDX-License-Identifier: MIT */
#include "daemon/calls.h"

#include <unistd.h>

#include "authority/token_access.h"
#include "daemon/resolver.h"
#include "linux/process.h"
#include "security/privilege.h"

/* --- hello -------------------------------------------------------------------------------------
 */

static void say_hello(Daemon *daemon, const Client *client, struct answer *answer)
{
    Authority *authority = daemon->authority;
    Openlogon__HelloReply *hello = &answer->hello;

    openlogon__hello_reply__init(hello);
    hello->version = PROTOCOL_VERSION;
    hello->machine_sid =
        (ProtobufCBinaryData){ sid_length(&authority->machine.sid), authority->machine.bytes };
    hello->machine_name = authority->machine_name;
    hello->enforces_identity = authority->enforces_identity;
    hello->holder = client->holder.id;
    hello->reclaimed = client->state == CLIENT_RECLAIMING;
    answer->kind = hello->reclaimed || hello->holder == 0 ? OUTBOX_TELLS : OUTBOX_CHANGES;
    answer->reply.result_case = OPENLOGON__REPLY__RESULT_HELLO;
    answer->reply.hello = hello;
    if (hello->holder != 0) /* who passes by looks at nothing twice */
        answer->fd = dup(token_store_page_fd(authority->tokens));
}

/* What a hello asks for. */
struct greeting {
    uint64_t former; /* holder; 0: none */
    bool passing;
};

static struct greeting greeting_of(const Openlogon__HelloRequest *request)
{
    return (struct greeting){ .former = request->holder, .passing = request->passing };
}

/* The client's process is known: what it held before is its own again, or it begins with nothing.
 */
static nt_status take_in(Daemon *daemon, Client *client, struct greeting greeting)
{
    const ProcessRecord *process = client_process(client);
    nt_status st;

    if (!process)
        return NT(PROCESS_IS_TERMINATING);
    if (greeting.passing) {
        client->state = CLIENT_READY;
        return NT_OK;
    }
    if (greeting.former != 0 && orphan_take(daemon->orphans, greeting.former, process, client->uid,
                                            &client->holder, &client->tokens)) {
        client->state = CLIENT_RECLAIMING;
        return NT_OK;
    }
    if (journal_is_failing(daemon->authority->journal))
        return NT(DISK_FULL);
    st = holder_begin(&client->holder, daemon->authority, process, client->uid, &daemon->lines);
    if (nt_failed(st))
        return st;
    client->tokens.owner = client->holder.record;
    client->state = CLIENT_READY;
    return NT_OK;
}

struct hello_request {
    struct pending pending;
    struct greeting greeting;
};

static void on_client_resolved(nt_status status, void *context)
{
    struct hello_request *hello = context;
    Client *client = pending_client(&hello->pending);
    nt_status st = status;
    struct answer answer;

    answer_init(&answer);
    if (client) {
        client->state = CLIENT_NEW;
        if (!nt_failed(st))
            st = take_in(hello->pending.daemon, client, hello->greeting);
        if (!nt_failed(st))
            say_hello(hello->pending.daemon, client, &answer);
        hello->pending.kind = answer.kind;
        pending_answer(&hello->pending, &answer, st);
        client_set_resume(hello->pending.daemon->clients, client);
    }
    answer_done(&answer);
    pending_done(&hello->pending);
    free(hello);
}

static nt_status resolve_client(struct call *call)
{
    struct hello_request *hello = malloc(sizeof(*hello));
    Client *client = call->client;
    int pidfd = client->pidfd;
    nt_status st;

    if (!hello)
        return NT(NO_MEMORY);
    /* Not charged: a connection waits for one account at most. */
    pending_init(&hello->pending, call->daemon, client, call->request);
    hello->greeting = greeting_of(call->request->hello);
    client->pidfd = -1;
    st = resolver_find(call->daemon, client->pid, pidfd, on_client_resolved, hello);
    if (NT_IS(st, PENDING)) {
        client->state = CLIENT_WAITING; /* nothing more is read until it is known who asks */
        client_set_pause(call->daemon->clients, client);
        return st;
    }
    pending_done(&hello->pending);
    free(hello);
    return st;
}

nt_status call_hello(struct call *call)
{
    nt_status st;

    if (call->request->hello->version != PROTOCOL_VERSION)
        return NT(REVISION_MISMATCH);
    st = resolve_client(call);
    if (nt_failed(st) || NT_IS(st, PENDING))
        return st;
    st = take_in(call->daemon, call->client, greeting_of(call->request->hello));
    if (nt_failed(st))
        return st;
    say_hello(call->daemon, call->client, &call->answer);
    return NT_OK;
}

nt_status call_reclaim(struct call *call)
{
    const Openlogon__ReclaimRequest *request = call->request->reclaim;
    Client *client = call->client;

    if (request->n_token_ids != request->n_counts)
        return NT(INVALID_PARAMETER);
    for (size_t i = 0; i < request->n_token_ids; i++)
        token_refs_claim(&client->tokens, request->token_ids[i], request->counts[i]);
    if (request->more)
        return NT_OK;
    token_refs_settle(&client->tokens);
    client->state = CLIENT_READY;
    return NT_OK;
}

nt_status call_keep(struct call *call)
{
    if (call->client->holder.id == 0)
        return NT(INVALID_PARAMETER); /* it is passing */
    return holder_give_line(&call->client->holder, &call->answer.fd);
}

/* Words that a former openlogond made are nobody's any more; what they said the process tells. */
nt_status call_share_words(struct call *call)
{
    const Openlogon__ShareWordsRequest *request = call->request->share_words;
    const ProcessRecord *process = client_process(call->client);
    struct token_ref *ref;
    nt_status st = token_refs_find(&call->client->tokens, request->token_id, &ref);

    if (nt_failed(st))
        return st;
    if (!process || ref->token != process->token || !(ref->granted & TOKEN_ADJUST_PRIVILEGES))
        return NT(ACCESS_DENIED);
    token_take_enabled(ref->token, request->enabled);
    return token_share_privileges(ref->token, call->client->authority->quotas, call->client->uid,
                                  &call->answer.fd);
}

/* --- tokens of processes -----------------------------------------------------------------------
 */

/* Somebody else's process whose account is being looked up. */
struct open_request {
    struct pending pending;
    pid_t pid;
    uint32_t desired;
};

/* A process that does not get the words asks by message. */
static void share_own_token(Client *client, const ProcessRecord *process, uint32_t granted,
                            struct answer *answer)
{
    client->tokens.own_token = token_id(process->token);
    if (granted & TOKEN_ADJUST_PRIVILEGES)
        (void)token_share_privileges(process->token, client->authority->quotas, client->uid,
                                     &answer->fd)
            .code;
}

/* A process acts with its token whatever its descriptor says of opening it. */
static nt_status check_open(const ProcessRecord *process, const token_image *caller, bool is_own,
                            uint32_t desired, uint32_t *ret_granted)
{
    nt_status st = token_access_check(process->token, caller, desired, ret_granted);

    if (!is_own || desired != MAXIMUM_ALLOWED || !NT_IS(st, ACCESS_DENIED))
        return st;
    *ret_granted = 0;
    return NT_OK;
}

static nt_status open_recorded(Client *client, const token_image *caller, pid_t pid,
                               uint32_t desired, struct answer *answer)
{
    const ProcessRecord *process = process_table_find(client->authority->processes, pid);
    uint32_t granted;
    nt_status st;

    if (!process)
        return NT(INVALID_CID);
    st = check_open(process, caller, pid == client->pid, desired, &granted);
    if (nt_failed(st))
        return st;
    if (pid == client->pid)
        share_own_token(client, process, granted, answer);
    return answer_give_token(answer, client, process->token, granted);
}

/* Whose token somebody else now has. */
static void publish_opened(const struct open_request *open)
{
    const Daemon *daemon = open->pending.daemon;
    const ProcessRecord *process = process_table_find(daemon->authority->processes, open->pid);
    struct event event = { .type = EVENT_TOKEN_OPENED, .actor = open->pending.actor };

    if (!process)
        return;
    event_about_session(&event, token_session(process->token));
    event.token = token_id(process->token);
    if (event.session != event.actor.session)
        event_publish(daemon->events, &event);
}

static nt_status open_resolved(const struct open_request *open, Client *client, nt_status status,
                               struct answer *answer)
{
    const token_image *caller;
    nt_status st = status;

    if (!nt_failed(st))
        st = call_caller_of(client, open->pending.effective_token, &caller);
    if (!nt_failed(st))
        st = open_recorded(client, caller, open->pid, open->desired, answer);
    if (!nt_failed(st))
        publish_opened(open);
    return st;
}

static void on_process_resolved(nt_status status, void *context)
{
    struct open_request *open = context;
    Client *client = pending_client(&open->pending);
    struct answer answer;

    answer_init(&answer);
    if (client)
        pending_answer(&open->pending, &answer, open_resolved(open, client, status, &answer));
    answer_done(&answer);
    pending_done(&open->pending);
    free(open);
}

/* A process of the caller's uid; of any uid for SYSTEM and holders of SeDebugPrivilege. */
static nt_status may_open(struct call *call, pid_t pid)
{
    struct process_info info;

    if (process_info_read(pid, &info) < 0)
        return NT(INVALID_CID);
    if (caller_is_system(call->caller) ||
        caller_has_privileges(call->caller, PRIVILEGE_BIT(PRIVILEGE_DEBUG)))
        return NT_OK;
    if (info.uid == call->client->uid && info.euid == call->client->uid)
        return NT_OK;
    return NT(ACCESS_DENIED);
}

static nt_status open_other(struct call *call, pid_t pid, uint32_t desired)
{
    struct open_request *open = malloc(sizeof(*open));
    nt_status st;

    if (!open)
        return NT(NO_MEMORY);
    open->pid = pid;
    open->desired = desired;
    pending_init(&open->pending, call->daemon, call->client, call->request);
    st = pending_charge(&open->pending, call->client);
    if (!nt_failed(st))
        st = resolver_find(call->daemon, pid, -1, on_process_resolved, open);
    if (NT_IS(st, PENDING))
        return st;
    if (!nt_failed(st))
        st = open_resolved(open, call->client, st, &call->answer);
    pending_done(&open->pending);
    free(open);
    return st;
}

nt_status call_open_process_token(struct call *call)
{
    const Openlogon__OpenProcessTokenRequest *request = call->request->open_process_token;
    nt_status st;

    if (request->pid == 0 || request->pid == (uint32_t)call->client->pid)
        return open_recorded(call->client, call->caller, call->client->pid, request->desired_access,
                             &call->answer);
    if (request->pid > INT32_MAX)
        return NT(INVALID_CID);
    st = may_open(call, (pid_t)request->pid);
    return nt_failed(st) ? st : open_other(call, (pid_t)request->pid, request->desired_access);
}

/* --- tokens that the client holds --------------------------------------------------------------
 */

/* What came before is written down before this is answered, as always. */
nt_status call_sync(struct call *call)
{
    return NT_OK;
}

nt_status call_release_token(struct call *call)
{
    const Openlogon__ReleaseTokenRequest *request = call->request->release_token;

    return token_refs_drop(&call->client->tokens, request->token_id, request->count);
}

nt_status call_query_token(struct call *call)
{
    struct token_ref *ref;
    nt_status st =
        token_refs_find(&call->client->tokens, call->request->query_token->token_id, &ref);

    if (nt_failed(st))
        return st;
    answer_token(&call->answer, ref->token, ref->granted);
    return NT_OK;
}

nt_status call_adjust_privileges(struct call *call)
{
    const Openlogon__AdjustPrivilegesRequest *request = call->request->adjust_privileges;
    const struct privilege_change change = { request->enable, request->disable, request->remove };
    struct token_ref *ref;
    nt_status st = token_refs_find(&call->client->tokens, request->token_id, &ref);

    if (nt_failed(st))
        return st;
    if (!(ref->granted & TOKEN_ADJUST_PRIVILEGES))
        return NT(ACCESS_DENIED);
    st = token_adjust_privileges(ref->token, change);
    if (nt_failed(st))
        return st;
    answer_token(&call->answer, ref->token, ref->granted);
    return st;
}

nt_status call_allocate_luids(struct call *call)
{
    Openlogon__AllocateLuidsReply *luids = &call->answer.luids;
    nt_status st;

    openlogon__allocate_luids_reply__init(luids);
    luids->count = call->request->allocate_luids->count;
    st = luid_take(call->daemon->authority->luids, luids->count, &luids->first);
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_LUIDS;
    call->answer.reply.luids = luids;
    return st;
}

/* --- fork --------------------------------------------------------------------------------------
 */

nt_status call_fork_lease(struct call *call)
{
    Openlogon__ForkLeaseReply *lease = &call->answer.fork_lease;
    uint8_t *cookie = message_arena_alloc(call->daemon->arena, LEASE_COOKIE_SIZE);

    if (!cookie)
        return NT(NO_MEMORY);
    openlogon__fork_lease_reply__init(lease);
    lease->cookie = (ProtobufCBinaryData){ LEASE_COOKIE_SIZE, cookie };
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_FORK_LEASE;
    call->answer.reply.fork_lease = lease;
    return lease_new(&call->daemon->leases, &call->client->tokens, cookie, &call->answer.fd);
}

nt_status call_adopt_lease(struct call *call)
{
    const ProtobufCBinaryData *cookie = &call->request->adopt_lease->cookie;

    return lease_adopt(&call->daemon->leases, cookie->data, cookie->len, &call->client->tokens);
}
