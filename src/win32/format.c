/* SPDX-License-Identifier: MIT */
#include "win32/format.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"

enum format_flag {
    FLAG_LEFT = 1 << 0,
    FLAG_PLUS = 1 << 1,
    FLAG_SPACE = 1 << 2,
    FLAG_ALTERNATE = 1 << 3,
    FLAG_ZERO = 1 << 4,
};

static const struct {
    char letter;
    uint8_t flag;
} flags[] = {
    { '-', FLAG_LEFT },      { '+', FLAG_PLUS }, { ' ', FLAG_SPACE },
    { '#', FLAG_ALTERNATE }, { '0', FLAG_ZERO },
};

/* What a length prefix makes of a number, and of text (0: nothing). */
struct length {
    char prefix[4];
    uint8_t number_size;
    uint8_t text_width;
};

/* Longer ones first. */
static const struct length lengths[] = {
    { "I64", 8, 0 },
    { "I32", 4, 0 },
    { "I", sizeof(void *), 0 },
    { "hh", 1, TEXT_NARROW },
    { "h", 2, TEXT_NARROW },
    { "ll", 8, TEXT_WIDE },
    { "l", 4, TEXT_WIDE },
    { "w", 4, TEXT_WIDE },
    { "L", 4, 0 },
    { "j", sizeof(intmax_t), 0 },
    { "z", sizeof(size_t), 0 },
    { "t", sizeof(ptrdiff_t), 0 },
    { "", 4, 0 },
};

enum {
    PRECISION_NONE = -1,
    /* Beyond this a number's digits would cost more memory than any use of them. */
    FLOAT_PRECISION_MAX = 0x10000,
    /* A double's 52 bits behind the point, in hexadecimal: Microsoft's default of %a. */
    HEX_FLOAT_PRECISION = 13,
    OCTAL_DIGITS_MAX = 22,
};

struct conversion;

/* One conversion specification, as it stands in the format. */
struct spec {
    unsigned flags;
    size_t width;
    int precision;
    const struct length *length;
    const struct conversion *conversion;
};

/* One walk over a format. A va_list in a struct can be handed on by pointer. */
struct walk {
    struct sink *sink;
    const void *format;
    size_t at;
    va_list args;
};

struct conversion {
    char letter;
    uint8_t base;
    void (*put)(struct walk *walk, const struct spec *spec);
};

/* --- fields ------------------------------------------------------------------------------------
 */

/* Ready digits: sign or 0x, zeros that the precision asks for, and the rest. */
struct field {
    const char *prefix;
    size_t n_prefix;
    size_t n_zeros;
    const char *digits;
    size_t n_digits;
};

static size_t padding_of(const struct spec *spec, size_t length)
{
    return spec->width > length ? spec->width - length : 0;
}

static void put_field(struct sink *sink, const struct spec *spec, const struct field *field)
{
    size_t length = field->n_prefix + field->n_zeros + field->n_digits;
    size_t padding = padding_of(spec, length);
    size_t zeros = field->n_zeros;
    bool left = spec->flags & FLAG_LEFT;

    if (!left && spec->flags & FLAG_ZERO)
        zeros += padding;
    else if (!left)
        openlogon_w32_sink_fill(sink, ' ', padding);
    openlogon_w32_sink_put_narrow(sink, field->prefix, field->n_prefix);
    openlogon_w32_sink_fill(sink, '0', zeros);
    openlogon_w32_sink_put_narrow(sink, field->digits, field->n_digits);
    if (left)
        openlogon_w32_sink_fill(sink, ' ', padding);
}

/* --- numbers -----------------------------------------------------------------------------------
 */

static uint64_t take_number(struct walk *walk, const struct spec *spec)
{
    if (spec->length->number_size == 8)
        return va_arg(walk->args, uint64_t);
    uint32_t value = va_arg(walk->args, uint32_t);
    unsigned unused_bits = 32 - 8u * spec->length->number_size;
    return value << unused_bits >> unused_bits;
}

/* Writes the digits before `end`; returns the first. None for zero. */
static char *write_digits(char *end, uint64_t value, unsigned base, const char *alphabet)
{
    for (; value > 0; value /= base)
        *--end = alphabet[value % base];
    return end;
}

static const char *alphabet_of(char letter)
{
    return letter == 'x' ? "0123456789abcdef" : "0123456789ABCDEF";
}

