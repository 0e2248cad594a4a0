/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker/account_attempt.h"
#include "worker/account_name.h"
#include "worker/account_store.h"
#include "worker/password_hash.h"

enum { UID_FIRST = 5000, UID_LAST = 5009 };

static char dir[] = "/tmp/openlogon-store-XXXXXX";

static int remove_entry(const char *path, const struct stat *entry, int kind, struct FTW *where)
{
    return where->level == 0 ? 0 : remove(path);
}

static int make_dir(void **state)
{
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    return rmdir(dir);
}

static int empty_dir(void **state)
{
    return nftw(dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static account_store *open_store(void)
{
    account_store *store = NULL;

    assert_ok(account_store_open(&store, dir));
    return store;
}

static nt_status add(account_store *store, const char *name, const char *password, uint32_t *uid)
{
    const struct account_spec spec = { .name = name,
                                       .rest.full_name = "Full Name",
                                       .password = password,
                                       .password_size = strlen(password),
                                       .uid_first = UID_FIRST,
                                       .uid_last = UID_LAST,
                                       .now = 42 };

    return account_store_add(store, uid, &spec);
}

static nt_status verify(account_store *store, const char *name, const char *password)
{
    _cleanup_(account_done) struct account account = { 0 };

    return account_attempt(store, &account, name, password, strlen(password));
}

static nt_status reset(account_store *store, const char *name, const char *password, size_t size)
{
    return account_store_set_password(store, name, ACCOUNT_PASSWORD_RESET, password, size, 43);
}

static nt_status set_flags(account_store *store, const char *name, uint32_t flags)
{
    const struct account_change change = { .flags = flags, .flags_mask = ACCOUNT_FLAGS };

    return account_store_change(store, name, &change, 43);
}

/* --- names ------------------------------------------------------------------------------------ */

#define X64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
    const char *name;
    int32_t status;
} names[] = {
    { "alice", STATUS_SUCCESS },
    { "Alice Liddell", STATUS_SUCCESS },
    { "j\u00fcrgen", STATUS_SUCCESS },
    { "a.b-c_d", STATUS_SUCCESS },
    { "$service", STATUS_SUCCESS },
    { X64, STATUS_SUCCESS },
    { X64 "x", STATUS_INVALID_ACCOUNT_NAME },
    { "", STATUS_INVALID_ACCOUNT_NAME },
    { ".", STATUS_INVALID_ACCOUNT_NAME },
    { ". .", STATUS_INVALID_ACCOUNT_NAME },
    { " alice", STATUS_INVALID_ACCOUNT_NAME },
    { "alice ", STATUS_INVALID_ACCOUNT_NAME },
    { "alice.", STATUS_INVALID_ACCOUNT_NAME },
    { "a/b", STATUS_INVALID_ACCOUNT_NAME },
    { "a\\b", STATUS_INVALID_ACCOUNT_NAME },
    { "a:b", STATUS_INVALID_ACCOUNT_NAME },
    { "a@b", STATUS_INVALID_ACCOUNT_NAME },
    { "a\"b", STATUS_INVALID_ACCOUNT_NAME },
    { "a\nb", STATUS_INVALID_ACCOUNT_NAME },
    { "a\x7f", STATUS_INVALID_ACCOUNT_NAME },
    { "a\xc2\x85", STATUS_INVALID_ACCOUNT_NAME },
    { "\xff\xfe", STATUS_INVALID_ACCOUNT_NAME },
    { "a\xc0\x80", STATUS_INVALID_ACCOUNT_NAME },
};

static void names_follow_the_rules(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        nt_status st = account_name_check(names[i].name);

        if (st.code != names[i].status)
            fail_msg("name %zu (%s): %s", i, names[i].name, nt_status_name(st));
    }
}

static void names_are_equal_in_any_case(void **state)
{
    static const struct {
        const char *a;
        const char *b;
    } pairs[] = {
        { "Alice", "aLICE" },
        { "J\u00dcRGEN", "j\u00fcrgen" },
        { "stra\u00dfe", "STRASSE" },
        { "\u00e9t\u00e9", "E\u0301TE\u0301" }, /* composed and decomposed */
    };

    for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
        _cleanup_(freep) char *a = NULL;
        _cleanup_(freep) char *b = NULL;

        assert_ok(account_name_fold(&a, pairs[i].a));
        assert_ok(account_name_fold(&b, pairs[i].b));
        assert_string_equal(a, b);
    }
}

