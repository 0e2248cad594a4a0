/* SPDX-License-Identifier: MIT */
/* Tables and trees on the terminal, as lsblk and lsns print them. */
#ifndef OPENLOGON_TOOLS_TABLE_H
#define OPENLOGON_TOOLS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

enum table_flags {
    TABLE_NO_HEADINGS = 1 << 0,
    TABLE_TREE = 1 << 1, /* the first column is the tree */
};

struct table_column {
    const char *name;
    bool right; /* aligned to the right */
};

typedef struct table table;
typedef struct table_line table_line; /* borrowed from its table */

table *table_new(unsigned flags); /* NULL: no memory; the other functions take that */
table *table_free(table *t);
DEFINE_CLEANUP(table *, table_free);

void table_add_column(table *t, const struct table_column *column);

/* @parent  NULL for a line of its own; the first failure stays until table_print() */
table_line *table_add_line(table *t, table_line *parent);
void table_set(table *t, table_line *line, size_t column, const char *text);

/* Prints to stdout. Returns the program's exit code, after complaining. */
int table_print(table *t);

#endif
