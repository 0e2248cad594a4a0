/* SPDX-License-Identifier: MIT */
#include "authority/journal.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "authority/journal_record.h"
#include "authority/test-support.h"

#define OTHER_BOOT_ID "76543210-89ab-cdef-0123-456789abcdef"

enum { THINGS_MAX = 64, FIRST_ID = 100 };

/* What is recorded here: a number with a name. */
struct thing {
    struct journal_item journal;
    uint64_t id;
    char text[512];
};

static struct test_dir dir;
static char path[96];

/* What journal_load() gave. */
static size_t n_seen;
static struct thing seen[THINGS_MAX];

static uint64_t thing_encode(const struct journal_item *item, struct writer *out)
{
    const struct thing *thing =
        (const struct thing *)(const void *)((const char *)item - offsetof(struct thing, journal));

    writer_text(out, thing->text);
    return thing->id;
}

static nt_status see(enum journal_kind kind, uint64_t id, const void *bytes, size_t size,
                     void *context)
{
    struct thing *thing = &seen[n_seen];

    assert_true(n_seen < THINGS_MAX);
    if (size >= sizeof(thing->text))
        return NT(INTERNAL_DB_CORRUPTION);
    *thing = (struct thing){ .id = id, .journal.kind = (uint8_t)kind };
    memcpy(thing->text, bytes, size);
    n_seen++;
    return NT_OK;
}

static nt_status open_and_load(Journal **ret, const char *boot_id)
{
    nt_status st = journal_open(ret, path, boot_id);

    n_seen = 0;
    if (nt_failed(st))
        return st;
    journal_teach(*ret, JOURNAL_SESSION, thing_encode);
    journal_teach(*ret, JOURNAL_TOKEN, thing_encode);
    return journal_load(*ret, see, NULL);
}

static Journal *reopen(Journal *journal)
{
    Journal *again = NULL;

    journal_close(journal);
    assert_ok(open_and_load(&again, TEST_BOOT_ID));
    return again;
}

static struct thing thing_of(uint64_t id, enum journal_kind kind)
{
    struct thing thing = { .journal = JOURNAL_ITEM(kind), .id = id };

    (void)snprintf(thing.text, sizeof(thing.text), "thing %u of %u", (unsigned)id, kind);
    return thing;
}

static int set_up(void **state)
{
    test_dir_make(&dir);
    (void)snprintf(path, sizeof(path), "%s/sessions.db", dir.path);
    return 0;
}

static int tear_down(void **state)
{
    journal_remove(path);
    test_dir_remove(&dir);
    return 0;
}

static void what_was_committed_comes_back_in_order(void **state)
{
    struct thing later = thing_of(7, JOURNAL_TOKEN), earlier = thing_of(3, JOURNAL_SESSION);
    Journal *journal = reopen(NULL);

    assert_int_equal(n_seen, 0);
    journal_changed(journal, &later.journal);
    journal_changed(journal, &earlier.journal);
    journal_changed(journal, &earlier.journal);
    assert_false(later.journal.stored);
    assert_ok(journal_commit(journal));
    assert_true(later.journal.stored);
    journal = reopen(journal);
    assert_int_equal(n_seen, 2);
    assert_int_equal(seen[0].id, 3);
    assert_int_equal(seen[0].journal.kind, JOURNAL_SESSION);
    assert_string_equal(seen[0].text, earlier.text);
    assert_int_equal(seen[1].id, 7);
    assert_string_equal(seen[1].text, later.text);
    journal_close(journal);
}

static void the_last_state_counts(void **state)
{
    struct thing thing = thing_of(3, JOURNAL_SESSION);
    Journal *journal = reopen(NULL);

    journal_changed(journal, &thing.journal);
    assert_ok(journal_commit(journal));
    journal_changed(journal, &thing.journal);
    (void)snprintf(thing.text, sizeof(thing.text), "changed");
    assert_ok(journal_commit(journal));
    journal = reopen(journal);
    assert_int_equal(n_seen, 1);
    assert_string_equal(seen[0].text, "changed");
    journal_close(journal);
}

