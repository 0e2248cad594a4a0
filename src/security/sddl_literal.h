/* SPDX-License-Identifier: MIT */
/* Literals of conditional expressions and of resource attributes, [MS-DTYP] 2.5.1.1. */
#ifndef OPENLOGON_SECURITY_SDDL_LITERAL_H
#define OPENLOGON_SECURITY_SDDL_LITERAL_H

#include "base/writer.h"
#include "security/condition_token.h"
#include "security/sddl_cursor.h"

/* Whether a literal other than a composite begins here, not a word. */
bool sddl_literal_starts(const struct sddl_cursor *c);

/* Takes one and appends its token. Errors: INVALID_PARAMETER, INVALID_SID, NO_MEMORY */
_must_check_ nt_status sddl_literal_parse(struct sddl_cursor *c, struct writer *w);
/* The same of SIDs only. */
_must_check_ nt_status sddl_literal_parse_sid(struct sddl_cursor *c, struct writer *w);
void sddl_literal_print(struct writer *w, const struct condition_token *t, const SID *domain);

/* Takes a text in quotes and appends its units. Errors: INVALID_PARAMETER, NO_MEMORY */
_must_check_ nt_status sddl_take_string(struct sddl_cursor *c, struct writer *w);
void sddl_print_string(struct writer *w, const uint8_t *bytes, size_t size);

/* Takes "#0102" and appends the bytes: "#" among the digits is a zero, an odd number of digits has
 * a zero in front. The "#" in front tells it from a number, and may be missing where there can be
 * none. Errors: INVALID_PARAMETER */
_must_check_ nt_status sddl_take_octets(struct sddl_cursor *c, struct writer *w);
void sddl_print_octets(struct writer *w, const uint8_t *bytes, size_t size);

void sddl_print_sid_literal(struct writer *w, const SID *sid, const SID *domain);

#endif
