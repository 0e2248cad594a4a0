/* SPDX-License-Identifier: MIT */
#include "cim/cimxml_answer.h"
#include "query/cim_relations.h"

/* A search, and how it writes what it finds. */
struct relation_writing {
    struct cimxml_answer *answer;
    query_status status;
    bool names_only;
};

static bool write_related(void *context, query_cursor *c)
{
    struct relation_writing *w = context;
    struct cimxml_answer *a = w->answer;

    xml_open(a->out, w->names_only ? "OBJECTPATH" : "VALUE.OBJECTWITHPATH");
    w->status = cimxml_instance_path(a->out, c, &a->view);
    if (!query_failed(w->status) && !w->names_only)
        w->status = cimxml_instance(a->out, c, &a->view);
    xml_close(a->out);
    return !query_failed(w->status) && cimxml_may_go_on(a);
}

static bool read_class(struct cimxml_answer *a, const char *parameter, const struct cim_class **ret)
{
    const char *name = NULL;

    if (!cimxml_class(a->request, parameter, &name))
        return cimxml_bad_parameter(a, parameter);
    if (name)
        *ret = cim_class_find(name);
    return !name || *ret || cimxml_bad_parameter(a, parameter);
}

static bool read_role(struct cimxml_answer *a, const char *parameter, const char **ret)
{
    return cimxml_text(a->request, parameter, ret) || cimxml_bad_parameter(a, parameter);
}

/* @search  one of query/cim_relations.h */
static bool relate(struct cimxml_answer *a, bool names_only,
                   query_status (*search)(const struct cim_relations *what, cim_visit visit,
                                          void *context, bool *stopped))
{
    _cleanup_(object_path_done) struct object_path source = { 0 };
    struct relation_writing w = { .answer = a, .names_only = names_only };
    struct cim_relations what = { .source = &source };
    const struct cim_class *class;
    query_status status;
    bool stopped;

    if (!cimxml_object(a->request, "ObjectName", &source) || !source.class_name)
        return cimxml_bad_parameter(a, "ObjectName");
    if (!cimxml_find_class(a, source.class_name, &class) ||
        !read_class(a, "AssocClass", &what.assoc_class) ||
        !read_class(a, "ResultClass", &what.result_class) || !read_role(a, "Role", &what.role) ||
        !read_role(a, "ResultRole", &what.result_role))
        return false;
    if (source.n_keys == 0)
        return cim_fail(a->error, CIM_ERR_NOT_SUPPORTED, "associations of a class as such");
    status = search(&what, write_related, &w, &stopped);
    return cim_check(a->error, status) && cim_check(a->error, w.status) && !a->error->code;
}

bool cimxml_associators(struct cimxml_answer *a)
{
    return relate(a, false, cim_each_associator);
}

bool cimxml_associator_names(struct cimxml_answer *a)
{
    return relate(a, true, cim_each_associator);
}

bool cimxml_references(struct cimxml_answer *a)
{
    return relate(a, false, cim_each_reference);
}

bool cimxml_reference_names(struct cimxml_answer *a)
{
    return relate(a, true, cim_each_reference);
}
