/* SPDX-License-Identifier: MIT */
/*
 * What is to outlive the authority's own end: an SQLite file in write-ahead mode. Objects say that
 * they have changed or ended, and are written in their final state by journal_commit(), once a turn
 * of the event loop and before anybody hears of the turn. What came and went within a turn is never
 * written. The file has to lie in memory (/run): it survives the end of the process, not that of
 * the machine, whose boot id it names. Main thread only.
 *
 * A record's id is a LUID that was taken after those of all records it refers to, so that reading
 * in rising order meets nothing that was not there before.
 */
#ifndef OPENLOGON_AUTHORITY_JOURNAL_H
#define OPENLOGON_AUTHORITY_JOURNAL_H

#include "base/writer.h"

/* Never to be renumbered: they are in the file. */
enum journal_kind {
    JOURNAL_META = 0, /* the journal's own */
    JOURNAL_SESSION = 1,
    JOURNAL_TOKEN = 2,
    JOURNAL_HOLDER = 3,    /* a connection */
    JOURNAL_REFERENCE = 4, /* that a holder, lease or parcel has to a token */
    JOURNAL_LEASE = 5,
    JOURNAL_LEAF = 6,
    JOURNAL_PROCESS = 7,
    JOURNAL_SERVICE = 8,
    JOURNAL_LOGIN = 9,
    JOURNAL_PARCEL = 10, /* a token on its way to another process */
    JOURNAL_PERMIT = 11, /* that a socket's other end may act as a process */
    JOURNAL_WTS = 12,
    JOURNAL_KINDS,
};

enum { JOURNAL_RECORD_MAX = 128 * 1024 };

typedef struct Journal Journal;

/* Embedded in each object that is recorded. Starts as JOURNAL_ITEM(kind). */
struct journal_item {
    uint32_t place; /* among those that wait for the commit; 0: not there */
    uint8_t kind;   /* enum journal_kind */
    bool stored;    /* the file has a record of it */
};
#define JOURNAL_ITEM(kind_) ((struct journal_item){ .kind = (uint8_t)(kind_) })

/**
 * Opens or makes the file. That of another boot is thrown away: nothing that it tells of is left.
 * @path     copied
 * Errors:   DISK_CORRUPT_ERROR, INTERNAL_DB_CORRUPTION (damaged, or not ours), REVISION_MISMATCH
 *           (by a newer version), DISK_FULL, those of nt_from_errno(); it was logged what is wrong
 */
_must_check_ nt_status journal_open(Journal **ret, const char *path, const char *boot_id);
Journal *journal_close(Journal *journal); /* what was not committed is forgotten */
DEFINE_CLEANUP(Journal *, journal_close);

/* Removes a journal's files. */
void journal_remove(const char *path);

/* How items of a kind are written: everything of the object but its id, which is returned. */
typedef uint64_t (*journal_encode)(const struct journal_item *item, struct writer *out);
void journal_teach(Journal *journal, enum journal_kind kind, journal_encode encode);

/* One record, borrowed. A failure ends the reading. */
typedef nt_status (*journal_visit)(enum journal_kind kind, uint64_t id, const void *bytes,
                                   size_t size, void *context);

/**
 * Reads all records by rising id.
 * Errors:   INTERNAL_DB_CORRUPTION, those of `visit`, those of the file system
 */
_must_check_ nt_status journal_load(Journal *journal, journal_visit visit, void *context);

/**
 * Reads one record that is in the file.
 * @ret      from malloc(), the caller's
 * Errors:   NOT_FOUND, INTERNAL_DB_CORRUPTION, NO_MEMORY, those of the file system
 */
_must_check_ nt_status journal_read(Journal *journal, enum journal_kind kind, uint64_t id,
                                    void **ret, size_t *ret_size);

/*
 * The object is to be written, or will be no more (id: its record's). Cannot fail: a process that
 * has no memory left even for this ends, as by kill -9. A NULL journal records nothing.
 */
void journal_changed(Journal *journal, struct journal_item *item);
void journal_ended(Journal *journal, struct journal_item *item, uint64_t id);

/* An item that was copied elsewhere is to be found there from now on. */
void journal_moved(Journal *journal, struct journal_item *item);

/* A record that is in the file, but nobody's any more. */
void journal_forget(Journal *journal, uint64_t id);

/* From here on nothing is recorded, so that the program can be taken apart. */
void journal_freeze(Journal *journal);

/**
 * Writes all that has changed. After a failure it still waits, for the next call.
 * Errors:   DISK_FULL, those of the file system; logged when they begin, as their end is
 */
_must_check_ nt_status journal_commit(Journal *journal);

/* Whether the last commit failed. */
bool journal_is_failing(const Journal *journal);

#endif
