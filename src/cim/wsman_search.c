/* SPDX-License-Identifier: MIT */
#include "cim/wsman_search.h"

#include <string.h>

#include "cim/wsman_names.h"
#include "cim/wsman_writing.h"
#include "query/cim_relations.h"
#include "query/wql_condition.h"

enum { ITEMS_MAX = 1 << 20 };

/* --- what is asked ---------------------------------------------------------------------------- */

/* A value among words; false: it is none. */
static bool read_word(const struct xml_node *node, const char *const *words, size_t n, size_t *ret)
{
    for (size_t i = 0; node && i < n; i++) {
        if (words[i] && strcmp(node->word, words[i]) == 0) {
            *ret = i;
            return true;
        }
    }
    return !node;
}

static bool read_mode(struct wsman_search *s, const struct xml_node *body,
                      struct wsman_fault *fault)
{
    static const char *const modes[] = {
        [WSMAN_EPRS] = "EnumerateEPR",
        [WSMAN_OBJECTS_AND_EPRS] = "EnumerateObjectAndEPR",
    };
    size_t mode = WSMAN_OBJECTS;

    if (!read_word(xml_child_in(body, WSMAN_MANAGEMENT, "EnumerationMode"), modes,
                   ARRAY_SIZE(modes), &mode))
        return wsman_fail(fault, WSMAN_UNSUPPORTED_FEATURE, "EnumerationMode",
                          "no such enumeration mode");
    s->mode = (enum wsman_mode)mode;
    return true;
}

/* It is about one class; DSP0227, R8.1-6. */
static bool read_polymorphism(struct wsman_search *s, const struct xml_node *body,
                              struct wsman_fault *fault)
{
    static const char *const modes[] = {
        [WSMAN_WITH_SUBCLASSES] = "IncludeSubClassProperties",
        [WSMAN_SUBCLASSES_CUT] = "ExcludeSubClassProperties",
        [WSMAN_NO_SUBCLASSES] = "None",
    };
    const struct xml_node *node = xml_child_in(body, WSMAN_BINDING, "PolymorphismMode");
    size_t mode = WSMAN_WITH_SUBCLASSES;

    if (!read_word(node, modes, ARRAY_SIZE(modes), &mode) || (node && !s->resource.class))
        return wsman_fail(fault, WSMAN_POLYMORPHISM, NULL,
                          "this polymorphism mode is not supported");
    s->polymorphism = (enum wsman_polymorphism)mode;
    return true;
}

static bool read_filter(struct wsman_search *s, const struct xml_node *body,
                        struct wsman_fault *fault)
{
    const struct xml_node *own = xml_child_in(body, WSMAN_MANAGEMENT, "Filter");
    const struct xml_node *other = xml_child_in(body, WSMAN_ENUMERATION, "Filter");

    if (own && other)
        return wsman_fail(fault, WSMAN_CANNOT_PROCESS_FILTER, NULL,
                          "there is more than one filter");
    s->filter = own ? own : other;
    return true;
}

static bool read_size(struct wsman_search *s, const struct xml_node *body,
                      struct wsman_fault *fault)
{
    const struct xml_node *n = xml_child_in(body, WSMAN_MANAGEMENT, "MaxElements");

    s->is_optimized = xml_child_in(body, WSMAN_MANAGEMENT, "OptimizeEnumeration") != NULL;
    s->n_items = 1;
    return !n || (wsman_number_parse(n->word, ITEMS_MAX, &s->n_items) && s->n_items > 0) ||
           wsman_fail(fault, WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "MaxElements is no number");
}

/* A time of day is not taken: clocks differ. */
static bool read_expires(struct wsman_search *s, const struct xml_node *body,
                         struct wsman_fault *fault)
{
    const struct xml_node *expires = xml_child_in(body, WSMAN_ENUMERATION, "Expires");

    return !expires || (wsman_duration_parse(expires->word, &s->seconds) && s->seconds > 0) ||
           wsman_fail(fault, WSMAN_INVALID_EXPIRATION, NULL, "Expires is no duration");
}

bool wsman_search_read(struct wsman_search *ret, const struct wsman_request *request,
                       struct wsman_fault *fault)
{
    const struct xml_node *body = request->operand;

    *ret = (struct wsman_search){ .resource = request->resource };
    if (xml_child_in(body, WSMAN_ENUMERATION, "EndTo"))
        return wsman_fail(fault, WSMAN_UNSUPPORTED_FEATURE, "AddressingMode",
                          "nobody is told when an enumeration ends");
    return read_mode(ret, body, fault) && read_polymorphism(ret, body, fault) &&
           read_filter(ret, body, fault) && read_size(ret, body, fault) &&
           read_expires(ret, body, fault);
}

/* --- items ------------------------------------------------------------------------------------ */

