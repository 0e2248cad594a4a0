/* SPDX-License-Identifier: MIT */
/* Starting processes, with the process's own token or with another. */
#include <windows.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/child.h"
#include "client/handle.h"
#include "client/last_error.h"
#include "client/mode.h"
#include "client/program.h"
#include "client/text.h"
#include "client/thread_identity.h"
#include "client/thread_object.h"
#include "client/token_change.h"
#include "client/token_handle.h"
#include "security/token_groups.h"

enum {
    TOKEN_NEEDED = TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_ASSIGN_PRIMARY,
    PREPARE_TOKEN_ONLY = 1, /* PrepareProcessRequest.flags */
};

/* --- handles of a started process --------------------------------------------------------- */

struct attributes {
    uint32_t process_flags, thread_flags; /* HANDLE_FLAG_* */
};

static nt_status open_handles(process_object *process, const struct attributes *attributes,
                              PROCESS_INFORMATION *ret)
{
    _cleanup_(object_unrefp) struct object *thread = NULL;
    pid_t pid = process_object_pid(process);
    HANDLE process_handle, thread_handle;
    nt_status st = thread_object_new(&thread, pid, pid);

    if (!nt_failed(st))
        st = handle_open(&process_handle, process_object_base(process), PROCESS_ALL_ACCESS,
                         attributes->process_flags);
    if (nt_failed(st))
        return st;
    st = handle_open(&thread_handle, thread, THREAD_ALL_ACCESS, attributes->thread_flags);
    if (nt_failed(st)) {
        (void)handle_close(process_handle).code;
        return st;
    }
    *ret = (PROCESS_INFORMATION){ process_handle, thread_handle, (DWORD)pid, (DWORD)pid };
    return NT_OK;
}

/* Takes the pidfd. A process without a handle would be nobody's: it is ended. */
static nt_status take_process(const struct spawn_result *started,
                              const struct attributes *attributes, PROCESS_INFORMATION *ret)
{
    _cleanup_(process_object_unrefp) process_object *process = NULL;
    nt_status st = child_new(&process, started->pid, started->pidfd);

    if (nt_failed(st))
        return st;
    st = open_handles(process, attributes, ret);
    if (nt_failed(st))
        (void)process_object_terminate(process, (uint32_t)ERROR_NOT_ENOUGH_MEMORY).code;
    return st;
}

/* --- with the process's own token --------------------------------------------------------- */

static nt_status start_as_process(struct program *program, const struct attributes *attributes,
                                  PROCESS_INFORMATION *ret)
{
    struct spawn_result started;
    int r;

    program->spec.home = thread_identity_home_if_worn();
    r = spawn_process(&program->spec, &started);
    if (r < 0)
        return program_start_status(started.failed_step, r);
    return take_process(&started, attributes, ret);
}

/* --- with another token ------------------------------------------------------------------- */

enum { PREPARED_AGAIN_MAX = 16 };

/* A start that the authority knows of. */
struct start {
    const remote_token *token;
    const token_image *image; /* that the process gets */
    uint64_t ticket;
    int cgroup_fd;  /* -1: none */
    nt_status told; /* what ProcessStarted was answered; it is asked from a callback */
};

static void start_done(struct start *start)
{
    if (start->cgroup_fd >= 0)
        (void)close(start->cgroup_fd);
}

static nt_status start_prepare(struct start *start)
{
    Openlogon__PrepareProcessRequest prepare = OPENLOGON__PREPARE_PROCESS_REQUEST__INIT;
    Openlogon__Request request = REQUEST(PREPARE_PROCESS, prepare_process, &prepare);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    prepare.token_id = remote_token_id(start->token);
    prepare.privileges_present = token_image_privileges_present(start->image);
    prepare.privileges_enabled = token_image_privileges_enabled(start->image);
    prepare.flags = mode_is_token_only() ? PREPARE_TOKEN_ONLY : 0;
    st = remote_token_call(start->token, &request, -1, REPLY_OF(PREPARE_PROCESS), &reply);
    if (nt_failed(st))
        return st;
    start_done(start);
    start->ticket = reply.message->prepare_process->ticket;
    start->cgroup_fd = reply.fd;
    reply.fd = -1;
    return NT_OK;
}

/* pid 0: it did not start. */
static nt_status start_tell(const struct start *start, pid_t pid, int pidfd)
{
    Openlogon__ProcessStartedRequest started = OPENLOGON__PROCESS_STARTED_REQUEST__INIT;
    Openlogon__Request request = REQUEST(PROCESS_STARTED, process_started, &started);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;

    started.ticket = start->ticket;
    started.pid = (uint32_t)pid;
    return remote_token_call(start->token, &request, pidfd, REPLY_EMPTY, &reply);
}

