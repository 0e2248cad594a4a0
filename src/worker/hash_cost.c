/* SPDX-License-Identifier: MIT */
#include "worker/hash_cost.h"

#include <sys/resource.h>
#include <time.h>

#include "worker/password_hash.h"

static int64_t ns(int64_t seconds, int64_t rest)
{
    return seconds * 1000000000 + rest;
}

int64_t hash_cost_now_ns(void)
{
    struct timespec own = { 0 };
    struct rusage others = { 0 };

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
    (void)getrusage(RUSAGE_CHILDREN, &others);
    return ns(own.tv_sec, own.tv_nsec) +
           ns(others.ru_utime.tv_sec, others.ru_utime.tv_usec * 1000) +
           ns(others.ru_stime.tv_sec, others.ru_stime.tv_usec * 1000);
}

nt_status hash_cost_even_out(struct hash_cost *cost, int64_t since_ns)
{
    int64_t from = hash_cost_now_ns(), took;
    nt_status st;

    if (cost->least_ns > 0 && from - since_ns > cost->least_ns / 2)
        return NT_OK;
    st = password_hash_spend();
    took = hash_cost_now_ns() - from;
    if (!nt_failed(st) && (cost->least_ns == 0 || took < cost->least_ns))
        cost->least_ns = took;
    return st;
}
