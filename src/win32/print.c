/* SPDX-License-Identifier: MIT */
/* The printf family: where the text goes, and what becomes of it when there is no room. */
#include "win32/crt/print.h"

#include <errno.h>
#include <limits.h>
#include <uchar.h>

#include "win32/format.h"

/* What the largest buffer of a stream sink holds; most texts go out in one write. */
enum { STREAM_BYTES = 4096 };

/* Calls the function of a va_list with the variable arguments. */
#define WITH_ARGUMENTS(ret, last, call)                                                            \
    do {                                                                                           \
        va_list args;                                                                              \
        va_start(args, last);                                                                      \
        (ret) = (call);                                                                            \
        va_end(args);                                                                              \
    } while (0)

static int invalid(void)
{
    errno = EINVAL;
    return -1;
}

/* --- streams -----------------------------------------------------------------------------------
 */

static int print_to_stream(FILE *stream, enum text_width width, const void *format, va_list args)
{
    char16_t buffer[STREAM_BYTES / sizeof(char16_t)];
    struct sink sink = {
        .width = width, .units = buffer, .capacity = sizeof(buffer) / width, .stream = stream
    };

    if (!stream || !format)
        return invalid();
    flockfile(stream);
    openlogon_w32_format(&sink, format, args);
    int length = openlogon_w32_sink_finish(&sink);
    funlockfile(stream);
    return length;
}

int openlogon_w32_vfprintf(FILE *stream, const char *format, va_list args)
{
    return print_to_stream(stream, TEXT_NARROW, format, args);
}

int openlogon_w32_vprintf(const char *format, va_list args)
{
    return print_to_stream(stdout, TEXT_NARROW, format, args);
}

int openlogon_w32_vfwprintf(FILE *stream, const char16_t *format, va_list args)
{
    return print_to_stream(stream, TEXT_WIDE, format, args);
}

int openlogon_w32_vwprintf(const char16_t *format, va_list args)
{
    return print_to_stream(stdout, TEXT_WIDE, format, args);
}

/* --- memory ------------------------------------------------------------------------------------
 */

struct buffer {
    enum text_width width;
    void *units;
    size_t size; /* in units */
};

static void terminate(const struct buffer *buffer, size_t at)
{
    if (buffer->width == TEXT_WIDE)
        ((char16_t *)buffer->units)[at] = 0;
    else
        ((char *)buffer->units)[at] = 0;
}

/* Prints what fits, without a terminating zero; returns the whole length, or -1. */
static int print_units(const struct buffer *buffer, const void *format, va_list args)
{
    struct sink sink = { .width = buffer->width, .units = buffer->units, .capacity = buffer->size };

    if (!format || (!buffer->units && buffer->size > 0))
        return invalid();
    openlogon_w32_format(&sink, format, args);
    return openlogon_w32_sink_finish(&sink);
}

/* Cut and terminated; returns the whole length, or -1. */
static int print_cut(const struct buffer *buffer, const void *format, va_list args)
{
    int length = print_units(buffer, format, args);
    size_t end = length < 0 ? 0 : (size_t)length;

    if (buffer->size > 0 && buffer->units)
        terminate(buffer, end < buffer->size ? end : buffer->size - 1);
    return length;
}

/* As _snprintf: fills the buffer to the last unit, terminates where there is room. */
static int print_filling(const struct buffer *buffer, const void *format, va_list args)
{
    int length = print_units(buffer, format, args);

    if (length < 0 || (size_t)length > buffer->size)
        return -1;
    if ((size_t)length < buffer->size)
        terminate(buffer, (size_t)length);
    return length;
}

/* As sprintf_s: all of it or an empty string. */
static int print_whole(const struct buffer *buffer, const void *format, va_list args)
{
    if (!buffer->units || buffer->size == 0)
        return invalid();
    int length = print_cut(buffer, format, args);
    if (length >= 0 && (size_t)length < buffer->size)
        return length;
    terminate(buffer, 0);
    if (length >= 0)
        errno = ERANGE;
    return -1;
}

/* As _snprintf_s: at most `count` units, and the caller may have asked for a cut. */
static int print_counted(const struct buffer *buffer, size_t count, const void *format,
                         va_list args)
{
    struct buffer part = *buffer;

    if (!buffer->units || buffer->size == 0)
        return invalid();
    if (count != _TRUNCATE && count >= buffer->size)
        return print_whole(buffer, format, args);
    if (count < buffer->size)
        part.size = count + 1;
    int length = print_cut(&part, format, args);
    return length >= 0 && (size_t)length < part.size ? length : -1;
}

/* --- memory, narrow ----------------------------------------------------------------------------
 */

int openlogon_w32_vsnprintf(char *buffer, size_t size, const char *format, va_list args)
{
    return print_cut(&(struct buffer){ TEXT_NARROW, buffer, size }, format, args);
}

int openlogon_w32_vsprintf(char *buffer, const char *format, va_list args)
{
    return openlogon_w32_vsnprintf(buffer, (size_t)INT_MAX + 1, format, args);
}

int openlogon_w32__vsnprintf(char *buffer, size_t size, const char *format, va_list args)
{
    return print_filling(&(struct buffer){ TEXT_NARROW, buffer, size }, format, args);
}

int openlogon_w32_vsprintf_s(char *buffer, size_t size, const char *format, va_list args)
{
    return print_whole(&(struct buffer){ TEXT_NARROW, buffer, size }, format, args);
}

