/* SPDX-License-Identifier: MIT */
/* winbase.h: FormatMessage for the system's own messages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "base/macros.h"
#include "base/status.h"
#include "base/utf16.h"
#include "client/last_error.h"

enum {
    FLAGS_KNOWN = FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
                  FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
};

/*
 * The system's sentence for a code, with Windows' line end unless the caller asked for none. There
 * are no inserts in our messages. Inserts of the caller's own strings are not supported.
 */
static BOOL message_text(char *ret, size_t size, DWORD flags, DWORD code)
{
    const char *message;

    if (flags & ~(DWORD)FLAGS_KNOWN)
        return fail(ERROR_NOT_SUPPORTED);
    if (!(flags & FORMAT_MESSAGE_FROM_SYSTEM))
        return fail(ERROR_INVALID_PARAMETER);
    message = win32_message(code);
    if (!message)
        return fail(ERROR_MR_MID_NOT_FOUND);
    snprintf(ret, size, "%s%s", message,
             (flags & FORMAT_MESSAGE_MAX_WIDTH_MASK) == FORMAT_MESSAGE_MAX_WIDTH_MASK ? " "
                                                                                      : "\r\n");
    return TRUE;
}

/* Puts a result of `units` into the caller's buffer, or into one that LocalFree() frees. */
static DWORD give(const void *text, size_t units, size_t unit, DWORD flags, void *buffer,
                  DWORD room)
{
    if (!buffer)
        return (DWORD)fail(ERROR_INVALID_PARAMETER);
    if (flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) {
        size_t count = units + 1 > room ? units + 1 : room;
        void *copy = calloc(count, unit);

        if (!copy)
            return (DWORD)fail(ERROR_NOT_ENOUGH_MEMORY);
        memcpy(copy, text, (units + 1) * unit);
        memcpy(buffer, &copy, sizeof(copy));
        return (DWORD)units;
    }
    if (room <= units)
        return (DWORD)fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(buffer, text, (units + 1) * unit);
    return (DWORD)units;
}

DWORD FormatMessageA(DWORD flags, LPCVOID source, DWORD code, DWORD language, LPSTR buffer,
                     DWORD room, va_list *arguments)
{
    char text[512];

    (void)source;
    (void)language;
    (void)arguments;
    if (!message_text(text, sizeof(text), flags, code))
        return 0;
    return give(text, strlen(text), sizeof(*text), flags, buffer, room);
}

DWORD FormatMessageW(DWORD flags, LPCVOID source, DWORD code, DWORD language, LPWSTR buffer,
                     DWORD room, va_list *arguments)
{
    _cleanup_(freep) WCHAR *wide = NULL;
    char text[512];
    size_t units;

    (void)source;
    (void)language;
    (void)arguments;
    if (!message_text(text, sizeof(text), flags, code) ||
        !finish(utf8_to_utf16(&wide, &units, text, strlen(text))))
        return 0;
    return give(wide, units, sizeof(*wide), flags, buffer, room);
}
