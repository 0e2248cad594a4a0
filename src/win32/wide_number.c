/* SPDX-License-Identifier: MIT */
/* Numbers out of wide text, and into text of both widths. */
#include "win32/crt/convert.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <uchar.h>

#include "win32/crt/wide_type.h"

/* --- numbers out of text ------------------------------------------------------------------------
 */

/*
 * The longest number that is read: beyond any integer's digits and any double that is written to be
 * read again. What follows is left, as if it were no part of the number.
 */
enum { NUMBER_MAX = 1100 };

/* The part of a wide text that may be a number, narrow, for the C library to read. */
struct number_text {
    char text[NUMBER_MAX];
    size_t skipped; /* white space before it, which narrow functions would not know */
};

static void number_text_init(struct number_text *number, const char16_t *text)
{
    size_t n = 0;

    number->skipped = 0;
    while (openlogon_w32_iswspace(text[number->skipped]))
        number->skipped++;
    text += number->skipped;
    for (; n < NUMBER_MAX - 1 && text[n] > ' ' && text[n] < 0x7f; n++)
        number->text[n] = (char)text[n];
    number->text[n] = '\0';
}

static void set_end(char16_t **end, const char16_t *text, const struct number_text *number,
                    const char *narrow_end)
{
    size_t used = (size_t)(narrow_end - number->text);

    if (end)
        *end = (char16_t *)text + (used ? number->skipped + used : 0);
}

#define NUMBER_OF(type, name, read)                                                                \
    type openlogon_w32_##name(const char16_t *text, char16_t **end)                                \
    {                                                                                              \
        struct number_text number;                                                                 \
        char *narrow_end;                                                                          \
                                                                                                   \
        number_text_init(&number, text);                                                           \
        type value = read(number.text, &narrow_end);                                               \
        set_end(end, text, &number, narrow_end);                                                   \
        return value;                                                                              \
    }

static bool is_radix(int radix)
{
    return radix >= 2 && radix <= 36;
}

#define NUMBER_OF_RADIX(type, name, read)                                                          \
    type openlogon_w32_##name(const char16_t *text, char16_t **end, int radix)                     \
    {                                                                                              \
        struct number_text number;                                                                 \
        char *narrow_end;                                                                          \
                                                                                                   \
        if (radix != 0 && !is_radix(radix)) {                                                      \
            if (end)                                                                               \
                *end = (char16_t *)text;                                                           \
            errno = EINVAL;                                                                        \
            return 0;                                                                              \
        }                                                                                          \
        number_text_init(&number, text);                                                           \
        type value = read(number.text, &narrow_end, radix);                                        \
        set_end(end, text, &number, narrow_end);                                                   \
        return value;                                                                              \
    }

NUMBER_OF_RADIX(long, wcstol, strtol)
NUMBER_OF_RADIX(unsigned long, wcstoul, strtoul)
NUMBER_OF_RADIX(long long, wcstoll, strtoll)
NUMBER_OF_RADIX(unsigned long long, wcstoull, strtoull)
NUMBER_OF(double, wcstod, strtod)
NUMBER_OF(float, wcstof, strtof)
NUMBER_OF(long double, wcstold, strtold)

/* The ends of the range for what lies beyond, as Microsoft's. */
int openlogon_w32__wtoi(const char16_t *text)
{
    long value = openlogon_w32_wcstol(text, NULL, 10);

    if (value > INT_MAX)
        return INT_MAX;
    return value < INT_MIN ? INT_MIN : (int)value;
}

long openlogon_w32__wtol(const char16_t *text)
{
    return openlogon_w32_wcstol(text, NULL, 10);
}

long long openlogon_w32__wtoi64(const char16_t *text)
{
    return openlogon_w32_wcstoll(text, NULL, 10);
}

double openlogon_w32__wtof(const char16_t *text)
{
    return openlogon_w32_wcstod(text, NULL);
}

/* --- numbers into text --------------------------------------------------------------------------
 */

/* 64 binary digits, a sign and the end. */
enum { DIGITS_MAX = 66 };

/* Writes a number, with its terminating zero, to the end of `digits`; returns its first one. */
static const char *number_digits(char digits[static DIGITS_MAX], unsigned long long value,
                                 bool negative, unsigned radix)
{
    char *at = digits + DIGITS_MAX;

    *--at = '\0';
    do {
        *--at = "0123456789abcdefghijklmnopqrstuvwxyz"[value % radix];
        value /= radix;
    } while (value > 0);
    if (negative)
        *--at = '-';
    return at;
}

static errno_t put_number(void *buffer, size_t unit_size, size_t size, const char *digits)
{
    size_t n = strlen(digits) + 1;

    if (n > size)
        return errno = ERANGE;
    for (size_t i = 0; i < n; i++) {
        if (unit_size == sizeof(char))
            ((char *)buffer)[i] = digits[i];
        else
            ((char16_t *)buffer)[i] = (unsigned char)digits[i];
    }
    return 0;
}

/* `bits` is the number as its own type has it; `sign` the same with its sign, or 0 if it has none.
 */
static errno_t number_to_text(unsigned long long bits, long long sign, void *buffer,
                              size_t unit_size, size_t size, int radix)
{
    char digits[DIGITS_MAX];
    bool negative = sign < 0 && radix == 10;

    if (!buffer || size == 0)
        return errno = EINVAL;
    memset(buffer, 0, unit_size);
    if (!is_radix(radix))
        return errno = EINVAL;
    if (negative)
        bits = 0 - (unsigned long long)sign;
    return put_number(buffer, unit_size, size,
                      number_digits(digits, bits, negative, (unsigned)radix));
}

/* The four functions of one integer type; `sign` is what the type makes of `value`'s sign. */
#define NUMBER_TEXT(type, unsigned_type, to_narrow, to_wide, sign)                                 \
    errno_t openlogon_w32_##to_narrow##_s(type value, char *buffer, size_t size, int radix)        \
    {                                                                                              \
        return number_to_text((unsigned_type)value, sign, buffer, sizeof(*buffer), size, radix);   \
    }                                                                                              \
    errno_t openlogon_w32_##to_wide##_s(type value, char16_t *buffer, size_t size, int radix)      \
    {                                                                                              \
        return number_to_text((unsigned_type)value, sign, buffer, sizeof(*buffer), size, radix);   \
    }                                                                                              \
    char *openlogon_w32_##to_narrow(type value, char *buffer, int radix)                           \
    {                                                                                              \
        (void)openlogon_w32_##to_narrow##_s(value, buffer, DIGITS_MAX, radix);                     \
        return buffer;                                                                             \
    }                                                                                              \
    char16_t *openlogon_w32_##to_wide(type value, char16_t *buffer, int radix)                     \
    {                                                                                              \
        (void)openlogon_w32_##to_wide##_s(value, buffer, DIGITS_MAX, radix);                       \
        return buffer;                                                                             \
    }

NUMBER_TEXT(int, unsigned, _itoa, _itow, value)
NUMBER_TEXT(long, unsigned long, _ltoa, _ltow, value)
NUMBER_TEXT(unsigned long, unsigned long, _ultoa, _ultow, 0)
NUMBER_TEXT(long long, unsigned long long, _i64toa, _i64tow, value)
NUMBER_TEXT(unsigned long long, unsigned long long, _ui64toa, _ui64tow, 0)
