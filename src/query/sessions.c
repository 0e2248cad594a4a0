/* SPDX-License-Identifier: MIT */
/* Logon sessions, as LsaGetLogonSessionData has them. */
#include <stdlib.h>
#include <string.h>

#include <openlogon.h>
#include <sddl.h>

#include "base/luid.h"
#include "query/tables.h"
#include "query/words.h"

enum column {
    LUID_COLUMN,
    USER,
    DOMAIN,
    SID_COLUMN,
    LOGON_TYPE,
    LOGON_TYPE_NAME,
    PACKAGE,
    WTS_SESSION,
    LOGON_TIME,
    LOGON_SERVER,
    DNS_DOMAIN,
    UPN,
    USER_FLAGS,
    LAST_SUCCESS,
    LAST_FAILURE,
    FAILED_ATTEMPTS,
    LOGON_SCRIPT,
    PROFILE_PATH,
    HOME_DIRECTORY,
    LOGOFF_TIME,
    KICK_OFF_TIME,
    PASSWORD_LAST_SET,
    PASSWORD_CAN_CHANGE,
    PASSWORD_MUST_CHANGE,
    /* openlogon_query_session_extra */
    UID,
    TOKENS,
    ENFORCED,
    LINKED,
    ELEVATION,
    /* openlogon_query_login */
    SERVICE,
    TTY,
    REMOTE_HOST,
    REMOTE_USER,
    LEADER,
    AUDIT_SESSION,
    N_COLUMNS,
};

static const struct query_column columns[N_COLUMNS] = {
    [LUID_COLUMN] = { "luid", QUERY_INTEGER, QUERY_KEY | QUERY_UNIQUE },
    [USER] = { "user", QUERY_TEXT, QUERY_KEY },
    [DOMAIN] = { "domain", QUERY_TEXT },
    [SID_COLUMN] = { "sid", QUERY_TEXT, QUERY_KEY },
    [LOGON_TYPE] = { "logon_type", QUERY_INTEGER },
    [LOGON_TYPE_NAME] = { "logon_type_name", QUERY_TEXT },
    [PACKAGE] = { "authentication_package", QUERY_TEXT },
    [WTS_SESSION] = { "session_id", QUERY_INTEGER },
    [LOGON_TIME] = { "logon_time", QUERY_TIME },
    [LOGON_SERVER] = { "logon_server", QUERY_TEXT },
    [DNS_DOMAIN] = { "dns_domain", QUERY_TEXT },
    [UPN] = { "upn", QUERY_TEXT },
    [USER_FLAGS] = { "user_flags", QUERY_INTEGER },
    [LAST_SUCCESS] = { "last_success", QUERY_TIME },
    [LAST_FAILURE] = { "last_failure", QUERY_TIME },
    [FAILED_ATTEMPTS] = { "failed_attempts", QUERY_INTEGER },
    [LOGON_SCRIPT] = { "logon_script", QUERY_TEXT },
    [PROFILE_PATH] = { "profile_path", QUERY_TEXT },
    [HOME_DIRECTORY] = { "home_directory", QUERY_TEXT },
    [LOGOFF_TIME] = { "logoff_time", QUERY_TIME },
    [KICK_OFF_TIME] = { "kick_off_time", QUERY_TIME },
    [PASSWORD_LAST_SET] = { "password_last_set", QUERY_TIME },
    [PASSWORD_CAN_CHANGE] = { "password_can_change", QUERY_TIME },
    [PASSWORD_MUST_CHANGE] = { "password_must_change", QUERY_TIME },
    [UID] = { "uid", QUERY_INTEGER, QUERY_HIDDEN },
    [TOKENS] = { "tokens", QUERY_INTEGER, QUERY_HIDDEN },
    [ENFORCED] = { "enforced", QUERY_BOOL, QUERY_HIDDEN },
    [LINKED] = { "linked", QUERY_INTEGER, QUERY_HIDDEN },
    [ELEVATION] = { "elevation", QUERY_TEXT, QUERY_HIDDEN },
    [SERVICE] = { "service", QUERY_TEXT, QUERY_HIDDEN },
    [TTY] = { "tty", QUERY_TEXT, QUERY_HIDDEN },
    [REMOTE_HOST] = { "remote_host", QUERY_TEXT, QUERY_HIDDEN },
    [REMOTE_USER] = { "remote_user", QUERY_TEXT, QUERY_HIDDEN },
    [LEADER] = { "leader", QUERY_INTEGER, QUERY_HIDDEN },
    [AUDIT_SESSION] = { "audit_session", QUERY_INTEGER, QUERY_HIDDEN },
};

