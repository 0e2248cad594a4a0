/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/filetime.h"
#include "worker/account_attempt.h"
#include "worker/account_policy.h"
#include "worker/account_schema.h"

enum { UID_FIRST = 5000, UID_LAST = 5009, PROCESSES = 8 };

static char dir[] = "/tmp/openlogon-lockout-XXXXXX";

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

/* A database with the account "alice", password "right". */
static account_store *open_store(uint32_t threshold, int64_t window, int64_t duration)
{
    const struct account_spec spec = { .name = "alice",
                                       .password = "right",
                                       .password_size = 5,
                                       .uid_first = UID_FIRST,
                                       .uid_last = UID_LAST,
                                       .now = 42 };
    struct account_policy policy;
    account_store *store = NULL;
    uint32_t uid;

    assert_ok(account_store_open(&store, dir));
    assert_ok(account_policy_get(store, &policy));
    policy.lockout_threshold = threshold;
    policy.lockout_window = window;
    policy.lockout_duration = duration;
    assert_ok(account_policy_set(store, &policy));
    assert_ok(account_store_add(store, &uid, &spec));
    return store;
}

static nt_status try_password(account_store *store, const char *password)
{
    _cleanup_(account_done) struct account account = { 0 };

    return account_attempt(store, &account, "alice", password, strlen(password), NULL);
}

/* Brings the account's past nearer or farther, instead of waiting. */
static void shift_past(account_store *store, int64_t seconds)
{
    _cleanup_(account_done) struct account a = { 0 };
    _cleanup_(query_done) struct query q = { 0 };
    int64_t shift = seconds * FILETIME_PER_SECOND;

    assert_ok(account_store_find(store, &a, "alice"));
    query_start(&q, store->db, ACCOUNT_SET_LOCKOUT);
    query_bind_int(&q, 1, a.uid);
    query_bind_int(&q, 2, a.bad_passwords);
    query_bind_int(&q, 3, a.last_bad_password - shift);
    query_bind_int(&q, 4, a.locked_at ? a.locked_at - shift : 0);
    query_bind_int(&q, 5, a.failures);
    assert_ok(query_run(&q, NULL));
}

static void wrong_passwords_lock_an_account_for_its_time(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store(3, 600, 900);

    for (int i = 0; i < 3; i++)
        assert_status(try_password(store, "wrong"), STATUS_WRONG_PASSWORD);
    assert_status(try_password(store, "wrong"), STATUS_ACCOUNT_LOCKED_OUT);
    assert_status(try_password(store, "right"), STATUS_ACCOUNT_LOCKED_OUT);
    shift_past(store, 890);
    assert_status(try_password(store, "right"), STATUS_ACCOUNT_LOCKED_OUT);
    shift_past(store, 20);
    assert_ok(try_password(store, "right"));
    assert_status(try_password(store, "wrong"), STATUS_WRONG_PASSWORD);
}

static void the_right_password_and_time_forget_wrong_ones(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store(2, 600, 600);

    for (int i = 0; i < 3; i++) {
        assert_status(try_password(store, "wrong"), STATUS_WRONG_PASSWORD);
        assert_ok(try_password(store, "right"));
    }
    for (int i = 0; i < 3; i++) {
        assert_status(try_password(store, "wrong"), STATUS_WRONG_PASSWORD);
        shift_past(store, 601);
    }
    assert_status(try_password(store, "wrong"), STATUS_WRONG_PASSWORD);
    shift_past(store, 599);
    assert_status(try_password(store, "wrong"), STATUS_WRONG_PASSWORD);
    assert_status(try_password(store, "right"), STATUS_ACCOUNT_LOCKED_OUT);
}

static void the_one_that_locks_it_is_told_so(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store(3, 600, 600);

    for (int i = 1; i <= 3; i++) {
        _cleanup_(account_done) struct account account = { 0 };
        bool locks = i < 3;

        assert_status(account_attempt(store, &account, "alice", "wrong", 5, &locks),
                      STATUS_WRONG_PASSWORD);
        assert_int_equal(locks, i == 3);
    }
}

static void for_ever_lasts_until_it_is_unlocked(void **state)
{
    const struct account_change unlock = { .unlock = true };
    _cleanup_(account_store_closep) account_store *store =
        open_store(1, 600, ACCOUNT_POLICY_FOR_EVER);

    assert_status(try_password(store, "wrong"), STATUS_WRONG_PASSWORD);
    shift_past(store, INT64_C(400) * 24 * 3600);
    assert_status(try_password(store, "right"), STATUS_ACCOUNT_LOCKED_OUT);
    assert_ok(account_store_change(store, "alice", &unlock, 0));
    assert_ok(try_password(store, "right"));
}

static void without_a_threshold_nothing_is_locked(void **state)
{
    _cleanup_(account_done) struct account account = { 0 };
    _cleanup_(account_store_closep) account_store *store = open_store(0, 600, 600);

    for (int i = 0; i < 5; i++)
        assert_status(try_password(store, "wrong"), STATUS_WRONG_PASSWORD);
    assert_ok(account_attempt(store, &account, "alice", "right", 5, NULL));
    assert_int_equal(account.failures, 5);
    assert_true(account.last_bad_password > 0);
}

static void add_attempts(account_store *store, int n, int64_t started)
{
    for (int i = 0; i < n; i++) {
        _cleanup_(query_done) struct query q = { 0 };

        query_start(&q, store->db, ATTEMPT_ADD);
        query_bind_int(&q, 1, UID_FIRST);
        query_bind_int(&q, 2, started);
        assert_ok(query_run(&q, NULL));
    }
}

