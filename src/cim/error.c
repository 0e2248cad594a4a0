/* SPDX-License-Identifier: MIT */
#include "cim/error.h"

#include <stdio.h>
#include <string.h>

/* No character is cut in two: the text goes into XML. */
static void drop_partial_character(char *text)
{
    size_t n = strlen(text);

    if (n < CIM_TEXT_SIZE - 1)
        return;
    while (n > 0 && (text[n - 1] & 0xc0) == 0x80)
        text[--n] = '\0';
    if (n > 0 && (text[n - 1] & 0x80))
        text[n - 1] = '\0';
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
