/* SPDX-License-Identifier: MIT */
#include "cim/cimxml.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openlogon.h>

#include "cim/cimxml_objects.h"
#include "cim/error.h"
#include "query/cim_object.h"
#include "query/cim_relations.h"
#include "query/wql.h"
#include "query/wql_query.h"

enum { PARAMETERS_MAX = 9, CODE_SIZE = 12, REFUSAL_SIZE = 1 << 16 };

/* One answer while it is made. */
struct answer {
    const struct cimxml_request *request;
    struct xml_out *out;
    struct cim_error *error;
    struct cimxml_view view;
    time_t deadline; /* of CLOCK_MONOTONIC */
};

struct operation {
    const char *name;
    const char *parameters[PARAMETERS_MAX];
    unsigned detail;  /* unless the request says otherwise */
    unsigned ignored; /* whatever it says */
    bool (*run)(struct answer *a);
};

/* --- what all need ---------------------------------------------------------------------------- */

static time_t now(void)
{
    struct timespec time = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

/* For each row: a search ends when its answer cannot be sent any more. */
static bool may_go_on(struct answer *a)
{
    if (now() > a->deadline)
        return cim_fail(a->error, CIM_ERR_FAILED, "the query took too long");
    if (nt_failed(a->out->writer.status))
        return cim_fail(a->error, CIM_ERR_FAILED, "the answer is too large: ask for less");
    return true;
}

static bool bad_parameter(struct answer *a, const char *name)
{
    return cim_fail(a->error, CIM_ERR_INVALID_PARAMETER, "parameter %s", name);
}

static bool find_class(struct answer *a, const char *name, const struct cim_class **ret)
{
    *ret = cim_class_find(name);
    return *ret || cim_fail(a->error, CIM_ERR_INVALID_CLASS, "there is no class %s", name);
}

/* The class that ClassName is; it has to be there. */
static bool named_class(struct answer *a, const struct cim_class **ret)
{
    const char *name = NULL;

    if (!cimxml_class(a->request, "ClassName", &name) || !name)
        return bad_parameter(a, "ClassName");
    return find_class(a, name, ret);
}

static bool read_flag(struct answer *a, const char *name, unsigned flag)
{
    bool is_set = a->view.detail & flag;

    if (!cimxml_flag(a->request, name, &is_set))
        return bad_parameter(a, name);
    a->view.detail = is_set ? a->view.detail | flag : a->view.detail & ~flag;
    return true;
}

static bool read_view(struct answer *a, const struct operation *operation)
{
    a->view.detail = operation->detail;
    if (!read_flag(a, "LocalOnly", CIMXML_OWN_ONLY) ||
        !read_flag(a, "IncludeQualifiers", CIMXML_QUALIFIERS) ||
        !read_flag(a, "IncludeClassOrigin", CIMXML_CLASS_ORIGIN))
        return false;
    a->view.detail &= ~operation->ignored;
    return cimxml_list(a->request, "PropertyList", &a->view.properties) ||
           bad_parameter(a, "PropertyList");
}

/* --- instances -------------------------------------------------------------------------------- */

typedef query_status (*row_writer)(struct answer *a, query_cursor *c);

static query_status write_named_instance(struct answer *a, query_cursor *c)
{
    query_status status;

    xml_open(a->out, "VALUE.NAMEDINSTANCE");
    status = cimxml_instance_name(a->out, c, &a->view);
    if (!query_failed(status))
        status = cimxml_instance(a->out, c, &a->view);
    xml_close(a->out);
    return status;
}

static query_status write_instance_name(struct answer *a, query_cursor *c)
{
    return cimxml_instance_name(a->out, c, &a->view);
}

static bool write_rows(struct answer *a, const struct cim_class *class, row_writer write)
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
        if (!query_failed(status) && !may_go_on(a))
            return false;
    }
    return cim_check(a->error, status);
}

static bool enumerate_instances(struct answer *a)
{
    const struct cim_class *class;
    bool is_deep = true;

    if (!named_class(a, &class))
        return false;
    if (!cimxml_flag(a->request, "DeepInheritance", &is_deep))
        return bad_parameter(a, "DeepInheritance");
    a->view.up_to = is_deep ? NULL : class;
    return write_rows(a, class, write_named_instance);
}

static bool enumerate_instance_names(struct answer *a)
{
    const struct cim_class *class;

    return named_class(a, &class) && write_rows(a, class, write_instance_name);
}

/* A row that is written, and how that went. */
struct instance_writing {
    struct answer *answer;
    query_status status;
};

static bool write_instance(void *context, query_cursor *c)
{
    struct instance_writing *w = context;

    w->status = cimxml_instance(w->answer->out, c, &w->answer->view);
    return false; /* there is no other */
}

