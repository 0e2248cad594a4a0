/* SPDX-License-Identifier: MIT */
#include "security/claim_information.h"

#include "base/macros.h"
#include "base/utf16.h"
#include "security/sid.h"

enum { ALIGNMENT = 8 };

static size_t aligned(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static bool has_bytes(uint16_t type)
{
    return type == CLAIM_SECURITY_ATTRIBUTE_TYPE_SID ||
           type == CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING;
}

static size_t text_size(size_t units)
{
    return (units + 1) * sizeof(WCHAR);
}

/* What one element of the array of values has. */
static size_t element_size(uint16_t type)
{
    return has_bytes(type) ? sizeof(CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE) : sizeof(DWORD64);
}

/* What a value has outside of that array. */
static size_t payload_size(uint16_t type, const struct claim_value *value)
{
    if (type == CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING)
        return aligned(text_size(value->size / sizeof(WCHAR)));
    return has_bytes(type) ? aligned(value->size) : 0;
}

static size_t claim_information_size(const struct claim *claim)
{
    size_t size = sizeof(CLAIM_SECURITY_ATTRIBUTE_V1) + aligned(text_size(claim->name_units)) +
                  claim->n_values * element_size(claim->type);

    for (size_t i = 0; i < claim->n_values; i++) {
        const struct claim_value value = claim_value(claim, i);

        size += payload_size(claim->type, &value);
    }
    return size;
}

size_t claim_set_information_size(const struct claim_set *set)
{
    size_t size = sizeof(CLAIM_SECURITY_ATTRIBUTES_INFORMATION);
    struct claim_set rest = *set;
    struct claim claim;

    while (claim_set_next(&rest, &claim))
        size += claim_information_size(&claim);
    return size;
}

/* Takes room at the place where the next thing goes. */
static void *take(uint8_t **at, size_t size)
{
    void *taken = *at;

    *at += aligned(size);
    return taken;
}

static PWSTR put_text(uint8_t **at, const void *text, size_t units)
{
    PWSTR copy = take(at, text_size(units));

    memcpy(copy, text, units * sizeof(*copy));
    copy[units] = 0;
    return copy;
}

static void put_value(uint8_t **at, CLAIM_SECURITY_ATTRIBUTE_V1 *out, size_t i,
                      const struct claim_value *value)
{
    if (out->ValueType == CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING) {
        out->Values.ppString[i] = put_text(at, value->bytes, value->size / sizeof(WCHAR));
    } else if (has_bytes(out->ValueType)) {
        out->Values.pOctetString[i].ValueLength = (DWORD)value->size;
        out->Values.pOctetString[i].pValue = take(at, value->size);
        memcpy(out->Values.pOctetString[i].pValue, value->bytes, value->size);
    } else {
        out->Values.pUint64[i] = value->number;
    }
}

static void put_claim(uint8_t **at, CLAIM_SECURITY_ATTRIBUTE_V1 *out, const struct claim *claim)
{
    *out = (CLAIM_SECURITY_ATTRIBUTE_V1){
        .ValueType = claim->type,
        .Flags = claim->flags,
        .ValueCount = claim->n_values,
    };
    out->Name = put_text(at, claim->name, claim->name_units);
    out->Values.pUint64 = take(at, claim->n_values * element_size(claim->type));
    for (size_t i = 0; i < claim->n_values; i++) {
        const struct claim_value value = claim_value(claim, i);

        put_value(at, out, i, &value);
    }
}

static size_t count_claims(struct claim_set rest)
{
    struct claim claim;
    size_t n = 0;

    while (claim_set_next(&rest, &claim))
        n++;
    return n;
}

void claim_set_to_information(const struct claim_set *set, void *buffer)
{
    CLAIM_SECURITY_ATTRIBUTES_INFORMATION *out = buffer;
    struct claim_set rest = *set;
    uint8_t *at = (uint8_t *)buffer + sizeof(*out);
    struct claim claim;
    size_t n = count_claims(rest);

    *out = (CLAIM_SECURITY_ATTRIBUTES_INFORMATION){
        .Version = CLAIM_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1,
        .AttributeCount = (DWORD)n,
    };
    if (n == 0)
        return;
    out->Attribute.pAttributeV1 = take(&at, n * sizeof(CLAIM_SECURITY_ATTRIBUTE_V1));
    for (size_t i = 0; claim_set_next(&rest, &claim); i++)
        put_claim(&at, &out->Attribute.pAttributeV1[i], &claim);
}

/* --- From a program --- */

static bool take_octets(const CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE *in,
                        struct claim_value *ret)
{
    ret->bytes = in->pValue;
    ret->size = in->ValueLength;
    return ret->size <= CLAIM_SIZE_MAX && (ret->bytes || ret->size == 0);
}

static bool take_value(const CLAIM_SECURITY_ATTRIBUTE_V1 *in, size_t i, struct claim_value *ret)
{
    *ret = (struct claim_value){ 0 };
    switch (in->ValueType) {
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64:
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_UINT64:
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_BOOLEAN:
        ret->number = in->Values.pUint64[i];
        return true;
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING:
        ret->bytes = (const uint8_t *)in->Values.ppString[i];
        ret->size = ret->bytes ? sizeof(WCHAR) * utf16_length(in->Values.ppString[i]) : 0;
        return ret->bytes && ret->size <= CLAIM_SIZE_MAX;
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_SID:
        return take_octets(&in->Values.pOctetString[i], ret) && sid_valid(ret->bytes, ret->size) &&
               sid_length((const SID *)(const void *)ret->bytes) == ret->size;
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING:
        return take_octets(&in->Values.pOctetString[i], ret);
    default:
        return false;
    }
}

static nt_status take_values(struct claim_value **ret, const CLAIM_SECURITY_ATTRIBUTE_V1 *in)
{
    _cleanup_(freep) struct claim_value *values = NULL;

    if (in->ValueCount > CLAIM_SIZE_MAX / sizeof(uint32_t) ||
        (in->ValueCount > 0 && !in->Values.pUint64))
        return NT(INVALID_PARAMETER);
    values = calloc((size_t)in->ValueCount + 1, sizeof(*values));
    if (!values)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < in->ValueCount; i++) {
        if (!take_value(in, i, &values[i]))
            return NT(INVALID_PARAMETER);
    }
    *ret = TAKE(values);
    return NT_OK;
}

