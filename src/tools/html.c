/* SPDX-License-Identifier: MIT */
#include "html.h"

#include <string.h>

#include "base/macros.h"
#include "base/sha256.h"
#include "text.h"

/* By the character, or NULL. */
static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void html_text(FILE *to, const char *text)
{
    _cleanup_(freep) char *printable = text && *text ? text_printable(text) : NULL;

    for (const char *p = printable; p && *p; p++) {
        const char *entity = entity_of(*p);

        if (entity)
            fputs(entity, to);
        else
            fputc(*p, to);
    }
}

void html_element(FILE *to, const char *tag, const char *text)
{
    fprintf(to, "<%s>", tag);
    html_text(to, text);
    fprintf(to, "</%.*s>", (int)strcspn(tag, " "), tag);
}

/* Of whole groups of three bytes, and of what is left behind them. */
static void base64(char *to, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < size; i += 3) {
        const uint32_t group = (uint32_t)bytes[i] << 16 |
                               (i + 1 < size ? (uint32_t)bytes[i + 1] << 8 : 0) |
                               (i + 2 < size ? (uint32_t)bytes[i + 2] : 0);

        *to++ = digits[group >> 18];
        *to++ = digits[group >> 12 & 63];
        *to++ = i + 1 < size ? digits[group >> 6 & 63] : '=';
        *to++ = i + 2 < size ? digits[group & 63] : '=';
    }
    *to = '\0';
}

void html_hash(char ret[HTML_HASH_SIZE], const char *text)
{
    static const char prefix[] = "sha256-";
    uint8_t hash[SHA256_SIZE];

    sha256(hash, text, strlen(text));
    base64(stpcpy(ret, prefix), hash, sizeof(hash));
}
