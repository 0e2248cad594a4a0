/* SPDX-License-Identifier: MIT */
/* A LUID is a 64-bit number that Windows' structures split in two. Inside it is a uint64_t. */
#ifndef OPENLOGON_BASE_LUID_H
#define OPENLOGON_BASE_LUID_H

#include <stdint.h>

#include <winnt.h>

static inline uint64_t luid_to_u64(LUID luid)
{
    return (uint64_t)(uint32_t)luid.HighPart << 32 | luid.LowPart;
}

static inline LUID luid_from_u64(uint64_t value)
{
    return (LUID){ .LowPart = (uint32_t)value, .HighPart = (int32_t)(uint32_t)(value >> 32) };
}

#endif
