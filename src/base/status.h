/* SPDX-License-Identifier: MIT */
/*
 * The status that functions inside the project return. A struct, so that an errno or a Win32 code
 * cannot pass for one. Outside it is an NTSTATUS (a 32-bit number); nt_make() and .code convert.
 */
#ifndef OPENLOGON_BASE_STATUS_H
#define OPENLOGON_BASE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include <ntstatus.h>

#include "base/macros.h"

typedef struct {
    int32_t code;
} nt_status;

/* NT(ACCESS_DENIED) is the status STATUS_ACCESS_DENIED. */
#define NT(name) ((nt_status){ (int32_t)STATUS_##name })
#define NT_OK    ((nt_status){ 0 })

/* Whether a status is exactly the one named: NT_IS(st, ACCESS_DENIED). */
#define NT_IS(st, name) ((st).code == (int32_t)STATUS_##name)

/* Errors and warnings: what NT_SUCCESS() is false for. */
static inline bool nt_failed(nt_status st)
{
    return st.code < 0;
}

static inline nt_status nt_make(int32_t code)
{
    return (nt_status){ code };
}

/* The one place where an errno becomes a status. Takes it positive or negative; 0 is NT_OK. */
nt_status nt_from_errno(int error);

/* The Win32 code that LsaNtStatusToWinError() gives; ERROR_MR_MID_NOT_FOUND when there is none. */
uint32_t nt_to_win32(int32_t status);

/* "STATUS_ACCESS_DENIED", for logs and tools; "unknown status" when it has no name here. */
const char *nt_status_name(nt_status st);

/* "ERROR_ACCESS_DENIED"; NULL when it has no name here. */
const char *win32_name(uint32_t code);

/* One English sentence for people, without a line end; NULL when there is none. */
const char *win32_message(uint32_t code);

#endif
