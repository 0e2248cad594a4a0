/* SPDX-License-Identifier: MIT */
/* Starting processes, with the process's own token or with another. */
#include <windows.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/capability.h>

#include "client/child.h"
#include "client/create_process.h"
#include "client/handle.h"
#include "client/last_error.h"
#include "client/mode.h"
#include "client/program.h"
#include "client/spawn_request.h"
#include "client/text.h"
#include "client/thread_identity.h"
#include "client/thread_object.h"
#include "client/token_change.h"
#include "client/token_handle.h"
#include "linux/capability_policy.h"
#include "security/token_groups.h"

enum {
    TOKEN_NEEDED = TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_ASSIGN_PRIMARY,

    PREPARE_TOKEN_ONLY = 1, /* PrepareProcessRequest.flags */
    PREPARE_WITH_LOGON = 2,
    PREPARE_WITH_TOKEN = 4,
};

/* --- handles of a started process --------------------------------------------------------- */

static nt_status open_handles(process_object *process, const struct process_attributes *attributes,
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

/* A process without a handle would be nobody's: it is ended. */
static nt_status give_process(process_object *process, const struct process_attributes *attributes,
                              PROCESS_INFORMATION *ret)
{
    nt_status st = open_handles(process, attributes, ret);

    if (nt_failed(st))
        (void)process_object_terminate(process, (uint32_t)ERROR_NOT_ENOUGH_MEMORY).code;
    return st;
}

/* Takes the pidfd. */
static nt_status take_process(const struct spawn_result *started,
                              const struct process_attributes *attributes, PROCESS_INFORMATION *ret)
{
    _cleanup_(process_object_unrefp) process_object *process = NULL;
    nt_status st = child_new(&process, started->pid, started->pidfd);

    return nt_failed(st) ? st : give_process(process, attributes, ret);
}

/* --- with the process's own token --------------------------------------------------------- */

static nt_status start_as_process(struct program *program,
                                  const struct process_attributes *attributes,
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
    uint32_t flags;           /* of PrepareProcessRequest */
    uint64_t ticket;
    uint64_t capabilities; /* that its privileges come to */
    int cgroup_fd;         /* -1: none */
    nt_status told;        /* what ProcessStarted was answered; it is asked from a callback */
};

static void start_done(struct start *start)
{
    if (start->cgroup_fd >= 0)
        (void)close(start->cgroup_fd);
}

static Openlogon__PrepareProcessRequest prepare_request(const struct start *start)
{
    Openlogon__PrepareProcessRequest prepare = OPENLOGON__PREPARE_PROCESS_REQUEST__INIT;

    prepare.token_id = remote_token_id(start->token);
    prepare.privileges_present = token_image_privileges_present(start->image);
    prepare.privileges_enabled = token_image_privileges_enabled(start->image);
    prepare.flags = start->flags | (mode_is_token_only() ? (uint32_t)PREPARE_TOKEN_ONLY : 0);
    return prepare;
}

static nt_status start_prepare(struct start *start)
{
    Openlogon__PrepareProcessRequest prepare = prepare_request(start);
    Openlogon__Request request = REQUEST(PREPARE_PROCESS, prepare_process, &prepare);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    st = remote_token_call(start->token, &request, -1, REPLY_OF(PREPARE_PROCESS), &reply);
    if (nt_failed(st))
        return st;
    start_done(start);
    start->ticket = reply.message->prepare_process->ticket;
    start->capabilities = reply.message->prepare_process->capabilities;
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
                                   const struct process_attributes *attributes,
                                   PROCESS_INFORMATION *ret)
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

/* Whom the kernel is to know the process as. */
struct new_identity {
    struct kernel_identity kernel;
    struct credentials own; /* the calling process's, unless its thread wears another's */
    const struct credentials *home;
    bool is_own; /* the ids are the process's own */
};

static void new_identity_done(struct new_identity *identity)
{
    credentials_done(&identity->own);
}

static nt_status new_identity_read(struct new_identity *ret, const token_image *image)
{
    const struct credentials *worn = thread_identity_home_if_worn();
    int r = worn ? 0 : credentials_read(&ret->own);

    if (r < 0)
        return nt_from_errno(r);
    ret->kernel.uid = token_image_uid(image);
    ret->kernel.gid = token_image_gid(image);
    ret->kernel.gids = token_image_gids(image, &ret->kernel.n_gids);
    if (ret->kernel.uid == UINT32_MAX || ret->kernel.gid == UINT32_MAX)
        return NT(NONE_MAPPED);
    ret->home = worn ? worn : &ret->own;
    ret->is_own = credentials_equal(&ret->kernel, ret->home);
    return NT_OK;
}

/* Whether this process can start it by itself: root, and who only starts another of his own. What
 * the privileges come to may be less, by openlogond's configuration, and never is more. */
static bool is_able(const struct new_identity *identity, const token_image *image)
{
    const uint64_t ids = UINT64_C(1) << CAP_SETUID | UINT64_C(1) << CAP_SETGID;
    const struct capability_sets *own = &identity->home->capabilities;
    struct capability_policy policy;

    if (identity->home->euid == 0)
        return identity->is_own || !(ids & ~own->effective);
    capability_policy_init(&policy);
    return identity->is_own &&
           !(capability_policy_of(&policy, token_image_privileges_enabled(image)) &
             ~own->permitted);
}

/* The ids are left alone where they are the process's own: that needs no capability. */
static void set_identity(struct spawn_spec *spec, const struct new_identity *identity)
{
    spec->identity = &identity->kernel;
    if (identity->is_own)
        spec->flags |= SPAWN_CAPABILITIES_ONLY;
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

static nt_status start_directly(struct start *start, struct program *program,
                                struct new_identity *identity,
                                const struct process_attributes *attributes,
                                PROCESS_INFORMATION *ret)
{
    nt_status st = start_prepare(start);

    if (nt_failed(st))
        return st;
    program->spec.home = thread_identity_home_if_worn();
    identity->kernel.capabilities = start->capabilities;
    if (!mode_is_token_only())
        set_identity(&program->spec, identity);
    return spawn_with_ticket(start, &program->spec, attributes, ret);
}

static nt_status start_by_spawner(const struct start *start, const struct program *program,
                                  const struct process_attributes *attributes,
                                  PROCESS_INFORMATION *ret)
{
    Openlogon__PrepareProcessRequest prepare = prepare_request(start);
    _cleanup_(process_object_unrefp) process_object *process = NULL;
    nt_status st = spawn_request(&process, start->token, &prepare, &program->spec);

    return nt_failed(st) ? st : give_process(process, attributes, ret);
}

static bool is_direct(const struct start *start, const struct new_identity *identity)
{
    const connection *c = remote_token_connection(start->token);

    return mode_is_token_only() || !connection_authority(c)->enforces_identity ||
           is_able(identity, start->image);
}

static nt_status start_with_token(HANDLE handle, uint32_t flags, struct program *program,
                                  const struct process_attributes *attributes,
                                  PROCESS_INFORMATION *ret)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    _cleanup_(new_identity_done) struct new_identity identity = { .own = CREDENTIALS_NONE };
    _cleanup_(start_done) struct start start = { .flags = flags, .cgroup_fd = -1 };
    nt_status st = token_handle_get(handle, TOKEN_NEEDED, &token);

    if (!nt_failed(st))
        st = token_to_start_with(token, &image);
    if (!nt_failed(st) && !mode_is_token_only())
        st = new_identity_read(&identity, image->image);
    if (nt_failed(st))
        return st;
    start.token = token_object_remote(token);
    start.image = image->image;
    program_set_session(program, token_image_authentication_id(image->image));
    /* A program could gain by its file what the token is not to have. */
    if (token_image_n_restricted(image->image) > 0 && !mode_is_token_only())
        program->spec.flags |= SPAWN_NO_NEW_PRIVS;
    return is_direct(&start, &identity)
               ? start_directly(&start, program, &identity, attributes, ret)
               : start_by_spawner(&start, program, attributes, ret);
}

/* --- the API ------------------------------------------------------------------------------ */

static const uint32_t flags_of[] = {
    [GIVEN_TOKEN] = 0,
    [LOGON_TOKEN] = PREPARE_WITH_LOGON,
    [TOKEN_BY_IMPERSONATION] = PREPARE_WITH_TOKEN,
};

static nt_status create(enum whose_token whose, HANDLE token, const struct program_request *request,
                        const struct process_attributes *attributes, PROCESS_INFORMATION *ret)
{
    _cleanup_(program_done) struct program program = PROGRAM_NONE;
    nt_status st = ret ? program_prepare(&program, request) : NT(INVALID_PARAMETER);

    children_reap();
    if (nt_failed(st))
        return st;
    return whose == OWN_TOKEN ? start_as_process(&program, attributes, ret)
                              : start_with_token(token, flags_of[whose], &program, attributes, ret);
}

nt_status create_process_wide(enum whose_token whose, HANDLE token, const struct wide_request *wide,
                              struct program_request *request,
                              const struct process_attributes *attributes, PROCESS_INFORMATION *ret)
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

static struct process_attributes attributes_of(const SECURITY_ATTRIBUTES *process,
                                               const SECURITY_ATTRIBUTES *thread)
{
    return (struct process_attributes){ handle_flags_of(process), handle_flags_of(thread) };
}

BOOL CreateProcessAsUserA(HANDLE hToken, LPCSTR lpApplicationName, LPSTR lpCommandLine,
                          LPSECURITY_ATTRIBUTES lpProcessAttributes,
                          LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                          DWORD dwCreationFlags, LPVOID lpEnvironment, LPCSTR lpCurrentDirectory,
                          LPSTARTUPINFOA lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation)
{
    const struct program_request request = { lpApplicationName,  lpCommandLine, lpEnvironment,
                                             lpCurrentDirectory, lpStartupInfo, dwCreationFlags };
    const struct process_attributes attributes =
        attributes_of(lpProcessAttributes, lpThreadAttributes);

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
    const struct process_attributes attributes =
        attributes_of(lpProcessAttributes, lpThreadAttributes);

    return finish(create_process_wide(GIVEN_TOKEN, hToken, &wide, &request, &attributes,
                                      lpProcessInformation));
}

BOOL CreateProcessA(LPCSTR lpApplicationName, LPSTR lpCommandLine,
                    LPSECURITY_ATTRIBUTES lpProcessAttributes,
                    LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                    DWORD dwCreationFlags, LPVOID lpEnvironment, LPCSTR lpCurrentDirectory,
                    LPSTARTUPINFOA lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation)
{
    const struct program_request request = { lpApplicationName,  lpCommandLine, lpEnvironment,
                                             lpCurrentDirectory, lpStartupInfo, dwCreationFlags };
    const struct process_attributes attributes =
        attributes_of(lpProcessAttributes, lpThreadAttributes);

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
    const struct process_attributes attributes =
        attributes_of(lpProcessAttributes, lpThreadAttributes);

    return finish(
        create_process_wide(OWN_TOKEN, NULL, &wide, &request, &attributes, lpProcessInformation));
}