static void what_was_not_committed_never_was(void **state)
{
    struct thing thing = thing_of(3, JOURNAL_SESSION);
    Journal *journal = reopen(NULL);

    journal_changed(journal, &thing.journal);
    journal = reopen(journal);
    assert_int_equal(n_seen, 0);
    journal_close(journal);
}

static void what_ended_is_gone_and_what_came_and_went_was_never_there(void **state)
{
    struct thing stays = thing_of(3, JOURNAL_SESSION), goes = thing_of(4, JOURNAL_SESSION),
                 brief = thing_of(5, JOURNAL_SESSION);
    Journal *journal = reopen(NULL);

    journal_changed(journal, &stays.journal);
    journal_changed(journal, &goes.journal);
    journal_changed(journal, &brief.journal);
    journal_ended(journal, &brief.journal, brief.id);
    assert_ok(journal_commit(journal));
    assert_false(brief.journal.stored);
    journal_changed(journal, &goes.journal);
    journal_ended(journal, &goes.journal, goes.id);
    assert_ok(journal_commit(journal));
    journal = reopen(journal);
    assert_int_equal(n_seen, 1);
    assert_int_equal(seen[0].id, 3);
    journal_forget(journal, 3);
    assert_ok(journal_commit(journal));
    journal = reopen(journal);
    assert_int_equal(n_seen, 0);
    journal_close(journal);
}

static void an_item_may_move(void **state)
{
    struct thing there = thing_of(3, JOURNAL_SESSION), here = there;
    Journal *journal = reopen(NULL);

    journal_changed(journal, &there.journal);
    here = there;
    memset(&there, 0xff, sizeof(there));
    journal_moved(journal, &here.journal);
    assert_ok(journal_commit(journal));
    assert_true(here.journal.stored);
    journal = reopen(journal);
    assert_string_equal(seen[0].text, here.text);
    journal_close(journal);
}

static void one_record_can_be_read(void **state)
{
    struct thing thing = thing_of(3, JOURNAL_TOKEN);
    Journal *journal = reopen(NULL);
    void *bytes = NULL;
    size_t size;

    journal_changed(journal, &thing.journal);
    assert_status(journal_read(journal, JOURNAL_TOKEN, 3, &bytes, &size), STATUS_NOT_FOUND);
    assert_ok(journal_commit(journal));
    assert_status(journal_read(journal, JOURNAL_SESSION, 3, &bytes, &size), STATUS_NOT_FOUND);
    assert_ok(journal_read(journal, JOURNAL_TOKEN, 3, &bytes, &size));
    assert_int_equal(size, strlen(thing.text));
    assert_memory_equal(bytes, thing.text, size);
    free(bytes);
    journal_close(journal);
}

static void nothing_is_recorded_any_more_of_a_frozen_one(void **state)
{
    struct thing stays = thing_of(3, JOURNAL_SESSION), late = thing_of(4, JOURNAL_SESSION);
    Journal *journal = reopen(NULL);

    journal_changed(journal, &stays.journal);
    assert_ok(journal_commit(journal));
    journal_freeze(journal);
    journal_ended(journal, &stays.journal, stays.id);
    journal_changed(journal, &late.journal);
    assert_ok(journal_commit(journal));
    journal = reopen(journal);
    assert_int_equal(n_seen, 1);
    assert_int_equal(seen[0].id, 3);
    journal_close(journal);
}

static void that_of_another_boot_is_empty(void **state)
{
    struct thing thing = thing_of(3, JOURNAL_SESSION);
    Journal *journal = reopen(NULL);

    journal_changed(journal, &thing.journal);
    assert_ok(journal_commit(journal));
    journal_close(journal);
    assert_ok(open_and_load(&journal, OTHER_BOOT_ID));
    assert_int_equal(n_seen, 0);
    journal_close(journal);
}

