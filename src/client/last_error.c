/* SPDX-License-Identifier: MIT */
#include "client/last_error.h"

static _Thread_local DWORD last_error;

DWORD GetLastError(void)
{
    return last_error;
}

void SetLastError(DWORD code)
{
    last_error = code;
}

BOOL fail(DWORD code)
{
    last_error = code;
    return FALSE;
}

BOOL finish(nt_status st)
{
    return nt_failed(st) ? fail(nt_to_win32(st.code)) : TRUE;
}
