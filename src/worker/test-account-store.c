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

#include "security/well_known.h"
#include "worker/account_attempt.h"
#include "worker/account_check.h"
#include "worker/account_name.h"
#include "worker/account_store.h"
#include "worker/alias_store.h"
#include "worker/database.h"
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

    return account_attempt(store, &account, name, password, strlen(password), NULL);
}

static nt_status reset(account_store *store, const char *name, const char *password, size_t size)
{
    return account_store_set_password(store, name, ACCOUNT_PASSWORD_RESET, password, size, 43);
}

static nt_status add_group(account_store *store, const char *name)
{
    sid_buffer machine;
    const struct alias_spec spec = { .name = name,
                                     .comment = "",
                                     .machine = &machine.sid,
                                     .gid_first = UID_FIRST,
                                     .gid_last = UID_LAST };

    assert_ok(sid_from_text(&machine, NULL, "S-1-5-21-1-2-3", strlen("S-1-5-21-1-2-3")));
    return alias_store_add(store, &spec);
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
    assert_status(account_attempt(store, &account, "short", "abc\0def", 7, NULL),
                  STATUS_WRONG_PASSWORD);
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

static void an_account_keeps_what_it_is_told(void **state)
{
    static const uint8_t hours[ACCOUNT_HOURS_SIZE] = { 1, 2, [20] = 0x80 };
    static const int64_t expires = 77;
    const struct account_change first = { .full_name = "Alice",
                                          .comment = "a comment",
                                          .home_directory = "/home/alice",
                                          .profile_path = "profile",
                                          .script_path = "script",
                                          .flags = ACCOUNT_PASSWORD_NOT_REQUIRED,
                                          .flags_mask = ACCOUNT_FLAGS,
                                          .expires = &expires,
                                          .hours = hours,
                                          .must_change = true };
    const struct account_change second = { .comment = "",
                                           .every_hour = true,
                                           .need_not_change = true };
    _cleanup_(account_store_closep) account_store *store = open_store();
    _cleanup_(account_done) struct account a = { 0 };
    _cleanup_(account_done) struct account b = { 0 };
    uint32_t uid;

    assert_ok(add(store, "alice", "p", &uid));
    assert_ok(account_store_change(store, "ALICE", &first, 50));
    assert_ok(account_store_find(store, &a, "alice"));
    assert_string_equal(a.full_name, "Alice");
    assert_string_equal(a.home_directory, "/home/alice");
    assert_string_equal(a.profile_path, "profile");
    assert_string_equal(a.script_path, "script");
    assert_int_equal(a.flags, ACCOUNT_PASSWORD_NOT_REQUIRED);
    assert_int_equal(a.expires, 77);
    assert_true(a.has_hours);
    assert_memory_equal(a.hours, hours, sizeof(hours));
    assert_int_equal(a.password_last_set, 0);
    assert_ok(account_store_change(store, "alice", &second, 51));
    assert_ok(account_store_find(store, &b, "alice"));
    assert_string_equal(b.comment, "");
    assert_string_equal(b.full_name, "Alice");
    assert_false(b.has_hours);
    assert_int_equal(b.password_last_set, 51);
    assert_int_equal(b.expires, 77);
    assert_ok(verify(store, "alice", "p"));
}

static void a_change_is_done_whole_or_not(void **state)
{
    const struct account_change flags = { .flags_mask = 0x10 };
    const struct account_change both = { .must_change = true, .need_not_change = true };
    const struct account_change control = { .full_name = "New", .comment = "a\nb" };
    const struct account_change taken = { .name = "BOB", .full_name = "New" };
    const struct account_change group = { .name = "staff", .full_name = "New" };
    const struct account_change *const changes[] = { &flags, &both, &control, &taken, &group };
    static const int32_t expected[] = { STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER,
                                        STATUS_INVALID_PARAMETER, STATUS_USER_EXISTS,
                                        STATUS_ALIAS_EXISTS };
    _cleanup_(account_store_closep) account_store *store = open_store();
    _cleanup_(account_done) struct account account = { 0 };
    uint32_t uid;

    assert_ok(add(store, "alice", "p", &uid));
    assert_ok(add(store, "bob", "p", &uid));
    assert_ok(add_group(store, "staff"));
    for (size_t i = 0; i < ARRAY_SIZE(changes); i++)
        assert_status(account_store_change(store, "alice", changes[i], 0), expected[i]);
    assert_status(account_store_change(store, "carol", &control, 0), STATUS_INVALID_PARAMETER);
    assert_ok(account_store_find(store, &account, "alice"));
    assert_string_equal(account.full_name, "Full Name");
}

static void a_rename_keeps_all_but_the_name(void **state)
{
    const struct account_change rename = { .name = "Alicia" };
    const struct account_change letters = { .name = "ALICIA" };
    _cleanup_(account_store_closep) account_store *store = open_store();
    _cleanup_(account_done) struct account account = { 0 };
    uint32_t uid;

    assert_ok(add(store, "alice", "p", &uid));
    assert_ok(account_store_change(store, "alice", &rename, 0));
    assert_status(verify(store, "alice", "p"), STATUS_NO_SUCH_USER);
    assert_ok(verify(store, "alicia", "p"));
    assert_ok(account_store_change(store, "alicia", &letters, 0));
    assert_ok(account_store_find(store, &account, "alicia"));
    assert_string_equal(account.name, "ALICIA");
    assert_int_equal(account.uid, uid);
}

/* --- the policy ------------------------------------------------------------------------------- */

static struct account_policy policy_of(account_store *store)
{
    struct account_policy policy;

    assert_ok(account_policy_get(store, &policy));
    return policy;
}

static void the_policy_begins_as_a_windows_servers(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    struct account_policy p = policy_of(store);

    assert_int_equal(p.min_length, 0);
    assert_int_equal(p.max_age, 42 * 24 * 3600);
    assert_int_equal(p.min_age, 0);
    assert_int_equal(p.history, 0);
    assert_false(p.complexity);
    assert_int_equal(p.lockout_threshold, 0);
    assert_int_equal(p.lockout_window, 1800);
    assert_int_equal(p.lockout_duration, 1800);
}

static void a_policy_that_makes_no_sense_is_refused(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    const struct account_policy good = policy_of(store);
    struct account_policy bad[] = { good, good, good, good, good, good, good };

    bad[0].min_length = ACCOUNT_POLICY_LENGTH_MAX + 1;
    bad[1].history = ACCOUNT_POLICY_HISTORY_MAX + 1;
    bad[2].min_age = good.max_age;
    bad[3].lockout_window = good.lockout_duration + 1;
    bad[4].lockout_threshold = ACCOUNT_POLICY_THRESHOLD_MAX + 1;
    bad[5].max_age = 0;
    bad[6].lockout_duration = -2;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_status(account_policy_set(store, &bad[i]), STATUS_INVALID_PARAMETER);
    bad[0] = good;
    bad[0].max_age = ACCOUNT_POLICY_FOR_EVER;
    bad[0].min_age = 5;
    bad[0].lockout_duration = ACCOUNT_POLICY_FOR_EVER;
    assert_ok(account_policy_set(store, &bad[0]));
    assert_int_equal(policy_of(store).max_age, ACCOUNT_POLICY_FOR_EVER);
}

static void passwords_have_to_be_as_the_policy_says(void **state)
{
    static const struct {
        const char *password;
        bool complex;
    } passwords[] = {
        { "Abcdef1", true },        { "abcdef1!", true },   { "ABCDEF1!", true },
        { "\u4f60\u597dAb", true }, { "abcdefgh", false },  { "Abcdefgh", false },
        { "abcdef12", false },      { "Liddell-1", false }, { "xLIDDELLx1", false },
        { "xAlice77x!", false },    { "Al-x-1-yes", true },
    };
    const struct account account = { .name = (char[]){ "alice77" },
                                     .full_name = (char[]){ "Al Liddell" } };
    const struct account blank = { .name = (char[]){ "b" },
                                   .full_name = (char[]){ "" },
                                   .flags = ACCOUNT_PASSWORD_NOT_REQUIRED };
    const struct account_policy policy = { .complexity = true };
    const struct account_policy length = { .min_length = 4 };

    for (size_t i = 0; i < ARRAY_SIZE(passwords); i++) {
        nt_status st = account_policy_check_password(&policy, &account, passwords[i].password,
                                                     strlen(passwords[i].password));

        if (nt_failed(st) == passwords[i].complex)
            fail_msg("%s: %s", passwords[i].password, nt_status_name(st));
    }
    assert_status(account_policy_check_password(&length, &account, "abc", 3),
                  STATUS_PASSWORD_RESTRICTION);
    assert_ok(account_policy_check_password(&length, &account, "abcd", 4));
    assert_ok(account_policy_check_password(&length, &account, "\U0001F600\U0001F600", 8));
    assert_status(account_policy_check_password(&length, &account, "", 0),
                  STATUS_PASSWORD_RESTRICTION);
    assert_ok(account_policy_check_password(&length, &blank, "", 0));
}

static nt_status change(account_store *store, const char *password, int64_t now)
{
    return account_store_set_password(store, "alice", ACCOUNT_PASSWORD_CHANGE, password,
                                      strlen(password), now);
}

static void old_passwords_are_remembered(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    struct account_policy policy = policy_of(store);
    uint32_t uid;

    policy.history = 3;
    assert_ok(account_policy_set(store, &policy));
    assert_ok(add(store, "alice", "one", &uid));
    assert_status(change(store, "one", 1), STATUS_PASSWORD_RESTRICTION);
    assert_ok(change(store, "two", 1));
    assert_ok(change(store, "three", 1));
    assert_status(change(store, "one", 1), STATUS_PASSWORD_RESTRICTION);
    assert_ok(reset(store, "alice", "two", 3)); /* an administrator's is not held back */
    assert_ok(change(store, "four", 1));
    assert_ok(change(store, "one", 1));
    assert_status(change(store, "two", 1), STATUS_PASSWORD_RESTRICTION);
    policy.history = 0;
    assert_ok(account_policy_set(store, &policy));
    assert_ok(change(store, "one", 1));
}

static void a_password_may_be_too_young_to_be_changed(void **state)
{
    const int64_t second = 10000000;
    _cleanup_(account_store_closep) account_store *store = open_store();
    struct account_policy policy = policy_of(store);
    const struct account_change must = { .must_change = true };
    uint32_t uid;

    policy.min_age = 100;
    assert_ok(account_policy_set(store, &policy));
    assert_ok(add(store, "alice", "one", &uid)); /* at 42 */
    assert_status(change(store, "two", 99 * second), STATUS_PASSWORD_RESTRICTION);
    assert_ok(change(store, "two", 101 * second));
    assert_status(change(store, "three", 102 * second), STATUS_PASSWORD_RESTRICTION);
    assert_ok(account_store_change(store, "alice", &must, 0));
    assert_ok(change(store, "three", 102 * second));
}

/* --- who may log on when ---------------------------------------------------------------------- */

enum { SUNDAY = 6 }; /* days after 1601-01-01, a Monday */

static int64_t hours_after_epoch(int64_t hours)
{
    return hours * 3600 * 10000000;
}

static void the_first_restriction_is_told(void **state)
{
    const int64_t now = hours_after_epoch(24 * SUNDAY) + 1;
    const struct account_policy policy = { .max_age = 60 };
    static const struct {
        struct account account;
        size_t password_size;
        uint32_t type;
        int32_t status;
        int32_t sub_status;
    } rows[] = {
        { { .password_last_set = INT64_MAX / 2 }, 1, 3, 0, 0 },
        { { .flags = ACCOUNT_DISABLED, .expires = 1, .has_hours = true },
          0,
          3,
          STATUS_ACCOUNT_RESTRICTION,
          STATUS_ACCOUNT_DISABLED },
        { { .expires = 1, .has_hours = true }, 0, 3, STATUS_ACCOUNT_EXPIRED, 0 },
        { { .has_hours = true }, 0, 3, STATUS_ACCOUNT_RESTRICTION, STATUS_INVALID_LOGON_HOURS },
        { { .has_hours = true, .hours = { 1 } }, 0, 3, STATUS_ACCOUNT_RESTRICTION, 0 },
        { { .has_hours = true, .hours = { 2 } },
          1,
          3,
          STATUS_ACCOUNT_RESTRICTION,
          STATUS_INVALID_LOGON_HOURS },
        { { 0 }, 0, 2, STATUS_PASSWORD_MUST_CHANGE, 0 },
        { { .flags = ACCOUNT_PASSWORD_NEVER_EXPIRES }, 0, 2, 0, 0 },
        { { .password_last_set = 1 }, 1, 2, STATUS_ACCOUNT_RESTRICTION, STATUS_PASSWORD_EXPIRED },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct account_logon logon = { .account = &rows[i].account,
                                             .policy = &policy,
                                             .logon_type = rows[i].type,
                                             .password_size = rows[i].password_size,
                                             .now = now };
        nt_status sub = NT(INTERNAL_ERROR);
        nt_status st = account_check_logon(&logon, &sub);

        if (st.code != rows[i].status || sub.code != rows[i].sub_status)
            fail_msg("row %zu: %s, %s", i, nt_status_name(st), nt_status_name(sub));
    }
}

static void a_logon_ends_with_its_hours(void **state)
{
    const int64_t start = hours_after_epoch(24 * SUNDAY);
    struct account account = { .has_hours = true, .hours = { 0x0f } }; /* Sunday 0:00 to 4:00 */

    assert_int_equal(account_check_logoff_time(&account, start + 1), start + hours_after_epoch(4));
    account.expires = start + 5;
    assert_int_equal(account_check_logoff_time(&account, start + 1), start + 5);
    account.has_hours = false;
    account.expires = 0;
    assert_int_equal(account_check_logoff_time(&account, start), INT64_MAX);
    memset(account.hours, 0xff, sizeof(account.hours));
    account.has_hours = true;
    assert_int_equal(account_check_logoff_time(&account, start), INT64_MAX);
}

/* --- local groups ----------------------------------------------------------------------------- */

static const SID *sid(sid_buffer *buffer, const char *text)
{
    assert_ok(sid_from_text(buffer, NULL, text, strlen(text)));
    return &buffer->sid;
}

static void builtin_groups_are_there(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    _cleanup_(alias_page_done) struct alias_page page = { 0 };
    const struct alias_filter all = { 0 };

    assert_ok(alias_store_list(store, &page, &all, 0, ALIAS_PAGE_MAX));
    assert_true(page.n_aliases >= 15);
    for (size_t i = 0; i < page.n_aliases; i++) {
        const struct well_known *entry = well_known_by_sid(&page.aliases[i].sid.sid, NULL);

        assert_non_null(entry);
        assert_string_equal(entry->domain, "BUILTIN");
        assert_string_equal(entry->name, page.aliases[i].name);
    }
    assert_status(alias_store_delete(store, "administrators"), STATUS_SPECIAL_ACCOUNT);
    assert_status(alias_store_change(store, "Users", "People", NULL), STATUS_SPECIAL_ACCOUNT);
    assert_ok(alias_store_change(store, "Users", NULL, "people"));
}

static void groups_and_accounts_share_names_and_ids(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    _cleanup_(alias_done) struct alias staff = { 0 };
    _cleanup_(alias_done) struct alias again = { 0 };
    uint32_t uid = 0;

    assert_ok(add(store, "alice", "p", &uid));
    assert_ok(add_group(store, "staff"));
    assert_status(add_group(store, "STAFF"), STATUS_ALIAS_EXISTS);
    assert_status(add_group(store, "Alice"), STATUS_USER_EXISTS);
    assert_status(add(store, "Staff", "p", &uid), STATUS_ALIAS_EXISTS);
    assert_status(add_group(store, "administrators"), STATUS_ALIAS_EXISTS);
    assert_ok(alias_store_find(store, &staff, "staff"));
    assert_int_equal(staff.gid, uid + 1);
    assert_ok(alias_store_delete(store, "staff"));
    assert_ok(add(store, "bob", "p", &uid));
    assert_int_equal(uid, staff.gid + 1);
    assert_ok(add_group(store, "staff"));
    assert_ok(alias_store_find_sid(store, &again,
                                   sid(&again.sid, "S-1-5-21-1-2-3-11007"))); /* gid 5003 */
    assert_string_equal(again.name, "staff");
}

static void groups_may_be_in_groups_but_not_in_themselves(void **state)
{
    static const char *const groups[] = { "a", "b", "c" };
    _cleanup_(account_store_closep) account_store *store = open_store();
    _cleanup_(alias_page_done) struct alias_page page = { 0 };
    sid_buffer user, sids[ARRAY_SIZE(groups)];
    const struct alias_filter of_user = { sid(&user, "S-1-5-21-1-2-3-1000"), ALIAS_INDIRECT };

    for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
        _cleanup_(alias_done) struct alias alias = { 0 };

        assert_ok(add_group(store, groups[i]));
        assert_ok(alias_store_find(store, &alias, groups[i]));
        sids[i] = alias.sid;
    }
    assert_status(alias_store_add_member(store, "a", &sids[0].sid), STATUS_INVALID_MEMBER);
    assert_ok(alias_store_add_member(store, "b", &sids[0].sid));
    assert_ok(alias_store_add_member(store, "c", &sids[1].sid));
    assert_status(alias_store_add_member(store, "a", &sids[2].sid), STATUS_INVALID_MEMBER);
    assert_status(alias_store_add_member(store, "a", &sids[1].sid), STATUS_INVALID_MEMBER);
    assert_ok(alias_store_add_member(store, "a", &user.sid));
    assert_status(alias_store_add_member(store, "a", &user.sid), STATUS_MEMBER_IN_ALIAS);
    assert_ok(alias_store_list(store, &page, &of_user, 0, ALIAS_PAGE_MAX));
    assert_int_equal(page.n_aliases, 3);
    assert_ok(alias_store_delete_member(store, "b", &sids[0].sid));
    assert_status(alias_store_delete_member(store, "b", &sids[0].sid), STATUS_MEMBER_NOT_IN_ALIAS);
    assert_ok(alias_store_add_member(store, "a", &sids[2].sid));
}