/* --- accounts --------------------------------------------------------------------------------- */

static void an_account_is_found_and_its_password_verified(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    _cleanup_(account_done) struct account by_name = { 0 };
    _cleanup_(account_done) struct account by_uid = { 0 };
    uint32_t uid = 0;

    assert_ok(add(store, "Alice", "secret", &uid));
    assert_int_equal(uid, UID_FIRST);
    assert_ok(account_store_find(store, &by_name, "aLiCe"));
    assert_string_equal(by_name.name, "Alice");
    assert_string_equal(by_name.full_name, "Full Name");
    assert_int_equal(by_name.password_last_set, 42);
    assert_ok(account_store_find_uid(store, &by_uid, uid));
    assert_string_equal(by_uid.name, "Alice");
    assert_ok(verify(store, "ALICE", "secret"));
    assert_status(verify(store, "alice", "Secret"), STATUS_WRONG_PASSWORD);
    assert_status(verify(store, "alice", ""), STATUS_WRONG_PASSWORD);
    assert_status(verify(store, "bob", "secret"), STATUS_NO_SUCH_USER);
    assert_status(verify(store, "\xff", "secret"), STATUS_NO_SUCH_USER);
}

static void a_password_is_compared_to_its_end(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    _cleanup_(account_done) struct account account = { 0 };
    char longest[PASSWORD_SIZE_MAX + 2];
    uint32_t uid;

    memset(longest, 'p', sizeof(longest));
    longest[PASSWORD_SIZE_MAX] = 0;
    assert_ok(add(store, "long", longest, &uid));
    assert_ok(verify(store, "long", longest));
    longest[PASSWORD_SIZE_MAX - 1] = 'q';
    assert_status(verify(store, "long", longest), STATUS_WRONG_PASSWORD);
    longest[PASSWORD_SIZE_MAX] = 'q';
    longest[PASSWORD_SIZE_MAX + 1] = 0;
    assert_status(verify(store, "long", longest), STATUS_WRONG_PASSWORD);
    assert_status(add(store, "longer", longest, &uid), STATUS_PASSWORD_RESTRICTION);

    assert_ok(add(store, "short", "abc", &uid));
    assert_status(account_attempt(store, &account, "short", "abc\0def", 7), STATUS_WRONG_PASSWORD);
    assert_status(reset(store, "short", "abc\0def", 7), STATUS_PASSWORD_RESTRICTION);
    assert_ok(verify(store, "short", "abc"));
}

static void a_name_is_taken_once_in_any_case(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    uint32_t uid = 0;

    assert_ok(add(store, "alice", "a", &uid));
    uid = 7;
    assert_status(add(store, "ALICE", "b", &uid), STATUS_USER_EXISTS);
    assert_int_equal(uid, 7);
    assert_ok(verify(store, "alice", "a"));
}

static void a_uid_is_never_given_twice(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    uint32_t first = 0;
    uint32_t second = 0;

    assert_ok(add(store, "alice", "a", &first));
    assert_ok(account_store_delete(store, "Alice", NULL, 0));
    assert_status(account_store_delete(store, "alice", NULL, 0), STATUS_NO_SUCH_USER);
    store = account_store_close(store);
    store = open_store();
    assert_ok(add(store, "alice", "a", &second));
    assert_int_equal(second, first + 1);
}

static void uids_end_with_their_range(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    struct account_spec spec = { .name = "first",
                                 .password = "p",
                                 .password_size = 1,
                                 .uid_first = UID_LAST,
                                 .uid_last = UID_LAST };
    uint32_t uid = 0;

    assert_ok(account_store_add(store, &uid, &spec));
    assert_int_equal(uid, UID_LAST);
    spec.name = "second";
    assert_status(account_store_add(store, &uid, &spec), STATUS_QUOTA_EXCEEDED);
    assert_status(verify(store, "second", "p"), STATUS_NO_SUCH_USER);
}

