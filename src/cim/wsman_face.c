/* SPDX-License-Identifier: MIT */
/* WS-Management over HTTP. Source: DSP0226, 11 (Identify) and annex C. */
#include "cim/face.h"
#include "cim/reply.h"
#include "cim/wsman.h"

enum { IDENTIFY_SIZE_MAX = 4096 };

static enum MHD_Result send_message(struct MHD_Connection *connection, nt_status made,
                                    unsigned code, char *message, size_t size)
{
    static const struct reply_header headers[] = {
        { MHD_HTTP_HEADER_CONTENT_TYPE, "application/soap+xml;charset=UTF-8" },
        { MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache" },
        { 0 },
    };

    if (nt_failed(made))
        return reply_empty(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, NULL);
    return reply_send(connection, code, message, size, headers);
}

/* Every fault is 500: clients read a body of no other code. */
static enum MHD_Result refuse(const struct exchange *x, const struct wsman_request *request,
                              const struct wsman_fault *fault)
{
    char *message = NULL;
    size_t size = 0;
    nt_status st = wsman_refuse(request, fault, &message, &size);

    return send_message(x->connection, st, MHD_HTTP_INTERNAL_SERVER_ERROR, message, size);
}

/* --- who is logged on ------------------------------------------------------------------------- */

static enum MHD_Result answer_as(const struct exchange *x, const struct wsman_request *request)
{
    struct wsman_service service = {
        .enumerations = x->service->enumerations,
        .answer_size = x->service->options->answer_size,
        .query_seconds = x->service->options->query_seconds,
    };
    struct wsman_fault fault = { 0 };
    char *message = NULL;
    size_t size = 0;
    nt_status st;

    caller_owner(x->caller, &service.owner);
    if (!exchange_act(x, wsman_seconds(request, &service))) {
        (void)wsman_fail(&fault, WSMAN_ACCESS_DENIED, NULL,
                         "the service may not act for the caller");
        return refuse(x, request, &fault);
    }
    st = wsman_answer(request, &service, &message, &size, &fault);
    exchange_act_end();
    return send_message(x->connection, st,
                        fault.code ? MHD_HTTP_INTERNAL_SERVER_ERROR : MHD_HTTP_OK, message, size);
}

static enum MHD_Result answer(const struct exchange *x)
{
    _cleanup_(wsman_request_done) struct wsman_request request = { 0 };
    struct wsman_fault fault;

    switch (wsman_request_read(&request, x->body->bytes, x->body->size, &fault)) {
    case WSMAN_READ:
        return answer_as(x, &request);
    case WSMAN_FAULTY:
        return refuse(x, &request, &fault);
    default:
        return reply_empty(x->connection, MHD_HTTP_BAD_REQUEST, NULL, NULL);
    }
}

const struct face wsman_face = {
    .paths = { "/wsman" },
    .types = { "application/soap+xml" },
    .body_max = XML_IN_SIZE_MAX,
    .answer = answer,
};

/* --- and who is not --------------------------------------------------------------------------- */

/* Nothing but Identify is there, and everything else is not told why. */
static enum MHD_Result identify(const struct exchange *x)
{
    _cleanup_(wsman_request_done) struct wsman_request request = { 0 };
    struct wsman_fault fault;
    char *message = NULL;
    size_t size = 0;
    nt_status st;

    if (wsman_request_read(&request, x->body->bytes, x->body->size, &fault) != WSMAN_READ ||
        request.action != WSMAN_IDENTIFY)
        return reply_empty(x->connection, MHD_HTTP_BAD_REQUEST, NULL, NULL);
    st = wsman_identify(WSMAN_STRANGER, &message, &size);
    return send_message(x->connection, st, MHD_HTTP_OK, message, size);
}

const struct face wsman_identify_face = {
    .paths = { "/wsman-anon/identify" },
    .types = { "application/soap+xml" },
    .body_max = IDENTIFY_SIZE_MAX,
    .flags = FACE_OPEN,
    .answer = identify,
};
