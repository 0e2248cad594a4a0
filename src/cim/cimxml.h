/* SPDX-License-Identifier: MIT */
/* CIM operations over XML: what a request asks, done as the thread's user. Source: DSP0200. */
#ifndef OPENLOGON_CIM_CIMXML_H
#define OPENLOGON_CIM_CIMXML_H

#include "cim/cimxml_request.h"
#include "cim/xml_out.h"

/**
 * Answers a request, with an error as with what was asked for.
 * @limit  of its size
 * @ret    the message; free()
 * Errors: NO_MEMORY
 */
_must_check_ nt_status cimxml_answer(const struct cimxml_request *request, size_t limit, char **ret,
                                     size_t *ret_size);

/* The same, but the request is refused: for who cannot act as its sender. */
_must_check_ nt_status cimxml_refuse(const struct cimxml_request *request, const char *reason,
                                     char **ret, size_t *ret_size);

#endif
