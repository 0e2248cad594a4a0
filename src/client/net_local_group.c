/* SPDX-License-Identifier: MIT */
/* Local groups: NetLocalGroup*. */
#include "client/net.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/account.h"
#include "client/text.h"

enum { ALIASES_PER_PAGE = 64, LINKS_PER_PAGE = 512, GIVEN_NEW_NAME = 1, GIVEN_COMMENT = 2 };

/* --- adding, changing, deleting --------------------------------------------------------------- */

/* What a structure of level 0, 1 or 1002 says; owns its texts. */
struct group_texts {
    char *name;
    char *comment;
};

static void group_texts_done(struct group_texts *t)
{
    text_done(&t->name);
    text_done(&t->comment);
}

static nt_status read_texts(struct group_texts *ret, DWORD level, const void *from)
{
    LOCALGROUP_INFO_1 info = { 0 };
    nt_status st;

    if (!from)
        return NT(INVALID_PARAMETER);
    if (level == 1002)
        info.lgrpi1_comment = ((const LOCALGROUP_INFO_1002 *)from)->lgrpi1002_comment;
    else if (level == 1)
        info = *(const LOCALGROUP_INFO_1 *)from;
    else
        info.lgrpi1_name = ((const LOCALGROUP_INFO_0 *)from)->lgrpi0_name;
    st = text_from_wide(&ret->name, info.lgrpi1_name);
    return nt_failed(st) ? st : text_from_wide(&ret->comment, info.lgrpi1_comment);
}

static nt_status add_group(LPCWSTR server, DWORD level, const void *buffer)
{
    Openlogon__AliasAddRequest add = OPENLOGON__ALIAS_ADD_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ALIAS_ADD, alias_add, &add);
    _cleanup_(group_texts_done) struct group_texts texts = { 0 };
    nt_status st = read_texts(&texts, level, buffer);

    if (!nt_failed(st))
        st = texts.name ? net_check_server(server) : NT(INVALID_PARAMETER);
    if (nt_failed(st))
        return st;
    add.name = net_sent(texts.name);
    add.comment = net_sent(texts.comment);
    return net_ask(&request);
}

NET_API_STATUS NetLocalGroupAdd(LPCWSTR servername, DWORD level, LPBYTE buf, LPDWORD parm_err)
{
    if (level > 1)
        return ERROR_INVALID_LEVEL;
    return net_result(add_group(servername, level, buf));
}

static nt_status read_name(char **ret, LPCWSTR server, LPCWSTR groupname)
{
    nt_status st = groupname ? net_check_server(server) : NT(INVALID_PARAMETER);

    return nt_failed(st) ? st : text_from_wide(ret, groupname);
}

static nt_status set_group(LPCWSTR server, LPCWSTR groupname, DWORD level, const void *buffer)
{
    Openlogon__AliasSetRequest set = OPENLOGON__ALIAS_SET_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ALIAS_SET, alias_set, &set);
    _cleanup_(group_texts_done) struct group_texts texts = { 0 };
    _cleanup_(text_done) char *name = NULL;
    nt_status st = read_texts(&texts, level, buffer);

    if (!nt_failed(st))
        st = read_name(&name, server, groupname);
    if (nt_failed(st))
        return st;
    set.name = net_sent(name);
    if (level == 0 && texts.name) {
        set.given |= GIVEN_NEW_NAME;
        set.new_name = net_sent(texts.name);
    }
    if (texts.comment) {
        set.given |= GIVEN_COMMENT;
        set.comment = net_sent(texts.comment);
    }
    return net_ask(&request);
}

NET_API_STATUS NetLocalGroupSetInfo(LPCWSTR servername, LPCWSTR groupname, DWORD level, LPBYTE buf,
                                    LPDWORD parm_err)
{
    if (level > 1 && level != 1002)
        return ERROR_INVALID_LEVEL;
    return net_result(set_group(servername, groupname, level, buf));
}

static nt_status delete_group(LPCWSTR server, LPCWSTR groupname)
{
    Openlogon__AliasDeleteRequest delete = OPENLOGON__ALIAS_DELETE_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ALIAS_DELETE, alias_delete, &delete);
    _cleanup_(text_done) char *name = NULL;
    nt_status st = read_name(&name, server, groupname);

    if (nt_failed(st))
        return st;
    delete.name = net_sent(name);
    return net_ask(&request);
}

NET_API_STATUS NetLocalGroupDel(LPCWSTR servername, LPCWSTR groupname)
{
    return net_result(delete_group(servername, groupname));
}

/* --- telling of groups ------------------------------------------------------------------------ */

