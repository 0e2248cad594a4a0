/* SPDX-License-Identifier: MIT */
/* Acting as whoever is at the other end of a connection, and allowing that. */
#include "daemon/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "authority/local_logon.h"
#include "daemon/resolver.h"
#include "linux/peer.h"
#include "linux/process.h"
#include "security/impersonation_level.h"

/* --- the socket that came along ----------------------------------------------------------------
 */

static nt_status socket_status(int r)
{
    switch (-r) {
    case ENOTSOCK:
    case EOPNOTSUPP:
        return NT(INVALID_DEVICE_REQUEST);
    case ENOTCONN:
        return NT(PIPE_DISCONNECTED);
    case EBADF:
        return NT(INVALID_PARAMETER);
    default:
        return nt_from_errno(r);
    }
}

static nt_status take_socket(struct call *call, struct unix_socket *ret, struct peer_identity *peer)
{
    int fd = channel_message_take_fd(call->message, 0);
    int r = unix_socket_identify(fd, ret);

    if (r >= 0 && peer)
        r = peer_stamp_read(fd, peer);
    if (fd >= 0)
        (void)close(fd);
    return r < 0 ? socket_status(r) : NT_OK;
}

/* --- allowing ----------------------------------------------------------------------------------
 */

/* The token that the caller acts with; it was looked at when the request came. */
static nt_status acting_token(const struct call *call, Token **ret)
{
    struct token_ref *ref;
    nt_status st;

    if (call->request->effective_token == 0) {
        *ret = client_process(call->client)->token;
        return NT_OK;
    }
    st = token_refs_find(&call->client->tokens, call->request->effective_token, &ref);
    if (!nt_failed(st))
        *ret = ref->token;
    return st;
}

nt_status call_allow_impersonation(struct call *call)
{
    const Openlogon__AllowImpersonationRequest *request = call->request->allow_impersonation;
    struct permit_spec spec = { .process = client_process(call->client),
                                .level = (SECURITY_IMPERSONATION_LEVEL)request->level,
                                .flags = request->flags };
    nt_status st;

    if (request->level > SecurityDelegation)
        return NT(BAD_IMPERSONATION_LEVEL);
    if (request->flags & ~(uint32_t)PERMIT_FLAGS_ALL)
        return NT(INVALID_PARAMETER);
    st = take_socket(call, &spec.socket, NULL);
    if (!nt_failed(st))
        st = acting_token(call, &spec.token);
    return nt_failed(st) ? st : socket_permits_set(call->daemon->permits, &spec);
}

/* --- acting ------------------------------------------------------------------------------------
 */

/* What is asked of the token of the process at the other end, while its account is looked up. */
struct client_request {
    struct pending pending;
    struct unix_socket socket; /* the server's end */
    struct peer_identity peer; /* as the kernel had it when it connected */
    uint64_t have;
    nt_status (*answer)(const struct client_request *request, Client *server, Token *source,
                        Permit *permit, struct answer *answer);
};

static struct client_ids ids_of(const struct client_request *request)
{
    return (struct client_ids){ .uid = request->peer.uid,
                                .gid = request->peer.gid,
                                .gids = request->peer.gids,
                                .n_gids = request->peer.n_gids };
}

static nt_status mint_anonymous(const Daemon *daemon, const Client *server, Token **ret)
{
    const token_image *process = token_peek_image(client_process(server)->token);
    _cleanup_(token_image_freep) token_image *image = NULL;
    _cleanup_(token_unrefp) Token *anonymous = NULL;
    nt_status st = local_logon_anonymous(daemon->authority, &anonymous,
                                         token_image_authentication_id(process));

    if (!nt_failed(st))
        st = token_image_dup(&image, token_peek_image(anonymous));
    if (!nt_failed(st))
        st = token_image_set_type_level(image, TokenImpersonation, SecurityAnonymous);
    return nt_failed(st) ? st : token_derive(ret, anonymous, image);
}