bool wsman_writing_end_one(struct wsman_writing *w)
{
    return wsman_items_end_one(w->items) || wsman_fail(w->fault, WSMAN_QUOTA_LIMIT, NULL,
                                                       "what was found is too much: ask for less");
}

static query_status write_item(struct wsman_writing *w, query_cursor *c)
{
    struct xml_out *out = &w->items->out;
    const bool is_pair = w->search->mode == WSMAN_OBJECTS_AND_EPRS;
    query_status status = QUERY_OK;

    if (is_pair)
        xml_open(out, "wsman:Item");
    if (w->search->mode != WSMAN_EPRS)
        status = wsman_instance(out, c, &w->view);
    if (w->search->mode != WSMAN_OBJECTS && !query_failed(status))
        status = wsman_instance_epr(out, c, &w->view);
    if (is_pair)
        xml_close(out);
    return status;
}

static bool write_row(void *context, query_cursor *c)
{
    struct wsman_writing *w = context;

    return wsman_check(w->fault, write_item(w, c)) && wsman_writing_end_one(w);
}

/* --- of a class ------------------------------------------------------------------------------- */

static bool is_wanted(const struct wsman_writing *w, const query_cursor *c)
{
    return w->search->polymorphism != WSMAN_NO_SUBCLASSES ||
           cim_row_class(c) == w->search->resource.class;
}

static bool write_fitting(struct wsman_writing *w, query_cursor *c, const wql_filter *filter)
{
    query_status status;
    bool found, fits;

    for (;;) {
        status = query_cursor_next(c, &found);
        if (query_failed(status) || !found)
            return wsman_check(w->fault, status);
        status = wql_filter_fits(filter, c, &fits);
        if (!wsman_check(w->fault, status))
            return false;
        if (fits && is_wanted(w, c) && !write_row(w, c))
            return false;
    }
}

/* @filter  NULL: all of them */
static bool write_class(struct wsman_writing *w, const wql_filter *filter)
{
    _cleanup_(query_cursor_freep) query_cursor *c = NULL;
    struct query_match matches[WQL_MATCHES_MAX];
    query_status status = query_cursor_new(&c, cim_table(w->search->resource.class));
    size_t n = 0;

    wql_filter_matches(filter, matches, &n);
    if (!query_failed(status))
        status = query_cursor_filter(c, matches, n);
    return wsman_check(w->fault, status) && write_fitting(w, c, filter);
}

static bool needs_class(struct wsman_writing *w)
{
    return w->search->resource.class ||
           wsman_fail(w->fault, WSMAN_DESTINATION_UNREACHABLE, "InvalidResourceURI",
                      "of all classes nothing is enumerated but what a filter finds");
}

/* --- selector filter -------------------------------------------------------------------------- */

/* Selectors as a condition: each has to be what the object has. */
struct conditions {
    struct wql_condition compare[OBJECT_PATH_KEYS_MAX], both[OBJECT_PATH_KEYS_MAX];
    size_t n;
};

static void conditions_done(struct conditions *c)
{
    for (size_t i = 0; i < c->n; i++)
        free(c->compare[i].literal.text);
}

static bool add_condition(struct conditions *c, const struct xml_node *selector,
                          struct wsman_fault *fault)
{
    const char *name = xml_attribute(selector, "Name");
    struct wql_condition *added = &c->compare[c->n];

    if (!xml_is_in(selector, WSMAN_MANAGEMENT, "Selector") || !name)
        return wsman_fail(fault, WSMAN_CANNOT_PROCESS_FILTER, NULL, "this is no selector");
    if (query_same_text(name, "__cimnamespace"))
        return true;
    if (c->n == OBJECT_PATH_KEYS_MAX)
        return wsman_fail(fault, WSMAN_ENCODING_LIMIT, "SelectorLimit", "too many selectors");
    *added = (struct wql_condition){ .operator= WQL_EQUAL };
    added->property.text = (char *)(uintptr_t)name;
    added->literal.kind = WQL_TEXT;
    if (!wsman_selector_value(&added->literal.text, selector, fault))
        return false;
    c->both[c->n] = (struct wql_condition){ .operator= WQL_AND,
                                            .left = c->n > 0 ? &c->both[c->n - 1] : added,
                                            .right = added };
    c->n++;
    return true;
}

