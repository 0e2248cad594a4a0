/* SPDX-License-Identifier: MIT */
/* UTF-16 for the functions of libc, which take UTF-8. */
#ifndef OPENLOGON_WIN32_ENCODING_H
#define OPENLOGON_WIN32_ENCODING_H

#include <stdint.h>
#include <uchar.h>

/* All of a string: a count that none reaches and that is not _TRUNCATE. */
#define WHOLE (SIZE_MAX - 1)

/* The caller's. NULL: malformed (errno EILSEQ) or no memory (ENOMEM). */
char *openlogon_w32_narrow_copy(const char16_t *text);

#endif