static size_t count_links(account_store *store)
{
    struct alias_links links = { 0 };
    size_t n;

    assert_ok(alias_store_links(store, &links, NULL, 0, ALIAS_LINKS_PAGE_MAX));
    n = links.n_links;
    free(links.links);
    return n;
}

static void what_is_deleted_is_no_member(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store();
    _cleanup_(alias_done) struct alias staff = { 0 };
    const size_t before = count_links(store);
    sid_buffer user;
    uint32_t uid;

    assert_ok(add(store, "alice", "p", &uid));
    assert_ok(add_group(store, "staff"));
    assert_ok(alias_store_find(store, &staff, "staff"));
    assert_ok(alias_store_add_member(store, "staff", sid(&user, "S-1-5-21-1-2-3-11000")));
    assert_ok(alias_store_add_member(store, "Guests", &staff.sid.sid));
    assert_int_equal(count_links(store), before + 2);
    assert_ok(account_store_delete(store, "alice", &user, sid_length(&user.sid)));
    assert_int_equal(count_links(store), before + 1);
    assert_ok(alias_store_delete(store, "staff"));
    assert_int_equal(count_links(store), before);
}

/* --- older databases -------------------------------------------------------------------------- */

/* The first schema, as it was released, with an account in it. */
static const char *const version_1[] = {
    "CREATE TABLE accounts ("
    " uid INTEGER PRIMARY KEY AUTOINCREMENT,"
    " name TEXT NOT NULL,"
    " folded TEXT NOT NULL UNIQUE,"
    " full_name TEXT NOT NULL,"
    " password TEXT NOT NULL,"
    " flags INTEGER NOT NULL DEFAULT 0,"
    " password_last_set INTEGER NOT NULL,"
    " created INTEGER NOT NULL"
    ") STRICT",
};

