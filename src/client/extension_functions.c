/* SPDX-License-Identifier: MIT */
/* What <openlogon.h> has beyond the Windows API. */
#include <openlogon.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/luid.h"
#include "client/account_list.h"
#include "client/authority.h"
#include "client/child.h"
#include "client/file_object.h"
#include "client/last_error.h"
#include "client/process_token.h"
#include "client/session_data.h"
#include "client/text_argument.h"
#include "client/token_handle.h"
#include "linux/capability_policy.h"
#include "security/token_groups.h"

enum { ITEMS_PER_PAGE = 1000 };

/* --- the authority ------------------------------------------------------------------------ */

/* What has been given to programs stays for ever; a new one is kept only when it differs. */
struct known_authority {
    OPENLOGON_AUTHORITY told;
    sid_buffer machine_sid;
    char texts[];
};

static pthread_mutex_t known_lock = PTHREAD_MUTEX_INITIALIZER;
static struct known_authority *known;

static bool is_known(const struct authority_info *info, const char *path)
{
    return known && strcmp(known->told.socket_path, path) == 0 &&
           strcmp(known->told.machine_name, info->machine_name) == 0 &&
           known->told.enforces_identity == info->enforces_identity &&
           sid_equal(&known->machine_sid.sid, &info->machine_sid.sid);
}

static nt_status know(const struct authority_info *info, const char *path)
{
    size_t path_size = strlen(path) + 1, name_size = strlen(info->machine_name) + 1;
    struct known_authority *next = malloc(sizeof(*next) + path_size + name_size);

    if (!next)
        return NT(NO_MEMORY);
    next->machine_sid = info->machine_sid;
    next->told = (OPENLOGON_AUTHORITY){
        .socket_path = memcpy(next->texts, path, path_size),
        .machine_name = memcpy(next->texts + path_size, info->machine_name, name_size),
        .machine_sid = &next->machine_sid.sid,
        .enforces_identity = info->enforces_identity,
    };
    known = next;
    return NT_OK;
}

BOOL openlogon_query_authority(OPENLOGON_AUTHORITY *authority)
{
    _cleanup_(connection_unrefp) connection *c = NULL;
    nt_status st = authority ? connection_current(&c) : NT(INVALID_PARAMETER);

    if (nt_failed(st))
        return finish(st);
    (void)pthread_mutex_lock(&known_lock);
    if (!is_known(connection_authority(c), connection_socket_path()))
        st = know(connection_authority(c), connection_socket_path());
    if (!nt_failed(st))
        *authority = known->told;
    (void)pthread_mutex_unlock(&known_lock);
    return finish(st);
}

/* --- descriptors -------------------------------------------------------------------------- */

static uint32_t access_of_fd(int fd_flags)
{
    switch (fd_flags & O_ACCMODE) {
    case O_RDONLY:
        return FILE_GENERIC_READ;
    case O_WRONLY:
        return FILE_GENERIC_WRITE;
    default:
        return FILE_GENERIC_READ | FILE_GENERIC_WRITE;
    }
}

HANDLE openlogon_handle_from_fd(int fd)
{
    _cleanup_(object_unrefp) struct object *object = NULL;
    int fd_flags = fcntl(fd, F_GETFL);
    HANDLE handle;
    nt_status st;

    if (fd_flags < 0) {
        (void)fail(ERROR_INVALID_HANDLE);
        return NULL;
    }
    /* Owned only once the handle is there: on failure the descriptor stays the caller's. */
    st = file_object_new(&object, fd, FILE_KEEPS_DESCRIPTOR);
    if (!nt_failed(st))
        st = handle_open(&handle, object, access_of_fd(fd_flags), 0);
    if (nt_failed(st)) {
        (void)finish(st);
        return NULL;
    }
    file_object_own(object);
    return handle;
}

int openlogon_fd_from_handle(HANDLE handle)
{
    struct handle_info info;
    int fd = -1;

    if (!finish(handle_query(handle, &info)))
        return -1;
    if (info.object->type == OBJECT_FILE)
        fd = file_object_fd(info.object);
    else if (info.object->type == OBJECT_PROCESS)
        fd = process_object_pidfd(process_object_of(info.object));
    else
        (void)fail(ERROR_INVALID_HANDLE);
    object_unref(info.object);
    return fd;
}

/* --- tokens and sessions ------------------------------------------------------------------ */

BOOL openlogon_open_process_token(DWORD pid, DWORD desired_access, PHANDLE token)
{
    _cleanup_(token_object_unrefp) token_object *object = NULL;
    uint32_t access;
    nt_status st;

    if (!token || pid == 0)
        return fail(ERROR_INVALID_PARAMETER);
    st = process_token_of_pid(&object, &access, pid, desired_access);
    if (!nt_failed(st))
        st = handle_open(token, token_object_base(object), access, 0);
    return finish(st);
}

