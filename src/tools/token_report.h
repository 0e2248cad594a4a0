/* SPDX-License-Identifier: MIT */
/* The sections of whoami for a token, and those that it does not have. */
#ifndef OPENLOGON_TOOLS_TOKEN_REPORT_H
#define OPENLOGON_TOOLS_TOKEN_REPORT_H

#include "report.h"
#include "token_view.h"

enum token_sections {
    SECTION_USER = 1 << 0,
    SECTION_GROUPS = 1 << 1,
    SECTION_PRIVILEGES = 1 << 2,
    SECTION_CLAIMS = 1 << 3, /* of the user */
    SECTION_ALL = SECTION_USER | SECTION_GROUPS | SECTION_PRIVILEGES | SECTION_CLAIMS,
    /* The rest only if there is something in it. */
    SECTION_RESTRICTING = 1 << 4,
    SECTION_DEVICE_GROUPS = 1 << 5,
    SECTION_DEVICE_CLAIMS = 1 << 6,
    SECTION_ATTRIBUTES = 1 << 7,
    SECTION_REST =
        SECTION_RESTRICTING | SECTION_DEVICE_GROUPS | SECTION_DEVICE_CLAIMS | SECTION_ATTRIBUTES,
};

/* Prints to stdout, with an empty line between two. Returns the exit code, after complaining. */
int token_report(const struct token_view *v, unsigned sections, const struct report_style *style);

#endif
