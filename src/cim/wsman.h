/* SPDX-License-Identifier: MIT */
/* WS-Management: what a request asks, done as the thread's user. Source: DSP0226, DSP0227. */
#ifndef OPENLOGON_CIM_WSMAN_H
#define OPENLOGON_CIM_WSMAN_H

#include "cim/enumerations.h"
#include "cim/wsman_request.h"

/* Whom a request is answered to, and with what. */
struct wsman_service {
    enumerations *enumerations;
    struct enumeration_owner owner;
    size_t answer_size;
    unsigned query_seconds;
};

/**
 * Answers a request, with a fault as with what was asked for.
 * @ret        the message; free()
 * @ret_fault  tells whether it is one
 * Errors: NO_MEMORY
 */
_must_check_ nt_status wsman_answer(const struct wsman_request *request,
                                    const struct wsman_service *service, char **ret,
                                    size_t *ret_size, struct wsman_fault *ret_fault);

/* Tells what is wrong with it, of one that has been read, as far as it has. */
_must_check_ nt_status wsman_refuse(const struct wsman_request *request,
                                    const struct wsman_fault *fault, char **ret, size_t *ret_size);

/* Who is here: DSP0226, 11. */
enum wsman_asker {
    WSMAN_STRANGER, /* is told which protocol, and no more */
    WSMAN_KNOWN,
};
_must_check_ nt_status wsman_identify(enum wsman_asker asker, char **ret, size_t *ret_size);

/* From now on, as a deadline of the thread's queries: that of the client counts where it is
 * nearer. */
unsigned wsman_seconds(const struct wsman_request *request, const struct wsman_service *service);

#endif
