/* SPDX-License-Identifier: MIT */
/* One access check as the functions of the AccessCheck family ask for it. */
#ifndef OPENLOGON_CLIENT_ACCESS_QUERY_H
#define OPENLOGON_CLIENT_ACCESS_QUERY_H

#include <windows.h>

#include "client/shared_image.h"
#include "security/access_check.h"

struct access_query {
    PSECURITY_DESCRIPTOR descriptor;
    PSID principal_self;
    DWORD desired;
    PGENERIC_MAPPING mapping;
    POBJECT_TYPE_LIST types;
    DWORD n_types;
    uint32_t flags; /* enum access_flags */
};

enum { ACCESS_FEW_NODES = 32 }; /* a tree of more needs memory from the heap */

/* The question as the access check takes it, and its answer. Borrows from query and image. */
struct access_evaluation {
    struct descriptor descriptor;
    struct access_request request;
    struct access_result result;
    struct access_tree tree;
    struct access_node *nodes; /* NULL: those below, or none */
    struct access_node few[ACCESS_FEW_NODES];
};

/* The Win32 code of what is wrong with the arguments; ERROR_SUCCESS: nothing. */
DWORD access_query_check(const struct access_query *query);

/**
 * Whom a handle to an impersonation token stands for.
 * Errors: as token_handle_image(); NO_IMPERSONATION_TOKEN, BAD_IMPERSONATION_LEVEL (Anonymous)
 */
_must_check_ nt_status access_client_image(HANDLE client, shared_image **ret);
_must_check_ nt_status access_client_check(const token_image *image);

/**
 * @ret    access_evaluation_done() frees it, also after a failure
 * Errors: GENERIC_NOT_MAPPED, INVALID_SECURITY_DESCR (no owner or group), those of reading a
 *         descriptor, INVALID_PARAMETER (types that are no tree), NO_MEMORY
 */
_must_check_ nt_status access_query_evaluate(const struct access_query *query,
                                             const token_image *image,
                                             struct access_evaluation *ret);
/* The same of any token and rights, for those who only want to know. */
_must_check_ nt_status access_query_explain(const struct access_query *query,
                                            const token_image *image, struct access_trace *trace,
                                            struct access_evaluation *ret);
void access_evaluation_done(struct access_evaluation *evaluation);

#endif
