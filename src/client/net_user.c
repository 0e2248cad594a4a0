/* SPDX-License-Identifier: MIT */
/* Accounts: NetUser*. */
#include "client/net.h"

#include <stdlib.h>
#include <string.h>

#include "client/account.h"
#include "client/net_user_info.h"
#include "client/text.h"
#include "security/well_known.h"

enum { ACCOUNTS_PER_PAGE = 64, ALIASES_PER_PAGE = 64 };

static bool sid_is_sound(const ProtobufCBinaryData *sid)
{
    return sid_valid(sid->data, sid->len) && sid_length((const SID *)sid->data) == sid->len;
}

static bool accounts_are_sound(const Openlogon__AccountListReply *accounts)
{
    for (size_t i = 0; i < accounts->n_accounts; i++) {
        if (!sid_is_sound(&accounts->accounts[i]->sid))
            return false;
    }
    return accounts->n_accounts > 0 || !accounts->more;
}

/* --- which groups an account is in ------------------------------------------------------------ */

/* Asks for a page of the local groups that a SID is in; the reply is the caller's. */
static nt_status ask_groups(struct reply *ret, const ProtobufCBinaryData *sid, bool indirect,
                            uint64_t after)
{
    Openlogon__AliasListRequest list = OPENLOGON__ALIAS_LIST_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ALIAS_LIST, alias_list, &list);

    list.member = *sid;
    list.indirect = indirect;
    list.after = after;
    list.max = ALIASES_PER_PAGE;
    return authority_call(AS_THREAD, &request, REPLY_OF(ALIASES), ret, NULL);
}

static DWORD privilege_of_group(const Openlogon__AliasInfo *alias)
{
    static const struct {
        int type; /* WELL_KNOWN_SID_TYPE */
        DWORD privilege;
    } privileges[] = {
        { WinBuiltinAdministratorsSid, USER_PRIV_ADMIN },
        { WinBuiltinGuestsSid, USER_PRIV_GUEST },
    };

    for (size_t i = 0; i < ARRAY_SIZE(privileges); i++) {
        sid_buffer sid;

        if (!nt_failed(well_known_make(&sid, privileges[i].type, NULL)) &&
            sid_is_sound(&alias->sid) && sid_equal(&sid.sid, (const SID *)alias->sid.data))
            return privileges[i].privilege;
    }
    return USER_PRIV_USER;
}

/* BUILTIN's groups have the lowest ids: the first page has them. */
static nt_status find_privilege(DWORD *ret, const Openlogon__AccountInfo *info)
{
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = ask_groups(&reply, &info->sid, true, 0);

    if (nt_failed(st))
        return st;
    *ret = USER_PRIV_USER;
    for (size_t i = 0; i < reply.message->aliases->n_aliases && *ret != USER_PRIV_ADMIN; i++) {
        DWORD found = privilege_of_group(reply.message->aliases->aliases[i]);

        if (found != USER_PRIV_USER)
            *ret = found;
    }
    return NT_OK;
}

/* --- asking ----------------------------------------------------------------------------------- */

static nt_status get_account(struct reply *ret, const char *name)
{
    Openlogon__AccountGetRequest get = OPENLOGON__ACCOUNT_GET_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ACCOUNT_GET, account_get, &get);
    nt_status st;

    get.name = net_sent(name);
    st = authority_call(AS_THREAD, &request, REPLY_OF(ACCOUNTS), ret, NULL);
    if (nt_failed(st))
        return st;
    if (ret->message->accounts->n_accounts != 1 || !accounts_are_sound(ret->message->accounts))
        return NT(REPLY_MESSAGE_MISMATCH);
    return NT_OK;
}

static nt_status put_account(struct net_block *b, size_t at, DWORD level,
                             const Openlogon__AccountInfo *info)
{
    struct net_user user = { .info = info };
    nt_status st = NT_OK;

    if (net_user_needs_details(level) && !info->details)
        return NT(ACCESS_DENIED);
    if (net_user_needs_privilege(level))
        st = find_privilege(&user.privilege, info);
    if (!nt_failed(st))
        net_user_write(b, at, level, &user);
    return st;
}

