/* SPDX-License-Identifier: MIT */
/* What is read from a request of WS-Management, and what it names, is written so that it is read as
 * the same; and every fault is a message. */
#include "fuzz.h"

#include <stdio.h>

#include "cim/wsman.h"
#include "cim/wsman_search.h"

static void check_path(const struct object_path *path, const struct wsman_base *base)
{
    _cleanup_(xml_out_done) struct xml_out out;
    _cleanup_(freep) char *bytes = NULL, *one = NULL, *other = NULL;
    _cleanup_(xml_document_freep) xml_document *document = NULL;
    _cleanup_(object_path_done) struct object_path again = { 0 };
    struct wsman_fault fault = { 0 };
    size_t size;

    xml_out_init(&out, XML_IN_SIZE_MAX);
    xml_open(&out, "e");
    xml_put(&out, "xmlns:wsa", "http://schemas.xmlsoap.org/ws/2004/08/addressing");
    xml_put(&out, "xmlns:wsman", "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd");
    wsman_epr_write(&out, path, base);
    xml_close(&out);
    if (nt_failed(writer_take(&out.writer, &bytes, &size)))
        return; /* escaped it is larger than what is read */
    document = xml_read(bytes, size);
    if (!document) /* deeper, with what names no namespace of its own */
        return;
    MUST(wsman_epr_read(&again, xml_root(document), &fault));
    one = object_path_text(path, NULL);
    other = object_path_text(&again, NULL);
    MUST(one && other && strcmp(one, other) == 0);
}

static void check_refusal(const struct wsman_request *r, const struct wsman_fault *fault)
{
    _cleanup_(freep) char *bytes = NULL;
    _cleanup_(xml_document_freep) xml_document *document = NULL;
    size_t size;

    MUST(fault->code > WSMAN_GOOD && fault->code < N_WSMAN_FAULTS);
    MUST(!nt_failed(wsman_refuse(r, fault, &bytes, &size)));
    document = xml_read(bytes, size);
    MUST(document);
    MUST(!r->message_id || memmem(bytes, size, "RelatesTo", sizeof("RelatesTo") - 1));
}

static void check_selectors(const struct wsman_request *r)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };
    struct wsman_fault fault = { 0 };

    if (!r->resource.class)
        return;
    if (wsman_selectors_read(&path, r->resource.class, r->selectors, &fault))
        check_path(&path, r->resource.base);
    else
        check_refusal(r, &fault);
}

static void check_search(const struct wsman_request *r)
{
    struct wsman_search search;
    struct wsman_fault fault = { 0 };

    if (!wsman_search_read(&search, r, &fault))
        check_refusal(r, &fault);
    else
        MUST(search.n_items > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(wsman_request_done) struct wsman_request r = { 0 };
    struct wsman_fault fault;

    switch (wsman_request_read(&r, data, size, &fault)) {
    case WSMAN_NO_MESSAGE:
        return 0;
    case WSMAN_FAULTY:
        check_refusal(&r, &fault);
        return 0;
    default:
        MUST(r.action != WSMAN_NO_ACTION);
        MUST(r.action == WSMAN_IDENTIFY || (r.message_id && r.action_uri));
    }
    if (r.action == WSMAN_GET)
        check_selectors(&r);
    if (r.action == WSMAN_ENUMERATE)
        check_search(&r);
    return 0;
}
