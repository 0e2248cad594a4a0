/* SPDX-License-Identifier: MIT */
/*
 * Included before the first line of a program that is compiled with openlogon-win32's flags: the
 * words that Microsoft's compiler knows by itself and that programs use without any header.
 *
 * _WIN32 and _MSC_VER are not defined, on purpose: this is Linux, and headers of other libraries
 * would declare what is not there. A program that asks for _WIN32 before it includes <windows.h>
 * can be given -D_WIN32.
 */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_PREFIX_H
#define OPENLOGON_WIN32_PREFIX_H

#ifndef __ASSEMBLER__

#if __SIZEOF_WCHAR_T__ != 2
#error                                                                                             \
    "openlogon-win32 needs 16-bit wide characters: compile with -fshort-wchar (pkg-config --cflags)"
#endif

/* Under -std=c99 and its kind too: POSIX functions stand behind many of Microsoft's names. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE
#endif

/* One calling convention for all. */
#ifndef __cdecl
#define __cdecl
#endif
#ifndef _cdecl
#define _cdecl
#endif
#ifndef __stdcall
#define __stdcall
#endif
#ifndef _stdcall
#define _stdcall
#endif
#ifndef __fastcall
#define __fastcall
#endif
#ifndef __thiscall
#define __thiscall
#endif
#ifndef __vectorcall
#define __vectorcall
#endif

/* Macros and not types, so that `unsigned __int64` works. */
#ifndef __int8
#define __int8 char
#endif
#ifndef __int16
#define __int16 short
#endif
#ifndef __int32
#define __int32 int
#endif
#ifndef __int64
#define __int64 long long
#endif

#ifndef __forceinline
#define __forceinline __inline __attribute__((__always_inline__))
#endif
#ifndef _inline
#define _inline __inline
#endif
#ifndef __ptr32
#define __ptr32
#endif
#ifndef __ptr64
#define __ptr64
#endif
#ifndef __unaligned
#define __unaligned
#endif
#ifndef __w64
#define __w64
#endif
#ifndef __pragma
#define __pragma(x)
#endif
#ifndef __assume
#define __assume(condition) ((condition) ? (void)0 : __builtin_unreachable())
#endif
#ifndef __debugbreak
#define __debugbreak() __builtin_trap()
#endif
#ifndef __noop
#define __noop(...) ((void)0)
#endif

/* __declspec(WORD): one word each. An unknown one is an attribute that the compiler warns of. */
#ifndef __declspec
#define __declspec(word) OPENLOGON_W32_DECLSPEC(word)
#define OPENLOGON_W32_DECLSPEC(word)     __attribute__((OPENLOGON_W32_DECLSPEC_##word))
#define OPENLOGON_W32_DECLSPEC_dllexport __visibility__("default")
#define OPENLOGON_W32_DECLSPEC_dllimport
#define OPENLOGON_W32_DECLSPEC_noreturn     __noreturn__
#define OPENLOGON_W32_DECLSPEC__Noreturn    __noreturn__
#define OPENLOGON_W32_DECLSPEC_noinline     __noinline__
#define OPENLOGON_W32_DECLSPEC_nothrow      __nothrow__
#define OPENLOGON_W32_DECLSPEC_deprecated   __deprecated__
#define OPENLOGON_W32_DECLSPEC_selectany    __weak__
#define OPENLOGON_W32_DECLSPEC_align(bytes) __aligned__(bytes)
#define OPENLOGON_W32_DECLSPEC_restrict     __malloc__
#define OPENLOGON_W32_DECLSPEC_novtable
#define OPENLOGON_W32_DECLSPEC_uuid(text)
/* No attribute but a word of its own, set between two empty ones. */
#ifdef __cplusplus
#define OPENLOGON_W32_DECLSPEC_thread       )) thread_local __attribute__((
#else
#define OPENLOGON_W32_DECLSPEC_thread       )) _Thread_local __attribute__((
#endif
#endif

/* The library's main() finds wmain() by its plain name, whatever its parameters are. */
#ifdef __cplusplus
int wmain() __asm__("wmain");
int wmain(int, wchar_t **) __asm__("wmain");
int wmain(int, const wchar_t **) __asm__("wmain");
int wmain(int, wchar_t **, wchar_t **) __asm__("wmain");
#endif

#endif /* __ASSEMBLER__ */

#endif
