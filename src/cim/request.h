/* SPDX-License-Identifier: MIT */
/* One HTTP request: what has come of it, and its answer. Of one thread. */
#ifndef OPENLOGON_CIM_REQUEST_H
#define OPENLOGON_CIM_REQUEST_H

#include <microhttpd.h>

#include "cim/face.h"

typedef struct request request;

/* Called by the library when a request's head has come; NULL: no memory. */
request *request_new(const struct service *service);
request *request_free(request *r);

/* Looks at the head: whether the rest may come. Else the answer is queued. */
enum MHD_Result request_begin(request *r, struct MHD_Connection *connection, const char *url,
                              const char *method);
/* More of the body. False: it is too much. */
bool request_add(request *r, const void *bytes, size_t size);
/* All has come. @c  the connection's */
enum MHD_Result request_answer(request *r, struct MHD_Connection *connection, caller *c);

#endif
