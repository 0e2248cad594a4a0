/* SPDX-License-Identifier: MIT */
/* processenv.h, libloaderapi.h, winbase.h: what surrounds the process. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <windows.h>

#include "base/macros.h"
#include "client/text_argument.h"

/* The rule of GetEnvironmentVariable: the length on success, the room needed when it is too small.
 */
static DWORD give_counted(const char *text, LPSTR buffer, DWORD room)
{
    size_t length = strlen(text);

    if (!buffer || room <= length)
        return (DWORD)length + 1;
    memcpy(buffer, text, length + 1);
    return (DWORD)length;
}

static DWORD give_counted_wide(const char *text, LPWSTR buffer, DWORD room)
{
    DWORD size = room, error = GetLastError();

    if (give_text_wide(text, buffer, &size))
        return size;
    if (GetLastError() != ERROR_INSUFFICIENT_BUFFER)
        return 0;
    SetLastError(error);
    return size;
}

DWORD GetEnvironmentVariableA(LPCSTR name, LPSTR buffer, DWORD room)
{
    const char *value = name ? getenv(name) : NULL;

    if (!value)
        return (DWORD)fail(ERROR_ENVVAR_NOT_FOUND);
    return give_counted(value, buffer, room);
}

DWORD GetEnvironmentVariableW(LPCWSTR name, LPWSTR buffer, DWORD room)
{
    _cleanup_(freep) char *converted = name ? wide_argument(name) : NULL;
    const char *value = converted ? getenv(converted) : NULL;

    if (!value)
        return (DWORD)fail(ERROR_ENVVAR_NOT_FOUND);
    return give_counted_wide(value, buffer, room);
}

BOOL SetEnvironmentVariableA(LPCSTR name, LPCSTR value)
{
    int r;

    if (!name)
        return fail(ERROR_INVALID_PARAMETER);
    r = value ? setenv(name, value, 1) : unsetenv(name);
    if (r < 0)
        return fail(errno == ENOMEM ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER);
    return TRUE;
}

BOOL SetEnvironmentVariableW(LPCWSTR name, LPCWSTR value)
{
    _cleanup_(freep) char *converted_name = NULL, *converted_value = NULL;

    if (!name)
        return fail(ERROR_INVALID_PARAMETER);
    converted_name = wide_argument(name);
    converted_value = value ? wide_argument(value) : NULL;
    if (!converted_name || (value && !converted_value))
        return FALSE;
    return SetEnvironmentVariableA(converted_name, converted_value);
}

/* The program's own file. Only that: there are no module handles here. */
static char *own_program(HMODULE module)
{
    char path[4096];
    ssize_t n;

    if (module) {
        SetLastError(ERROR_MOD_NOT_FOUND);
        return NULL;
    }
    n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (n < 0) {
        SetLastError(ERROR_FILE_NOT_FOUND);
        return NULL;
    }
    path[n] = '\0';
    return strdup(path);
}

DWORD GetModuleFileNameA(HMODULE module, LPSTR buffer, DWORD room)
{
    _cleanup_(freep) char *path = own_program(module);
    size_t length;

    if (!path || !buffer || room == 0)
        return 0;
    length = strlen(path);
    if (length >= room) {
        memcpy(buffer, path, room - 1);
        buffer[room - 1] = '\0';
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return room;
    }
    memcpy(buffer, path, length + 1);
    return (DWORD)length;
}

DWORD GetModuleFileNameW(HMODULE module, LPWSTR buffer, DWORD room)
{
    _cleanup_(freep) char *path = own_program(module);
    DWORD size = room;

    if (!path || !buffer || room == 0)
        return 0;
    if (give_text_wide(path, buffer, &size))
        return size;
    buffer[0] = 0;
    return GetLastError() == ERROR_INSUFFICIENT_BUFFER ? room : 0;
}

/* The name that sessions show as their logon server: the host's, without its domain, in capitals.
 */
static void computer_name(char *ret, size_t size)
{
    if (gethostname(ret, size) < 0)
        ret[0] = '\0';
    ret[size - 1] = '\0';
    ret[strcspn(ret, ".")] = '\0';
    for (char *c = ret; *c; c++) {
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    }
}

BOOL GetComputerNameA(LPSTR buffer, LPDWORD size)
{
    char name[256];

    computer_name(name, sizeof(name));
    return give_text(name, buffer, size) || fail(ERROR_BUFFER_OVERFLOW);
}

BOOL GetComputerNameW(LPWSTR buffer, LPDWORD size)
{
    char name[256];

    computer_name(name, sizeof(name));
    return give_text_wide(name, buffer, size) || fail(ERROR_BUFFER_OVERFLOW);
}

VOID ExitProcess(UINT code)
{
    exit((int)code);
}
