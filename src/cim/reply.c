/* SPDX-License-Identifier: MIT */
#include "cim/reply.h"

#include <stdlib.h>

static const char realm[] = "openlogon-cim";

enum MHD_Result reply_send(struct MHD_Connection *connection, unsigned code, char *body,
                           size_t size, const struct reply_header *headers)
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

enum MHD_Result reply_empty(struct MHD_Connection *connection, unsigned code, const char *name,
                            const char *value)
{
    const struct reply_header headers[] = { { name, value }, { 0 } };
    char *body = calloc(1, 1);

    return body ? reply_send(connection, code, body, 0, headers) : MHD_NO;
}

const char *reply_header_of(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}
