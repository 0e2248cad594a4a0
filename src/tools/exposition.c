/* SPDX-License-Identifier: MIT */
#include "exposition.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/macros.h"

/* Up to here a double has every whole number. */
#define WHOLE_MAX 9007199254740992.0

static const char *const kinds[] = {
    [OPENLOGON_METRIC_COUNTER] = "counter",
    [OPENLOGON_METRIC_GAUGE] = "gauge",
    [OPENLOGON_METRIC_HISTOGRAM] = "histogram",
};

/* [a-zA-Z_][a-zA-Z0-9_]*, which is right for both. */
static bool is_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

    if (!*text || !strchr(letters, *text))
        return false;
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")] ==
           '\0';
}

static bool is_printable(const OPENLOGON_METRIC *metric)
{
    return metric->kind < ARRAY_SIZE(kinds) && kinds[metric->kind] && is_name(metric->name) &&
           (!*metric->label || is_name(metric->label));
}

static void print_escaped(FILE *to, const char *text, const char *escaped)
{
    for (; *text; text++) {
        if (*text == '\n')
            fputs("\\n", to);
        else if (strchr(escaped, *text))
            fprintf(to, "\\%c", *text);
        else
            fputc(*text, to);
    }
}

/* Whole numbers have no exponent, whatever their size. */
static void print_number(FILE *to, double number)
{
    if (isnan(number))
        fputs("NaN\n", to);
    else if (isinf(number))
        fputs(number > 0 ? "+Inf\n" : "-Inf\n", to);
    else if (number < WHOLE_MAX && number > -WHOLE_MAX && number == (double)(int64_t)number)
        fprintf(to, "%" PRId64 "\n", (int64_t)number);
    else
        fprintf(to, "%.15g\n", number);
}

static void print_sample(FILE *to, const OPENLOGON_METRIC *metric,
                         const OPENLOGON_METRIC_SAMPLE *sample)
{
    fputs(metric->name, to);
    if (metric->kind == OPENLOGON_METRIC_HISTOGRAM)
        fputs("_bucket", to);
    if (*metric->label) {
        fprintf(to, "{%s=\"", metric->label);
        print_escaped(to, sample->value, "\\\"");
        fputs("\"}", to);
    }
    fputc(' ', to);
    print_number(to, sample->number);
}

static void print_metric(FILE *to, const OPENLOGON_METRIC *metric)
{
    fprintf(to, "# HELP %s ", metric->name);
    print_escaped(to, metric->help, "\\");
    fprintf(to, "\n# TYPE %s %s\n", metric->name, kinds[metric->kind]);
    for (DWORD i = 0; i < metric->n_samples; i++)
        print_sample(to, metric, &metric->samples[i]);
    if (metric->kind != OPENLOGON_METRIC_HISTOGRAM)
        return;
    fprintf(to, "%s_sum ", metric->name);
    print_number(to, metric->sum);
    fprintf(to, "%s_count ", metric->name);
    print_number(to, metric->n_samples ? metric->samples[metric->n_samples - 1].number : 0);
}

void exposition_print(FILE *to, const OPENLOGON_METRIC *metrics, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (is_printable(&metrics[i]))
            print_metric(to, &metrics[i]);
    }
}
