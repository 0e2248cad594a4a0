/* SPDX-License-Identifier: MIT */
/* What all fuzz targets share: the entry point, and properties that abort when they do not hold. */
#ifndef OPENLOGON_FUZZ_FUZZ_H
#define OPENLOGON_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Unlike assert() it is also there in a release build. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

#endif
