/* SPDX-License-Identifier: MIT */
#include "cim/wsman.h"

#include <stdio.h>
#include <string.h>

#include "base/monotonic.h"
#include "cim/wsman_envelope.h"
#include "cim/wsman_names.h"
#include "cim/wsman_objects.h"
#include "cim/wsman_search.h"
#include "query/cim_object.h"

enum {
    SMALL_SIZE = 1 << 16, /* of answers that hold no objects */
    TAIL_SIZE = 512,      /* what ends an envelope, and how long an enumeration lives */
    EXPIRES_SIZE = 24,
};

/* One answer while it is made. */
struct answer {
    const struct wsman_request *request;
    const struct wsman_service *service;
    struct xml_out *out;
    struct wsman_fault *fault;
    struct wsman_envelope envelope;
};

static size_t size_limit(const struct answer *a)
{
    const size_t wanted = a->request->envelope_size;

    return wanted > 0 && wanted < a->service->answer_size ? wanted : a->service->answer_size;
}

static void open_envelope(struct answer *a, const char *action)
{
    a->envelope.action = action;
    a->envelope.relates_to = a->request->message_id;
    wsman_envelope_open(a->out, &a->envelope);
}

/* --- Get -------------------------------------------------------------------------------------- */

struct object_writing {
    struct answer *answer;
    struct wsman_view view;
    query_status status;
};

static bool write_object(void *context, query_cursor *c)
{
    struct object_writing *w = context;

    w->status = wsman_instance(w->answer->out, c, &w->view);
    return false; /* there is no other */
}

static bool get(struct answer *a)
{
    const struct wsman_request *r = a->request;
    struct object_writing w = { .answer = a, .view.base = r->resource.base };
    _cleanup_(object_path_done) struct object_path path = { 0 };
    query_status status;
    bool found = false, stopped;

    if (!r->resource.class)
        return wsman_fail(a->fault, WSMAN_DESTINATION_UNREACHABLE, "InvalidResourceURI",
                          "one object is of one class");
    if (!wsman_selectors_read(&path, r->resource.class, r->selectors, a->fault))
        return false;
    open_envelope(a, WSMAN_TRANSFER "/GetResponse");
    status = cim_object_find(&path, write_object, &w, &found, &stopped);
    if (!wsman_check(a->fault, status) || !wsman_check(a->fault, w.status))
        return false;
    return found ||
           wsman_fail(a->fault, WSMAN_DESTINATION_UNREACHABLE, NULL, "there is no such object");
}

/* --- Enumerate and Pull ----------------------------------------------------------------------- */

/* Which items fit: no more than are asked for, and than an envelope holds with what follows. */
struct batch {
    size_t first, end;
    size_t bytes; /* of all of them */
};

/* @limit  of bytes. False: there is one, and not even that fits */
static bool next_batch(struct batch *ret, const struct wsman_items *items, size_t first,
                       size_t n_max, size_t limit)
{
    size_t size;

    *ret = (struct batch){ first, first, 0 };
    while (ret->end < items->n && ret->end - first < n_max) {
        (void)wsman_item(items, ret->end, &size);
        if (size > limit - ret->bytes)
            break;
        ret->bytes += size;
        ret->end++;
    }
    return ret->end > first || first == items->n || n_max == 0;
}

static bool find_batch(struct answer *a, struct batch *ret, const struct wsman_items *items,
                       size_t first, size_t n_max)
{
    const size_t used = a->out->writer.size + TAIL_SIZE, limit = size_limit(a);

    return next_batch(ret, items, first, n_max, limit > used ? limit - used : 0) ||
           wsman_fail(a->fault, WSMAN_ENCODING_LIMIT, "MaxEnvelopeSize",
                      "an object does not fit into the envelope");
}

static void write_batch(struct answer *a, const char *element, const struct wsman_items *items,
                        const struct batch *batch)
{
    size_t size;

    xml_open(a->out, element);
    for (size_t i = batch->first; i < batch->end; i++) {
        const void *item = wsman_item(items, i, &size);

        xml_part(a->out, item, size);
    }
    xml_close(a->out);
}

static void write_expires(struct answer *a, unsigned seconds)
{
    char text[EXPIRES_SIZE];

    (void)snprintf(text, sizeof(text), "PT%uS", seconds);
    xml_element(a->out, "wsen:Expires", text);
}

