/* SPDX-License-Identifier: MIT */
/* Letters of ASCII only, whatever the program's locale says of them. */
#ifndef OPENLOGON_BASE_ASCII_H
#define OPENLOGON_BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>

static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static inline char ascii_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

/* Whether a counted text is the given string, letters in either case. */
static inline bool ascii_equal(const char *text, size_t size, const char *string)
{
    for (size_t i = 0; i < size; i++) {
        if (string[i] == 0 || ascii_lower(text[i]) != ascii_lower(string[i]))
            return false;
    }
    return string[size] == 0;
}

#endif