static bool write_selected(struct wsman_writing *w)
{
    _cleanup_(conditions_done) struct conditions conditions = { 0 };
    _cleanup_(wql_filter_freep) wql_filter *filter = NULL;
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    const struct xml_node *set = xml_child_in(w->search->filter, WSMAN_MANAGEMENT, "SelectorSet");

    if (!needs_class(w) || !wsman_selectors_space(set, w->fault))
        return false;
    if (!set)
        return wsman_fail(w->fault, WSMAN_CANNOT_PROCESS_FILTER, NULL, "there is no SelectorSet");
    for (const struct xml_node *s = set->first; s; s = s->next) {
        if (!add_condition(&conditions, s, w->fault))
            return false;
    }
    if (conditions.n > 0 && !wql_filter_new(&filter, &conditions.both[conditions.n - 1],
                                            cim_table(w->search->resource.class), &problem))
        return wsman_fail(w->fault, WSMAN_CANNOT_PROCESS_FILTER, NULL, "%s",
                          problem.message ? problem.message : "no memory");
    return write_class(w, filter);
}

/* --- association filter ----------------------------------------------------------------------- */

static bool bad_filter(struct wsman_writing *w, const char *name)
{
    return wsman_fail(w->fault, WSMAN_CANNOT_PROCESS_FILTER, NULL, "%s of an association filter",
                      name);
}

static bool read_class(struct wsman_writing *w, const struct xml_node *from, const char *name,
                       const struct cim_class **ret)
{
    const struct xml_node *node = xml_child_in(from, WSMAN_BINDING, name);

    if (node && *node->word)
        *ret = cim_class_find(node->word);
    return !node || !*node->word || *ret || bad_filter(w, name);
}

static const char *read_role(const struct xml_node *from, const char *name)
{
    const struct xml_node *node = xml_child_in(from, WSMAN_BINDING, name);

    return node && *node->word ? node->word : NULL;
}

/* In the element itself, or in an endpoint reference within. */
static bool read_source(struct wsman_writing *w, const struct xml_node *from,
                        struct object_path *ret)
{
    const struct xml_node *object = xml_child_in(from, WSMAN_BINDING, "Object");
    const struct xml_node *epr = xml_child_in(object, WSMAN_ADDRESSING, "EndpointReference");

    if (!object)
        return bad_filter(w, "Object");
    return wsman_epr_read(ret, epr ? epr : object, w->fault);
}

static bool write_related(struct wsman_writing *w)
{
    const struct xml_node *from = w->search->filter->first;
    const bool wants_objects = xml_is_in(from, WSMAN_BINDING, "AssociatedInstances");
    _cleanup_(object_path_done) struct object_path source = { 0 };
    struct cim_relations what = { .source = &source, .result_class = w->search->resource.class };
    query_status status;
    bool stopped;

    if (!wants_objects && !xml_is_in(from, WSMAN_BINDING, "AssociationInstances"))
        return bad_filter(w, "AssociatedInstances or AssociationInstances");
    if (xml_child_in(from, WSMAN_BINDING, "IncludeResultProperty"))
        return bad_filter(w, "IncludeResultProperty");
    if (!read_source(w, from, &source) ||
        !read_class(w, from, "AssociationClassName", &what.assoc_class) ||
        !read_class(w, from, "ResultClassName", &what.result_class))
        return false;
    what.role = read_role(from, "Role");
    what.result_role = read_role(from, "ResultRole");
    status = wants_objects ? cim_each_associator(&what, write_row, w, &stopped)
                           : cim_each_reference(&what, write_row, w, &stopped);
    return w->fault->code == WSMAN_GOOD && wsman_check(w->fault, status);
}

/* --- which of them ---------------------------------------------------------------------------- */

static bool write_queried(struct wsman_writing *w)
{
    if (w->search->filter->first)
        return wsman_fail(w->fault, WSMAN_CANNOT_PROCESS_FILTER, NULL, "a query is a text");
    return wsman_write_query(w, w->search->filter->text);
}

/* Names of dialects are compared as those of WMI are: clients write the last one in two ways. */
static const struct {
    const char *dialect;
    bool (*write)(struct wsman_writing *w);
} dialects[] = {
    { WSMAN_DIALECT_WQL, write_queried },
    { WSMAN_DIALECT_SELECTORS, write_selected },
    { WSMAN_DIALECT_RELATIONS, write_related },
};

bool wsman_search_run(const struct wsman_search *search, struct wsman_items *items,
                      struct wsman_fault *fault)
{
    struct wsman_writing w = { search, items, fault, { .base = search->resource.base } };
    const char *dialect = xml_attribute(search->filter, "Dialect");

    if (search->polymorphism == WSMAN_SUBCLASSES_CUT)
        w.view.up_to = search->resource.class;
    if (!search->filter)
        return needs_class(&w) && write_class(&w, NULL);
    for (size_t i = 0; dialect && i < ARRAY_SIZE(dialects); i++) {
        if (query_same_text(dialect, dialects[i].dialect))
            return dialects[i].write(&w);
    }
    return wsman_fail(fault, WSMAN_DIALECT_UNAVAILABLE, NULL, "filters of this dialect: %s",
                      dialect ? dialect : "XPath");
}
