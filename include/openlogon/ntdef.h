/* SPDX-License-Identifier: MIT */
/*
 * The basic types. As on 64-bit Windows LONG and ULONG have 32 bits, which is not the size of C's
 * long on Linux; WCHAR is a unit of UTF-16.
 *
 * Source: Windows Data Types (Microsoft Learn); [MS-DTYP] 2.2
 */
#ifndef OPENLOGON_NTDEF_H
#define OPENLOGON_NTDEF_H

#include <stddef.h>
#include <basetsd.h>

/* On each function of the library: declared here, exported there. */
#define OPENLOGON_API __attribute__((visibility("default")))

/* Linux has one calling convention. */
#define NTAPI
#define FASTCALL

#ifndef VOID
#define VOID void
#endif
#ifndef CONST
#define CONST const
#endif
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#define ANYSIZE_ARRAY 1
#define DUMMYUNIONNAME
#define DUMMYSTRUCTNAME
#define UNREFERENCED_PARAMETER(parameter)         ((void)(parameter))
#define DBG_UNREFERENCED_PARAMETER(parameter)     ((void)(parameter))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(variable) ((void)(variable))
#define DECLARE_HANDLE(name)                                                                       \
    typedef struct name##__ {                                                                      \
        int unused;                                                                                \
    } * name

typedef char CHAR;
typedef unsigned char UCHAR;
typedef short SHORT;
typedef unsigned short USHORT;
typedef int LONG;
typedef unsigned int ULONG;
typedef INT64 LONGLONG;
typedef UINT64 ULONGLONG;
typedef UINT64 DWORDLONG;
typedef UCHAR BOOLEAN;

typedef UCHAR *PUCHAR;
typedef SHORT *PSHORT;
typedef USHORT *PUSHORT;
typedef LONG *PLONG;
typedef ULONG *PULONG;
typedef LONGLONG *PLONGLONG;
typedef ULONGLONG *PULONGLONG;
typedef DWORDLONG *PDWORDLONG;
typedef BOOLEAN *PBOOLEAN;
typedef LONGLONG USN;
typedef char CCHAR;
typedef ULONG LCID;
typedef ULONG *PLCID;
typedef USHORT LANGID;

typedef void *PVOID;
typedef void *HANDLE;
typedef HANDLE *PHANDLE;

/* Negative: an error, or with 0x8 in front a warning. See ntstatus.h. */
typedef LONG NTSTATUS;
typedef NTSTATUS *PNTSTATUS;
#define NT_SUCCESS(status)     ((NTSTATUS)(status) >= 0)
#define NT_INFORMATION(status) ((ULONG)(status) >> 30 == 1)
#define NT_WARNING(status)     ((ULONG)(status) >> 30 == 2)
#define NT_ERROR(status)       ((ULONG)(status) >> 30 == 3)

typedef LONG HRESULT;

/* With -fshort-wchar L"" is UTF-16, too; without it u"" is. */
#if __SIZEOF_WCHAR_T__ == 2
typedef wchar_t WCHAR;
#define OPENLOGON_WIDE(text) L##text
#elif defined __cplusplus
typedef char16_t WCHAR;
#define OPENLOGON_WIDE(text) u##text
#else
typedef __CHAR16_TYPE__ WCHAR;
#define OPENLOGON_WIDE(text) u##text
#endif
#define UNICODE_NULL ((WCHAR)0)
#define ANSI_NULL    ((CHAR)0)

typedef WCHAR *PWCHAR, *LPWCH, *PWCH;
typedef const WCHAR *LPCWCH, *PCWCH;
typedef WCHAR *NWPSTR, *LPWSTR, *PWSTR;
typedef const WCHAR *LPCWSTR, *PCWSTR;
typedef PWSTR *PZPWSTR;
typedef PCWSTR *PZPCWSTR;
typedef WCHAR *PZZWSTR;
typedef const WCHAR *PCZZWSTR;
typedef CHAR *PCHAR, *LPCH, *PCH;
typedef const CHAR *LPCCH, *PCCH;
typedef CHAR *NPSTR, *LPSTR, *PSTR, *PSZ;
typedef const CHAR *LPCSTR, *PCSTR;
typedef PSTR *PZPSTR;
typedef PCSTR *PZPCSTR;
typedef CHAR *PZZSTR;
typedef const CHAR *PCZZSTR;

/* TCHAR is WCHAR in a program that defines UNICODE. */
#ifdef UNICODE
typedef WCHAR TCHAR, TBYTE;
typedef LPWSTR LPTSTR, PTSTR, PTCHAR;
typedef LPCWSTR LPCTSTR, PCTSTR;
#define OPENLOGON_TEXT(text) OPENLOGON_WIDE(text)
#else
typedef char TCHAR;
typedef unsigned char TBYTE;
typedef LPSTR LPTSTR, PTSTR, PTCHAR;
typedef LPCSTR LPCTSTR, PCTSTR;
#define OPENLOGON_TEXT(text) text
#endif
#define TEXT(text) OPENLOGON_TEXT(text)
#ifndef _T
#define _T(text) OPENLOGON_TEXT(text)
#endif

#endif
