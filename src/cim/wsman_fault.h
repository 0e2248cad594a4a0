/* SPDX-License-Identifier: MIT */
/* What a request of WS-Management fails with. Source: DSP0226, 14.6; DSP0227, annex of errors. */
#ifndef OPENLOGON_CIM_WSMAN_FAULT_H
#define OPENLOGON_CIM_WSMAN_FAULT_H

#include "cim/error.h"
#include "cim/xml_in.h"
#include "cim/xml_out.h"

enum wsman_fault_code {
    WSMAN_GOOD,
    WSMAN_VERSION_MISMATCH,
    WSMAN_MUST_UNDERSTAND,
    WSMAN_ACTION_NOT_SUPPORTED,
    WSMAN_DESTINATION_UNREACHABLE,
    WSMAN_HEADER_REQUIRED,
    WSMAN_INVALID_HEADER,
    WSMAN_ACCESS_DENIED,
    WSMAN_ENCODING_LIMIT,
    WSMAN_INTERNAL_ERROR,
    WSMAN_INVALID_OPTIONS,
    WSMAN_INVALID_SELECTORS,
    WSMAN_QUOTA_LIMIT,
    WSMAN_SCHEMA_VALIDATION_ERROR,
    WSMAN_TIMED_OUT,
    WSMAN_UNSUPPORTED_FEATURE,
    WSMAN_CANNOT_PROCESS_FILTER,
    WSMAN_DIALECT_UNAVAILABLE,
    WSMAN_INVALID_CONTEXT,
    WSMAN_INVALID_EXPIRATION,
    WSMAN_POLYMORPHISM,
    N_WSMAN_FAULTS,
};

/* All zeros: none. */
struct wsman_fault {
    enum wsman_fault_code code;
    const char *detail; /* a word of FaultDetail, a constant; NULL: none */
    char text[CIM_TEXT_SIZE];
    const struct xml_node *header; /* that is not understood: the document's */
};

/* False, for the function that has failed to return. @detail  NULL: none */
bool wsman_fail(struct wsman_fault *fault, enum wsman_fault_code code, const char *detail,
                const char *format, ...) _printf_(4, 5);
/* True: the status is no failure. */
bool wsman_check(struct wsman_fault *fault, query_status status);

/* The action of the message that tells it. */
const char *wsman_fault_action(const struct wsman_fault *fault);
/* What goes before the body: of a header that is not understood, and of another version. */
void wsman_fault_headers(struct xml_out *out, const struct wsman_fault *fault);
/* @action  of the request; NULL: it has none */
void wsman_fault_write(struct xml_out *out, const struct wsman_fault *fault, const char *action);

#endif
