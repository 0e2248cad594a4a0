/* SPDX-License-Identifier: MIT */
/*
 * Claims, [MS-DTYP] 2.4.10: named attributes of a user, a device, a token or a resource, each with
 * values of one type. The flat form is CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1: offsets instead of
 * pointers, any alignment, little-endian. A set is a run of records: the size of a claim as 32
 * bits, the claim, zeros up to a multiple of 4.
 */
#ifndef OPENLOGON_SECURITY_CLAIM_H
#define OPENLOGON_SECURITY_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnt.h>

#include "base/status.h"
#include "base/writer.h"

enum {
    CLAIM_SIZE_MAX = 0xffff,
    CLAIM_NAME_UNITS_MAX = 0x7fff,
    CLAIM_SET_SIZE_MAX = 64 * 1024,
    CLAIM_SET_COUNT_MAX = 256,
};

/* One claim, checked: pointers into its bytes. The name is little-endian UTF-16, not aligned. */
struct claim {
    const uint8_t *bytes;
    size_t size;
    const uint8_t *name;
    size_t name_units;
    uint16_t type; /* CLAIM_SECURITY_ATTRIBUTE_TYPE_* */
    uint32_t flags;
    uint32_t n_values;
};

/* A value: of INT64, UINT64 and BOOLEAN the number, of the others the bytes (of STRING UTF-16
 * without its zero, of SID a well-formed SID). */
struct claim_value {
    uint64_t number;
    const uint8_t *bytes;
    size_t size;
};

/* Borrowed; size 0: empty. */
struct claim_set {
    const void *bytes;
    size_t size;
};

/* A claim to be written; values as claim_value() gives them. Everything borrowed. */
struct claim_spec {
    const void *name; /* UTF-16 of any alignment, without a zero inside */
    size_t name_units;
    uint16_t type;
    uint32_t flags;
    size_t n_values;
    const struct claim_value *values;
};

/* Appends the flat form as Windows lays it out: header, name, values, nothing aligned. */
void claim_write(struct writer *w, const struct claim_spec *spec);

/* Reads a claim; bytes behind its last value are tolerated, values that share bytes are not.
 * Errors: INVALID_PARAMETER */
_must_check_ nt_status claim_parse(struct claim *ret, const void *bytes, size_t size);
struct claim_value claim_value(const struct claim *claim, size_t i);

/* Whether every record is well-formed, no name is there twice (letters in either case) and there
 * are CLAIM_SET_COUNT_MAX at most. Quick for any bytes: they may be a stranger's. */
bool claim_set_valid(const void *bytes, size_t size);
/* Takes the first claim out of a valid set; false at its end. */
bool claim_set_next(struct claim_set *rest, struct claim *ret);
/* By name, ASCII letters in either case; the name is UTF-16 of any alignment. */
bool claim_set_find(const struct claim_set *set, const void *name, size_t name_units,
                    struct claim *ret);

/* Whether two UTF-16 texts are equal but for the case of ASCII letters. */
bool claim_names_equal(const void *a, size_t a_units, const void *b, size_t b_units);

#endif