static BOOL tell_kernel_ids(const token_image *image, OPENLOGON_KERNEL_IDS *ids, DWORD *groups,
                            DWORD n_groups_room)
{
    size_t n_gids;
    const uint32_t *gids = token_image_gids(image, &n_gids);

    ids->n_groups = (DWORD)n_gids;
    if (n_gids > n_groups_room || (n_gids > 0 && !groups))
        return fail(ERROR_INSUFFICIENT_BUFFER);
    ids->uid = token_image_uid(image);
    ids->gid = token_image_gid(image);
    ids->present = ids->uid != UINT32_MAX;
    if (n_gids > 0)
        memcpy(groups, gids, n_gids * sizeof(*gids));
    return TRUE;
}

BOOL openlogon_token_kernel_ids(HANDLE token, OPENLOGON_KERNEL_IDS *ids, DWORD *groups,
                                DWORD n_groups_room)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    _cleanup_(token_image_freep) token_image *narrowed = NULL;
    nt_status st = ids ? token_handle_image(token, TOKEN_QUERY, &image) : NT(INVALID_PARAMETER);

    if (!nt_failed(st))
        st = token_image_for_kernel(&narrowed, image->image);
    if (nt_failed(st))
        return finish(st);
    return tell_kernel_ids(narrowed ? narrowed : image->image, ids, groups, n_groups_room);
}

BOOL openlogon_query_session_extra(const LUID *session, OPENLOGON_SESSION_EXTRA *extra)
{
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = session && extra ? session_query(&reply, session) : NT(INVALID_PARAMETER);

    if (!nt_failed(st))
        *extra = (OPENLOGON_SESSION_EXTRA){
            .uid = reply.message->session->uid,
            .references = reply.message->session->references,
            .enforced = reply.message->session->enforced,
            .linked = luid_from_u64(reply.message->session->linked),
            .elevation_type = (TOKEN_ELEVATION_TYPE)reply.message->session->elevation_type,
        };
    return finish(st);
}

/* As the thread, so that one that acts for somebody else is refused. */
static nt_status elevate(const char *password, HANDLE *ret)
{
    Openlogon__ElevateRequest elevate = OPENLOGON__ELEVATE_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ELEVATE, elevate, &elevate);
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(connection_unrefp) connection *c = NULL;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    elevate.password_given = password != NULL;
    if (password) {
        elevate.password.data = (uint8_t *)(uintptr_t)password;
        elevate.password.len = strlen(password);
    }
    st = authority_call(AS_THREAD, &request, REPLY_OF(TOKEN), &reply, &c);
    if (!nt_failed(st))
        st = token_object_from_reply(&token, c, reply.message->token, -1);
    return nt_failed(st) ? st : handle_open(ret, token_object_base(token), TOKEN_ALL_ACCESS, 0);
}

BOOL openlogon_elevate(const char *password, PHANDLE token)
{
    return token ? finish(elevate(password, token)) : fail(ERROR_INVALID_PARAMETER);
}

/* --- processes ---------------------------------------------------------------------------- */

struct process_list {
    OPENLOGON_PROCESS *processes;
    size_t n;
};

static OPENLOGON_PROCESS process_of(const Openlogon__ProcessEntry *entry)
{
    OPENLOGON_PROCESS process = { .pid = entry->pid,
                                  .session = luid_from_u64(entry->session),
                                  .basis = (OPENLOGON_PROCESS_BASIS)entry->basis };

    (void)strncpy(process.name, entry->name, sizeof(process.name) - 1);
    return process;
}

static nt_status processes_append(struct process_list *list,
                                  const Openlogon__EnumerateProcessesReply *page)
{
    OPENLOGON_PROCESS *processes =
        reallocarray(list->processes, list->n + page->n_processes + 1, sizeof(*processes));

    if (!processes)
        return NT(NO_MEMORY);
    list->processes = processes;
    for (size_t i = 0; i < page->n_processes; i++)
        processes[list->n++] = process_of(page->processes[i]);
    return NT_OK;
}

static nt_status processes_fetch(struct process_list *list, bool *more)
{
    Openlogon__EnumerateProcessesRequest enumerate = OPENLOGON__ENUMERATE_PROCESSES_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ENUMERATE_PROCESSES, enumerate_processes, &enumerate);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    enumerate.after_pid = list->n ? list->processes[list->n - 1].pid : 0;
    enumerate.max = ITEMS_PER_PAGE;
    st = authority_call(AS_THREAD, &request, REPLY_OF(PROCESSES), &reply, NULL);
    if (nt_failed(st))
        return st;
    *more = reply.message->processes->more && reply.message->processes->n_processes > 0;
    return processes_append(list, reply.message->processes);
}

