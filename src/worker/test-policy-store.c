/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker/policy_store.h"

static char dir[] = "/tmp/openlogon-policy-XXXXXX";

static const SID everyone = { SID_REVISION, 1, { SECURITY_WORLD_SID_AUTHORITY }, { 0 } };
static const SID batch = { SID_REVISION, 1, { SECURITY_NT_AUTHORITY }, { SECURITY_BATCH_RID } };
static const struct account_rights nothing;

static int remove_entry(const char *path, const struct stat *entry, int kind, struct FTW *where)
{
    return where->level == 0 ? 0 : remove(path);
}

static int make_dir(void **state)
{
    (void)unsetenv("CREDENTIALS_DIRECTORY");
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

static policy_store *open_store(void)
{
    policy_store *store = NULL;

    assert_ok(policy_store_open(&store, dir));
    return store;
}

static const char *path_of(const char *name)
{
    static char path[320];

    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    return path;
}

static void write_file(const char *name, const void *bytes, size_t size, off_t offset)
{
    int fd = open(path_of(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, size, offset), size);
    assert_int_equal(close(fd), 0);
}

/* The rights of one account; nothing when it is not there. */
static struct account_rights rights_of(policy_store *store, const SID *sid)
{
    _cleanup_(policy_snapshot_done) struct policy_snapshot snapshot = { 0 };

    assert_ok(policy_store_read(store, &snapshot));
    for (size_t i = 0; i < snapshot.n_accounts; i++) {
        if (sid_equal(&snapshot.accounts[i].sid.sid, sid))
            return snapshot.accounts[i].rights;
    }
    return nothing;
}

static uint64_t generation_of(policy_store *store)
{
    _cleanup_(policy_snapshot_done) struct policy_snapshot snapshot = { 0 };

    assert_ok(policy_store_read(store, &snapshot));
    return snapshot.generation;
}

/* --- rights ----------------------------------------------------------------------------------- */

static void a_new_one_has_the_defaults_once(void **state)
{
    _cleanup_(policy_store_closep) policy_store *store = open_store();
    struct account_rights rights;
    sid_buffer sid;
    size_t n = 0;

    for (; account_rights_default(n, &sid, &rights); n++) {
        struct account_rights found = rights_of(store, &sid.sid);

        assert_int_equal(found.logon, rights.logon);
        assert_int_equal(found.privileges, rights.privileges);
    }
    assert_ok(policy_store_change_rights(store, &everyone, nothing,
                                         (struct account_rights){ LOGON_RIGHT_NETWORK, 0 }));
    store = policy_store_close(store);
    store = open_store();
    assert_int_equal(rights_of(store, &everyone).logon, 0); /* not put back */
}

static void rights_are_added_then_removed(void **state)
{
    _cleanup_(policy_store_closep) policy_store *store = open_store();
    const struct account_rights some = { LOGON_RIGHT_BATCH, PRIVILEGE_BIT(PRIVILEGE_TCB) };
    uint64_t generation = generation_of(store);

    assert_ok(policy_store_change_rights(store, &batch, some, nothing));
    assert_int_equal(generation_of(store), generation + 1);
    assert_int_equal(rights_of(store, &batch).privileges, some.privileges);
    assert_ok(policy_store_change_rights(store, &batch,
                                         (struct account_rights){ LOGON_RIGHT_SERVICE, 0 },
                                         (struct account_rights){ LOGON_RIGHT_BATCH, 0 }));
    assert_int_equal(rights_of(store, &batch).logon, LOGON_RIGHT_SERVICE);
    assert_ok(policy_store_change_rights(
        store, &batch, nothing,
        (struct account_rights){ LOGON_RIGHT_MASK_ALL, PRIVILEGE_MASK_ALL }));
    assert_true(account_rights_empty(rights_of(store, &batch)));
    assert_status(policy_store_change_rights(store, &batch, nothing, some),
                  STATUS_OBJECT_NAME_NOT_FOUND);
    assert_status(
        policy_store_change_rights(store, &batch, (struct account_rights){ 0x8, 0 }, nothing),
        STATUS_INVALID_PARAMETER);
    assert_int_equal(generation_of(store), generation + 3);
}

static void accounts_have_a_limit(void **state)
{
    _cleanup_(policy_store_closep) policy_store *store = open_store();
    const struct account_rights some = { LOGON_RIGHT_BATCH, 0 };
    nt_status st = NT_OK;
    uint32_t n = 0;
    sid_buffer sid;

    for (; n <= POLICY_ACCOUNTS_MAX && !nt_failed(st); n++) {
        assert_ok(sid_append_rid(&sid, &batch, n + 1));
        st = policy_store_change_rights(store, &sid.sid, some, nothing);
    }
    assert_status(st, STATUS_INSUFFICIENT_RESOURCES);
    assert_true(n > POLICY_ACCOUNTS_MAX - 32);
    assert_ok(policy_store_change_rights(store, &everyone, some, nothing)); /* it is there */
    assert_true(rights_of(store, &everyone).logon & LOGON_RIGHT_BATCH);
}

/* --- settings --------------------------------------------------------------------------------- */

static void settings_are_set_all_or_none(void **state)
{
    _cleanup_(policy_store_closep) policy_store *store = open_store();
    _cleanup_(policy_snapshot_done) struct policy_snapshot before = { 0 }, after = { 0 };
    char long_name[POLICY_SETTING_NAME_MAX + 2];
    struct policy_store_setting settings[] = { { "b", "\1\0\2", 3 }, { "a", "", 0 } };
    struct policy_store_setting bad[] = { { "c", "x", 1 }, { long_name, "x", 1 } };

    memset(long_name, 'n', sizeof(long_name));
    long_name[sizeof(long_name) - 1] = '\0';
    assert_ok(policy_store_set(store, settings, 2));
    assert_status(policy_store_set(store, bad, 2), STATUS_INVALID_PARAMETER);
    assert_ok(policy_store_read(store, &before));
    assert_int_equal(before.n_values, 2);
    assert_string_equal(before.values[0].name, "a");
    assert_int_equal(before.values[0].size, 0);
    assert_int_equal(before.values[1].size, 3);
    assert_memory_equal(before.values[1].bytes, "\1\0\2", 3);
    settings[0].bytes = NULL;
    assert_ok(policy_store_set(store, settings, 1));
    assert_ok(policy_store_read(store, &after));
    assert_int_equal(after.n_values, 1);
    assert_int_equal(after.generation, before.generation + 1);
}

/* --- secrets ---------------------------------------------------------------------------------- */

static void put(policy_store *store, const char *name, const char *text)
{
    assert_ok(policy_store_put_secret(store, name, text, strlen(text)));
}

static void assert_secret(policy_store *store, const char *name, const char *text)
{
    _cleanup_(secret_freep) secret *value = NULL;
    size_t size = 0;

    assert_ok(policy_store_get_secret(store, &value, &size, name));
    assert_int_equal(size, strlen(text));
    assert_memory_equal(secret_bytes(value), text, size);
}

static nt_status get(policy_store *store, const char *name)
{
    _cleanup_(secret_freep) secret *value = NULL;
    size_t size;

    return policy_store_get_secret(store, &value, &size, name);
}

static void secrets_are_kept_in_either_case(void **state)
{
    _cleanup_(policy_store_closep) policy_store *store = open_store();

    assert_status(get(store, "L$one"), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(access(path_of("policy.key"), F_OK), -1); /* nobody needed it yet */
    put(store, "L$one", "first");
    put(store, "l$ONE", "second");
    put(store, "two", "");
    assert_secret(store, "L$One", "second");
    assert_secret(store, "two", "");
    store = policy_store_close(store);
    store = open_store();
    assert_secret(store, "L$one", "second");
    assert_ok(policy_store_delete_secret(store, "L$one"));
    assert_status(policy_store_delete_secret(store, "L$one"), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_status(get(store, "L$one"), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_secret(store, "two", "");
}

static void names_and_sizes_have_bounds(void **state)
{
    _cleanup_(policy_store_closep) policy_store *store = open_store();
    char name[POLICY_SECRET_NAME_MAX + 2];
    char *large = calloc(1, POLICY_SECRET_SIZE_MAX + 1);

    memset(name, 'n', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    assert_non_null(large);
    assert_status(policy_store_put_secret(store, "", "x", 1), STATUS_INVALID_PARAMETER);
    assert_status(get(store, ""), STATUS_INVALID_PARAMETER);
    assert_status(policy_store_delete_secret(store, ""), STATUS_INVALID_PARAMETER);
    assert_status(policy_store_put_secret(store, name, "x", 1), STATUS_NAME_TOO_LONG);
    assert_status(policy_store_put_secret(store, "x", large, POLICY_SECRET_SIZE_MAX + 1),
                  STATUS_SECRET_TOO_LONG);
    assert_ok(policy_store_put_secret(store, "x", large, POLICY_SECRET_SIZE_MAX));
    free(large);
}

static void a_lost_key_is_told_and_nothing_is_sealed_with_another(void **state)
{
    _cleanup_(policy_store_closep) policy_store *store = open_store();
    static const uint8_t other[32] = "another key, as long as it shoul";
    int directory = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    put(store, "one", "first");
    put(store, "two", "second");
    assert_int_equal(renameat(directory, "policy.key", directory, "kept.key"), 0);
    assert_status(get(store, "one"), STATUS_DECRYPTION_FAILED);
    assert_status(get(store, "none"), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_status(policy_store_put_secret(store, "three", "x", 1), STATUS_DECRYPTION_FAILED);
    assert_int_equal(access(path_of("policy.key"), F_OK), -1);
    write_file("policy.key", other, sizeof(other), 0);
    assert_status(get(store, "one"), STATUS_DECRYPTION_FAILED);
    assert_status(policy_store_put_secret(store, "three", "x", 1), STATUS_DECRYPTION_FAILED);
    assert_status(policy_store_put_secret(store, "one", "x", 1), STATUS_DECRYPTION_FAILED);
    assert_int_equal(renameat(directory, "kept.key", directory, "policy.key"), 0);
    assert_secret(store, "one", "first"); /* put back: all is well */
    write_file("policy.key", other, sizeof(other), 0);
    assert_ok(policy_store_delete_secret(store, "one"));
    assert_ok(policy_store_delete_secret(store, "two"));
    put(store, "three", "x"); /* with nothing left that the old one had sealed */
    assert_secret(store, "three", "x");
    (void)close(directory);
}

static bool file_holds(const char *name, const char *text)
{
    static char bytes[1 << 20];
    int fd = open(path_of(name), O_RDONLY | O_CLOEXEC);
    ssize_t size = read(fd, bytes, sizeof(bytes));

    assert_true(fd >= 0 && size >= 0);
    (void)close(fd);
    return memmem(bytes, (size_t)size, text, strlen(text)) != NULL;
}

static void no_file_holds_a_secret_and_all_are_private(void **state)
{
    _cleanup_(policy_store_closep) policy_store *store = open_store();
    DIR *files = opendir(dir);
    const struct dirent *entry;
    size_t n = 0;

    put(store, "name", "correct horse battery staple");
    assert_non_null(files);
    while ((entry = readdir(files))) {
        struct stat status;

        if (entry->d_name[0] == '.')
            continue;
        n++;
        assert_int_equal(stat(path_of(entry->d_name), &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
        assert_false(file_holds(entry->d_name, "correct horse battery staple"));
    }
    (void)closedir(files);
    assert_true(n >= 3); /* database, log, key */
}

/* --- what can be wrong with the file ---------------------------------------------------------- */

static void what_is_no_database_is_refused(void **state)
{
    char garbage[4096];
    policy_store *store = NULL;

    memset(garbage, 0x5a, sizeof(garbage));
    write_file("policy.db", garbage, sizeof(garbage), 0);
    assert_status(policy_store_open(&store, dir), STATUS_INTERNAL_DB_CORRUPTION);
}

static void a_damaged_database_is_noticed(void **state)
{
    policy_store *store = open_store();
    char garbage[4096];

    store = policy_store_close(store);
    memset(garbage, 0x5a, sizeof(garbage));
    for (off_t page = 1; page < 8; page++)
        write_file("policy.db", garbage, sizeof(garbage), page * (off_t)sizeof(garbage));
    assert_status(policy_store_open(&store, dir), STATUS_INTERNAL_DB_CORRUPTION);
}

static void a_newer_database_is_left_alone(void **state)
{
    static const uint8_t version[4] = { 0, 0, 0, 99 }; /* user_version lies at offset 60 */
    policy_store *store = open_store();

    store = policy_store_close(store);
    write_file("policy.db", version, sizeof(version), 60);
    assert_status(policy_store_open(&store, dir), STATUS_REVISION_MISMATCH);
}

static void a_missing_directory_is_an_error(void **state)
{
    policy_store *store = NULL;

    assert_status(policy_store_open(&store, "/nonexistent/directory"),
                  STATUS_OBJECT_NAME_NOT_FOUND);
}

/* Runs what needs a file system of its own, mounted where only a child sees it. */
static void in_a_child(void (*run)(void))
{
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0) {
        if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
            _exit(77);
        run();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip(); /* needs CAP_SYS_ADMIN */
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void fill_the_disk(void)
{
    static const char *const few = "size=256k";
    policy_store *store = NULL;
    char value[4096] = { 0 };
    nt_status st;
    char name[32];

    if (mount("tmpfs", dir, "tmpfs", 0, few) < 0)
        _exit(77);
    st = policy_store_open(&store, dir);
    for (int i = 0; i < 100 && !nt_failed(st); i++) {
        (void)snprintf(name, sizeof(name), "secret%d", i);
        st = policy_store_put_secret(store, name, value, sizeof(value));
    }
    if (!NT_IS(st, DISK_FULL)) {
        (void)fprintf(stderr, "a full disk gives %s\n", nt_status_name(st));
        _exit(1);
    }
    if (store && !NT_IS(get(store, name), OBJECT_NAME_NOT_FOUND))
        _exit(2);
    if (store && nt_failed(get(store, "secret0")))
        _exit(3);
}

static void a_full_disk_is_told_and_leaves_nothing_half_done(void **state)
{
    in_a_child(fill_the_disk);
}

static void make_it_read_only(void)
{
    policy_store *store = NULL;
    nt_status st;

    if (mount("tmpfs", dir, "tmpfs", 0, NULL) < 0)
        _exit(77);
    st = policy_store_open(&store, dir);
    if (nt_failed(st))
        _exit(1);
    store = policy_store_close(store);
    if (mount("tmpfs", dir, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL) < 0)
        _exit(77);
    st = policy_store_open(&store, dir);
    if (!NT_IS(st, MEDIA_WRITE_PROTECTED)) {
        (void)fprintf(stderr, "a read-only disk gives %s\n", nt_status_name(st));
        _exit(2);
    }
}

static void a_read_only_disk_is_told(void **state)
{
    in_a_child(make_it_read_only);
}

/* Four that open and change at the same time: no change is lost. */
static void several_processes_may_change_at_once(void **state)
{
    enum { PROCESSES = 4, EACH = 5 };
    _cleanup_(policy_store_closep) policy_store *store = NULL;
    sid_buffer sid;

    for (uint32_t p = 0; p < PROCESSES; p++) {
        if (fork() == 0) {
            nt_status st = policy_store_open(&store, dir);

            for (uint32_t i = 0; i < EACH && !nt_failed(st); i++) {
                st = sid_append_rid(&sid, &batch, p * EACH + i);
                if (!nt_failed(st))
                    st = policy_store_change_rights(
                        store, &sid.sid, (struct account_rights){ LOGON_RIGHT_BATCH, 0 }, nothing);
            }
            if (nt_failed(st))
                (void)fprintf(stderr, "process %u: %s\n", p, nt_status_name(st));
            _exit(nt_failed(st) ? 1 : 0);
        }
    }
    for (int p = 0; p < PROCESSES; p++) {
        int status = -1;

        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    store = open_store();
    assert_int_equal(generation_of(store), 1 + PROCESSES * EACH);
    for (uint32_t i = 0; i < PROCESSES * EACH; i++) {
        assert_ok(sid_append_rid(&sid, &batch, i));
        assert_int_equal(rights_of(store, &sid.sid).logon, LOGON_RIGHT_BATCH);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, empty_dir)
    const struct CMUnitTest tests[] = {
        TEST(a_new_one_has_the_defaults_once),
        TEST(rights_are_added_then_removed),
        TEST(accounts_have_a_limit),
        TEST(settings_are_set_all_or_none),
        TEST(secrets_are_kept_in_either_case),
        TEST(names_and_sizes_have_bounds),
        TEST(a_lost_key_is_told_and_nothing_is_sealed_with_another),
        TEST(no_file_holds_a_secret_and_all_are_private),
        TEST(what_is_no_database_is_refused),
        TEST(a_damaged_database_is_noticed),
        TEST(a_newer_database_is_left_alone),
        TEST(a_missing_directory_is_an_error),
        TEST(a_full_disk_is_told_and_leaves_nothing_half_done),
        TEST(a_read_only_disk_is_told),
        TEST(several_processes_may_change_at_once),
    };

    return cmocka_run_group_tests_name("policy-store", tests, make_dir, remove_dir);
}
