/* SPDX-License-Identifier: MIT */
#include "security/claim.h"

#include "base/ascii.h"
#include "base/macros.h"
#include "base/reader.h"
#include "security/sid.h"

enum {
    HEADER_SIZE = 16, /* name, type, reserved, flags, count */
    LENGTH_SIZE = 4,  /* in front of the bytes of SIDs and octet strings */
};

static uint16_t unit_at(const uint8_t *text, size_t i)
{
    return (uint16_t)(text[2 * i] | text[2 * i + 1] << 8);
}

/* A zero-terminated UTF-16 text at an offset. */
static bool read_text(const uint8_t *bytes, size_t size, size_t offset, const uint8_t **ret,
                      size_t *ret_units)
{
    size_t room = offset < size ? (size - offset) / 2 : 0;

    for (size_t n = 0; n < room; n++) {
        if (unit_at(bytes + offset, n) == 0) {
            *ret = bytes + offset;
            *ret_units = n;
            return true;
        }
    }
    return false;
}

static bool read_value(const uint8_t *bytes, size_t size, uint16_t type, size_t offset,
                       struct claim_value *ret)
{
    struct reader r;
    size_t units;

    *ret = (struct claim_value){ 0 };
    reader_init(&r, bytes, size);
    reader_seek(&r, offset);
    switch (type) {
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64:
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_UINT64:
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_BOOLEAN:
        ret->number = reader_u64(&r);
        return reader_ok(&r);
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING:
        if (!read_text(bytes, size, offset, &ret->bytes, &units))
            return false;
        ret->size = 2 * units;
        return true;
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_SID:
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING:
        ret->size = reader_u32(&r);
        ret->bytes = reader_bytes(&r, ret->size);
        if (!reader_ok(&r))
            return false;
        return type == CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING ||
               (sid_valid(ret->bytes, ret->size) &&
                sid_length((const SID *)(const void *)ret->bytes) == ret->size);
    default:
        return false;
    }
}

static size_t value_offset(const struct claim *claim, size_t i)
{
    struct reader r;

    reader_init(&r, claim->bytes, claim->size);
    reader_seek(&r, HEADER_SIZE + 4 * i);
    return reader_u32(&r);
}

/* FQBN is not among them: no reader of resources gives it a meaning. */
static bool is_type(uint16_t type)
{
    return (type >= CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64 &&
            type <= CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING) ||
           type == CLAIM_SECURITY_ATTRIBUTE_TYPE_SID ||
           type == CLAIM_SECURITY_ATTRIBUTE_TYPE_BOOLEAN ||
           type == CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING;
}

/* What a claim has in bytes when none are shared. */
static size_t packed_header(const struct claim *claim)
{
    return HEADER_SIZE + 4 * (size_t)claim->n_values + 2 * (claim->name_units + 1);
}

static size_t packed_value(uint16_t type, const struct claim_value *value)
{
    switch (type) {
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING:
        return value->size + 2;
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_SID:
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING:
        return value->size + LENGTH_SIZE;
    default:
        return sizeof(value->number);
    }
}

nt_status claim_parse(struct claim *ret, const void *bytes, size_t size)
{
    struct claim claim = { .bytes = bytes, .size = size };
    struct claim_value value;
    struct reader r;

    if (size > CLAIM_SIZE_MAX)
        return NT(INVALID_PARAMETER);
    reader_init(&r, bytes, size);
    size_t name_at = reader_u32(&r);
    claim.type = reader_u16(&r);
    reader_skip(&r, sizeof(uint16_t));
    claim.flags = reader_u32(&r);
    claim.n_values = reader_u32(&r);
    if (!reader_ok(&r) || !is_type(claim.type) || claim.n_values > reader_left(&r) / 4 ||
        !read_text(bytes, size, name_at, &claim.name, &claim.name_units) ||
        claim.name_units > CLAIM_NAME_UNITS_MAX)
        return NT(INVALID_PARAMETER);
    /* Thousands of offsets to one long text would cost their product. */
    for (size_t i = 0, total = packed_header(&claim); i < claim.n_values; i++) {
        if (!read_value(bytes, size, claim.type, value_offset(&claim, i), &value))
            return NT(INVALID_PARAMETER);
        total += packed_value(claim.type, &value);
        if (total > size)
            return NT(INVALID_PARAMETER);
    }
    *ret = claim;
    return NT_OK;
}

struct claim_value claim_value(const struct claim *claim, size_t i)
{
    struct claim_value value;

