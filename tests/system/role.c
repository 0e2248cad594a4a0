/* SPDX-License-Identifier: MIT */
#include "role.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

BOOL process_start(struct running *ret, HANDLE token, const char *command, struct with with)
{
    STARTUPINFOA startup = { .cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES };
    char line[COMMAND_SIZE];
    int ends[2];
    BOOL ok;

    snprintf(line, sizeof(line), "%s", command);
    CHECK(pipe2(ends, O_CLOEXEC) == 0);
    startup.hStdOutput = openlogon_handle_from_fd(ends[1]);
    startup.hStdError = openlogon_handle_from_fd(dup(2));
    CHECK(startup.hStdOutput && startup.hStdError);
    ok = CreateProcessAsUserA(token, NULL, line, NULL, NULL, TRUE, with.flags,
                              (void *)(uintptr_t)with.environment, with.directory, &startup,
                              &ret->process);
    {
        DWORD error = GetLastError();

        CloseHandle(startup.hStdOutput);
        CloseHandle(startup.hStdError);
        SetLastError(error);
    }
    if (ok)
        ret->out = ends[0];
    else
        close(ends[0]);
    return ok;
}

DWORD process_finish(struct running *r, char output[OUTPUT_SIZE])
{
    DWORD code = 0;
    size_t n = 0;
    ssize_t more;

    while (output && n < OUTPUT_SIZE - 1 &&
           (more = read(r->out, output + n, OUTPUT_SIZE - 1 - n)) > 0)
        n += (size_t)more;
    if (output)
        output[n] = '\0';
    close(r->out);
    CHECK(WaitForSingleObject(r->process.hProcess, WAIT_MS) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(r->process.hProcess, &code));
    CloseHandle(r->process.hThread);
    CloseHandle(r->process.hProcess);
    return code;
}

DWORD process_run_with(HANDLE token, const char *command, struct with with,
                       char output[OUTPUT_SIZE])
{
    struct running running;

    CHECK(process_start(&running, token, command, with));
    return process_finish(&running, output);
}

DWORD process_run(HANDLE token, const char *command, char output[OUTPUT_SIZE])
{
    return process_run_with(token, command, (struct with){ 0 }, output);
}

HANDLE log_on(const char *name, DWORD type)
{
    HANDLE token = NULL;

    CHECK(LogonUserA(name, NULL, "null", type, LOGON32_PROVIDER_DEFAULT, &token));
    return token;
}

HANDLE own_token(void)
{
    HANDLE token = NULL;

    CHECK(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token));
    return token;
}

BOOL set_privilege(HANDLE token, const char *name, DWORD attributes)
{
    TOKEN_PRIVILEGES privileges = { .PrivilegeCount = 1 };

    privileges.Privileges[0].Attributes = attributes;
    CHECK(LookupPrivilegeValueA(NULL, name, &privileges.Privileges[0].Luid));
    SetLastError(0);
    return AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL, NULL) && GetLastError() == 0;
}

const char *status_line(const char *status, const char *name)
{
    static char value[512];
    const char *at = strstr(status, name);

    value[0] = '\0';
    if (at)
        snprintf(value, sizeof(value), "%.*s", (int)strcspn(at + strlen(name), "\n"),
                 at + strlen(name));
    return value;
}

unsigned long long status_hex(const char *status, const char *name)
{
    const char *line = status_line(status, name);

    CHECK(*line);
    return strtoull(line, NULL, 16);
}

void read_file(const char *path, char ret[OUTPUT_SIZE])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    CHECK(fd >= 0);
    n = read(fd, ret, OUTPUT_SIZE - 1);
    CHECK(n >= 0);
    ret[n] = '\0';
    close(fd);
}
