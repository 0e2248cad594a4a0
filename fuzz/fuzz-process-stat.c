/* SPDX-License-Identifier: MIT */
/* A line of /proc/PID/stat, in which the process chooses its name. */
#include "fuzz.h"

#include "query/process_facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct process_clock clock = { 132000000000000000, 100, 4096 };
    struct process_stat stat;

    if (process_stat_parse(&stat, (const char *)data, size, &clock))
        MUST(strlen(stat.name) < PROCESS_NAME_SIZE);
    return 0;
}
