/* SPDX-License-Identifier: MIT */
/* What is well-formed in one encoding comes back from the other as it was. */
#include "fuzz.h"

#include "base/macros.h"
#include "base/utf16.h"

static void check_utf8(const char *text, size_t size)
{
    _cleanup_(freep) WCHAR *wide = NULL;
    _cleanup_(freep) char *again = NULL;
    size_t units, again_size;

    if (nt_failed(utf8_to_utf16(&wide, &units, text, size)))
        return;
    MUST(wide[units] == 0 && units <= size);
    MUST(!nt_failed(utf16_to_utf8(&again, &again_size, wide, units)));
    MUST(again_size == size && memcmp(again, text, size) == 0);
}

static void check_utf16(const WCHAR *text, size_t units)
{
    _cleanup_(freep) char *narrow = NULL;
    _cleanup_(freep) WCHAR *again = NULL;
    size_t size, again_units;

    if (nt_failed(utf16_to_utf8(&narrow, &size, text, units)))
        return;
    MUST(narrow[size] == 0 && size <= 3 * units);
    MUST(!nt_failed(utf8_to_utf16(&again, &again_units, narrow, size)));
    MUST(again_units == units && memcmp(again, text, units * sizeof(WCHAR)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t units = size / sizeof(WCHAR);
    _cleanup_(freep) WCHAR *text = malloc(size + 1);

    MUST(text);
    if (size > 0)
        memcpy(text, data, units * sizeof(WCHAR));
    check_utf8((const char *)data, size);
    check_utf16(text, units);
    return 0;
}
