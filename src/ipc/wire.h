/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a protobuf message, written and read by hand, for programs that say a few small
 * messages and are not to load a library for it. Nothing is allocated.
 *
 * What is written is canonical, as openlogond wants it, if fields come in the order of their
 * numbers: a value of 0 and an empty text are left out, and a number takes no more than it needs.
 */
#ifndef OPENLOGON_IPC_WIRE_H
#define OPENLOGON_IPC_WIRE_H

#include "base/reader.h"

/* Writes into bytes of somebody else's; the first thing that does not fit makes it fail for good.
 */
struct wire_writer {
    uint8_t *bytes;
    size_t size, capacity;
    bool failed;
};

void wire_writer_init(struct wire_writer *w, void *bytes, size_t capacity);

void wire_put_number(struct wire_writer *w, uint32_t field, uint64_t value); /* uint32, bool ... */
void wire_put_fixed64(struct wire_writer *w, uint32_t field, uint64_t value);
void wire_put_bytes(struct wire_writer *w, uint32_t field, const void *bytes, size_t size);
void wire_put_text(struct wire_writer *w, uint32_t field, const char *text);

/* What is put between them is a message within the message, which is there even if it is empty.
 * wire_end() takes what wire_begin() gave. */
size_t wire_begin(struct wire_writer *w, uint32_t field);
void wire_end(struct wire_writer *w, size_t begin);

/* The kinds of fields there are, by their numbers on the wire. */
enum wire_type {
    WIRE_NUMBER = 0,
    WIRE_FIXED64 = 1,
    WIRE_BYTES = 2,
    WIRE_FIXED32 = 5,
};

struct wire_field {
    uint32_t number;
    enum wire_type type;
    uint64_t value;       /* of all but WIRE_BYTES */
    struct reader inside; /* of WIRE_BYTES: they are borrowed */
};

/* False at the end, and when the message is none: the reader has failed then. */
bool wire_next(struct reader *r, struct wire_field *ret);

/* What a field of type sint64 says. */
int64_t wire_signed(const struct wire_field *field);

#endif
