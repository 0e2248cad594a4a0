/* SPDX-License-Identifier: MIT */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A table while it is measured. */
struct table {
    const struct operation *operations;
    size_t n;
    double medians[MEASURE_OPERATIONS_MAX];
};

static double now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double time_batch(const struct operation *operation, long n)
{
    double start = now_ns();

    for (long i = 0; i < n; i++) {
        if (!operation->run())
            return -1;
    }
    return (now_ns() - start) / (double)n;
}

static double goal_of(const struct table *table, const struct operation *operation)
{
    if (!operation->against)
        return operation->goal_ns;
    for (size_t i = 0; i < table->n; i++) {
        if (strcmp(table->operations[i].name, operation->against) == 0)
            return operation->goal_ns < 0 ? -operation->goal_ns * table->medians[i]
                                          : operation->goal_ns + table->medians[i];
    }
    return 0;
}

static void print_row(const struct table *table, const struct operation *operation,
                      const double *times)
{
    double median = times[MEASURE_BATCHES / 2], goal = goal_of(table, operation);
    char text[64] = "";

    if (goal > 0)
        snprintf(text, sizeof(text), "%10.0f %s", goal, median <= goal ? "met" : "MISSED");
    printf("%-50s %12.1f %12.1f %12.1f  %-17s  %s\n", operation->name, median, times[0],
           times[MEASURE_BATCHES - 1], text, operation->peer);
    fflush(stdout);
}

/* How many of it make a batch; 0: it failed. */
static long batch_of(const struct operation *operation)
{
    double one = time_batch(operation, 1);

    if (one >= 0)
        one = time_batch(operation, 3);
    if (one < 0) {
        printf("%-50s failed\n", operation->name);
        return 0;
    }
    return one < MEASURE_BATCH_NS ? (long)(MEASURE_BATCH_NS / (one > 1 ? one : 1)) + 1 : 1;
}

static void report(struct table *table, size_t index, double *times)
{
    qsort(times, MEASURE_BATCHES, sizeof(times[0]), compare);
    table->medians[index] = times[MEASURE_BATCHES / 2];
    print_row(table, &table->operations[index], times);
}

static void measure(struct table *table, size_t index)
{
    const struct operation *operation = &table->operations[index];
    double times[MEASURE_BATCHES];
    long n = batch_of(operation);

    for (int b = 0; n > 0 && b < MEASURE_BATCHES; b++)
        times[b] = time_batch(operation, n);
    if (n > 0)
        report(table, index, times);
}

static int is_compared_with(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->n; i++) {
        const char *against = table->operations[i].against;

        if (against && strcmp(against, name) == 0)
            return 1;
    }
    return 0;
}

static int is_wanted(const struct table *table, size_t index, const char *filter)
{
    const char *name = table->operations[index].name;

    return strstr(name, filter) || is_compared_with(table, name);
}

static void begin(const struct table *table)
{
    must(table->n <= MEASURE_OPERATIONS_MAX, "more operations than a table has room for");
    printf("%-50s %12s %12s %12s  %-17s  %s\n", "operation", "median", "min", "max", "goal",
           "peers");
}

void measure_all(const struct operation *operations, size_t n, const char *filter)
{
    struct table table = { .operations = operations, .n = n };

    begin(&table);
    for (size_t i = 0; i < n; i++) {
        if (is_wanted(&table, i, filter))
            measure(&table, i);
    }
}

void measure_in_turns(const struct operation *operations, size_t n, const char *filter)
{
    static double times[MEASURE_OPERATIONS_MAX][MEASURE_BATCHES];
    struct table table = { .operations = operations, .n = n };
    long batches[MEASURE_OPERATIONS_MAX];

    begin(&table);
    for (size_t i = 0; i < n; i++)
        batches[i] = is_wanted(&table, i, filter) ? batch_of(&operations[i]) : 0;
    for (size_t turn = 0; turn < n * MEASURE_BATCHES; turn++) {
        size_t i = turn % n;

        if (batches[i] > 0)
            times[i][turn / n] = time_batch(&operations[i], batches[i]);
    }
    for (size_t i = 0; i < n; i++) {
        if (batches[i] > 0)
            report(&table, i, times[i]);
    }
}

void must(int ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "bench: %s failed\n", what);
    exit(1);
}
