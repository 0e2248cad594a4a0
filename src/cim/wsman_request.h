/* SPDX-License-Identifier: MIT */
/*
 * A message that asks for an operation of WS-Management: its envelope and its headers. Source: SOAP
 * 1.2 part 1, 5; DSP0226, 5 and 6.
 */
#ifndef OPENLOGON_CIM_WSMAN_REQUEST_H
#define OPENLOGON_CIM_WSMAN_REQUEST_H

#include "cim/wsman_epr.h"

enum wsman_action {
    WSMAN_NO_ACTION,
    WSMAN_IDENTIFY,
    WSMAN_GET,
    WSMAN_ENUMERATE,
    WSMAN_PULL,
    WSMAN_RELEASE,
};

enum { WSMAN_ENVELOPE_MIN = 8192 }; /* what a client has to take; DSP0226, R6.2-4 */

/* Texts and elements are the document's. */
struct wsman_request {
    xml_document *document;
    enum wsman_action action;
    const char *action_uri;           /* NULL: of Identify, and where there is none */
    const char *message_id;           /* NULL: there is none */
    const struct xml_node *operand;   /* what is in the body; NULL: nothing */
    struct wsman_resource resource;   /* of Get and Enumerate */
    const struct xml_node *selectors; /* SelectorSet; NULL: there is none */
    unsigned timeout_seconds;         /* 0: that of the service */
    size_t envelope_size;             /* that the client takes; 0: any */
    bool wants_count;
};

void wsman_request_done(struct wsman_request *request); /* for _cleanup_() too */

enum wsman_reading {
    WSMAN_READ,
    WSMAN_FAULTY,     /* the fault tells; what has been read of the headers is there */
    WSMAN_NO_MESSAGE, /* it is no SOAP, and nobody would read a fault */
};
_must_check_ enum wsman_reading wsman_request_read(struct wsman_request *ret, const void *bytes,
                                                   size_t size, struct wsman_fault *fault);

/* "PT60.000S": in seconds, rounded up; false: it is none, or it is negative. */
_must_check_ bool wsman_duration_parse(const char *text, unsigned *ret);
/* A whole number that is not negative, and cut at `max`. */
_must_check_ bool wsman_number_parse(const char *text, size_t max, size_t *ret);

#endif
