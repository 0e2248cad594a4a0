/* SPDX-License-Identifier: MIT */
#include "rows.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "complaint.h"
#include "document.h"
#include "table.h"
#include "text.h"

struct rows {
    enum rows_form form;
    unsigned flags;
    table *table;   /* NULL: none is begun */
    document *json; /* of that form */
    char **names;
    size_t n_names;
    size_t n_answers; /* that have begun: each has columns of its own */
    bool failed;      /* and it was complained of, or will be when it is printed */
};

rows *rows_new(const struct rows_choice *choice)
{
    rows *r = calloc(1, sizeof(*r));

    if (!r)
        return NULL;
    r->form = choice->form;
    r->flags = choice->flags;
    if (r->form == ROWS_JSON) {
        r->json = document_new();
        document_open_array(r->json, "rows");
    }
    return r;
}

static void forget_names(rows *r)
{
    for (size_t i = 0; i < r->n_names; i++)
        free(r->names[i]);
    free(r->names);
    r->names = NULL;
    r->n_names = 0;
}

rows *rows_free(rows *r)
{
    if (!r)
        return NULL;
    forget_names(r);
    table_free(r->table);
    document_free(r->json);
    free(r);
    return NULL;
}

/* --- columns -------------------------------------------------------------------------------- */

static bool remember_names(rows *r, const char *const *names, size_t n)
{
    forget_names(r);
    r->names = calloc(n + 1, sizeof(*r->names));
    if (!r->names)
        return false;
    for (size_t i = 0; i < n; i++) {
        r->names[i] = text_printable(names[i]);
        if (!r->names[i])
            return false;
        r->n_names++;
    }
    return true;
}

static bool end_table(rows *r)
{
    int code = r->table ? table_print(r->table) : EXIT_SUCCESS;

    r->table = table_free(r->table);
    return code == EXIT_SUCCESS;
}

static void begin_table(rows *r)
{
    if (r->n_answers > 0)
        putchar('\n');
    r->table = table_new(r->flags & ROWS_NO_HEADINGS ? TABLE_NO_HEADINGS : 0);
    for (size_t i = 0; i < r->n_names; i++)
        table_add_column(r->table, &(struct table_column){ r->names[i] });
}

static void begin_csv(const rows *r)
{
    if (r->n_answers > 0)
        putchar('\n');
    if (r->flags & ROWS_NO_HEADINGS)
        return;
    for (size_t i = 0; i < r->n_names; i++) {
        if (i > 0)
            putchar(',');
        text_print_field(stdout, ',', r->names[i]);
    }
    putchar('\n');
}

static bool take_columns(void *context, const char *const *names, size_t n)
{
    rows *r = context;

    r->failed = r->failed || !end_table(r);
    if (!r->failed && !remember_names(r, names, n)) {
        complain("cannot print the answer: there is not enough memory");
        r->failed = true;
    }
    if (r->failed)
        return false;
    if (r->form == ROWS_TABLE)
        begin_table(r);
    if (r->form == ROWS_CSV)
        begin_csv(r);
    r->n_answers++;
    return true;
}

/* --- rows ----------------------------------------------------------------------------------- */

static void add_to_document(document *d, const char *name, const struct query_value *value)
{
    _cleanup_(freep) char *text = NULL;

    switch (value->kind) {
    case QUERY_INTEGER:
        document_number(d, name, value->number);
        break;
    case QUERY_BOOL:
        document_bool(d, name, value->number != 0);
        break;
    case QUERY_NULL:
        document_null(d, name);
        break;
    default:
        text = query_value_text(value);
        document_text(d, name, text);
        break;
    }
}

static bool add_object(const rows *r, const struct query_value *values, size_t n)
{
    document_open_object(r->json, NULL);
    for (size_t i = 0; i < n && i < r->n_names; i++)
        add_to_document(r->json, r->names[i], &values[i]);
    document_close(r->json);
    return true;
}

static bool print_fields(const struct query_value *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        _cleanup_(freep) char *text = query_value_text(&values[i]);

        if (i > 0)
            putchar(',');
        text_print_field(stdout, ',', text ? text : "?");
    }
    putchar('\n');
    return !ferror(stdout);
}

static bool add_line(const rows *r, const struct query_value *values, size_t n)
{
    table_line *line = table_add_line(r->table, NULL);

    for (size_t i = 0; i < n; i++) {
        _cleanup_(freep) char *text = query_value_text(&values[i]);
        _cleanup_(freep) char *printable = text ? text_printable(text) : NULL;

        table_set(r->table, line, i, printable);
    }
    return true;
}

static bool take_row(void *context, const struct query_value *values, size_t n)
{
    const rows *r = context;

    switch (r->form) {
    case ROWS_JSON:
        return add_object(r, values, n);
    case ROWS_CSV:
        return print_fields(values, n);
    default:
        return add_line(r, values, n);
    }
}

struct query_sink rows_sink(rows *r)
{
    return (struct query_sink){ take_columns, take_row, r };
}

document *rows_end(rows *r)
{
    document_close(r->json);
    return r->json;
}

int rows_finish(rows *r)
{
    if (r->failed || !end_table(r))
        return EXIT_FAILURE;
    if (r->form == ROWS_JSON)
        return document_print(r->json);
    if (fflush(stdout) != 0 || ferror(stdout))
        return complain_of_errno(errno, "cannot write to standard output");
    return EXIT_SUCCESS;
}

/* --- what is wrong --------------------------------------------------------------------------- */

/* The line that the place is in, and a mark below the place. */
static void show_place(const char *text, size_t offset)
{
    const size_t size = strlen(text), at = offset < size ? offset : size;
    const char *begin = text, *end;
    _cleanup_(freep) char *line = NULL, *printable = NULL;

    for (const char *p = text; p < text + at; p++)
        begin = *p == '\n' ? p + 1 : begin;
    end = strchrnul(begin, '\n');
    line = strndup(begin, (size_t)(end - begin));
    printable = line ? text_printable(line) : NULL;
    fprintf(stderr, "  %s\n  %*s^\n", printable ? printable : "?", (int)(text + at - begin), "");
}

int complain_of_query(const char *text, const struct query_problem *problem)
{
    if (problem->message)
        complain("%s", problem->message);
    if (problem->message && problem->has_offset)
        show_place(text, problem->offset);
    return EXIT_FAILURE;
}

/* --- the whole ------------------------------------------------------------------------------- */

void rows_take_option(struct rows_choice *choice, int key)
{
    switch (key) {
    case ROWS_KEY_CSV:
        choice->form = ROWS_CSV;
        break;
    case ROWS_KEY_JSON:
        choice->form = ROWS_JSON;
        break;
    case 'n':
        choice->flags |= ROWS_NO_HEADINGS;
        break;
    }
}

int rows_ask(const struct rows_choice *choice, rows_query query, void *context, const char *text)
{
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(rows_freep) rows *r = rows_new(choice);
    struct query_sink sink;

    if (!r)
        return complain("there is not enough memory");
    sink = rows_sink(r);
    return query(context, text, &sink, &problem) ? rows_finish(r)
                                                 : complain_of_query(text, &problem);
}