/* One that tells who the client is, and with which nobody acts. */
static nt_status mint_identification(const struct client_request *request, const Client *server,
                                     const Token *source, Token **ret)
{
    const Authority *authority = request->pending.daemon->authority;
    const struct client_ids ids = ids_of(request);
    _cleanup_(token_image_freep) token_image *image = NULL;
    _cleanup_(token_unrefp) Token *token = NULL;
    nt_status st = client_image_make(&image, token_peek_image(source), &ids, SecurityIdentification,
                                     authority->enforces_identity ? 0 : CLIENT_ANY_IDS);

    if (!nt_failed(st))
        st = token_derive(&token, source, image);
    if (!nt_failed(st))
        st = token_pay(token, authority->quotas, server->uid);
    if (!nt_failed(st))
        *ret = TAKE(token);
    return st;
}

/* The rule of security/impersonation_level.h, as for every token that a process acts with. */
static bool may_act(const Client *server, const Token *source, SECURITY_IMPERSONATION_LEVEL level)
{
    const token_image *process = token_peek_image(client_process(server)->token);

    return impersonation_level_for(process, token_image_privileges_present(process),
                                   token_peek_image(source), level) == level;
}

static nt_status give_permitted(const struct client_request *request, Client *server,
                                Permit *permit, struct answer *answer)
{
    const struct client_ids ids = ids_of(request);
    Token *token;
    struct token_ref *ref;
    nt_status st = permit_token(permit, &ids, &token);

    if (nt_failed(st))
        return st;
    if (request->have == token_id(token) &&
        !nt_failed(token_refs_find(&server->tokens, request->have, &ref)))
        return NT_OK;
    st = answer_give_token(answer, server, token, TOKEN_ALL_ACCESS);
    answer->token.settled = !nt_failed(st) && !(permit_flags(permit) & PERMIT_DYNAMIC);
    return st;
}

static nt_status answer_impersonation(const struct client_request *request, Client *server,
                                      Token *source, Permit *permit, struct answer *answer)
{
    _cleanup_(token_unrefp) Token *token = NULL;
    nt_status st;

    if (permit && permit_level(permit) == SecurityAnonymous)
        st = mint_anonymous(request->pending.daemon, server, &token);
    else if (permit && may_act(server, permit_source(permit), permit_level(permit)))
        return give_permitted(request, server, permit, answer);
    else
        st = mint_identification(request, server, permit ? permit_source(permit) : source, &token);
    return nt_failed(st) ? st : answer_give_token(answer, server, token, TOKEN_ALL_ACCESS);
}

static nt_status answer_session(const struct client_request *request, Client *server, Token *source,
                                Permit *permit, struct answer *answer)
{
    openlogon__socket_session_reply__init(&answer->socket_session);
    answer->socket_session.wts_session = token_image_wts_session(token_peek_image(source));
    answer->reply.result_case = OPENLOGON__REPLY__RESULT_SOCKET_SESSION;
    answer->reply.socket_session = &answer->socket_session;
    return NT_OK;
}

static bool has_uid(const struct client_request *request, const Token *token)
{
    return !request->pending.daemon->authority->enforces_identity ||
           token_image_uid(token_peek_image(token)) == request->peer.uid;
}

static void client_request_free(struct client_request *request)
{
    peer_identity_done(&request->peer);
    pending_done(&request->pending);
    free(request);
}

static nt_status answer_as(const struct client_request *request, Token *source, Permit *permit,
                           struct answer *answer)
{
    Client *server = pending_client(&request->pending);

    if (!server || !client_process(server))
        return NT(PROCESS_IS_TERMINATING);
    return request->answer(request, server, source, permit, answer);
}

/* NO_SUCH_USER: nothing that is known of the process has the uid that it connected with. A record
 * by its number is its own as long as it lives. */
