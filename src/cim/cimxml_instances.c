/* SPDX-License-Identifier: MIT */
#include "cim/cimxml_answer.h"
#include "query/cim_object.h"

typedef query_status (*row_writer)(struct cimxml_answer *a, query_cursor *c);

static query_status write_named_instance(struct cimxml_answer *a, query_cursor *c)
{
    query_status status;

    xml_open(a->out, "VALUE.NAMEDINSTANCE");
    status = cimxml_instance_name(a->out, c, &a->view);
    if (!query_failed(status))
        status = cimxml_instance(a->out, c, &a->view);
    xml_close(a->out);
    return status;
}

static query_status write_instance_name(struct cimxml_answer *a, query_cursor *c)
{
    return cimxml_instance_name(a->out, c, &a->view);
}

static bool write_rows(struct cimxml_answer *a, const struct cim_class *class, row_writer write)
{
    _cleanup_(query_cursor_freep) query_cursor *c = NULL;
    query_status status = query_cursor_new(&c, cim_table(class));
    bool found = true;

    if (!query_failed(status))
        status = query_cursor_filter(c, NULL, 0);
    while (!query_failed(status)) {
        status = query_cursor_next(c, &found);
        if (query_failed(status) || !found)
            break;
        status = write(a, c);
        if (!query_failed(status) && !cimxml_may_go_on(a))
            return false;
    }
    return cim_check(a->error, status);
}

bool cimxml_enumerate_instances(struct cimxml_answer *a)
{
    const struct cim_class *class;
    bool is_deep = true;

    if (!cimxml_named_class(a, &class))
        return false;
    if (!cimxml_flag(a->request, "DeepInheritance", &is_deep))
        return cimxml_bad_parameter(a, "DeepInheritance");
    a->view.up_to = is_deep ? NULL : class;
    return write_rows(a, class, write_named_instance);
}

bool cimxml_enumerate_instance_names(struct cimxml_answer *a)
{
    const struct cim_class *class;

    return cimxml_named_class(a, &class) && write_rows(a, class, write_instance_name);
}

/* A row that is written, and how that went. */
struct instance_writing {
    struct cimxml_answer *answer;
    query_status status;
};

static bool write_instance(void *context, query_cursor *c)
{
    struct instance_writing *w = context;

    w->status = cimxml_instance(w->answer->out, c, &w->answer->view);
    return false; /* there is no other */
}

bool cimxml_get_instance(struct cimxml_answer *a)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };
    struct instance_writing w = { .answer = a };
    const struct cim_class *class;
    query_status status;
    bool found = false, stopped;

    if (!cimxml_object(a->request, "InstanceName", &path) || !path.class_name || path.n_keys == 0)
        return cimxml_bad_parameter(a, "InstanceName");
    if (!cimxml_find_class(a, path.class_name, &class))
        return false;
    status = cim_object_find(&path, write_instance, &w, &found, &stopped);
    if (!query_failed(status) && !found)
        return cim_fail(a->error, CIM_ERR_NOT_FOUND, "there is no such object");
    return cim_check(a->error, status) && cim_check(a->error, w.status);
}
