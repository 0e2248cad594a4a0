/* SPDX-License-Identifier: MIT */
#include "query/token_list.h"

_Static_assert(offsetof(TOKEN_GROUPS, GroupCount) == 0 &&
                   offsetof(TOKEN_PRIVILEGES, PrivilegeCount) == 0,
               "a list begins with its number");

static const struct token_lists *lists_of(const struct token_list *l)
{
    return l->base.table->context;
}

static void leave_list(struct token_list *l)
{
    free(TAKE(l->parts));
    l->n_passed = 0;
}

void token_list_done(query_cursor *c)
{
    struct token_list *l = container_of(c, struct token_list, base);

    leave_list(l);
    token_walk_done(&l->walk);
}

query_status token_list_filter(query_cursor *c, const struct query_match *matches, size_t n)
{
    struct token_list *l = container_of(c, struct token_list, base);

    leave_list(l);
    l->next = lists_of(l)->n;
    return token_walk_start(&l->walk, query_match_of(matches, n, TOKEN_LIST_PID));
}

/* To the next list of the process, or the first of the next process. */
static query_status next_list(struct token_list *l, bool *ret_found)
{
    query_status status;

    leave_list(l);
    *ret_found = true;
    if (l->next == lists_of(l)->n) {
        status = token_walk_next(&l->walk, ret_found);
        if (query_failed(status) || !*ret_found)
            return status;
        l->next = 0;
    }
    l->parts = token_walk_read(&l->walk, lists_of(l)->classes[l->next++]);
    return l->parts ? QUERY_OK : query_last_error();
}

query_status token_list_next(query_cursor *c, bool *ret_found)
{
    struct token_list *l = container_of(c, struct token_list, base);
    query_status status = QUERY_OK;

    *ret_found = true;
    while (*ret_found && !query_failed(status) && (!l->parts || l->n_passed == *l->parts))
        status = next_list(l, ret_found);
    l->n_passed += !query_failed(status) && *ret_found;
    return status;
}

const void *token_list_parts(const struct token_list *l)
{
    return l->parts;
}

DWORD token_list_place(const struct token_list *l)
{
    return l->n_passed - 1;
}

TOKEN_INFORMATION_CLASS token_list_class(const struct token_list *l)
{
    return lists_of(l)->classes[l->next - 1];
}
