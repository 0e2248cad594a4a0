/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/macros.h"
#include "command_line.h"

static void arguments_are_quoted_as_windows_reads_them(void **state)
{
    static const struct {
        const char *argv[5];
        const char *line;
    } cases[] = {
        { { "true" }, "true" },
        { { "/usr/bin/my program", "x" }, "\"/usr/bin/my program\" x" },
        { { "", "x" }, "\"\" x" },
        { { "echo", "a b", "c" }, "echo \"a b\" c" },
        { { "echo", "" }, "echo \"\"" },
        { { "echo", "say \"hi\"" }, "echo \"say \\\"hi\\\"\"" },
        { { "echo", "a\\b", "c\\" }, "echo a\\b c\\" },
        { { "echo", "a b\\", "c" }, "echo \"a b\\\\\" c" },
        { { "echo", "a\\\"b" }, "echo \"a\\\\\\\"b\"" },
        { { "echo", "two\nlines", "tab\there" }, "echo \"two\nlines\" \"tab\there\"" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(freep) char *line = command_line_build((char *const *)(uintptr_t)cases[i].argv);

        assert_string_equal(line, cases[i].line);
    }
}

static void a_program_with_a_quotation_mark_is_refused(void **state)
{
    const char *const argv[] = { "a\"b", NULL };

    errno = 0;
    assert_null(command_line_build((char *const *)(uintptr_t)argv));
    assert_int_equal(errno, EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_are_quoted_as_windows_reads_them),
        cmocka_unit_test(a_program_with_a_quotation_mark_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