static bool get_instance(struct answer *a)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };
    struct instance_writing w = { .answer = a };
    const struct cim_class *class;
    query_status status;
    bool found = false, stopped;

    if (!cimxml_object(a->request, "InstanceName", &path) || !path.class_name || path.n_keys == 0)
        return bad_parameter(a, "InstanceName");
    if (!find_class(a, path.class_name, &class))
        return false;
    status = cim_object_find(&path, write_instance, &w, &found, &stopped);
    if (!query_failed(status) && !found)
        return cim_fail(a->error, CIM_ERR_NOT_FOUND, "there is no such object");
    return cim_check(a->error, status) && cim_check(a->error, w.status);
}

/* --- classes ---------------------------------------------------------------------------------- */

static bool get_class(struct answer *a)
{
    const struct cim_class *class;

    if (!named_class(a, &class))
        return false;
    cimxml_class_declaration(a->out, class, &a->view);
    return true;
}

/* Whether it is one of those below; of all where there is none above. */
static bool is_below(const struct cim_class *class, const struct cim_class *above, bool is_deep)
{
    if (is_deep)
        return class != above && (!above || cim_class_is_a(class, above));
    return cim_class_super(class) == above;
}

static bool each_class(struct answer *a,
                       void (*write)(struct answer *a, const struct cim_class *class))
{
    const char *name = NULL;
    const struct cim_class *above = NULL;
    bool is_deep = false;
    size_t n;
    const struct cim_class *all = cim_classes(&n);

    if (!cimxml_class(a->request, "ClassName", &name))
        return bad_parameter(a, "ClassName");
    if (!cimxml_flag(a->request, "DeepInheritance", &is_deep))
        return bad_parameter(a, "DeepInheritance");
    if (name && !find_class(a, name, &above))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (is_below(&all[i], above, is_deep))
            write(a, &all[i]);
    }
    return true;
}

static void write_class(struct answer *a, const struct cim_class *class)
{
    cimxml_class_declaration(a->out, class, &a->view);
}

static void write_class_name(struct answer *a, const struct cim_class *class)
{
    xml_open(a->out, "CLASSNAME");
    xml_put(a->out, "NAME", class->name);
    xml_close(a->out);
}

static bool enumerate_classes(struct answer *a)
{
    return each_class(a, write_class);
}

static bool enumerate_class_names(struct answer *a)
{
    return each_class(a, write_class_name);
}

/* --- associations ----------------------------------------------------------------------------- */

/* A search, and how it writes what it finds. */
struct relation_writing {
    struct answer *answer;
    query_status status;
    bool names_only;
};

static bool write_related(void *context, query_cursor *c)
{
    struct relation_writing *w = context;
    struct answer *a = w->answer;

    xml_open(a->out, w->names_only ? "OBJECTPATH" : "VALUE.OBJECTWITHPATH");
    w->status = cimxml_instance_path(a->out, c, &a->view);
    if (!query_failed(w->status) && !w->names_only)
        w->status = cimxml_instance(a->out, c, &a->view);
    xml_close(a->out);
    return !query_failed(w->status) && may_go_on(a);
}

static bool read_class(struct answer *a, const char *parameter, const struct cim_class **ret)
{
    const char *name = NULL;

    if (!cimxml_class(a->request, parameter, &name))
        return bad_parameter(a, parameter);
    if (name)
        *ret = cim_class_find(name);
    return !name || *ret || bad_parameter(a, parameter);
}

static bool read_role(struct answer *a, const char *parameter, const char **ret)
{
    return cimxml_text(a->request, parameter, ret) || bad_parameter(a, parameter);
}

/* @search  one of query/cim_relations.h */
static bool relate(struct answer *a, bool names_only,
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
        return bad_parameter(a, "ObjectName");
    if (!find_class(a, source.class_name, &class) ||
        !read_class(a, "AssocClass", &what.assoc_class) ||
        !read_class(a, "ResultClass", &what.result_class) || !read_role(a, "Role", &what.role) ||
        !read_role(a, "ResultRole", &what.result_role))
        return false;
    if (source.n_keys == 0)
        return cim_fail(a->error, CIM_ERR_NOT_SUPPORTED, "associations of a class as such");
    status = search(&what, write_related, &w, &stopped);
    return cim_check(a->error, status) && cim_check(a->error, w.status) && !a->error->code;
}

static bool associators(struct answer *a)
{
    return relate(a, false, cim_each_associator);
}

static bool associator_names(struct answer *a)
{
    return relate(a, true, cim_each_associator);
}

static bool references(struct answer *a)
{
    return relate(a, false, cim_each_reference);
}

static bool reference_names(struct answer *a)
{
    return relate(a, true, cim_each_reference);
}

