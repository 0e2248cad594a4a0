/* SPDX-License-Identifier: MIT */
#include "cim/cimxml_objects.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_SIZE = 24 };

/* --- values ----------------------------------------------------------------------------------- */

static void write_number(struct xml_out *out, int64_t number)
{
    char text[NUMBER_SIZE];

    (void)snprintf(text, sizeof(text), "%" PRId64, number);
    xml_text(out, text);
}

/* Not NULL. */
static void write_scalar(struct xml_out *out, enum cim_type type, const struct query_value *value)
{
    if (value->kind == QUERY_TEXT)
        xml_text(out, value->text);
    else if (type == CIM_BOOLEAN)
        xml_text(out, value->number ? "TRUE" : "FALSE");
    else
        write_number(out, value->number);
}

/* --- names ------------------------------------------------------------------------------------ */

static void write_space(struct xml_out *out)
{
    xml_open(out, "LOCALNAMESPACEPATH");
    for (size_t i = 0; i < 2; i++) {
        xml_open(out, "NAMESPACE");
        xml_put(out, "NAME", i == 0 ? "root" : "cimv2");
        xml_close(out);
    }
    xml_close(out);
}

static void write_host_and_space(struct xml_out *out, const char *host)
{
    xml_open(out, "NAMESPACEPATH");
    xml_element(out, "HOST", host);
    write_space(out);
    xml_close(out);
}

static enum cim_type key_type(const char *class_name, const char *key)
{
    const struct cim_class *class = cim_class_find(class_name);
    size_t i;

    if (!class || !key || !cim_class_property_find(class, key, &i))
        return CIM_STRING;
    return cim_class_property(class, i)->type;
}

static void write_key_value(struct xml_out *out, enum cim_type type, const char *value)
{
    xml_open(out, "KEYVALUE");
    xml_put(out, "VALUETYPE",
            type == CIM_STRING || type == CIM_DATETIME ? "string"
            : type == CIM_BOOLEAN                      ? "boolean"
                                                       : "numeric");
    xml_text(out, value);
    xml_close(out);
}

static void write_reference(struct xml_out *out, const char *text, const char *host);

static void write_name(struct xml_out *out, const struct object_path *path, const char *host)
{
    xml_open(out, "INSTANCENAME");
    xml_put(out, "CLASSNAME", path->class_name);
    for (size_t i = 0; i < path->n_keys; i++) {
        const enum cim_type type = key_type(path->class_name, path->keys[i].name);

        xml_open(out, "KEYBINDING");
        xml_put(out, "NAME", path->keys[i].name ? path->keys[i].name : "");
        if (type == CIM_REFERENCE)
            write_reference(out, path->keys[i].value, host);
        else
            write_key_value(out, type, path->keys[i].value);
        xml_close(out);
    }
    xml_close(out);
}

static void write_path(struct xml_out *out, const struct object_path *path, const char *host)
{
    xml_open(out, "INSTANCEPATH");
    write_host_and_space(out, host);
    write_name(out, path, host);
    xml_close(out);
}

/* @text  the path of an object, as the tables have it */
static void write_reference(struct xml_out *out, const char *text, const char *host)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };

    if (!object_path_parse(&path, text, NULL)) {
        writer_fail(&out->writer, NT(NO_MEMORY));
        return;
    }
    xml_open(out, "VALUE.REFERENCE");
    write_path(out, &path, host);
    xml_close(out);
}

typedef void (*name_writer)(struct xml_out *out, const struct object_path *path, const char *host);

static query_status write_row_name(struct xml_out *out, query_cursor *c, const char *host,
                                   name_writer write)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };
    query_status status = cim_row_object(c, &path);

    if (query_failed(status))
        return status;
    write(out, &path, host);
    return QUERY_OK;
}

query_status cimxml_instance_name(struct xml_out *out, query_cursor *c,
                                  const struct cimxml_view *view)
{
    return write_row_name(out, c, view->host, write_name);
}

query_status cimxml_instance_path(struct xml_out *out, query_cursor *c,
                                  const struct cimxml_view *view)
{
    return write_row_name(out, c, view->host, write_path);
}

void cimxml_class_path(struct xml_out *out, const struct cim_class *class, const char *host)
{
    xml_open(out, "CLASSPATH");
    write_host_and_space(out, host);
    xml_open(out, "CLASSNAME");
    xml_put(out, "NAME", class->name);
    xml_close(out);
    xml_close(out);
}

/* --- qualifiers ------------------------------------------------------------------------------- */

static void open_qualifier(struct xml_out *out, const char *name, const char *type)
{
    xml_open(out, "QUALIFIER");
    xml_put(out, "NAME", name);
    xml_put(out, "TYPE", type);
}

static void write_flag(struct xml_out *out, const char *name)
{
    open_qualifier(out, name, "boolean");
    xml_element(out, "VALUE", "TRUE");
    xml_close(out);
}

static void write_words(struct xml_out *out, const char *name, const struct cim_word *words,
                        size_t offset)
{
    open_qualifier(out, name, "string");
    xml_open(out, "VALUE.ARRAY");
    for (; words->value; words++)
        xml_element(out, "VALUE", *(const char *const *)((const char *)words + offset));
    xml_close(out);
    xml_close(out);
}

