/* SPDX-License-Identifier: MIT */
/* The types and macros that every program uses. */
#ifndef OPENLOGON_MINWINDEF_H
#define OPENLOGON_MINWINDEF_H

#include <ntdef.h>

/* What Windows' own compiler defines, and programs ask for. */
#ifndef STRICT
#define STRICT 1
#endif

/* Linux has one calling convention. */
#define WINAPI
#define WINAPIV
#define APIENTRY
#define APIPRIVATE
#define CALLBACK
#define PASCAL
#define CDECL
#define FAR
#define NEAR
#define WINBASEAPI OPENLOGON_API
#define WINADVAPI  OPENLOGON_API

#ifndef FALSE
#define FALSE 0
#endif
#ifndef TRUE
#define TRUE 1
#endif
#define MAX_PATH 260

typedef int BOOL;
typedef unsigned char BYTE;
typedef unsigned short WORD;
typedef unsigned int DWORD;
typedef int INT;
typedef unsigned int UINT;
typedef float FLOAT;
typedef FLOAT *PFLOAT;
typedef BOOL *PBOOL, *LPBOOL;
typedef BYTE *PBYTE, *LPBYTE;
typedef WORD *PWORD, *LPWORD;
typedef DWORD *PDWORD, *LPDWORD;
typedef INT *PINT, *LPINT;
typedef UINT *PUINT;
typedef LONG *LPLONG;
typedef void *LPVOID;
typedef const void *LPCVOID;
typedef HANDLE *LPHANDLE, *SPHANDLE;
typedef HANDLE HGLOBAL, HLOCAL, GLOBALHANDLE, LOCALHANDLE;
typedef UINT_PTR WPARAM;
typedef LONG_PTR LPARAM;
typedef LONG_PTR LRESULT;
typedef WORD ATOM;
DECLARE_HANDLE(HINSTANCE);
typedef HINSTANCE HMODULE;
DECLARE_HANDLE(HKEY);
typedef HKEY *PHKEY;

/* A point in time: units of 100 ns since 1601-01-01 UTC. */
typedef struct _FILETIME {
    DWORD dwLowDateTime;
    DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;

#define MAKEWORD(low, high)                                                                        \
    ((WORD)(((BYTE)((DWORD_PTR)(low)&0xff)) | (WORD)((BYTE)((DWORD_PTR)(high)&0xff)) << 8))
#define MAKELONG(low, high)                                                                        \
    ((LONG)(((WORD)((DWORD_PTR)(low)&0xffff)) | (DWORD)((WORD)((DWORD_PTR)(high)&0xffff)) << 16))
#define LOWORD(value) ((WORD)((DWORD_PTR)(value)&0xffff))
#define HIWORD(value) ((WORD)((DWORD_PTR)(value) >> 16 & 0xffff))
#define LOBYTE(value) ((BYTE)((DWORD_PTR)(value)&0xff))
#define HIBYTE(value) ((BYTE)((DWORD_PTR)(value) >> 8 & 0xff))

#endif