    (void)read_value(claim->bytes, claim->size, claim->type, value_offset(claim, i), &value);
    return value;
}

static uint16_t unit_lower(uint16_t unit)
{
    return unit < 0x80 ? (uint16_t)(uint8_t)ascii_lower((char)unit) : unit;
}

bool claim_names_equal(const void *a, size_t a_units, const void *b, size_t b_units)
{
    if (a_units != b_units)
        return false;
    for (size_t i = 0; i < a_units; i++) {
        if (unit_lower(unit_at(a, i)) != unit_lower(unit_at(b, i)))
            return false;
    }
    return true;
}

/* The bytes of the first record's claim, and what is behind the record. */
static bool take_record(struct claim_set *rest, const void **ret, size_t *ret_size)
{
    struct reader r;

    reader_init(&r, rest->bytes, rest->size);
    *ret_size = reader_u32(&r);
    *ret = reader_bytes(&r, *ret_size);
    reader_skip(&r, (4 - *ret_size % 4) % 4);
    if (!reader_ok(&r))
        return false;
    *rest = (struct claim_set){ (const uint8_t *)rest->bytes + r.offset, reader_left(&r) };
    return true;
}

bool claim_set_next(struct claim_set *rest, struct claim *ret)
{
    const void *bytes;
    size_t size;

    return rest->size > 0 && take_record(rest, &bytes, &size) &&
           !nt_failed(claim_parse(ret, bytes, size));
}

bool claim_set_find(const struct claim_set *set, const void *name, size_t name_units,
                    struct claim *ret)
{
    struct claim_set rest = *set;

    while (claim_set_next(&rest, ret)) {
        if (claim_names_equal(ret->name, ret->name_units, name, name_units))
            return true;
    }
    return false;
}

/* The names so far. Most that differ are told apart by a number. */
struct names {
    size_t n;
    struct {
        uint32_t hash;
        const uint8_t *name;
        size_t units;
    } all[CLAIM_SET_COUNT_MAX];
};

static uint32_t name_hash(const uint8_t *name, size_t units)
{
    uint32_t hash = 2166136261u; /* FNV-1a over the units, letters in lower case */

    for (size_t i = 0; i < units; i++)
        hash = (hash ^ unit_lower(unit_at(name, i))) * 16777619u;
    return hash;
}

/* False: the name is among them already, or there is no room. */
static bool names_add(struct names *names, const struct claim *claim)
{
    uint32_t hash = name_hash(claim->name, claim->name_units);

    for (size_t i = 0; i < names->n; i++) {
        if (names->all[i].hash == hash && claim_names_equal(names->all[i].name, names->all[i].units,
                                                            claim->name, claim->name_units))
            return false;
    }
    if (names->n == CLAIM_SET_COUNT_MAX)
        return false;
    names->all[names->n].hash = hash;
    names->all[names->n].name = claim->name;
    names->all[names->n++].units = claim->name_units;
    return true;
}

bool claim_set_valid(const void *bytes, size_t size)
{
    struct claim_set rest = { bytes, size };
    struct names names;
    struct claim claim;

    if (size > CLAIM_SET_SIZE_MAX || size % 4 != 0)
        return false;
    for (names.n = 0; rest.size > 0;) {
        if (!claim_set_next(&rest, &claim) || !names_add(&names, &claim))
            return false;
    }
    return true;
}

static void write_value(struct writer *w, uint16_t type, const struct claim_value *value)
{
    switch (type) {
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING:
        writer_bytes(w, value->bytes, value->size);
        writer_u16(w, 0);
        return;
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_SID:
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING:
        writer_u32(w, (uint32_t)value->size);
        writer_bytes(w, value->bytes, value->size);
        return;
    default:
        writer_u64(w, value->number);
    }
}

void claim_write(struct writer *w, const struct claim_spec *spec)
{
    const size_t start = w->size;

    writer_u32(w, (uint32_t)(HEADER_SIZE + 4 * spec->n_values));
    writer_u16(w, spec->type);
    writer_u16(w, 0);
    writer_u32(w, spec->flags);
    writer_u32(w, (uint32_t)spec->n_values);
    writer_zeros(w, 4 * spec->n_values);
    writer_bytes(w, spec->name, 2 * spec->name_units);
    writer_u16(w, 0);
    for (size_t i = 0; i < spec->n_values; i++) {
        writer_set_u32(w, start + HEADER_SIZE + 4 * i, (uint32_t)(w->size - start));
        write_value(w, spec->type, &spec->values[i]);
    }
}
