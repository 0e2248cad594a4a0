/* SPDX-License-Identifier: MIT */
/*
 * Does the time that a refused logon takes tell why it was refused? Logons that fail for different
 * reasons, in random order, each compared with a wrong password: Mann-Whitney's U, which asks
 * whether one kind tends to take longer than the other, and the difference of the medians with its
 * bootstrap interval.
 *
 *     logon-timing [TRIES [DISABLED-ACCOUNT]]
 *
 * TRIES (2000) are all tries together. Needs an authority with the packages null and msv1_0, and
 * the accounts bench-timing-1 and bench-timing-2, which it makes. Exits with 1 if two kinds differ.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include <openlogon.h>

#include "measure.h"

enum {
    TRIES_DEFAULT = 2000,
    TRIES_MIN_EACH = 20,
    WARM_UP = 3,
    RESAMPLES = 2000,
};

static const double significance = 0.01; /* of all comparisons together */

#define PASSWORD "bench-Passw0rd"

struct kind {
    const char *what, *user;
    DWORD error; /* of the logon */
    double *us;
    size_t n;
};

/* Its reason is told, so the time need not hide it: that it differs shows that the test sees
 * differences. */
enum { CONTROL = 6 };

static struct kind kinds[] = {
    { "wrong password", "bench-timing-1", ERROR_LOGON_FAILURE, NULL, 0 },
    { "wrong password, another account", "bench-timing-2", ERROR_LOGON_FAILURE, NULL, 0 },
    { "unknown user", "bench-timing-none", ERROR_LOGON_FAILURE, NULL, 0 },
    { "unknown user, long name", "bench-timing-none-whose-name-is-as-long-as-any",
      ERROR_LOGON_FAILURE, NULL, 0 },
    { "a package without hashes", "null-alice", ERROR_LOGON_FAILURE, NULL, 0 },
    { "disabled account", NULL, ERROR_LOGON_FAILURE, NULL, 0 },
    [CONTROL] = { "control: an account that has expired", "null-expired", ERROR_ACCOUNT_EXPIRED,
                  NULL, 0 },
};

enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* --- trying ------------------------------------------------------------------------------- */

static double now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double try_once(const struct kind *kind)
{
    HANDLE token = NULL;
    double start = now_us();
    BOOL in = LogonUserA(kind->user, ".", kind == &kinds[CONTROL] ? "null" : "not-the-passw0rd",
                         LOGON32_LOGON_NETWORK, LOGON32_PROVIDER_DEFAULT, &token);
    double end = now_us();

    must(!in && GetLastError() == kind->error, kind->what);
    return end - start;
}

static uint32_t random_below(uint32_t n)
{
    uint32_t random;

    must(getrandom(&random, sizeof(random), 0) == sizeof(random), "random numbers");
    return random % n;
}

/* Each kind once, in an order that nothing else follows. */
static void one_round(struct kind **order, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t other = random_below((uint32_t)i);
        struct kind *kept = order[i - 1];

        order[i - 1] = order[other];
        order[other] = kept;
    }
    for (size_t i = 0; i < n; i++)
        order[i]->us[order[i]->n++] = try_once(order[i]);
}

