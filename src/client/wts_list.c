/* SPDX-License-Identifier: MIT */
#include "client/wts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/filetime.h"
#include "base/luid.h"
#include "client/last_error.h"
#include "client/token_handle.h"
#include "security/sid.h"

enum { SESSIONS_PER_PAGE = 64 };

/* --- fetching ------------------------------------------------------------------------------- */

/* Pages of replies; all that is in them is alive until the end. Starts as all zeros. */
struct pages {
    struct reply *replies;
    size_t n_replies;
    size_t n_sessions;
};

static void pages_done(struct pages *pages)
{
    for (size_t i = 0; i < pages->n_replies; i++)
        reply_done(&pages->replies[i]);
    free(pages->replies);
}

/* @ret_next  where to go on; 0: nowhere */
static nt_status fetch_page(struct pages *pages, uint32_t first, uint32_t max, uint32_t *ret_next)
{
    Openlogon__WtsListRequest list = OPENLOGON__WTS_LIST_REQUEST__INIT;
    Openlogon__Request request = REQUEST(WTS_LIST, wts_list, &list);
    struct reply *longer =
        reallocarray(pages->replies, pages->n_replies + 1, sizeof(*pages->replies));
    const Openlogon__WtsListReply *page;
    nt_status st;

    if (!longer)
        return NT(NO_MEMORY);
    pages->replies = longer;
    longer[pages->n_replies] = REPLY_NONE;
    list.first = first;
    list.max = max;
    st = authority_call(AS_THREAD, &request, REPLY_OF(WTS_SESSIONS), &longer[pages->n_replies],
                        NULL);
    if (nt_failed(st))
        return st;
    page = longer[pages->n_replies++].message->wts_sessions;
    pages->n_sessions += page->n_sessions;
    *ret_next = page->more && page->n_sessions > 0 && max > 1
                    ? page->sessions[page->n_sessions - 1]->number + 1
                    : 0;
    return NT_OK;
}

/* --- one block ------------------------------------------------------------------------------ */

/* When somebody last typed there; 0: it is no terminal of this machine. */
static int64_t last_input(const char *station)
{
    char path[64];
    struct stat terminal;

    if ((strncmp(station, "tty", 3) != 0 && strncmp(station, "pts/", 4) != 0) ||
        strstr(station, "..") ||
        snprintf(path, sizeof(path), "/dev/%s", station) >= (int)sizeof(path) ||
        stat(path, &terminal) < 0 || !S_ISCHR(terminal.st_mode))
        return 0;
    return filetime_from_timespec(&terminal.st_atim);
}

/* A place of the block, which may move as long as things are put behind it. */
static OPENLOGON_WTS_SESSION *entry_at(const struct net_block *b, size_t at)
{
    return (OPENLOGON_WTS_SESSION *)(void *)(b->bytes + at);
}

static void put_numbers(OPENLOGON_WTS_SESSION *entry, const Openlogon__WtsSession *from)
{
    entry->number = from->number;
    entry->state = from->state;
    entry->details = from->details;
    entry->logon = luid_from_u64(from->logon);
    entry->logon_type = from->logon_type;
    entry->connect_time.QuadPart = from->connect_time;
    entry->logon_time.QuadPart = from->logon_time;
    entry->last_input_time.QuadPart = from->details ? last_input(from->station) : 0;
}

static void put_entry(struct net_block *b, size_t at, const Openlogon__WtsSession *from)
{
    const struct {
        size_t offset;
        const char *text;
    } texts[] = {
        { offsetof(OPENLOGON_WTS_SESSION, station), from->station },
        { offsetof(OPENLOGON_WTS_SESSION, user), from->user },
        { offsetof(OPENLOGON_WTS_SESSION, domain), from->domain },
        { offsetof(OPENLOGON_WTS_SESSION, remote_host), from->remote_host },
        { offsetof(OPENLOGON_WTS_SESSION, logind_session), from->logind_session },
    };

    if (b->failed)
        return;
    put_numbers(entry_at(b, at), from);
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        wts_block_text(b, TEXT_A, at + texts[i].offset, texts[i].text);
    if (sid_valid(from->sid.data, from->sid.len))
        net_block_bytes(b, at + offsetof(OPENLOGON_WTS_SESSION, sid), from->sid.data,
                        from->sid.len);
}

static nt_status build(OPENLOGON_WTS_SESSION **ret, const struct pages *pages)
{
    _cleanup_(net_block_done) struct net_block b = { 0 };
    size_t at = net_block_reserve(&b, pages->n_sessions, sizeof(OPENLOGON_WTS_SESSION));

    for (size_t i = 0; i < pages->n_replies; i++) {
        const Openlogon__WtsListReply *page = pages->replies[i].message->wts_sessions;

        for (size_t j = 0; j < page->n_sessions; j++, at += sizeof(OPENLOGON_WTS_SESSION))
            put_entry(&b, at, page->sessions[j]);
    }
    return net_block_finish(&b, (LPBYTE *)ret);
}

nt_status wts_fetch(OPENLOGON_WTS_SESSION **ret, size_t *ret_n)
{
    _cleanup_(pages_done) struct pages pages = { 0 };
    uint32_t next = 0;
    nt_status st;

    do {
        st = fetch_page(&pages, next, SESSIONS_PER_PAGE, &next);
    } while (!nt_failed(st) && next != 0);
    if (!nt_failed(st))
        st = build(ret, &pages);
    if (!nt_failed(st))
        *ret_n = pages.n_sessions;
    return st;
}

nt_status wts_fetch_one(OPENLOGON_WTS_SESSION **ret, DWORD number)
{
    _cleanup_(pages_done) struct pages pages = { 0 };
    uint32_t next;
    nt_status st = number == WTS_CURRENT_SESSION ? wts_current(&number) : NT_OK;

    if (!nt_failed(st))
        st = fetch_page(&pages, number, 1, &next);
    if (nt_failed(st))
        return st;
    if (pages.n_sessions != 1 ||
        pages.replies[0].message->wts_sessions->sessions[0]->number != number)
        return NT(OBJECT_NAME_NOT_FOUND);
    return build(ret, &pages);
}

/* --- what others need ----------------------------------------------------------------------- */

nt_status wts_current(DWORD *ret)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = token_handle_image(HANDLE_PROCESS_TOKEN, TOKEN_QUERY, &image);

    if (!nt_failed(st))
        *ret = token_image_wts_session(image->image);
    return st;
}

void wts_block_text(struct net_block *b, enum text_form form, size_t pointer, const char *text)
{
    if (form == TEXT_W)
        net_block_text(b, pointer, text);
    else
        net_block_bytes(b, pointer, text, strlen(text) + 1);
}

BOOL openlogon_wts_sessions(OPENLOGON_WTS_SESSION **sessions, DWORD *count)
{
    size_t n = 0;
    nt_status st = sessions && count ? wts_fetch(sessions, &n) : NT(INVALID_PARAMETER);

    if (!nt_failed(st))
        *count = (DWORD)n;
    return finish(st);
}
