/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"

static char caught[4096];

/* Runs with stderr in a pipe; what came is in `caught`. */
static void catch_lines(void (*run)(void))
{
    int ends[2];
    int saved = dup(STDERR_FILENO);

    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    run();
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    (void)close(saved);
    (void)close(ends[1]);
    ssize_t n = read(ends[0], caught, sizeof(caught) - 1);
    (void)close(ends[0]);
    caught[n > 0 ? n : 0] = 0;
}

static void log_two_levels(void)
{
    errno = 77;
    log_debug("%s", "not seen");
    log_warning("a %d\nb", 1);
    assert_int_equal(errno, 77);
}

static void a_level_beyond_the_set_one_is_left_out(void **state)
{
    (void)unsetenv("JOURNAL_STREAM");
    log_set_level(LOG_LEVEL_INFO);
    catch_lines(log_two_levels);
    assert_string_equal(caught, "a 1?b\n");
}

static void under_the_journal_a_line_has_its_priority(void **state)
{
    assert_int_equal(setenv("JOURNAL_STREAM", "8:1", 1), 0);
    log_set_name("me");
    catch_lines(log_two_levels);
    assert_string_equal(caught, "<4>me: a 1?b\n");
    (void)unsetenv("JOURNAL_STREAM");
    log_set_name(NULL);
}

static void log_long_line(void)
{
    log_error("%5000d", 1);
}

static void a_long_line_is_cut_and_ends(void **state)
{
    catch_lines(log_long_line);
    assert_true(strlen(caught) < 1100);
    assert_int_equal(caught[strlen(caught) - 1], '\n');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_beyond_the_set_one_is_left_out),
        cmocka_unit_test(under_the_journal_a_line_has_its_priority),
        cmocka_unit_test(a_long_line_is_cut_and_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
