/* SPDX-License-Identifier: MIT */
/* What a record is written with: escaped text, hashes, trees and charts. */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/filetime.h"
#include "html.h"
#include "record_chart.h"
#include "record_tree.h"

/* What a function prints. From malloc(). */
#define PRINTED(call)                                                                              \
    ({                                                                                             \
        char *printed_ = NULL;                                                                     \
        size_t size_ = 0;                                                                          \
        FILE *to = open_memstream(&printed_, &size_);                                              \
        assert_non_null(to);                                                                       \
        call;                                                                                      \
        assert_int_equal(fclose(to), 0);                                                           \
        printed_;                                                                                  \
    })

static const struct {
    const char *text, *html;
} texts[] = {
    { NULL, "" },
    { "", "" },
    { "alice", "alice" },
    { "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;" },
    { "\"><img src='x'>&amp;", "&quot;&gt;&lt;img src=&#39;x&#39;&gt;&amp;amp;" },
    { "a\nb\x1b[31m", "a?b?[31m" },
    { "--><!--", "--&gt;&lt;!--" },
};

static void text_is_text(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        _cleanup_(freep) char *html = PRINTED(html_text(to, texts[i].text));

        assert_string_equal(html ? html : "", texts[i].html);
    }
}

static void an_element_ends_as_it_begins(void **state)
{
    _cleanup_(freep) char *html = PRINTED(html_element(to, "td class=\"n\"", "<1>"));

    assert_string_equal(html, "<td class=\"n\">&lt;1&gt;</td>");
}

/* Of `printf %s "$text" | openssl dgst -sha256 -binary | base64`. */
static void a_hash_is_the_one_that_browsers_compute(void **state)
{
    char hash[HTML_HASH_SIZE];

    html_hash(hash, "");
    assert_string_equal(hash, "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    html_hash(hash, "abc");
    assert_string_equal(hash, "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

/* --- trees ------------------------------------------------------------------------------------ */

struct process {
    int64_t pid, parent;
};

/* Parents that are not there, that came later, and that are the process itself, are none. */
static const struct process family[] = {
    { 10, 1 }, { 30, 10 }, { 20, 30 }, { 40, 10 }, { 5, 60 }, { 60, 20 }, { 7, 7 }, { 8, 40 },
};
static const struct {
    size_t process, depth;
} expected[] = {
    { 0, 0 }, { 1, 1 }, { 2, 2 }, { 5, 3 }, { 3, 1 }, { 7, 2 }, { 4, 0 }, { 6, 0 },
};

static void fill(struct record *r, const struct process *all, size_t n)
{
    r->processes.values = calloc(n * PROCESS_COLUMNS, sizeof(*r->processes.values));
    assert_non_null(r->processes.values);
    r->processes.n_columns = PROCESS_COLUMNS;
    r->processes.n_rows = n;
    for (size_t i = 0; i < n; i++) {
        query_set_integer(&r->processes.values[i * PROCESS_COLUMNS + PROCESS_PID], all[i].pid);
        query_set_integer(&r->processes.values[i * PROCESS_COLUMNS + PROCESS_PARENT],
                          all[i].parent);
    }
}

static void children_are_below_their_parents(void **state)
{
    struct record r = { 0 };
    struct tree_row *rows;

    fill(&r, family, ARRAY_SIZE(family));
    rows = record_tree(&r, 0, ARRAY_SIZE(family));
    assert_non_null(rows);
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
        assert_int_equal(rows[i].row, expected[i].process);
        assert_int_equal(rows[i].depth, expected[i].depth);
    }
    free(rows);
    loaded_done(&r.processes);
}

static void a_long_chain_needs_no_stack(void **state)
{
    enum { N = 100000 };
    struct process *chain = calloc(N, sizeof(*chain));
    struct record r = { 0 };
    struct tree_row *rows;

    assert_non_null(chain);
    for (size_t i = 0; i < N; i++)
        chain[i] = (struct process){ (int64_t)i + 1, (int64_t)i };
    fill(&r, chain, N);
    rows = record_tree(&r, 0, N);
    assert_non_null(rows);
    assert_int_equal(rows[N - 1].depth, N - 1);
    free(rows);
    free(chain);
    loaded_done(&r.processes);
}

/* --- charts ----------------------------------------------------------------------------------- */

static size_t count(const char *text, const char *what)
{
    size_t n = 0;

    for (; (text = strstr(text, what)); text += strlen(what))
        n++;
    return n;
}

static void a_chart_has_bars_marks_and_a_few_ticks(void **state)
{
    static const int64_t spans[] = {
        1, 59, 3600, 86400, 40 * 86400, INT64_C(900) * 86400, INT64_C(200000) * 86400
    };
    const int64_t to_second = INT64_C(2000000000);

    for (size_t i = 0; i < ARRAY_SIZE(spans); i++) {
        const int64_t from = filetime_from_unix(to_second - spans[i]);
        const int64_t until = filetime_from_unix(to_second);
        const struct chart_bar bars[] = { { "<b>", from }, { "", until } };
        const struct chart_mark marks[] = { { "a", from }, { "b", from }, { "c", until + 1 } };
        const struct chart chart = { "T&T", from, until, bars, 2, marks, 3 };
        _cleanup_(freep) char *svg = PRINTED(chart_print(to, &chart));

        assert_int_equal(count(svg, "<rect"), 2);
        assert_int_equal(count(svg, "<circle"), 2);
        assert_true(count(svg, "\"tick\"") <= 9);
        assert_non_null(strstr(svg, "<title>T&amp;T</title>"));
        assert_non_null(strstr(svg, "&lt;b&gt;"));
        assert_null(strstr(svg, "nan"));
        assert_null(strstr(svg, "inf"));
    }
}

static void a_chart_of_no_time_is_none(void **state)
{
    const struct chart chart = { .title = "", .from = 5, .to = 5 };
    _cleanup_(freep) char *svg = PRINTED(chart_print(to, &chart));

    assert_string_equal(svg ? svg : "", "");
}

static void a_long_name_is_cut_between_characters(void **state)
{
    static const char name[] =
        "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
        "\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
        "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
        "\xa4\xc3\xa4\xc3\xa4";
    const struct chart_bar bar = { name, 0 };
    const struct chart chart = { .title = "", .from = 0, .to = 10, .bars = &bar, .n_bars = 1 };
    _cleanup_(freep) char *svg = PRINTED(chart_print(to, &chart));

    assert_int_equal(count(svg, "\xc3\xa4"), 26);
    assert_int_equal(count(svg, "\xe2\x80\xa6"), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_text),
        cmocka_unit_test(an_element_ends_as_it_begins),
        cmocka_unit_test(a_hash_is_the_one_that_browsers_compute),
        cmocka_unit_test(children_are_below_their_parents),
        cmocka_unit_test(a_long_chain_needs_no_stack),
        cmocka_unit_test(a_chart_has_bars_marks_and_a_few_ticks),
        cmocka_unit_test(a_chart_of_no_time_is_none),
        cmocka_unit_test(a_long_name_is_cut_between_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