/* --- queries ---------------------------------------------------------------------------------- */

/* Where the rows of a query go: each is an object of its class, with what was asked for. */
struct query_writing {
    struct answer *answer;
    const struct cim_class *class; /* of the query; rows that tell theirs have their own */
    char **names;
    size_t n;
};

static void forget_columns(struct query_writing *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->names[i]);
    free(w->names);
    w->names = NULL;
    w->n = 0;
}

static bool begin_columns(void *context, const char *const *names, size_t n)
{
    struct query_writing *w = context;

    forget_columns(w);
    w->names = calloc(n + 1, sizeof(*w->names));
    while (w->names && w->n < n && (w->names[w->n] = strdup(names[w->n])))
        w->n++;
    return w->n == n || cim_check(w->answer->error, QUERY_NO_MEMORY);
}

static const struct cim_class *class_of_row(const struct query_writing *w,
                                            const struct query_value *values)
{
    for (size_t i = 0; i < w->n; i++) {
        if (strcmp(w->names[i], "__CLASS") == 0 && values[i].kind == QUERY_TEXT)
            return cim_class_find(values[i].text);
    }
    return w->class;
}

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

static bool write_query_row(void *context, const struct query_value *values, size_t n)
{
    struct query_writing *w = context;
    struct answer *a = w->answer;
    const struct cim_class *class = class_of_row(w, values);

    if (!class)
        return cim_fail(a->error, CIM_ERR_FAILED, "a row is of no class");
    xml_open(a->out, "VALUE.OBJECT");
    xml_open(a->out, "INSTANCE");
    xml_put(a->out, "CLASSNAME", class->name);
    for (size_t i = 0, property; i < n; i++) {
        if (cim_class_property_find(class, w->names[i], &property))
            cimxml_property(a->out, class, property, &values[i], &a->view);
        else
            write_system_property(a->out, w->names[i], &values[i]);
    }
    xml_close(a->out);
    xml_close(a->out);
    return may_go_on(a);
}

static bool query_failed_with(struct answer *a, const struct query_problem *problem,
                              enum cim_code code)
{
    if (a->error->code) /* the writing has */
        return false;
    return cim_fail(a->error, code, "%s", problem->message ? problem->message : "no memory");
}

static bool run_query(struct answer *a, const char *text)
{
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(wql_query_freep) struct wql_query *query = NULL;
    struct query_writing w = { .answer = a };
    const struct query_sink sink = { begin_columns, write_query_row, &w };
    bool good;

    if (!wql_query_parse(&query, text, &problem))
        return query_failed_with(a, &problem, CIM_ERR_INVALID_QUERY);
    if (query->statement == WQL_SELECT && !find_class(a, query->class_name.text, &w.class))
        return false;
    good = wql_run(text, &sink, &problem);
    forget_columns(&w);
    return good || query_failed_with(a, &problem,
                                     problem.has_offset ? CIM_ERR_INVALID_QUERY : CIM_ERR_FAILED);
}

static bool exec_query(struct answer *a)
{
    const char *language = NULL, *text = NULL;

    if (!cimxml_text(a->request, "QueryLanguage", &language) || !language)
        return bad_parameter(a, "QueryLanguage");
    if (!cimxml_text(a->request, "Query", &text) || !text)
        return bad_parameter(a, "Query");
    if (!query_same_text(language, "WQL"))
        return cim_fail(a->error, CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED, "only WQL is understood");
    return run_query(a, text);
}

/* --- which operation -------------------------------------------------------------------------- */

/* LocalOnly of instances is deprecated and says nothing; DSP0200, 5.3.2.2. */
static const struct operation operations[] = {
    { "EnumerateInstances",
      { "ClassName", "LocalOnly", "DeepInheritance", "IncludeQualifiers", "IncludeClassOrigin",
        "PropertyList" },
      0,
      CIMXML_OWN_ONLY,
      enumerate_instances },
    { "EnumerateInstanceNames", { "ClassName" }, 0, 0, enumerate_instance_names },
    { "GetInstance",
      { "InstanceName", "LocalOnly", "IncludeQualifiers", "IncludeClassOrigin", "PropertyList" },
      0,
      CIMXML_OWN_ONLY,
      get_instance },
    { "ExecQuery", { "QueryLanguage", "Query" }, 0, 0, exec_query },
    { "Associators",
      { "ObjectName", "AssocClass", "ResultClass", "Role", "ResultRole", "IncludeQualifiers",
        "IncludeClassOrigin", "PropertyList" },
      0,
      0,
      associators },
    { "AssociatorNames",
      { "ObjectName", "AssocClass", "ResultClass", "Role", "ResultRole" },
      0,
      0,
      associator_names },
    { "References",
      { "ObjectName", "ResultClass", "Role", "IncludeQualifiers", "IncludeClassOrigin",
        "PropertyList" },
      0,
      0,
      references },
    { "ReferenceNames", { "ObjectName", "ResultClass", "Role" }, 0, 0, reference_names },
    { "GetClass",
      { "ClassName", "LocalOnly", "IncludeQualifiers", "IncludeClassOrigin", "PropertyList" },
      CIMXML_OWN_ONLY | CIMXML_QUALIFIERS,
      0,
      get_class },
    { "EnumerateClasses",
      { "ClassName", "DeepInheritance", "LocalOnly", "IncludeQualifiers", "IncludeClassOrigin" },
      CIMXML_OWN_ONLY | CIMXML_QUALIFIERS,
      0,
      enumerate_classes },
    { "EnumerateClassNames", { "ClassName", "DeepInheritance" }, 0, 0, enumerate_class_names },
};

