/* SPDX-License-Identifier: MIT */
/*
 * The format parser on any format, in both widths. The arguments are ones that every conversion may
 * take: pointers to zeroed memory, read as numbers, as strings of either width and as counted
 * strings alike.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>

#include "win32/crt/print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The empty string in either width, and a counted string without text. */
static const uint64_t zeros[8];

/* Doubles for the registers; and on the stack two slots for each of twelve, if they are long. */
#define POINTERS  zeros, zeros, zeros, zeros, zeros, zeros, zeros, zeros
#define ARGUMENTS 0.5, -1e300, 0.0, 1e-5, 2.0, 3.0, 4.0, 5.0, POINTERS, POINTERS, POINTERS, POINTERS

enum { FORMAT_MAX = 256 };

static void check(int condition)
{
    if (!condition)
        abort();
}

static void print_narrow(const char *format)
{
    char text[64];

    int whole = openlogon_w32__scprintf(format, ARGUMENTS);
    int cut = openlogon_w32_snprintf(text, sizeof(text), format, ARGUMENTS);
    check(whole == cut);
    check(memchr(text, 0, sizeof(text)) != NULL);
    check(openlogon_w32_sprintf_s(text, sizeof(text), format, ARGUMENTS) < (int)sizeof(text));
}

static void print_wide(const char16_t *format)
{
    char16_t text[64];

    int whole = openlogon_w32__scwprintf(format, ARGUMENTS);
    int cut = openlogon_w32_swprintf(text, 64, format, ARGUMENTS);
    check(cut == (whole < 64 ? whole : -1));
}

/* Whether more arguments may be taken than are passed. */
static int too_many(const char *format)
{
    int n = 0;

    for (; *format; format++)
        n += *format == '%' || *format == '*';
    return n > 12;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char narrow[FORMAT_MAX + 1] = { 0 };
    char16_t wide[FORMAT_MAX + 1] = { 0 };

    if (size > FORMAT_MAX)
        return 0;
    if (size > 0)
        memcpy(narrow, data, size);
    if (too_many(narrow))
        return 0;
    for (size_t i = 0; narrow[i]; i++)
        wide[i] = (char16_t)(uint8_t)narrow[i];
    print_narrow(narrow);
    print_wide(wide);
    return 0;
}
