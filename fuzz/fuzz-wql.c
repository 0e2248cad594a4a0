/* SPDX-License-Identifier: MIT */
/* A query is read or refused at a place inside of it; its conditions fit a class or are refused. */
#include "fuzz.h"

#include "query/wql_condition.h"

/* What is taken in is told again by nobody, so there is nothing to compare with: only that it ends,
 * and that what it holds is whole. */
static void check_query(const struct wql_query *q)
{
    size_t n;
    const struct cim_class *classes = cim_classes(&n);

    MUST(q->statement == WQL_SELECT ? q->class_name.text && !q->source.class_name
                                    : q->source.class_name && !q->class_name.text);
    for (size_t i = 0; i < q->n_properties; i++)
        MUST(q->properties[i].text && *q->properties[i].text);
    for (size_t i = 0; i < n && q->where; i++) {
        _cleanup_(query_problem_done) struct query_problem problem = { 0 };
        _cleanup_(wql_filter_freep) wql_filter *filter = NULL;
        struct query_match matches[WQL_MATCHES_MAX];
        size_t n_matches = 0;

        if (wql_filter_new(&filter, q->where, cim_table(&classes[i]), &problem))
            wql_filter_matches(filter, matches, &n_matches);
        else
            MUST(problem.message);
        MUST(n_matches <= WQL_MATCHES_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(wql_query_freep) struct wql_query *q = NULL;
    _cleanup_(freep) char *text = strndup((const char *)data, size);

    MUST(text);
    if (wql_query_parse(&q, text, &problem))
        check_query(q);
    else
        MUST(problem.message && (!problem.has_offset || problem.offset <= strlen(text)));
    return 0;
}
