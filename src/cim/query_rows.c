/* SPDX-License-Identifier: MIT */
#include "cim/query_rows.h"

#include <string.h>

#include "query/wql.h"

struct rows {
    query_row_visit visit;
    void *context;
    struct query_problem *problem;
    const struct cim_class *class; /* of the query; rows that tell theirs have their own */
    char **names;
    size_t n;
};

static void forget_columns(struct rows *r)
{
    for (size_t i = 0; i < r->n; i++)
        free(r->names[i]);
    free(r->names);
    r->names = NULL;
    r->n = 0;
}

static bool begin_columns(void *context, const char *const *names, size_t n)
{
    struct rows *r = context;

    forget_columns(r);
    r->names = calloc(n + 1, sizeof(*r->names));
    while (r->names && r->n < n && (r->names[r->n] = strdup(names[r->n])))
        r->n++;
    return (r->names && r->n == n) || query_problem_of(r->problem, QUERY_NO_MEMORY);
}

static const struct cim_class *class_of(const struct rows *r, const struct query_value *values)
{
    for (size_t i = 0; i < r->n; i++) {
        if (strcmp(r->names[i], "__CLASS") == 0 && values[i].kind == QUERY_TEXT)
            return cim_class_find(values[i].text);
    }
    return r->class;
}

static bool give_row(void *context, const struct query_value *values, size_t n)
{
    struct rows *r = context;
    const struct query_row row = { class_of(r, values), (const char *const *)r->names, values, n };

    if (!row.class)
        return query_problem_set(r->problem, "a row is of no class");
    return r->visit(r->context, &row);
}

bool query_rows_each(const char *text, const struct wql_query *query, query_row_visit visit,
                     void *context, struct query_problem *problem)
{
    struct rows r = { .visit = visit, .context = context, .problem = problem };
    const struct query_sink sink = { begin_columns, give_row, &r };
    bool good;

    if (query->statement == WQL_SELECT)
        r.class = cim_class_find(query->class_name.text);
    good = wql_run(text, &sink, problem);
    forget_columns(&r);
    return good;
}