/* What all sessions are, some hundred at a time, by rising LUID. Starts as all zeros. */
struct page {
    OPENLOGON_SESSION *sessions; /* LsaFreeReturnBuffer */
    DWORD n, at;
    LUID position;
    bool is_last;
};

/* Data, extra and login are of the row where it is; the last two are asked for when they are
 * needed: of all sessions by the page, of those that were looked up for each. */
struct sessions {
    query_cursor base;
    LUID *luids; /* LsaFreeReturnBuffer; by rising number */
    DWORD n, at;
    SECURITY_LOGON_SESSION_DATA *data;
    bool extra_asked, login_asked;
    OPENLOGON_SESSION_EXTRA extra;
    const OPENLOGON_LOGIN *login; /* NULL: it is none of PAM's */
    OPENLOGON_LOGIN *own_login;   /* the same, if it was asked for alone: LsaFreeReturnBuffer */
    bool is_of_all;
    struct page page;
};

static void leave_row(struct sessions *s)
{
    LsaFreeReturnBuffer(s->data);
    LsaFreeReturnBuffer(s->own_login);
    s->data = NULL;
    s->login = s->own_login = NULL;
    s->extra_asked = s->login_asked = false;
}

static void done(query_cursor *c)
{
    struct sessions *s = container_of(c, struct sessions, base);

    leave_row(s);
    LsaFreeReturnBuffer(s->luids);
    LsaFreeReturnBuffer(s->page.sessions);
    s->luids = NULL;
    s->n = s->at = 0;
    s->page = (struct page){ 0 };
}

static query_status look_up(struct sessions *s, const struct query_value *luid)
{
    int64_t number;

    if (!query_to_number(luid, &number))
        return QUERY_OK;
    s->luids = malloc(sizeof(*s->luids));
    if (!s->luids)
        return QUERY_NO_MEMORY;
    s->luids[0] = luid_from_u64((uint64_t)number);
    s->n = 1;
    return QUERY_OK;
}

/* Nobody has a name that is none: empty, too long, no UTF-8. */
static bool is_no_name(const char *user)
{
    const DWORD error = GetLastError();

    return user && (error == ERROR_INVALID_PARAMETER || error == ERROR_NO_UNICODE_TRANSLATION);
}

static query_status list(struct sessions *s, const char *user, const char *sid)
{
    PSID binary = NULL;
    query_status status = QUERY_OK;

    if (sid && !ConvertStringSidToSidA(sid, &binary))
        return QUERY_OK; /* nobody has what is none */
    if (!openlogon_find_sessions(user, binary, &s->luids, &s->n) && !is_no_name(user))
        status = query_last_error();
    if (binary)
        LocalFree(binary);
    return status;
}

static const char *text_of(const struct query_value *value)
{
    return value && value->kind == QUERY_TEXT ? value->text : NULL;
}

static query_status filter(query_cursor *c, const struct query_match *matches, size_t n)
{
    struct sessions *s = container_of(c, struct sessions, base);
    const struct query_value *luid = query_match_of(matches, n, LUID_COLUMN);

    done(c);
    s->is_of_all = n == 0;
    if (luid)
        return look_up(s, luid);
    return list(s, text_of(query_match_of(matches, n, USER)),
                text_of(query_match_of(matches, n, SID_COLUMN)));
}

