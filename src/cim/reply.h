/* SPDX-License-Identifier: MIT */
/* Answers over HTTP. */
#ifndef OPENLOGON_CIM_REPLY_H
#define OPENLOGON_CIM_REPLY_H

#include <microhttpd.h>
#include <stddef.h>

struct reply_header {
    const char *name, *value;
};

/* @headers  ends with no name. The body is the response's from now on */
enum MHD_Result reply_send(struct MHD_Connection *connection, unsigned code, char *body,
                           size_t size, const struct reply_header *headers);
/* Without a body. @name  of a header; NULL: none */
enum MHD_Result reply_empty(struct MHD_Connection *connection, unsigned code, const char *name,
                            const char *value);

/* What a request's head says; NULL: nothing. */
const char *reply_header_of(struct MHD_Connection *connection, const char *name);

#endif
