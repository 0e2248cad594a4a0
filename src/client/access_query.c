/* SPDX-License-Identifier: MIT */
#include "client/access_query.h"

#include "client/token_handle.h"

#define GENERIC_BITS 0xf0000000u

DWORD access_query_check(const struct access_query *query)
{
    if (!query->descriptor || !query->mapping)
        return ERROR_INVALID_PARAMETER;
    if (query->principal_self && !sid_valid(query->principal_self, SID_SIZE_MAX))
        return ERROR_INVALID_SID;
    return !query->types == (query->n_types == 0) ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
}

nt_status access_client_check(const token_image *image)
{
    if (token_image_type(image) != TokenImpersonation)
        return NT(NO_IMPERSONATION_TOKEN);
    return token_image_level(image) < SecurityIdentification ? NT(BAD_IMPERSONATION_LEVEL) : NT_OK;
}

nt_status access_client_image(HANDLE client, shared_image **ret)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = token_handle_image(client, TOKEN_QUERY, &image);

    if (!nt_failed(st))
        st = access_client_check(image->image);
    if (nt_failed(st))
        return st;
    *ret = TAKE(image);
    return NT_OK;
}

static nt_status evaluation_read_tree(struct access_evaluation *e, const struct access_query *query)
{
    struct access_node *nodes = e->few;

    if (query->n_types > ACCESS_FEW_NODES) {
        e->nodes = calloc(query->n_types, sizeof(*e->nodes));
        nodes = e->nodes;
    }
    if (!nodes)
        return NT(NO_MEMORY);
    e->request.tree = &e->tree;
    return access_tree_read(&e->tree, nodes, query->types, query->n_types);
}

nt_status access_query_explain(const struct access_query *query, const token_image *image,
                               struct access_trace *trace, struct access_evaluation *ret)
{
    nt_status st;

    ret->nodes = NULL;
    st = descriptor_read(&ret->descriptor, query->descriptor);
    if (nt_failed(st))
        return st;
    ret->request = (struct access_request){ .token = image,
                                            .descriptor = &ret->descriptor,
                                            .desired = query->desired,
                                            .mapping = query->mapping,
                                            .principal_self = query->principal_self,
                                            .flags = query->flags,
                                            .trace = trace };
    if (query->n_types > 0)
        st = evaluation_read_tree(ret, query);
    if (nt_failed(st))
        return st;
    return access_check(&ret->request, &ret->result);
}

nt_status access_query_evaluate(const struct access_query *query, const token_image *image,
                                struct access_evaluation *ret)
{
    ret->nodes = NULL;
    if (query->desired & GENERIC_BITS)
        return NT(GENERIC_NOT_MAPPED);
    nt_status st = access_query_explain(query, image, NULL, ret);
    if (nt_failed(st))
        return st;
    return ret->descriptor.owner && ret->descriptor.group ? NT_OK : NT(INVALID_SECURITY_DESCR);
}

void access_evaluation_done(struct access_evaluation *evaluation)
{
    if (evaluation->nodes)
        free(evaluation->nodes);
}
