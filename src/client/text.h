/* SPDX-License-Identifier: MIT */
/*
 * Text at the border of the API. Inside the library it is UTF-8; the functions that end in W
 * convert. What a caller gives may be a secret: text_done() wipes.
 */
#ifndef OPENLOGON_CLIENT_TEXT_H
#define OPENLOGON_CLIENT_TEXT_H

#include <windows.h>

#include "base/status.h"

enum text_form {
    TEXT_A, /* UTF-8 */
    TEXT_W, /* UTF-16 */
};

/* From a program's string; NULL stays NULL. Errors: UNMAPPABLE_CHARACTER (malformed),
 * NO_MEMORY */
_must_check_ nt_status text_from_wide(char **ret, const WCHAR *wide);

/* Wipes and frees; for _cleanup_(text_done). */
void text_done(char **text);

/* A program's buffer. *size tells its characters, with room for the terminating zero. */
struct text_out {
    enum text_form form;
    void *buffer;
    DWORD *size;
};

/**
 * Whether the text fits; when not, *size becomes what is needed, with the zero.
 * Errors: INVALID_PARAMETER (size is NULL, malformed), BUFFER_TOO_SMALL
 */
_must_check_ nt_status text_out_check(const struct text_out *out, const char *text);

/* Writes what was checked; *size becomes the length without the zero. */
void text_out_write(const struct text_out *out, const char *text);

#endif
