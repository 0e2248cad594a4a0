/* SPDX-License-Identifier: MIT */
/* Integer types whose width is said by their name or is that of a pointer. */
#ifndef OPENLOGON_BASETSD_H
#define OPENLOGON_BASETSD_H

typedef signed char INT8, *PINT8;
typedef signed short INT16, *PINT16;
typedef signed int INT32, *PINT32;
typedef unsigned char UINT8, *PUINT8;
typedef unsigned short UINT16, *PUINT16;
typedef unsigned int UINT32, *PUINT32;
typedef signed int LONG32, *PLONG32;
typedef unsigned int ULONG32, *PULONG32;
typedef unsigned int DWORD32, *PDWORD32;

__extension__ typedef signed long long INT64, *PINT64;
__extension__ typedef unsigned long long UINT64, *PUINT64;
__extension__ typedef signed long long LONG64, *PLONG64;
__extension__ typedef unsigned long long ULONG64, *PULONG64;
__extension__ typedef unsigned long long DWORD64, *PDWORD64;

typedef __INTPTR_TYPE__ INT_PTR, *PINT_PTR;
typedef __UINTPTR_TYPE__ UINT_PTR, *PUINT_PTR;
typedef __INTPTR_TYPE__ LONG_PTR, *PLONG_PTR;
typedef __UINTPTR_TYPE__ ULONG_PTR, *PULONG_PTR;
typedef ULONG_PTR DWORD_PTR, *PDWORD_PTR;
typedef ULONG_PTR SIZE_T, *PSIZE_T;
typedef LONG_PTR SSIZE_T, *PSSIZE_T;
typedef ULONG_PTR KAFFINITY, *PKAFFINITY;

#endif
