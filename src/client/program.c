/* SPDX-License-Identifier: MIT */
#include "client/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/command_line.h"
#include "client/environment.h"
#include "client/file_object.h"
#include "client/handle.h"
#include "ipc/session_guid.h"

#define SEARCH_PATH_DEFAULT "/usr/local/bin:/usr/bin:/bin"

/* The others would mean something that is not done here. Of these the environment's form,
 * DETACHED_PROCESS and CREATE_NEW_CONSOLE make a difference: a console is a controlling terminal.
 */
enum {
    FLAGS_SUPPORTED = CREATE_UNICODE_ENVIRONMENT | CREATE_NO_WINDOW | DETACHED_PROCESS |
                      CREATE_NEW_CONSOLE | CREATE_NEW_PROCESS_GROUP | CREATE_DEFAULT_ERROR_MODE |
                      NORMAL_PRIORITY_CLASS,
};

void program_done(struct program *p)
{
    for (size_t i = 0; i < ARRAY_SIZE(p->files); i++)
        object_unref(p->files[i]);
    if (p->null_fd >= 0)
        (void)close(p->null_fd);
    free(p->path);
    free(p->argv);
    free(p->envp);
    *p = PROGRAM_NONE;
}

/* An application is a path, also without a slash: only a command line is looked for in PATH. */
static nt_status set_application(struct program *p, const char *application)
{
    const char *prefix = strchr(application, '/') ? "" : "./";

    if (asprintf(&p->path, "%s%s", prefix, application) < 0) {
        p->path = NULL;
        return NT(NO_MEMORY);
    }
    p->spec.path = p->path;
    return NT_OK;
}

static void set_searched(struct program *p)
{
    const char *path = getenv("PATH");

    p->spec.path = p->argv[0];
    if (!strchr(p->argv[0], '/'))
        p->spec.search_path = path ? path : SEARCH_PATH_DEFAULT;
}

static nt_status set_arguments(struct program *p, const struct program_request *request)
{
    nt_status st;

    if (request->command_line) {
        st = command_line_parse(&p->argv, NULL, request->command_line);
    } else {
        p->argv = calloc(2, sizeof(*p->argv));
        st = p->argv ? NT_OK : NT(NO_MEMORY);
        if (p->argv)
            p->argv[0] = (char *)(uintptr_t)request->application;
    }
    p->spec.argv = p->argv;
    if (nt_failed(st))
        return st;
    if (request->application)
        return set_application(p, request->application);
    set_searched(p);
    return p->argv[0][0] ? NT_OK : NT(INVALID_PARAMETER);
}

static nt_status set_environment(struct program *p, const struct program_request *request)
{
    nt_status st = request->creation_flags & CREATE_UNICODE_ENVIRONMENT
                       ? environment_from_wide(&p->envp, request->environment)
                       : environment_from_bytes(&p->envp, request->environment);

    p->spec.envp = p->envp;
    return st;
}

/* A program that is given no handle must not read or write what is the caller's. */
static nt_status set_null_file(struct program *p, size_t i)
{
    if (p->null_fd < 0)
        p->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    p->spec.fds[i] = p->null_fd;
    return p->null_fd < 0 ? nt_from_errno(errno) : NT_OK;
}

static nt_status set_file(struct program *p, size_t i, HANDLE handle)
{
    nt_status st;

    if (!handle || handle == INVALID_HANDLE_VALUE)
        return set_null_file(p, i);
    st = handle_get(handle, OBJECT_FILE, 0, &p->files[i]);
    if (!nt_failed(st))
        p->spec.fds[i] = file_object_fd(p->files[i]);
    return st;
}

static nt_status set_files(struct program *p, const STARTUPINFOA *startup)
{
    nt_status st;

    if (!(startup->dwFlags & STARTF_USESTDHANDLES)) {
        for (size_t i = 0; i < ARRAY_SIZE(p->spec.fds); i++)
            p->spec.fds[i] = -1;
        return NT_OK;
    }
    st = set_file(p, 0, startup->hStdInput);
    if (!nt_failed(st))
        st = set_file(p, 1, startup->hStdOutput);
    if (!nt_failed(st))
        st = set_file(p, 2, startup->hStdError);
    return st;
}

static nt_status fill(struct program *p, const struct program_request *request)
{
    nt_status st = set_arguments(p, request);

    if (!nt_failed(st))
        st = set_environment(p, request);
    if (!nt_failed(st))
        st = set_files(p, request->startup);
    p->spec.directory = request->directory;
    p->spec.cgroup_fd = -1;
    if (request->creation_flags & (DETACHED_PROCESS | CREATE_NEW_CONSOLE))
        p->spec.flags |= SPAWN_NEW_SESSION;
    if (request->creation_flags & CREATE_NEW_CONSOLE)
        p->spec.flags |= SPAWN_TERMINAL;
    return st;
}

nt_status program_prepare(struct program *ret, const struct program_request *request)
{
    _cleanup_(program_done) struct program p = PROGRAM_NONE;
    nt_status st;

    if (!request->startup || (!request->application && !request->command_line))
        return NT(INVALID_PARAMETER);
    if (request->creation_flags & ~(DWORD)FLAGS_SUPPORTED)
        return NT(NOT_SUPPORTED);
    st = fill(&p, request);
    if (nt_failed(st))
        return st;
    *ret = p;
    p = PROGRAM_NONE;
    return NT_OK;
}

/* The block has room for the variables, and a NULL behind that. */
static void set_variable(char **envp, char *variable)
{
    size_t length = (size_t)(strchr(variable, '=') + 1 - variable);
    size_t i = 0;

    while (envp[i] && strncmp(envp[i], variable, length) != 0)
        i++;
    envp[i] = variable;
}

void program_set_session(struct program *p, uint64_t luid)
{
    char guid[SESSION_GUID_SIZE];

    (void)snprintf(p->luid, sizeof(p->luid), "OPENLOGON_LUID=%08x:%08x", (unsigned)(luid >> 32),
                   (unsigned)luid);
    set_variable(p->envp, p->luid);
    (void)session_guid_text(guid, luid); /* where there is no /proc it says nothing */
    (void)snprintf(p->guid, sizeof(p->guid), SESSION_GUID_VARIABLE "=%s", guid);
    set_variable(p->envp, p->guid);
}

/* What execve() says, in the words of CreateProcess(). */
static nt_status execute_status(int error)
{
    switch (-error) {
    case ENOENT:
        return NT(OBJECT_NAME_NOT_FOUND);
    case ENOTDIR:
        return NT(OBJECT_PATH_NOT_FOUND);
    case EACCES:
    case EPERM:
        return NT(ACCESS_DENIED);
    case ENOEXEC:
    case ELIBBAD:
    case EISDIR:
        return NT(INVALID_IMAGE_FORMAT);
    default:
        return nt_from_errno(error);
    }
}

nt_status program_start_status(enum spawn_step step, int error)
{
    if (step == SPAWN_STEP_EXECUTE)
        return execute_status(error);
    if (step == SPAWN_STEP_DIRECTORY)
        return NT(NOT_A_DIRECTORY);
    if (step == SPAWN_STEP_IDENTITY && (error == -EPERM || error == -EINVAL))
        return NT(PRIVILEGE_NOT_HELD);
    return nt_from_errno(error);
}