static void others_cannot_read_it(void **state)
{
    Journal *journal = reopen(NULL);
    char log[128];
    struct stat info;

    (void)snprintf(log, sizeof(log), "%s-wal", path);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(stat(log, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    journal_close(journal);
}

static void only_one_at_a_time_uses_it(void **state)
{
    Journal *journal = reopen(NULL), *second = NULL;

    assert_status(journal_open(&second, path, TEST_BOOT_ID), STATUS_DEVICE_BUSY);
    assert_null(second);
    journal_close(journal);
}

static void run_sql(const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_newer_one_and_a_strangers_are_refused(void **state)
{
    static const struct {
        const char *sql;
        NTSTATUS expected;
    } cases[] = {
        { "PRAGMA user_version = 2", STATUS_REVISION_MISMATCH },
        { "PRAGMA application_id = 1", STATUS_INTERNAL_DB_CORRUPTION },
        { "DELETE FROM records WHERE id = 0", STATUS_INTERNAL_DB_CORRUPTION },
        { "DROP TABLE records", STATUS_INTERNAL_DB_ERROR },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        Journal *journal = NULL;

        journal_close(reopen(NULL));
        run_sql(cases[i].sql);
        assert_status(journal_open(&journal, path, TEST_BOOT_ID), cases[i].expected);
        assert_null(journal);
        journal_remove(path);
    }
}

static void write_byte(off_t offset, uint8_t mask)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    uint8_t byte;

    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, offset), 1);
    byte ^= mask;
    assert_int_equal(pwrite(fd, &byte, 1, offset), 1);
    assert_int_equal(close(fd), 0);
}

static bool is_what_was_written(size_t n)
{
    if (n_seen != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct thing expected = thing_of(FIRST_ID + i, JOURNAL_SESSION);

        if (seen[i].id != expected.id || seen[i].journal.kind != JOURNAL_SESSION ||
            strcmp(seen[i].text, expected.text) != 0)
            return false;
    }
    return true;
}

/* Or it is nothing that matters which was damaged. */
static void a_damaged_file_is_refused(void **state)
{
    struct thing things[THINGS_MAX];
    Journal *journal = reopen(NULL);
    size_t n_refused = 0;
    struct stat info;

    for (size_t i = 0; i < THINGS_MAX; i++) {
        things[i] = thing_of(FIRST_ID + i, JOURNAL_SESSION);
        journal_changed(journal, &things[i].journal);
    }
    assert_ok(journal_commit(journal));
    journal_close(journal); /* which puts all into the file itself */
    assert_int_equal(stat(path, &info), 0);
    for (off_t at = 0; at < info.st_size; at += 7) {
        nt_status st;

        write_byte(at, 0x10);
        journal = NULL;
        st = open_and_load(&journal, TEST_BOOT_ID);
        if (nt_failed(st))
            n_refused++;
        else
            assert_true(is_what_was_written(THINGS_MAX));
        journal_close(journal);
        write_byte(at, 0x10);
    }
    assert_true(n_refused > 100);
    journal = reopen(NULL);
    assert_true(is_what_was_written(THINGS_MAX));
    journal_close(journal);
}

static void what_is_no_database_is_refused(void **state)
{
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    Journal *journal = NULL;
    char text[4096];

    memset(text, 'x', sizeof(text));
    assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
    assert_int_equal(close(fd), 0);
    assert_status(journal_open(&journal, path, TEST_BOOT_ID), STATUS_INTERNAL_DB_CORRUPTION);
}