static void put_integer(struct walk *walk, const struct spec *spec, uint64_t value,
                        const char *prefix)
{
    char buffer[OCTAL_DIGITS_MAX];
    char *end = buffer + sizeof(buffer);
    const struct conversion *conversion = spec->conversion;
    char *digits = write_digits(end, value, conversion->base, alphabet_of(conversion->letter));
    size_t n_digits = (size_t)(end - digits);
    size_t least = spec->precision == PRECISION_NONE ? 1 : (size_t)spec->precision;
    struct spec padded = *spec;

    if (conversion->base == 8 && spec->flags & FLAG_ALTERNATE && least <= n_digits)
        least = n_digits + 1;
    if (spec->precision != PRECISION_NONE)
        padded.flags &= ~(unsigned)FLAG_ZERO;
    struct field field = { .prefix = prefix,
                           .n_prefix = strlen(prefix),
                           .n_zeros = least > n_digits ? least - n_digits : 0,
                           .digits = digits,
                           .n_digits = n_digits };
    put_field(walk->sink, &padded, &field);
}

static const char *sign_of(const struct spec *spec, bool negative)
{
    if (negative)
        return "-";
    if (spec->flags & FLAG_PLUS)
        return "+";
    return spec->flags & FLAG_SPACE ? " " : "";
}

static void put_signed(struct walk *walk, const struct spec *spec)
{
    uint64_t value = take_number(walk, spec);
    unsigned sign_bit = 8u * spec->length->number_size - 1;
    bool negative = value >> sign_bit & 1;

    /* Minus the value, within its own size: the sign bit counts negatively. */
    uint64_t size =
        negative ? (UINT64_C(1) << sign_bit) - (value & ~(UINT64_C(1) << sign_bit)) : value;
    put_integer(walk, spec, size, sign_of(spec, negative));
}

static void put_unsigned(struct walk *walk, const struct spec *spec)
{
    uint64_t value = take_number(walk, spec);
    bool marked = spec->conversion->base == 16 && spec->flags & FLAG_ALTERNATE && value != 0;
    const char *mark = spec->conversion->letter == 'X' ? "0X" : "0x";

    put_integer(walk, spec, value, marked ? mark : "");
}

static void put_pointer(struct walk *walk, const struct spec *spec)
{
    struct spec all_digits = *spec;

    all_digits.precision = 2 * sizeof(void *);
    put_integer(walk, &all_digits, (uintptr_t)va_arg(walk->args, void *),
                spec->flags & FLAG_ALTERNATE ? "0X" : "");
}

/* --- floating point: libc makes the digits, one conversion at a time ----------------------------
 */

/* A double, or the long double that an L announces. */
struct real {
    bool is_long;
    double value;
    long double long_value;
};

/* As snprintf: returns the length, whatever fits. */
static int print_real(char *buffer, size_t size, const struct spec *spec, const struct real *real)
{
    char format[16];
    int precision = spec->precision;

    if (!real->is_long && precision == PRECISION_NONE && (spec->conversion->letter | 0x20) == 'a')
        precision = HEX_FLOAT_PRECISION;
    snprintf(format, sizeof(format), "%%%s%s%s.*%s%c", spec->flags & FLAG_PLUS ? "+" : "",
             spec->flags & FLAG_SPACE ? " " : "", spec->flags & FLAG_ALTERNATE ? "#" : "",
             real->is_long ? "L" : "", spec->conversion->letter);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    if (real->is_long)
        return snprintf(buffer, size, format, precision, real->long_value);
    return snprintf(buffer, size, format, precision, real->value);
#pragma GCC diagnostic pop
}

/* What zeros may not come before: a sign, and the 0x of %a. */
static size_t real_prefix(const char *text)
{
    size_t n = text[0] == '+' || text[0] == '-' || text[0] == ' ';

    return n + (text[n] == '0' && (text[n + 1] | 0x20) == 'x' ? 2 : 0);
}

static void put_real_text(struct walk *walk, const struct spec *spec, const char *text, size_t size)
{
    size_t n_prefix = real_prefix(text);
    bool finite = text[n_prefix] >= '0' && text[n_prefix] <= '9';
    struct spec padded = *spec;
    struct field field = {
        .prefix = text, .n_prefix = n_prefix, .digits = text + n_prefix, .n_digits = size - n_prefix
    };

    if (!finite)
        padded.flags &= ~(unsigned)FLAG_ZERO;
    put_field(walk->sink, &padded, &field);
}

