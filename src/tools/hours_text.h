/* SPDX-License-Identifier: MIT */
/*
 * Logon hours as people write them: "mon-fri 8-18, sat 9-12", "all", "none". Hours are UTC, as they
 * are kept; 8-18 is from 8:00 to 18:00. Days are named by three letters, in either case.
 */
#ifndef OPENLOGON_TOOLS_HOURS_TEXT_H
#define OPENLOGON_TOOLS_HOURS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HOURS_SIZE = 21, /* bytes: a bit for each hour of the week, from Sunday 0:00 */
    HOURS_TEXT_SIZE = 1024,
};

/* False when the text is no such list; *ret is then not to be used. */
bool hours_parse(uint8_t ret[static HOURS_SIZE], const char *text);

/* The shortest list that hours_parse() reads as these hours; cut off if it does not fit. */
void hours_format(char *ret, size_t size, const uint8_t hours[static HOURS_SIZE]);

#endif
