/* SPDX-License-Identifier: MIT */
#include "daemon/package_calls.h"

#include "base/filetime.h"
#include "daemon/logon_result.h"
#include "ipc/message_text.h"

typedef Openlogon__Worker__Call Call;
typedef Openlogon__Worker__CallResult CallResult;

/* An empty byte string has no address in a message. */
static struct bytes bytes_of(const ProtobufCBinaryData *data)
{
    return (struct bytes){ data->data ? data->data : (const uint8_t *)"", data->len };
}

static nt_status create(const struct package_caller *caller, uint64_t luid)
{
    _cleanup_(session_unrefp) Session *session = NULL;
    nt_status st;

    if (!caller->job)
        return NT(INVALID_DEVICE_STATE);
    st = authority_create_session(caller->authority, &session, luid, caller->package);
    if (nt_failed(st))
        return st;
    st = job_add_session(caller->job, session);
    if (nt_failed(st))
        return st;
    (void)TAKE(session);
    return NT_OK;
}

static nt_status create_session(const struct package_caller *caller, const Call *call,
                                CallResult *ret)
{
    return create(caller, call->create_session->luid);
}

/* [LSA_DELETE_LOGON_SESSION] Only one that has no token yet, and is the job's own. */
static nt_status discard(const struct package_caller *caller, uint64_t luid)
{
    Session *session;
    nt_status st = session_store_find_any(caller->authority->sessions, luid, &session);

    if (nt_failed(st))
        return st;
    if (!caller->job || job_find_session(caller->job, session_luid(session)) != session)
        return NT(BAD_LOGON_SESSION_STATE);
    job_discard_session(caller->job, session);
    return NT_OK;
}

static nt_status delete_session(const struct package_caller *caller, const Call *call,
                                CallResult *ret)
{
    return discard(caller, call->delete_session->luid);
}

/* Each package has its own credentials with a session, and sees no others. */
static nt_status find_for_credential(const struct package_caller *caller, uint64_t luid,
                                     uint32_t package, Session **ret)
{
    if (package != caller->package)
        return NT(ACCESS_DENIED);
    return session_store_find_any(caller->authority->sessions, luid, ret);
}

static nt_status add_credential(const struct package_caller *caller, const Call *call,
                                CallResult *ret)
{
    const Openlogon__Worker__AddCredential *add = call->add_credential;
    Session *session;
    nt_status st = find_for_credential(caller, add->luid, add->package, &session);

    return nt_failed(st) ? st
                         : credential_add(&session->credentials, add->package, bytes_of(&add->key),
                                          bytes_of(&add->value));
}

static ProtobufCBinaryData lend(struct bytes bytes)
{
    return (ProtobufCBinaryData){ .len = bytes.size, .data = (uint8_t *)(uintptr_t)bytes.data };
}

static nt_status get_credential(const struct package_caller *caller, const Call *call,
                                CallResult *ret)
{
    const Openlogon__Worker__GetCredential *get = call->get_credential;
    const struct bytes key = get->all ? (struct bytes){ 0 } : bytes_of(&get->key);
    const struct credential *found;
    Session *session;
    nt_status st = find_for_credential(caller, get->luid, get->package, &session);

    if (nt_failed(st))
        return st;
    st = credential_get(&session->credentials, get->package, key, get->context, &found);
    if (nt_failed(st))
        return st;
    ret->context = get->context + 1;
    ret->key = lend(credential_key(found));
    ret->value = lend(credential_value(found));
    return NT_OK;
}

static nt_status delete_credential(const struct package_caller *caller, const Call *call,
                                   CallResult *ret)
{
    const Openlogon__Worker__DeleteCredential *delete = call->delete_credential;
    Session *session;
    nt_status st = find_for_credential(caller, delete->luid, delete->package, &session);

    return nt_failed(st)
               ? st
               : credential_delete(&session->credentials, delete->package, bytes_of(&delete->key));
}

static nt_status allocate_luid(const struct package_caller *caller, const Call *call,
                               CallResult *ret)
{
    return luid_take(caller->authority->luids, call->allocate_luid->count, &ret->luid);
}

/* --- sessions of the package ------------------------------------------------------------------ */

enum {
    PACKAGE_SESSIONS_MAX = 4000, /* of one answer */
    SESSIONS_LOOKED_AT = 20000,  /* for one: others are served in between */
};

static bool is_callers(const struct package_caller *caller, const Session *session)
{
    return session->maker == caller->package && session->state == SESSION_ACTIVE;
}

static nt_status list_sessions(const struct package_caller *caller, const Call *call,
                               CallResult *ret)
{
    static uint64_t luids[PACKAGE_SESSIONS_MAX];
    const Session *session =
        session_store_next(caller->authority->sessions, call->list_sessions->after);

    ret->luids = luids;
    for (size_t n = 0; session && n < SESSIONS_LOOKED_AT && ret->n_luids < PACKAGE_SESSIONS_MAX;
         n++) {
        if (is_callers(caller, session))
            luids[ret->n_luids++] = session_luid(session);
        ret->next = session_luid(session);
        session = session_store_following(session);
    }
    if (!session)
        ret->next = 0;
    return NT_OK;
}

