/* SPDX-License-Identifier: MIT */
/* Must not compile: the C library's swscanf would read beyond 16-bit text. */
#include <wchar.h>

int main(void)
{
    int value;

    return swscanf(L"1", L"%d", &value);
}
