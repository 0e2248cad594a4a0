/* SPDX-License-Identifier: MIT */
/* Structures of the base functions. */
#ifndef OPENLOGON_MINWINBASE_H
#define OPENLOGON_MINWINBASE_H

#include <windef.h>

#define INVALID_HANDLE_VALUE       ((HANDLE)(LONG_PTR)-1)

#define MoveMemory(to, from, size) RtlMoveMemory(to, from, size)
#define CopyMemory(to, from, size) RtlCopyMemory(to, from, size)
#define FillMemory(to, size, byte) RtlFillMemory(to, size, byte)
#define ZeroMemory(to, size)       RtlZeroMemory(to, size)
#define SecureZeroMemory           RtlSecureZeroMemory

typedef struct _SECURITY_ATTRIBUTES {
    DWORD nLength;
    LPVOID lpSecurityDescriptor;
    BOOL bInheritHandle;
} SECURITY_ATTRIBUTES, *PSECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;

typedef struct _OVERLAPPED {
    ULONG_PTR Internal;
    ULONG_PTR InternalHigh;
    __extension__ union {
        __extension__ struct {
            DWORD Offset;
            DWORD OffsetHigh;
        };
        PVOID Pointer;
    };
    HANDLE hEvent;
} OVERLAPPED, *LPOVERLAPPED;

typedef struct _SYSTEMTIME {
    WORD wYear;
    WORD wMonth;
    WORD wDayOfWeek;
    WORD wDay;
    WORD wHour;
    WORD wMinute;
    WORD wSecond;
    WORD wMilliseconds;
} SYSTEMTIME, *PSYSTEMTIME, *LPSYSTEMTIME;

typedef DWORD(WINAPI *PTHREAD_START_ROUTINE)(LPVOID lpThreadParameter);
typedef PTHREAD_START_ROUTINE LPTHREAD_START_ROUTINE;
#define STILL_ACTIVE ((DWORD)0x00000103)

#endif