static void put_real(struct walk *walk, const struct spec *spec)
{
    struct real real = { .is_long = spec->length->prefix[0] == 'L' };
    char buffer[512];

    if (real.is_long)
        real.long_value = va_arg(walk->args, long double);
    else
        real.value = va_arg(walk->args, double);
    if (spec->precision > FLOAT_PRECISION_MAX) {
        openlogon_w32_sink_fail(walk->sink, EOVERFLOW);
        return;
    }
    int size = print_real(buffer, sizeof(buffer), spec, &real);
    if (size >= 0 && (size_t)size < sizeof(buffer)) {
        put_real_text(walk, spec, buffer, (size_t)size);
        return;
    }
    _cleanup_(freep) char *longer = size < 0 ? NULL : malloc((size_t)size + 1);
    if (!longer || print_real(longer, (size_t)size + 1, spec, &real) != size) {
        openlogon_w32_sink_fail(walk->sink, ENOMEM);
        return;
    }
    put_real_text(walk, spec, longer, (size_t)size);
}

/* --- text --------------------------------------------------------------------------------------
 */

struct text {
    enum text_width width;
    const void *units; /* NULL is printed as (null) */
    size_t length;     /* in units; SIZE_MAX: up to the terminating zero */
};

static uint32_t unit_at(enum text_width width, const void *units, size_t at)
{
    return width == TEXT_WIDE ? ((const char16_t *)units)[at] : ((const unsigned char *)units)[at];
}

static void put_text(struct walk *walk, const struct spec *spec, struct text text)
{
    size_t most = spec->precision == PRECISION_NONE ? SIZE_MAX : (size_t)spec->precision;
    size_t length = 0;
    bool left = spec->flags & FLAG_LEFT;

    if (!text.units)
        text = (struct text){ TEXT_NARROW, "(null)", SIZE_MAX };
    if (text.length != SIZE_MAX)
        length = text.length < most ? text.length : most;
    else
        while (length < most && unit_at(text.width, text.units, length))
            length++;

    size_t padding = padding_of(spec, length);
    if (!left)
        openlogon_w32_sink_fill(walk->sink, spec->flags & FLAG_ZERO ? '0' : ' ', padding);
    if (text.width == TEXT_WIDE)
        openlogon_w32_sink_put_wide(walk->sink, text.units, length);
    else
        openlogon_w32_sink_put_narrow(walk->sink, text.units, length);
    if (left)
        openlogon_w32_sink_fill(walk->sink, ' ', padding);
}

/* The width of the argument: told by the prefix, else by the format's own and the letter's case. */
static enum text_width argument_width(const struct walk *walk, const struct spec *spec)
{
    bool other = spec->conversion->letter == 'S' || spec->conversion->letter == 'C';
    enum text_width own = walk->sink->width;

    if (spec->length->text_width)
        return spec->length->text_width;
    if (!other)
        return own;
    return own == TEXT_WIDE ? TEXT_NARROW : TEXT_WIDE;
}

static void put_string(struct walk *walk, const struct spec *spec)
{
    struct text text = { argument_width(walk, spec), va_arg(walk->args, const void *), SIZE_MAX };

    put_text(walk, spec, text);
}

static void put_character(struct walk *walk, const struct spec *spec)
{
    int c = va_arg(walk->args, int);
    char narrow = (char)c;
    char16_t wide = (char16_t)c;
    struct text text = { argument_width(walk, spec), &narrow, 1 };
    struct spec whole = *spec;

    if (text.width == TEXT_WIDE)
        text.units = &wide;
    whole.precision = PRECISION_NONE;
    put_text(walk, &whole, text);
}

/* ANSI_STRING and UNICODE_STRING: sizes in bytes, no terminating zero. */
struct counted_string {
    uint16_t length_bytes;
    uint16_t capacity_bytes;
    const void *units;
};

static void put_counted(struct walk *walk, const struct spec *spec)
{
    const struct counted_string *string = va_arg(walk->args, const struct counted_string *);
    struct text text = { TEXT_NARROW, NULL, SIZE_MAX };

    if (spec->length->text_width == TEXT_WIDE)
        text.width = TEXT_WIDE;
    if (string && string->units) {
        text.units = string->units;
        text.length = string->length_bytes / text.width;
    }
    put_text(walk, spec, text);
}

/* --- the rest ----------------------------------------------------------------------------------
 */

static void put_percent(struct walk *walk, const struct spec *spec)
{
    (void)spec;
    openlogon_w32_sink_put_narrow(walk->sink, "%", 1);
}

/* %n writes to memory that the format names: the classic hole. Microsoft refuses it too. */
static void refuse(struct walk *walk, const struct spec *spec)
{
    (void)spec;
    openlogon_w32_sink_fail(walk->sink, EINVAL);
}

