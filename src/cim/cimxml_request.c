/* SPDX-License-Identifier: MIT */
#include "cim/cimxml_request.h"

#include <string.h>

#include "base/ascii.h"

static const char *const words[] = {
    [CIMXML_NOT_WELL_FORMED] = "request-not-well-formed",
    [CIMXML_NOT_VALID] = "request-not-valid",
    [CIMXML_CIM_VERSION] = "unsupported-cim-version",
    [CIMXML_DTD_VERSION] = "unsupported-dtd-version",
    [CIMXML_PROTOCOL_VERSION] = "unsupported-protocol-version",
    [CIMXML_MULTIPLE_REQUESTS] = "multiple-requests-unsupported",
    [CIMXML_UNSUPPORTED_OPERATION] = "unsupported-operation",
    [CIMXML_HEADER_MISMATCH] = "header-mismatch",
};

const char *cimxml_problem_word(enum cimxml_problem problem)
{
    return words[problem];
}

/* --- the message ------------------------------------------------------------------------------ */

static bool has_major(const char *version, const char *major)
{
    return version && strncmp(version, major, 2) == 0;
}

/* From a document's root to the call. */
static enum cimxml_problem find_call(struct cimxml_request *r)
{
    const struct xml_node *root = xml_root(r->document);
    const struct xml_node *message = xml_only_child(root, "MESSAGE");
    const struct xml_node *one = xml_only_child(message, "SIMPLEREQ");

    if (!xml_is(root, "CIM") || !message || !xml_attribute(message, "ID"))
        return CIMXML_NOT_VALID;
    if (!has_major(xml_attribute(root, "CIMVERSION"), "2."))
        return CIMXML_CIM_VERSION;
    if (!has_major(xml_attribute(root, "DTDVERSION"), "2."))
        return CIMXML_DTD_VERSION;
    if (!has_major(xml_attribute(message, "PROTOCOLVERSION"), "1."))
        return CIMXML_PROTOCOL_VERSION;
    if (xml_only_child(message, "MULTIREQ"))
        return CIMXML_MULTIPLE_REQUESTS;
    if (!one)
        return CIMXML_UNSUPPORTED_OPERATION; /* of another kind than requests */
    r->id = xml_attribute(message, "ID");
    r->call = xml_only_child(one, "IMETHODCALL");
    r->is_intrinsic = r->call != NULL;
    if (!r->call)
        r->call = xml_only_child(one, "METHODCALL");
    r->method = xml_attribute(r->call, "NAME");
    return r->method ? CIMXML_GOOD : CIMXML_NOT_VALID;
}

static bool is_name(const char *name, const char *wanted)
{
    return name && ascii_equal(name, strlen(name), wanted);
}

/* LOCALNAMESPACEPATH is root and cimv2. */
static bool is_our_space(const struct xml_node *path)
{
    const struct xml_node *root = xml_child(path, "NAMESPACE");
    const struct xml_node *space = root ? root->next : NULL;

    return xml_is(space, "NAMESPACE") && !space->next &&
           is_name(xml_attribute(root, "NAME"), "root") &&
           is_name(xml_attribute(space, "NAME"), "cimv2");
}

/* Each parameter has a name of its own, and nothing else is among them. */
static bool has_good_parameters(const struct xml_node *call)
{
    for (const struct xml_node *p = call->first ? call->first->next : NULL; p; p = p->next) {
        const char *name = xml_attribute(p, "NAME");

        if (!xml_is(p, "IPARAMVALUE") || !name || (p->first && p->first->next))
            return false;
        for (const struct xml_node *q = p->next; q; q = q->next) {
            if (is_name(xml_attribute(q, "NAME"), name))
                return false;
        }
    }
    return xml_is(call->first, "LOCALNAMESPACEPATH");
}

enum cimxml_problem cimxml_request_read(struct cimxml_request *ret, const void *bytes, size_t size)
{
    struct cimxml_request r = { .document = xml_read(bytes, size) };
    enum cimxml_problem problem = r.document ? find_call(&r) : CIMXML_NOT_WELL_FORMED;

    if (problem == CIMXML_GOOD && r.is_intrinsic && !has_good_parameters(r.call))
        problem = CIMXML_NOT_VALID;
    if (problem != CIMXML_GOOD) {
        (void)xml_document_free(r.document);
        return problem;
    }
    r.has_space = is_our_space(r.call->first);
    *ret = r;
    return CIMXML_GOOD;
}

void cimxml_request_done(struct cimxml_request *request)
{
    (void)xml_document_free(request->document);
    *request = (struct cimxml_request){ 0 };
}

/* --- parameters ------------------------------------------------------------------------------- */

static const struct xml_node *next_parameter(const struct xml_node *node)
{
    return xml_is(node, "IPARAMVALUE") ? node : NULL;
}