/* Replies of pages, kept until all are there. */
struct pages {
    struct reply *replies;
    size_t n;
    size_t n_entries;
};

static void pages_done(struct pages *pages)
{
    for (size_t i = 0; i < pages->n; i++)
        reply_done(&pages->replies[i]);
    free(pages->replies);
}

/* Asks for one more page. */
static nt_status pages_ask(struct pages *pages, Openlogon__Request *request, reply_kind expect)
{
    struct reply *longer = reallocarray(pages->replies, pages->n + 1, sizeof(*longer));
    nt_status st;

    if (!longer)
        return NT(NO_MEMORY);
    pages->replies = longer;
    longer[pages->n] = REPLY_NONE;
    st = authority_call(AS_THREAD, request, expect, &longer[pages->n], NULL);
    if (!nt_failed(st))
        pages->n++;
    return st;
}

/* @name  only this one; NULL: all */
static nt_status fetch_groups(struct pages *pages, const char *name)
{
    Openlogon__AliasListRequest list = OPENLOGON__ALIAS_LIST_REQUEST__INIT;
    bool more = true;

    list.name = net_sent(name);
    list.max = ALIASES_PER_PAGE;
    while (more) {
        Openlogon__Request request = REQUEST(ALIAS_LIST, alias_list, &list);
        const Openlogon__AliasListReply *page;
        nt_status st = pages_ask(pages, &request, REPLY_OF(ALIASES));

        if (nt_failed(st))
            return st;
        page = pages->replies[pages->n - 1].message->aliases;
        more = page->more && page->n_aliases > 0;
        pages->n_entries += page->n_aliases;
        if (page->n_aliases > 0)
            list.after = page->aliases[page->n_aliases - 1]->id;
    }
    return NT_OK;
}

static size_t group_size(DWORD level)
{
    return level == 0 ? sizeof(LOCALGROUP_INFO_0) : sizeof(LOCALGROUP_INFO_1);
}

static void put_groups(struct net_block *b, const struct pages *pages, DWORD level)
{
    size_t at = net_block_reserve(b, pages->n_entries, group_size(level));

    for (size_t p = 0; p < pages->n; p++) {
        const Openlogon__AliasListReply *page = pages->replies[p].message->aliases;

        for (size_t i = 0; i < page->n_aliases; i++, at += group_size(level)) {
            net_block_text(b, at + offsetof(LOCALGROUP_INFO_1, lgrpi1_name),
                           page->aliases[i]->name);
            if (level == 1)
                net_block_text(b, at + offsetof(LOCALGROUP_INFO_1, lgrpi1_comment),
                               page->aliases[i]->comment);
        }
    }
}

static nt_status groups(const char *name, DWORD level, LPBYTE *ret, DWORD *ret_n)
{
    _cleanup_(pages_done) struct pages pages = { 0 };
    _cleanup_(net_block_done) struct net_block block = { 0 };
    nt_status st = fetch_groups(&pages, name);

    if (nt_failed(st))
        return st;
    put_groups(&block, &pages, level);
    *ret_n = (DWORD)pages.n_entries;
    return net_block_finish(&block, ret);
}

NET_API_STATUS NetLocalGroupGetInfo(LPCWSTR servername, LPCWSTR groupname, DWORD level,
                                    LPBYTE *bufptr)
{
    _cleanup_(text_done) char *name = NULL;
    DWORD n;
    nt_status st;

    if (level > 1)
        return ERROR_INVALID_LEVEL;
    if (!groupname || !*groupname || !bufptr)
        return ERROR_INVALID_PARAMETER;
    st = read_name(&name, servername, groupname);
    return net_result(nt_failed(st) ? st : groups(name, level, bufptr, &n));
}

NET_API_STATUS NetLocalGroupEnum(LPCWSTR servername, DWORD level, LPBYTE *bufptr, DWORD prefmaxlen,
                                 LPDWORD entriesread, LPDWORD totalentries, PDWORD_PTR resumehandle)
{
    DWORD n = 0;
    nt_status st;

    if (level > 1)
        return ERROR_INVALID_LEVEL;
    if (!bufptr || !entriesread || !totalentries)
        return ERROR_INVALID_PARAMETER;
    st = net_check_server(servername);
    if (!nt_failed(st))
        st = groups(NULL, level, bufptr, &n);
    if (nt_failed(st))
        return net_result(st);
    *entriesread = n;
    *totalentries = n;
    if (resumehandle)
        *resumehandle = 0;
    return NERR_Success;
}

/* --- telling of members ----------------------------------------------------------------------- */

