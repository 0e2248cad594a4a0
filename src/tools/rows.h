/* SPDX-License-Identifier: MIT */
/* The rows of a query on standard output: tables, separated values, or one JSON document. */
#ifndef OPENLOGON_TOOLS_ROWS_H
#define OPENLOGON_TOOLS_ROWS_H

#include "document.h"
#include "query/sink.h"

enum rows_form {
    ROWS_TABLE,
    ROWS_CSV,
    ROWS_JSON, /* {"version": 1, "rows": [{column: value ...} ...]} */
};

enum rows_flags {
    ROWS_NO_HEADINGS = 1 << 0, /* of tables and separated values */
};

typedef struct rows rows;

rows *rows_new(enum rows_form form, unsigned flags); /* NULL: no memory */
rows *rows_free(rows *r);
DEFINE_CLEANUP(rows *, rows_free);

struct query_sink rows_sink(rows *r);

/* The JSON document behind its rows, for members that follow them. NULL: it is of another form. */
document *rows_end(rows *r);

/* Prints what is still to be printed. Returns the program's exit code, after complaining. */
int rows_finish(rows *r);

/* Says why a query did not go through, with the line of its text and the place. EXIT_FAILURE. */
int complain_of_query(const char *text, const struct query_problem *problem);

#endif