static void make_version_1(const char *hash)
{
    static const char *const statements[] = {
        "INSERT INTO accounts(uid, name, folded, full_name, password, password_last_set, created)"
        " VALUES (5003, 'Old', 'old', 'Old One', ?1, 41, 40)",
    };
    static const struct database_schema schema = { .file = "accounts.db",
                                                   .migrations = version_1,
                                                   .n_migrations = 1,
                                                   .statements = statements,
                                                   .n_statements = 1 };
    _cleanup_(database_closep) database *db = NULL;
    _cleanup_(query_done) struct query q = { 0 };

    assert_ok(database_open(&db, dir, &schema));
    query_start(&q, db, 0);
    query_bind_text(&q, 1, hash);
    assert_ok(query_run(&q, NULL));
    query_done(&q);
}

static void a_database_of_the_first_version_is_brought_up_to_date(void **state)
{
    _cleanup_(account_store_closep) account_store *store = NULL;
    _cleanup_(account_done) struct account old = { 0 };
    char hash[PASSWORD_HASH_SIZE];
    uint32_t uid = 0;

    assert_ok(password_hash_make(hash, "secret", 6));
    make_version_1(hash);
    store = open_store();
    assert_ok(verify(store, "OLD", "secret"));
    assert_ok(account_store_find(store, &old, "old"));
    assert_string_equal(old.full_name, "Old One");
    assert_int_equal(old.password_last_set, 41);
    assert_int_equal(old.expires, 0);
    assert_false(old.has_hours);
    assert_ok(add(store, "new", "p", &uid));
    assert_int_equal(uid, 5004); /* no id twice */
    store = account_store_close(store);
    store = open_store();
    assert_ok(verify(store, "old", "secret"));
}