static bool links_are_sound(const Openlogon__AliasLinksReply *page)
{
    for (size_t i = 0; i < page->n_links; i++) {
        const ProtobufCBinaryData *sid = &page->links[i]->member;

        if (!sid_valid(sid->data, sid->len) || sid_length((const SID *)sid->data) != sid->len)
            return false;
    }
    return true;
}

static nt_status fetch_links(struct pages *pages, const char *name)
{
    Openlogon__AliasLinksRequest links = OPENLOGON__ALIAS_LINKS_REQUEST__INIT;
    bool more = true;

    links.name = net_sent(name);
    links.max = LINKS_PER_PAGE;
    while (more) {
        Openlogon__Request request = REQUEST(ALIAS_LINKS, alias_links, &links);
        const Openlogon__AliasLinksReply *page;
        nt_status st = pages_ask(pages, &request, REPLY_OF(ALIAS_LINKS));

        if (nt_failed(st))
            return st;
        page = pages->replies[pages->n - 1].message->alias_links;
        if (!links_are_sound(page))
            return NT(REPLY_MESSAGE_MISMATCH);
        more = page->more && page->n_links > 0;
        pages->n_entries += page->n_links;
        if (page->n_links > 0)
            links.after = page->links[page->n_links - 1]->id;
    }
    return NT_OK;
}

static const struct member_level {
    size_t size;
    bool has_sid; /* first, with what it is behind it */
    bool has_use;
    enum { NO_NAME, NAME, FULL } name;
    size_t name_at;
} member_levels[] = {
    { sizeof(LOCALGROUP_MEMBERS_INFO_0), true, false, NO_NAME, 0 },
    { sizeof(LOCALGROUP_MEMBERS_INFO_1), true, true, NAME,
      offsetof(LOCALGROUP_MEMBERS_INFO_1, lgrmi1_name) },
    { sizeof(LOCALGROUP_MEMBERS_INFO_2), true, true, FULL,
      offsetof(LOCALGROUP_MEMBERS_INFO_2, lgrmi2_domainandname) },
    { sizeof(LOCALGROUP_MEMBERS_INFO_3), false, false, FULL, 0 },
};

static nt_status put_name(struct net_block *b, size_t at, const struct member_level *level,
                          const struct account *account)
{
    _cleanup_(freep) char *full = NULL;

    if (level->name == NAME || !account->domain || !*account->domain) {
        net_block_text(b, at, account->name);
        return NT_OK;
    }
    if (asprintf(&full, "%s\\%s", account->domain, account->name) < 0)
        return NT(NO_MEMORY);
    net_block_text(b, at, full);
    return NT_OK;
}

/* A member that has no name any more, or none here, has its SID's text. */
static nt_status find_member(struct account *ret, const SID *sid)
{
    char text[SID_TEXT_SIZE];
    nt_status st = account_by_sid(ret, sid);

    if (!NT_IS(st, NONE_MAPPED))
        return st;
    (void)sid_to_text(text, sid);
    ret->name = strdup(text);
    ret->use = SidTypeUnknown;
    return ret->name ? NT_OK : NT(NO_MEMORY);
}

static nt_status put_member(struct net_block *b, size_t at, const struct member_level *level,
                            const ProtobufCBinaryData *sid)
{
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st;

    if (level->has_sid)
        net_block_bytes(b, at, sid->data, sid->len);
    if (level->name == NO_NAME)
        return NT_OK;
    st = find_member(&account, (const SID *)sid->data);
    if (nt_failed(st))
        return st;
    if (level->has_use)
        net_block_number(b, at + offsetof(LOCALGROUP_MEMBERS_INFO_1, lgrmi1_sidusage), account.use);
    return put_name(b, at + level->name_at, level, &account);
}

static nt_status put_members(struct net_block *b, const struct pages *pages,
                             const struct member_level *level)
{
    size_t at = net_block_reserve(b, pages->n_entries, level->size);

    for (size_t p = 0; p < pages->n; p++) {
        const Openlogon__AliasLinksReply *page = pages->replies[p].message->alias_links;

        for (size_t i = 0; i < page->n_links; i++, at += level->size) {
            nt_status st = put_member(b, at, level, &page->links[i]->member);

            if (nt_failed(st))
                return st;
        }
    }
    return NT_OK;
}

