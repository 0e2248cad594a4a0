/* SPDX-License-Identifier: MIT */
/* What the tables share whose rows are the parts of processes' tokens: groups, privileges. */
#ifndef OPENLOGON_QUERY_TOKEN_LIST_H
#define OPENLOGON_QUERY_TOKEN_LIST_H

#include "query/token_walk.h"

/* Which lists of a token a table has, one after the other: its `context`. Each begins with the
 * number of its parts. */
enum { TOKEN_LISTS_MAX = 2 };
struct token_lists {
    size_t n;
    TOKEN_INFORMATION_CLASS classes[TOKEN_LISTS_MAX];
};

/* The cursor of such a table. */
struct token_list {
    query_cursor base;
    struct token_walk walk;
    size_t next; /* of the lists: the one after that which is read; all: the process is done with */
    DWORD *parts;   /* their number, and they; NULL: none are read */
    DWORD n_passed; /* the row is the last of these */
};

/* Their filter, next and done; the pid is their first column. */
enum { TOKEN_LIST_PID = 0 };
_must_check_ query_status token_list_filter(query_cursor *c, const struct query_match *matches,
                                            size_t n);
_must_check_ query_status token_list_next(query_cursor *c, bool *ret_found);
void token_list_done(query_cursor *c);

/* Of the row where the cursor is: the list that it is in, as it was read, and the place in that. */
const void *token_list_parts(const struct token_list *l);
DWORD token_list_place(const struct token_list *l);
TOKEN_INFORMATION_CLASS token_list_class(const struct token_list *l);

#endif
