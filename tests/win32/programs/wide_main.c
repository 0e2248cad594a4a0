/* SPDX-License-Identifier: MIT */
/* The C library of 16-bit characters without any header of Windows. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

int wmain(int argc, wchar_t **argv, wchar_t **envp)
{
    size_t (*length)(const wchar_t *) = wcslen;
    wchar_t buffer[64];

    setlocale(LC_ALL, "");
    for (int i = 1; i < argc; i++)
        wprintf(L"%d %zu %s\n", i, length(argv[i]), argv[i]);
    swprintf(buffer, 64, L"%ls-%S", L"wide", "narrow");
    wcscat(buffer, L"!");
    printf("%S %ls %lu\n", buffer, L"\x20ac", (unsigned long)wcstoul(L"0x10", NULL, 16));
    fputws(wcschr(buffer, L'-'), stdout);
    fwprintf(stdout, L"\n%c %d\n", towupper(L'\xe4'), envp != NULL);
    return argc == 1;
}