static const struct conversion conversions[] = {
    { 'd', 10, put_signed },   { 'i', 10, put_signed },   { 'u', 10, put_unsigned },
    { 'x', 16, put_unsigned }, { 'X', 16, put_unsigned }, { 'o', 8, put_unsigned },
    { 'p', 16, put_pointer },  { 's', 0, put_string },    { 'S', 0, put_string },
    { 'c', 0, put_character }, { 'C', 0, put_character }, { 'Z', 0, put_counted },
    { 'f', 0, put_real },      { 'F', 0, put_real },      { 'e', 0, put_real },
    { 'E', 0, put_real },      { 'g', 0, put_real },      { 'G', 0, put_real },
    { 'a', 0, put_real },      { 'A', 0, put_real },      { '%', 0, put_percent },
    { 'n', 0, refuse },
};

/* --- parsing -----------------------------------------------------------------------------------
 */

static uint32_t peek(const struct walk *walk, size_t ahead)
{
    return unit_at(walk->sink->width, walk->format, walk->at + ahead);
}

static unsigned parse_flags(struct walk *walk)
{
    unsigned found = 0;

    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        if (peek(walk, 0) != (unsigned char)flags[i].letter)
            continue;
        found |= flags[i].flag;
        walk->at++;
        i = SIZE_MAX; /* from the first again: they come in any order, and repeated */
    }
    return found;
}

/* Digits, or a star and the argument. What does not fit an int is as large as one can be. */
static int parse_number(struct walk *walk)
{
    int value = 0;

    if (peek(walk, 0) == '*') {
        walk->at++;
        return va_arg(walk->args, int);
    }
    for (uint32_t c = peek(walk, 0); c >= '0' && c <= '9'; c = peek(walk, 0)) {
        int digit = (int)(c - '0');

        walk->at++;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, digit, &value))
            value = INT_MAX;
    }
    return value;
}

static void parse_width(struct walk *walk, struct spec *spec)
{
    int width = parse_number(walk);

    if (width < 0)
        spec->flags |= FLAG_LEFT;
    spec->width = width < 0 ? 0 - (size_t)width : (size_t)width;
}

static void parse_precision(struct walk *walk, struct spec *spec)
{
    spec->precision = PRECISION_NONE;
    if (peek(walk, 0) != '.')
        return;
    walk->at++;
    int precision = parse_number(walk);
    if (precision >= 0)
        spec->precision = precision;
}

static void parse_length(struct walk *walk, struct spec *spec)
{
    for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
        const char *prefix = lengths[i].prefix;
        size_t n = 0;

        while (prefix[n] && peek(walk, n) == (unsigned char)prefix[n])
            n++;
        if (prefix[n])
            continue;
        walk->at += n;
        spec->length = &lengths[i]; /* the last prefix is empty: it always matches */
        return;
    }
}

static const struct conversion *conversion_of(uint32_t letter)
{
    for (size_t i = 0; i < ARRAY_SIZE(conversions); i++) {
        if (letter == (unsigned char)conversions[i].letter)
            return &conversions[i];
    }
    return NULL;
}

/* The walk stands behind a percent sign. */
static void put_conversion(struct walk *walk)
{
    struct spec spec = { .flags = parse_flags(walk) };

    parse_width(walk, &spec);
    parse_precision(walk, &spec);
    parse_length(walk, &spec);
    spec.conversion = conversion_of(peek(walk, 0));
    if (!spec.conversion)
        return; /* what follows is text, or the end */
    walk->at++;
    spec.conversion->put(walk, &spec);
}

static void put_literal(struct walk *walk)
{
    size_t n = 0;

    while (peek(walk, n) && peek(walk, n) != '%')
        n++;
    if (walk->sink->width == TEXT_WIDE)
        openlogon_w32_sink_put_wide(walk->sink, (const char16_t *)walk->format + walk->at, n);
    else
        openlogon_w32_sink_put_narrow(walk->sink, (const char *)walk->format + walk->at, n);
    walk->at += n;
}

void openlogon_w32_format(struct sink *sink, const void *format, va_list args)
{
    struct walk walk = { .sink = sink, .format = format };

    va_copy(walk.args, args);
    while (peek(&walk, 0) && !sink->error) {
        put_literal(&walk);
        if (peek(&walk, 0) == '%') {
            walk.at++;
            put_conversion(&walk);
        }
    }
    va_end(walk.args);
}