static const struct operation *find_operation(const struct cimxml_request *request)
{
    for (size_t i = 0; request->is_intrinsic && i < ARRAY_SIZE(operations); i++) {
        if (query_same_text(operations[i].name, request->method))
            return &operations[i];
    }
    return NULL;
}

static bool knows_parameter(const struct operation *operation, const char *name)
{
    for (const char *const *p = operation->parameters; *p; p++) {
        if (query_same_text(*p, name))
            return true;
    }
    return false;
}

static bool knows_parameters(struct answer *a, const struct operation *operation)
{
    const char *name;

    for (size_t i = 0; (name = cimxml_parameter(a->request, i)); i++) {
        if (!knows_parameter(operation, name))
            return bad_parameter(a, name);
    }
    return true;
}

static bool run(struct answer *a)
{
    const struct operation *operation = find_operation(a->request);
    OPENLOGON_AUTHORITY authority;

    if (!a->request->has_space)
        return cim_fail(a->error, CIM_ERR_INVALID_NAMESPACE, "only root/cimv2 is there");
    if (!operation)
        return cim_fail(a->error, CIM_ERR_NOT_SUPPORTED, "%s is not done here", a->request->method);
    if (!knows_parameters(a, operation) || !read_view(a, operation))
        return false;
    if (!openlogon_query_authority(&authority))
        return cim_check(a->error, query_last_error());
    a->view.host = authority.machine_name;
    return operation->run(a) && may_go_on(a);
}

/* --- the message ------------------------------------------------------------------------------ */

static void open_message(struct xml_out *out, const struct cimxml_request *request)
{
    xml_open(out, "CIM");
    xml_put(out, "CIMVERSION", "2.0");
    xml_put(out, "DTDVERSION", "2.0");
    xml_open(out, "MESSAGE");
    xml_put(out, "ID", request->id);
    xml_put(out, "PROTOCOLVERSION", "1.0");
    xml_open(out, "SIMPLERSP");
    xml_open(out, request->is_intrinsic ? "IMETHODRESPONSE" : "METHODRESPONSE");
    xml_put(out, "NAME", request->method);
}

static nt_status close_message(struct xml_out *out, char **ret, size_t *ret_size)
{
    while (out->depth > 0)
        xml_close(out);
    return writer_take(&out->writer, ret, ret_size);
}

static void write_error(struct xml_out *out, const struct cim_error *error)
{
    char code[CODE_SIZE];

    (void)snprintf(code, sizeof(code), "%d", (int)error->code);
    xml_open(out, "ERROR");
    xml_put(out, "CODE", code);
    xml_put(out, "DESCRIPTION", error->text);
    xml_close(out);
}

nt_status cimxml_answer(const struct cimxml_request *request, const struct cimxml_limits *limits,
                        char **ret, size_t *ret_size)
{
    _cleanup_(xml_out_done) struct xml_out out;
    struct cim_error error = { 0 };
    struct answer a = { request, &out, &error, { 0 }, now() + (time_t)limits->query_seconds };
    struct xml_mark mark;

    xml_out_init(&out, limits->answer_size);
    open_message(&out, request);
    mark = xml_mark(&out);
    xml_open(&out, "IRETURNVALUE");
    if (!run(&a)) {
        xml_rewind(&out, mark);
        write_error(&out, &error);
    }
    return close_message(&out, ret, ret_size);
}

nt_status cimxml_refuse(const struct cimxml_request *request, const char *reason, char **ret,
                        size_t *ret_size)
{
    _cleanup_(xml_out_done) struct xml_out out;
    struct cim_error error = { 0 };

    (void)cim_fail(&error, CIM_ERR_ACCESS_DENIED, "%s", reason);
    xml_out_init(&out, REFUSAL_SIZE);
    open_message(&out, request);
    write_error(&out, &error);
    return close_message(&out, ret, ret_size);
}
