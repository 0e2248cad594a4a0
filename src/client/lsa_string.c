/* SPDX-License-Identifier: MIT */
#include "client/lsa_string.h"

#include <string.h>

#include "base/secret.h"
#include "base/utf16.h"

enum { STRING_BYTES_MAX = 0xfffc }; /* what a counted string can tell, without its zero */

nt_status lsa_string_read(char **ret, const LSA_UNICODE_STRING *from)
{
    size_t units = from ? from->Length / sizeof(WCHAR) : 0;
    size_t size = 0;
    char *text = NULL;
    nt_status st;

    if (from && (from->Length % sizeof(WCHAR) != 0 || (units > 0 && !from->Buffer)))
        return NT(INVALID_PARAMETER);
    st = utf16_to_utf8(&text, &size, units > 0 ? from->Buffer : NULL, units);
    if (nt_failed(st))
        return NT_IS(st, INVALID_PARAMETER) ? NT(UNMAPPABLE_CHARACTER) : st;
    if (strlen(text) != size) {
        secret_wipe(text, size);
        free(text);
        return NT(INVALID_PARAMETER);
    }
    *ret = text;
    return NT_OK;
}

/* UTF-16 has never more units than UTF-8 has bytes. */
size_t lsa_string_room(const char *text)
{
    return (strlen(text) + 1) * sizeof(WCHAR);
}

nt_status lsa_string_put(LSA_UNICODE_STRING *ret, WCHAR **next, const char *text)
{
    size_t size = strlen(text), units;
    nt_status st = utf8_to_utf16_buffer(*next, size + 1, &units, text, size);

    if (nt_failed(st) || units * sizeof(WCHAR) > STRING_BYTES_MAX)
        return NT(INVALID_PARAMETER);
    ret->Buffer = *next;
    ret->Length = (USHORT)(units * sizeof(WCHAR));
    ret->MaximumLength = (USHORT)(ret->Length + sizeof(WCHAR));
    *next += units + 1;
    return NT_OK;
}
