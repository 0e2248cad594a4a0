/* SPDX-License-Identifier: MIT */
#include "cim/wsman_epr.h"

#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "cim/wsman_names.h"

static const char space_selector[] = "__cimnamespace";

/* --- URIs ------------------------------------------------------------------------------------- */

/* What is answered to those who ask for all classes is of the first that fits. */
static const struct wsman_base bases[] = {
    { "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/", true },
    { "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/", false },
    { "http://schemas.microsoft.com/wbem/wscim/1/cim-schema/2/", true }, /* Get-CimInstance's */
};

static const char all_classes[] = "http://schemas.dmtf.org/wbem/wscim/1/*";

static bool begins_with(const char *text, const char *prefix)
{
    const size_t size = strlen(prefix);

    return strlen(text) >= size && ascii_equal(text, size, prefix);
}

static bool find_class(struct wsman_resource *ret, const struct wsman_base *base, const char *name)
{
    *ret = (struct wsman_resource){ base, NULL };
    if (strcmp(name, "*") == 0)
        return true;
    ret->class = cim_class_find(name);
    return ret->class != NULL;
}

bool wsman_resource_read(struct wsman_resource *ret, const char *uri, struct wsman_fault *fault)
{
    if (query_same_text(uri, all_classes))
        return find_class(ret, &bases[0], "*");
    for (size_t i = 0; i < ARRAY_SIZE(bases); i++) {
        if (begins_with(uri, bases[i].prefix) &&
            find_class(ret, &bases[i], uri + strlen(bases[i].prefix)))
            return true;
    }
    return wsman_fail(fault, WSMAN_DESTINATION_UNREACHABLE, "InvalidResourceURI",
                      "there is no resource %s", uri);
}

void wsman_class_uri(char *ret, const struct wsman_base *base, const char *class_name)
{
    (void)snprintf(ret, WSMAN_URI_SIZE_MAX, "%s%s", base->prefix, class_name);
}

/* --- selectors -------------------------------------------------------------------------------- */

/* Of one value. References in references are quoted again and again, and grow with each time. */
enum { VALUE_SIZE_MAX = 8192 };

static bool wrong_selector(struct wsman_fault *fault, const char *detail, const char *name)
{
    return wsman_fail(fault, WSMAN_INVALID_SELECTORS, detail, "selector %s", name);
}

static const struct xml_node *next_selector(const struct xml_node *node)
{
    while (node && !xml_is_in(node, WSMAN_MANAGEMENT, "Selector"))
        node = node->next;
    return node;
}

static const char *name_of(const struct xml_node *selector)
{
    const char *name = xml_attribute(selector, "Name");

    return name ? name : "";
}

static bool names_the_space(const struct xml_node *selector)
{
    return query_same_text(name_of(selector), space_selector);
}

/* root/cimv2, with either slash. */
static bool is_our_space(const char *name)
{
    return query_same_text(name, "root/cimv2") || query_same_text(name, "root\\cimv2");
}

bool wsman_selectors_space(const struct xml_node *set, struct wsman_fault *fault)
{
    for (const struct xml_node *s = next_selector(set ? set->first : NULL); s;
         s = next_selector(s->next)) {
        if (names_the_space(s) && !is_our_space(s->word))
            return wsman_fail(fault, WSMAN_DESTINATION_UNREACHABLE, "InvalidResourceURI",
                              "only root/cimv2 is there");
    }
    return true;
}

static char *path_in(const struct xml_node *epr, struct wsman_fault *fault)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };

    return wsman_epr_read(&path, epr, fault) ? object_path_text(&path, NULL) : NULL;
}

bool wsman_selector_value(char **ret, const struct xml_node *selector, struct wsman_fault *fault)
{
    const struct xml_node *epr = xml_child_in(selector, WSMAN_ADDRESSING, "EndpointReference");
    _cleanup_(freep) char *value = NULL;

    if (selector->first && (!epr || epr->next || epr != selector->first))
        return wrong_selector(fault, "TypeMismatch", name_of(selector));
    value = epr ? path_in(epr, fault) : strdup(selector->text);
    if (!value)
        return fault->code == WSMAN_GOOD && wsman_check(fault, QUERY_NO_MEMORY);
    if (strlen(value) > VALUE_SIZE_MAX)
        return wrong_selector(fault, "InvalidValue", name_of(selector));
    *ret = TAKE(value);
    return true;
}

static bool add_key(struct object_path *path, const struct cim_property *p,
                    const struct xml_node *selector, struct wsman_fault *fault)
{
    char *name, *value;

    if (path->n_keys == OBJECT_PATH_KEYS_MAX)
        return wrong_selector(fault, "SelectorLimit", p->name);
    if (object_path_key(path, p->name))
        return wrong_selector(fault, "DuplicateSelectors", p->name);
    if ((p->type == CIM_REFERENCE) != (selector->first != NULL))
        return wrong_selector(fault, "TypeMismatch", p->name);
    if (!wsman_selector_value(&value, selector, fault))
        return false;
    name = strdup(p->name);
    if (!name) {
        free(value);
        return wsman_check(fault, QUERY_NO_MEMORY);
    }
    path->keys[path->n_keys].name = name;
    path->keys[path->n_keys++].value = value;
    return true;
}

