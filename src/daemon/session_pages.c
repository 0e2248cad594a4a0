/* SPDX-License-Identifier: MIT */
#include "daemon/session_pages.h"

#include <stdatomic.h>

#include "daemon/facts_heap.h"
#include "ipc/message_text.h"

struct SessionPages {
    SessionStore *store;
    SharedPage *luids;
    SharedPage *data;
    FactsHeap *facts;
    uint32_t used;      /* from this slot on none was ever used */
    uint32_t free;      /* the first given back, 0: none; its record names the next */
    uint32_t n_missing; /* sessions without a slot */
};

/* --- what a session tells ----------------------------------------------------------------------
 */

static void describe_texts(Openlogon__SessionData *ret, const struct session_facts *facts)
{
    ret->user = message_text(facts->user);
    ret->domain = message_text(facts->domain);
    ret->package = message_text(facts->package);
    ret->logon_server = message_text(facts->logon_server);
    ret->dns_domain = message_text(facts->dns_domain);
    ret->upn = message_text(facts->upn);
    ret->logon_script = message_text(facts->logon_script);
    ret->profile_path = message_text(facts->profile_path);
    ret->home_directory = message_text(facts->home_directory);
}

static void describe_times(Openlogon__SessionData *ret, const struct session_facts *facts)
{
    ret->logon_time = facts->logon_time;
    ret->last_success = facts->last_success;
    ret->last_failure = facts->last_failure;
    ret->logoff_time = facts->logoff_time;
    ret->kick_off_time = facts->kick_off_time;
    ret->password_last_set = facts->password_last_set;
    ret->password_can_change = facts->password_can_change;
    ret->password_must_change = facts->password_must_change;
}

void session_describe(Openlogon__SessionData *ret, const Session *session)
{
    struct session_facts facts;

    session_read_facts(session, &facts);
    openlogon__session_data__init(ret);
    ret->luid = session_luid(session);
    ret->logon_type = facts.logon_type;
    ret->wts_session = facts.wts_session;
    ret->sid = (ProtobufCBinaryData){ sid_length(facts.sid), (uint8_t *)(uintptr_t)facts.sid };
    ret->user_flags = facts.user_flags;
    ret->failed_attempts = facts.failed_attempts;
    describe_texts(ret, &facts);
    describe_times(ret, &facts);
}

/* --- slots -------------------------------------------------------------------------------------
 */

/* The slots are in range, and the page is the publisher's: anything else is a bug. */
static void put(SharedPage *page, size_t slot, uint64_t value)
{
    if (shared_page_set(page, slot, value) < 0)
        abort();
}

static uint64_t get_record(const SessionPages *pages, uint32_t slot, enum session_record_slot which)
{
    return shared_page_get(pages->data, session_record_at(slot) + which);
}

static void put_record(const SessionPages *pages, uint32_t slot, enum session_record_slot which,
                       uint64_t value)
{
    put(pages->data, session_record_at(slot) + which, value);
}

/* 0: all are in use. */
static uint32_t slot_take(SessionPages *pages)
{
    uint32_t slot = pages->free;

    if (slot != 0) {
        pages->free = (uint32_t)get_record(pages, slot, SESSION_RECORD_FACTS);
        return slot;
    }
    return pages->used < SESSION_SLOTS ? pages->used++ : 0;
}

static void slot_give_back(SessionPages *pages, uint32_t slot)
{
    put_record(pages, slot, SESSION_RECORD_FACTS, pages->free);
    pages->free = slot;
}

/* --- the index ---------------------------------------------------------------------------------
 */

static uint32_t index_get(const SessionPages *pages, uint32_t entry)
{
    return session_index_get(shared_page_get(pages->data, session_index_at(entry)), entry);
}

static void index_put(const SessionPages *pages, uint32_t entry, uint32_t slot)
{
    unsigned shift = entry % 2 * 32;
    uint64_t old = shared_page_get(pages->data, session_index_at(entry));

    put(pages->data, session_index_at(entry),
        (old & ~((uint64_t)UINT32_MAX << shift)) | (uint64_t)slot << shift);
}

/* There are twice as many entries as slots. */
static void index_add(const SessionPages *pages, uint64_t luid, uint32_t slot)
{
    uint32_t entry = session_index_home(luid);

    while (index_get(pages, entry) != 0)
        entry = session_index_next(entry);
    index_put(pages, entry, slot);
}

/* Whether what lies at `entry` may lie at the hole before it: its search passes there. */
static bool may_move(uint32_t home, uint32_t hole, uint32_t entry)
{
    return (hole - home) % SESSION_INDEX_ENTRIES < (entry - home) % SESSION_INDEX_ENTRIES;
}

/* Moves up what a hole would hide. A reader that misses what moves meanwhile asks by message. */
static void index_close_hole(const SessionPages *pages, uint32_t hole)
{
    uint32_t slot;

    for (uint32_t entry = session_index_next(hole); (slot = index_get(pages, entry)) != 0;
         entry = session_index_next(entry)) {
        uint64_t luid = get_record(pages, slot, SESSION_RECORD_LUID);

        if (!may_move(session_index_home(luid), hole, entry))
            continue;
        index_put(pages, hole, slot);
        hole = entry;
    }
    index_put(pages, hole, 0);
}

