/* SPDX-License-Identifier: MIT */
/* The privileges of processes' primary tokens. */
#include "query/tables.h"
#include "query/token_walk.h"

enum column {
    PID,
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

struct privileges {
    query_cursor base;
    struct token_walk walk;
    TOKEN_PRIVILEGES *privileges; /* NULL: none are read */
    DWORD n_passed;               /* the row is the last of these */
};

static void leave_process(struct privileges *p)
{
    free(TAKE(p->privileges));
    p->n_passed = 0;
}

static void done(query_cursor *c)
{
    struct privileges *p = (struct privileges *)c;

    leave_process(p);
    token_walk_done(&p->walk);
}

static query_status filter(query_cursor *c, const struct query_match *matches, size_t n)
{
    struct privileges *p = (struct privileges *)c;

    leave_process(p);
    return token_walk_start(&p->walk, query_match_of(matches, n, PID));
}

static query_status next_process(struct privileges *p, bool *ret_found)
{
    query_status status;

    leave_process(p);
    status = token_walk_next(&p->walk, ret_found);
    if (query_failed(status) || !*ret_found)
        return status;
    p->privileges = token_walk_read(&p->walk, TokenPrivileges);
    return p->privileges ? QUERY_OK : query_last_error();
}

static query_status next(query_cursor *c, bool *ret_found)
{
    struct privileges *p = (struct privileges *)c;
    query_status status = QUERY_OK;

    *ret_found = true;
    while (*ret_found && !query_failed(status) &&
           (!p->privileges || p->n_passed == p->privileges->PrivilegeCount))
        status = next_process(p, ret_found);
    p->n_passed += !query_failed(status) && *ret_found;
    return status;
}

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
    const struct privileges *p = (struct privileges *)c;
    const LUID_AND_ATTRIBUTES *privilege = &p->privileges->Privileges[p->n_passed - 1];

    switch (column) {
    case PID:
        query_set_integer(ret, p->walk.pid);
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
    .cursor_size = sizeof(struct privileges),
    .filter = filter,
    .next = next,
    .value = value,
    .done = done,
};
