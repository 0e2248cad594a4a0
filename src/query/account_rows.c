/* SPDX-License-Identifier: MIT */
#include "query/account_rows.h"

#include <grp.h>
#include <inttypes.h>
#include <pthread.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lm.h>
#include <sddl.h>

#include "base/utf16.h"
#include "query/value.h"

enum {
    NAME_SIZE = 1024,
    SID_SIZE = 68, /* with 15 sub-authorities */
    SID_TEXT_SIZE = 192,
    RID_OF_ROOT = 500,
};

static void row_done(struct account_row *row)
{
    free(row->name);
    free(row->domain);
    free(row->sid);
    free(row->full_name);
    free(row->comment);
}

void account_rows_done(struct account_rows *list)
{
    for (size_t i = 0; i < list->n; i++)
        row_done(&list->rows[i]);
    for (size_t i = 0; i < list->n_blocks; i++)
        LsaFreeReturnBuffer(list->blocks[i]);
    free(list->rows);
    free(list->blocks);
    *list = (struct account_rows){ 0 };
}

/* Takes the block, also when it fails. */
static bool keep(struct account_rows *list, OPENLOGON_ACCOUNT *block)
{
    OPENLOGON_ACCOUNT **blocks =
        reallocarray(list->blocks, list->n_blocks + 1, sizeof(OPENLOGON_ACCOUNT *));

    if (!blocks) {
        LsaFreeReturnBuffer(block);
        return false;
    }
    list->blocks = blocks;
    list->blocks[list->n_blocks++] = block;
    return true;
}

static bool has(const struct account_rows *list, const char *sid)
{
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->rows[i].sid, sid) == 0)
            return true;
    }
    return false;
}

static struct account_row *add(struct account_rows *list)
{
    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 16;
        struct account_row *rows = reallocarray(list->rows, room, sizeof(*rows));

        if (!rows)
            return NULL;
        list->rows = rows;
        list->room = room;
    }
    list->rows[list->n] = (struct account_row){ .id = UINT32_MAX };
    return &list->rows[list->n];
}

static bool copy(char **ret, const char *text)
{
    free(*ret);
    *ret = text && *text ? strdup(text) : NULL;
    return *ret || !text || !*text;
}

/* --- one account ---------------------------------------------------------------------------- */

static enum account_kind kind_of(SID_NAME_USE use)
{
    switch (use) {
    case SidTypeUser:
        return ACCOUNT_USER;
    case SidTypeGroup:
    case SidTypeAlias:
        return ACCOUNT_GROUP;
    default:
        return ACCOUNT_SYSTEM;
    }
}

/* NT AUTHORITY\SYSTEM and the two services are users to those who look names up. */
static bool is_service_identity(const char *sid)
{
    return strcmp(sid, "S-1-5-18") == 0 || strcmp(sid, "S-1-5-19") == 0 ||
           strcmp(sid, "S-1-5-20") == 0;
}

static query_status describe_openlogon(struct account_row *row, const OPENLOGON_ACCOUNT *account)
{
    row->openlogon = account;
    row->id = account->uid;
    if (!copy(&row->full_name, account->full_name) || !copy(&row->comment, account->comment))
        return QUERY_NO_MEMORY;
    return QUERY_OK;
}

/* A user is OpenLogon's or Unix's: no name is both. */
static query_status describe(struct account_rows *list, struct account_row *row)
{
    OPENLOGON_ACCOUNT *account;
    const struct passwd *user;

    if (row->kind != ACCOUNT_USER)
        return QUERY_OK;
    if (openlogon_account_get(row->name, &account))
        return keep(list, account) ? describe_openlogon(row, account) : QUERY_NO_MEMORY;
    if (GetLastError() != ERROR_NO_SUCH_USER)
        return query_last_error();
    user = getpwnam(row->name);
    if (!user)
        return QUERY_OK;
    row->id = user->pw_uid;
    return copy(&row->full_name, user->pw_gecos) ? QUERY_OK : QUERY_NO_MEMORY;
}

static bool is_domain(SID_NAME_USE use)
{
    return use == SidTypeDomain || use == SidTypeComputer || use == SidTypeLabel;
}

static query_status add_row(struct account_rows *list, const char *sid, const char *name,
                            const char *domain, SID_NAME_USE use)
{
    struct account_row *row = add(list);
    query_status status;

    if (!row)
        return QUERY_NO_MEMORY;
    row->use = use;
    row->kind = is_service_identity(sid) ? ACCOUNT_SYSTEM : kind_of(use);
    if (!copy(&row->sid, sid) || !copy(&row->name, name) || !copy(&row->domain, domain))
        status = QUERY_NO_MEMORY;
    else
        status = describe(list, row);
    if (query_failed(status))
        row_done(row);
    else
        list->n++;
    return status;
}

