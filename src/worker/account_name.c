/* SPDX-License-Identifier: MIT */
#include "worker/account_name.h"

#include <string.h>

#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

static const char forbidden[] = "\"/\\[]:;|=,+*?<>@";

enum {
    /* Four bytes a character, and room for what folding adds. */
    FOLD_SIZE_MAX = 4 * ACCOUNT_NAME_MAX,
};

static bool is_control(ucs4_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

/* Counts characters; SIZE_MAX when the text is not UTF-8 or has control characters. */
static size_t count_characters(const char *text)
{
    const uint8_t *at = (const uint8_t *)text;
    size_t n = 0;
    ucs4_t c;

    if (u8_check(at, strlen(text)))
        return SIZE_MAX;
    for (at = u8_next(&c, at); at; at = u8_next(&c, at)) {
        if (is_control(c))
            return SIZE_MAX;
        n++;
    }
    return n;
}

nt_status account_name_check(const char *name)
{
    size_t n = count_characters(name);
    size_t size = strlen(name);

    if (n == 0 || n > ACCOUNT_NAME_MAX)
        return NT(INVALID_ACCOUNT_NAME);
    if (strpbrk(name, forbidden) || strspn(name, ". ") == size)
        return NT(INVALID_ACCOUNT_NAME);
    if (name[0] == ' ' || name[size - 1] == ' ' || name[size - 1] == '.')
        return NT(INVALID_ACCOUNT_NAME);
    return NT_OK;
}

nt_status account_full_name_check(const char *full_name)
{
    return count_characters(full_name) <= ACCOUNT_FULL_NAME_MAX ? NT_OK : NT(INVALID_ACCOUNT_NAME);
}

nt_status account_text_check(const char *text)
{
    return count_characters(text) <= ACCOUNT_TEXT_MAX ? NT_OK : NT(INVALID_PARAMETER);
}

nt_status account_name_fold(char **ret, const char *name)
{
    size_t size = strlen(name);
    size_t folded_size = 0;
    uint8_t *folded;

    if (size > FOLD_SIZE_MAX || u8_check((const uint8_t *)name, size))
        return NT(INVALID_ACCOUNT_NAME);
    /* The terminating zero is folded with the rest: it stays what it is. */
    folded = u8_casefold((const uint8_t *)name, size + 1, NULL, UNINORM_NFC, NULL, &folded_size);
    if (!folded)
        return NT(NO_MEMORY);
    *ret = (char *)folded;
    return NT_OK;
}
