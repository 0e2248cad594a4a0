/* SPDX-License-Identifier: MIT */
#include "cim/request.h"

#include <string.h>

#include "base/ascii.h"
#include "base/log.h"
#include "base/secret.h"
#include "cim/reply.h"

struct request {
    const struct service *service;
    const struct face *face; /* NULL: it has been refused */
    struct writer body;
};

request *request_new(const struct service *service)
{
    request *r = calloc(1, sizeof(*r));

    if (r)
        r->service = service;
    return r;
}

request *request_free(request *r)
{
    if (r)
        writer_done(&r->body);
    free(r);
    return NULL;
}

/* --- the head --------------------------------------------------------------------------------- */

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned code)
{
    return reply_empty(connection, code, NULL, NULL);
}

static bool is_text(const char *text, const char *wanted)
{
    return text && ascii_equal(text, strlen(text), wanted);
}

/* Windows' Test-WSMan asks who is here at the path of all the rest, and says so. */
static bool asks_unknown(struct MHD_Connection *connection)
{
    return is_text(reply_header_of(connection, "WSMANIDENTIFY"), "unauthenticated") &&
           !reply_header_of(connection, MHD_HTTP_HEADER_AUTHORIZATION);
}

/* NULL: nothing is there. */
static const struct face *find_face(const char *url, struct MHD_Connection *connection)
{
    static const struct face *const faces[] = { &cimxml_face, &wsman_face, &wsman_identify_face };

    for (size_t i = 0; i < ARRAY_SIZE(faces); i++) {
        for (size_t k = 0; k < FACE_WORDS_MAX && faces[i]->paths[k]; k++) {
            if (strcmp(url, faces[i]->paths[k]) == 0)
                return faces[i] == &wsman_face && asks_unknown(connection) ? &wsman_identify_face
                                                                           : faces[i];
        }
    }
    return NULL;
}

/* What a page in a browser cannot send to another place unasked. */
static bool has_its_type(const struct face *face, struct MHD_Connection *connection)
{
    const char *type = reply_header_of(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
    const size_t size = type ? strcspn(type, "; \t") : 0;

    for (size_t i = 0; i < FACE_WORDS_MAX && face->types[i]; i++) {
        if (ascii_equal(type, size, face->types[i]))
            return true;
    }
    return false;
}

static bool is_too_large(const struct face *face, struct MHD_Connection *connection)
{
    const char *length = reply_header_of(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);

    return length && strtoull(length, NULL, 10) > face->body_max;
}

enum MHD_Result request_begin(request *r, struct MHD_Connection *connection, const char *url,
                              const char *method)
{
    const struct face *face = find_face(url, connection);

    if (strcmp(method, "M-POST") == 0)
        return refuse(connection, MHD_HTTP_NOT_IMPLEMENTED); /* clients go on with POST */
    if (strcmp(method, MHD_HTTP_METHOD_POST) != 0)
        return reply_empty(connection, MHD_HTTP_METHOD_NOT_ALLOWED, MHD_HTTP_HEADER_ALLOW,
                           MHD_HTTP_METHOD_POST);
    if (!reply_header_of(connection, MHD_HTTP_HEADER_AUTHORIZATION) &&
        (!face || !(face->flags & FACE_OPEN)))
        return refuse(connection, MHD_HTTP_UNAUTHORIZED);
    if (!face)
        return refuse(connection, MHD_HTTP_NOT_FOUND);
    if (!has_its_type(face, connection))
        return refuse(connection, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE);
    if (is_too_large(face, connection))
        return refuse(connection, MHD_HTTP_CONTENT_TOO_LARGE);
    writer_init(&r->body, face->body_max);
    r->face = face;
    return MHD_YES;
}

/* What comes after a refusal is nothing to us. */
bool request_add(request *r, const void *bytes, size_t size)
{
    if (!r->face)
        return true;
    writer_bytes(&r->body, bytes, size);
    return !nt_failed(r->body.status);
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
static enum MHD_Result refuse_logon(struct MHD_Connection *connection, query_status status)
{
    if (status.code != RPC_S_SERVER_UNAVAILABLE && status.code != ERROR_NOT_ENOUGH_MEMORY)
        return refuse(connection, MHD_HTTP_UNAUTHORIZED);
    log_error("cannot log a caller on: error %u", status.code);
    return refuse(connection, MHD_HTTP_SERVICE_UNAVAILABLE);
}

enum MHD_Result request_answer(request *r, struct MHD_Connection *connection, caller *c)
{
    struct exchange x = { .service = r->service, .connection = connection, .body = &r->body };
    query_status status;

    if (!r->face)
        return MHD_YES;
    if (!(r->face->flags & FACE_OPEN)) {
        status = log_on(connection, c);
        if (query_failed(status))
            return refuse_logon(connection, status);
        x.caller = c;
    }
    return r->face->answer(&x);
}
