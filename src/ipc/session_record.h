/* SPDX-License-Identifier: MIT */
/*
 * How the two pages of sessions are laid out that openlogond publishes. Both are tables of 64-bit
 * slots (linux/shared_page.h) that it alone writes, in host byte order; docs/protocol.md tells what
 * a reader may rely on.
 *
 * The page of LUIDs is a head and a row of LUIDs, 0 where there is no session. A session keeps its
 * slot as long as it lives.
 *
 * The page of session data has beside its head an index from LUIDs to records, a record for each
 * slot of the other page, and what records refer to: the facts, which all sessions of one account,
 * type and package share.
 */
#ifndef OPENLOGON_IPC_SESSION_RECORD_H
#define OPENLOGON_IPC_SESSION_RECORD_H

#include "base/status.h"
#include "ipc/openlogon.pb-c.h"

enum {
    SESSION_SLOTS = 1 << 22, /* slot 0 is no session's */

    /* The heads of both pages. */
    SESSION_HEAD_CLOSED = 0,  /* not 0: the authority has ended */
    SESSION_HEAD_USED = 1,    /* LUIDs: from this slot on none was ever used */
    SESSION_HEAD_MISSING = 2, /* LUIDs: sessions that found no slot; not 0: ask by message */
    SESSION_HEAD = 8,         /* slots of a head */

    SESSION_LUIDS_SIZE = SESSION_HEAD + SESSION_SLOTS,

    /* The index: open addressing, two 32-bit entries in a slot; 0 ends a search. */
    SESSION_INDEX = SESSION_HEAD,
    SESSION_INDEX_ENTRIES = SESSION_SLOTS * 2,
    SESSION_INDEX_PROBES = 64, /* what is not found by then has to be asked for */

    SESSION_RECORDS = SESSION_INDEX + SESSION_INDEX_ENTRIES / 2,
    SESSION_RECORD_SIZE = 4,

    SESSION_FACTS = SESSION_RECORDS + SESSION_SLOTS * SESSION_RECORD_SIZE,
    SESSION_FACTS_SIZE = 1 << 26,
    SESSION_FACTS_MAX = 256, /* slots of one session's; longer ones are not published */

    SESSION_DATA_SIZE = SESSION_FACTS + SESSION_FACTS_SIZE,
};

/*
 * A record. Its LUID is written last and wiped first. LUIDs are never used twice, so that one that
 * is there before and after the rest was read tells that the rest, and the facts, belong to it.
 */
enum session_record_slot {
    SESSION_RECORD_LUID,  /* 0: none */
    SESSION_RECORD_FACTS, /* low half: their slot in the page, high half: how many;
                           * 0: it has to be asked for */
    SESSION_RECORD_LOGON_TIME,
    SESSION_RECORD_LAST_SUCCESS,
};

static inline size_t session_record_at(uint32_t slot)
{
    return SESSION_RECORDS + (size_t)slot * SESSION_RECORD_SIZE;
}

/* Where the search for a LUID begins, and goes on. */
static inline uint32_t session_index_home(uint64_t luid)
{
    return (uint32_t)(luid % SESSION_INDEX_ENTRIES);
}

static inline uint32_t session_index_next(uint32_t entry)
{
    return (entry + 1) % SESSION_INDEX_ENTRIES;
}

/* The slot of the page that has an entry of the index, and the entry in it. */
static inline size_t session_index_at(uint32_t entry)
{
    return SESSION_INDEX + entry / 2;
}

static inline uint32_t session_index_get(uint64_t slot, uint32_t entry)
{
    return (uint32_t)(slot >> (entry % 2 * 32));
}

/**
 * What of a session's data is in its facts, as slots: all but the LUID, the times of the logon and
 * of the last success, and what only openlogond knows (uid, references, enforced).
 * @ret      SESSION_FACTS_MAX of them
 * Returns:  how many; 0: it is too long
 */
size_t session_facts_encode(uint64_t *ret, const Openlogon__SessionData *data);

/**
 * @ret      borrows texts and SID from the slots; the rest is as openlogon__session_data__init()
 *           left it
 * Errors:   INVALID_PARAMETER (these are no facts)
 */
_must_check_ nt_status session_facts_decode(Openlogon__SessionData *ret, const uint64_t *slots,
                                            size_t n);

#endif
