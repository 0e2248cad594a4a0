/* SPDX-License-Identifier: MIT */
/* Text of API functions whose errors are Win32 codes right away: text.h, and the last error set. */
#ifndef OPENLOGON_CLIENT_TEXT_ARGUMENT_H
#define OPENLOGON_CLIENT_TEXT_ARGUMENT_H

#include "client/last_error.h"
#include "client/text.h"

/* A W argument as UTF-8 from malloc(); NULL, with the last error set, when it is malformed. */
static inline char *wide_argument(LPCWSTR text)
{
    char *converted = NULL;

    return finish(text_from_wide(&converted, text)) ? converted : NULL;
}

static inline BOOL give_text_form(const char *text, struct text_out out)
{
    nt_status st = text_out_check(&out, text);

    if (nt_failed(st))
        return finish(st);
    text_out_write(&out, text);
    return TRUE;
}

/* *size: room in characters; the length on success, the room needed when it is too small. */
static inline BOOL give_text(const char *text, LPSTR buffer, LPDWORD size)
{
    return give_text_form(text, (struct text_out){ TEXT_A, buffer, size });
}

static inline BOOL give_text_wide(const char *text, LPWSTR buffer, LPDWORD size)
{
    return give_text_form(text, (struct text_out){ TEXT_W, buffer, size });
}

#endif
