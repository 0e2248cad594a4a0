/* SPDX-License-Identifier: MIT */
#include "security/sddl_units.h"

#include "base/utf16.h"

enum { ESCAPE_DIGITS = 4 };

/* The signs that a name may have beside letters and digits, [MS-DTYP] 2.5.1.1 attr-char. */
static const char *const signs[] = {
    [SDDL_UNITS_SIMPLE] = ":./_@",
    [SDDL_UNITS_PREFIXED] = "#$'*+-.:/;?@[\\]^_`{}~",
};

static bool is_letter_or_digit(uint32_t unit)
{
    return (unit >= '0' && unit <= '9') || ((unit | 0x20) >= 'a' && (unit | 0x20) <= 'z');
}

/* Whether a unit of ASCII stands for itself. */
static bool is_plain(uint32_t unit, enum sddl_units kind)
{
    if (kind == SDDL_UNITS_STRING)
        return unit != '"' && unit != 0;
    return unit != 0 && (is_letter_or_digit(unit) || strchr(signs[kind], (int)unit));
}

static bool read_escape(const char *at, const char *end, uint32_t *ret)
{
    uint32_t unit = 0;

    if (end - at <= ESCAPE_DIGITS || *at != '%')
        return false;
    for (size_t i = 1; i <= ESCAPE_DIGITS; i++) {
        unsigned digit = sddl_digit(at[i]);

        if (digit > 15)
            return false;
        unit = unit << 4 | digit;
    }
    *ret = unit;
    return true;
}

/* A run of bytes beyond ASCII. */
static nt_status take_wide(struct sddl_cursor *c, struct writer *w)
{
    _cleanup_(freep) WCHAR *units = NULL;
    const char *start = c->at;
    size_t n;

    while (c->at < c->end && (*c->at & 0x80))
        c->at++;
    nt_status st = utf8_to_utf16(&units, &n, start, (size_t)(c->at - start));
    if (nt_failed(st))
        return NT_IS(st, NO_MEMORY) ? st : sddl_fail(c, start, "malformed UTF-8", st);
    writer_bytes(w, units, n * sizeof(*units));
    return NT_OK;
}

/* False: the character is not of the kind, so that the run ends. */
static bool take_unit(struct sddl_cursor *c, enum sddl_units kind, struct writer *w)
{
    uint32_t unit;

    if (kind != SDDL_UNITS_STRING && read_escape(c->at, c->end, &unit)) {
        writer_u16(w, (uint16_t)unit);
        c->at += 1 + ESCAPE_DIGITS;
        return true;
    }
    if (!is_plain((uint8_t)*c->at, kind))
        return false;
    writer_u16(w, (uint8_t)*c->at++);
    return true;
}

nt_status sddl_take_units(struct sddl_cursor *c, enum sddl_units kind, struct writer *w)
{
    while (c->at < c->end) {
        if (*c->at & 0x80) {
            nt_status st = take_wide(c, w);
            if (nt_failed(st))
                return st;
        } else if (!take_unit(c, kind, w)) {
            break;
        }
    }
    if (kind != SDDL_UNITS_STRING && sddl_peek(c) == '%')
        return sddl_fail(c, c->at, "a percent sign without four hexadecimal digits",
                         NT(INVALID_PARAMETER));
    return NT_OK;
}

/* --- Printing --- */

static uint32_t unit_at(const uint8_t *bytes, size_t i)
{
    return (uint32_t)(bytes[2 * i] | bytes[2 * i + 1] << 8);
}

static bool is_high(uint32_t unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

static bool is_low(uint32_t unit)
{
    return unit >= 0xdc00 && unit < 0xe000;
}

static void print_utf8(struct writer *w, uint32_t code)
{
    if (code >= 0x10000) {
        writer_u8(w, (uint8_t)(0xf0 | code >> 18));
        writer_u8(w, (uint8_t)(0x80 | (code >> 12 & 0x3f)));
    } else if (code >= 0x800) {
        writer_u8(w, (uint8_t)(0xe0 | code >> 12));
    }
    if (code >= 0x800)
        writer_u8(w, (uint8_t)(0x80 | (code >> 6 & 0x3f)));
    else if (code >= 0x80)
        writer_u8(w, (uint8_t)(0xc0 | code >> 6));
    writer_u8(w, (uint8_t)(code < 0x80 ? code : 0x80 | (code & 0x3f)));
}

/* Prints one character of a string and returns its units. */
static size_t print_string_unit(struct writer *w, const uint8_t *bytes, size_t n)
{
    uint32_t unit = unit_at(bytes, 0);

    if (is_high(unit) && n > 1 && is_low(unit_at(bytes, 1))) {
        print_utf8(w, 0x10000 + ((unit - 0xd800) << 10) + (unit_at(bytes, 1) - 0xdc00));
        return 2;
    }
    if (unit == 0 || unit == '"' || is_high(unit) || is_low(unit))
        writer_fail(w, NT(NOT_SUPPORTED));
    else
        print_utf8(w, unit);
    return 1;
}

void sddl_print_units(struct writer *w, const uint8_t *bytes, size_t size, enum sddl_units kind,
                      bool escape_first)
{
    const size_t n = size / 2;

    for (size_t i = 0; i < n;) {
        uint32_t unit = unit_at(bytes, i);

        if (kind == SDDL_UNITS_STRING) {
            i += print_string_unit(w, bytes + 2 * i, n - i);
            continue;
        }
        if ((i == 0 && escape_first) || unit >= 0x80 || !is_plain(unit, kind))
            writer_format(w, "%%%04x", unit);
        else
            writer_u8(w, (uint8_t)unit);
        i++;
    }
}
