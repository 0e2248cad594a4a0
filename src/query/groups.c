/* SPDX-License-Identifier: MIT */
/* The groups of processes' primary tokens, and the restricting SIDs. */
#include "query/tables.h"
#include "query/token_list.h"
#include "query/words.h"

enum column {
    PID = TOKEN_LIST_PID,
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
static const struct token_lists lists = { 2, { TokenGroups, TokenRestrictedSids } };

static query_status use_value(PSID sid, struct query_value *ret)
{
    char name[512], domain[512];
    DWORD name_size = sizeof(name), domain_size = sizeof(domain);
    SID_NAME_USE use;

    if (LookupAccountSidA(NULL, sid, name, &name_size, domain, &domain_size, &use))
        return query_set_text(ret, word_of_sid_use(use));
    return GetLastError() == ERROR_NONE_MAPPED ? QUERY_OK : query_last_error();
}

static query_status value(query_cursor *c, size_t column, struct query_value *ret)
{
    const struct token_list *l = container_of(c, struct token_list, base);
    const TOKEN_GROUPS *groups = token_list_parts(l);
    const SID_AND_ATTRIBUTES *group = &groups->Groups[token_list_place(l)];

    switch (column) {
    case PID:
        query_set_integer(ret, l->walk.pid);
        return QUERY_OK;
    case SID_COLUMN:
        return query_set_sid(ret, group->Sid);
    case RESTRICTING:
        query_set_bool(ret, token_list_class(l) == TokenRestrictedSids);
        return QUERY_OK;
    case ATTRIBUTES:
        query_set_integer(ret, group->Attributes);
        return QUERY_OK;
    case NAME:
        return query_set_account(ret, group->Sid);
    case SID_USE_NAME:
        return use_value(group->Sid, ret);
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
    .context = &lists,
    .cursor_size = sizeof(struct token_list),
    .filter = token_list_filter,
    .next = token_list_next,
    .value = value,
    .done = token_list_done,
};
