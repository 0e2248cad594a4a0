/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static size_t until_failure;
static bool failed;

void test_fail_allocation(size_t n)
{
    until_failure = n;
    failed = false;
}

bool test_allocation_failed(void)
{
    until_failure = 0;
    return failed;
}

static bool is_to_fail(void)
{
    if (until_failure == 0 || --until_failure > 0)
        return false;
    failed = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return is_to_fail() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return is_to_fail() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return is_to_fail() ? NULL : __real_realloc(p, size);
}