static bool add_selector(struct object_path *path, const struct cim_class *class,
                         const struct xml_node *selector, struct wsman_fault *fault)
{
    size_t i;

    if (names_the_space(selector))
        return true;
    if (!cim_class_property_find(class, name_of(selector), &i) ||
        !(cim_class_property(class, i)->flags & CIM_KEY))
        return wrong_selector(fault, "UnexpectedSelectors", name_of(selector));
    return add_key(path, cim_class_property(class, i), selector, fault);
}

static bool has_all_keys(const struct object_path *path, const struct cim_class *class,
                         struct wsman_fault *fault)
{
    const struct cim_property *p;

    for (size_t i = 0; (p = cim_class_property(class, i)); i++) {
        if (p->flags & CIM_KEY && !object_path_key(path, p->name))
            return wsman_fail(fault, WSMAN_INVALID_SELECTORS, "InsufficientSelectors",
                              "%s needs selector %s", class->name, p->name);
    }
    return path->n_keys > 0 || wsman_fail(fault, WSMAN_INVALID_SELECTORS, "InsufficientSelectors",
                                          "objects of %s have no keys", class->name);
}

bool wsman_selectors_read(struct object_path *ret, const struct cim_class *class,
                          const struct xml_node *set, struct wsman_fault *fault)
{
    struct object_path path = { .class_name = strdup(class->name) };
    bool good =
        path.class_name ? wsman_selectors_space(set, fault) : wsman_check(fault, QUERY_NO_MEMORY);

    for (const struct xml_node *s = next_selector(set ? set->first : NULL); s && good;
         s = next_selector(s->next))
        good = add_selector(&path, class, s, fault);
    if (good && has_all_keys(&path, class, fault)) {
        *ret = path;
        return true;
    }
    object_path_done(&path);
    return false;
}

/* --- endpoint references ---------------------------------------------------------------------- */

/* Depth is the document's. */
bool wsman_epr_read(struct object_path *ret, const struct xml_node *epr, struct wsman_fault *fault)
{
    const struct xml_node *parameters = xml_child_in(epr, WSMAN_ADDRESSING, "ReferenceParameters");
    const struct xml_node *uri = xml_child_in(parameters, WSMAN_MANAGEMENT, "ResourceURI");
    const struct xml_node *set = xml_child_in(parameters, WSMAN_MANAGEMENT, "SelectorSet");
    struct wsman_resource resource;

    if (!uri)
        return wsman_fail(fault, WSMAN_INVALID_SELECTORS, "InvalidValue",
                          "an endpoint reference names no resource");
    if (!wsman_resource_read(&resource, uri->word, fault))
        return false;
    if (!resource.class)
        return wsman_fail(fault, WSMAN_INVALID_SELECTORS, "InvalidValue",
                          "an endpoint reference names all classes");
    return wsman_selectors_read(ret, resource.class, set, fault);
}

static void open_selector(struct xml_out *out, const char *name)
{
    xml_open(out, "wsman:Selector");
    xml_put(out, "Name", name);
}

static bool is_reference(const char *class_name, const char *key)
{
    const struct cim_class *class = cim_class_find(class_name);
    size_t i;

    return class && cim_class_property_find(class, key, &i) &&
           cim_class_property(class, i)->type == CIM_REFERENCE;
}

static void write_selector(struct xml_out *out, const struct object_path *path, size_t i,
                           const struct wsman_base *base)
{
    const char *name = path->keys[i].name ? path->keys[i].name : "";
    _cleanup_(object_path_done) struct object_path target = { 0 };

    open_selector(out, name);
    if (!is_reference(path->class_name, name)) {
        xml_text(out, path->keys[i].value);
    } else if (object_path_parse(&target, path->keys[i].value, NULL)) {
        xml_open(out, "wsa:EndpointReference");
        wsman_epr_write(out, &target, base);
        xml_close(out);
    } else {
        writer_fail(&out->writer, NT(NO_MEMORY));
    }
    xml_close(out);
}

void wsman_epr_write(struct xml_out *out, const struct object_path *path,
                     const struct wsman_base *base)
{
    char uri[WSMAN_URI_SIZE_MAX];

    wsman_class_uri(uri, base, path->class_name);
    xml_element(out, "wsa:Address", WSMAN_ANONYMOUS);
    xml_open(out, "wsa:ReferenceParameters");
    xml_element(out, "wsman:ResourceURI", uri);
    xml_open(out, "wsman:SelectorSet");
    for (size_t i = 0; i < path->n_keys; i++)
        write_selector(out, path, i, base);
    if (base->names_no_space) {
        open_selector(out, space_selector);
        xml_text(out, "root/cimv2");
        xml_close(out);
    }
    xml_close(out);
    xml_close(out);
}
