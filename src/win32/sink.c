/* SPDX-License-Identifier: MIT */
#include "win32/sink.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "win32/unicode.h"

/* A UTF-16 unit becomes at most three bytes: a surrogate pair's two become four. */
enum { UNITS_AT_ONCE = 1024, BYTES_PER_UNIT = 3 };

void openlogon_w32_sink_fail(struct sink *sink, int error)
{
    if (!sink->error)
        sink->error = error;
}

static void write_bytes(struct sink *sink, const char *bytes, size_t size)
{
    if (size > 0 && fwrite_unlocked(bytes, 1, size, sink->stream) != size)
        openlogon_w32_sink_fail(sink, errno);
}

static void write_units(struct sink *sink, const char16_t *units, size_t n)
{
    char bytes[UNITS_AT_ONCE * BYTES_PER_UNIT];
    size_t size = 0;

    for (size_t i = 0; i < n;) {
        uint32_t value;

        i += utf16_take(units + i, n - i, &value);
        size += utf8_put(bytes + size, value);
        if (size > sizeof(bytes) - UTF8_MAX) {
            write_bytes(sink, bytes, size);
            size = 0;
        }
    }
    write_bytes(sink, bytes, size);
}

/* Empties the buffer into the stream, but for a high surrogate whose other half is yet to come. */
static void sink_flush_wide(struct sink *sink)
{
    char16_t *units = sink->units;
    bool split = sink->used > 1 && unicode_is_high_surrogate(units[sink->used - 1]);
    size_t n = split ? sink->used - 1 : sink->used;

    write_units(sink, units, n);
    if (split)
        units[0] = units[n];
    sink->used = split;
}

static void sink_flush(struct sink *sink)
{
    if (sink->width == TEXT_WIDE) {
        sink_flush_wide(sink);
        return;
    }
    write_bytes(sink, sink->units, sink->used);
    sink->used = 0;
}

/*
 * Counts `n` more units; returns how many of them can be kept now. When a stream takes them, the
 * caller comes again for the rest.
 */
static size_t sink_reserve(struct sink *sink, size_t n)
{
    if (sink->error)
        return 0;
    if (sink->stream && sink->used == sink->capacity)
        sink_flush(sink);
    size_t room = sink->capacity - sink->used;
    size_t now = sink->stream && n > room ? room : n;
    sink->length += now;
    if (sink->length > INT_MAX)
        openlogon_w32_sink_fail(sink, EOVERFLOW);
    return now;
}

static size_t sink_room(const struct sink *sink, size_t n)
{
    size_t room = sink->capacity - sink->used;

    return n < room ? n : room;
}

/* Text that already has the sink's width. */
static void sink_put(struct sink *sink, const void *text, size_t n)
{
    const char *from = text;

    while (n > 0) {
        size_t now = sink_reserve(sink, n);
        if (sink->error)
            return;
        size_t kept = sink_room(sink, now);
        if (kept > 0)
            memcpy((char *)sink->units + sink->used * sink->width, from, kept * sink->width);
        sink->used += kept;
        from += now * sink->width;
        n -= now;
    }
}

void openlogon_w32_sink_put_narrow(struct sink *sink, const char *text, size_t size)
{
    if (sink->width == TEXT_NARROW) {
        sink_put(sink, text, size);
        return;
    }
    for (size_t i = 0; i < size && !sink->error;) {
        char16_t units[UTF16_MAX];
        uint32_t value;

        i += utf8_take(text + i, size - i, &value);
        sink_put(sink, units, utf16_put(units, value));
    }
}

void openlogon_w32_sink_put_wide(struct sink *sink, const char16_t *text, size_t n)
{
    if (sink->width == TEXT_WIDE) {
        sink_put(sink, text, n);
        return;
    }
    for (size_t i = 0; i < n && !sink->error;) {
        char bytes[UTF8_MAX];
        uint32_t value;

        i += utf16_take(text + i, n - i, &value);
        sink_put(sink, bytes, utf8_put(bytes, value));
    }
}

void openlogon_w32_sink_fill(struct sink *sink, char c, size_t n)
{
    while (n > 0) {
        size_t now = sink_reserve(sink, n);
        if (sink->error)
            return;
        size_t kept = sink_room(sink, now);
        if (sink->width == TEXT_NARROW && kept > 0)
            memset((char *)sink->units + sink->used, c, kept);
        for (size_t i = 0; sink->width == TEXT_WIDE && i < kept; i++)
            ((char16_t *)sink->units)[sink->used + i] = (unsigned char)c;
        sink->used += kept;
        n -= now;
    }
}

int openlogon_w32_sink_finish(struct sink *sink)
{
    if (!sink->error && sink->stream) {
        if (sink->width == TEXT_WIDE)
            write_units(sink, sink->units, sink->used);
        else
            sink_flush(sink);
    }
    if (sink->error) {
        errno = sink->error;
        return -1;
    }
    return (int)sink->length;
}
