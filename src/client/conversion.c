/* SPDX-License-Identifier: MIT */
/*
 * stringapiset.h: UTF-16 to bytes and back. Every code page is UTF-8 here: CP_ACP, CP_OEMCP and
 * CP_THREAD_ACP mean it, others are ERROR_INVALID_PARAMETER.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "base/macros.h"
#include "base/utf16.h"
#include "client/last_error.h"

static BOOL is_utf8(UINT code_page)
{
    return code_page == CP_UTF8 || code_page == CP_ACP || code_page == CP_OEMCP ||
           code_page == CP_THREAD_ACP;
}

/* Without MB_ERR_INVALID_CHARS malformed bytes become U+FFFD, one each. */
static nt_status to_wide_replacing(WCHAR **ret, size_t *ret_units, const char *text, size_t size)
{
    static const char replacement[] = "\xef\xbf\xbd";
    _cleanup_(freep) char *repaired = malloc(size * 3 + 1);
    size_t used = 0;

    if (!repaired)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < size;) {
        size_t length = 1;

        while (length <= 4 && i + length <= size &&
               NT_IS(utf8_to_utf16_buffer(NULL, 0, NULL, text + i, length), INVALID_PARAMETER))
            length++;
        if (length > 4 || i + length > size) {
            memcpy(repaired + used, replacement, 3);
            used += 3;
            i++;
        } else {
            memcpy(repaired + used, text + i, length);
            used += length;
            i += length;
        }
    }
    return utf8_to_utf16(ret, ret_units, repaired, used);
}

/* Units that stand alone where a pair is needed become U+FFFD. */
static nt_status to_utf8_replacing(char **ret, size_t *ret_size, const WCHAR *text, size_t units)
{
    _cleanup_(freep) WCHAR *repaired = calloc(units + 1, sizeof(*repaired));

    if (!repaired)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < units; i++) {
        BOOL high = (text[i] & 0xfc00) == 0xd800;
        BOOL paired = high && i + 1 < units && (text[i + 1] & 0xfc00) == 0xdc00;

        repaired[i] = text[i];
        if (paired) {
            repaired[i + 1] = text[i + 1];
            i++;
        } else if ((text[i] & 0xf800) == 0xd800) {
            repaired[i] = 0xfffd;
        }
    }
    return utf16_to_utf8(ret, ret_size, repaired, units);
}

/* Copies a result of `count` units out; a room of 0 asks for the size. */
static int give(const void *result, size_t count, size_t unit, void *buffer, int room)
{
    if (count > INT_MAX)
        return fail(ERROR_INVALID_PARAMETER);
    if (room == 0)
        return (int)count;
    if (!buffer || (size_t)room < count)
        return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(buffer, result, count * unit);
    return (int)count;
}

int MultiByteToWideChar(UINT code_page, DWORD flags, LPCSTR text, int size, LPWSTR buffer, int room)
{
    _cleanup_(freep) WCHAR *wide = NULL;
    size_t length, units;
    nt_status st;

    if (!text || size == 0 || size < -1 || room < 0 || !is_utf8(code_page))
        return fail(ERROR_INVALID_PARAMETER);
    if (flags & ~(DWORD)MB_ERR_INVALID_CHARS)
        return fail(ERROR_INVALID_FLAGS);
    length = size < 0 ? strlen(text) + 1 : (size_t)size;
    st = utf8_to_utf16(&wide, &units, text, length);
    if (NT_IS(st, INVALID_PARAMETER)) {
        if (flags & MB_ERR_INVALID_CHARS)
            return fail(ERROR_NO_UNICODE_TRANSLATION);
        st = to_wide_replacing(&wide, &units, text, length);
    }
    if (nt_failed(st))
        return finish(st);
    return give(wide, units, sizeof(WCHAR), buffer, room);
}

int WideCharToMultiByte(UINT code_page, DWORD flags, LPCWSTR text, int units, LPSTR buffer,
                        int room, LPCSTR default_char, LPBOOL used_default)
{
    _cleanup_(freep) char *narrow = NULL;
    size_t length, size;
    nt_status st;

    if (!text || units == 0 || units < -1 || room < 0 || !is_utf8(code_page) || default_char ||
        used_default)
        return fail(ERROR_INVALID_PARAMETER);
    if (flags & ~(DWORD)WC_ERR_INVALID_CHARS)
        return fail(ERROR_INVALID_FLAGS);
    length = units < 0 ? utf16_length(text) + 1 : (size_t)units;
    st = utf16_to_utf8(&narrow, &size, text, length);
    if (NT_IS(st, INVALID_PARAMETER)) {
        if (flags & WC_ERR_INVALID_CHARS)
            return fail(ERROR_NO_UNICODE_TRANSLATION);
        st = to_utf8_replacing(&narrow, &size, text, length);
    }
    if (nt_failed(st))
        return finish(st);
    return give(narrow, size, 1, buffer, room);
}

int lstrlenA(LPCSTR text)
{
    return text ? (int)strlen(text) : 0;
}

int lstrlenW(LPCWSTR text)
{
    return text ? (int)utf16_length(text) : 0;
}
