/* SPDX-License-Identifier: MIT */
#include "cim/cimxml.h"

#include <stdio.h>

#include <openlogon.h>

#include "cim/cimxml_answer.h"

enum { PARAMETERS_MAX = 9, CODE_SIZE = 12, REFUSAL_SIZE = 1 << 16 };

struct operation {
    const char *name;
    const char *parameters[PARAMETERS_MAX];
    unsigned detail;  /* unless the request says otherwise */
    unsigned ignored; /* whatever it says */
    bool (*run)(struct cimxml_answer *a);
};

/* --- which operation -------------------------------------------------------------------------- */

/* LocalOnly of instances is deprecated and says nothing; DSP0200, 5.3.2.2. */
static const struct operation operations[] = {
    { "EnumerateInstances",
      { "ClassName", "LocalOnly", "DeepInheritance", "IncludeQualifiers", "IncludeClassOrigin",
        "PropertyList" },
      0,
      CIMXML_OWN_ONLY,
      cimxml_enumerate_instances },
    { "EnumerateInstanceNames", { "ClassName" }, 0, 0, cimxml_enumerate_instance_names },
    { "GetInstance",
      { "InstanceName", "LocalOnly", "IncludeQualifiers", "IncludeClassOrigin", "PropertyList" },
      0,
      CIMXML_OWN_ONLY,
      cimxml_get_instance },
    { "ExecQuery", { "QueryLanguage", "Query" }, 0, 0, cimxml_exec_query },
    { "Associators",
      { "ObjectName", "AssocClass", "ResultClass", "Role", "ResultRole", "IncludeQualifiers",
        "IncludeClassOrigin", "PropertyList" },
      0,
      0,
      cimxml_associators },
    { "AssociatorNames",
      { "ObjectName", "AssocClass", "ResultClass", "Role", "ResultRole" },
      0,
      0,
      cimxml_associator_names },
    { "References",
      { "ObjectName", "ResultClass", "Role", "IncludeQualifiers", "IncludeClassOrigin",
        "PropertyList" },
      0,
      0,
      cimxml_references },
    { "ReferenceNames", { "ObjectName", "ResultClass", "Role" }, 0, 0, cimxml_reference_names },
    { "GetClass",
      { "ClassName", "LocalOnly", "IncludeQualifiers", "IncludeClassOrigin", "PropertyList" },
      CIMXML_OWN_ONLY | CIMXML_QUALIFIERS,
      0,
      cimxml_get_class },
    { "EnumerateClasses",
      { "ClassName", "DeepInheritance", "LocalOnly", "IncludeQualifiers", "IncludeClassOrigin" },
      CIMXML_OWN_ONLY | CIMXML_QUALIFIERS,
      0,
      cimxml_enumerate_classes },
    { "EnumerateClassNames",
      { "ClassName", "DeepInheritance" },
      0,
      0,
      cimxml_enumerate_class_names },
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

static bool knows_parameters(struct cimxml_answer *a, const struct operation *operation)
{
    const char *name;

    for (size_t i = 0; (name = cimxml_parameter(a->request, i)); i++) {
        if (!knows_parameter(operation, name))
            return cimxml_bad_parameter(a, name);
    }
    return true;
}

static bool read_flag(struct cimxml_answer *a, const char *name, unsigned flag)
{
    bool is_set = a->view.detail & flag;

    if (!cimxml_flag(a->request, name, &is_set))
        return cimxml_bad_parameter(a, name);
    a->view.detail = is_set ? a->view.detail | flag : a->view.detail & ~flag;
    return true;
}

static bool read_view(struct cimxml_answer *a, const struct operation *operation)
{
    a->view.detail = operation->detail;
    if (!read_flag(a, "LocalOnly", CIMXML_OWN_ONLY) ||
        !read_flag(a, "IncludeQualifiers", CIMXML_QUALIFIERS) ||
        !read_flag(a, "IncludeClassOrigin", CIMXML_CLASS_ORIGIN))
        return false;
    a->view.detail &= ~operation->ignored;
    return cimxml_list(a->request, "PropertyList", &a->view.properties) ||
           cimxml_bad_parameter(a, "PropertyList");
}

static bool run(struct cimxml_answer *a)
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
    return operation->run(a) && cimxml_may_go_on(a);
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

nt_status cimxml_answer(const struct cimxml_request *request, size_t limit, char **ret,
                        size_t *ret_size)
{
    _cleanup_(xml_out_done) struct xml_out out;
    struct cim_error error = { 0 };
    struct cimxml_answer a = { request, &out, &error, { 0 } };
    struct xml_mark mark;

    xml_out_init(&out, limit);
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