const char *cimxml_parameter(const struct cimxml_request *r, size_t i)
{
    const struct xml_node *p = next_parameter(r->call->first->next);

    for (; p && i > 0; i--)
        p = next_parameter(p->next);
    return xml_attribute(p, "NAME");
}

/* What is in it; NULL: it is not there, or empty, which says the same. */
static const struct xml_node *value_of(const struct cimxml_request *r, const char *name)
{
    const struct xml_node *p = next_parameter(r->call->first->next);

    while (p && !is_name(xml_attribute(p, "NAME"), name))
        p = next_parameter(p->next);
    return p ? p->first : NULL;
}

bool cimxml_text(const struct cimxml_request *r, const char *name, const char **ret)
{
    const struct xml_node *value = value_of(r, name);

    if (value && (!xml_is(value, "VALUE") || value->first))
        return false;
    if (value)
        *ret = value->text;
    return true;
}

bool cimxml_flag(const struct cimxml_request *r, const char *name, bool *ret)
{
    const char *text = NULL;

    if (!cimxml_text(r, name, &text))
        return false;
    if (text && !is_name(text, "true") && !is_name(text, "false"))
        return false;
    if (text)
        *ret = is_name(text, "true");
    return true;
}

bool cimxml_class(const struct cimxml_request *r, const char *name, const char **ret)
{
    const struct xml_node *value = value_of(r, name);

    if (value && (!xml_is(value, "CLASSNAME") || !xml_attribute(value, "NAME")))
        return false;
    if (value)
        *ret = xml_attribute(value, "NAME");
    return true;
}

bool cimxml_list(const struct cimxml_request *r, const char *name, const struct xml_node **ret)
{
    const struct xml_node *list = value_of(r, name);

    if (list && !xml_is(list, "VALUE.ARRAY"))
        return false;
    for (const struct xml_node *v = list ? list->first : NULL; v; v = v->next) {
        if (!xml_is(v, "VALUE") || v->first)
            return false;
    }
    if (list)
        *ret = list;
    return true;
}

/* --- objects ---------------------------------------------------------------------------------- */

static bool read_instance(const struct xml_node *node, struct object_path *ret);

/* The name of an object, with or without the place where it is; NULL: none of these. */
static const struct xml_node *instance_in(const struct xml_node *node)
{
    if (xml_is(node, "VALUE.REFERENCE"))
        node = node->first;
    if (xml_is(node, "INSTANCEPATH") || xml_is(node, "LOCALINSTANCEPATH"))
        node = xml_child(node, "INSTANCENAME");
    return xml_is(node, "INSTANCENAME") ? node : NULL;
}

/* A new text: of a value, or the path of an object. */
static char *key_text(const struct xml_node *value)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };

    if (xml_is(value, "KEYVALUE"))
        return value->first ? NULL : strdup(value->text);
    if (!xml_is(value, "VALUE.REFERENCE") || !instance_in(value) ||
        !read_instance(instance_in(value), &path))
        return NULL;
    return object_path_text(&path, NULL);
}

/* References in references are quoted again and again, and grow with each time. */
enum { KEY_SIZE_MAX = 8192 };

static bool add_key(struct object_path *path, const char *name, const struct xml_node *value)
{
    char *text, *copy = NULL;

    if (path->n_keys == OBJECT_PATH_KEYS_MAX)
        return false;
    text = key_text(value);
    if (text && name)
        copy = strdup(name);
    if (!text || strlen(text) > KEY_SIZE_MAX || (name && !copy)) {
        free(text);
        free(copy);
        return false;
    }
    path->keys[path->n_keys].name = copy;
    path->keys[path->n_keys++].value = text;
    return true;
}

static bool read_keys(const struct xml_node *instance, struct object_path *path)
{
    const struct xml_node *key = instance->first;

    if (key && !xml_is(key, "KEYBINDING")) /* the only one, without a name */
        return !key->next && add_key(path, NULL, key);
    for (; key; key = key->next) {
        const char *name = xml_attribute(key, "NAME");

        if (!xml_is(key, "KEYBINDING") || !name || !key->first || key->first->next ||
            !add_key(path, name, key->first))
            return false;
    }
    return true;
}

/* Depth is the document's. */
static bool read_instance(const struct xml_node *node, struct object_path *ret)
{
    const char *name = xml_attribute(node, "CLASSNAME");
    struct object_path path = { .class_name = name ? strdup(name) : NULL };

    if (!path.class_name || !read_keys(node, &path)) {
        object_path_done(&path);
        return false;
    }
    *ret = path;
    return true;
}

bool cimxml_object(const struct cimxml_request *r, const char *name, struct object_path *ret)
{
    const struct xml_node *value = value_of(r, name);

    if (!value)
        return true;
    if (xml_is(value, "CLASSNAME") && xml_attribute(value, "NAME")) {
        ret->class_name = strdup(xml_attribute(value, "NAME"));
        return ret->class_name != NULL;
    }
    return instance_in(value) && read_instance(instance_in(value), ret);
}