/* NULL, with the fault: it cannot be kept. */
static struct enumeration *keep(struct answer *a, struct wsman_items *items, unsigned seconds)
{
    struct enumeration *e = NULL;
    nt_status st =
        enumerations_add(&e, a->service->enumerations, &a->service->owner, items,
                         seconds > 0 ? seconds : ENUMERATION_SECONDS, monotonic_seconds());

    if (NT_IS(st, QUOTA_EXCEEDED))
        (void)wsman_fail(a->fault, WSMAN_QUOTA_LIMIT, NULL,
                         "too many enumerations are under way: end some, or ask for less");
    else if (nt_failed(st))
        (void)wsman_check(a->fault, QUERY_NO_MEMORY);
    return e;
}

/* All of it at once: there is nothing to keep. */
static void write_whole(struct answer *a, const struct wsman_items *items,
                        const struct batch *batch)
{
    xml_element(a->out, "wsen:EnumerationContext", "");
    write_batch(a, "wsman:Items", items, batch);
    xml_element(a->out, "wsman:EndOfSequence", "");
}

static bool write_enumeration(struct answer *a, const struct wsman_search *s,
                              struct wsman_items *items)
{
    struct enumeration *e;
    struct batch batch;

    if (!find_batch(a, &batch, items, 0, s->is_optimized ? s->n_items : 0))
        return false;
    if (s->is_optimized && batch.end == items->n) {
        write_whole(a, items, &batch);
        return true;
    }
    e = keep(a, items, s->seconds);
    if (!e)
        return false;
    write_expires(a, e->seconds);
    xml_element(a->out, "wsen:EnumerationContext", e->id);
    if (s->is_optimized)
        write_batch(a, "wsman:Items", &e->items, &batch);
    e->next = batch.end;
    enumerations_let_go(a->service->enumerations, e, monotonic_seconds());
    return true;
}

static bool enumerate(struct answer *a)
{
    _cleanup_(wsman_items_done) struct wsman_items items = { 0 };
    struct wsman_search search;

    if (!wsman_search_read(&search, a->request, a->fault))
        return false;
    wsman_items_init(&items, a->service->answer_size);
    if (!wsman_search_run(&search, &items, a->fault))
        return false;
    a->envelope.count = items.n;
    a->envelope.has_count = a->request->wants_count;
    open_envelope(a, WSMAN_ENUMERATION "/EnumerateResponse");
    xml_open(a->out, "wsen:EnumerateResponse");
    return write_enumeration(a, &search, &items);
}

/* NULL, with the fault: there is none. The name is that of the client's own. */
static struct enumeration *hold(struct answer *a)
{
    const struct xml_node *id =
        xml_child_in(a->request->operand, WSMAN_ENUMERATION, "EnumerationContext");
    struct enumeration *e = NULL;

    if (id)
        e = enumerations_hold(a->service->enumerations, &a->service->owner, id->word,
                              monotonic_seconds());
    if (!e)
        (void)wsman_fail(a->fault, WSMAN_INVALID_CONTEXT, NULL, "there is no such enumeration");
    return e;
}

static bool read_limits(struct answer *a, size_t *ret_n)
{
    const struct xml_node *body = a->request->operand;
    const struct xml_node *n = xml_child_in(body, WSMAN_ENUMERATION, "MaxElements");

    *ret_n = 1;
    if (xml_child_in(body, WSMAN_ENUMERATION, "MaxCharacters"))
        return wsman_fail(a->fault, WSMAN_UNSUPPORTED_FEATURE, NULL,
                          "MaxEnvelopeSize limits an answer, MaxCharacters does not");
    return !n || (wsman_number_parse(n->word, SIZE_MAX / 32, ret_n) && *ret_n > 0) ||
           wsman_fail(a->fault, WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "MaxElements is no number");
}

/* @ret_end  the client has got everything */
static bool write_pulled(struct answer *a, struct enumeration *e, size_t n_max, bool *ret_end)
{
    struct batch batch;

    if (!find_batch(a, &batch, &e->items, e->next, n_max))
        return false;
    if (batch.end < e->items.n)
        xml_element(a->out, "wsen:EnumerationContext", e->id);
    write_batch(a, "wsen:Items", &e->items, &batch);
    if (batch.end == e->items.n)
        xml_element(a->out, "wsen:EndOfSequence", "");
    if (nt_failed(a->out->writer.status))
        return true; /* and the client may ask again */
    e->next = batch.end;
    *ret_end = batch.end == e->items.n;
    return true;
}

