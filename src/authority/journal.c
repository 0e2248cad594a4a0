/* SPDX-License-Identifier: MIT */
#include "authority/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "linux/sqlite_status.h"

/* The number that SQLite keeps for the program whose file it is: "OLgn". */
#define APPLICATION_ID 0x4f4c676e

enum {
    SCHEMA_VERSION = 1,
    FILE_MODE = 0600,
    BOOT_ID_MAX = 64,
    CHECKSUM_SIZE = 8,
    FIRST_CAPACITY = 1024,
    META_ID = 0,
};

enum statement {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_ROLLBACK,
    STATEMENT_PUT,
    STATEMENT_DELETE,
    STATEMENT_GET,
    STATEMENT_WALK,
    STATEMENTS_N,
};

static const char *const texts[STATEMENTS_N] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",
    [STATEMENT_PUT] = "INSERT OR REPLACE INTO records(id, kind, bytes) VALUES(?1, ?2, ?3)",
    [STATEMENT_DELETE] = "DELETE FROM records WHERE id = ?1",
    [STATEMENT_GET] = "SELECT id, kind, bytes FROM records WHERE id = ?1",
    [STATEMENT_WALK] = "SELECT id, kind, bytes FROM records WHERE id > 0 ORDER BY id",
};

struct Journal {
    sqlite3 *db;
    char *path;
    char *boot_id;
    sqlite3_stmt *statements[STATEMENTS_N];
    journal_encode encode[JOURNAL_KINDS];
    struct writer writer;
    struct journal_item **changed; /* NULL: it ended before it was written */
    size_t n_changed, changed_capacity;
    uint64_t *ended;
    size_t n_ended, ended_capacity;
    bool failing;
    bool frozen;
};

/* --- statements --------------------------------------------------------------------------------
 */

/* Runs one that gives no rows. What was bound stays bound, and is bound anew before the next use.
 */
static nt_status run(Journal *journal, enum statement which)
{
    sqlite3_stmt *statement = journal->statements[which];
    int result = sqlite3_step(statement);

    (void)sqlite3_reset(statement);
    return nt_from_sqlite(journal->db, result);
}

static nt_status run_text(Journal *journal, const char *sql)
{
    return nt_from_sqlite(journal->db, sqlite3_exec(journal->db, sql, NULL, NULL, NULL));
}

static nt_status delete_record(Journal *journal, uint64_t id)
{
    (void)sqlite3_bind_int64(journal->statements[STATEMENT_DELETE], 1, (int64_t)id);
    return run(journal, STATEMENT_DELETE);
}

/* Tells damaged bytes from those that were written; forging it takes who may write the file. */
static uint64_t checksum(uint64_t id, uint8_t kind, const uint8_t *bytes, size_t size)
{
    const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t sum = (id ^ ((uint64_t)kind << 56) ^ size) * factor;

    for (; size > 0; bytes += sizeof(uint64_t)) {
        size_t n = size < sizeof(uint64_t) ? size : sizeof(uint64_t);
        uint64_t word = 0;

        memcpy(&word, bytes, n);
        sum = (sum ^ word) * factor;
        sum ^= sum >> 29;
        size -= n;
    }
    return sum;
}

/* The writer holds the record; a checksum is added to it. */
static nt_status put_record(Journal *journal, uint8_t kind, uint64_t id)
{
    sqlite3_stmt *statement = journal->statements[STATEMENT_PUT];
    struct writer *w = &journal->writer;

    writer_u64(w, checksum(id, kind, w->bytes, w->size));
    if (nt_failed(w->status))
        return w->status;
    (void)sqlite3_bind_int64(statement, 1, (int64_t)id);
    (void)sqlite3_bind_int(statement, 2, kind);
    (void)sqlite3_bind_blob64(statement, 3, w->bytes, w->size, SQLITE_STATIC);
    return run(journal, STATEMENT_PUT);
}

static void writer_empty(struct writer *w)
{
    w->size = 0;
    w->status = NT_OK;
}

static nt_status put_item(Journal *journal, const struct journal_item *item)
{
    uint64_t id;

    writer_empty(&journal->writer);
    id = journal->encode[item->kind](item, &journal->writer);
    return put_record(journal, item->kind, id);
}

/* --- opening -----------------------------------------------------------------------------------
 */

/* SQLite gives the -wal file the mode of the database. */
static nt_status make_private_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    struct stat now;
    int r = 0;

    if (fd < 0)
        return nt_from_errno(errno);
    if (fstat(fd, &now) < 0 || ((now.st_mode & 077) != 0 && fchmod(fd, FILE_MODE) < 0))
        r = -errno;
    (void)close(fd);
    return r < 0 ? nt_from_errno(r) : NT_OK;
}

