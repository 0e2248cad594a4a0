/* SPDX-License-Identifier: MIT */
/* The envelope of an answer. */
#ifndef OPENLOGON_CIM_WSMAN_ENVELOPE_H
#define OPENLOGON_CIM_WSMAN_ENVELOPE_H

#include "cim/wsman_request.h"

struct wsman_envelope {
    const char *action;
    const char *relates_to;          /* NULL: nothing */
    const struct wsman_fault *fault; /* NULL: none */
    size_t count;                    /* TotalItemsCountEstimate, where has_count */
    bool has_count;
};

/* Up to the body, which is open then. */
void wsman_envelope_open(struct xml_out *out, const struct wsman_envelope *envelope);
/* Closes what is open and hands the message over. */
_must_check_ nt_status wsman_envelope_take(struct xml_out *out, char **ret, size_t *ret_size);

#endif
