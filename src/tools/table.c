/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <errno.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>

#include "colour.h"
#include "complaint.h"

/* A table_line is a libscols_line under another name; it is never made here. */
struct table {
    struct libscols_table *smartcols;
    unsigned flags;
    size_t n_columns;
    bool failed;
};

table *table_new(unsigned flags)
{
    table *t = calloc(1, sizeof(*t));

    if (!t)
        return NULL;
    t->flags = flags;
    t->smartcols = scols_new_table();
    if (!t->smartcols)
        return table_free(t);
    t->failed = scols_table_enable_noheadings(t->smartcols, flags & TABLE_NO_HEADINGS) < 0;
    if (colour_sequence(COLOUR_HEADING))
        t->failed |= scols_table_enable_colors(t->smartcols, 1) < 0;
    return t;
}

table *table_free(table *t)
{
    if (!t)
        return NULL;
    scols_unref_table(t->smartcols);
    free(t);
    return NULL;
}

void table_add_column(table *t, const struct table_column *column)
{
    int flags = column->right ? SCOLS_FL_RIGHT : 0;
    struct libscols_column *made;

    if (!t)
        return;
    if (t->n_columns++ == 0 && t->flags & TABLE_TREE)
        flags = SCOLS_FL_TREE;
    made = scols_table_new_column(t->smartcols, column->name, 0, flags);
    if (!made ||
        scols_cell_set_color(scols_column_get_header(made), colour_sequence(COLOUR_HEADING)) < 0)
        t->failed = true;
}

table_line *table_add_line(table *t, table_line *parent)
{
    struct libscols_line *line;

    if (!t)
        return NULL;
    line = scols_table_new_line(t->smartcols, (struct libscols_line *)parent);
    if (!line)
        t->failed = true;
    return (table_line *)line;
}

void table_set(table *t, table_line *line, size_t column, const char *text)
{
    if (!t || !line || !text)
        return;
    if (scols_line_set_data((struct libscols_line *)line, column, text) < 0)
        t->failed = true;
}

int table_print(table *t)
{
    if (!t || t->failed)
        return complain("cannot print the table: there is not enough memory");
    if (scols_print_table(t->smartcols) < 0 || fflush(stdout) != 0)
        return complain_of_errno(errno, "cannot write to standard output");
    return EXIT_SUCCESS;
}