static nt_status get_info(LPCWSTR server, LPCWSTR username, DWORD level, LPBYTE *ret)
{
    _cleanup_(text_done) char *name = NULL;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    _cleanup_(net_block_done) struct net_block block = { 0 };
    size_t size;
    nt_status st = net_user_level(&size, level, NET_USER_GET);

    if (nt_failed(st))
        return st;
    if (!username || !ret)
        return NT(INVALID_PARAMETER);
    st = net_check_server(server);
    if (!nt_failed(st))
        st = text_from_wide(&name, username);
    if (!nt_failed(st))
        st = get_account(&reply, name);
    if (!nt_failed(st))
        st = put_account(&block, net_block_reserve(&block, 1, size), level,
                         reply.message->accounts->accounts[0]);
    return nt_failed(st) ? st : net_block_finish(&block, ret);
}

NET_API_STATUS NetUserGetInfo(LPCWSTR servername, LPCWSTR username, DWORD level, LPBYTE *bufptr)
{
    return net_result(get_info(servername, username, level, bufptr));
}

/* All pages, kept until it is known how many accounts there are. */
struct pages {
    struct reply *replies;
    size_t n;
    size_t n_accounts;
};

static void pages_done(struct pages *pages)
{
    for (size_t i = 0; i < pages->n; i++)
        reply_done(&pages->replies[i]);
    free(pages->replies);
}

static nt_status fetch_page(struct pages *pages, uint32_t after_rid)
{
    Openlogon__AccountListRequest list = OPENLOGON__ACCOUNT_LIST_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ACCOUNT_LIST, account_list, &list);
    struct reply *longer = reallocarray(pages->replies, pages->n + 1, sizeof(*longer));
    nt_status st;

    if (!longer)
        return NT(NO_MEMORY);
    pages->replies = longer;
    longer[pages->n] = REPLY_NONE;
    list.after_rid = after_rid;
    list.max = ACCOUNTS_PER_PAGE;
    st = authority_call(AS_THREAD, &request, REPLY_OF(ACCOUNTS), &longer[pages->n], NULL);
    if (nt_failed(st))
        return st;
    pages->n++;
    if (!accounts_are_sound(longer[pages->n - 1].message->accounts))
        return NT(REPLY_MESSAGE_MISMATCH);
    pages->n_accounts += longer[pages->n - 1].message->accounts->n_accounts;
    return NT_OK;
}

static nt_status fetch_pages(struct pages *pages)
{
    uint32_t after = 0;

    for (;;) {
        const Openlogon__AccountListReply *page;
        nt_status st = fetch_page(pages, after);

        if (nt_failed(st))
            return st;
        page = pages->replies[pages->n - 1].message->accounts;
        if (!page->more)
            return NT_OK;
        after = sid_rid((const SID *)page->accounts[page->n_accounts - 1]->sid.data);
    }
}

static nt_status put_pages(struct net_block *b, const struct pages *pages, DWORD level, size_t size)
{
    size_t at = net_block_reserve(b, pages->n_accounts, size);

    for (size_t p = 0; p < pages->n; p++) {
        const Openlogon__AccountListReply *page = pages->replies[p].message->accounts;

        for (size_t i = 0; i < page->n_accounts; i++, at += size) {
            nt_status st = put_account(b, at, level, page->accounts[i]);

            if (nt_failed(st))
                return st;
        }
    }
    return NT_OK;
}

static nt_status enumerate(LPCWSTR server, DWORD level, DWORD filter, LPBYTE *ret, DWORD *ret_n)
{
    _cleanup_(pages_done) struct pages pages = { 0 };
    _cleanup_(net_block_done) struct net_block block = { 0 };
    size_t size;
    nt_status st = net_user_level(&size, level, NET_USER_GET);

    if (!nt_failed(st))
        st = net_check_server(server);
    if (!nt_failed(st) && (filter == 0 || filter & FILTER_NORMAL_ACCOUNT))
        st = fetch_pages(&pages);
    if (!nt_failed(st))
        st = put_pages(&block, &pages, level, size);
    if (!nt_failed(st))
        st = net_block_finish(&block, ret);
    if (!nt_failed(st))
        *ret_n = (DWORD)pages.n_accounts;
    return st;
}

NET_API_STATUS NetUserEnum(LPCWSTR servername, DWORD level, DWORD filter, LPBYTE *bufptr,
                           DWORD prefmaxlen, LPDWORD entriesread, LPDWORD totalentries,
                           PDWORD resume_handle)
{
    DWORD n = 0;
    nt_status st;

    if (!bufptr || !entriesread || !totalentries)
        return ERROR_INVALID_PARAMETER;
    st = enumerate(servername, level, filter, bufptr, &n);
    if (nt_failed(st))
        return net_result(st);
    *entriesread = n;
    *totalentries = n;
    if (resume_handle)
        *resume_handle = 0;
    return NERR_Success;
}

/* --- changing --------------------------------------------------------------------------------- */