static void a_password_and_flags_can_be_set(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    _cleanup_(account_done) struct account account = { 0 };
    uint32_t uid;

    assert_ok(add(store, "alice", "old", &uid));
    assert_ok(reset(store, "ALICE", "new", 3));
    assert_ok(verify(store, "alice", "new"));
    assert_status(verify(store, "alice", "old"), STATUS_WRONG_PASSWORD);
    assert_ok(set_flags(store, "alice", ACCOUNT_DISABLED));
    assert_ok(account_store_find(store, &account, "alice"));
    assert_int_equal(account.flags, ACCOUNT_DISABLED);
    assert_int_equal(account.password_last_set, 43);
    assert_status(reset(store, "bob", "new", 3), STATUS_NO_SUCH_USER);
    assert_status(set_flags(store, "bob", 0), STATUS_NO_SUCH_USER);
}

static void accounts_are_listed_in_pages(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    uint32_t uid = 0;

    assert_ok(add(store, "c", "p", &uid));
    assert_ok(add(store, "b", "p", &uid));
    assert_ok(add(store, "a", "p", &uid));
    for (uint32_t after = 0, n = 0;; n++) {
        _cleanup_(account_page_done) struct account_page page = { 0 };

        assert_ok(account_store_list(store, &page, after, 2));
        assert_int_equal(page.n_accounts, n == 0 ? 2 : 1);
        assert_int_equal(page.more, n == 0);
        after = page.accounts[page.n_accounts - 1].uid;
        if (!page.more)
            break;
    }
    {
        _cleanup_(account_page_done) struct account_page page = { 0 };

        assert_ok(account_store_list(store, &page, uid, 2));
        assert_int_equal(page.n_accounts, 0);
        assert_false(page.more);
    }
}

/* --- the file --------------------------------------------------------------------------------- */

static void assert_mode(const char *name)
{
    _cleanup_(freep) char *path = NULL;
    struct stat now;

    assert_true(asprintf(&path, "%s/%s", dir, name) > 0);
    assert_int_equal(stat(path, &now), 0);
    assert_int_equal(now.st_mode & 07777, 0600);
}

static void the_file_is_the_owners_alone(void **state)
{
    mode_t before = umask(0);
    _cleanup_(account_store_closep) account_store *store = open_store();
    _cleanup_(freep) char *path = NULL;
    uint32_t uid;

    (void)umask(before);
    assert_ok(add(store, "alice", "p", &uid));
    assert_mode("accounts.db");
    assert_mode("accounts.db-wal");
    assert_mode("accounts.db-shm");
    store = account_store_close(store);
    assert_true(asprintf(&path, "%s/accounts.db", dir) > 0);
    assert_int_equal(chmod(path, 0644), 0);
    store = open_store();
    assert_mode("accounts.db");
}

static void write_file(const char *name, const void *bytes, size_t size, off_t at)
{
    _cleanup_(freep) char *path = NULL;
    int fd;

    assert_true(asprintf(&path, "%s/%s", dir, name) > 0);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, size, at), (ssize_t)size);
    assert_int_equal(close(fd), 0);
}

static void what_is_no_database_is_refused(void **state)
{
    account_store *store = NULL;
    char garbage[8192];

    memset(garbage, 'x', sizeof(garbage));
    write_file("accounts.db", garbage, sizeof(garbage), 0);
    assert_status(account_store_open(&store, dir), STATUS_INTERNAL_DB_CORRUPTION);
    assert_null(store);
}

static void a_damaged_database_is_noticed(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    char garbage[4096];
    uint32_t uid;

    assert_ok(add(store, "alice", "p", &uid));
    store = account_store_close(store);
    memset(garbage, 0x5a, sizeof(garbage));
    for (off_t page = 1; page < 4; page++) /* all but the first */
        write_file("accounts.db", garbage, sizeof(garbage), page * (off_t)sizeof(garbage));
    store = open_store();
    assert_status(verify(store, "alice", "p"), STATUS_INTERNAL_DB_CORRUPTION);
    assert_status(add(store, "bob", "p", &uid), STATUS_INTERNAL_DB_CORRUPTION);
}

static void a_newer_database_is_left_alone(void **state)
{
    static const uint8_t version[4] = { 0, 0, 0, 99 }; /* user_version lies at offset 60 */
    account_store *store = open_store();

    store = account_store_close(store);
    write_file("accounts.db", version, sizeof(version), 60);
    assert_status(account_store_open(&store, dir), STATUS_REVISION_MISMATCH);
}

static void a_missing_directory_is_an_error(void **state)
{
    account_store *store = NULL;

    assert_status(account_store_open(&store, "/nonexistent/directory"),
                  STATUS_OBJECT_NAME_NOT_FOUND);
}