static void an_attempt_whose_process_died_counts(void **state)
{
    const int64_t now = filetime_now();
    _cleanup_(account_done) struct account account = { 0 };
    _cleanup_(account_store_closep) account_store *store = open_store(3, 600, 600);

    add_attempts(store, 2, now - (ATTEMPT_LIFE_SECONDS + 1) * FILETIME_PER_SECOND);
    assert_status(try_password(store, "wrong"), STATUS_WRONG_PASSWORD);
    assert_status(try_password(store, "right"), STATUS_ACCOUNT_LOCKED_OUT);
    assert_ok(account_store_find(store, &account, "alice"));
    assert_int_equal(account.bad_passwords, 3);
}

static void an_attempt_that_is_still_running_is_waited_for_but_not_for_long(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store(3, 600, 600);

    add_attempts(store, 2, filetime_now());
    assert_ok(try_password(store, "right")); /* there is room for one */
    add_attempts(store, 1, filetime_now());
    assert_status(try_password(store, "right"), STATUS_ACCOUNT_LOCKED_OUT);
}

/* --- many at once ----------------------------------------------------------------------------- */

/* Runs `attack` in PROCESSES processes that start together; the sum of what they return. */
static int run_attackers(int (*attack)(account_store *store))
{
    int start[2];
    int sum = 0;

    assert_int_equal(pipe(start), 0);
    for (int p = 0; p < PROCESSES; p++) {
        if (fork() == 0) {
            account_store *store = NULL;
            char byte;
            int r = 255;

            (void)close(start[1]);
            if (read(start[0], &byte, 1) == 0 && !nt_failed(account_store_open(&store, dir)))
                r = attack(store);
            _exit(r);
        }
    }
    (void)close(start[0]);
    (void)close(start[1]);
    for (int p = 0; p < PROCESSES; p++) {
        int status = -1;

        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status));
        assert_true(WEXITSTATUS(status) < 100);
        sum += WEXITSTATUS(status);
    }
    return sum;
}

/* How many wrong passwords were looked at. */
static int guess(account_store *store)
{
    int hashed = 0;

    for (int i = 0; i < 5; i++) {
        nt_status st = try_password(store, "wrong");

        if (NT_IS(st, WRONG_PASSWORD))
            hashed++;
        else if (!NT_IS(st, ACCOUNT_LOCKED_OUT))
            return 200;
    }
    return hashed;
}

static void exactly_as_many_are_hashed_as_the_threshold_says(void **state)
{
    static const uint32_t thresholds[] = { 1, 3, 10, 20 };

    for (size_t i = 0; i < ARRAY_SIZE(thresholds); i++) {
        _cleanup_(account_store_closep) account_store *store = open_store(thresholds[i], 600, 600);

        assert_int_equal(run_attackers(guess), thresholds[i]);
        assert_status(try_password(store, "right"), STATUS_ACCOUNT_LOCKED_OUT);
        store = account_store_close(store);
        assert_int_equal(empty_dir(NULL), 0);
    }
}

static int log_on_well(account_store *store)
{
    return nt_failed(try_password(store, "right"));
}

static void those_who_know_the_password_do_not_lock_each_other_out(void **state)
{
    _cleanup_(account_store_closep) account_store *store = open_store(3, 600, 600);

    assert_int_equal(run_attackers(log_on_well), 0);
    assert_ok(try_password(store, "right"));
}

/* Each begins an attempt and is killed before its end, wherever it is. */
static void killed_attackers_gain_nothing(void **state)
{
    enum { THRESHOLD = 4, KILLED = 12 };
    _cleanup_(account_store_closep) account_store *store = open_store(THRESHOLD, 600, 600);
    _cleanup_(query_done) struct query q = { 0 };
    int64_t pending;
    _cleanup_(account_done) struct account account = { 0 };

    for (int i = 0; i < KILLED; i++) {
        pid_t child = fork();
        int status;

        assert_true(child >= 0);
        if (child == 0) {
            account_store *own = NULL;

            if (!nt_failed(account_store_open(&own, dir)))
                (void)try_password(own, "wrong").code;
            _exit(0);
        }
        (void)usleep((useconds_t)(i * 4000)); /* spreads the ends; nothing depends on it */
        (void)kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
    }
    assert_ok(account_store_find(store, &account, "alice"));
    query_start(&q, store->db, ATTEMPT_COUNT);
    query_bind_int(&q, 1, account.uid);
    assert_true(query_next(&q));
    pending = query_int(&q, 0);
    assert_true(account.bad_passwords + pending <= THRESHOLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(wrong_passwords_lock_an_account_for_its_time, empty_dir),
        cmocka_unit_test_teardown(the_right_password_and_time_forget_wrong_ones, empty_dir),
        cmocka_unit_test_teardown(the_one_that_locks_it_is_told_so, empty_dir),
        cmocka_unit_test_teardown(for_ever_lasts_until_it_is_unlocked, empty_dir),
        cmocka_unit_test_teardown(without_a_threshold_nothing_is_locked, empty_dir),
        cmocka_unit_test_teardown(an_attempt_whose_process_died_counts, empty_dir),
        cmocka_unit_test_teardown(an_attempt_that_is_still_running_is_waited_for_but_not_for_long,
                                  empty_dir),
        cmocka_unit_test_teardown(exactly_as_many_are_hashed_as_the_threshold_says, empty_dir),
        cmocka_unit_test_teardown(those_who_know_the_password_do_not_lock_each_other_out,
                                  empty_dir),
        cmocka_unit_test_teardown(killed_attackers_gain_nothing, empty_dir),
    };

    return cmocka_run_group_tests_name("account-lockout", tests, make_dir, remove_dir);
}
