/* SPDX-License-Identifier: MIT */
#include "cim/request.h"

#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/writer.h"
#include "cim/cimxml.h"

enum { BODY_SECONDS = 30 };

static const char realm[] = "openlogon-cim";
static const char xml_type[] = "application/xml; charset=\"utf-8\"";

struct request {
    const struct server_options *options;
    struct writer body;
    time_t deadline; /* for all of the body; CLOCK_MONOTONIC */
    bool answered;   /* with a refusal; what still comes is nothing to us */
};

static time_t now(void)
{
    struct timespec time = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

request *request_new(const struct server_options *options)
{
    request *r = calloc(1, sizeof(*r));

    if (!r)
        return NULL;
    r->options = options;
    r->deadline = now() + BODY_SECONDS;
    writer_init(&r->body, XML_IN_SIZE_MAX);
    return r;
}

request *request_free(request *r)
{
    if (r)
        writer_done(&r->body);
    free(r);
    return NULL;
}

/* --- answers ---------------------------------------------------------------------------------- */

struct header {
    const char *name, *value;
};

/* @headers  ends with no name. The body is the response's from now on */
static enum MHD_Result send_body(struct MHD_Connection *connection, unsigned code, char *body,
                                 size_t size, const struct header *headers)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, body, MHD_RESPMEM_MUST_FREE);
    enum MHD_Result result;

    if (!response) {
        free(body);
        return MHD_NO;
    }
    for (; headers->name; headers++)
        (void)MHD_add_response_header(response, headers->name, headers->value);
    result = code == MHD_HTTP_UNAUTHORIZED
                 ? MHD_queue_basic_auth_fail_response(connection, realm, response)
                 : MHD_queue_response(connection, code, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_nothing(request *r, struct MHD_Connection *connection, unsigned code,
                                    const char *name, const char *value)
{
    const struct header headers[] = { { name, value }, { 0 } };
    char *body = calloc(1, 1);

    r->answered = true;
    return body ? send_body(connection, code, body, 0, headers) : MHD_NO;
}

static enum MHD_Result refuse(request *r, struct MHD_Connection *connection, unsigned code)
{
    return send_nothing(r, connection, code, NULL, NULL);
}

static enum MHD_Result send_cimxml(struct MHD_Connection *connection, char *message, size_t size)
{
    static const struct header headers[] = {
        { MHD_HTTP_HEADER_CONTENT_TYPE, xml_type },
        { "CIMOperation", "MethodResponse" },
        { MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache" },
        { 0 },
    };

    return send_body(connection, MHD_HTTP_OK, message, size, headers);
}

/* --- the head --------------------------------------------------------------------------------- */

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static bool is_text(const char *text, const char *wanted)
{
    return text && ascii_equal(text, strlen(text), wanted);
}

/* What a page in a browser cannot send to another place unasked. */
static bool is_xml(struct MHD_Connection *connection)
{
    const char *type = header_of(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
    const size_t size = type ? strcspn(type, "; \t") : 0;

    return ascii_equal(type, size, "application/xml") || ascii_equal(type, size, "text/xml");
}

static bool is_too_large(struct MHD_Connection *connection)
{
    const char *length = header_of(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);

    return length && strtoull(length, NULL, 10) > XML_IN_SIZE_MAX;
}

enum MHD_Result request_begin(request *r, struct MHD_Connection *connection, const char *url,
                              const char *method)
{
    if (strcmp(method, "M-POST") == 0)
        return refuse(r, connection, MHD_HTTP_NOT_IMPLEMENTED); /* clients go on with POST */
    if (strcmp(method, MHD_HTTP_METHOD_POST) != 0)
        return send_nothing(r, connection, MHD_HTTP_METHOD_NOT_ALLOWED, MHD_HTTP_HEADER_ALLOW,
                            MHD_HTTP_METHOD_POST);
    if (!header_of(connection, MHD_HTTP_HEADER_AUTHORIZATION))
        return refuse(r, connection, MHD_HTTP_UNAUTHORIZED);
    if (strcmp(url, "/cimom") != 0 && strcmp(url, "/") != 0)
        return refuse(r, connection, MHD_HTTP_NOT_FOUND);
    if (!is_xml(connection))
        return refuse(r, connection, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE);
    if (is_too_large(connection))
        return refuse(r, connection, MHD_HTTP_CONTENT_TOO_LARGE);
    return MHD_YES;
}

bool request_add(request *r, const void *bytes, size_t size)
{
    if (r->answered)
        return true;
    writer_bytes(&r->body, bytes, size);
    return !nt_failed(r->body.status) && now() <= r->deadline;
}

/* --- who sends it ----------------------------------------------------------------------------- */

/* What the library hands out is overwritten before it is given back. */
static void forget(char *text)
{
    if (text)
        secret_wipe(text, strlen(text));
    MHD_free(text);
}

static query_status log_on(struct MHD_Connection *connection, caller *c)
{
    char *password = NULL;
    char *user = MHD_basic_auth_get_username_password(connection, &password);
    query_status status = { ERROR_LOGON_FAILURE };

    if (user && password)
        status = caller_log_on(c, user, password);
    forget(password);
    MHD_free(user);
    return status;
}

/* A wrong password is the client's matter; an authority that is not there is not. */
static enum MHD_Result refuse_logon(request *r, struct MHD_Connection *connection,
                                    query_status status)
{
    if (status.code != RPC_S_SERVER_UNAVAILABLE && status.code != ERROR_NOT_ENOUGH_MEMORY)
        return refuse(r, connection, MHD_HTTP_UNAUTHORIZED);
    log_error("cannot log a caller on: error %u", status.code);
    return refuse(r, connection, MHD_HTTP_SERVICE_UNAVAILABLE);
}

/* --- CIM-XML ---------------------------------------------------------------------------------- */

/* What the headers say has to be what is in the message; DSP0200, 7.2. */
static bool headers_fit(struct MHD_Connection *connection, const struct cimxml_request *cim)
{
    const char *operation = header_of(connection, "CIMOperation");
    const char *method = header_of(connection, "CIMMethod");

    return (!operation || is_text(operation, "MethodCall")) &&
           (!method || is_text(method, cim->method));
}

static nt_status answer_as(const caller *c, const request *r, const struct cimxml_request *cim,
                           char **ret, size_t *ret_size)
{
    const struct cimxml_limits limits = { r->options->answer_size, r->options->query_seconds };
    query_status status = caller_act(c);
    nt_status answered;

    if (query_failed(status)) {
        log_error("cannot act for a caller: error %u; does this service's user have "
                  "SeImpersonatePrivilege? See openlogon-cim(8)",
                  status.code);
        return cimxml_refuse(cim, "the service may not act for the caller", ret, ret_size);
    }
    answered = cimxml_answer(cim, &limits, ret, ret_size);
    caller_act_end();
    return answered;
}

enum MHD_Result request_answer(request *r, struct MHD_Connection *connection, caller *c)
{
    _cleanup_(cimxml_request_done) struct cimxml_request cim = { 0 };
    enum cimxml_problem problem;
    char *message = NULL;
    size_t size = 0;
    query_status status;

    if (r->answered)
        return MHD_YES;
    status = log_on(connection, c);
    if (query_failed(status))
        return refuse_logon(r, connection, status);
    problem = cimxml_request_read(&cim, r->body.bytes, r->body.size);
    if (problem == CIMXML_GOOD && !headers_fit(connection, &cim))
        problem = CIMXML_HEADER_MISMATCH;
    if (problem != CIMXML_GOOD)
        return send_nothing(r, connection,
                            problem == CIMXML_MULTIPLE_REQUESTS ? MHD_HTTP_NOT_IMPLEMENTED
                                                                : MHD_HTTP_BAD_REQUEST,
                            "CIMError", cimxml_problem_word(problem));
    if (nt_failed(answer_as(c, r, &cim, &message, &size)))
        return refuse(r, connection, MHD_HTTP_INTERNAL_SERVER_ERROR);
    return send_cimxml(connection, message, size);
}
