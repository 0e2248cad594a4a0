/* SPDX-License-Identifier: MIT */
/*
 * UTF-8 to UTF-16 and back, strictly: overlong forms, lone surrogates, values above U+10FFFF and
 * cut sequences are errors, never replaced. Sizes and lengths are in units of the string and never
 * count a terminating zero; a zero inside is a character like others. Results end with a zero.
 */
#ifndef OPENLOGON_BASE_UTF16_H
#define OPENLOGON_BASE_UTF16_H

#include <stddef.h>

#include <winnt.h>

#include "base/status.h"

/* Units before the first zero. */
size_t utf16_length(const WCHAR *text);

/**
 * Converts into a new string.
 * @ret       the caller's, free with free(); untouched on failure
 * @ret_units its length; may be NULL
 * @text      may be NULL when size is 0
 * Errors:    INVALID_PARAMETER (malformed), NO_MEMORY
 */
_must_check_ nt_status utf8_to_utf16(WCHAR **ret, size_t *ret_units, const char *text, size_t size);
_must_check_ nt_status utf16_to_utf8(char **ret, size_t *ret_size, const WCHAR *text, size_t units);

/**
 * Converts into the caller's buffer.
 * @capacity  units in the buffer, with room for the terminating zero
 * @ret_units the result's length, also when it does not fit; may be NULL
 * Errors:    INVALID_PARAMETER (malformed), BUFFER_TOO_SMALL (the buffer is then untouched)
 */
_must_check_ nt_status utf8_to_utf16_buffer(WCHAR *buffer, size_t capacity, size_t *ret_units,
                                            const char *text, size_t size);
_must_check_ nt_status utf16_to_utf8_buffer(char *buffer, size_t capacity, size_t *ret_size,
                                            const WCHAR *text, size_t units);

#endif
