/* SPDX-License-Identifier: MIT */
/* Whose range of uids is whose, among state directories that come, stay and go. */
#include "base/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/private_uids.h"
#include "security/idmap.h"

enum { PATH_SIZE = 128 };

static char base[] = "/tmp/openlogon-test-XXXXXX";

static const char *below(const char *name)
{
    static char path[PATH_SIZE];

    (void)snprintf(path, sizeof(path), "%s/%s", base, name);
    return path;
}

static int claim(struct private_uids *ret, const char *state)
{
    char registry[PATH_SIZE];

    (void)snprintf(registry, sizeof(registry), "%s", below("registry"));
    *ret = (struct private_uids){ .lock = -1 };
    return private_uids_claim(ret, registry, below(state));
}

static void run(const char *command)
{
    char text[2 * PATH_SIZE];

    (void)snprintf(text, sizeof(text), "cd %s && %s", base, command);
    assert_int_equal(system(text), 0);
}

static int set_up(void **state)
{
    (void)strcpy(strrchr(base, '-'), "-XXXXXX");
    return mkdtemp(base) ? 0 : -1;
}

static int tear_down(void **state)
{
    run("rm -rf registry a b");
    return rmdir(base);
}

static void ranges_lie_beside_each_other(void **state)
{
    struct private_uids a, b;

    assert_int_equal(claim(&a, "a"), 0);
    assert_int_equal(claim(&b, "b"), 0);
    assert_int_equal(a.first, PRIVATE_UIDS_FIRST);
    assert_int_equal(a.last, PRIVATE_UIDS_FIRST + PRIVATE_UIDS_SIZE - 1);
    assert_int_equal(b.first, a.last + 1);
    private_uids_done(&a);
    private_uids_done(&b);
}

static void a_state_directory_keeps_its_range(void **state)
{
    struct private_uids a, b, again;

    assert_int_equal(claim(&a, "a"), 0);
    private_uids_done(&a);
    assert_int_equal(claim(&b, "b"), 0);
    assert_int_not_equal(a.first, b.first);
    assert_int_equal(claim(&again, "a"), 0);
    assert_int_equal(again.first, a.first);
    private_uids_done(&again);
    private_uids_done(&b);
}

static void the_range_of_a_directory_that_is_gone_is_free(void **state)
{
    struct private_uids a, b;

    assert_int_equal(claim(&a, "a"), 0);
    private_uids_done(&a);
    run("rm -r a");
    assert_int_equal(claim(&b, "b"), 0);
    assert_int_equal(b.first, a.first);
    private_uids_done(&b);
}

/* Its path may be of another mount namespace. */
static void a_range_that_is_held_is_not_free(void **state)
{
    struct private_uids a, b;

    assert_int_equal(claim(&a, "a"), 0);
    run("rm -r a");
    assert_int_equal(claim(&b, "b"), 0);
    assert_int_not_equal(b.first, a.first);
    private_uids_done(&b);
    private_uids_done(&a);
}

/* As after the machine was started again. */
static void a_range_that_another_took_meanwhile_is_told(void **state)
{
    struct private_uids a, b, again;

    assert_int_equal(claim(&a, "a"), 0);
    private_uids_done(&a);
    run("rm -r registry");
    assert_int_equal(claim(&b, "b"), 0);
    assert_int_equal(b.first, a.first);
    assert_int_equal(claim(&again, "a"), -EBUSY);
    assert_int_equal(again.first, a.first);
    assert_int_equal(again.last, a.last);
    private_uids_done(&b);
    assert_int_equal(claim(&again, "a"), -EBUSY); /* b has accounts with them */
    run("rm -r b");
    assert_int_equal(claim(&again, "a"), 0);
    private_uids_done(&again);
}

static void without_a_registry_all_share_one(void **state)
{
    struct private_uids a = { .lock = -1 }, again;

    assert_int_equal(private_uids_claim(&a, NULL, below("a")), 0);
    assert_int_equal(a.first, PRIVATE_UIDS_FIRST + PRIVATE_UIDS_SIZE * PRIVATE_UIDS_RANGES);
    assert_true(a.last <= IDMAP_ID_MAX);
    assert_int_equal(a.lock, -1);
    assert_int_equal(claim(&again, "a"), 0); /* its accounts have them */
    assert_int_equal(again.first, a.first);
    assert_int_equal(again.lock, -1);
}

static void accounts_of_another_time_keep_their_uids(void **state)
{
    struct private_uids a, b = { .lock = -1 };

    run("mkdir a && : > a/accounts.db");
    assert_int_equal(claim(&a, "a"), -EEXIST);
    assert_int_equal(a.first, 0);
    assert_int_equal(private_uids_claim(&b, NULL, below("a")), -EEXIST);
    assert_int_equal(b.first, 0);
}

static void what_is_noted_has_to_be_a_range(void **state)
{
    static const char *const wrong[] = { "1001", "-1", "x", "", "01", "1 ", "99999999999" };
    struct private_uids a;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char command[64];

        (void)snprintf(command, sizeof(command), "mkdir -p a && echo '%s' > a/uid-range", wrong[i]);
        run(command);
        assert_int_equal(claim(&a, "a"), -EBADMSG);
        assert_int_equal(a.lock, -1);
    }
}

static void a_registry_of_somebody_elses_is_not_used(void **state)
{
    struct private_uids a;

    run("mkdir -m 0777 registry && chmod 0777 registry");
    assert_int_equal(claim(&a, "a"), -EPERM);
    run("chmod 0700 registry");
    assert_int_equal(claim(&a, "a"), 0);
    private_uids_done(&a);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(ranges_lie_beside_each_other),
        TEST(a_state_directory_keeps_its_range),
        TEST(the_range_of_a_directory_that_is_gone_is_free),
        TEST(a_range_that_is_held_is_not_free),
        TEST(a_range_that_another_took_meanwhile_is_told),
        TEST(without_a_registry_all_share_one),
        TEST(accounts_of_another_time_keep_their_uids),
        TEST(what_is_noted_has_to_be_a_range),
        TEST(a_registry_of_somebody_elses_is_not_used),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
