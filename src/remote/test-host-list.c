/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "remote/host_list.h"

static const struct {
    const char *text;
    const char *name;
    uint16_t port;
    bool is_v6, is_loopback;
} hosts[] = {
    { "web1", "web1", 0 },
    { "web1.example.org:5989", "web1.example.org", 5989 },
    { "192.0.2.7:1", "192.0.2.7", 1 },
    { "127.8.9.1", "127.8.9.1", 0, .is_loopback = true },
    { "LocalHost:80", "LocalHost", 80, .is_loopback = true },
    { "localhost.example.org", "localhost.example.org", 0 },
    { "[::1]", "::1", 0, true, true },
    { "[2001:db8::1]:65535", "2001:db8::1", 65535, true },
};

static void hosts_are_taken_apart(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
        _cleanup_(query_problem_done) struct query_problem problem = { 0 };
        _cleanup_(host_list_done) struct host_list list = { 0 };

        assert_true(host_list_add(&list, hosts[i].text, &problem));
        assert_int_equal(list.n, 1);
        assert_string_equal(list.all[0].text, hosts[i].text);
        assert_string_equal(list.all[0].name, hosts[i].name);
        assert_int_equal(list.all[0].port, hosts[i].port);
        assert_int_equal(list.all[0].is_v6, hosts[i].is_v6);
        assert_int_equal(remote_host_is_loopback(&list.all[0]), hosts[i].is_loopback);
    }
}

static const struct {
    const char *text, *why;
} wrong[] = {
    { "", "a name is missing" },
    { "a,", "a name is missing" },
    { ":80", "a name is missing" },
    { "a:", "no number from 1" },
    { "a:0", "no number from 1" },
    { "a:65536", "no number from 1" },
    { "a:123456", "no number from 1" },
    { "a:8x", "no number" },
    { "::1", "in brackets" },
    { "2001:db8::1:80", "in brackets" },
    { "[::1", "not closed" },
    { "[::1]80", "no \":PORT\"" },
    { "[::1]:", "no number from 1" },
    { "[web1]", "no IPv6 address" },
    { "[]", "no IPv6 address" },
    { "alice@web1", "letters of ASCII" },
    { "https://web1", "no number" },
    { "web1/x", "letters of ASCII" },
    { "we b1", "letters of ASCII" },
    { "-x", "does not begin" },
    { "w\xc3\xa4rm", "letters of ASCII" },
};

static void what_is_no_host_is_named(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        _cleanup_(query_problem_done) struct query_problem problem = { 0 };
        _cleanup_(host_list_done) struct host_list list = { 0 };

        if (host_list_add(&list, wrong[i].text, &problem))
            fail_msg("\"%s\" is taken", wrong[i].text);
        if (!strstr(problem.message, wrong[i].why))
            fail_msg("of \"%s\": %s", wrong[i].text, problem.message);
    }
}

static void lists_have_commas_and_files_have_lines(void **state)
{
    static const char lines[] = "# all of them\n\nweb1   # the first\r\n\t[::1]:7 \nweb3:9";
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(host_list_done) struct host_list list = { 0 };

    assert_true(host_list_add(&list, "a, b:5 ,c", &problem));
    assert_true(host_list_add_lines(&list, lines, strlen(lines), &problem));
    assert_int_equal(list.n, 6);
    assert_string_equal(list.all[1].text, "b:5");
    assert_string_equal(list.all[3].text, "web1");
    assert_string_equal(list.all[4].text, "[::1]:7");
    assert_string_equal(list.all[5].text, "web3:9");
}

static void a_bad_line_is_named_by_its_number(void **state)
{
    static const char lines[] = "a\n#\nb b # c\nd\n";
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(host_list_done) struct host_list list = { 0 };

    assert_false(host_list_add_lines(&list, lines, strlen(lines), &problem));
    assert_non_null(strstr(problem.message, "line 3: \"b b\": "));
}

static void a_zero_ends_no_host(void **state)
{
    static const char lines[][9] = { "[::1\0002]\n", "[::1]\0:7\n", "a\0b:7890\n" };

    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        _cleanup_(query_problem_done) struct query_problem problem = { 0 };
        _cleanup_(host_list_done) struct host_list list = { 0 };

        assert_false(host_list_add_lines(&list, lines[i], sizeof(lines[i]), &problem));
        assert_int_equal(list.n, 0);
    }
}

static void there_is_an_end_to_hosts(void **state)
{
    enum { LINE = 2 };
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(host_list_done) struct host_list list = { 0 };
    _cleanup_(freep) char *lines = malloc(LINE * (HOST_LIST_MAX + 1));

    assert_non_null(lines);
    for (size_t i = 0; i <= HOST_LIST_MAX; i++)
        memcpy(lines + LINE * i, "a\n", LINE);
    assert_false(host_list_add_lines(&list, lines, LINE * (HOST_LIST_MAX + 1), &problem));
    assert_non_null(strstr(problem.message, "too many"));
}

static bool add_without_memory(size_t n)
{
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(host_list_done) struct host_list list = { 0 };

    test_fail_allocation(n);
    return host_list_add(&list, "a,b,c", &problem);
}

static void without_memory_there_is_no_list(void **state)
{
    for (size_t n = 1;; n++) {
        const bool added = add_without_memory(n);

        if (!test_allocation_failed()) {
            assert_true(added);
            break;
        }
        assert_false(added);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_taken_apart),
        cmocka_unit_test(what_is_no_host_is_named),
        cmocka_unit_test(lists_have_commas_and_files_have_lines),
        cmocka_unit_test(a_bad_line_is_named_by_its_number),
        cmocka_unit_test(a_zero_ends_no_host),
        cmocka_unit_test(there_is_an_end_to_hosts),
        cmocka_unit_test(without_memory_there_is_no_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