nt_status claim_from_attribute(struct writer *w, const CLAIM_SECURITY_ATTRIBUTE_V1 *attribute)
{
    _cleanup_(freep) struct claim_value *values = NULL;
    const size_t start = w->size;
    struct claim claim;

    if (!attribute->Name || attribute->Name[0] == 0)
        return NT(INVALID_PARAMETER);
    nt_status st = take_values(&values, attribute);
    if (nt_failed(st))
        return st;
    claim_write(w, &(struct claim_spec){
                       .name = attribute->Name,
                       .name_units = utf16_length(attribute->Name),
                       .type = attribute->ValueType,
                       .flags = attribute->Flags,
                       .n_values = attribute->ValueCount,
                       .values = values,
                   });
    if (nt_failed(w->status))
        return NT_IS(w->status, NO_MEMORY) ? w->status : NT(INVALID_PARAMETER);
    return claim_parse(&claim, w->bytes + start, w->size - start);
}

static nt_status add_record(struct writer *w, const CLAIM_SECURITY_ATTRIBUTE_V1 *attribute)
{
    const size_t start = w->size;

    writer_u32(w, 0);
    nt_status st = claim_from_attribute(w, attribute);
    if (nt_failed(st))
        return st;
    size_t size = w->size - start - sizeof(uint32_t);
    writer_set_u32(w, start, (uint32_t)size);
    writer_zeros(w, (4 - size % 4) % 4);
    return NT_OK;
}

nt_status claim_set_from_information(void **ret, size_t *ret_size,
                                     const CLAIM_SECURITY_ATTRIBUTES_INFORMATION *in)
{
    _cleanup_(writer_done) struct writer w;

    writer_init(&w, CLAIM_SET_SIZE_MAX);
    if (in->Version != CLAIM_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1 ||
        (in->AttributeCount > 0 && !in->Attribute.pAttributeV1))
        return NT(INVALID_PARAMETER);
    for (size_t i = 0; i < in->AttributeCount; i++) {
        nt_status st = add_record(&w, &in->Attribute.pAttributeV1[i]);
        if (nt_failed(st))
            return st;
    }
    if (!claim_set_valid(w.bytes, w.size))
        return NT(INVALID_PARAMETER);
    nt_status st = writer_take(&w, ret, ret_size);
    return NT_IS(st, BUFFER_TOO_SMALL) ? NT(INVALID_PARAMETER) : st;
}
