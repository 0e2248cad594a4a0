// SPDX-License-Identifier: MIT
// C++ as it writes C: headers of both kinds, std names, sizes from array types.
#include <Windows.h>
#include <cstdio>
#include <cwchar>
#include <string>

int wmain(int argc, wchar_t *argv[])
{
    wchar_t buffer[16];
    std::string narrow = "narrow";

    swprintf_s(buffer, L"%s", argc > 1 ? argv[1] : L"none");
    wcscat_s(buffer, L"!");
    std::wprintf(L"%s %d %S\n", buffer, static_cast<int>(std::wcslen(buffer)), narrow.c_str());
    std::printf("%I64d\n", 1LL << 40);
    return 0;
}
