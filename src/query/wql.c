/* SPDX-License-Identifier: MIT */
#include "query/wql.h"

#include "query/wql_condition.h"
#include "query/wql_output.h"
#include "query/wql_query.h"
#include "query/cim_relations.h"

/* False: there is no class of that name. A name that is not given is none. */
static bool find_class(const struct cim_class **ret, const struct wql_name *name,
                       struct query_problem *problem)
{
    *ret = name->text ? cim_class_find(name->text) : NULL;
    return *ret || !name->text ||
           query_problem_at(problem, name->at, "there is no class %s", name->text);
}

/* --- SELECT ----------------------------------------------------------------------------------- */

static bool choose_columns(const struct wql_query *q, const struct query_table *table, size_t **ret,
                           struct query_problem *problem)
{
    size_t *columns = calloc(q->n_properties + 1, sizeof(*columns));
    bool good = columns || query_problem_of(problem, QUERY_NO_MEMORY);

    for (size_t i = 0; i < q->n_properties && good; i++) {
        good = query_column_find(table, q->properties[i].text, &columns[i]) ||
               query_problem_at(problem, q->properties[i].at, "%s has no property %s", table->name,
                                q->properties[i].text);
    }
    if (good)
        *ret = columns;
    else
        free(columns);
    return good;
}

static bool give_fitting(query_cursor *c, const wql_filter *filter, struct wql_output *out)
{
    bool found = true, fits;
    query_status status = QUERY_OK;

    for (;;) {
        status = query_cursor_next(c, &found);
        if (query_failed(status) || !found)
            break;
        status = wql_filter_fits(filter, c, &fits);
        if (query_failed(status))
            break;
        if (fits && !wql_output_row(out, c))
            return false;
    }
    return !query_failed(status) || query_problem_of(out->problem, status);
}

static bool select_from(const struct query_table *table, const wql_filter *filter,
                        struct wql_output *out)
{
    _cleanup_(query_cursor_freep) query_cursor *c = NULL;
    struct query_match matches[WQL_MATCHES_MAX];
    size_t n = 0;
    query_status status = query_cursor_new(&c, table);

    wql_filter_matches(filter, matches, &n);
    if (!query_failed(status))
        status = query_cursor_filter(c, matches, n);
    if (query_failed(status))
        return query_problem_of(out->problem, status);
    return give_fitting(c, filter, out);
}

static bool run_select(const struct wql_query *q, struct wql_output *out)
{
    _cleanup_(wql_filter_freep) wql_filter *filter = NULL;
    _cleanup_(freep) size_t *columns = NULL;
    const struct cim_class *class;
    const struct query_table *table;

    if (!find_class(&class, &q->class_name, out->problem))
        return false;
    table = cim_table(class);
    if (q->where && !wql_filter_new(&filter, q->where, table, out->problem))
        return false;
    if (q->n_properties > 0) {
        if (!choose_columns(q, table, &columns, out->problem))
            return false;
        out->columns = columns;
        out->n_columns = q->n_properties;
    } else if (!class->source) {
        out->flags = WQL_OUTPUT_CLASS;
    }
    return select_from(table, filter, out);
}

/* --- ASSOCIATORS OF, REFERENCES OF ------------------------------------------------------------ */

static bool give_row(void *context, query_cursor *c)
{
    return wql_output_row(context, c);
}

static bool find_source(const struct wql_query *q, struct query_problem *problem)
{
    query_status status;
    bool found;

    if (!cim_class_find(q->source.class_name))
        return query_problem_at(problem, q->source_at, "there is no class %s",
                                q->source.class_name);
    if (q->source.n_keys == 0)
        return query_problem_at(problem, q->source_at,
                                "a class has no associations: name an object, Class.Key=\"value\"");
    status = cim_object_find(&q->source, NULL, NULL, &found, NULL);
    if (query_failed(status))
        return query_problem_of(problem, status);
    return found || query_problem_at(problem, q->source_at, "there is no such object");
}

static unsigned relation_flags(const struct wql_query *q)
{
    if (q->flags & WQL_CLASS_DEFS_ONLY)
        return WQL_OUTPUT_CLASS_ONLY;
    return q->flags & WQL_KEYS_ONLY ? WQL_OUTPUT_KEYS_ONLY : WQL_OUTPUT_CLASS;
}

static bool run_relations(const struct wql_query *q, struct wql_output *out)
{
    struct cim_relations what = {
        .source = &q->source,
        .role = q->role.text,
        .result_role = q->result_role.text,
        .required_qualifier = q->required_qualifier.text,
        .required_assoc_qualifier = q->required_assoc_qualifier.text,
    };
    query_status status;
    bool stopped;

    if (!find_source(q, out->problem) ||
        !find_class(&what.assoc_class, &q->assoc_class, out->problem) ||
        !find_class(&what.result_class, &q->result_class, out->problem))
        return false;
    out->flags = relation_flags(q);
    status = q->statement == WQL_ASSOCIATORS ? cim_each_associator(&what, give_row, out, &stopped)
                                             : cim_each_reference(&what, give_row, out, &stopped);
    if (query_failed(status))
        return query_problem_of(out->problem, status);
    return !stopped;
}

bool wql_run(const char *text, const struct query_sink *sink, struct query_problem *problem)
{
    _cleanup_(wql_query_freep) struct wql_query *q = NULL;
    struct wql_output out = { .sink = sink, .problem = problem };

    if (!wql_query_parse(&q, text, problem))
        return false;
    return q->statement == WQL_SELECT ? run_select(q, &out) : run_relations(q, &out);
}
