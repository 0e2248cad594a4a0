/* SPDX-License-Identifier: MIT */
/*
 * Reads numbers and byte runs from a buffer that it never leaves. The first read beyond the end
 * makes it fail for good; from then on every read gives zero or NULL. So a parser reads all its
 * fields and asks once, at the end. Numbers are little-endian.
 */
#ifndef OPENLOGON_BASE_READER_H
#define OPENLOGON_BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrows the bytes. */
struct reader {
    const uint8_t *bytes;
    size_t size;
    size_t offset;
    bool failed;
};

void reader_init(struct reader *r, const void *bytes, size_t size);

uint8_t reader_u8(struct reader *r);
uint16_t reader_u16(struct reader *r);
uint32_t reader_u32(struct reader *r);
uint64_t reader_u64(struct reader *r);

/* The next bytes, in place; NULL when there are fewer (also for size 0 of a failed reader). */
const void *reader_bytes(struct reader *r, size_t size);
void reader_copy(struct reader *r, void *ret, size_t size); /* zeros on failure */
void reader_skip(struct reader *r, size_t size);
void reader_seek(struct reader *r, size_t offset); /* beyond the end: fails */
void reader_fail(struct reader *r);                /* for a parser that does not like a value */

size_t reader_left(const struct reader *r);
bool reader_ok(const struct reader *r);       /* nothing has failed */
bool reader_finished(const struct reader *r); /* nothing has failed, nothing is left */

#endif
