/* SPDX-License-Identifier: MIT */
/*
 * Appends numbers, bytes and text to a buffer that grows. The first failure (no memory, above the
 * limit) stays; later writes do nothing. So a builder writes everything and asks once, at the end.
 * Numbers are little-endian.
 */
#ifndef OPENLOGON_BASE_WRITER_H
#define OPENLOGON_BASE_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Owns its bytes until writer_take(). Embedded: writer_init() and writer_done(). */
struct writer {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
    size_t limit;
    nt_status status;
};

void writer_init(struct writer *w, size_t limit);
void writer_done(struct writer *w); /* for _cleanup_(writer_done) too */

void writer_u8(struct writer *w, uint8_t value);
void writer_u16(struct writer *w, uint16_t value);
void writer_u32(struct writer *w, uint32_t value);
void writer_u64(struct writer *w, uint64_t value);
void writer_bytes(struct writer *w, const void *bytes, size_t size);
void writer_zeros(struct writer *w, size_t size);

/* Where up to `size` bytes may be written in place; NULL: none. writer_wrote() tells where the
 * writing ended. */
void *writer_room(struct writer *w, size_t size);
void writer_wrote(struct writer *w, const void *end);

void writer_text(struct writer *w, const char *text); /* without its terminating zero */
void writer_format(struct writer *w, const char *format, ...) _printf_(2, 3);
void writer_fail(struct writer *w, nt_status status);

/* Overwrites a number that was written before; fails when it is not inside. */
void writer_set_u16(struct writer *w, size_t offset, uint16_t value);
void writer_set_u32(struct writer *w, size_t offset, uint32_t value);

/**
 * Hands the bytes over and leaves the writer empty.
 * @ret      the caller's, free with free(); never NULL on success; a zero byte follows the size
 * @ret_size may be NULL
 * Errors:   NO_MEMORY, BUFFER_TOO_SMALL (above the limit), or what writer_fail() was told
 */
_must_check_ nt_status writer_take(struct writer *w, void *ret, size_t *ret_size);

#endif
