/* SPDX-License-Identifier: MIT */
#include "cim/cimxml_answer.h"
#include "cim/query_rows.h"

/* __PATH and its like are properties too, of no class. */
static void write_system_property(struct xml_out *out, const char *name,
                                  const struct query_value *value)
{
    xml_open(out, "PROPERTY");
    xml_put(out, "NAME", name);
    xml_put(out, "TYPE", "string");
    if (value->kind == QUERY_TEXT)
        xml_element(out, "VALUE", value->text);
    xml_close(out);
}

static bool write_row(void *context, const struct query_row *row)
{
    struct cimxml_answer *a = context;

    xml_open(a->out, "VALUE.OBJECT");
    xml_open(a->out, "INSTANCE");
    xml_put(a->out, "CLASSNAME", row->class->name);
    for (size_t i = 0, property; i < row->n; i++) {
        if (cim_class_property_find(row->class, row->names[i], &property))
            cimxml_property(a->out, row->class, property, &row->values[i], &a->view);
        else
            write_system_property(a->out, row->names[i], &row->values[i]);
    }
    xml_close(a->out);
    xml_close(a->out);
    return cimxml_may_go_on(a);
}

static bool fail_with(struct cimxml_answer *a, const struct query_problem *problem,
                      enum cim_code code)
{
    if (a->error->code) /* the writing has */
        return false;
    if (query_time_is_up())
        return cim_check(a->error, (query_status){ ERROR_TIMEOUT });
    return cim_fail(a->error, code, "%s", problem->message ? problem->message : "no memory");
}

static bool run_query(struct cimxml_answer *a, const char *text)
{
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(wql_query_freep) struct wql_query *query = NULL;
    const struct cim_class *class;

    if (!wql_query_parse(&query, text, &problem))
        return fail_with(a, &problem, CIM_ERR_INVALID_QUERY);
    if (query->statement == WQL_SELECT && !cimxml_find_class(a, query->class_name.text, &class))
        return false;
    return query_rows_each(text, query, write_row, a, &problem) ||
           fail_with(a, &problem, problem.has_offset ? CIM_ERR_INVALID_QUERY : CIM_ERR_FAILED);
}

bool cimxml_exec_query(struct cimxml_answer *a)
{
    const char *language = NULL, *text = NULL;

    if (!cimxml_text(a->request, "QueryLanguage", &language) || !language)
        return cimxml_bad_parameter(a, "QueryLanguage");
    if (!cimxml_text(a->request, "Query", &text) || !text)
        return cimxml_bad_parameter(a, "Query");
    if (!query_same_text(language, "WQL"))
        return cim_fail(a->error, CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED, "only WQL is understood");
    return run_query(a, text);
}