static void write_property_qualifiers(struct xml_out *out, const struct cim_property *p)
{
    char length[NUMBER_SIZE];

    if (p->flags & CIM_KEY)
        write_flag(out, "Key");
    write_flag(out, "Read");
    if (p->max_length > 0) {
        (void)snprintf(length, sizeof(length), "%u", p->max_length);
        open_qualifier(out, "MaxLen", "uint32");
        xml_element(out, "VALUE", length);
        xml_close(out);
    }
    if (p->units) {
        open_qualifier(out, "Units", "string");
        xml_element(out, "VALUE", p->units);
        xml_close(out);
    }
    if (p->words) {
        write_words(out, "ValueMap", p->words, offsetof(struct cim_word, value));
        write_words(out, "Values", p->words, offsetof(struct cim_word, word));
    }
}

static void write_class_qualifiers(struct xml_out *out, const struct cim_class *class)
{
    static const char *const names[] = { "Abstract", "Association", "Dynamic" };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (cim_class_has_qualifier(class, names[i]))
            write_flag(out, names[i]);
    }
}

/* --- properties ------------------------------------------------------------------------------- */

/* The class that has introduced a property: places are the same in all classes below it. */
static const struct cim_class *origin_of(const struct cim_class *class, size_t i)
{
    const struct cim_class *super;

    while ((super = cim_class_super(class)) && cim_class_size(super) > i)
        class = super;
    return class;
}

static bool is_own(const struct cim_class *class, const char *name)
{
    for (const struct cim_property *p = class->properties; p->name; p++) {
        if (query_same_text(p->name, name))
            return true;
    }
    return false;
}

static bool is_listed(const struct xml_node *list, const char *name)
{
    for (const struct xml_node *v = list->first; v; v = v->next) {
        if (query_same_text(v->text, name))
            return true;
    }
    return false;
}

static bool is_in_view(const struct cim_class *class, size_t i, const struct cimxml_view *view)
{
    const char *name = cim_class_property(class, i)->name;

    if (view->properties && !is_listed(view->properties, name))
        return false;
    if (view->up_to && cim_class_size(view->up_to) <= i)
        return false;
    return !(view->detail & CIMXML_OWN_ONLY) || is_own(class, name);
}

/* Its tag and what every declaration or value of it begins with. */
static void open_property(struct xml_out *out, const struct cim_class *class, size_t i,
                          const struct cimxml_view *view)
{
    const struct cim_property *p = cim_class_property(class, i);
    const bool refers = p->type == CIM_REFERENCE;

    xml_open(out, refers ? "PROPERTY.REFERENCE" : "PROPERTY");
    xml_put(out, "NAME", p->name);
    xml_put(out, refers ? "REFERENCECLASS" : "TYPE",
            refers ? p->target->class_name : cim_type_word(p->type));
    if (view->detail & CIMXML_CLASS_ORIGIN)
        xml_put(out, "CLASSORIGIN", origin_of(class, i)->name);
    if (!is_own(class, p->name))
        xml_put(out, "PROPAGATED", "true");
    if (view->detail & CIMXML_QUALIFIERS)
        write_property_qualifiers(out, p);
}

void cimxml_property(struct xml_out *out, const struct cim_class *class, size_t i,
                     const struct query_value *value, const struct cimxml_view *view)
{
    const enum cim_type type = cim_class_property(class, i)->type;

    open_property(out, class, i, view);
    if (value->kind != QUERY_NULL && type == CIM_REFERENCE) {
        write_reference(out, value->text, view->host);
    } else if (value->kind != QUERY_NULL) {
        xml_open(out, "VALUE");
        write_scalar(out, type, value);
        xml_close(out);
    }
    xml_close(out);
}

/* --- objects and classes ---------------------------------------------------------------------- */

query_status cimxml_instance(struct xml_out *out, query_cursor *c, const struct cimxml_view *view)
{
    const struct cim_class *class = cim_row_class(c);
    query_status status = QUERY_OK;

    xml_open(out, "INSTANCE");
    xml_put(out, "CLASSNAME", class->name);
    if (view->detail & CIMXML_QUALIFIERS)
        write_class_qualifiers(out, class);
    for (size_t i = 0; !query_failed(status) && cim_class_property(class, i); i++) {
        _cleanup_(query_value_done) struct query_value value = { 0 };

        if (!is_in_view(class, i, view))
            continue;
        status = cim_row_value(c, i, &value);
        if (!query_failed(status))
            cimxml_property(out, class, i, &value, view);
    }
    xml_close(out);
    return status;
}

void cimxml_class_declaration(struct xml_out *out, const struct cim_class *class,
                              const struct cimxml_view *view)
{
    xml_open(out, "CLASS");
    xml_put(out, "NAME", class->name);
    if (class->superclass)
        xml_put(out, "SUPERCLASS", class->superclass);
    if (view->detail & CIMXML_QUALIFIERS)
        write_class_qualifiers(out, class);
    for (size_t i = 0; cim_class_property(class, i); i++) {
        if (!is_in_view(class, i, view))
            continue;
        open_property(out, class, i, view);
        xml_close(out);
    }
    xml_close(out);
}
