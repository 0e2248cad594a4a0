/* SPDX-License-Identifier: MIT */
#include "colour.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* [no-color.org] Set and not empty. */
static bool is_wanted(void)
{
    const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");

    return !(no && *no) && terminal && *terminal && strcmp(terminal, "dumb") != 0 &&
           isatty(STDOUT_FILENO);
}

static bool are_there(void)
{
    static enum { UNKNOWN, NO, YES } answer;

    if (answer == UNKNOWN)
        answer = is_wanted() ? YES : NO;
    return answer == YES;
}

const char *colour_sequence(enum colour colour)
{
    static const char *const sequences[] = {
        [COLOUR_HEADING] = "\033[1m",
        [COLOUR_GOOD] = "\033[32m",
        [COLOUR_BAD] = "\033[31m",
        [COLOUR_DIM] = "\033[2m",
    };

    return are_there() ? sequences[colour] : NULL;
}

const char *colour_begin(enum colour colour)
{
    const char *sequence = colour_sequence(colour);

    return sequence ? sequence : "";
}

const char *colour_end(enum colour colour)
{
    return colour_sequence(colour) ? "\033[0m" : "";
}
