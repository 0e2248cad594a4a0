/* SPDX-License-Identifier: MIT */
/* The rows of a query on standard output: tables, separated values, or one JSON document. */
#ifndef OPENLOGON_TOOLS_ROWS_H
#define OPENLOGON_TOOLS_ROWS_H

#include "command.h"
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

/* How a command prints them: what its options say that are ROWS_OPTIONS. Starts as all zeros. */
struct rows_choice {
    enum rows_form form;
    unsigned flags; /* enum rows_flags */
};

enum {
    ROWS_KEY_CSV = KEY_WITHOUT_LETTER,
    ROWS_KEY_JSON,
    ROWS_KEYS_END, /* the command's own keys without a letter are from here on */
};

#define ROWS_OPTIONS                                                                               \
    { ROWS_KEY_CSV, "csv", NULL, "values separated by commas" },                                   \
        { ROWS_KEY_JSON, "json", NULL, "JSON" },                                                   \
    {                                                                                              \
        'n', "noheadings", NULL, "no line of headings"                                             \
    }

void rows_take_option(struct rows_choice *choice, int key);

/* Runs a query, and is given what rows_ask() was. False: see the problem. */
typedef bool (*rows_query)(void *context, const char *text, const struct query_sink *sink,
                           struct query_problem *problem);

/* Prints what a query gives. Returns the program's exit code, after complaining. */
int rows_ask(const struct rows_choice *choice, rows_query query, void *context, const char *text);

/* The same for rows that come otherwise. */
typedef struct rows rows;

rows *rows_new(const struct rows_choice *choice); /* NULL: no memory */
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