static nt_status query_session(const struct package_caller *caller, const Call *call,
                               CallResult *ret)
{
    static Openlogon__Worker__PackageSession answer;
    Session *session;
    nt_status st =
        session_store_find(caller->authority->sessions, call->query_session->luid, &session);

    if (nt_failed(st))
        return st;
    if (!is_callers(caller, session))
        return NT(NO_SUCH_LOGON_SESSION);
    openlogon__worker__package_session__init(&answer);
    answer.user = message_text(session->facts->user);
    answer.domain = message_text(session->facts->domain);
    answer.logon_server = message_text(session->facts->logon_server);
    answer.sid = (ProtobufCBinaryData){ sid_length(session->facts->sid),
                                        (uint8_t *)(uintptr_t)session->facts->sid };
    answer.logon_type = session->facts->logon_type;
    ret->session = &answer;
    return NT_OK;
}

/* --- tokens ------------------------------------------------------------------------------------
 */

static Token **find_free_slot(Worker *worker)
{
    for (size_t i = 0; i < WORKER_TOKENS_MAX; i++) {
        if (!worker->tokens[i])
            return &worker->tokens[i];
    }
    return NULL;
}

/* Of a session that the job made, as a logon completes one. It then lives by the token, which the
 * worker keeps. */
static nt_status create_token(const struct package_caller *caller, const Call *call,
                              CallResult *ret)
{
    const Openlogon__Worker__CreateToken *create = call->create_token;
    struct logon_identity identity;
    struct session_facts facts;
    Token **slot = find_free_slot(caller->worker);
    Session *session;
    nt_status st;

    if (!caller->job || !create->logon)
        return NT(INVALID_DEVICE_STATE);
    session = job_find_session(caller->job, create->logon->luid);
    if (!session)
        return NT(NO_SUCH_LOGON_SESSION);
    if (!slot)
        return NT(INSUFFICIENT_RESOURCES);
    st = logon_type_check(create->logon_type);
    if (!nt_failed(st))
        st = logon_result_identity(&identity, create->logon, caller->arena);
    if (nt_failed(st))
        return st;
    create->logon->package = (char *)(uintptr_t)caller->package_name;
    logon_result_facts(&facts, create->logon, filetime_now());
    const struct authority_logon accepted = { .session = session,
                                              .identity = &identity,
                                              .facts = &facts,
                                              .logon_type = create->logon_type,
                                              .origin = caller->job->client.luid };
    st = authority_complete_logon(caller->authority, slot, &accepted);
    if (!nt_failed(st))
        ret->token = (uint32_t)(slot - caller->worker->tokens) + 1;
    return st;
}

static nt_status close_token(const struct package_caller *caller, const Call *call, CallResult *ret)
{
    const uint32_t number = call->close_token->number;
    Token **slot;

    if (number == 0 || number > WORKER_TOKENS_MAX || !caller->worker->tokens[number - 1])
        return NT(INVALID_HANDLE);
    slot = &caller->worker->tokens[number - 1];
    token_unref(*slot);
    *slot = NULL;
    return NT_OK;
}

static const struct {
    Openlogon__Worker__Call__CallCase id;
    nt_status (*handle)(const struct package_caller *caller, const Call *call, CallResult *ret);
} calls[] = {
    { OPENLOGON__WORKER__CALL__CALL_CREATE_SESSION, create_session },
    { OPENLOGON__WORKER__CALL__CALL_DELETE_SESSION, delete_session },
    { OPENLOGON__WORKER__CALL__CALL_ADD_CREDENTIAL, add_credential },
    { OPENLOGON__WORKER__CALL__CALL_GET_CREDENTIAL, get_credential },
    { OPENLOGON__WORKER__CALL__CALL_DELETE_CREDENTIAL, delete_credential },
    { OPENLOGON__WORKER__CALL__CALL_ALLOCATE_LUID, allocate_luid },
    { OPENLOGON__WORKER__CALL__CALL_LIST_SESSIONS, list_sessions },
    { OPENLOGON__WORKER__CALL__CALL_QUERY_SESSION, query_session },
    { OPENLOGON__WORKER__CALL__CALL_CREATE_TOKEN, create_token },
    { OPENLOGON__WORKER__CALL__CALL_CLOSE_TOKEN, close_token },
};

void package_call(const struct package_caller *caller, const Call *call, CallResult *ret)
{
    ret->status = NT(NOT_IMPLEMENTED).code;
    for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
        if (calls[i].id == call->call_case)
            ret->status = calls[i].handle(caller, call, ret).code;
    }
}

bool package_calls_posted(const struct package_caller *caller,
                          const Openlogon__Worker__FromWorker *message)
{
    if (message->n_posted > 0 && !caller->job)
        return false;
    for (size_t i = 0; i < message->n_posted; i++) {
        const Openlogon__Worker__PostedCall *posted = message->posted[i];
        nt_status st =
            posted->deletes ? discard(caller, posted->luid) : create(caller, posted->luid);

        if (nt_failed(st) && !nt_failed(caller->job->failure))
            caller->job->failure = st;
    }
    return true;
}
