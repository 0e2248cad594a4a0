/* SPDX-License-Identifier: MIT */
/*
 * What a query ended with: a Win32 code, as the public functions leave it in the last error. A
 * struct, so that no other number passes for one.
 */
#ifndef OPENLOGON_QUERY_STATUS_H
#define OPENLOGON_QUERY_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/macros.h"
#include "base/status.h"

typedef struct {
    uint32_t code;
} query_status;

#define QUERY_OK        ((query_status){ ERROR_SUCCESS })
#define QUERY_NO_MEMORY ((query_status){ ERROR_NOT_ENOUGH_MEMORY })

static inline bool query_failed(query_status status)
{
    return status.code != ERROR_SUCCESS;
}

/* Of a function that has failed. */
static inline query_status query_last_error(void)
{
    DWORD error = GetLastError();

    return (query_status){ error != ERROR_SUCCESS ? error : ERROR_GEN_FAILURE };
}

static inline query_status query_of_nt(NTSTATUS status)
{
    return nt_failed(nt_make(status)) ? (query_status){ LsaNtStatusToWinError(status) } : QUERY_OK;
}

#endif
