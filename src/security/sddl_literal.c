/* SPDX-License-Identifier: MIT */
#include "security/sddl_literal.h"

#include <inttypes.h>

#include "security/sddl.h"
#include "security/sddl_units.h"

static bool is_digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

static bool is_sid(const struct sddl_cursor *c)
{
    struct sddl_cursor ahead = *c;

    return sddl_skip_name(&ahead, "SID") && sddl_skip(&ahead, '(');
}

bool sddl_literal_starts(const struct sddl_cursor *c)
{
    char first = sddl_peek(c);

    return is_digit(first) || (first && strchr("+-\"#", first)) || is_sid(c);
}

/* --- Integers --- */

static const uint8_t base_codes[] = {
    [8] = CONDITION_OCTAL,
    [10] = CONDITION_DECIMAL,
    [16] = CONDITION_HEXADECIMAL,
};

static uint8_t take_sign(struct sddl_cursor *c)
{
    char first = sddl_peek(c);

    if (first != '+' && first != '-')
        return CONDITION_NO_SIGN;
    c->at++;
    return first == '+' ? CONDITION_PLUS : CONDITION_MINUS;
}

static nt_status parse_integer(struct sddl_cursor *c, struct writer *w)
{
    const char *start = c->at;
    uint8_t sign = take_sign(c);
    uint64_t max = (uint64_t)INT64_MAX + (sign == CONDITION_MINUS);
    struct sddl_number number;

    if (!sddl_take_number(c, max, &number))
        return sddl_fail(c, start, "no integer of 64 bits", NT(INVALID_PARAMETER));
    writer_u8(w, CONDITION_INT64);
    writer_u64(w, sign == CONDITION_MINUS ? 0 - number.value : number.value);
    writer_u8(w, sign);
    writer_u8(w, base_codes[number.base]);
    return NT_OK;
}

static void print_integer(struct writer *w, const struct condition_token *t)
{
    uint64_t magnitude = t->number < 0 ? 0 - (uint64_t)t->number : (uint64_t)t->number;

    /* What counts is the number; its sign tells how it was written, which matters for -0 and +1. */
    if (t->number < 0 || (t->number == 0 && t->sign == CONDITION_MINUS))
        writer_text(w, "-");
    else if (t->sign == CONDITION_PLUS)
        writer_text(w, "+");
    if (t->base == CONDITION_OCTAL)
        writer_format(w, "0%" PRIo64, magnitude);
    else if (t->base == CONDITION_DECIMAL)
        writer_format(w, "%" PRIu64, magnitude);
    else
        writer_format(w, "0x%" PRIx64, magnitude);
}

/* --- Strings, octets, SIDs --- */

nt_status sddl_take_string(struct sddl_cursor *c, struct writer *w)
{
    const char *start = c->at;

    if (sddl_peek(c) != '"')
        return sddl_fail(c, start, "a text in quotes is expected", NT(INVALID_PARAMETER));
    c->at++;
    nt_status st = sddl_take_units(c, SDDL_UNITS_STRING, w);
    if (nt_failed(st))
        return st;
    if (sddl_peek(c) != '"')
        return sddl_fail(c, start, "the quotes are not closed", NT(INVALID_PARAMETER));
    c->at++;
    return NT_OK;
}

void sddl_print_string(struct writer *w, const uint8_t *bytes, size_t size)
{
    writer_text(w, "\"");
    sddl_print_units(w, bytes, size, SDDL_UNITS_STRING, false);
    writer_text(w, "\"");
}

static unsigned octet_digit(char ch)
{
    return ch == '#' ? 0 : sddl_digit(ch);
}

nt_status sddl_take_octets(struct sddl_cursor *c, struct writer *w)
{
    unsigned octet = 0;

    if (octet_digit(sddl_peek(c)) >= 16)
        return sddl_fail(c, c->at, "octets, #0102, are expected", NT(INVALID_PARAMETER));
    c->at += sddl_peek(c) == '#';
    const char *digits = c->at;
    while (octet_digit(sddl_peek(c)) < 16)
        c->at++;
    for (size_t left = (size_t)(c->at - digits); left > 0; left--) {
        octet = octet << 4 | octet_digit(c->at[-(ptrdiff_t)left]);
        if (left % 2 == 1)
            writer_u8(w, (uint8_t)octet);
    }
    return NT_OK;
}

void sddl_print_octets(struct writer *w, const uint8_t *bytes, size_t size)
{
    writer_text(w, "#");
    for (size_t i = 0; i < size; i++)
        writer_format(w, "%02x", bytes[i]);
}

void sddl_print_sid_literal(struct writer *w, const SID *sid, const SID *domain)
{
    writer_text(w, "SID(");
    sddl_sid_print(w, sid, domain);
    writer_text(w, ")");
}

/* --- Tokens --- */

/* Appends the token of what `take` reads: code, size, bytes. */
static nt_status parse_payload(struct sddl_cursor *c, struct writer *w, uint8_t code,
                               nt_status (*take)(struct sddl_cursor *c, struct writer *w))
{
    writer_u8(w, code);
    size_t size_at = w->size;
    writer_u32(w, 0);
    nt_status st = take(c, w);
    writer_set_u32(w, size_at, (uint32_t)(w->size - size_at - sizeof(uint32_t)));
    return st;
}

static nt_status take_sid(struct sddl_cursor *c, struct writer *w)
{
    sid_buffer sid;

    nt_status st = sddl_take_sid_literal(c, &sid);
    if (nt_failed(st))
        return st;
    writer_bytes(w, sid.bytes, sid_length(&sid.sid));
    return NT_OK;
}

nt_status sddl_literal_parse_sid(struct sddl_cursor *c, struct writer *w)
{
    return parse_payload(c, w, CONDITION_SID, take_sid);
}

nt_status sddl_literal_parse(struct sddl_cursor *c, struct writer *w)
{
    switch (sddl_peek(c)) {
    case '"':
        return parse_payload(c, w, CONDITION_STRING, sddl_take_string);
    case '#':
        return parse_payload(c, w, CONDITION_OCTETS, sddl_take_octets);
    case 'S':
    case 's':
        return sddl_literal_parse_sid(c, w);
    default:
        return parse_integer(c, w);
    }
}

void sddl_literal_print(struct writer *w, const struct condition_token *t, const SID *domain)
{
    switch (t->code) {
    case CONDITION_STRING:
        sddl_print_string(w, t->bytes, t->size);
        return;
    case CONDITION_OCTETS:
        sddl_print_octets(w, t->bytes, t->size);
        return;
    case CONDITION_SID:
        sddl_print_sid_literal(w, (const SID *)(const void *)t->bytes, domain);
        return;
    default:
        print_integer(w, t);
    }
}
