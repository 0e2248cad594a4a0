/* SPDX-License-Identifier: MIT */
/* Sections as Windows' whoami prints them: a title, a line of headings, underlines, rows. */
#ifndef OPENLOGON_TOOLS_REPORT_H
#define OPENLOGON_TOOLS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    REPORT_COLUMNS_MAX = 4,
};

/* The formats of /fo. */
enum report_format {
    REPORT_TABLE,
    REPORT_LIST, /* a line for each cell, with its heading */
    REPORT_CSV,  /* no title; every cell in quotes */
};

struct report_style {
    enum report_format format;
    bool no_headings; /* of tables and CSV; a table has no title then */
};

/* One row: as many texts as the section has columns; NULL is taken as empty. Borrowed. */
struct report_row {
    const char *cells[REPORT_COLUMNS_MAX];
};

/* What is not printable in a cell is shown as '?'. */
void report_section(FILE *to, const struct report_style *style, const char *title,
                    const struct report_row *headings, const struct report_row *rows,
                    size_t n_rows);

/* A title alone, for a section that has something else to say. Nothing where tables have none. */
void report_title(FILE *to, const struct report_style *style, const char *title);

/* "table", "list", "csv". */
bool report_format_of(const char *name, enum report_format *ret);

#endif
