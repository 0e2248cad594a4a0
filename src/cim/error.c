/* SPDX-License-Identifier: MIT */
#include "cim/error.h"

#include <stdio.h>
#include <string.h>

/* By its first byte. */
static size_t size_of_character(unsigned char first)
{
    return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
}

/* No character is cut in two: the text goes into XML. */
static void drop_partial_character(char *text)
{
    const size_t n = strlen(text);
    size_t at = n;

    if (n < CIM_TEXT_SIZE - 1)
        return;
    do
        at--;
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80);
    if (n - at < size_of_character((unsigned char)text[at]))
        text[at] = '\0';
}

void cim_text(char ret[CIM_TEXT_SIZE], const char *format, va_list list)
{
    (void)vsnprintf(ret, CIM_TEXT_SIZE, format, list);
    drop_partial_character(ret);
}

bool cim_fail(struct cim_error *error, enum cim_code code, const char *format, ...)
{
    va_list list;

    error->code = code;
    va_start(list, format);
    cim_text(error->text, format, list);
    va_end(list);
    return false;
}

bool cim_check(struct cim_error *error, query_status status)
{
    if (!query_failed(status))
        return true;
    if (status.code == ERROR_ACCESS_DENIED)
        return cim_fail(error, CIM_ERR_ACCESS_DENIED, "access is denied");
    if (status.code == ERROR_TIMEOUT)
        return cim_fail(error, CIM_ERR_FAILED, "the query took too long");
    return cim_fail(error, CIM_ERR_FAILED, "the authority cannot tell: error %u", status.code);
}