static void limit_files(rlim_t size)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void what_does_not_fit_waits(void **state)
{
    struct thing old = thing_of(3, JOURNAL_SESSION), new = thing_of(4, JOURNAL_SESSION);
    Journal *journal = reopen(NULL);

    journal_changed(journal, &old.journal);
    assert_ok(journal_commit(journal));
    limit_files(1);
    journal_ended(journal, &old.journal, old.id);
    journal_changed(journal, &new.journal);
    assert_true(nt_failed(journal_commit(journal)));
    assert_true(journal_is_failing(journal));
    assert_false(new.journal.stored);
    assert_true(nt_failed(journal_commit(journal)));
    limit_files(RLIM_INFINITY);
    assert_ok(journal_commit(journal));
    assert_false(journal_is_failing(journal));
    assert_true(new.journal.stored);
    journal = reopen(journal);
    assert_int_equal(n_seen, 1);
    assert_int_equal(seen[0].id, 4);
    journal_close(journal);
}

/* --- records ---------------------------------------------------------------------------------- */

static void encode_session(const struct session_record *record, uint8_t **ret, size_t *ret_size)
{
    struct writer writer;

    writer_init(&writer, JOURNAL_RECORD_MAX);
    session_record_encode(record, &writer);
    assert_ok(writer_take(&writer, ret, ret_size));
}

static void a_session_comes_back_as_it_was(void **state)
{
    const struct session_record record = { .maker = "msv1_0",
                                           .linked = 8,
                                           .facts = { .user = "alice",
                                                      .domain = "",
                                                      .upn = "alice@example.org",
                                                      .sid = test_user(1),
                                                      .logon_type = 3,
                                                      .wts_session = 4,
                                                      .user_flags = 5,
                                                      .failed_attempts = 6,
                                                      .uid = UINT32_MAX,
                                                      .logon_time = -1,
                                                      .password_must_change = INT64_MAX } };
    struct session_record back;
    uint8_t *bytes = NULL;
    size_t size = 0;

    encode_session(&record, &bytes, &size);
    assert_ok(session_record_decode(&back, bytes, size));
    assert_string_equal(back.maker, "msv1_0");
    assert_int_equal(back.linked, 8);
    assert_string_equal(back.facts.user, "alice");
    assert_string_equal(back.facts.domain, "");
    assert_null(back.facts.package);
    assert_string_equal(back.facts.upn, "alice@example.org");
    assert_true(sid_equal(back.facts.sid, test_user(1)));
    assert_int_equal(back.facts.logon_type, 3);
    assert_int_equal(back.facts.uid, UINT32_MAX);
    assert_int_equal(back.facts.logon_time, -1);
    assert_int_equal(back.facts.password_must_change, INT64_MAX);
    for (size_t shorter = 0; shorter < size; shorter++)
        assert_status(session_record_decode(&back, bytes, shorter), STATUS_INTERNAL_DB_CORRUPTION);
    free(bytes);
}

static void a_record_that_makes_no_sense_is_refused(void **state)
{
    static const uint8_t zeros[64];
    struct token_record token;
    struct holder_record holder;
    struct reference_record reference;
    struct lease_record lease;
    struct process_record process;

    assert_status(token_record_decode(&token, zeros, 16), STATUS_INTERNAL_DB_CORRUPTION);
    assert_status(holder_record_decode(&holder, zeros, 24), STATUS_INTERNAL_DB_CORRUPTION);
    assert_status(reference_record_decode(&reference, zeros, 24), STATUS_INTERNAL_DB_CORRUPTION);
    assert_ok(lease_record_decode(&lease, zeros, 36));
    assert_status(lease_record_decode(&lease, zeros, 37), STATUS_INTERNAL_DB_CORRUPTION);
    assert_status(process_record_decode(&process, zeros, 28), STATUS_INTERNAL_DB_CORRUPTION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_committed_comes_back_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_last_state_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_not_committed_never_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_ended_is_gone_and_what_came_and_went_was_never_there,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_item_may_move, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_record_can_be_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_recorded_any_more_of_a_frozen_one, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(that_of_another_boot_is_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(others_cannot_read_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_one_at_a_time_uses_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_newer_one_and_a_strangers_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_database_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_fit_waits, set_up, tear_down),
        cmocka_unit_test(a_session_comes_back_as_it_was),
        cmocka_unit_test(a_record_that_makes_no_sense_is_refused),
    };

    (void)signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
