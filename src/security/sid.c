/* SPDX-License-Identifier: MIT */
#include "security/sid.h"

#include <stdlib.h>

enum {
    REVISION_OFFSET = 0,
    AUTHORITY_OFFSET = 2,
    AUTHORITY_SIZE = 6,
};

#define AUTHORITY_MAX      UINT64_C(0xffffffffffff)
#define AUTHORITY_HEX_FROM (UINT64_C(1) << 32)

bool sid_valid(const void *bytes, size_t size)
{
    const uint8_t *b = bytes;

    if (!b || size < SID_SIZE_MIN || b[REVISION_OFFSET] != SID_REVISION)
        return false;
    return sid_n_subs(bytes) <= SID_SUBS_MAX && sid_length(bytes) <= size;
}

uint64_t sid_authority(const SID *sid)
{
    const uint8_t *b = (const uint8_t *)sid + AUTHORITY_OFFSET;
    uint64_t value = 0;

    for (size_t i = 0; i < AUTHORITY_SIZE; i++)
        value = value << 8 | b[i];
    return value;
}

uint32_t sid_rid(const SID *sid)
{
    size_t n = sid_n_subs(sid);

    return n > 0 ? sid_sub(sid, n - 1) : 0;
}

bool sid_equal(const SID *a, const SID *b)
{
    return sid_n_subs(a) == sid_n_subs(b) && memcmp(a, b, sid_length(a)) == 0;
}

bool sid_equal_prefix(const SID *a, const SID *b)
{
    size_t n = sid_n_subs(a);

    if (n != sid_n_subs(b))
        return false;
    return memcmp(a, b, n > 0 ? sid_length(a) - sizeof(uint32_t) : sid_length(a)) == 0;
}

bool sid_in_domain(const SID *sid, const SID *domain)
{
    const uint8_t *s = (const uint8_t *)sid;
    const uint8_t *d = (const uint8_t *)domain;

    if (sid_n_subs(sid) != sid_n_subs(domain) + 1 || s[REVISION_OFFSET] != d[REVISION_OFFSET])
        return false;
    return memcmp(s + AUTHORITY_OFFSET, d + AUTHORITY_OFFSET,
                  sid_length(domain) - AUTHORITY_OFFSET) == 0;
}

/* Random odd numbers, one for each sub-authority. */
static const uint64_t hash_factors[SID_SUBS_MAX] = {
    UINT64_C(0x8124db51564a954f), UINT64_C(0xffa2c349049c0a73), UINT64_C(0x084f0b9cc94fed97),
    UINT64_C(0xcccc54476dec9e89), UINT64_C(0x95fcdb18e568868b), UINT64_C(0x100b591eb7f655f5),
    UINT64_C(0x38b43bfd85297d9d), UINT64_C(0x30500b4afbfcb6c7), UINT64_C(0x8207c7766b9913cf),
    UINT64_C(0xa7fca2fa8d8c11a1), UINT64_C(0xb77a477a3559c651), UINT64_C(0x0d42acf671dd59c7),
    UINT64_C(0xdddea745c3fdbe95), UINT64_C(0x760b55c16befe77d), UINT64_C(0x82c8e3f636c9c4ab),
};

/*
 * The upper half of a sum of products (vector multiply-shift): the products do not wait for each
 * other, and access checks spend most of their time here.
 */
uint32_t sid_hash(const SID *sid)
{
    size_t n = sid_n_subs(sid);
    uint32_t authority_low;
    uint64_t sum;

    memcpy(&authority_low, (const uint8_t *)sid + 4, sizeof(authority_low));
    sum = (authority_low + n) * UINT64_C(0x7be179ddbc28f691);
    for (size_t i = 0; i < n; i++)
        sum += sid_sub(sid, i) * hash_factors[i];
    return (uint32_t)(sum >> 32);
}

nt_status sid_make(sid_buffer *ret, uint64_t authority, size_t n_subs, const uint32_t *subs)
{
    if (n_subs > SID_SUBS_MAX || authority > AUTHORITY_MAX)
        return NT(INVALID_SID);
    ret->bytes[0] = SID_REVISION;
    ret->bytes[1] = (uint8_t)n_subs;
    for (size_t i = 0; i < AUTHORITY_SIZE; i++)
        ret->bytes[AUTHORITY_OFFSET + i] = (uint8_t)(authority >> (8 * (AUTHORITY_SIZE - 1 - i)));
    if (n_subs > 0)
        memmove(ret->bytes + SID_SIZE_MIN, subs, n_subs * sizeof(*subs));
    return NT_OK;
}

nt_status sid_append_rid(sid_buffer *ret, const SID *domain, uint32_t rid)
{
    size_t n = sid_n_subs(domain);
    size_t length = sid_length(domain);

    if (n >= SID_SUBS_MAX)
        return NT(INVALID_SID);
    memmove(ret->bytes, domain, length);
    ret->bytes[1] = (uint8_t)(n + 1);
    memcpy(ret->bytes + length, &rid, sizeof(rid));
    return NT_OK;
}

