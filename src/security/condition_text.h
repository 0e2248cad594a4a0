/* SPDX-License-Identifier: MIT */
/*
 * Conditional expressions as text, [MS-DTYP] 2.5.1.1. Windows' text gives Windows' bytes and back.
 * No recursion, however deep the parentheses.
 */
#ifndef OPENLOGON_SECURITY_CONDITION_TEXT_H
#define OPENLOGON_SECURITY_CONDITION_TEXT_H

#include "base/writer.h"
#include "security/sddl_cursor.h"

/**
 * Reads "(...)", up to and with the parenthesis that closes it, and appends "artx" and the tokens,
 * without the zeros that pad an ACE.
 * Errors: INVALID_ACE_CONDITION, INVALID_SID (with the cursor's reason), NO_MEMORY
 */
_must_check_ nt_status condition_parse(struct sddl_cursor *c, struct writer *w);

/**
 * Prints an expression with its parentheses. What is read from a text prints as a text that gives
 * the same bytes. Bytes from elsewhere do too, but for integers of less than 64 bits, which become
 * ones of 64, integers whose sign is not the one they tell, and zeros behind the last token.
 * Errors: NOT_SUPPORTED (not condition_valid()), NO_MEMORY
 */
_must_check_ nt_status condition_print(struct writer *w, const void *bytes, size_t size,
                                       const SID *domain);

#endif
