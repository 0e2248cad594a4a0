/* SPDX-License-Identifier: MIT */
/* Sections as Windows' whoami prints them: a title, a line of headings, underlines, rows. */
#ifndef OPENLOGON_TOOLS_REPORT_H
#define OPENLOGON_TOOLS_REPORT_H

#include <stddef.h>
#include <stdio.h>

enum {
    REPORT_COLUMNS_MAX = 4,
};

/* One row: as many texts as the section has columns; NULL is taken as empty. Borrowed. */
struct report_row {
    const char *cells[REPORT_COLUMNS_MAX];
};

/* What is not printable in a cell is shown as '?'. */
void report_section(FILE *to, const char *title, const struct report_row *headings,
                    const struct report_row *rows, size_t n_rows);

#endif
