/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <unistd.h>

#include "authority/test-support.h"

#define OTHER_BOOT_ID "fedcba98-7654-3210-fedc-ba9876543210"

static struct test_dir dir;

static int set_up(void **state)
{
    test_dir_make(&dir);
    return 0;
}

static int tear_down(void **state)
{
    test_dir_remove(&dir);
    return 0;
}

static LuidSource *open_source(const char *boot_id)
{
    LuidSource *source = NULL;

    assert_ok(luid_source_open(&source, dir.fd, boot_id));
    return source;
}

static uint64_t take(LuidSource *source, uint32_t count)
{
    uint64_t first = 0;

    assert_ok(luid_take(source, count, &first));
    return first;
}

static void luids_rise_from_the_first_on(void **state)
{
    LuidSource *source = open_source(TEST_BOOT_ID);

    assert_int_equal(take(source, 1), LUID_FIRST);
    assert_int_equal(take(source, 10), LUID_FIRST + 1);
    assert_int_equal(take(source, 1), LUID_FIRST + 11);
    assert_true(luid_was_taken(source, LUID_FIRST + 11));
    assert_false(luid_was_taken(source, LUID_FIRST + 12));
    assert_false(luid_was_taken(source, 0x3e7));
    luid_source_close(source);
}

/* Whether it was closed well makes no difference: nothing is written at the end. */
static void a_new_start_in_the_same_boot_reuses_nothing(void **state)
{
    LuidSource *source = open_source(TEST_BOOT_ID);
    uint64_t last = take(source, LUID_TAKE_MAX) + LUID_TAKE_MAX - 1;

    luid_source_close(source);
    source = open_source(TEST_BOOT_ID);
    assert_true(take(source, 1) > last);
    assert_true(luid_was_taken(source, last));
    luid_source_close(source);
}

static void blocks_are_reserved_before_their_luids_are_used(void **state)
{
    LuidSource *source = open_source(TEST_BOOT_ID);
    LuidSource *after_crash;
    uint64_t last = 0;

    for (uint64_t i = 0; i < 2 * LUID_BLOCK / LUID_TAKE_MAX + 3; i++) {
        uint64_t first = take(source, LUID_TAKE_MAX);

        assert_true(first > last);
        last = first + LUID_TAKE_MAX - 1;
    }
    after_crash = open_source(TEST_BOOT_ID);
    assert_true(take(after_crash, 1) > last);
    luid_source_close(after_crash);
    luid_source_close(source);
}

static void another_boot_begins_anew(void **state)
{
    LuidSource *source = open_source(TEST_BOOT_ID);

    luid_source_close(source);
    source = open_source(OTHER_BOOT_ID);
    assert_int_equal(take(source, 1), LUID_FIRST);
    luid_source_close(source);
}

static void a_damaged_file_is_not_overwritten(void **state)
{
    static const char *const texts[] = {
        "",
        "openlogon-luid 1\n",
        "openlogon-luid 1\nboot " TEST_BOOT_ID "\n",
        "openlogon-luid 1\nboot 0123\nend 110000\n",
        "openlogon-luid 1\nboot " TEST_BOOT_ID "\nend 5\n",
        "openlogon-luid 1\nboot " TEST_BOOT_ID "\nend 110000\nmore\n",
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        int fd = openat(dir.fd, LUID_FILE, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
        LuidSource *source = NULL;

        assert_int_equal(write(fd, texts[i], strlen(texts[i])), strlen(texts[i]));
        (void)close(fd);
        assert_status(luid_source_open(&source, dir.fd, TEST_BOOT_ID), STATUS_FILE_CORRUPT_ERROR);
        assert_null(source);
    }
}

static void counts_have_a_limit(void **state)
{
    LuidSource *source = open_source(TEST_BOOT_ID);
    uint64_t first = 0;

    assert_status(luid_take(source, 0, &first), STATUS_INVALID_PARAMETER);
    assert_status(luid_take(source, LUID_TAKE_MAX + 1, &first), STATUS_INVALID_PARAMETER);
    luid_source_close(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(luids_rise_from_the_first_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_start_in_the_same_boot_reuses_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(blocks_are_reserved_before_their_luids_are_used, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(another_boot_begins_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_not_overwritten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(counts_have_a_limit, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
