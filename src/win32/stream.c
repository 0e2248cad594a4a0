/* SPDX-License-Identifier: MIT */
#include "win32/crt/stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>

#include "base/macros.h"
#include "win32/crt/convert.h"
#include "win32/crt/wide_string.h"
#include "win32/encoding.h"
#include "win32/sink.h"
#include "win32/unicode.h"

/* --- writing ------------------------------------------------------------------------------------
 */

static int write_text(FILE *stream, const char16_t *text, size_t n, const char *line_end)
{
    char16_t buffer[1024];
    struct sink sink = {
        .width = TEXT_WIDE, .units = buffer, .capacity = ARRAY_SIZE(buffer), .stream = stream
    };

    flockfile(stream);
    openlogon_w32_sink_put_wide(&sink, text, n);
    openlogon_w32_sink_put_narrow(&sink, line_end, strlen(line_end));
    int length = openlogon_w32_sink_finish(&sink);
    funlockfile(stream);
    return length < 0 ? EOF : 0;
}

int openlogon_w32_fputws(const char16_t *text, FILE *stream)
{
    return write_text(stream, text, openlogon_w32_wcslen(text), "");
}

int openlogon_w32__putws(const char16_t *text)
{
    return write_text(stdout, text, openlogon_w32_wcslen(text), "\n");
}

wint_t openlogon_w32_fputwc(char16_t c, FILE *stream)
{
    return write_text(stream, &c, 1, "") == 0 ? c : WEOF;
}

wint_t openlogon_w32_putwchar(char16_t c)
{
    return openlogon_w32_fputwc(c, stdout);
}

/* --- reading ------------------------------------------------------------------------------------
 */

/*
 * A unit that was not consumed waits in the stream itself, as UTF-8. For half a character that is
 * what UTF-8 would make of a surrogate, three bytes that no well-formed text holds.
 */
static wint_t unread_unit(char16_t unit, FILE *stream)
{
    char bytes[UTF8_MAX] = { (char)0xed, (char)(0x80 | (unit >> 6 & 0x3f)),
                             (char)(0x80 | (unit & 0x3f)) };
    size_t n = 3;

    if (!unicode_is_high_surrogate(unit) && !unicode_is_low_surrogate(unit))
        n = utf8_put(bytes, unit);
    while (n > 0) {
        if (ungetc((unsigned char)bytes[--n], stream) == EOF)
            return WEOF;
    }
    return unit;
}

/* The rest of a surrogate's three bytes, of which two were read; -1 when it is none. */
static int take_surrogate(const char bytes[static UTF8_MAX], FILE *stream)
{
    if ((uint8_t)bytes[0] != 0xed || (uint8_t)bytes[1] < 0xa0 || (uint8_t)bytes[1] > 0xbf)
        return -1;
    int third = getc_unlocked(stream);
    if (third == EOF || (third & 0xc0) != 0x80) {
        (void)ungetc(third, stream);
        return -1;
    }
    return 0xd000 | (bytes[1] & 0x3f) << 6 | (third & 0x3f);
}

/* Reads one code point, or a surrogate that unread_unit() has left; -1 at the end. */
static int32_t take_code_point(FILE *stream)
{
    char bytes[UTF8_MAX];
    int c = getc_unlocked(stream);
    size_t n = 1;

    if (c == EOF)
        return -1;
    bytes[0] = (char)c;
    for (; n <= utf8_n_following((uint8_t)bytes[0]); n++) {
        c = getc_unlocked(stream);
        if (c == EOF)
            break;
        bytes[n] = (char)c;
        uint32_t value;
        if (utf8_take(bytes, n + 1, &value) == n + 1)
            continue;
        int surrogate = n == 1 ? take_surrogate(bytes, stream) : -1;
        if (surrogate >= 0)
            return surrogate;
        (void)ungetc(c, stream); /* it begins something else */
        break;
    }
    uint32_t value;
    (void)utf8_take(bytes, n, &value);
    return (int32_t)value;
}

static wint_t take_unit(FILE *stream)
{
    char16_t units[UTF16_MAX];
    int32_t value = take_code_point(stream);

    if (value < 0)
        return WEOF;
    if (utf16_put(units, (uint32_t)value) > 1 && unread_unit(units[1], stream) == WEOF)
        return UNICODE_REPLACEMENT;
    return units[0];
}

wint_t openlogon_w32_fgetwc(FILE *stream)
{
    flockfile(stream);
    wint_t unit = take_unit(stream);
    funlockfile(stream);
    return unit;
}

wint_t openlogon_w32_getwchar(void)
{
    return openlogon_w32_fgetwc(stdin);
}

wint_t openlogon_w32_ungetwc(wint_t c, FILE *stream)
{
    if (c == WEOF)
        return WEOF;
    flockfile(stream);
    wint_t result = unread_unit((char16_t)c, stream);
    funlockfile(stream);
    return result;
}

char16_t *openlogon_w32_fgetws(char16_t *buffer, int size, FILE *stream)
{
    int n = 0;

    if (!buffer || size <= 0)
        return NULL;
    flockfile(stream);
    while (n < size - 1) {
        wint_t unit = take_unit(stream);
        if (unit == WEOF)
            break;
        buffer[n++] = (char16_t)unit;
        if (unit == '\n')
            break;
    }
    int failed = ferror_unlocked(stream);
    funlockfile(stream);
    if (failed || (n == 0 && size > 1))
        return NULL;
    buffer[n] = 0;
    return buffer;
}

/* --- files --------------------------------------------------------------------------------------
 */

/* Microsoft's open modes, without what has no meaning here. False: longer than any of them. */
static bool plain_mode(char *ret, size_t size, const char *mode)
{
    size_t n = 0;

    for (; *mode && *mode != ','; mode++) {
        if (*mode == 't' || *mode == ' ')
            continue;
        if (n + 1 >= size)
            return false;
        ret[n++] = *mode;
    }
    ret[n] = '\0';
    return true;
}

errno_t openlogon_w32_fopen_s(FILE **ret, const char *path, const char *mode)
{
    char plain[16];

    if (!ret)
        return errno = EINVAL;
    *ret = NULL;
    if (!path || !mode || !plain_mode(plain, sizeof(plain), mode))
        return errno = EINVAL;
    *ret = fopen(path, plain);
    return *ret ? 0 : errno;
}

errno_t openlogon_w32__wfopen_s(FILE **ret, const char16_t *path, const char16_t *mode)
{
    char narrow_mode[32];

    if (!ret)
        return errno = EINVAL;
    *ret = NULL;
    if (!path || !mode ||
        openlogon_w32_wcstombs_s(NULL, narrow_mode, sizeof(narrow_mode), mode, WHOLE) != 0)
        return errno = EINVAL;
    _cleanup_(freep) char *narrow_path = openlogon_w32_narrow_copy(path);
    if (!narrow_path)
        return errno;
    return openlogon_w32_fopen_s(ret, narrow_path, narrow_mode);
}

FILE *openlogon_w32__wfopen(const char16_t *path, const char16_t *mode)
{
    FILE *file;

    return openlogon_w32__wfopen_s(&file, path, mode) == 0 ? file : NULL;
}

int openlogon_w32_fwide(FILE *stream, int mode)
{
    (void)stream;
    return mode;
}