static ProtobufCBinaryData sent_bytes(const char *text)
{
    return (ProtobufCBinaryData){ text ? strlen(text) : 0, (uint8_t *)(uintptr_t)text };
}

static nt_status read_buffer(struct net_user_change *ret, LPCWSTR server, DWORD level,
                             enum net_user_use use, const void *from, LPDWORD parm_err)
{
    size_t size;
    nt_status st = net_user_level(&size, level, use);

    if (nt_failed(st))
        return st;
    if (!from)
        return NT(INVALID_PARAMETER);
    st = net_check_server(server);
    return nt_failed(st) ? st : net_user_read(ret, from, level, parm_err);
}

static nt_status add_user(struct net_user_change *c)
{
    Openlogon__AccountAddRequest add = OPENLOGON__ACCOUNT_ADD_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ACCOUNT_ADD, account_add, &add);

    if (!c->name)
        return NT(INVALID_PARAMETER);
    c->change.given &= ~(uint32_t)(1 << 11); /* there is nothing to unlock yet */
    c->change.unlock = false;
    add.name = net_sent(c->name);
    add.password = sent_bytes(c->password);
    add.rest = &c->change;
    return net_ask(&request);
}

NET_API_STATUS NetUserAdd(LPCWSTR servername, DWORD level, LPBYTE buf, LPDWORD parm_err)
{
    _cleanup_(net_user_change_done) struct net_user_change c = { 0 };
    nt_status st = read_buffer(&c, servername, level, NET_USER_ADD, buf, parm_err);

    return net_result(nt_failed(st) ? st : add_user(&c));
}

static nt_status reset_password(const char *name, const char *password)
{
    Openlogon__AccountSetPasswordRequest set = OPENLOGON__ACCOUNT_SET_PASSWORD_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ACCOUNT_SET_PASSWORD, account_set_password, &set);

    set.name = net_sent(name);
    set.new_password = sent_bytes(password);
    return net_ask(&request);
}

static nt_status change_user(const char *name, struct net_user_change *c)
{
    Openlogon__AccountSetRequest set = OPENLOGON__ACCOUNT_SET_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ACCOUNT_SET, account_set, &set);

    set.name = net_sent(name);
    set.change = &c->change;
    return net_ask(&request);
}

/* Levels with other fields, too, name the account and do not rename it. */
static nt_status set_info(const char *name, DWORD level, struct net_user_change *c)
{
    nt_status st = NT_OK;

    if (level == 0) {
        if (!c->name)
            return NT(INVALID_PARAMETER);
        c->change.name = c->name;
        c->change.given |= 1 << 2;
    }
    if (c->password)
        st = reset_password(name, c->password);
    if (nt_failed(st) || (c->change.given == 0 && c->change.flags_mask == 0))
        return st;
    return change_user(name, c);
}

NET_API_STATUS NetUserSetInfo(LPCWSTR servername, LPCWSTR username, DWORD level, LPBYTE buf,
                              LPDWORD parm_err)
{
    _cleanup_(net_user_change_done) struct net_user_change c = { 0 };
    _cleanup_(text_done) char *name = NULL;
    nt_status st = read_buffer(&c, servername, level, NET_USER_SET, buf, parm_err);

    if (!nt_failed(st))
        st = username ? text_from_wide(&name, username) : NT(INVALID_PARAMETER);
    return net_result(nt_failed(st) ? st : set_info(name, level, &c));
}

static nt_status delete_user(LPCWSTR server, LPCWSTR username)
{
    Openlogon__AccountDeleteRequest delete = OPENLOGON__ACCOUNT_DELETE_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ACCOUNT_DELETE, account_delete, &delete);
    _cleanup_(text_done) char *name = NULL;
    nt_status st = username ? net_check_server(server) : NT(INVALID_PARAMETER);

    if (!nt_failed(st))
        st = text_from_wide(&name, username);
    if (nt_failed(st))
        return st;
    delete.name = net_sent(name);
    return net_ask(&request);
}

NET_API_STATUS NetUserDel(LPCWSTR servername, LPCWSTR username)
{
    return net_result(delete_user(servername, username));
}

/* An old password that is empty is checked, too: an administrator's as well. */
static nt_status change_password(const char *name, const char *old, const char *new)
{
    Openlogon__AccountSetPasswordRequest set = OPENLOGON__ACCOUNT_SET_PASSWORD_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ACCOUNT_SET_PASSWORD, account_set_password, &set);

    set.name = net_sent(name);
    set.old_password = sent_bytes(old);
    set.new_password = sent_bytes(new);
    set.check_old = true;
    return net_ask(&request);
}

