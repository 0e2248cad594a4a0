/* SPDX-License-Identifier: MIT */
/* One source in both widths, with what such programs lean on. */
#include <windows.h>
#include <ntsecapi.h>
#include <stdio.h>
#include <tchar.h>
#include <strsafe.h>
#include <io.h>
#include <fcntl.h>
#include <crtdbg.h>
#include <process.h>

#pragma comment(lib, "advapi32.lib")
#pragma warning(disable : 4996)

#ifndef _countof
#error "_countof is missing"
#endif

__declspec(noreturn) void leave(_In_ int code);
static __declspec(thread) int per_thread;
static __declspec(align(16)) char aligned[3];

static __forceinline unsigned __int64 twice(_In_ unsigned __int64 value)
{
    return 2 * value;
}

static void copy(__in LPCTSTR from, __out_ecount(size) LPTSTR to, size_t size)
{
    StringCchCopy(to, size, from);
}

typedef int(__stdcall *callback)(_In_opt_ void *context, _Out_writes_(n) BYTE *buffer, DWORD n);

int __cdecl _tmain(int argc, TCHAR *argv[])
{
    TCHAR text[32];
    LSA_UNICODE_STRING name = { 8, 8, L"countedX" };
    callback none = NULL;

    _setmode(_fileno(stdout), _O_U8TEXT);
    _ASSERTE(argc > 0);
    copy(argc > 1 ? argv[1] : _T("none"), text, _countof(text));
    _tprintf(_T("%s %d %I64u %wZ\n"), text, (int)_tcslen(_T("four")), twice(21), &name);
    _ftprintf(stdout, TEXT("%08lX %p\n"), (DWORD)0xbeef, (void *)none);
    _stprintf_s(text, _countof(text), _T("%5.1f|"), 1.5);
    _fputts(text, stdout);
    wsprintf(text, TEXT("%d"), 3);
    _puttchar(_T('\n'));
    per_thread = aligned[0] + _getpid() * 0;
    return _tcsicmp(_T("ABC"), _T("abc")) + per_thread + _ttoi(_T("0"));
}