/* A file system of its own, mounted where only this child sees it. */
static void fill_the_disk(void)
{
    static const char *const few = "size=160k";
    account_store *store = NULL;
    nt_status st;
    uint32_t uid = 0;
    uint32_t last = 0;
    char name[32];

    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("tmpfs", dir, "tmpfs", 0, few) < 0)
        _exit(77);
    st = account_store_open(&store, dir);
    for (int i = 0; i < UID_LAST - UID_FIRST + 1 && !nt_failed(st); i++) {
        struct account_spec spec = { .name = name,
                                     .password = "p",
                                     .password_size = 1,
                                     .uid_first = UID_FIRST,
                                     .uid_last = UID_LAST };

        (void)snprintf(name, sizeof(name), "user%d", i);
        last = uid;
        st = account_store_add(store, &uid, &spec);
    }
    if (!NT_IS(st, DISK_FULL)) {
        (void)fprintf(stderr, "a full disk gives %s\n", nt_status_name(st));
        _exit(1);
    }
    if (store && uid != last) { /* the last one that was told done is there, the failed one not */
        struct account found = { 0 };
        bool kept = !nt_failed(account_store_find_uid(store, &found, uid)) &&
                    NT_IS(account_store_find(store, &found, name), NO_SUCH_USER);

        _exit(kept ? 0 : 2);
    }
    _exit(0);
}

static void a_full_disk_is_told_and_leaves_nothing_half_done(void **state)
{
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0)
        fill_the_disk();
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip(); /* needs CAP_SYS_ADMIN for a file system of its own */
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Four processes that open and add at the same time; every name and uid has to be there once. */
static void several_processes_may_add_at_once(void **state)
{
    enum { PROCESSES = 4, EACH = 2 };
    _cleanup_(account_store_closep) account_store *store = NULL;
    _cleanup_(account_page_done) struct account_page page = { 0 };
    uint32_t uid;

    for (int p = 0; p < PROCESSES; p++) {
        if (fork() == 0) {
            char name[32];
            nt_status st = account_store_open(&store, dir);

            for (int i = 0; i < EACH && !nt_failed(st); i++) {
                (void)snprintf(name, sizeof(name), "p%d-%d", p, i);
                st = add(store, name, "p", &uid);
            }
            if (nt_failed(st))
                (void)fprintf(stderr, "process %d: %s\n", p, nt_status_name(st));
            _exit(nt_failed(st) ? 1 : 0);
        }
    }
    for (int p = 0; p < PROCESSES; p++) {
        int status = -1;

        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    store = open_store();
    assert_ok(account_store_list(store, &page, 0, ACCOUNT_PAGE_MAX));
    assert_int_equal(page.n_accounts, PROCESSES * EACH);
    for (size_t i = 0; i < page.n_accounts; i++)
        assert_int_equal(page.accounts[i].uid, UID_FIRST + i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_follow_the_rules),
        cmocka_unit_test(names_are_equal_in_any_case),
        cmocka_unit_test_teardown(an_account_is_found_and_its_password_verified, empty_dir),
        cmocka_unit_test_teardown(a_password_is_compared_to_its_end, empty_dir),
        cmocka_unit_test_teardown(a_name_is_taken_once_in_any_case, empty_dir),
        cmocka_unit_test_teardown(a_uid_is_never_given_twice, empty_dir),
        cmocka_unit_test_teardown(uids_end_with_their_range, empty_dir),
        cmocka_unit_test_teardown(a_password_and_flags_can_be_set, empty_dir),
        cmocka_unit_test_teardown(accounts_are_listed_in_pages, empty_dir),
        cmocka_unit_test_teardown(the_file_is_the_owners_alone, empty_dir),
        cmocka_unit_test_teardown(what_is_no_database_is_refused, empty_dir),
        cmocka_unit_test_teardown(a_damaged_database_is_noticed, empty_dir),
        cmocka_unit_test_teardown(a_newer_database_is_left_alone, empty_dir),
        cmocka_unit_test(a_missing_directory_is_an_error),
        cmocka_unit_test_teardown(a_full_disk_is_told_and_leaves_nothing_half_done, empty_dir),
        cmocka_unit_test_teardown(several_processes_may_add_at_once, empty_dir),
    };

    return cmocka_run_group_tests_name("account-store", tests, make_dir, remove_dir);
}