static nt_status answer_of_process(const struct client_request *request, struct answer *answer)
{
    const Daemon *daemon = request->pending.daemon;
    const ProcessRecord *process =
        process_table_find(daemon->authority->processes, request->peer.pid);
    Permit *permit =
        process ? socket_permits_find(daemon->permits, process, &request->socket) : NULL;

    if (!process || process_alive(request->peer.pidfd) != 1)
        return NT(INVALID_CID);
    /* Who wants to be nobody says nothing of who it is. */
    if (permit && permit_level(permit) == SecurityAnonymous)
        return answer_as(request, process->token, permit, answer);
    if (permit && has_uid(request, permit_source(permit)))
        return answer_as(request, permit_source(permit), permit, answer);
    if (!has_uid(request, process->token))
        return NT(NO_SUCH_USER);
    return answer_as(request, process->token, NULL, answer);
}

static nt_status answer_of_uid(const struct client_request *request, struct answer *answer)
{
    Token *token =
        process_table_uid_token(request->pending.daemon->authority->processes, request->peer.uid);

    return token ? answer_as(request, token, NULL, answer) : NT(NO_SUCH_USER);
}

static void finish(struct client_request *request, struct answer *answer, nt_status st)
{
    pending_answer(&request->pending, answer, st);
    client_request_free(request);
}

static void on_uid_resolved(nt_status status, void *context)
{
    struct client_request *request = context;
    struct answer answer;

    answer_init(&answer);
    finish(request, &answer, nt_failed(status) ? status : answer_of_uid(request, &answer));
    answer_done(&answer);
}

/* PENDING: on_uid_resolved() follows, and has the request. */
static nt_status ask_uid(struct client_request *request, struct answer *answer)
{
    nt_status st = resolver_find_uid(request->pending.daemon, request->peer.uid, request->peer.gid,
                                     on_uid_resolved, request);

    return NT_IS(st, PENDING) || nt_failed(st) ? st : answer_of_uid(request, answer);
}

/* The process has ended meanwhile, or is not what it was: then what its uid is counts. */
static nt_status answer_resolved(struct client_request *request, nt_status status,
                                 struct answer *answer)
{
    nt_status st = nt_failed(status) ? status : answer_of_process(request, answer);

    return NT_IS(st, NO_SUCH_USER) || NT_IS(st, INVALID_CID) ? ask_uid(request, answer) : st;
}

static void on_process_resolved(nt_status status, void *context)
{
    struct client_request *request = context;
    struct answer answer;
    nt_status st;

    answer_init(&answer);
    st = answer_resolved(request, status, &answer);
    if (!NT_IS(st, PENDING))
        finish(request, &answer, st);
    answer_done(&answer);
}

static nt_status ask_process(struct client_request *request, struct answer *answer)
{
    int pidfd;
    nt_status st;

    if (request->peer.pidfd < 0)
        return ask_uid(request, answer);
    pidfd = fcntl(request->peer.pidfd, F_DUPFD_CLOEXEC, 0);
    if (pidfd < 0)
        return nt_from_errno(errno);
    st = resolver_find(request->pending.daemon, request->peer.pid, pidfd, on_process_resolved,
                       request);
    return NT_IS(st, PENDING) ? st : answer_resolved(request, st, answer);
}

static nt_status ask_for_client(struct call *call, const struct client_request *what)
{
    struct client_request *request = malloc(sizeof(*request));
    nt_status st;

    if (!request)
        return NT(NO_MEMORY);
    *request = *what;
    request->peer = PEER_IDENTITY_NONE;
    pending_init(&request->pending, call->daemon, call->client, call->request);
    st = pending_charge(&request->pending, call->client);
    if (!nt_failed(st))
        st = take_socket(call, &request->socket, &request->peer);
    if (!nt_failed(st))
        st = ask_process(request, &call->answer);
    if (!NT_IS(st, PENDING))
        client_request_free(request);
    return st;
}

nt_status call_impersonate_socket(struct call *call)
{
    return ask_for_client(call,
                          &(struct client_request){ .have = call->request->impersonate_socket->have,
                                                    .answer = answer_impersonation });
}

nt_status call_socket_session(struct call *call)
{
    return ask_for_client(call, &(struct client_request){ .answer = answer_session });
}
