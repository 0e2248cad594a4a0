/* SPDX-License-Identifier: MIT */
/* The language by itself: patterns, objects, and what a query that is short of memory leaves. */
#include "base/test.h"

#include <stdio.h>

#include "query/cim_object.h"
#include "query/process_facts.h"
#include "query/wql_condition.h"

static const struct {
    const char *text, *pattern;
    bool matches;
} patterns[] = {
    { "alice", "alice", true },
    { "alice", "ALICE", true },
    { "alice", "al", false },
    { "alice", "al%", true },
    { "alice", "%ce", true },
    { "alice", "%l%c%", true },
    { "alice", "%x%", false },
    { "alice", "_lice", true },
    { "alice", "_alice", false },
    { "", "", true },
    { "", "%", true },
    { "", "_", false },
    { "bob", "b[oa]b", true },
    { "bob", "b[^oa]b", false },
    { "bob", "b[m-p]b", true },
    { "bob", "b[M-P]B", true },
    { "bob", "b[p-z]b", false },
    { "b[b", "b[b", true }, /* a set without an end is a text */
    { "50%", "50[%]", true },
    { "501", "50[%]", false },
    { "aaab", "%aab", true },
    { "mississippi", "%iss%ip%", true },
};

static void patterns_match(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
        if (wql_like(patterns[i].text, patterns[i].pattern) != patterns[i].matches)
            fail_msg("%s LIKE %s", patterns[i].text, patterns[i].pattern);
    }
}

static void one_object_has_several_paths(void **state)
{
    static const char *const same[] = {
        "Win32_UserAccount.Domain=\"X\",Name=\"Y\"",
        "win32_account.name='y',domain='x'",
        "\\\\.\\root\\cimv2:Win32_Account.Domain=\"X\",Name=\"Y\"",
    };
    static const char *const others[] = {
        "Win32_UserAccount.Domain=\"X\",Name=\"Z\"",
        "Win32_UserAccount.Domain=\"X\"",
        "Win32_Process.Domain=\"X\",Name=\"Y\"",
        "Win32_Nothing.Domain=\"X\",Name=\"Y\"",
        "Win32_UserAccount",
        "",
    };

    for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
        for (size_t j = 0; j < ARRAY_SIZE(same); j++)
            assert_true(cim_same_object(same[i], same[j]));
        for (size_t j = 0; j < ARRAY_SIZE(others); j++)
            assert_false(cim_same_object(same[i], others[j]));
    }
    assert_true(cim_same_object("Win32_Process=12", "Win32_Process.Handle=\"12\""));
}

static nt_status parse(struct wql_query **ret)
{
    static const char text[] = "SELECT LogonId, LogonType FROM Win32_LogonSession "
                               "WHERE NOT (LogonType = 2 OR 'x' = LogonId) AND Name LIKE 'a%'";
    struct query_problem problem = { 0 };
    bool good = wql_query_parse(ret, text, &problem);

    query_problem_done(&problem);
    return good ? NT_OK : NT(NO_MEMORY);
}

static void a_query_without_memory_leaves_nothing(void **state)
{
    struct wql_query *query = NULL;

    FOR_EACH_FAILING_ALLOCATION(st, parse(&query))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(query);
    }
    assert_int_equal(query->n_properties, 2);
    assert_int_equal(query->where->operator, WQL_AND);
    wql_query_free(query);
}

static void nesting_and_numbers_have_limits(void **state)
{
    static char text[1 << 17];
    struct query_problem problem = { 0 };
    struct wql_query *query = NULL;
    char *to = stpcpy(text, "SELECT * FROM A WHERE ");

    for (size_t i = 0; i < 200; i++)
        to = stpcpy(to, "(");
    assert_false(wql_query_parse(&query, text, &problem));
    assert_string_equal(problem.message, "conditions are nested too deeply");
    to = stpcpy(text, "SELECT * FROM A WHERE a = 1");
    for (size_t i = 0; i < WQL_CONDITIONS_MAX; i++)
        to = stpcpy(to, " OR a = 1");
    assert_false(wql_query_parse(&query, text, &problem));
    assert_string_equal(problem.message, "there are too many conditions");
    memset(text, ' ', sizeof(text) - 1);
    assert_false(wql_query_parse(&query, text, &problem));
    assert_false(problem.has_offset);
    assert_null(query);
    query_problem_done(&problem);
}

static void a_process_chooses_its_name(void **state)
{
    static const char line[] = "77 (a) S 1 (b) R 42 1 1 0 -1 4194560 10 0 5 0 200 100 0 0 20 0 3 0 "
                               "1000 8192 2 184467";
    const struct process_clock clock = { 132000000000000000, 100, 4096 };
    struct process_stat stat;

    assert_true(process_stat_parse(&stat, line, strlen(line), &clock));
    assert_string_equal(stat.name, "a) S 1 (b");
    assert_int_equal(stat.parent, 42);
    assert_int_equal(stat.page_faults, 15);
    assert_int_equal(stat.user_time, 20000000);
    assert_int_equal(stat.kernel_time, 10000000);
    assert_int_equal(stat.priority, 20);
    assert_int_equal(stat.n_threads, 3);
    assert_int_equal(stat.started, 132000000100000000);
    assert_int_equal(stat.virtual_bytes, 8192);
    assert_int_equal(stat.resident_bytes, 8192);
    assert_false(process_stat_parse(&stat, "77 a", 4, &clock));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_match),
        cmocka_unit_test(one_object_has_several_paths),
        cmocka_unit_test(a_query_without_memory_leaves_nothing),
        cmocka_unit_test(nesting_and_numbers_have_limits),
        cmocka_unit_test(a_process_chooses_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