BOOL openlogon_enumerate_processes(OPENLOGON_PROCESS **processes, DWORD *count)
{
    struct process_list list = { 0 };
    bool more = true;
    nt_status st = processes && count ? NT_OK : NT(INVALID_PARAMETER);

    while (more && !nt_failed(st))
        st = processes_fetch(&list, &more);
    if (nt_failed(st)) {
        free(list.processes);
        return finish(st);
    }
    *processes = list.processes;
    *count = (DWORD)list.n;
    return TRUE;
}

/* --- accounts ----------------------------------------------------------------------------- */

/* A text to be sent; the message only borrows it. */
static char *sent_text(const char *text)
{
    return (char *)(uintptr_t)(text ? text : "");
}

static ProtobufCBinaryData sent_bytes(const char *text)
{
    return (ProtobufCBinaryData){ text ? strlen(text) : 0, (uint8_t *)(uintptr_t)text };
}

static BOOL ask_about_account(Openlogon__Request *request)
{
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;

    return finish(authority_call(AS_THREAD, request, REPLY_EMPTY, &reply, NULL));
}

BOOL openlogon_account_add(const char *name, const char *full_name, const char *password)
{
    Openlogon__AccountAddRequest add = OPENLOGON__ACCOUNT_ADD_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ACCOUNT_ADD, account_add, &add);

    if (!name || !password)
        return fail(ERROR_INVALID_PARAMETER);
    add.name = sent_text(name);
    add.full_name = sent_text(full_name);
    add.password = sent_bytes(password);
    return ask_about_account(&request);
}

BOOL openlogon_account_delete(const char *name)
{
    Openlogon__AccountDeleteRequest delete = OPENLOGON__ACCOUNT_DELETE_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ACCOUNT_DELETE, account_delete, &delete);

    if (!name)
        return fail(ERROR_INVALID_PARAMETER);
    delete.name = sent_text(name);
    return ask_about_account(&request);
}

BOOL openlogon_account_set_password(const char *name, const char *old_password,
                                    const char *new_password)
{
    Openlogon__AccountSetPasswordRequest set = OPENLOGON__ACCOUNT_SET_PASSWORD_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ACCOUNT_SET_PASSWORD, account_set_password, &set);

    if (!name || !new_password)
        return fail(ERROR_INVALID_PARAMETER);
    set.name = sent_text(name);
    set.old_password = sent_bytes(old_password);
    set.new_password = sent_bytes(new_password);
    return ask_about_account(&request);
}

BOOL openlogon_account_list(OPENLOGON_ACCOUNT **accounts, DWORD *count)
{
    if (!accounts || !count)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(account_list_fetch(accounts, count));
}

BOOL openlogon_account_get(const char *name, OPENLOGON_ACCOUNT **account)
{
    if (!name || !account)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(account_list_fetch_one(account, name));
}

/* --- privileges --------------------------------------------------------------------------- */

static nt_status ask_capabilities(uint64_t *ret, uint32_t privilege)
{
    _cleanup_(connection_unrefp) connection *c = NULL;
    Openlogon__PrivilegeCapabilitiesRequest of = OPENLOGON__PRIVILEGE_CAPABILITIES_REQUEST__INIT;
    Openlogon__Request request = REQUEST(PRIVILEGE_CAPABILITIES, privilege_capabilities, &of);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    const Openlogon__PrivilegeCapabilitiesReply *told;
    nt_status st = connection_current(&c);

    if (!nt_failed(st))
        st = connection_call(c, &request, -1, REPLY_OF(PRIVILEGE_CAPABILITIES), &reply, NULL);
    if (nt_failed(st))
        return st;
    told = reply.message->privilege_capabilities;
    *ret = privilege < told->n_capabilities ? told->capabilities[privilege] : 0;
    return NT_OK;
}

BOOL openlogon_privilege_capabilities(const char *name, char *buffer, DWORD *size)
{
    const struct privilege *privilege = name ? privilege_by_name(name, strlen(name)) : NULL;
    char text[CAPABILITY_TEXT_MAX];
    uint64_t mask;
    nt_status st;

    if (!size)
        return fail(ERROR_INVALID_PARAMETER);
    if (!privilege)
        return fail(ERROR_NO_SUCH_PRIVILEGE);
    st = ask_capabilities(&mask, privilege->number);
    if (nt_failed(st))
        return finish(st);
    capability_mask_text(text, mask);
    return give_text(text, buffer, size);
}