/* One that has ended since it was listed is left out, as one that may not be seen. */
static query_status next(query_cursor *c, bool *ret_found)
{
    struct sessions *s = container_of(c, struct sessions, base);

    leave_row(s);
    *ret_found = false;
    while (s->at < s->n && !*ret_found) {
        NTSTATUS status = LsaGetLogonSessionData(&s->luids[s->at++], &s->data);

        if (status == STATUS_ACCESS_DENIED || status == STATUS_NO_SUCH_LOGON_SESSION)
            continue;
        if (nt_failed(nt_make(status)))
            return query_of_nt(status);
        *ret_found = true;
    }
    return QUERY_OK;
}

/* --- pages ---------------------------------------------------------------------------------- */

/* False: there are no more, or they cannot be had. */
static bool page_turn(struct page *p)
{
    LsaFreeReturnBuffer(p->sessions);
    p->sessions = NULL;
    p->n = p->at = 0;
    if (p->is_last || !openlogon_query_sessions(&p->position, &p->sessions, &p->n, NULL))
        return false;
    p->is_last = luid_to_u64(p->position) == 0;
    return true;
}

/* The session on its page; pages go on, and never back. NULL: it is on none. */
static const OPENLOGON_SESSION *page_find(struct page *p, LUID id)
{
    do {
        while (p->at < p->n && luid_to_u64(p->sessions[p->at].id) < luid_to_u64(id))
            p->at++;
    } while (p->at == p->n && page_turn(p));
    return p->at < p->n && luid_to_u64(p->sessions[p->at].id) == luid_to_u64(id)
               ? &p->sessions[p->at]
               : NULL;
}

static const OPENLOGON_SESSION *on_page(struct sessions *s)
{
    return s->is_of_all ? page_find(&s->page, s->data->LogonId) : NULL;
}

/* --- values --------------------------------------------------------------------------------- */

static query_status data_value(const SECURITY_LOGON_SESSION_DATA *data, size_t column,
                               struct query_value *ret)
{
    switch (column) {
    case LUID_COLUMN:
        query_set_integer(ret, (int64_t)luid_to_u64(data->LogonId));
        return QUERY_OK;
    case SID_COLUMN:
        return query_set_sid(ret, data->Sid);
    case LOGON_TYPE:
        query_set_integer(ret, data->LogonType);
        return QUERY_OK;
    case LOGON_TYPE_NAME:
        return query_set_text(ret, word_of_logon_type(data->LogonType));
    case WTS_SESSION:
        query_set_integer(ret, data->Session);
        return QUERY_OK;
    case USER_FLAGS:
        query_set_integer(ret, data->UserFlags);
        return QUERY_OK;
    case FAILED_ATTEMPTS:
        query_set_integer(ret, data->LastLogonInfo.FailedAttemptCountSinceLastSuccessfulLogon);
        return QUERY_OK;
    default:
        return QUERY_OK;
    }
}

/* Where the texts and times of SECURITY_LOGON_SESSION_DATA are. */
static const struct {
    size_t column, offset;
} texts[] = {
    { USER, offsetof(SECURITY_LOGON_SESSION_DATA, UserName) },
    { DOMAIN, offsetof(SECURITY_LOGON_SESSION_DATA, LogonDomain) },
    { PACKAGE, offsetof(SECURITY_LOGON_SESSION_DATA, AuthenticationPackage) },
    { LOGON_SERVER, offsetof(SECURITY_LOGON_SESSION_DATA, LogonServer) },
    { DNS_DOMAIN, offsetof(SECURITY_LOGON_SESSION_DATA, DnsDomainName) },
    { UPN, offsetof(SECURITY_LOGON_SESSION_DATA, Upn) },
    { LOGON_SCRIPT, offsetof(SECURITY_LOGON_SESSION_DATA, LogonScript) },
    { PROFILE_PATH, offsetof(SECURITY_LOGON_SESSION_DATA, ProfilePath) },
    { HOME_DIRECTORY, offsetof(SECURITY_LOGON_SESSION_DATA, HomeDirectory) },
}, times[] = {
    { LOGON_TIME, offsetof(SECURITY_LOGON_SESSION_DATA, LogonTime) },
    { LAST_SUCCESS, offsetof(SECURITY_LOGON_SESSION_DATA, LastLogonInfo.LastSuccessfulLogon) },
    { LAST_FAILURE, offsetof(SECURITY_LOGON_SESSION_DATA, LastLogonInfo.LastFailedLogon) },
    { LOGOFF_TIME, offsetof(SECURITY_LOGON_SESSION_DATA, LogoffTime) },
    { KICK_OFF_TIME, offsetof(SECURITY_LOGON_SESSION_DATA, KickOffTime) },
    { PASSWORD_LAST_SET, offsetof(SECURITY_LOGON_SESSION_DATA, PasswordLastSet) },
    { PASSWORD_CAN_CHANGE, offsetof(SECURITY_LOGON_SESSION_DATA, PasswordCanChange) },
    { PASSWORD_MUST_CHANGE, offsetof(SECURITY_LOGON_SESSION_DATA, PasswordMustChange) },
};