static int tell_before_exec(pid_t pid, int pidfd, void *context)
{
    struct start *start = context;

    start->told = start_tell(start, pid, pidfd);
    /* An authority that died knew of the ticket; its successor may die as well. */
    for (int i = 0; i < PREPARED_AGAIN_MAX && NT_IS(start->told, INVALID_HANDLE); i++) {
        start->told = start_prepare(start);
        if (!nt_failed(start->told))
            start->told = start_tell(start, pid, pidfd);
    }
    return nt_failed(start->told) ? -ECANCELED : 0;
}

/* Without a control group the authority has to know the process before its first instruction. */
static int spawn_told(struct start *start, struct spawn_spec *spec, struct spawn_result *ret)
{
    spec->cgroup_fd = -1;
    spec->before_exec = tell_before_exec;
    spec->context = start;
    return spawn_process(spec, ret);
}

/* The authority sees by itself that the group has got its process. */
static int spawn_in_cgroup(struct start *start, struct spawn_spec *spec, struct spawn_result *ret)
{
    int r;

    spec->cgroup_fd = start->cgroup_fd;
    r = spawn_process(spec, ret);
    if (r < 0 && ret->failed_step == SPAWN_STEP_CGROUP)
        return spawn_told(start, spec, ret);
    return r;
}

static nt_status spawn_with_ticket(struct start *start, struct spawn_spec *spec,
                                   const struct attributes *attributes, PROCESS_INFORMATION *ret)
{
    struct spawn_result started = { .pidfd = -1 };
    int r = start->cgroup_fd >= 0 ? spawn_in_cgroup(start, spec, &started)
                                  : spawn_told(start, spec, &started);

    if (r < 0) {
        (void)start_tell(start, 0, -1).code;
        return started.failed_step == SPAWN_STEP_BEFORE_EXEC
                   ? start->told
                   : program_start_status(started.failed_step, r);
    }
    return take_process(&started, attributes, ret);
}

/* Left out where the token's identity is the process's own: that needs no privilege. */
static nt_status set_identity(struct spawn_spec *spec, const token_image *image,
                              struct kernel_identity *identity, struct credentials *home)
{
    const struct credentials *worn = thread_identity_home_if_worn();
    int r;

    spec->home = worn;
    if (mode_is_token_only())
        return NT_OK;
    identity->uid = token_image_uid(image);
    identity->gid = token_image_gid(image);
    identity->gids = token_image_gids(image, &identity->n_gids);
    if (identity->uid == UINT32_MAX || identity->gid == UINT32_MAX)
        return NT(NONE_MAPPED);
    r = worn ? 0 : credentials_read(home);
    if (r < 0)
        return nt_from_errno(r);
    if (!credentials_equal(identity, worn ? worn : home))
        spec->identity = identity;
    return NT_OK;
}

/* The token as the authority knows it, and its image as the kernel is to see it. */
static nt_status token_to_start_with(token_object *token, shared_image **ret)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    token_image *narrowed = NULL;
    nt_status st = token_object_make_known(token);

    if (!nt_failed(st))
        st = token_object_image(token, &image);
    if (nt_failed(st))
        return st;
    if (token_image_type(image->image) != TokenPrimary)
        return NT(BAD_TOKEN_TYPE);
    st = token_image_for_kernel(&narrowed, image->image);
    if (!nt_failed(st) && narrowed)
        return shared_image_take(ret, narrowed);
    if (!nt_failed(st))
        *ret = TAKE(image);
    return st;
}

static nt_status start_with_token(HANDLE handle, struct program *program,
                                  const struct attributes *attributes, PROCESS_INFORMATION *ret)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    _cleanup_(credentials_done) struct credentials home = CREDENTIALS_NONE;
    _cleanup_(start_done) struct start start = { .cgroup_fd = -1 };
    struct kernel_identity identity;
    nt_status st = token_handle_get(handle, TOKEN_NEEDED, &token);

    if (!nt_failed(st))
        st = token_to_start_with(token, &image);
    if (!nt_failed(st))
        st = set_identity(&program->spec, image->image, &identity, &home);
    if (nt_failed(st))
        return st;
    start.token = token_object_remote(token);
    start.image = image->image;
    st = start_prepare(&start);
    return nt_failed(st) ? st : spawn_with_ticket(&start, &program->spec, attributes, ret);
}

/* --- the API ------------------------------------------------------------------------------ */

enum whose_token { OWN_TOKEN, GIVEN_TOKEN };

static nt_status create(enum whose_token whose, HANDLE token, const struct program_request *request,
                        const struct attributes *attributes, PROCESS_INFORMATION *ret)
{
    _cleanup_(program_done) struct program program = PROGRAM_NONE;
    nt_status st = ret ? program_prepare(&program, request) : NT(INVALID_PARAMETER);

    children_reap();
    if (nt_failed(st))
        return st;
    return whose == OWN_TOKEN ? start_as_process(&program, attributes, ret)
                              : start_with_token(token, &program, attributes, ret);
}

