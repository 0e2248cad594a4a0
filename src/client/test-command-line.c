/* SPDX-License-Identifier: MIT */
#include "client/command_line.h"

#include <stdlib.h>

#include "base/test.h"

static const struct {
    const char *line;
    const char *arguments[6];
} lines[] = {
    { "", { "" } },
    { " ", { "" } },
    { "a", { "a" } },
    { "a b c", { "a", "b", "c" } },
    { "  a b", { "", "a", "b" } },
    { "a\tb  \t c ", { "a", "b", "c" } },
    /* the program */
    { "\"a b\" c", { "a b", "c" } },
    { "\"a b\"c", { "a b", "c" } },
    { "\"a", { "a" } },
    { "a\"b c", { "a\"b", "c" } },
    { "\\\"a b", { "\\\"a", "b" } },
    { "\"a\\\" b", { "a\\", "b" } },
    { "\"\" b", { "", "b" } },
    /* quotes in arguments */
    { "p \"a b\" c", { "p", "a b", "c" } },
    { "p a\"b c\"d", { "p", "ab cd" } },
    { "p \"\" b", { "p", "", "b" } },
    { "p \"a", { "p", "a" } },
    { "p \"a \"\"b\" c", { "p", "a \"b c" } },
    { "p \"\"\"a b", { "p", "\"a", "b" } },
    { "p \"\"\"\"", { "p", "\"" } },
    { "p \"\"\"\"\" a", { "p", "\"", "a" } },
    /* backslashes */
    { "p a\\b", { "p", "a\\b" } },
    { "p a\\\\b c\\", { "p", "a\\\\b", "c\\" } },
    { "p \\\"", { "p", "\"" } },
    { "p \\\\\" a", { "p", "\\ a" } },
    { "p \\\\\\\" a", { "p", "\\\"", "a" } },
    { "p \\\\\\\\\"a b\"", { "p", "\\\\a b" } },
    { "p \"a\\\\\" b", { "p", "a\\", "b" } },
    { "p \"a\\\"b c\" d", { "p", "a\"b c", "d" } },
    /* other bytes are left alone */
    { "p \xc3\xbc \xff \n", { "p", "\xc3\xbc", "\xff", "\n" } },
};

static void lines_are_cut_by_the_rules(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        char **argv;
        size_t argc, n = 0;

        assert_ok(command_line_parse(&argv, &argc, lines[i].line));
        for (; lines[i].arguments[n]; n++) {
            if (n >= argc || strcmp(argv[n], lines[i].arguments[n]) != 0)
                fail_msg("<%s>: argument %zu is <%s>, not <%s>", lines[i].line, n,
                         n < argc ? argv[n] : "(none)", lines[i].arguments[n]);
        }
        assert_int_equal(argc, n);
        assert_null(argv[argc]);
        free(argv);
    }
}

static void no_memory_is_told(void **state)
{
    char **argv = (char **)8;

    test_fail_allocation(1);
    assert_status(command_line_parse(&argv, NULL, "a b"), STATUS_NO_MEMORY);
    assert_true(test_allocation_failed());
    assert_ptr_equal(argv, (char **)8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_cut_by_the_rules),
        cmocka_unit_test(no_memory_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