/* Where nothing can be written nothing is promised: no attempt, no account, no group. */
static void use_a_read_only_disk(void)
{
    _cleanup_(account_done) struct account account = { 0 };
    account_store *store = NULL;
    uint32_t uid = 0;
    nt_status st;

    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("tmpfs", dir, "tmpfs", 0, "size=4m") < 0)
        _exit(77);
    st = account_store_open(&store, dir);
    if (!nt_failed(st))
        st = add(store, "alice", "p", &uid);
    store = account_store_close(store);
    if (nt_failed(st) || mount(NULL, dir, NULL, MS_REMOUNT | MS_RDONLY, NULL) < 0)
        _exit(2);
    st = account_store_open(&store, dir);
    if (!nt_failed(st))
        st = account_attempt(store, &account, "alice", "p", 1, NULL);
    (void)fprintf(stderr, "a read-only disk gives %s\n", nt_status_name(st));
    _exit(nt_failed(st) && !NT_IS(st, NO_SUCH_USER) && !NT_IS(st, WRONG_PASSWORD) ? 0 : 1);
}

static void a_read_only_disk_is_told(void **state)
{
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0)
        use_a_read_only_disk();
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip(); /* needs CAP_SYS_ADMIN for a file system of its own */
    assert_int_equal(WEXITSTATUS(status), 0);
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
        cmocka_unit_test_teardown(an_account_keeps_what_it_is_told, empty_dir),
        cmocka_unit_test_teardown(a_change_is_done_whole_or_not, empty_dir),
        cmocka_unit_test_teardown(a_rename_keeps_all_but_the_name, empty_dir),
        cmocka_unit_test_teardown(the_policy_begins_as_a_windows_servers, empty_dir),
        cmocka_unit_test_teardown(a_policy_that_makes_no_sense_is_refused, empty_dir),
        cmocka_unit_test_teardown(passwords_have_to_be_as_the_policy_says, empty_dir),
        cmocka_unit_test_teardown(old_passwords_are_remembered, empty_dir),
        cmocka_unit_test_teardown(a_password_may_be_too_young_to_be_changed, empty_dir),
        cmocka_unit_test_teardown(the_first_restriction_is_told, empty_dir),
        cmocka_unit_test_teardown(a_logon_ends_with_its_hours, empty_dir),
        cmocka_unit_test_teardown(builtin_groups_are_there, empty_dir),
        cmocka_unit_test_teardown(groups_and_accounts_share_names_and_ids, empty_dir),
        cmocka_unit_test_teardown(groups_may_be_in_groups_but_not_in_themselves, empty_dir),
        cmocka_unit_test_teardown(what_is_deleted_is_no_member, empty_dir),
        cmocka_unit_test_teardown(a_database_of_the_first_version_is_brought_up_to_date, empty_dir),
        cmocka_unit_test_teardown(a_read_only_disk_is_told, empty_dir),
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