static void ask_extra(struct sessions *s)
{
    const OPENLOGON_SESSION *session = on_page(s);

    if (session)
        s->extra = session->extra;
    else if (!openlogon_query_session_extra(&s->data->LogonId, &s->extra))
        s->extra = (OPENLOGON_SESSION_EXTRA){ .uid = UINT32_MAX }; /* it has just ended */
    s->extra_asked = true;
}

static query_status extra_value(struct sessions *s, size_t column, struct query_value *ret)
{
    const OPENLOGON_SESSION_EXTRA *extra = &s->extra;

    if (!s->extra_asked)
        ask_extra(s);
    switch (column) {
    case UID:
        if (extra->uid != UINT32_MAX)
            query_set_integer(ret, extra->uid);
        return QUERY_OK;
    case TOKENS:
        query_set_integer(ret, extra->references);
        return QUERY_OK;
    case ENFORCED:
        query_set_bool(ret, extra->enforced);
        return QUERY_OK;
    case LINKED:
        if (luid_to_u64(extra->linked) != 0)
            query_set_integer(ret, (int64_t)luid_to_u64(extra->linked));
        return QUERY_OK;
    default:
        return query_set_text(ret, word_of_elevation(extra->elevation_type));
    }
}

static void ask_login(struct sessions *s)
{
    const OPENLOGON_SESSION *session = on_page(s);

    if (session)
        s->login = *session->login.service ? &session->login : NULL;
    else if (openlogon_query_login(&s->data->LogonId, &s->own_login))
        s->login = s->own_login;
    s->login_asked = true;
}

static query_status login_value(struct sessions *s, size_t column, struct query_value *ret)
{
    const char *text;

    if (!s->login_asked)
        ask_login(s);
    if (!s->login)
        return QUERY_OK;
    switch (column) {
    case LEADER:
        query_set_integer(ret, s->login->leader);
        return QUERY_OK;
    case AUDIT_SESSION:
        if (s->login->audit_session != 0)
            query_set_integer(ret, s->login->audit_session);
        return QUERY_OK;
    case SERVICE:
        text = s->login->service;
        break;
    case TTY:
        text = s->login->tty;
        break;
    case REMOTE_HOST:
        text = s->login->remote_host;
        break;
    default:
        text = s->login->remote_user;
        break;
    }
    return query_set_text(ret, *text ? text : NULL);
}

static query_status value(query_cursor *c, size_t column, struct query_value *ret)
{
    struct sessions *s = container_of(c, struct sessions, base);
    const char *data = (const char *)s->data;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        if (texts[i].column == column)
            return query_set_lsa(ret, (const void *)(data + texts[i].offset));
    }
    for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
        if (times[i].column == column) {
            query_set_time(
                ret, ((const LARGE_INTEGER *)(const void *)(data + times[i].offset))->QuadPart);
            return QUERY_OK;
        }
    }
    if (column >= SERVICE)
        return login_value(s, column, ret);
    return column >= UID ? extra_value(s, column, ret) : data_value(s->data, column, ret);
}

const struct query_table query_sessions_table = {
    .name = "sessions",
    .summary = "logon sessions",
    .columns = columns,
    .n_columns = N_COLUMNS,
    .rows_expected = 100000,
    .cursor_size = sizeof(struct sessions),
    .filter = filter,
    .next = next,
    .value = value,
    .done = done,
};
