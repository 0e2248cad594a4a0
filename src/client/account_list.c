/* SPDX-License-Identifier: MIT */
#include "client/account_list.h"

#include <stdlib.h>
#include <string.h>

#include "client/authority.h"

enum { ACCOUNTS_PER_PAGE = 256, HOURS_SIZE = 21 };

/* The pages as they came, kept until all are there and the block can be measured. */
struct pages {
    struct reply *replies;
    size_t n;
};

static void pages_done(struct pages *pages)
{
    for (size_t i = 0; i < pages->n; i++)
        reply_done(&pages->replies[i]);
    free(pages->replies);
}

static const Openlogon__AccountListReply *page_at(const struct pages *pages, size_t i)
{
    return pages->replies[i].message->accounts;
}

static uint32_t last_rid(const struct pages *pages)
{
    const Openlogon__AccountListReply *page = pages->n ? page_at(pages, pages->n - 1) : NULL;

    return page ? sid_rid((const SID *)page->accounts[page->n_accounts - 1]->sid.data) : 0;
}

static bool page_is_sound(const Openlogon__AccountListReply *page)
{
    for (size_t i = 0; i < page->n_accounts; i++) {
        const ProtobufCBinaryData *sid = &page->accounts[i]->sid;

        const size_t n_hours = page->accounts[i]->logon_hours.len;

        if ((n_hours != 0 && n_hours != HOURS_SIZE) || !sid_valid(sid->data, sid->len) ||
            sid_length((const SID *)sid->data) != sid->len)
            return false;
    }
    return page->n_accounts > 0 || !page->more;
}

static nt_status pages_append(struct pages *pages, struct reply *reply)
{
    struct reply *replies = reallocarray(pages->replies, pages->n + 1, sizeof(*replies));

    if (!replies)
        return NT(NO_MEMORY);
    pages->replies = replies;
    replies[pages->n++] = *reply;
    *reply = REPLY_NONE;
    return NT_OK;
}

static nt_status pages_fetch(struct pages *pages, bool *more)
{
    Openlogon__AccountListRequest list = OPENLOGON__ACCOUNT_LIST_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ACCOUNT_LIST, account_list, &list);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    list.after_rid = last_rid(pages);
    list.max = ACCOUNTS_PER_PAGE;
    st = authority_call(AS_THREAD, &request, REPLY_OF(ACCOUNTS), &reply, NULL);
    if (nt_failed(st))
        return st;
    if (!page_is_sound(reply.message->accounts))
        return NT(REPLY_MESSAGE_MISMATCH);
    *more = reply.message->accounts->more;
    return pages_append(pages, &reply);
}

static size_t entry_size(const Openlogon__AccountInfo *e)
{
    const char *const texts[] = { e->name,           e->full_name,    e->comment,
                                  e->home_directory, e->profile_path, e->script_path };
    size_t size = e->sid.len + e->logon_hours.len;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        size += strlen(texts[i]) + 1;
    return size;
}

/* SIDs stand before all texts, so that they are aligned. */
struct room {
    OPENLOGON_ACCOUNT *next;
    uint8_t *sids;
    char *texts;
};

static void *put(void *room_pointer, const void *bytes, size_t size)
{
    uint8_t **room = room_pointer;
    void *at = memcpy(*room, bytes, size);

    *room += size;
    return at;
}

static const char *put_text(struct room *room, const char *text)
{
    return put(&room->texts, text, strlen(text) + 1);
}

static void put_entry(struct room *room, const Openlogon__AccountInfo *e)
{
    const bool has_hours = e->logon_hours.len > 0;

    *room->next++ = (OPENLOGON_ACCOUNT){
        .sid = put(&room->sids, e->sid.data, e->sid.len),
        .name = put_text(room, e->name),
        .full_name = put_text(room, e->full_name),
        .comment = put_text(room, e->comment),
        .uid = e->uid,
        .flags = e->flags,
        .details = e->details,
        .password_last_set.QuadPart = e->password_last_set,
        .password_can_change.QuadPart = e->password_can_change,
        .password_must_change.QuadPart = e->password_must_change,
        .expires.QuadPart = e->expires,
        .last_bad_password.QuadPart = e->last_bad_password,
        .locked_until.QuadPart = e->locked_until,
        .last_logon.QuadPart = e->last_logon,
        .bad_passwords = e->bad_passwords,
        .logons = e->logons,
        .logon_hours =
            has_hours ? put(&room->texts, e->logon_hours.data, e->logon_hours.len) : NULL,
        .home_directory = put_text(room, e->home_directory),
        .profile_path = put_text(room, e->profile_path),
        .script_path = put_text(room, e->script_path),
    };
}

static nt_status pages_flatten(const struct pages *pages, OPENLOGON_ACCOUNT **ret, DWORD *ret_count)
{
    size_t count = 0, bytes = 0, sid_bytes = 0;
    OPENLOGON_ACCOUNT *accounts;
    struct room room;

    for (size_t i = 0; i < pages->n; i++) {
        for (size_t j = 0; j < page_at(pages, i)->n_accounts; j++, count++) {
            bytes += entry_size(page_at(pages, i)->accounts[j]);
            sid_bytes += page_at(pages, i)->accounts[j]->sid.len;
        }
    }
    accounts = malloc(count * sizeof(*accounts) + bytes + 1);
    if (!accounts)
        return NT(NO_MEMORY);
    room.next = accounts;
    room.sids = (uint8_t *)(accounts + count);
    room.texts = (char *)(room.sids + sid_bytes);
    for (size_t i = 0; i < pages->n; i++) {
        for (size_t j = 0; j < page_at(pages, i)->n_accounts; j++)
            put_entry(&room, page_at(pages, i)->accounts[j]);
    }
    *ret = accounts;
    *ret_count = (DWORD)count;
    return NT_OK;
}

nt_status account_list_fetch(OPENLOGON_ACCOUNT **ret, DWORD *ret_count)
{
    _cleanup_(pages_done) struct pages pages = { 0 };
    bool more = true;
    nt_status st = NT_OK;

    while (more && !nt_failed(st))
        st = pages_fetch(&pages, &more);
    return nt_failed(st) ? st : pages_flatten(&pages, ret, ret_count);
}

nt_status account_list_fetch_one(OPENLOGON_ACCOUNT **ret, const char *name)
{
    Openlogon__AccountGetRequest get = OPENLOGON__ACCOUNT_GET_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ACCOUNT_GET, account_get, &get);
    _cleanup_(pages_done) struct pages pages = { 0 };
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    DWORD count;
    nt_status st;

    get.name = (char *)(uintptr_t)name;
    st = authority_call(AS_THREAD, &request, REPLY_OF(ACCOUNTS), &reply, NULL);
    if (nt_failed(st))
        return st;
    if (!page_is_sound(reply.message->accounts) || reply.message->accounts->n_accounts != 1)
        return NT(REPLY_MESSAGE_MISMATCH);
    st = pages_append(&pages, &reply);
    return nt_failed(st) ? st : pages_flatten(&pages, ret, &count);
}
