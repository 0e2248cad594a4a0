/* SPDX-License-Identifier: MIT */
#include "client/account_list.h"

#include <stdlib.h>
#include <string.h>

#include "client/authority.h"

enum { ACCOUNTS_PER_PAGE = 256 };

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

        if (!sid_valid(sid->data, sid->len) || sid_length((const SID *)sid->data) != sid->len)
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
    return e->sid.len + strlen(e->name) + strlen(e->full_name) + 2;
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

static void put_entry(struct room *room, const Openlogon__AccountInfo *e)
{
    *room->next++ = (OPENLOGON_ACCOUNT){
        .sid = put(&room->sids, e->sid.data, e->sid.len),
        .name = put(&room->texts, e->name, strlen(e->name) + 1),
        .full_name = put(&room->texts, e->full_name, strlen(e->full_name) + 1),
        .uid = e->uid,
        .flags = e->flags,
        .password_last_set.QuadPart = e->password_last_set,
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