static bool nobody_has_it(DWORD error)
{
    return error == ERROR_NONE_MAPPED || error == ERROR_INVALID_PARAMETER ||
           error == ERROR_INVALID_SID;
}

static query_status add_sid(struct account_rows *list, const char *sid)
{
    char name[NAME_SIZE], domain[NAME_SIZE];
    DWORD name_size = sizeof(name), domain_size = sizeof(domain);
    SID_NAME_USE use;
    PSID binary;
    BOOL found;

    if (has(list, sid) || !ConvertStringSidToSidA(sid, &binary))
        return QUERY_OK;
    found = LookupAccountSidA(NULL, binary, name, &name_size, domain, &domain_size, &use);
    LocalFree(binary);
    if (!found)
        return nobody_has_it(GetLastError()) ? QUERY_OK : query_last_error();
    return is_domain(use) ? QUERY_OK : add_row(list, sid, name, domain, use);
}

static query_status add_named(struct account_rows *list, const char *name)
{
    DWORD sid[SID_SIZE / sizeof(DWORD)];
    char domain[NAME_SIZE];
    DWORD sid_size = sizeof(sid), domain_size = sizeof(domain);
    char *text;
    SID_NAME_USE use;
    query_status status;

    if (!LookupAccountNameA(NULL, name, sid, &sid_size, domain, &domain_size, &use))
        return nobody_has_it(GetLastError()) ? QUERY_OK : query_last_error();
    if (!ConvertSidToStringSidA(sid, &text))
        return query_last_error();
    status = add_sid(list, text);
    LocalFree(text);
    return status;
}

/* --- users and groups of Unix --------------------------------------------------------------- */

/* docs/architecture.md, "Kernel ids follow from SIDs". */
static uint32_t rid_of_user(uid_t uid)
{
    return uid == 0 ? RID_OF_ROOT : 1000 + 2 * uid;
}

static uint32_t rid_of_group(gid_t gid)
{
    return 1001 + 2 * gid;
}

static query_status add_rid(struct account_rows *list, uint32_t rid)
{
    OPENLOGON_AUTHORITY authority;
    char sid[SID_TEXT_SIZE];
    char *machine;

    if (!openlogon_query_authority(&authority) ||
        !ConvertSidToStringSidA(authority.machine_sid, &machine))
        return query_last_error();
    snprintf(sid, sizeof(sid), "%s-%" PRIu32, machine, rid);
    LocalFree(machine);
    return add_sid(list, sid);
}

/* The ids are read first: what a row is made of uses the name service, too. */
struct rids {
    uint32_t *rids;
    size_t n;
};

static bool note(struct rids *list, uint32_t rid)
{
    uint32_t *rids = reallocarray(list->rids, list->n + 1, sizeof(*rids));

    if (!rids)
        return false;
    list->rids = rids;
    list->rids[list->n++] = rid;
    return true;
}

static query_status add_rids(struct account_rows *list, struct rids *rids, bool complete)
{
    query_status status = complete ? QUERY_OK : QUERY_NO_MEMORY;

    for (size_t i = 0; i < rids->n && !query_failed(status); i++)
        status = add_rid(list, rids->rids[i]);
    free(rids->rids);
    return status;
}

static query_status add_users_of_unix(struct account_rows *list)
{
    const struct passwd *user;
    struct rids rids = { 0 };
    bool complete = true;

    setpwent();
    while (complete && (user = getpwent()))
        complete = note(&rids, rid_of_user(user->pw_uid));
    endpwent();
    return add_rids(list, &rids, complete);
}

static query_status add_groups_of_unix(struct account_rows *list)
{
    const struct group *group;
    struct rids rids = { 0 };
    bool complete = true;

    setgrent();
    while (complete && (group = getgrent()))
        complete = note(&rids, rid_of_group(group->gr_gid));
    endgrent();
    return add_rids(list, &rids, complete);
}

/* --- OpenLogon's ---------------------------------------------------------------------------- */

static query_status add_openlogon(struct account_rows *list, const OPENLOGON_ACCOUNT *account,
                                  const char *machine_name)
{
    struct account_row *row = add(list);
    query_status status;
    char *sid;

    if (!row)
        return QUERY_NO_MEMORY;
    if (!ConvertSidToStringSidA(account->sid, &sid))
        return query_last_error();
    row->kind = ACCOUNT_USER;
    row->use = SidTypeUser;
    status = describe_openlogon(row, account);
    if (!copy(&row->sid, sid) || !copy(&row->name, account->name) ||
        !copy(&row->domain, machine_name))
        status = QUERY_NO_MEMORY;
    LocalFree(sid);
    if (query_failed(status))
        row_done(row);
    else
        list->n++;
    return status;
}

