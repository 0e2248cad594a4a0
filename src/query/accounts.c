/* SPDX-License-Identifier: MIT */
/* Accounts: users, groups, and what is well known. */
#include <stdio.h>
#include <string.h>

#include <lm.h>

#include "query/account_rows.h"
#include "query/tables.h"
#include "query/words.h"

enum column {
    NAME,
    DOMAIN,
    SID_COLUMN,
    KIND,
    SID_USE,
    SID_USE_NAME,
    ID,
    FULL_NAME,
    COMMENT,
    IS_OPENLOGON,
    DISABLED,
    LOCKED,
    PASSWORD_REQUIRED,
    PASSWORD_CHANGEABLE,
    PASSWORD_EXPIRES,
    /* of OpenLogon's, told to administrators and to the account itself */
    PASSWORD_LAST_SET,
    PASSWORD_CAN_CHANGE,
    PASSWORD_MUST_CHANGE,
    EXPIRES,
    LAST_LOGON,
    LAST_BAD_PASSWORD,
    LOCKED_UNTIL,
    BAD_PASSWORDS,
    LOGONS,
    HOME_DIRECTORY,
    PROFILE_PATH,
    SCRIPT_PATH,
    /* for CIM */
    CAPTION,
    DOMAIN_OR_MACHINE,
    STATUS,
    ACCOUNT_TYPE,
    N_COLUMNS,
};

static const struct query_column columns[N_COLUMNS] = {
    [NAME] = { "name", QUERY_TEXT, QUERY_KEY },
    [DOMAIN] = { "domain", QUERY_TEXT },
    [SID_COLUMN] = { "sid", QUERY_TEXT, QUERY_KEY | QUERY_UNIQUE },
    [KIND] = { "kind", QUERY_TEXT, QUERY_KEY },
    [SID_USE] = { "sid_use", QUERY_INTEGER },
    [SID_USE_NAME] = { "sid_use_name", QUERY_TEXT },
    [ID] = { "id", QUERY_INTEGER },
    [FULL_NAME] = { "full_name", QUERY_TEXT },
    [COMMENT] = { "comment", QUERY_TEXT },
    [IS_OPENLOGON] = { "is_openlogon", QUERY_BOOL },
    [DISABLED] = { "disabled", QUERY_BOOL },
    [LOCKED] = { "locked", QUERY_BOOL },
    [PASSWORD_REQUIRED] = { "password_required", QUERY_BOOL },
    [PASSWORD_CHANGEABLE] = { "password_changeable", QUERY_BOOL },
    [PASSWORD_EXPIRES] = { "password_expires", QUERY_BOOL },
    [PASSWORD_LAST_SET] = { "password_last_set", QUERY_TIME },
    [PASSWORD_CAN_CHANGE] = { "password_can_change", QUERY_TIME },
    [PASSWORD_MUST_CHANGE] = { "password_must_change", QUERY_TIME },
    [EXPIRES] = { "expires", QUERY_TIME },
    [LAST_LOGON] = { "last_logon", QUERY_TIME },
    [LAST_BAD_PASSWORD] = { "last_bad_password", QUERY_TIME },
    [LOCKED_UNTIL] = { "locked_until", QUERY_TIME },
    [BAD_PASSWORDS] = { "bad_passwords", QUERY_INTEGER },
    [LOGONS] = { "logons", QUERY_INTEGER },
    [HOME_DIRECTORY] = { "home_directory", QUERY_TEXT },
    [PROFILE_PATH] = { "profile_path", QUERY_TEXT },
    [SCRIPT_PATH] = { "script_path", QUERY_TEXT },
    [CAPTION] = { "caption", QUERY_TEXT, QUERY_HIDDEN },
    [DOMAIN_OR_MACHINE] = { "domain_or_machine", QUERY_TEXT, QUERY_HIDDEN },
    [STATUS] = { "status", QUERY_TEXT, QUERY_HIDDEN },
    [ACCOUNT_TYPE] = { "account_type", QUERY_INTEGER, QUERY_HIDDEN },
};

struct accounts {
    query_cursor base;
    struct account_rows list;
    size_t n_passed; /* the row is the last of these */
};

static void done(query_cursor *c)
{
    struct accounts *a = container_of(c, struct accounts, base);

    account_rows_done(&a->list);
    a->n_passed = 0;
}

static const struct {
    const char *word;
    enum account_kind kind;
} kinds[] = {
    { "user", ACCOUNT_USER },
    { "group", ACCOUNT_GROUP },
    { "system", ACCOUNT_SYSTEM },
};

/* 0: there is no such kind. */
static unsigned kinds_wanted(const struct query_value *kind)
{
    if (!kind)
        return ACCOUNT_ANY;
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        if (kind->kind == QUERY_TEXT && query_same_text(kinds[i].word, kind->text))
            return kinds[i].kind;
    }
    return 0;
}

static query_status filter(query_cursor *c, const struct query_match *matches, size_t n)
{
    struct accounts *a = container_of(c, struct accounts, base);
    const struct query_value *sid = query_match_of(matches, n, SID_COLUMN);
    const struct query_value *name = query_match_of(matches, n, NAME);

    done(c);
    if (sid)
        return sid->kind == QUERY_TEXT ? account_rows_of_sid(&a->list, sid->text) : QUERY_OK;
    if (name)
        return name->kind == QUERY_TEXT ? account_rows_named(&a->list, name->text) : QUERY_OK;
    return account_rows_all(&a->list, kinds_wanted(query_match_of(matches, n, KIND)));
}

static query_status next(query_cursor *c, bool *ret_found)
{
    struct accounts *a = container_of(c, struct accounts, base);

    *ret_found = a->n_passed < a->list.n;
    a->n_passed += *ret_found;
    return QUERY_OK;
}

