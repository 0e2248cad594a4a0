/* SPDX-License-Identifier: MIT */
/* A text, a line end, a pattern: the answer is that of a slow search that tries everything. */
#include "fuzz.h"

#include <stdbool.h>

#include "base/ascii.h"
#include "base/macros.h"
#include "query/wql_condition.h"

enum { SIZE_MAX_TRIED = 40 };

/* One character against what stands at the pattern, which is not %; ret: behind that. */
static bool one(char c, const char *pattern, const char **ret)
{
    const char single[2] = { c, '\0' };
    const char *end = *pattern == '[' ? strchr(pattern + 1, ']') : NULL;
    _cleanup_(freep) char *alone = NULL;

    *ret = end ? end + 1 : pattern + 1;
    alone = strndup(pattern, (size_t)(*ret - pattern));
    MUST(alone);
    return wql_like(single, alone);
}

static bool slow(const char *text, const char *pattern, unsigned *left)
{
    const char *rest;

    if (*left == 0 || --*left == 0)
        return false;
    if (*pattern == '%')
        return slow(text, pattern + 1, left) || (*text && slow(text + 1, pattern, left));
    if (!*text || !*pattern)
        return !*text && !*pattern;
    return one(*text, pattern, &rest) && slow(text + 1, rest, left);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(freep) char *text = strndup((const char *)data, size);
    char *pattern;
    unsigned left = 100000;
    bool expected;

    MUST(text);
    pattern = strchr(text, '\n');
    if (!pattern)
        return 0;
    *pattern++ = '\0';
    if (strlen(text) > SIZE_MAX_TRIED || strlen(pattern) > SIZE_MAX_TRIED)
        return (int)wql_like(text, pattern) * 0;
    expected = slow(text, pattern, &left);
    if (left > 0)
        MUST(wql_like(text, pattern) == expected);
    return 0;
}
