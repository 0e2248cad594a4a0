/* SPDX-License-Identifier: MIT */
#include "ipc/wire.h"

#include <string.h>

enum {
    VARINT_MAX = 10, /* bytes of 64 bits, seven in each */
    TYPE_BITS = 3,
    FIELD_MAX = (1 << 29) - 1,
};

/* --- writing ---------------------------------------------------------------------------------- */

void wire_writer_init(struct wire_writer *w, void *bytes, size_t capacity)
{
    *w = (struct wire_writer){ .bytes = bytes, .capacity = capacity };
}

/* Where `size` bytes are to be written; NULL: there is no room. */
static uint8_t *room(struct wire_writer *w, size_t size)
{
    uint8_t *here = w->bytes + w->size;

    if (w->failed || size > w->capacity - w->size) {
        w->failed = true;
        return NULL;
    }
    w->size += size;
    return here;
}

static size_t varint_encode(uint8_t ret[static VARINT_MAX], uint64_t value)
{
    size_t n = 0;

    for (; value > 0x7f; value >>= 7)
        ret[n++] = (uint8_t)(value | 0x80);
    ret[n++] = (uint8_t)value;
    return n;
}

static void put(struct wire_writer *w, const void *bytes, size_t size)
{
    uint8_t *here = room(w, size);

    if (here && size > 0)
        memcpy(here, bytes, size);
}

static void put_varint(struct wire_writer *w, uint64_t value)
{
    uint8_t bytes[VARINT_MAX];

    put(w, bytes, varint_encode(bytes, value));
}

static void put_tag(struct wire_writer *w, uint32_t field, enum wire_type type)
{
    put_varint(w, (uint64_t)field << TYPE_BITS | type);
}

void wire_put_number(struct wire_writer *w, uint32_t field, uint64_t value)
{
    if (value == 0)
        return;
    put_tag(w, field, WIRE_NUMBER);
    put_varint(w, value);
}

void wire_put_fixed64(struct wire_writer *w, uint32_t field, uint64_t value)
{
    uint8_t bytes[sizeof(value)];

    if (value == 0)
        return;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
    put_tag(w, field, WIRE_FIXED64);
    put(w, bytes, sizeof(bytes));
}

void wire_put_bytes(struct wire_writer *w, uint32_t field, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    put_tag(w, field, WIRE_BYTES);
    put_varint(w, size);
    put(w, bytes, size);
}

void wire_put_text(struct wire_writer *w, uint32_t field, const char *text)
{
    wire_put_bytes(w, field, text, strlen(text));
}

size_t wire_begin(struct wire_writer *w, uint32_t field)
{
    put_tag(w, field, WIRE_BYTES);
    return w->size;
}

/* The length comes before what it is the length of, and its own is known only now. */
void wire_end(struct wire_writer *w, size_t begin)
{
    uint8_t length[VARINT_MAX];
    size_t size = w->size - begin;
    size_t n = varint_encode(length, size);

    if (!room(w, n))
        return;
    memmove(w->bytes + begin + n, w->bytes + begin, size);
    memcpy(w->bytes + begin, length, n);
}

/* --- reading ---------------------------------------------------------------------------------- */

static uint64_t take_varint(struct reader *r)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < VARINT_MAX; i++) {
        uint64_t byte = reader_u8(r);

        if (i == VARINT_MAX - 1 && byte > 1)
            break; /* there are 64 bits */
        value |= (byte & 0x7f) << 7 * i;
        if (!(byte & 0x80))
            return value;
    }
    reader_fail(r);
    return 0;
}

static void take_value(struct reader *r, struct wire_field *field)
{
    uint64_t size;

    switch (field->type) {
    case WIRE_NUMBER:
        field->value = take_varint(r);
        return;
    case WIRE_FIXED64:
        field->value = reader_u64(r);
        return;
    case WIRE_FIXED32:
        field->value = reader_u32(r);
        return;
    case WIRE_BYTES:
        size = take_varint(r);
        if (size > reader_left(r))
            break;
        reader_init(&field->inside, reader_bytes(r, (size_t)size), (size_t)size);
        return;
    }
    reader_fail(r);
}

bool wire_next(struct reader *r, struct wire_field *ret)
{
    struct wire_field field = { 0 };
    uint64_t tag;

    if (!reader_ok(r) || reader_left(r) == 0)
        return false;
    tag = take_varint(r);
    if (tag >> TYPE_BITS == 0 || tag >> TYPE_BITS > FIELD_MAX)
        reader_fail(r);
    field.number = (uint32_t)(tag >> TYPE_BITS);
    field.type = (enum wire_type)(tag & ((1 << TYPE_BITS) - 1));
    take_value(r, &field);
    if (!reader_ok(r))
        return false;
    *ret = field;
    return true;
}

int64_t wire_signed(const struct wire_field *field)
{
    return (int64_t)(field->value >> 1 ^ -(field->value & 1));
}