/* --- comparing ---------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Of sorted values. */
static double quantile(const double *sorted, size_t n, double q)
{
    double at = q * (double)(n - 1);
    size_t i = (size_t)at;

    return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

/* How many pairs of (a, b) have a < b, by one walk over both, sorted; equal ones count half. */
static double pairs_less(const double *a, const double *b, size_t n)
{
    double pairs = 0;

    for (size_t i = 0, less = 0, not_more = 0; i < n; i++) {
        while (less < n && a[less] < b[i])
            less++;
        while (not_more < n && a[not_more] <= b[i])
            not_more++;
        pairs += (double)less + (double)(not_more - less) / 2;
    }
    return pairs;
}

/* The probability of so much difference if there were none: normal approximation, two-sided. */
static double mann_whitney(const double *a, const double *b, size_t n)
{
    double count = (double)n;
    double mean = count * count / 2;
    double deviation = sqrt(count * count * (2 * count + 1) / 12);

    return erfc(fabs(pairs_less(a, b, n) - mean) / deviation / sqrt(2));
}

static double resampled_median(const double *values, size_t n, double *room)
{
    for (size_t i = 0; i < n; i++)
        room[i] = values[(size_t)rand() % n];
    qsort(room, n, sizeof(*room), compare);
    return quantile(room, n, 0.5);
}

/* What the difference of the medians may be, with 99 %. */
static void interval(const double *a, const double *b, size_t n, double *ret_low, double *ret_high)
{
    static double differences[RESAMPLES];
    double *room = calloc(n, sizeof(*room));

    must(room != NULL, "memory");
    for (size_t i = 0; i < RESAMPLES; i++)
        differences[i] = resampled_median(b, n, room) - resampled_median(a, n, room);
    qsort(differences, RESAMPLES, sizeof(*differences), compare);
    *ret_low = quantile(differences, RESAMPLES, 0.005);
    *ret_high = quantile(differences, RESAMPLES, 0.995);
    free(room);
}

/* Returns whether an attacker could learn something. */
static int tell(const struct kind *kind, const struct kind *reference, size_t n_comparisons)
{
    double median = quantile(kind->us, kind->n, 0.5), low, high, p;
    int differs;

    printf("%-34s %6zu %10.0f %10.0f %10.0f", kind->what, kind->n,
           quantile(kind->us, kind->n, 0.25), median, quantile(kind->us, kind->n, 0.75));
    if (kind == reference) {
        printf("\n");
        return 0;
    }
    p = mann_whitney(reference->us, kind->us, kind->n);
    interval(reference->us, kind->us, kind->n, &low, &high);
    differs = p < significance / (double)n_comparisons;
    printf(" %+9.0f [%+.0f, %+.0f]  p = %.3f  %s\n", median - quantile(reference->us, kind->n, 0.5),
           low, high, p, differs ? "DIFFERS" : "alike");
    return kind == &kinds[CONTROL] ? !differs : differs;
}

/* ------------------------------------------------------------------------------------------ */

static void add_account(const char *name)
{
    must(openlogon_account_add(name, "", PASSWORD) || GetLastError() == ERROR_USER_EXISTS,
         "an account");
}

static size_t prepare(struct kind **order, size_t tries)
{
    size_t n = 0, each;

    add_account(kinds[0].user);
    add_account(kinds[1].user);
    for (size_t i = 0; i < N_KINDS; i++) {
        if (kinds[i].user)
            order[n++] = &kinds[i];
    }
    each = tries / n;
    must(each >= TRIES_MIN_EACH, "more tries");
    for (size_t i = 0; i < n; i++) {
        order[i]->us = calloc(each + WARM_UP, sizeof(double));
        must(order[i]->us != NULL, "memory");
    }
    return n;
}

static void measure(struct kind **order, size_t n, size_t tries)
{
    for (size_t i = 0; i < WARM_UP; i++)
        one_round(order, n);
    for (size_t i = 0; i < n; i++)
        order[i]->n = 0;
    for (size_t i = 0; i < tries / n; i++)
        one_round(order, n);
    for (size_t i = 0; i < n; i++)
        qsort(order[i]->us, order[i]->n, sizeof(double), compare);
}

int main(int argc, char **argv)
{
    size_t tries = argc > 1 ? strtoul(argv[1], NULL, 10) : TRIES_DEFAULT;
    struct kind *order[N_KINDS];
    int failed = 0;
    size_t n;

    for (size_t i = 0; argc > 2 && i < N_KINDS; i++) {
        if (!kinds[i].user)
            kinds[i].user = argv[2];
    }
    n = prepare(order, tries);
    measure(order, n, tries);
    printf("%-34s %6s %10s %10s %10s %9s\n", "refused logon", "tries", "quartile", "median us",
           "quartile", "differs by, 99 % interval");
    for (size_t i = 0; i < N_KINDS; i++) {
        if (kinds[i].user)
            failed |= tell(&kinds[i], &kinds[0], n - 1);
        else
            printf("%-34s skipped: no such account was given\n", kinds[i].what);
    }
    printf("verdict: %s\n", failed ? "FAILED: the time tells why, or the control shows nothing"
                                   : "the time does not tell why a logon was refused");
    return failed;
}
