/* SPDX-License-Identifier: MIT */
/* The groups of processes' primary tokens, and the restricting SIDs. */
#include <stdio.h>

#include "query/tables.h"
#include "query/token_walk.h"
#include "query/words.h"

enum column {
    PID,
    SID_COLUMN,
    RESTRICTING,
    ENABLED,
    ENABLED_BY_DEFAULT,
    MANDATORY,
    OWNER,
    DENY_ONLY,
    INTEGRITY,
    RESOURCE,
    LOGON_ID,
    ATTRIBUTES,
    NAME,
    SID_USE_NAME,
    N_COLUMNS,
};

static const struct query_column columns[N_COLUMNS] = {
    [PID] = { "pid", QUERY_INTEGER, QUERY_KEY },
    [SID_COLUMN] = { "sid", QUERY_TEXT },
    [RESTRICTING] = { "restricting", QUERY_BOOL },
    [ENABLED] = { "enabled", QUERY_BOOL },
    [ENABLED_BY_DEFAULT] = { "enabled_by_default", QUERY_BOOL },
    [MANDATORY] = { "mandatory", QUERY_BOOL },
    [OWNER] = { "owner", QUERY_BOOL },
    [DENY_ONLY] = { "deny_only", QUERY_BOOL },
    [INTEGRITY] = { "integrity", QUERY_BOOL },
    [RESOURCE] = { "resource", QUERY_BOOL },
    [LOGON_ID] = { "logon_id", QUERY_BOOL },
    [ATTRIBUTES] = { "attributes", QUERY_INTEGER },
    [NAME] = { "name", QUERY_TEXT, QUERY_HIDDEN },
    [SID_USE_NAME] = { "sid_use_name", QUERY_TEXT, QUERY_HIDDEN },
};

/* Which bits have to be there. */
static const DWORD bits[N_COLUMNS] = {
    [ENABLED] = SE_GROUP_ENABLED,
    [ENABLED_BY_DEFAULT] = SE_GROUP_ENABLED_BY_DEFAULT,
    [MANDATORY] = SE_GROUP_MANDATORY,
    [OWNER] = SE_GROUP_OWNER,
    [DENY_ONLY] = SE_GROUP_USE_FOR_DENY_ONLY,
    [INTEGRITY] = SE_GROUP_INTEGRITY,
    [RESOURCE] = SE_GROUP_RESOURCE,
    [LOGON_ID] = SE_GROUP_LOGON_ID,
};

/* The groups of a process, then its restricting SIDs. */
static const TOKEN_INFORMATION_CLASS lists[] = { TokenGroups, TokenRestrictedSids };
enum { N_LISTS = 2 };

struct groups {
    query_cursor base;
    struct token_walk walk;
    size_t list;          /* that is read; N_LISTS: all of the process have been */
    TOKEN_GROUPS *groups; /* NULL: none is read */
    DWORD n_passed;       /* the row is the last of these */
};

static void leave_list(struct groups *g)
{
    free(TAKE(g->groups));
    g->n_passed = 0;
}

static void done(query_cursor *c)
{
    struct groups *g = (struct groups *)c;

    leave_list(g);
    token_walk_done(&g->walk);
}

static query_status filter(query_cursor *c, const struct query_match *matches, size_t n)
{
    struct groups *g = (struct groups *)c;

    leave_list(g);
    g->list = N_LISTS;
    return token_walk_start(&g->walk, query_match_of(matches, n, PID));
}

/* To the next list of the process, or the first of the next process. */
static query_status next_list(struct groups *g, bool *ret_found)
{
    query_status status;

    leave_list(g);
    if (g->list == N_LISTS) {
        status = token_walk_next(&g->walk, ret_found);
        if (query_failed(status) || !*ret_found)
            return status;
        g->list = 0;
    }
    *ret_found = true;
    g->groups = token_walk_read(&g->walk, lists[g->list++]);
    return g->groups ? QUERY_OK : query_last_error();
}

static query_status next(query_cursor *c, bool *ret_found)
{
    struct groups *g = (struct groups *)c;
    query_status status = QUERY_OK;

    *ret_found = true;
    while (*ret_found && !query_failed(status) &&
           (!g->groups || g->n_passed == g->groups->GroupCount))
        status = next_list(g, ret_found);
    g->n_passed += !query_failed(status) && *ret_found;
    return status;
}

/* @wants_name  else the kind of account */
static query_status account_value(PSID sid, bool wants_name, struct query_value *ret)
{
    char name[512], domain[512], *text;
    DWORD name_size = sizeof(name), domain_size = sizeof(domain);
    SID_NAME_USE use;

    if (!LookupAccountSidA(NULL, sid, name, &name_size, domain, &domain_size, &use))
        return GetLastError() == ERROR_NONE_MAPPED ? QUERY_OK : query_last_error();
    if (!wants_name)
        return query_set_text(ret, word_of_sid_use(use));
    return query_take_text(
        ret, asprintf(&text, "%s%s%s", domain, *domain ? "\\" : "", name) < 0 ? NULL : text);
}

static query_status value(query_cursor *c, size_t column, struct query_value *ret)
{
    const struct groups *g = (struct groups *)c;
    const SID_AND_ATTRIBUTES *group = &g->groups->Groups[g->n_passed - 1];

    switch (column) {
    case PID:
        query_set_integer(ret, g->walk.pid);
        return QUERY_OK;
    case SID_COLUMN:
        return query_set_sid(ret, group->Sid);
    case RESTRICTING:
        query_set_bool(ret, lists[g->list - 1] == TokenRestrictedSids);
        return QUERY_OK;
    case ATTRIBUTES:
        query_set_integer(ret, group->Attributes);
        return QUERY_OK;
    case NAME:
    case SID_USE_NAME:
        return account_value(group->Sid, column == NAME, ret);
    default:
        query_set_bool(ret, (group->Attributes & bits[column]) == bits[column]);
        return QUERY_OK;
    }
}

const struct query_table query_groups_table = {
    .name = "groups",
    .summary = "groups of processes' tokens",
    .columns = columns,
    .n_columns = N_COLUMNS,
    .rows_expected = 10000,
    .cursor_size = sizeof(struct groups),
    .filter = filter,
    .next = next,
    .value = value,
    .done = done,
};
