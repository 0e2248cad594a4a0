/* SPDX-License-Identifier: MIT */
#include "base/reader.h"

#include <string.h>

void reader_init(struct reader *r, const void *bytes, size_t size)
{
    *r = (struct reader){ .bytes = bytes, .size = size };
}

size_t reader_left(const struct reader *r)
{
    return r->failed ? 0 : r->size - r->offset;
}

bool reader_ok(const struct reader *r)
{
    return !r->failed;
}

bool reader_finished(const struct reader *r)
{
    return !r->failed && r->offset == r->size;
}

void reader_fail(struct reader *r)
{
    r->failed = true;
}

const void *reader_bytes(struct reader *r, size_t size)
{
    if (r->failed || size > r->size - r->offset) {
        r->failed = true;
        return NULL;
    }
    const uint8_t *here = r->bytes + r->offset;
    r->offset += size;
    return here;
}

void reader_copy(struct reader *r, void *ret, size_t size)
{
    const void *bytes = reader_bytes(r, size);

    if (size == 0)
        return;
    if (bytes)
        memcpy(ret, bytes, size);
    else
        memset(ret, 0, size);
}

void reader_skip(struct reader *r, size_t size)
{
    (void)reader_bytes(r, size);
}

void reader_seek(struct reader *r, size_t offset)
{
    if (offset > r->size)
        r->failed = true;
    else
        r->offset = offset;
}

static uint64_t read_number(struct reader *r, size_t size)
{
    const uint8_t *bytes = reader_bytes(r, size);
    uint64_t value = 0;

    if (!bytes)
        return 0;
    for (size_t i = size; i > 0; i--)
        value = value << 8 | bytes[i - 1];
    return value;
}

uint8_t reader_u8(struct reader *r)
{
    return (uint8_t)read_number(r, sizeof(uint8_t));
}

uint16_t reader_u16(struct reader *r)
{
    return (uint16_t)read_number(r, sizeof(uint16_t));
}

uint32_t reader_u32(struct reader *r)
{
    return (uint32_t)read_number(r, sizeof(uint32_t));
}

uint64_t reader_u64(struct reader *r)
{
    return read_number(r, sizeof(uint64_t));
}
