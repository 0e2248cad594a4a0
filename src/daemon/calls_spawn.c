/* SPDX-License-Identifier: MIT */
/* Processes that openlogon-spawn starts; what privileges are to the kernel. */
#include "daemon/calls.h"

#include <unistd.h>

#include "daemon/process_prepare.h"
#include "linux/unix_socket.h"
#include "security/privilege.h"
#include "security/token_groups.h"

/* Who may start anything as anybody is not held to what confines him. */
static bool has_privilege(const struct call *call, uint32_t flags)
{
    const uint64_t needed = flags & PREPARE_WITH_TOKEN
                                ? PRIVILEGE_BIT(PRIVILEGE_IMPERSONATE)
                                : PRIVILEGE_BIT(PRIVILEGE_INCREASE_QUOTA) |
                                      PRIVILEGE_BIT(PRIVILEGE_ASSIGN_PRIMARY_TOKEN);
    const ProcessRecord *process = client_process(call->client);

    return process && !(needed & ~token_image_privileges_present(token_peek_image(process->token)));
}

static nt_status send_order(struct call *call, const PreparedProcess *prepared,
                            const token_image *image, int client_fd)
{
    const ProcessRecord *process = client_process(call->client);
    const uint32_t flags = call->request->spawn->process->flags;
    const int fds[ORDER_FDS_MAX] = { client_fd, process->pidfd, call->answer.fd };
    struct spawn_order order = { .uid = token_image_uid(image),
                                 .gid = token_image_gid(image),
                                 .caller_pid = (uint32_t)call->client->pid,
                                 .capabilities = process_capabilities(call, prepared) };

    order.gids = (uint32_t *)(uintptr_t)token_image_gids(image, &order.n_gids);
    if (!has_privilege(call, flags))
        order.flags |= SPAWN_ORDER_CONFINED;
    if (token_image_n_restricted(image) > 0)
        order.flags |= SPAWN_ORDER_NO_NEW_PRIVS;
    return spawn_host_order(call->daemon->spawn, &order, fds, ARRAY_SIZE(fds));
}

/* The groups that the kernel gets are those that are enabled. */
static nt_status order(struct call *call, const PreparedProcess *prepared, int client_fd)
{
    const token_image *image = token_peek_image(prepared->token);
    token_image *narrowed = NULL;
    nt_status st = token_image_for_kernel(&narrowed, image);

    if (!nt_failed(st))
        st = send_order(call, prepared, narrowed ? narrowed : image, client_fd);
    free(narrowed);
    return st;
}

/* Whatever else it is would be openlogon-spawn's to close, which could take for ever. */
static bool is_socket(int fd)
{
    struct unix_socket socket;

    return unix_socket_identify(fd, &socket) == 0;
}

static nt_status check_request(const struct call *call)
{
    const Openlogon__PrepareProcessRequest *process = call->request->spawn->process;

    if (!process || (process->flags & PREPARE_TOKEN_ONLY) || call->message->n_fds != 1 ||
        !is_socket(call->message->fds[0]))
        return NT(INVALID_PARAMETER);
    return call->daemon->authority->enforces_identity ? NT_OK : NT(NOT_SUPPORTED);
}

/* Without a control group nothing would tell whose the process is. */
static nt_status spawn(struct call *call, PreparedProcess *prepared)
{
    nt_status st =
        prepared->leaf ? order(call, prepared, call->message->fds[0]) : NT(NOT_SUPPORTED);

    if (call->answer.fd >= 0)
        (void)close(call->answer.fd);
    call->answer.fd = -1;
    return st;
}

nt_status call_spawn(struct call *call)
{
    PreparedProcess *prepared = NULL;
    nt_status st = check_request(call);

    if (!nt_failed(st))
        st = process_prepare(call, call->request->spawn->process, &prepared);
    if (nt_failed(st))
        return st;
    st = spawn(call, prepared);
    if (nt_failed(st)) {
        prepared_process_free(prepared);
        return st;
    }
    return process_answer_prepared(call, prepared);
}

nt_status call_privilege_capabilities(struct call *call)
{
    Openlogon__PrivilegeCapabilitiesReply *reply = &call->answer.privilege_capabilities;

    openlogon__privilege_capabilities_reply__init(reply);
    reply->n_capabilities = PRIVILEGE_LAST + 1;
    reply->capabilities = (uint64_t *)(uintptr_t)call->daemon->config->capabilities.of;
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_PRIVILEGE_CAPABILITIES;
    call->answer.reply.privilege_capabilities = reply;
    return NT_OK;
}