NET_API_STATUS NetUserChangePassword(LPCWSTR domainname, LPCWSTR username, LPCWSTR oldpassword,
                                     LPCWSTR newpassword)
{
    _cleanup_(text_done) char *name = NULL, *old = NULL, *new = NULL;
    nt_status st = username && newpassword ? NT_OK : NT(INVALID_PARAMETER);

    if (!nt_failed(st))
        st = net_check_server(domainname);
    if (!nt_failed(st))
        st = text_from_wide(&name, username);
    if (!nt_failed(st))
        st = text_from_wide(&old, oldpassword);
    if (!nt_failed(st))
        st = text_from_wide(&new, newpassword);
    return net_result(nt_failed(st) ? st : change_password(name, old, new));
}

/* --- NetUserGetLocalGroups -------------------------------------------------------------------- */

/* Structures and the texts behind them are of one block: so names wait until all are known. */
struct names {
    char **names;
    size_t n;
};

static void names_done(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->names[i]);
    free((void *)names->names);
}

static nt_status add_names(struct names *names, const Openlogon__AliasListReply *page,
                           uint64_t *after)
{
    char **longer =
        reallocarray((void *)names->names, names->n + page->n_aliases + 1, sizeof(*longer));

    if (!longer)
        return NT(NO_MEMORY);
    names->names = longer;
    for (size_t i = 0; i < page->n_aliases; i++) {
        longer[names->n] = strdup(page->aliases[i]->name);
        if (!longer[names->n])
            return NT(NO_MEMORY);
        names->n++;
        *after = page->aliases[i]->id;
    }
    return NT_OK;
}

static nt_status fetch_names(struct names *names, const ProtobufCBinaryData *sid, bool indirect)
{
    uint64_t after = 0;
    bool more = true;
    nt_status st = NT_OK;

    while (more && !nt_failed(st)) {
        _cleanup_(reply_done) struct reply reply = REPLY_NONE;

        st = ask_groups(&reply, sid, indirect, after);
        if (nt_failed(st))
            return st;
        more = reply.message->aliases->more && reply.message->aliases->n_aliases > 0;
        st = add_names(names, reply.message->aliases, &after);
    }
    return st;
}

/* Unix users may be in local groups, too. */
static nt_status names_of_groups(struct names *names, LPCWSTR username, bool indirect)
{
    _cleanup_(text_done) char *name = NULL;
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st = text_from_wide(&name, username);

    if (!nt_failed(st))
        st = account_by_name(&account, name);
    if (NT_IS(st, NONE_MAPPED))
        return NT(NO_SUCH_USER);
    if (nt_failed(st))
        return st;
    const ProtobufCBinaryData sid = { sid_length(&account.sid.sid), account.sid.bytes };
    return fetch_names(names, &sid, indirect);
}

static nt_status local_groups(LPCWSTR server, LPCWSTR username, DWORD flags, LPBYTE *ret,
                              DWORD *ret_n)
{
    _cleanup_(names_done) struct names names = { 0 };
    _cleanup_(net_block_done) struct net_block block = { 0 };
    size_t at;
    nt_status st = net_check_server(server);

    if (!nt_failed(st))
        st = names_of_groups(&names, username, flags & LG_INCLUDE_INDIRECT);
    if (nt_failed(st))
        return st;
    at = net_block_reserve(&block, names.n, sizeof(LOCALGROUP_USERS_INFO_0));
    for (size_t i = 0; i < names.n; i++, at += sizeof(LOCALGROUP_USERS_INFO_0))
        net_block_text(&block, at, names.names[i]);
    *ret_n = (DWORD)names.n;
    return net_block_finish(&block, ret);
}

NET_API_STATUS NetUserGetLocalGroups(LPCWSTR servername, LPCWSTR username, DWORD level, DWORD flags,
                                     LPBYTE *bufptr, DWORD prefmaxlen, LPDWORD entriesread,
                                     LPDWORD totalentries)
{
    DWORD n = 0;
    nt_status st;

    if (level != 0)
        return ERROR_INVALID_LEVEL;
    if (!username || !bufptr || !entriesread || !totalentries ||
        flags & ~(DWORD)LG_INCLUDE_INDIRECT)
        return ERROR_INVALID_PARAMETER;
    st = local_groups(servername, username, flags, bufptr, &n);
    if (nt_failed(st))
        return net_result(st);
    *entriesread = n;
    *totalentries = n;
    return NERR_Success;
}