static nt_status members(LPCWSTR server, LPCWSTR groupname, const struct member_level *level,
                         LPBYTE *ret, DWORD *ret_n)
{
    _cleanup_(text_done) char *name = NULL;
    _cleanup_(pages_done) struct pages pages = { 0 };
    _cleanup_(net_block_done) struct net_block block = { 0 };
    nt_status st = read_name(&name, server, groupname);

    if (!nt_failed(st))
        st = fetch_links(&pages, name);
    if (!nt_failed(st))
        st = put_members(&block, &pages, level);
    if (nt_failed(st))
        return st;
    *ret_n = (DWORD)pages.n_entries;
    return net_block_finish(&block, ret);
}

NET_API_STATUS NetLocalGroupGetMembers(LPCWSTR servername, LPCWSTR localgroupname, DWORD level,
                                       LPBYTE *bufptr, DWORD prefmaxlen, LPDWORD entriesread,
                                       LPDWORD totalentries, PDWORD_PTR resumehandle)
{
    DWORD n = 0;
    nt_status st;

    if (level >= ARRAY_SIZE(member_levels))
        return ERROR_INVALID_LEVEL;
    if (!localgroupname || !*localgroupname || !bufptr || !entriesread || !totalentries)
        return ERROR_INVALID_PARAMETER;
    st = members(servername, localgroupname, &member_levels[level], bufptr, &n);
    if (nt_failed(st))
        return net_result(st);
    *entriesread = n;
    *totalentries = n;
    if (resumehandle)
        *resumehandle = 0;
    return NERR_Success;
}

/* --- changing members ------------------------------------------------------------------------- */

enum member_change { MEMBER_ADD, MEMBER_REMOVE };

static nt_status change_member(const char *group, const SID *sid, enum member_change change)
{
    Openlogon__AliasMemberRequest member = OPENLOGON__ALIAS_MEMBER_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ALIAS_MEMBER, alias_member, &member);

    member.name = net_sent(group);
    member.member = (ProtobufCBinaryData){ sid_length(sid), (uint8_t *)(uintptr_t)sid };
    member.remove = change == MEMBER_REMOVE;
    return net_ask(&request);
}

/* A SID's text is taken, too: what has no name can be removed by it. */
static nt_status sid_of_name(sid_buffer *ret, LPCWSTR wide)
{
    _cleanup_(text_done) char *name = NULL;
    _cleanup_(account_done) struct account account = { 0 };
    size_t length = 0;
    nt_status st = text_from_wide(&name, wide);

    if (nt_failed(st) || !name)
        return nt_failed(st) ? st : NT(INVALID_PARAMETER);
    if (!nt_failed(sid_from_text(ret, &length, name, strlen(name))) && name[length] == '\0')
        return NT_OK;
    st = account_by_name(&account, name);
    if (!nt_failed(st))
        *ret = account.sid;
    return NT_IS(st, NONE_MAPPED) ? NT(NO_SUCH_MEMBER) : st;
}

static nt_status read_member(sid_buffer *ret, DWORD level, const void *buffer, size_t i)
{
    PSID sid;

    if (level == 3)
        return sid_of_name(ret,
                           ((const LOCALGROUP_MEMBERS_INFO_3 *)buffer)[i].lgrmi3_domainandname);
    sid = ((const LOCALGROUP_MEMBERS_INFO_0 *)buffer)[i].lgrmi0_sid;
    if (!sid || !sid_valid(sid, SID_SIZE_MAX))
        return NT(INVALID_SID);
    return sid_copy(ret, sizeof(*ret), sid);
}

static NET_API_STATUS change_members(LPCWSTR server, LPCWSTR groupname, DWORD level,
                                     const void *buffer, DWORD n, enum member_change change)
{
    _cleanup_(text_done) char *name = NULL;
    nt_status st;

    if (level != 0 && level != 3)
        return ERROR_INVALID_LEVEL;
    if (!buffer && n > 0)
        return ERROR_INVALID_PARAMETER;
    st = read_name(&name, server, groupname);
    for (DWORD i = 0; i < n && !nt_failed(st); i++) {
        sid_buffer sid;

        st = read_member(&sid, level, buffer, i);
        if (!nt_failed(st))
            st = change_member(name, &sid.sid, change);
    }
    return net_result(st);
}

NET_API_STATUS NetLocalGroupAddMembers(LPCWSTR servername, LPCWSTR groupname, DWORD level,
                                       LPBYTE buf, DWORD totalentries)
{
    return change_members(servername, groupname, level, buf, totalentries, MEMBER_ADD);
}

NET_API_STATUS NetLocalGroupDelMembers(LPCWSTR servername, LPCWSTR groupname, DWORD level,
                                       LPBYTE buf, DWORD totalentries)
{
    return change_members(servername, groupname, level, buf, totalentries, MEMBER_REMOVE);
}
