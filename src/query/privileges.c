/* SPDX-License-Identifier: MIT */
/* The privileges of processes' primary tokens. */
#include "query/tables.h"
#include "query/token_list.h"

enum column {
    PID = TOKEN_LIST_PID,
    NAME,
    ENABLED,
    ENABLED_BY_DEFAULT,
    DESCRIPTION,
    N_COLUMNS,
};

enum { NAME_SIZE = 256 };

static const struct query_column columns[N_COLUMNS] = {
    [PID] = { "pid", QUERY_INTEGER, QUERY_KEY },
    [NAME] = { "name", QUERY_TEXT },
    [ENABLED] = { "enabled", QUERY_BOOL },
    [ENABLED_BY_DEFAULT] = { "enabled_by_default", QUERY_BOOL },
    [DESCRIPTION] = { "description", QUERY_TEXT },
};

static const struct token_lists lists = { 1, { TokenPrivileges } };

static query_status name_value(LUID id, bool wants_description, struct query_value *ret)
{
    char name[NAME_SIZE], description[NAME_SIZE];
    DWORD name_size = sizeof(name), description_size = sizeof(description), language;

    if (!LookupPrivilegeNameA(NULL, &id, name, &name_size))
        return query_last_error();
    if (!wants_description)
        return query_set_text(ret, name);
    if (!LookupPrivilegeDisplayNameA(NULL, name, description, &description_size, &language))
        return query_last_error();
    return query_set_text(ret, description);
}

static query_status value(query_cursor *c, size_t column, struct query_value *ret)
{
    const struct token_list *l = container_of(c, struct token_list, base);
    const TOKEN_PRIVILEGES *privileges = token_list_parts(l);
    const LUID_AND_ATTRIBUTES *privilege = &privileges->Privileges[token_list_place(l)];

    switch (column) {
    case PID:
        query_set_integer(ret, l->walk.pid);
        return QUERY_OK;
    case ENABLED:
        query_set_bool(ret, privilege->Attributes & SE_PRIVILEGE_ENABLED);
        return QUERY_OK;
    case ENABLED_BY_DEFAULT:
        query_set_bool(ret, privilege->Attributes & SE_PRIVILEGE_ENABLED_BY_DEFAULT);
        return QUERY_OK;
    default:
        return name_value(privilege->Luid, column == DESCRIPTION, ret);
    }
}

const struct query_table query_privileges_table = {
    .name = "privileges",
    .summary = "privileges of processes' tokens",
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
