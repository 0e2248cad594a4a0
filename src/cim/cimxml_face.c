/* SPDX-License-Identifier: MIT */
/* CIM-XML over HTTP. Source: DSP0200, 7. */
#include <string.h>

#include "base/ascii.h"
#include "cim/cimxml.h"
#include "cim/face.h"
#include "cim/reply.h"

static bool is_text(const char *text, const char *wanted)
{
    return text && ascii_equal(text, strlen(text), wanted);
}

/* What the headers say has to be what is in the message; DSP0200, 7.2. */
static bool headers_fit(struct MHD_Connection *connection, const struct cimxml_request *cim)
{
    const char *operation = reply_header_of(connection, "CIMOperation");
    const char *method = reply_header_of(connection, "CIMMethod");

    return (!operation || is_text(operation, "MethodCall")) &&
           (!method || is_text(method, cim->method));
}

static enum MHD_Result send_message(struct MHD_Connection *connection, char *message, size_t size)
{
    static const struct reply_header headers[] = {
        { MHD_HTTP_HEADER_CONTENT_TYPE, "application/xml; charset=\"utf-8\"" },
        { "CIMOperation", "MethodResponse" },
        { MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache" },
        { 0 },
    };

    return reply_send(connection, MHD_HTTP_OK, message, size, headers);
}

static nt_status answer_as(const struct exchange *x, const struct cimxml_request *cim, char **ret,
                           size_t *ret_size)
{
    nt_status answered;

    if (!exchange_act(x, x->service->options->query_seconds))
        return cimxml_refuse(cim, "the service may not act for the caller", ret, ret_size);
    answered = cimxml_answer(cim, x->service->options->answer_size, ret, ret_size);
    exchange_act_end();
    return answered;
}

static enum MHD_Result answer(const struct exchange *x)
{
    _cleanup_(cimxml_request_done) struct cimxml_request cim = { 0 };
    enum cimxml_problem problem = cimxml_request_read(&cim, x->body->bytes, x->body->size);
    char *message = NULL;
    size_t size = 0;

    if (problem == CIMXML_GOOD && !headers_fit(x->connection, &cim))
        problem = CIMXML_HEADER_MISMATCH;
    if (problem != CIMXML_GOOD)
        return reply_empty(x->connection,
                           problem == CIMXML_MULTIPLE_REQUESTS ? MHD_HTTP_NOT_IMPLEMENTED
                                                               : MHD_HTTP_BAD_REQUEST,
                           "CIMError", cimxml_problem_word(problem));
    if (nt_failed(answer_as(x, &cim, &message, &size)))
        return reply_empty(x->connection, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, NULL);
    return send_message(x->connection, message, size);
}

const struct face cimxml_face = {
    .paths = { "/cimom", "/" },
    .types = { "application/xml", "text/xml" },
    .body_max = XML_IN_SIZE_MAX,
    .answer = answer,
};
