/* SPDX-License-Identifier: MIT */
#include "base/utf16.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    HIGH_SURROGATE = 0xd800,
    LOW_SURROGATE = 0xdc00,
    SURROGATE_END = 0xe000,
    SUPPLEMENTARY = 0x10000,
    CODE_POINT_END = 0x110000,
};

size_t utf16_length(const WCHAR *text)
{
    size_t units = 0;

    while (text[units])
        units++;
    return units;
}

/* The value bits of a lead byte, how many bytes follow it, and the least value that needs so many.
 */
struct utf8_lead {
    uint8_t mask;
    uint8_t pattern;
    uint8_t n_following;
    uint32_t least;
};

static const struct utf8_lead utf8_leads[] = {
    { 0xe0, 0xc0, 1, 0x80 },
    { 0xf0, 0xe0, 2, 0x800 },
    { 0xf8, 0xf0, 3, SUPPLEMENTARY },
};

static const struct utf8_lead *utf8_lead_of(uint8_t byte)
{
    for (size_t i = 0; i < ARRAY_SIZE(utf8_leads); i++) {
        if ((byte & utf8_leads[i].mask) == utf8_leads[i].pattern)
            return &utf8_leads[i];
    }
    return NULL;
}

/* Reads one code point of several bytes; returns how many, 0 when malformed. */
static size_t utf8_next_long(const uint8_t *bytes, size_t size, uint32_t *ret)
{
    const struct utf8_lead *lead = utf8_lead_of(bytes[0]);

    if (!lead || size <= lead->n_following)
        return 0;
    uint32_t value = bytes[0] & (uint8_t)~lead->mask;
    for (size_t i = 1; i <= lead->n_following; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3f);
    }
    if (value < lead->least || value >= CODE_POINT_END)
        return 0;
    if (value >= HIGH_SURROGATE && value < SURROGATE_END)
        return 0;
    *ret = value;
    return lead->n_following + (size_t)1;
}

static size_t utf8_next(const uint8_t *bytes, size_t size, uint32_t *ret)
{
    if (bytes[0] >= 0x80)
        return utf8_next_long(bytes, size, ret);
    *ret = bytes[0];
    return 1;
}

/* Reads one code point; returns its units, 0 for a lone surrogate. */
static size_t utf16_next(const WCHAR *text, size_t units, uint32_t *ret)
{
    uint32_t first = (uint16_t)text[0];

    if (first < HIGH_SURROGATE || first >= SURROGATE_END) {
        *ret = first;
        return 1;
    }
    if (first >= LOW_SURROGATE || units < 2)
        return 0;
    uint32_t second = (uint16_t)text[1];
    if (second < LOW_SURROGATE || second >= SURROGATE_END)
        return 0;
    *ret = SUPPLEMENTARY + ((first - HIGH_SURROGATE) << 10) + (second - LOW_SURROGATE);
    return 2;
}

/* Both writers only count when there is no buffer. */
static size_t utf16_put(WCHAR *buffer, uint32_t value)
{
    if (value < SUPPLEMENTARY) {
        if (buffer)
            buffer[0] = (WCHAR)value;
        return 1;
    }
    if (buffer) {
        buffer[0] = (WCHAR)(HIGH_SURROGATE + ((value - SUPPLEMENTARY) >> 10));
        buffer[1] = (WCHAR)(LOW_SURROGATE + ((value - SUPPLEMENTARY) & 0x3ff));
    }
    return 2;
}

static size_t utf8_put(char *buffer, uint32_t value)
{
    size_t n_following = value < 0x80 ? 0 : value < 0x800 ? 1 : value < SUPPLEMENTARY ? 2 : 3;

    if (!buffer)
        return n_following + 1;
    if (n_following == 0) {
        buffer[0] = (char)value;
        return 1;
    }
    for (size_t i = n_following; i > 0; i--) {
        buffer[i] = (char)(0x80 | (value & 0x3f));
        value >>= 6;
    }
    buffer[0] = (char)(utf8_leads[n_following - 1].pattern | value);
    return n_following + 1;
}

/* Converts, or only measures when there is no buffer. False: malformed. */
static bool to_utf16(WCHAR *buffer, size_t *ret_units, const char *text, size_t size)
{
    const uint8_t *bytes = (const uint8_t *)text;
    size_t units = 0;

    for (size_t i = 0; i < size;) {
        uint32_t value;
        size_t used = utf8_next(bytes + i, size - i, &value);

        if (!used)
            return false;
        units += utf16_put(buffer ? buffer + units : NULL, value);
        i += used;
    }
    *ret_units = units;
    return true;
}

static bool to_utf8(char *buffer, size_t *ret_size, const WCHAR *text, size_t units)
{
    size_t size = 0;

    for (size_t i = 0; i < units;) {
        uint32_t value;
        size_t used = utf16_next(text + i, units - i, &value);

        if (!used)
            return false;
        size += utf8_put(buffer ? buffer + size : NULL, value);
        i += used;
    }
    *ret_size = size;
    return true;
}

nt_status utf8_to_utf16_buffer(WCHAR *buffer, size_t capacity, size_t *ret_units, const char *text,
                               size_t size)
{
    size_t units;

    if (!to_utf16(NULL, &units, text, size))
        return NT(INVALID_PARAMETER);
    if (ret_units)
        *ret_units = units;
    if (capacity <= units)
        return NT(BUFFER_TOO_SMALL);
    (void)to_utf16(buffer, &units, text, size); /* it was well-formed above */
    buffer[units] = 0;
    return NT_OK;
}

nt_status utf16_to_utf8_buffer(char *buffer, size_t capacity, size_t *ret_size, const WCHAR *text,
                               size_t units)
{
    size_t size;

    if (!to_utf8(NULL, &size, text, units))
        return NT(INVALID_PARAMETER);
    if (ret_size)
        *ret_size = size;
    if (capacity <= size)
        return NT(BUFFER_TOO_SMALL);
    (void)to_utf8(buffer, &size, text, units);
    buffer[size] = 0;
    return NT_OK;
}

nt_status utf8_to_utf16(WCHAR **ret, size_t *ret_units, const char *text, size_t size)
{
    size_t units, bytes;

    if (!to_utf16(NULL, &units, text, size))
        return NT(INVALID_PARAMETER);
    if (!size_mul(units + 1, sizeof(WCHAR), &bytes))
        return NT(NO_MEMORY);
    WCHAR *result = malloc(bytes);
    if (!result)
        return NT(NO_MEMORY);
    (void)to_utf16(result, &units, text, size);
    result[units] = 0;
    if (ret_units)
        *ret_units = units;
    *ret = result;
    return NT_OK;
}

nt_status utf16_to_utf8(char **ret, size_t *ret_size, const WCHAR *text, size_t units)
{
    size_t size;

    if (!to_utf8(NULL, &size, text, units))
        return NT(INVALID_PARAMETER);
    char *result = malloc(size + 1);
    if (!result)
        return NT(NO_MEMORY);
    (void)to_utf8(result, &size, text, units);
    result[size] = 0;
    if (ret_size)
        *ret_size = size;
    *ret = result;
    return NT_OK;
}