/* What the W functions have to turn into UTF-8. */
struct wide_request {
    const WCHAR *application, *command_line, *directory;
    const STARTUPINFOW *startup;
};

static nt_status create_wide(enum whose_token whose, HANDLE token, const struct wide_request *wide,
                             struct program_request *request, const struct attributes *attributes,
                             PROCESS_INFORMATION *ret)
{
    _cleanup_(text_done) char *application = NULL, *command_line = NULL, *directory = NULL;
    STARTUPINFOA startup = { 0 };
    nt_status st = text_from_wide(&application, wide->application);

    if (!nt_failed(st))
        st = text_from_wide(&command_line, wide->command_line);
    if (!nt_failed(st))
        st = text_from_wide(&directory, wide->directory);
    if (nt_failed(st))
        return st;
    if (wide->startup) {
        startup.dwFlags = wide->startup->dwFlags;
        startup.hStdInput = wide->startup->hStdInput;
        startup.hStdOutput = wide->startup->hStdOutput;
        startup.hStdError = wide->startup->hStdError;
        request->startup = &startup;
    }
    request->application = application;
    request->command_line = command_line;
    request->directory = directory;
    return create(whose, token, request, attributes, ret);
}

static struct attributes attributes_of(const SECURITY_ATTRIBUTES *process,
                                       const SECURITY_ATTRIBUTES *thread)
{
    return (struct attributes){ handle_flags_of(process), handle_flags_of(thread) };
}

BOOL CreateProcessAsUserA(HANDLE hToken, LPCSTR lpApplicationName, LPSTR lpCommandLine,
                          LPSECURITY_ATTRIBUTES lpProcessAttributes,
                          LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                          DWORD dwCreationFlags, LPVOID lpEnvironment, LPCSTR lpCurrentDirectory,
                          LPSTARTUPINFOA lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation)
{
    const struct program_request request = { lpApplicationName,  lpCommandLine, lpEnvironment,
                                             lpCurrentDirectory, lpStartupInfo, dwCreationFlags };
    const struct attributes attributes = attributes_of(lpProcessAttributes, lpThreadAttributes);

    return finish(create(GIVEN_TOKEN, hToken, &request, &attributes, lpProcessInformation));
}

BOOL CreateProcessAsUserW(HANDLE hToken, LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                          LPSECURITY_ATTRIBUTES lpProcessAttributes,
                          LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                          DWORD dwCreationFlags, LPVOID lpEnvironment, LPCWSTR lpCurrentDirectory,
                          LPSTARTUPINFOW lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation)
{
    const struct wide_request wide = { lpApplicationName, lpCommandLine, lpCurrentDirectory,
                                       lpStartupInfo };
    struct program_request request = { .environment = lpEnvironment,
                                       .creation_flags = dwCreationFlags };
    const struct attributes attributes = attributes_of(lpProcessAttributes, lpThreadAttributes);

    return finish(
        create_wide(GIVEN_TOKEN, hToken, &wide, &request, &attributes, lpProcessInformation));
}

BOOL CreateProcessA(LPCSTR lpApplicationName, LPSTR lpCommandLine,
                    LPSECURITY_ATTRIBUTES lpProcessAttributes,
                    LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                    DWORD dwCreationFlags, LPVOID lpEnvironment, LPCSTR lpCurrentDirectory,
                    LPSTARTUPINFOA lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation)
{
    const struct program_request request = { lpApplicationName,  lpCommandLine, lpEnvironment,
                                             lpCurrentDirectory, lpStartupInfo, dwCreationFlags };
    const struct attributes attributes = attributes_of(lpProcessAttributes, lpThreadAttributes);

    return finish(create(OWN_TOKEN, NULL, &request, &attributes, lpProcessInformation));
}

BOOL CreateProcessW(LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                    LPSECURITY_ATTRIBUTES lpProcessAttributes,
                    LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                    DWORD dwCreationFlags, LPVOID lpEnvironment, LPCWSTR lpCurrentDirectory,
                    LPSTARTUPINFOW lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation)
{
    const struct wide_request wide = { lpApplicationName, lpCommandLine, lpCurrentDirectory,
                                       lpStartupInfo };
    struct program_request request = { .environment = lpEnvironment,
                                       .creation_flags = dwCreationFlags };
    const struct attributes attributes = attributes_of(lpProcessAttributes, lpThreadAttributes);

    return finish(create_wide(OWN_TOKEN, NULL, &wide, &request, &attributes, lpProcessInformation));
}
