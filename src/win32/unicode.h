/* SPDX-License-Identifier: MIT */
/*
 * One code point at a time, out of UTF-8 and UTF-16 and into them. Nothing here fails: what is
 * malformed is read as U+FFFD, one for each longest piece that could have begun a character, since
 * printing must go on. (base/utf16.h is the strict one.) A lone surrogate is written as U+FFFD.
 */
#ifndef OPENLOGON_WIN32_UNICODE_H
#define OPENLOGON_WIN32_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uchar.h>

#define UNICODE_REPLACEMENT 0xfffdu
#define UTF8_MAX            4u
#define UTF16_MAX           2u

static inline bool unicode_is_high_surrogate(uint32_t value)
{
    return value >= 0xd800 && value < 0xdc00;
}

static inline bool unicode_is_low_surrogate(uint32_t value)
{
    return value >= 0xdc00 && value < 0xe000;
}

static inline uint32_t unicode_join_surrogates(uint32_t high, uint32_t low)
{
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* How many bytes follow a lead byte; 0 when it is none. */
static inline size_t utf8_n_following(uint8_t lead)
{
    if (lead >= 0xc2 && lead <= 0xdf)
        return 1;
    if (lead >= 0xe0 && lead <= 0xef)
        return 2;
    return lead >= 0xf0 && lead <= 0xf4 ? 3 : 0;
}

/* The second byte is where overlong forms, surrogates and values above U+10FFFF show. */
static inline bool utf8_second_fits(uint8_t lead, uint8_t second)
{
    uint8_t least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;

    return second >= least && second <= most;
}

/* Reads one code point from `size` (at least 1) bytes; returns how many bytes it took. */
static inline size_t utf8_take(const char *text, size_t size, uint32_t *ret)
{
    const uint8_t *bytes = (const uint8_t *)text;
    size_t n_following = utf8_n_following(bytes[0]);
    uint32_t value = n_following ? bytes[0] & (0x3fu >> n_following) : bytes[0];
    size_t used = 1;

    for (; used <= n_following && used < size; used++) {
        bool fits = used == 1 ? utf8_second_fits(bytes[0], bytes[1]) : (bytes[used] & 0xc0) == 0x80;
        if (!fits)
            break;
        value = value << 6 | (bytes[used] & 0x3f);
    }
    bool whole = used == n_following + 1 && (n_following > 0 || bytes[0] < 0x80);
    *ret = whole ? value : UNICODE_REPLACEMENT;
    return used;
}

/* Reads one code point from `n` (at least 1) units; returns how many units it took. */
static inline size_t utf16_take(const char16_t *text, size_t n, uint32_t *ret)
{
    uint32_t first = text[0];

    if (!unicode_is_high_surrogate(first) && !unicode_is_low_surrogate(first)) {
        *ret = first;
        return 1;
    }
    if (unicode_is_high_surrogate(first) && n > 1 && unicode_is_low_surrogate(text[1])) {
        *ret = unicode_join_surrogates(first, text[1]);
        return 2;
    }
    *ret = UNICODE_REPLACEMENT;
    return 1;
}

static inline size_t utf8_put(char out[static UTF8_MAX], uint32_t value)
{
    if (unicode_is_high_surrogate(value) || unicode_is_low_surrogate(value))
        value = UNICODE_REPLACEMENT;
    if (value < 0x80) {
        out[0] = (char)value;
        return 1;
    }
    size_t n_following = value < 0x800 ? 1 : value < 0x10000 ? 2 : 3;
    for (size_t i = n_following; i > 0; i--) {
        out[i] = (char)(0x80 | (value & 0x3f));
        value >>= 6;
    }
    out[0] = (char)((0xf00u >> (n_following + 1) & 0xf0u) | value);
    return n_following + 1;
}

static inline size_t utf16_put(char16_t out[static UTF16_MAX], uint32_t value)
{
    if (value < 0x10000) {
        out[0] = (char16_t)value;
        return 1;
    }
    out[0] = (char16_t)(0xd800 + ((value - 0x10000) >> 10));
    out[1] = (char16_t)(0xdc00 + ((value - 0x10000) & 0x3ff));
    return 2;
}

#endif
