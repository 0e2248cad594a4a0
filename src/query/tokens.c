/* SPDX-License-Identifier: MIT */
/* The primary tokens of processes. */
#include <sddl.h>

#include "base/luid.h"
#include "query/tables.h"
#include "query/token_walk.h"
#include "query/words.h"

enum column {
    PID,
    TOKEN_ID,
    SESSION,
    ORIGIN,
    MODIFIED_ID,
    TYPE,
    LEVEL,
    USER_SID,
    OWNER_SID,
    PRIMARY_GROUP_SID,
    INTEGRITY,
    INTEGRITY_NAME,
    ELEVATED,
    ELEVATION,
    RESTRICTED,
    WTS_SESSION,
    SOURCE,
    GROUPS,
    PRIVILEGES,
    N_COLUMNS,
};

static const struct query_column columns[N_COLUMNS] = {
    [PID] = { "pid", QUERY_INTEGER, QUERY_KEY | QUERY_UNIQUE },
    [TOKEN_ID] = { "token_id", QUERY_INTEGER },
    [SESSION] = { "session", QUERY_INTEGER },
    [ORIGIN] = { "origin", QUERY_INTEGER },
    [MODIFIED_ID] = { "modified_id", QUERY_INTEGER },
    [TYPE] = { "type", QUERY_TEXT },
    [LEVEL] = { "level", QUERY_TEXT },
    [USER_SID] = { "user_sid", QUERY_TEXT },
    [OWNER_SID] = { "owner_sid", QUERY_TEXT },
    [PRIMARY_GROUP_SID] = { "primary_group_sid", QUERY_TEXT },
    [INTEGRITY] = { "integrity", QUERY_INTEGER },
    [INTEGRITY_NAME] = { "integrity_name", QUERY_TEXT },
    [ELEVATED] = { "elevated", QUERY_BOOL },
    [ELEVATION] = { "elevation", QUERY_TEXT },
    [RESTRICTED] = { "restricted", QUERY_BOOL },
    [WTS_SESSION] = { "session_id", QUERY_INTEGER },
    [SOURCE] = { "source", QUERY_TEXT },
    [GROUPS] = { "groups", QUERY_INTEGER },
    [PRIVILEGES] = { "privileges", QUERY_INTEGER },
};

struct tokens {
    query_cursor base;
    struct token_walk walk;
    TOKEN_STATISTICS *statistics; /* of the row; NULL: not read yet */
};

static void leave_row(struct tokens *t)
{
    free(TAKE(t->statistics));
}

static void done(query_cursor *c)
{
    struct tokens *t = container_of(c, struct tokens, base);

    leave_row(t);
    token_walk_done(&t->walk);
}

static query_status filter(query_cursor *c, const struct query_match *matches, size_t n)
{
    struct tokens *t = container_of(c, struct tokens, base);

    leave_row(t);
    return token_walk_start(&t->walk, query_match_of(matches, n, PID));
}

static query_status next(query_cursor *c, bool *ret_found)
{
    struct tokens *t = container_of(c, struct tokens, base);

    leave_row(t);
    return token_walk_next(&t->walk, ret_found);
}

/* --- values ----------------------------------------------------------------------------------- */

static query_status statistics_value(struct tokens *t, size_t column, struct query_value *ret)
{
    const TOKEN_STATISTICS *s;

    if (!t->statistics)
        t->statistics = token_walk_read(&t->walk, TokenStatistics);
    s = t->statistics;
    if (!s)
        return query_last_error();
    switch (column) {
    case TOKEN_ID:
        query_set_integer(ret, (int64_t)luid_to_u64(s->TokenId));
        return QUERY_OK;
    case SESSION:
        query_set_integer(ret, (int64_t)luid_to_u64(s->AuthenticationId));
        return QUERY_OK;
    case MODIFIED_ID:
        query_set_integer(ret, (int64_t)luid_to_u64(s->ModifiedId));
        return QUERY_OK;
    case TYPE:
        return query_set_text(ret, s->TokenType == TokenPrimary ? "Primary" : "Impersonation");
    case LEVEL:
        return query_set_text(
            ret, s->TokenType == TokenPrimary ? NULL : word_of_level(s->ImpersonationLevel));
    case GROUPS:
        query_set_integer(ret, s->GroupCount);
        return QUERY_OK;
    default:
        query_set_integer(ret, s->PrivilegeCount);
        return QUERY_OK;
    }
}

