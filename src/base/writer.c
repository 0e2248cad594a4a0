/* SPDX-License-Identifier: MIT */
#include "base/writer.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 128 };

void writer_init(struct writer *w, size_t limit)
{
    *w = (struct writer){ .limit = limit };
}

void writer_done(struct writer *w)
{
    free(w->bytes);
    *w = (struct writer){ 0 };
}

void writer_fail(struct writer *w, nt_status status)
{
    if (!nt_failed(w->status))
        w->status = status;
}

static bool writer_grow(struct writer *w, size_t needed)
{
    size_t capacity = w->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : w->capacity;

    while (capacity < needed)
        capacity *= 2; /* needed is at most limit + 1, far from SIZE_MAX */
    void *bytes = realloc(w->bytes, capacity);
    if (!bytes) {
        writer_fail(w, NT(NO_MEMORY));
        return false;
    }
    w->bytes = bytes;
    w->capacity = capacity;
    return true;
}

/* Makes room for size bytes and the zero behind them. */
static bool writer_reserve(struct writer *w, size_t size)
{
    size_t end;

    if (nt_failed(w->status))
        return false;
    if (!size_add(w->size, size, &end) || end > w->limit || end > SIZE_MAX / 4) {
        writer_fail(w, NT(BUFFER_TOO_SMALL));
        return false;
    }
    return end < w->capacity || writer_grow(w, end + 1);
}

void writer_bytes(struct writer *w, const void *bytes, size_t size)
{
    if (!writer_reserve(w, size) || size == 0)
        return;
    memcpy(w->bytes + w->size, bytes, size);
    w->size += size;
}

void writer_zeros(struct writer *w, size_t size)
{
    if (!writer_reserve(w, size) || size == 0)
        return;
    memset(w->bytes + w->size, 0, size);
    w->size += size;
}

void *writer_room(struct writer *w, size_t size)
{
    return writer_reserve(w, size) ? w->bytes + w->size : NULL;
}

void writer_wrote(struct writer *w, const void *end)
{
    w->size = (size_t)((const uint8_t *)end - w->bytes);
}

static void put_number(uint8_t *bytes, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
}

static void write_number(struct writer *w, uint64_t value, size_t size)
{
    uint8_t bytes[sizeof(value)];

    put_number(bytes, value, size);
    writer_bytes(w, bytes, size);
}

void writer_u8(struct writer *w, uint8_t value)
{
    write_number(w, value, sizeof(value));
}

void writer_u16(struct writer *w, uint16_t value)
{
    write_number(w, value, sizeof(value));
}

void writer_u32(struct writer *w, uint32_t value)
{
    write_number(w, value, sizeof(value));
}

void writer_u64(struct writer *w, uint64_t value)
{
    write_number(w, value, sizeof(value));
}

static void set_number(struct writer *w, size_t offset, uint64_t value, size_t size)
{
    if (nt_failed(w->status))
        return;
    if (offset > w->size || size > w->size - offset) {
        writer_fail(w, NT(INVALID_PARAMETER));
        return;
    }
    put_number(w->bytes + offset, value, size);
}

void writer_set_u16(struct writer *w, size_t offset, uint16_t value)
{
    set_number(w, offset, value, sizeof(value));
}

void writer_set_u32(struct writer *w, size_t offset, uint32_t value)
{
    set_number(w, offset, value, sizeof(value));
}

void writer_text(struct writer *w, const char *text)
{
    writer_bytes(w, text, strlen(text));
}

void writer_format(struct writer *w, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0) {
        writer_fail(w, NT(INVALID_PARAMETER));
        return;
    }
    if (!writer_reserve(w, (size_t)size))
        return;
    va_start(arguments, format);
    (void)vsnprintf((char *)w->bytes + w->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    w->size += (size_t)size;
}

nt_status writer_take(struct writer *w, void *ret, size_t *ret_size)
{
    if (!writer_reserve(w, 0))
        return w->status;
    w->bytes[w->size] = 0;
    if (ret_size)
        *ret_size = w->size;
    *(void **)ret = TAKE(w->bytes);
    writer_done(w);
    return NT_OK;
}