static query_status add_openlogon_accounts(struct account_rows *list)
{
    OPENLOGON_AUTHORITY authority;
    OPENLOGON_ACCOUNT *accounts = NULL;
    query_status status = QUERY_OK;
    DWORD n = 0;

    if (!openlogon_query_authority(&authority) || !openlogon_account_list(&accounts, &n))
        return query_last_error();
    if (!keep(list, accounts))
        return QUERY_NO_MEMORY;
    for (DWORD i = 0; i < n && !query_failed(status); i++)
        status = add_openlogon(list, &accounts[i], authority.machine_name);
    return status;
}

static query_status add_local_group(struct account_rows *list, const LOCALGROUP_INFO_1 *info)
{
    _cleanup_(query_value_done) struct query_value name = { 0 }, comment = { 0 };
    query_status status = query_set_wide(&name, info->lgrpi1_name);
    const size_t n_before = list->n;

    if (!query_failed(status))
        status = query_set_wide(&comment, info->lgrpi1_comment);
    if (!query_failed(status) && name.text)
        status = add_named(list, name.text);
    if (!query_failed(status) && list->n > n_before && comment.text &&
        !copy(&list->rows[list->n - 1].comment, comment.text))
        return QUERY_NO_MEMORY;
    return status;
}

static query_status add_local_groups(struct account_rows *list)
{
    LOCALGROUP_INFO_1 *groups = NULL;
    DWORD n = 0, total = 0;
    NET_API_STATUS result =
        NetLocalGroupEnum(NULL, 1, (LPBYTE *)&groups, MAX_PREFERRED_LENGTH, &n, &total, NULL);
    query_status status = { result == NERR_Success ? ERROR_SUCCESS : result };

    for (DWORD i = 0; i < n && !query_failed(status); i++)
        status = add_local_group(list, &groups[i]);
    (void)NetApiBufferFree(groups);
    return status;
}

/* --- well-known ----------------------------------------------------------------------------- */

/* Those that the documents of Win32_SystemAccount list. */
static const char *const system_sids[] = {
    "S-1-1-0",  "S-1-2-0",  "S-1-2-1",  "S-1-3-0",  "S-1-3-1",  "S-1-3-4",  "S-1-5-1",  "S-1-5-2",
    "S-1-5-3",  "S-1-5-4",  "S-1-5-6",  "S-1-5-7",  "S-1-5-8",  "S-1-5-9",  "S-1-5-10", "S-1-5-11",
    "S-1-5-12", "S-1-5-13", "S-1-5-14", "S-1-5-15", "S-1-5-18", "S-1-5-19", "S-1-5-20",
};

static query_status add_system_accounts(struct account_rows *list)
{
    query_status status = QUERY_OK;

    for (size_t i = 0; i < ARRAY_SIZE(system_sids) && !query_failed(status); i++)
        status = add_sid(list, system_sids[i]);
    return status;
}

/* --- all of it ------------------------------------------------------------------------------ */

static query_status add_all(struct account_rows *list, unsigned kinds)
{
    static const struct {
        enum account_kind kind;
        query_status (*add)(struct account_rows *list);
    } sources[] = {
        { ACCOUNT_USER, add_openlogon_accounts }, { ACCOUNT_USER, add_users_of_unix },
        { ACCOUNT_GROUP, add_local_groups },      { ACCOUNT_GROUP, add_groups_of_unix },
        { ACCOUNT_SYSTEM, add_system_accounts },
    };
    query_status status = QUERY_OK;

    for (size_t i = 0; i < ARRAY_SIZE(sources) && !query_failed(status); i++) {
        if (sources[i].kind & kinds)
            status = sources[i].add(list);
    }
    return status;
}

/* A user and a group may have one name, and a lookup of it gives one of them. */
static query_status add_all_named(struct account_rows *list, const char *name)
{
    query_status status = add_named(list, name);
    const struct passwd *user;
    const struct group *group;

    if (!query_failed(status) && (user = getpwnam(name)))
        status = add_rid(list, rid_of_user(user->pw_uid));
    if (!query_failed(status) && (group = getgrnam(name)))
        status = add_rid(list, rid_of_group(group->gr_gid));
    return status;
}

/* The name service's lists have one place in them for the whole process. */
static pthread_mutex_t name_service = PTHREAD_MUTEX_INITIALIZER;

query_status account_rows_all(struct account_rows *list, unsigned kinds)
{
    query_status status;

    (void)pthread_mutex_lock(&name_service);
    status = add_all(list, kinds);
    (void)pthread_mutex_unlock(&name_service);
    return status;
}

query_status account_rows_named(struct account_rows *list, const char *name)
{
    query_status status;

    (void)pthread_mutex_lock(&name_service);
    status = add_all_named(list, name);
    (void)pthread_mutex_unlock(&name_service);
    return status;
}

query_status account_rows_of_sid(struct account_rows *list, const char *sid)
{
    query_status status;

    (void)pthread_mutex_lock(&name_service);
    status = add_sid(list, sid);
    (void)pthread_mutex_unlock(&name_service);
    return status;
}