nt_status sid_split(sid_buffer *ret_domain, uint32_t *ret_rid, const SID *sid)
{
    size_t n = sid_n_subs(sid);
    uint32_t rid = sid_rid(sid);

    if (n == 0)
        return NT(INVALID_SID);
    memmove(ret_domain->bytes, sid, sid_length(sid) - sizeof(uint32_t));
    ret_domain->bytes[1] = (uint8_t)(n - 1);
    *ret_rid = rid;
    return NT_OK;
}

nt_status sid_dup(SID **ret, const SID *sid)
{
    SID *copy = malloc(sid_length(sid));

    if (!copy)
        return NT(NO_MEMORY);
    memcpy(copy, sid, sid_length(sid));
    *ret = copy;
    return NT_OK;
}

nt_status sid_copy(void *buffer, size_t size, const SID *sid)
{
    if (size < sid_length(sid))
        return NT(BUFFER_TOO_SMALL);
    memmove(buffer, sid, sid_length(sid));
    return NT_OK;
}

static char *put_decimal(char *at, uint32_t value)
{
    char digits[10];
    size_t n = 0;

    do {
        digits[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (n > 0)
        *at++ = digits[--n];
    return at;
}

static char *put_authority(char *at, uint64_t authority)
{
    int shift = 44;

    if (authority < AUTHORITY_HEX_FROM)
        return put_decimal(at, (uint32_t)authority);
    *at++ = '0';
    *at++ = 'x';
    while (authority >> shift == 0)
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        *at++ = "0123456789ABCDEF"[authority >> shift & 15];
    return at;
}

size_t sid_to_text(char ret[SID_TEXT_SIZE], const SID *sid)
{
    char *at = ret;

    memcpy(at, "S-1-", 4);
    at = put_authority(at + 4, sid_authority(sid));
    for (size_t i = 0; i < sid_n_subs(sid); i++) {
        *at++ = '-';
        at = put_decimal(at, sid_sub(sid, i));
    }
    *at = 0;
    return (size_t)(at - ret);
}

/* What is left of a text. */
struct cursor {
    const char *at;
    const char *end;
};

static bool cursor_skip(struct cursor *c, char expected)
{
    if (c->at == c->end || (*c->at | 0x20) != (expected | 0x20))
        return false;
    c->at++;
    return true;
}

static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : UINT32_MAX;
}

/* C's rule for the base of a literal. */
static unsigned cursor_base(struct cursor *c)
{
    if (c->end - c->at < 2 || c->at[0] != '0')
        return 10;
    if ((c->at[1] | 0x20) != 'x')
        return digit_value(c->at[1]) < 10 ? 8 : 10;
    c->at += 2;
    return 16;
}

/* Numbers as they nearly always are: decimal, the first digit no zero, far from overflowing. */
static bool cursor_short_number(struct cursor *c, uint64_t *ret)
{
    enum { DIGITS_MAX = 18 };
    const char *at = c->at;
    const char *end = c->end - at > DIGITS_MAX ? at + DIGITS_MAX : c->end;
    uint64_t value = 0;

    if (at == end || *at == '0')
        return false;
    for (; at < end && (uint8_t)(*at - '0') < 10; at++)
        value = value * 10 + (uint8_t)(*at - '0');
    if (at == c->at || at - c->at == DIGITS_MAX)
        return false;
    c->at = at;
    *ret = value;
    return true;
}

static bool cursor_number(struct cursor *c, uint64_t max, uint64_t *ret)
{
    if (cursor_short_number(c, ret))
        return *ret <= max;
    unsigned base = cursor_base(c);
    const char *start = c->at;
    uint64_t value = 0;

    for (; c->at < c->end && digit_value(*c->at) < base; c->at++) {
        value = value * base + digit_value(*c->at); /* max is below 2^48: no overflow */
        if (value > max)
            return false;
    }
    if (c->at == start || (c->at < c->end && digit_value(*c->at) < 10))
        return false;
    *ret = value;
    return true;
}

static bool cursor_sid(struct cursor *c, sid_buffer *ret)
{
    uint32_t subs[SID_SUBS_MAX];
    uint64_t revision, authority, sub;
    size_t n = 0;

    if (!cursor_skip(c, 's') || !cursor_skip(c, '-') ||
        !cursor_number(c, SID_REVISION, &revision) || revision != SID_REVISION ||
        !cursor_skip(c, '-') || !cursor_number(c, AUTHORITY_MAX, &authority))
        return false;
    while (cursor_skip(c, '-')) {
        if (n == SID_SUBS_MAX || !cursor_number(c, UINT32_MAX, &sub))
            return false;
        subs[n++] = (uint32_t)sub;
    }
    return n > 0 && !nt_failed(sid_make(ret, authority, n, subs));
}

nt_status sid_from_text(sid_buffer *ret, size_t *ret_used, const char *text, size_t size)
{
    struct cursor c = { .at = text, .end = text + size };
    sid_buffer sid;

    if (!cursor_sid(&c, &sid) || (!ret_used && c.at != c.end))
        return NT(INVALID_SID);
    memcpy(ret->bytes, sid.bytes, sid_length(&sid.sid));
    if (ret_used)
        *ret_used = (size_t)(c.at - text);
    return NT_OK;
}