/* The entry of a session; SESSION_INDEX_ENTRIES: it has none. */
static uint32_t index_find(const SessionPages *pages, uint64_t luid)
{
    uint32_t slot;

    for (uint32_t entry = session_index_home(luid); (slot = index_get(pages, entry)) != 0;
         entry = session_index_next(entry)) {
        if (get_record(pages, slot, SESSION_RECORD_LUID) == luid)
            return entry;
    }
    return SESSION_INDEX_ENTRIES;
}

/* --- sessions ----------------------------------------------------------------------------------
 */

/* Where the facts are and how many; 0: they find no room. */
static uint64_t publish_facts(const SessionPages *pages, const Openlogon__SessionData *data)
{
    uint64_t facts[SESSION_FACTS_MAX];
    size_t n = session_facts_encode(facts, data);
    uint32_t at = n > 0 ? facts_heap_add(pages->facts, facts, n) : 0;

    return at != 0 ? (uint64_t)n << 32 | at : 0;
}

static void publish_record(const SessionPages *pages, const Session *session, uint32_t slot)
{
    Openlogon__SessionData data;

    session_describe(&data, session);
    put_record(pages, slot, SESSION_RECORD_FACTS, publish_facts(pages, &data));
    put_record(pages, slot, SESSION_RECORD_LOGON_TIME, (uint64_t)data.logon_time);
    put_record(pages, slot, SESSION_RECORD_LAST_SUCCESS, (uint64_t)data.last_success);
    put_record(pages, slot, SESSION_RECORD_LUID, data.luid);
    index_add(pages, data.luid, slot);
}

static void withdraw_record(const SessionPages *pages, uint32_t slot)
{
    uint64_t facts = get_record(pages, slot, SESSION_RECORD_FACTS);

    put_record(pages, slot, SESSION_RECORD_LUID, 0);
    atomic_thread_fence(memory_order_release); /* before anything else takes the place */
    if (facts != 0)
        facts_heap_drop(pages->facts, (uint32_t)facts);
}

static void set_missing(SessionPages *pages, uint32_t n)
{
    pages->n_missing = n;
    put(pages->luids, SESSION_HEAD_MISSING, n);
}

/* The number of slots in use is published last: up to there the page is as it should be. */
static void on_started(const Session *session, void *context)
{
    SessionPages *pages = context;
    uint32_t slot = slot_take(pages);

    if (slot == 0) {
        set_missing(pages, pages->n_missing + 1);
        return;
    }
    publish_record(pages, session, slot);
    put(pages->luids, SESSION_HEAD + slot, session_luid(session));
    put(pages->luids, SESSION_HEAD_USED, pages->used);
}

static void on_ended(const Session *session, void *context)
{
    SessionPages *pages = context;
    uint32_t entry, slot;

    if (!session->facts)
        return; /* it never was active */
    entry = index_find(pages, session_luid(session));
    if (entry == SESSION_INDEX_ENTRIES) {
        set_missing(pages, pages->n_missing - 1);
        return;
    }
    slot = index_get(pages, entry);
    put(pages->luids, SESSION_HEAD + slot, 0);
    index_close_hole(pages, entry);
    withdraw_record(pages, slot);
    slot_give_back(pages, slot);
}

static nt_status make_pages(SessionPages *pages)
{
    int r = shared_page_create(&pages->luids, SESSION_LUIDS_SIZE);

    if (r >= 0)
        r = shared_page_create(&pages->data, SESSION_DATA_SIZE);
    return r < 0 ? nt_from_errno(r) : facts_heap_new(&pages->facts, pages->data);
}

nt_status session_pages_new(SessionPages **ret, SessionStore *store)
{
    _cleanup_(session_pages_freep) SessionPages *pages = calloc(1, sizeof(*pages));
    nt_status st;

    if (!pages)
        return NT(NO_MEMORY);
    pages->store = store;
    pages->used = 1;
    st = make_pages(pages);
    if (nt_failed(st))
        return st;
    for (const Session *session = session_store_next(store, 0); session;
         session = session_store_following(session))
        on_started(session, pages);
    session_store_listen(store, (struct session_listener){ on_started, on_ended, pages });
    *ret = TAKE(pages);
    return NT_OK;
}

SessionPages *session_pages_free(SessionPages *pages)
{
    if (!pages)
        return NULL;
    session_store_unlisten(pages->store, pages);
    if (pages->luids)
        put(pages->luids, SESSION_HEAD_CLOSED, 1);
    if (pages->data)
        put(pages->data, SESSION_HEAD_CLOSED, 1);
    facts_heap_free(pages->facts);
    shared_page_free(pages->data);
    shared_page_free(pages->luids);
    free(pages);
    return NULL;
}

int session_pages_luids_fd(const SessionPages *pages)
{
    return shared_page_fd(pages->luids);
}

int session_pages_data_fd(const SessionPages *pages)
{
    return shared_page_fd(pages->data);
}
