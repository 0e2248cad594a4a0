/* SPDX-License-Identifier: MIT */
/* The text exposition format, to the byte; that of a real authority is
 * tests/tools/test_metrics.py's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/macros.h"
#include "exposition.h"

static void check(const OPENLOGON_METRIC *metric, const char *expected)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    exposition_print(to, metric, 1);
    fclose(to);
    assert_string_equal(text, expected);
    free(text);
}

static void a_metric_without_a_label_is_one_number(void **state)
{
    OPENLOGON_METRIC_SAMPLE sample = { "", 12345678901.0 };
    const OPENLOGON_METRIC metric = { "tokens", "How many.", "", &sample, 1, OPENLOGON_METRIC_GAUGE,
                                      0 };

    check(&metric, "# HELP tokens How many.\n# TYPE tokens gauge\ntokens 12345678901\n");
}

static void what_means_something_is_escaped(void **state)
{
    OPENLOGON_METRIC_SAMPLE sample = { "a\"b\\c\nd", 0.25 };
    const OPENLOGON_METRIC metric = { "n_total", "A \"b\"\\\n.",           "of", &sample,
                                      1,         OPENLOGON_METRIC_COUNTER, 0 };

    check(&metric, "# HELP n_total A \"b\"\\\\\\n.\n# TYPE n_total counter\n"
                   "n_total{of=\"a\\\"b\\\\c\\nd\"} 0.25\n");
}

static void a_histogram_ends_in_sum_and_count(void **state)
{
    OPENLOGON_METRIC_SAMPLE samples[] = { { "0.1", 1 }, { "+Inf", 3 } };
    const OPENLOGON_METRIC metric = {
        "t", "T.", "le", samples, 2, OPENLOGON_METRIC_HISTOGRAM, 1.5
    };

    check(&metric, "# HELP t T.\n# TYPE t histogram\nt_bucket{le=\"0.1\"} 1\n"
                   "t_bucket{le=\"+Inf\"} 3\nt_sum 1.5\nt_count 3\n");
}

static void what_would_spoil_the_page_is_left_out(void **state)
{
    OPENLOGON_METRIC_SAMPLE sample = { "", 1 };
    const OPENLOGON_METRIC wrong[] = {
        { "", "", "", &sample, 1, OPENLOGON_METRIC_GAUGE, 0 },
        { "1a", "", "", &sample, 1, OPENLOGON_METRIC_GAUGE, 0 },
        { "a b", "", "", &sample, 1, OPENLOGON_METRIC_GAUGE, 0 },
        { "a", "", "b-c", &sample, 1, OPENLOGON_METRIC_GAUGE, 0 },
        { "a", "", "", &sample, 1, 0, 0 },
        { "a", "", "", &sample, 1, 4, 0 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        check(&wrong[i], "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_metric_without_a_label_is_one_number),
        cmocka_unit_test(what_means_something_is_escaped),
        cmocka_unit_test(a_histogram_ends_in_sum_and_count),
        cmocka_unit_test(what_would_spoil_the_page_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
