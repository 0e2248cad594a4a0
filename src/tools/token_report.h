/* SPDX-License-Identifier: MIT */
/* The sections of whoami for a token. */
#ifndef OPENLOGON_TOOLS_TOKEN_REPORT_H
#define OPENLOGON_TOOLS_TOKEN_REPORT_H

#include "token_view.h"

enum token_sections {
    SECTION_USER = 1 << 0,
    SECTION_GROUPS = 1 << 1,
    SECTION_PRIVILEGES = 1 << 2,
    SECTION_ALL = SECTION_USER | SECTION_GROUPS | SECTION_PRIVILEGES,
};

/* Prints to stdout, with an empty line between two. Returns the exit code, after complaining. */
int token_report(const struct token_view *v, unsigned sections);

#endif