static bool pull(struct answer *a)
{
    struct enumeration *e;
    size_t n_max;
    bool good, is_end = false;

    if (!read_limits(a, &n_max))
        return false;
    e = hold(a);
    if (!e)
        return false;
    a->envelope.count = e->items.n;
    a->envelope.has_count = a->request->wants_count;
    open_envelope(a, WSMAN_ENUMERATION "/PullResponse");
    xml_open(a->out, "wsen:PullResponse");
    good = write_pulled(a, e, n_max, &is_end);
    if (is_end)
        enumerations_forget(a->service->enumerations, e);
    else
        enumerations_let_go(a->service->enumerations, e, monotonic_seconds());
    return good;
}

static bool release(struct answer *a)
{
    struct enumeration *e = hold(a);

    if (!e)
        return false;
    enumerations_forget(a->service->enumerations, e);
    open_envelope(a, WSMAN_ENUMERATION "/ReleaseResponse");
    return true;
}

/* --- Identify --------------------------------------------------------------------------------- */

nt_status wsman_identify(enum wsman_asker asker, char **ret, size_t *ret_size)
{
    _cleanup_(xml_out_done) struct xml_out out;
    const struct wsman_envelope envelope = { 0 };

    xml_out_init(&out, SMALL_SIZE);
    wsman_envelope_open(&out, &envelope);
    xml_open(&out, "wsmid:IdentifyResponse");
    xml_element(&out, "wsmid:ProtocolVersion", WSMAN_MANAGEMENT);
    if (asker == WSMAN_KNOWN) {
        xml_element(&out, "wsmid:ProductVendor", "OpenLogon");
        xml_element(&out, "wsmid:ProductVersion", OPENLOGON_VERSION);
    }
    return wsman_envelope_take(&out, ret, ret_size);
}

/* --- which operation -------------------------------------------------------------------------- */

static bool (*const operations[])(struct answer *a) = {
    [WSMAN_GET] = get,
    [WSMAN_ENUMERATE] = enumerate,
    [WSMAN_PULL] = pull,
    [WSMAN_RELEASE] = release,
};

unsigned wsman_seconds(const struct wsman_request *request, const struct wsman_service *service)
{
    const unsigned wanted = request->timeout_seconds;

    return wanted > 0 && wanted < service->query_seconds ? wanted : service->query_seconds;
}

nt_status wsman_refuse(const struct wsman_request *request, const struct wsman_fault *fault,
                       char **ret, size_t *ret_size)
{
    _cleanup_(xml_out_done) struct xml_out out;
    const struct wsman_envelope envelope = {
        .action = wsman_fault_action(fault),
        .relates_to = request->message_id,
        .fault = fault,
    };

    xml_out_init(&out, SMALL_SIZE);
    wsman_envelope_open(&out, &envelope);
    wsman_fault_write(&out, fault, request->action_uri);
    return wsman_envelope_take(&out, ret, ret_size);
}

nt_status wsman_answer(const struct wsman_request *request, const struct wsman_service *service,
                       char **ret, size_t *ret_size, struct wsman_fault *ret_fault)
{
    _cleanup_(xml_out_done) struct xml_out out = { 0 };
    struct answer a = { request, service, &out, ret_fault, { 0 } };
    nt_status st = NT_OK;

    *ret_fault = (struct wsman_fault){ 0 };
    if (request->action == WSMAN_IDENTIFY)
        return wsman_identify(WSMAN_KNOWN, ret, ret_size);
    xml_out_init(&out, size_limit(&a));
    if (operations[request->action](&a))
        st = wsman_envelope_take(&out, ret, ret_size);
    if (NT_IS(st, BUFFER_TOO_SMALL))
        (void)wsman_fail(ret_fault, WSMAN_ENCODING_LIMIT, "MaxEnvelopeSize",
                         "the answer does not fit into the envelope");
    else if (nt_failed(st))
        return st;
    return ret_fault->code ? wsman_refuse(request, ret_fault, ret, ret_size) : NT_OK;
}