int openlogon_w32__vsnprintf_s(char *buffer, size_t size, size_t count, const char *format,
                               va_list args)
{
    return print_counted(&(struct buffer){ TEXT_NARROW, buffer, size }, count, format, args);
}

int openlogon_w32__vscprintf(const char *format, va_list args)
{
    return print_units(&(struct buffer){ TEXT_NARROW, NULL, 0 }, format, args);
}

/* --- memory, wide ------------------------------------------------------------------------------
 */

int openlogon_w32_vswprintf(char16_t *buffer, size_t size, const char16_t *format, va_list args)
{
    int length = print_cut(&(struct buffer){ TEXT_WIDE, buffer, size }, format, args);

    return length >= 0 && (size_t)length < size ? length : -1;
}

int openlogon_w32__vswprintf(char16_t *buffer, const char16_t *format, va_list args)
{
    return openlogon_w32_vswprintf(buffer, (size_t)INT_MAX + 1, format, args);
}

int openlogon_w32__vsnwprintf(char16_t *buffer, size_t size, const char16_t *format, va_list args)
{
    return print_filling(&(struct buffer){ TEXT_WIDE, buffer, size }, format, args);
}

int openlogon_w32_vswprintf_s(char16_t *buffer, size_t size, const char16_t *format, va_list args)
{
    return print_whole(&(struct buffer){ TEXT_WIDE, buffer, size }, format, args);
}

int openlogon_w32__vsnwprintf_s(char16_t *buffer, size_t size, size_t count, const char16_t *format,
                                va_list args)
{
    return print_counted(&(struct buffer){ TEXT_WIDE, buffer, size }, count, format, args);
}

int openlogon_w32__vscwprintf(const char16_t *format, va_list args)
{
    return print_units(&(struct buffer){ TEXT_WIDE, NULL, 0 }, format, args);
}

/* --- <winuser.h> -------------------------------------------------------------------------------
 */

enum { WSPRINTF_MAX = 1024 };

/* Cut and terminated; returns the length of what was kept, or 0 as <winuser.h> reports failure. */
static int print_kept(const struct buffer *buffer, const void *format, va_list args)
{
    int length = print_cut(buffer, format, args);

    if (length < 0)
        return 0;
    return length < WSPRINTF_MAX ? length : WSPRINTF_MAX - 1;
}

int openlogon_w32_wvsprintfA(char *buffer, const char *format, va_list args)
{
    return print_kept(&(struct buffer){ TEXT_NARROW, buffer, WSPRINTF_MAX }, format, args);
}

int openlogon_w32_wvsprintfW(char16_t *buffer, const char16_t *format, va_list args)
{
    return print_kept(&(struct buffer){ TEXT_WIDE, buffer, WSPRINTF_MAX }, format, args);
}

/* --- with variable arguments -------------------------------------------------------------------
 */

int openlogon_w32_printf(const char *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32_vprintf(format, args));
    return length;
}

int openlogon_w32_fprintf(FILE *stream, const char *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32_vfprintf(stream, format, args));
    return length;
}

int openlogon_w32_wprintf(const char16_t *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32_vwprintf(format, args));
    return length;
}

int openlogon_w32_fwprintf(FILE *stream, const char16_t *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32_vfwprintf(stream, format, args));
    return length;
}

int openlogon_w32_sprintf(char *buffer, const char *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32_vsprintf(buffer, format, args));
    return length;
}

int openlogon_w32_snprintf(char *buffer, size_t size, const char *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32_vsnprintf(buffer, size, format, args));
    return length;
}

int openlogon_w32__snprintf(char *buffer, size_t size, const char *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32__vsnprintf(buffer, size, format, args));
    return length;
}

int openlogon_w32_sprintf_s(char *buffer, size_t size, const char *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32_vsprintf_s(buffer, size, format, args));
    return length;
}

int openlogon_w32__snprintf_s(char *buffer, size_t size, size_t count, const char *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32__vsnprintf_s(buffer, size, count, format, args));
    return length;
}

int openlogon_w32__scprintf(const char *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32__vscprintf(format, args));
    return length;
}

int openlogon_w32_swprintf(char16_t *buffer, size_t size, const char16_t *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32_vswprintf(buffer, size, format, args));
    return length;
}

int openlogon_w32__swprintf(char16_t *buffer, const char16_t *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32__vswprintf(buffer, format, args));
    return length;
}

int openlogon_w32__snwprintf(char16_t *buffer, size_t size, const char16_t *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32__vsnwprintf(buffer, size, format, args));
    return length;
}

int openlogon_w32_swprintf_s(char16_t *buffer, size_t size, const char16_t *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32_vswprintf_s(buffer, size, format, args));
    return length;
}

int openlogon_w32__snwprintf_s(char16_t *buffer, size_t size, size_t count, const char16_t *format,
                               ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32__vsnwprintf_s(buffer, size, count, format, args));
    return length;
}

int openlogon_w32__scwprintf(const char16_t *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32__vscwprintf(format, args));
    return length;
}

int openlogon_w32_wsprintfA(char *buffer, const char *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32_wvsprintfA(buffer, format, args));
    return length;
}

int openlogon_w32_wsprintfW(char16_t *buffer, const char16_t *format, ...)
{
    int length;

    WITH_ARGUMENTS(length, format, openlogon_w32_wvsprintfW(buffer, format, args));
    return length;
}
