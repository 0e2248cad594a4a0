/* SPDX-License-Identifier: MIT */
/* Colours on standard output: on terminals only, and not where NO_COLOR or TERM=dumb is set. */
#ifndef OPENLOGON_TOOLS_COLOUR_H
#define OPENLOGON_TOOLS_COLOUR_H

enum colour {
    COLOUR_HEADING,
    COLOUR_GOOD, /* enabled, granted */
    COLOUR_BAD,  /* denied */
    COLOUR_DIM,  /* disabled, of others */
};

/* What switches it on and off again; empty where there are no colours. */
const char *colour_begin(enum colour colour);
const char *colour_end(enum colour colour);

/* The sequence alone, for libraries that print themselves. NULL: no colours */
const char *colour_sequence(enum colour colour);

#endif
