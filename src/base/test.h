/* SPDX-License-Identifier: MIT */
/*
 * For cmocka tests: status assertions, and allocations that fail on order. A program that uses
 * FOR_EACH_FAILING_ALLOCATION links test-alloc.c with
 * -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc.
 */
#ifndef OPENLOGON_BASE_TEST_H
#define OPENLOGON_BASE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"

#define assert_status(call, expected)                                                              \
    do {                                                                                           \
        nt_status actual_ = (call);                                                                \
        if (actual_.code != (int32_t)(expected))                                                   \
            fail_msg("%s gives %s (0x%08x), not %s", #call, nt_status_name(actual_),               \
                     (unsigned)actual_.code, #expected);                                           \
    } while (0)

#define assert_ok(call) assert_status(call, 0)

/* Makes the n-th allocation from now fail, once; 0: none. */
void test_fail_allocation(size_t n);

/* Whether the one that was to fail has been reached. Ends the order. */
bool test_allocation_failed(void);

/*
 * Calls with the first allocation failing, then the second, and so on; runs the block after each
 * call in which one failed, until a call succeeds because it needs no more.
 */
#define FOR_EACH_FAILING_ALLOCATION(st, call)                                                      \
    for (size_t n_##st = 1; n_##st > 0; n_##st++)                                                  \
        for (nt_status st = (test_fail_allocation(n_##st), (call)), *once_##st = &st; once_##st;   \
             once_##st = NULL)                                                                     \
            if (!test_allocation_failed()) {                                                       \
                assert_ok(st);                                                                     \
                n_##st = SIZE_MAX;                                                                 \
            } else

#endif