/* --- values --------------------------------------------------------------------------------- */

static query_status details_value(const OPENLOGON_ACCOUNT *account, size_t column,
                                  struct query_value *ret)
{
    const struct {
        size_t column;
        int64_t time;
    } times[] = {
        { PASSWORD_LAST_SET, account->password_last_set.QuadPart },
        { PASSWORD_CAN_CHANGE, account->password_can_change.QuadPart },
        { PASSWORD_MUST_CHANGE, account->password_must_change.QuadPart },
        { EXPIRES, account->expires.QuadPart },
        { LAST_LOGON, account->last_logon.QuadPart },
        { LAST_BAD_PASSWORD, account->last_bad_password.QuadPart },
        { LOCKED_UNTIL, account->locked_until.QuadPart },
    };
    const struct {
        size_t column;
        const char *text;
    } texts[] = {
        { HOME_DIRECTORY, account->home_directory },
        { PROFILE_PATH, account->profile_path },
        { SCRIPT_PATH, account->script_path },
    };

    for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
        if (times[i].column == column)
            query_set_time(ret, times[i].time);
    }
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        if (texts[i].column == column && texts[i].text && *texts[i].text)
            return query_set_text(ret, texts[i].text);
    }
    if (column == BAD_PASSWORDS)
        query_set_integer(ret, account->bad_passwords);
    if (column == LOGONS)
        query_set_integer(ret, account->logons);
    return QUERY_OK;
}

static query_status openlogon_value(const OPENLOGON_ACCOUNT *account, size_t column,
                                    struct query_value *ret)
{
    static const struct {
        size_t column;
        DWORD flag;
        bool truth; /* when the flag is there */
    } flags[] = {
        { DISABLED, UF_ACCOUNTDISABLE, true },
        { LOCKED, UF_LOCKOUT, true },
        { PASSWORD_REQUIRED, UF_PASSWD_NOTREQD, false },
        { PASSWORD_CHANGEABLE, UF_PASSWD_CANT_CHANGE, false },
        { PASSWORD_EXPIRES, UF_DONT_EXPIRE_PASSWD, false },
    };

    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        if (flags[i].column == column) {
            query_set_bool(ret, ((account->flags & flags[i].flag) != 0) == flags[i].truth);
            return QUERY_OK;
        }
    }
    return account->details ? details_value(account, column, ret) : QUERY_OK;
}

static const char *kind_word(enum account_kind kind)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        if (kinds[i].kind == kind)
            return kinds[i].word;
    }
    return NULL;
}

/* What is in no domain is the machine's, as Windows has it: the name is a key there. */
static query_status domain_or_machine(const struct account_row *row, struct query_value *ret)
{
    OPENLOGON_AUTHORITY authority;

    if (row->domain)
        return query_set_text(ret, row->domain);
    return openlogon_query_authority(&authority) ? query_set_text(ret, authority.machine_name)
                                                 : query_last_error();
}

static query_status caption(const struct account_row *row, struct query_value *ret)
{
    _cleanup_(query_value_done) struct query_value domain = { 0 };
    query_status status = domain_or_machine(row, &domain);
    char *text;

    if (query_failed(status))
        return status;
    return query_take_text(ret,
                           asprintf(&text, "%s\\%s", domain.text, row->name) < 0 ? NULL : text);
}

/* Source: Learn, Win32_UserAccount; an account that cannot be used is degraded. */
static const char *account_status(const struct account_row *row)
{
    const DWORD unusable = UF_ACCOUNTDISABLE | UF_LOCKOUT;

    return row->openlogon && row->openlogon->flags & unusable ? "Degraded" : "OK";
}

static query_status cim_value(const struct account_row *row, size_t column, struct query_value *ret)
{
    switch (column) {
    case CAPTION:
        return caption(row, ret);
    case DOMAIN_OR_MACHINE:
        return domain_or_machine(row, ret);
    case STATUS:
        return query_set_text(ret, account_status(row));
    default:
        if (row->kind == ACCOUNT_USER)
            query_set_integer(ret, UF_NORMAL_ACCOUNT);
        return QUERY_OK;
    }
}

static query_status value(query_cursor *c, size_t column, struct query_value *ret)
{
    const struct accounts *a = container_of(c, struct accounts, base);
    const struct account_row *row = &a->list.rows[a->n_passed - 1];

    switch (column) {
    case NAME:
        return query_set_text(ret, row->name);
    case DOMAIN:
        return query_set_text(ret, row->domain);
    case SID_COLUMN:
        return query_set_text(ret, row->sid);
    case KIND:
        return query_set_text(ret, kind_word(row->kind));
    case SID_USE:
        query_set_integer(ret, row->use);
        return QUERY_OK;
    case SID_USE_NAME:
        return query_set_text(ret, word_of_sid_use(row->use));
    case ID:
        if (row->id != UINT32_MAX)
            query_set_integer(ret, row->id);
        return QUERY_OK;
    case FULL_NAME:
        return query_set_text(ret, row->full_name);
    case COMMENT:
        return query_set_text(ret, row->comment);
    case IS_OPENLOGON:
        query_set_bool(ret, row->openlogon != NULL);
        return QUERY_OK;
    default:
        if (column >= CAPTION)
            return cim_value(row, column, ret);
        return row->openlogon ? openlogon_value(row->openlogon, column, ret) : QUERY_OK;
    }
}

const struct query_table query_accounts_table = {
    .name = "accounts",
    .summary = "users, groups and well-known accounts",
    .columns = columns,
    .n_columns = N_COLUMNS,
    .rows_expected = 200,
    .cursor_size = sizeof(struct accounts),
    .filter = filter,
    .next = next,
    .value = value,
    .done = done,
};