/* The information that a column comes from; 0: the statistics, or none. */
static const TOKEN_INFORMATION_CLASS classes[N_COLUMNS] = {
    [ORIGIN] = TokenOrigin,
    [USER_SID] = TokenUser,
    [OWNER_SID] = TokenOwner,
    [PRIMARY_GROUP_SID] = TokenPrimaryGroup,
    [INTEGRITY] = TokenIntegrityLevel,
    [INTEGRITY_NAME] = TokenIntegrityLevel,
    [ELEVATED] = TokenElevation,
    [ELEVATION] = TokenElevationType,
    [RESTRICTED] = TokenHasRestrictions,
    [WTS_SESSION] = TokenSessionId,
    [SOURCE] = TokenSource,
};

static DWORD last_rid(PSID sid)
{
    return *GetSidSubAuthority(sid, (DWORD)*GetSidSubAuthorityCount(sid) - 1);
}

static query_status read_information(const void *information, size_t column,
                                     struct query_value *ret)
{
    const TOKEN_SOURCE *source = information;

    switch (column) {
    case ORIGIN:
        query_set_integer(ret, (int64_t)luid_to_u64(
                                   ((const TOKEN_ORIGIN *)information)->OriginatingLogonSession));
        return QUERY_OK;
    case USER_SID:
        return query_set_sid(ret, ((const TOKEN_USER *)information)->User.Sid);
    case OWNER_SID:
        return query_set_sid(ret, ((const TOKEN_OWNER *)information)->Owner);
    case PRIMARY_GROUP_SID:
        return query_set_sid(ret, ((const TOKEN_PRIMARY_GROUP *)information)->PrimaryGroup);
    case INTEGRITY:
        query_set_integer(ret, last_rid(((const TOKEN_MANDATORY_LABEL *)information)->Label.Sid));
        return QUERY_OK;
    case INTEGRITY_NAME:
        return query_set_text(ret, word_of_integrity(last_rid(
                                       ((const TOKEN_MANDATORY_LABEL *)information)->Label.Sid)));
    case ELEVATED:
        query_set_bool(ret, ((const TOKEN_ELEVATION *)information)->TokenIsElevated != 0);
        return QUERY_OK;
    case ELEVATION:
        return query_set_text(ret, word_of_elevation(*(const TOKEN_ELEVATION_TYPE *)information));
    case RESTRICTED:
        query_set_bool(ret, *(const DWORD *)information != 0);
        return QUERY_OK;
    case SOURCE:
        return query_set_raw_text(ret, source->SourceName,
                                  strnlen(source->SourceName, sizeof(source->SourceName)));
    default:
        query_set_integer(ret, *(const DWORD *)information);
        return QUERY_OK;
    }
}

static query_status value(query_cursor *c, size_t column, struct query_value *ret)
{
    struct tokens *t = container_of(c, struct tokens, base);
    _cleanup_(freep) void *information = NULL;

    if (column == PID) {
        query_set_integer(ret, t->walk.pid);
        return QUERY_OK;
    }
    if (classes[column] == 0)
        return statistics_value(t, column, ret);
    information = token_walk_read(&t->walk, classes[column]);
    return information ? read_information(information, column, ret) : query_last_error();
}

const struct query_table query_tokens_table = {
    .name = "tokens",
    .summary = "primary tokens of processes",
    .columns = columns,
    .n_columns = N_COLUMNS,
    .rows_expected = 1000,
    .cursor_size = sizeof(struct tokens),
    .filter = filter,
    .next = next,
    .value = value,
    .done = done,
};
