/* SPDX-License-Identifier: MIT */
/* Who has which logon right or privilege by the policy. */
#include <string.h>

#include "base/utf16.h"
#include "query/right_names.h"
#include "query/tables.h"

static const struct query_column columns[QUERY_RIGHTS_N_COLUMNS] = {
    [QUERY_RIGHTS_RIGHT] = { "right", QUERY_TEXT, QUERY_KEY },
    [QUERY_RIGHTS_KIND] = { "kind", QUERY_TEXT },
    [QUERY_RIGHTS_SID] = { "sid", QUERY_TEXT },
    [QUERY_RIGHTS_ACCOUNT] = { "account", QUERY_TEXT, QUERY_HIDDEN },
};

/* Right after right, with those who have it. */
struct rights {
    query_cursor base;
    LSA_HANDLE policy;          /* opened when it is needed; NULL: not yet */
    char only[RIGHT_NAME_SIZE]; /* the one that is looked for; empty: all */
    size_t n_rights;            /* that have been begun */
    char right[RIGHT_NAME_SIZE];
    LSA_ENUMERATION_INFORMATION *holders; /* LsaFreeMemory */
    ULONG n_holders, n_passed;            /* the row is the last of these */
};

static void leave_right(struct rights *r)
{
    if (r->holders)
        LsaFreeMemory(r->holders);
    r->holders = NULL;
    r->n_holders = r->n_passed = 0;
}

static void done(query_cursor *c)
{
    struct rights *r = container_of(c, struct rights, base);

    leave_right(r);
    if (r->policy)
        LsaClose(r->policy);
}

static query_status filter(query_cursor *c, const struct query_match *matches, size_t n)
{
    struct rights *r = container_of(c, struct rights, base);
    const struct query_value *right = query_match_of(matches, n, QUERY_RIGHTS_RIGHT);

    leave_right(r);
    r->n_rights = 0;
    r->only[0] = '\0';
    if (right && right->kind == QUERY_TEXT && strlen(right->text) < RIGHT_NAME_SIZE)
        strcpy(r->only, right->text);
    if (r->policy)
        return QUERY_OK;
    return query_of_nt(
        LsaOpenPolicy(NULL, NULL, POLICY_LOOKUP_NAMES | POLICY_VIEW_LOCAL_INFORMATION, &r->policy));
}

static query_status read_holders(struct rights *r)
{
    WCHAR *units = NULL;
    LSA_UNICODE_STRING name;
    PVOID buffer = NULL;
    NTSTATUS status;
    size_t n;

    if (nt_failed(utf8_to_utf16(&units, &n, r->right, strlen(r->right))))
        return QUERY_NO_MEMORY;
    name = (LSA_UNICODE_STRING){ (USHORT)(n * sizeof(WCHAR)), (USHORT)(n * sizeof(WCHAR)), units };
    status = LsaEnumerateAccountsWithUserRight(r->policy, &name, &buffer, &r->n_holders);
    free(units);
    if (status == STATUS_NO_MORE_ENTRIES)
        return QUERY_OK;
    r->holders = buffer;
    return query_of_nt(status);
}

static query_status next_right(struct rights *r, bool *ret_found)
{
    leave_right(r);
    do {
        *ret_found = right_name_at(r->n_rights++, r->right);
    } while (*ret_found && r->only[0] && !query_same_text(r->only, r->right));
    return *ret_found ? read_holders(r) : QUERY_OK;
}

static query_status next(query_cursor *c, bool *ret_found)
{
    struct rights *r = container_of(c, struct rights, base);
    query_status status = QUERY_OK;

    *ret_found = true;
    while (*ret_found && !query_failed(status) && r->n_passed == r->n_holders)
        status = next_right(r, ret_found);
    r->n_passed += !query_failed(status) && *ret_found;
    return status;
}

static query_status value(query_cursor *c, size_t column, struct query_value *ret)
{
    const struct rights *r = container_of(c, struct rights, base);
    const PSID sid = r->holders[r->n_passed - 1].Sid;

    switch (column) {
    case QUERY_RIGHTS_RIGHT:
        return query_set_text(ret, r->right);
    case QUERY_RIGHTS_KIND:
        return query_set_text(ret, right_is_of_logon(r->right) ? "logon right" : "privilege");
    case QUERY_RIGHTS_SID:
        return query_set_sid(ret, sid);
    default:
        return query_set_account(ret, sid);
    }
}

const struct query_table query_rights_table = {
    .name = "rights",
    .summary = "who has which logon right or privilege",
    .columns = columns,
    .n_columns = QUERY_RIGHTS_N_COLUMNS,
    .rows_expected = 100,
    .cursor_size = sizeof(struct rights),
    .filter = filter,
    .next = next,
    .value = value,
    .done = done,
};
