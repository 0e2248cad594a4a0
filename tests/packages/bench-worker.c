/* SPDX-License-Identifier: MIT */
/* What a logon costs in the worker: prints medians. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/test.h"
#include "fake_openlogond.h"

enum { ROUNDS_MAX = 2000 };

static double times[ROUNDS_MAX];

static double now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    double difference = *(const double *)a - *(const double *)b;

    return (difference > 0) - (difference < 0);
}

static void measure(fake_openlogond *fake, const char *what, const char *user, const char *password,
                    size_t rounds)
{
    for (size_t i = 0; i < rounds; i++) {
        double from = now_us();
        const Openlogon__Worker__JobResult *result = fake_log_on(fake, user, "", password, Network);

        times[i] = now_us() - from;
        assert_non_null(result);
        if (result->status == 0) /* openlogond would end it when its tokens go */
            fake_forget_sessions(fake);
    }
    qsort(times, rounds, sizeof(*times), compare);
    printf("%-32s %10.1f us\n", what, times[rounds / 2]);
}

static void bench(void **state)
{
    char *state_dir = fake_make_dir();
    struct fake_setup setup = { .state_dir = state_dir, .package = getenv("OPENLOGON_TEST_NULL") };
    fake_openlogond *fake = fake_start(&setup);

    measure(fake, "logon, null package", "null-1", "null", ROUNDS_MAX);
    measure(fake, "refused logon, null package", "null-1", "wrong", ROUNDS_MAX);
    assert_int_equal(fake_stop(fake), 0);
    setup.package = getenv("OPENLOGON_TEST_MSV1_0");
    fake = fake_start(&setup);
    assert_int_equal(fake_add_account(fake, "lily", "right"), 0);
    measure(fake, "logon, msv1_0", "lily", "right", 50);
    measure(fake, "wrong password, msv1_0", "lily", "wrong", 50);
    assert_int_equal(fake_stop(fake), 0);
    fake_remove_dir(state_dir);
}

int main(void)
{
    const struct CMUnitTest benches[] = { cmocka_unit_test(bench) };

    return cmocka_run_group_tests_name("worker bench", benches, NULL, NULL);
}
