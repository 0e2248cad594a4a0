/* SPDX-License-Identifier: MIT */
/* Medians of operations, as a table. No part of it needs OpenLogon. */
#ifndef OPENLOGON_BENCH_MEASURE_H
#define OPENLOGON_BENCH_MEASURE_H

#include <stddef.h>

enum {
    MEASURE_BATCHES = 21,
    MEASURE_BATCH_NS = 20 * 1000 * 1000,
    MEASURE_OPERATIONS_MAX = 64, /* of one table */
};

struct operation {
    const char *name;
    int (*run)(void); /* 0: it failed */
    double goal_ns;   /* 0: none. With `against`, above zero: more than it; below: -goal times it */
    const char *against; /* the name of another operation; NULL: none */
    const char *peer;    /* what others need, on the project's kind of machine */
};

/* Prints a row for each operation whose name has the text in it, or that others are held against.
 */
void measure_all(const struct operation *operations, size_t n, const char *filter);
/* The same, with a batch of each in turn: what else the machine does hits all alike. */
void measure_in_turns(const struct operation *operations, size_t n, const char *filter);

/* Ends the program when something that a benchmark needs could not be done. */
void must(int ok, const char *what);

#endif
