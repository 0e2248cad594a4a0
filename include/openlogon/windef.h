/* SPDX-License-Identifier: MIT */
/* Types of programs: those of winnt.h, and the handles of windows that some prototypes name. */
#ifndef OPENLOGON_WINDEF_H
#define OPENLOGON_WINDEF_H

#include <minwindef.h>
#include <winnt.h>

DECLARE_HANDLE(HWND);
DECLARE_HANDLE(HDESK);
DECLARE_HANDLE(HWINSTA);
typedef DWORD COLORREF;
typedef DWORD *LPCOLORREF;

#endif
