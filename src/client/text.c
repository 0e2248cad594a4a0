/* SPDX-License-Identifier: MIT */
#include "client/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/utf16.h"

nt_status text_from_wide(char **ret, const WCHAR *wide)
{
    nt_status st;

    if (!wide) {
        *ret = NULL;
        return NT_OK;
    }
    st = utf16_to_utf8(ret, NULL, wide, utf16_length(wide));
    return NT_IS(st, INVALID_PARAMETER) ? NT(UNMAPPABLE_CHARACTER) : st;
}

void text_done(char **text)
{
    if (*text)
        secret_wipe(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

static nt_status text_length(enum text_form form, const char *text, size_t *ret)
{
    nt_status st;

    *ret = strlen(text);
    if (form == TEXT_A)
        return NT_OK;
    st = utf8_to_utf16_buffer(NULL, 0, ret, text, strlen(text));
    return NT_IS(st, BUFFER_TOO_SMALL) ? NT_OK : st;
}

nt_status text_out_check(const struct text_out *out, const char *text)
{
    size_t length;
    nt_status st = out->size ? text_length(out->form, text, &length) : NT(INVALID_PARAMETER);

    if (nt_failed(st))
        return st;
    if (out->buffer && length < *out->size)
        return NT_OK;
    *out->size = (DWORD)length + 1;
    return NT(BUFFER_TOO_SMALL);
}

void text_out_write(const struct text_out *out, const char *text)
{
    size_t length = strlen(text);

    if (out->form == TEXT_A)
        memcpy(out->buffer, text, length + 1);
    else /* text_out_check() has seen that it is well-formed and fits */
        (void)utf8_to_utf16_buffer(out->buffer, *out->size, &length, text, length).code;
    *out->size = (DWORD)length;
}
