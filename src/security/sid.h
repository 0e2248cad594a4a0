/* SPDX-License-Identifier: MIT */
/*
 * Security identifiers. A `const SID *` that a function here takes is valid (sid_valid() was asked
 * where it came in) and may lie at any address: nothing here relies on its alignment.
 */
#ifndef OPENLOGON_SECURITY_SID_H
#define OPENLOGON_SECURITY_SID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <winnt.h>

#include "base/status.h"

enum {
    SID_SUBS_MAX = 15,
    SID_SIZE_MIN = 8,
    SID_SIZE_MAX = SID_SIZE_MIN + 4 * SID_SUBS_MAX,
    SID_TEXT_SIZE = 192, /* the longest text and its terminating zero */
};

/* Room for any SID, with the right alignment. */
typedef union sid_buffer {
    SID sid;
    uint8_t bytes[SID_SIZE_MAX];
} sid_buffer;

static inline size_t sid_n_subs(const SID *sid)
{
    return ((const uint8_t *)sid)[1];
}

static inline size_t sid_length(const SID *sid)
{
    return SID_SIZE_MIN + 4 * sid_n_subs(sid);
}

static inline uint32_t sid_sub(const SID *sid, size_t i)
{
    uint32_t value;

    memcpy(&value, (const uint8_t *)sid + SID_SIZE_MIN + 4 * i, sizeof(value));
    return value;
}

/* Whether the bytes begin with a well-formed SID; sid_length() then tells how many are its own. */
bool sid_valid(const void *bytes, size_t size);

uint64_t sid_authority(const SID *sid);
uint32_t sid_rid(const SID *sid); /* the last sub-authority; 0 when there is none */

bool sid_equal(const SID *a, const SID *b);
bool sid_equal_prefix(const SID *a, const SID *b);     /* equal but for the last sub-authority */
bool sid_in_domain(const SID *sid, const SID *domain); /* the domain and exactly one more */
uint32_t
sid_hash(const SID *sid); /* equal on every machine of one byte order; not for adversaries */

/* Errors: INVALID_SID (too many sub-authorities, an authority above 48 bits) */
_must_check_ nt_status sid_make(sid_buffer *ret, uint64_t authority, size_t n_subs,
                                const uint32_t *subs);
_must_check_ nt_status sid_append_rid(sid_buffer *ret, const SID *domain, uint32_t rid);

/* Parts a SID into all but its last sub-authority and that one. Errors: INVALID_SID (it has none)
 */
_must_check_ nt_status sid_split(sid_buffer *ret_domain, uint32_t *ret_rid, const SID *sid);

/* A copy from malloc(). Errors: NO_MEMORY */
_must_check_ nt_status sid_dup(SID **ret, const SID *sid);
/* Errors: BUFFER_TOO_SMALL */
_must_check_ nt_status sid_copy(void *buffer, size_t size, const SID *sid);

/* Writes "S-1-5-18" and returns its length. */
size_t sid_to_text(char ret[SID_TEXT_SIZE], const SID *sid);

/**
 * Reads the "S-1-..." form at the start of a text: numbers decimal, octal (0...) or hexadecimal
 * (0x...), the letters in either case. Two-letter aliases are sddl.h's.
 * @ret_used characters that were read; NULL: the whole text has to be the SID
 * Errors:   INVALID_SID
 */
_must_check_ nt_status sid_from_text(sid_buffer *ret, size_t *ret_used, const char *text,
                                     size_t size);

#endif