static nt_status read_number(Journal *journal, const char *pragma, int *ret)
{
    sqlite3_stmt *query = NULL;
    int result = sqlite3_prepare_v2(journal->db, pragma, -1, &query, NULL);

    if (result == SQLITE_OK)
        result = sqlite3_step(query);
    if (result == SQLITE_ROW)
        *ret = sqlite3_column_int(query, 0);
    (void)sqlite3_finalize(query);
    return result == SQLITE_DONE ? NT(INTERNAL_DB_CORRUPTION) : nt_from_sqlite(journal->db, result);
}

/* One process uses the file, so that no shared index of the log is needed. What was written is kept
 * by the kernel when the process ends; more is not asked for. */
static nt_status configure(Journal *journal)
{
    (void)sqlite3_extended_result_codes(journal->db, 1);
    (void)sqlite3_db_config(journal->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(journal->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return run_text(journal, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
                             "PRAGMA synchronous = OFF; PRAGMA cell_size_check = ON;");
}

static nt_status put_meta(Journal *journal)
{
    writer_empty(&journal->writer);
    writer_text(&journal->writer, journal->boot_id);
    return put_record(journal, JOURNAL_META, META_ID);
}

static nt_status prepare_all(Journal *journal)
{
    int result = SQLITE_OK;

    for (size_t i = 0; i < STATEMENTS_N && result == SQLITE_OK; i++)
        result = sqlite3_prepare_v3(journal->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                                    &journal->statements[i], NULL);
    return nt_from_sqlite(journal->db, result);
}

static nt_status make_schema(Journal *journal)
{
    char numbers[96];
    nt_status st = run_text(journal, "BEGIN IMMEDIATE;"
                                     "CREATE TABLE records(id INTEGER PRIMARY KEY,"
                                     " kind INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT");

    (void)snprintf(numbers, sizeof(numbers), "PRAGMA application_id = %d; PRAGMA user_version = %d",
                   APPLICATION_ID, SCHEMA_VERSION);
    if (!nt_failed(st))
        st = run_text(journal, numbers);
    if (!nt_failed(st))
        st = prepare_all(journal);
    if (!nt_failed(st))
        st = put_meta(journal);
    return nt_failed(st) ? st : run_text(journal, "COMMIT");
}

/* The row that a statement stands at, checked. Borrowed until it is stepped on. */
static nt_status read_row(sqlite3_stmt *row, uint8_t *ret_kind, uint64_t *ret_id, const void **ret,
                          size_t *ret_size)
{
    uint64_t id = (uint64_t)sqlite3_column_int64(row, 0), sum;
    int64_t kind = sqlite3_column_int64(row, 1);
    const uint8_t *bytes = sqlite3_column_blob(row, 2);
    size_t size = (size_t)sqlite3_column_bytes(row, 2);

    if (kind < 0 || kind >= JOURNAL_KINDS || !bytes || size < CHECKSUM_SIZE)
        return NT(INTERNAL_DB_CORRUPTION);
    size -= CHECKSUM_SIZE;
    memcpy(&sum, bytes + size, sizeof(sum));
    if (sum != checksum(id, (uint8_t)kind, bytes, size))
        return NT(INTERNAL_DB_CORRUPTION);
    *ret_kind = (uint8_t)kind;
    *ret_id = id;
    *ret = bytes;
    *ret_size = size;
    return NT_OK;
}

static nt_status get_row(Journal *journal, uint8_t kind, uint64_t id, const void **ret,
                         size_t *ret_size)
{
    sqlite3_stmt *statement = journal->statements[STATEMENT_GET];
    uint64_t found;
    uint8_t found_kind;
    nt_status st;
    int result;

    (void)sqlite3_bind_int64(statement, 1, (int64_t)id);
    result = sqlite3_step(statement);
    if (result == SQLITE_DONE)
        return NT(NOT_FOUND);
    if (result != SQLITE_ROW)
        return nt_from_sqlite(journal->db, result);
    st = read_row(statement, &found_kind, &found, ret, ret_size);
    if (!nt_failed(st) && found_kind != kind)
        return NT(NOT_FOUND);
    return st;
}

/* What another boot left is of sessions that have ended with it. */
static nt_status check_boot(Journal *journal)
{
    const void *bytes;
    bool is_this = false;
    size_t size;
    nt_status st = get_row(journal, JOURNAL_META, META_ID, &bytes, &size);

    if (!nt_failed(st))
        is_this = size == strlen(journal->boot_id) && memcmp(bytes, journal->boot_id, size) == 0;
    (void)sqlite3_reset(journal->statements[STATEMENT_GET]);
    if (NT_IS(st, NOT_FOUND))
        return NT(INTERNAL_DB_CORRUPTION);
    if (nt_failed(st) || is_this)
        return st;
    st = run_text(journal, "BEGIN IMMEDIATE; DELETE FROM records");
    if (!nt_failed(st))
        st = put_meta(journal);
    return nt_failed(st) ? st : run_text(journal, "COMMIT");
}

/* The first step of a later schema would stand here, from the version that is found. */
static nt_status check_schema(Journal *journal)
{
    int version = 0, application = 0;
    nt_status st = read_number(journal, "PRAGMA user_version", &version);

    if (!nt_failed(st))
        st = read_number(journal, "PRAGMA application_id", &application);
    if (nt_failed(st))
        return st;
    if (version == 0 && application == 0)
        return make_schema(journal);
    if (application != APPLICATION_ID)
        return NT(INTERNAL_DB_CORRUPTION);
    if (version != SCHEMA_VERSION)
        return NT(REVISION_MISMATCH);
    st = prepare_all(journal);
    return nt_failed(st) ? st : check_boot(journal);
}

static nt_status open_file(Journal *journal)
{
    nt_status st = make_private_file(journal->path);
    int result;

    if (nt_failed(st))
        return st;
    result =
        sqlite3_open_v2(journal->path, &journal->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL);
    st = nt_from_sqlite(journal->db, result);
    if (!nt_failed(st))
        st = configure(journal);
    return nt_failed(st) ? st : check_schema(journal);
}

static void explain(const char *path, nt_status st)
{
    if (NT_IS(st, REVISION_MISMATCH))
        log_error("%s was written by another version of openlogond: start that one, or end all "
                  "sessions by removing the file",
                  path);
    else if (NT_IS(st, INTERNAL_DB_CORRUPTION))
        log_error("%s, which holds the logon sessions, is damaged or no such file: remove it (all "
                  "sessions end) or put it right, then start again",
                  path);
    else if (NT_IS(st, DISK_FULL))
        log_error("cannot write %s: there is no space left; make room, then start again", path);
    else
        log_error("cannot use %s, which holds the logon sessions: %s", path, nt_status_name(st));
}

nt_status journal_open(Journal **ret, const char *path, const char *boot_id)
{
    _cleanup_(journal_closep) Journal *journal = calloc(1, sizeof(*journal));
    nt_status st;

    if (!journal)
        return NT(NO_MEMORY);
    writer_init(&journal->writer, JOURNAL_RECORD_MAX);
    journal->path = strdup(path);
    journal->boot_id = strdup(boot_id);
    if (!journal->path || !journal->boot_id)
        return NT(NO_MEMORY);
    st = open_file(journal);
    if (nt_failed(st)) {
        explain(path, st);
        return st;
    }
    *ret = TAKE(journal);
    return NT_OK;
}

Journal *journal_close(Journal *journal)
{
    if (!journal)
        return NULL;
    for (size_t i = 0; i < STATEMENTS_N; i++)
        (void)sqlite3_finalize(journal->statements[i]);
    (void)sqlite3_close(journal->db);
    writer_done(&journal->writer);
    free(journal->path);
    free(journal->boot_id);
    free(journal->changed);
    free(journal->ended);
    free(journal);
    return NULL;
}

void journal_remove(const char *path)
{
    char log[4096];

    (void)unlink(path);
    (void)snprintf(log, sizeof(log), "%s-wal", path);
    (void)unlink(log);
}

/* --- reading -----------------------------------------------------------------------------------
 */

static nt_status visit_row(Journal *journal, uint64_t *last, journal_visit visit, void *context)
{
    const void *bytes;
    uint64_t id;
    uint8_t kind;
    size_t size;
    nt_status st = read_row(journal->statements[STATEMENT_WALK], &kind, &id, &bytes, &size);

    if (nt_failed(st))
        return st;
    if (id <= *last || kind == JOURNAL_META)
        return NT(INTERNAL_DB_CORRUPTION);
    *last = id;
    return visit((enum journal_kind)kind, id, bytes, size, context);
}

nt_status journal_load(Journal *journal, journal_visit visit, void *context)
{
    sqlite3_stmt *walk = journal->statements[STATEMENT_WALK];
    uint64_t last = 0;
    nt_status st = NT_OK;
    int result;

    while (!nt_failed(st) && (result = sqlite3_step(walk)) != SQLITE_DONE)
        st = result == SQLITE_ROW ? visit_row(journal, &last, visit, context)
                                  : nt_from_sqlite(journal->db, result);
    (void)sqlite3_reset(walk);
    if (nt_failed(st))
        explain(journal->path, st);
    return st;
}

nt_status journal_read(Journal *journal, enum journal_kind kind, uint64_t id, void **ret,
                       size_t *ret_size)
{
    const void *bytes;
    size_t size;
    nt_status st = get_row(journal, (uint8_t)kind, id, &bytes, &size);

    if (!nt_failed(st)) {
        void *copy = malloc(size + 1);

        st = copy ? NT_OK : NT(NO_MEMORY);
        if (copy) {
            memcpy(copy, bytes, size);
            *ret = copy;
            *ret_size = size;
        }
    }
    (void)sqlite3_reset(journal->statements[STATEMENT_GET]);
    return st;
}

/* --- changes -----------------------------------------------------------------------------------
 */

void journal_teach(Journal *journal, enum journal_kind kind, journal_encode encode)
{
    if (journal)
        journal->encode[kind] = encode;
}

static void grow(void *list, size_t used, size_t *capacity, size_t item_size)
{
    void **items = list;
    void *larger;

    if (used < *capacity)
        return;
    *capacity = *capacity ? *capacity * 2 : FIRST_CAPACITY;
    larger = reallocarray(*items, *capacity, item_size);
    if (!larger) {
        log_error("there is no memory left to note what changes: ending, to begin again from what "
                  "is written");
        abort();
    }
    *items = larger;
}

void journal_changed(Journal *journal, struct journal_item *item)
{
    if (!journal || journal->frozen || item->place > 0)
        return;
    grow(&journal->changed, journal->n_changed, &journal->changed_capacity,
         sizeof(struct journal_item *));
    journal->changed[journal->n_changed++] = item;
    item->place = (uint32_t)journal->n_changed;
}

void journal_moved(Journal *journal, struct journal_item *item)
{
    if (journal && item->place > 0)
        journal->changed[item->place - 1] = item;
}

void journal_forget(Journal *journal, uint64_t id)
{
    if (!journal || journal->frozen)
        return;
    grow(&journal->ended, journal->n_ended, &journal->ended_capacity, sizeof(uint64_t));
    journal->ended[journal->n_ended++] = id;
}

void journal_ended(Journal *journal, struct journal_item *item, uint64_t id)
{
    if (!journal)
        return;
    if (item->place > 0)
        journal->changed[item->place - 1] = NULL;
    item->place = 0;
    if (item->stored)
        journal_forget(journal, id);
    item->stored = false;
}

void journal_freeze(Journal *journal)
{
    if (journal)
        journal->frozen = true;
}

/* --- writing -----------------------------------------------------------------------------------
 */

static nt_status write_all(Journal *journal)
{
    nt_status st = run(journal, STATEMENT_BEGIN);

    if (journal->failing && !nt_failed(st))
        st = put_meta(journal); /* there may be nothing else by which to see whether it can be */
    for (size_t i = 0; i < journal->n_ended && !nt_failed(st); i++)
        st = delete_record(journal, journal->ended[i]);
    for (size_t i = 0; i < journal->n_changed && !nt_failed(st); i++) {
        if (journal->changed[i])
            st = put_item(journal, journal->changed[i]);
    }
    return nt_failed(st) ? st : run(journal, STATEMENT_COMMIT);
}

static void all_written(Journal *journal)
{
    for (size_t i = 0; i < journal->n_changed; i++) {
        if (!journal->changed[i])
            continue;
        journal->changed[i]->stored = true;
        journal->changed[i]->place = 0;
    }
    journal->n_changed = 0;
    journal->n_ended = 0;
}

static bool has_news(const Journal *journal)
{
    if (journal->n_ended > 0)
        return true;
    for (size_t i = 0; i < journal->n_changed; i++) {
        if (journal->changed[i])
            return true;
    }
    return false;
}

static void note_failure(Journal *journal, nt_status st)
{
    /* SQLite may have rolled back by itself, which makes this one fail. */
    (void)run(journal, STATEMENT_ROLLBACK).code;
    if (!journal->failing)
        log_error("cannot record the logon sessions in %s: %s; until it can be written, what would "
                  "change them is refused",
                  journal->path, nt_status_name(st));
    journal->failing = true;
}

nt_status journal_commit(Journal *journal)
{
    nt_status st = NT_OK;

    if (!journal || journal->frozen)
        return NT_OK;
    if (journal->failing || has_news(journal))
        st = write_all(journal);
    if (nt_failed(st)) {
        note_failure(journal, st);
        return st;
    }
    all_written(journal);
    if (journal->failing)
        log_warning("%s can be written again", journal->path);
    journal->failing = false;
    return NT_OK;
}

bool journal_is_failing(const Journal *journal)
{
    return journal && journal->failing;
}
