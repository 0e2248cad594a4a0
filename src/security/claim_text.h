/* SPDX-License-Identifier: MIT */
/* Resource attributes as text, [MS-DTYP] 2.5.1.1: ("Project",TS,0x0,"Windows","SQL"). */
#ifndef OPENLOGON_SECURITY_CLAIM_TEXT_H
#define OPENLOGON_SECURITY_CLAIM_TEXT_H

#include "base/writer.h"
#include "security/sddl_cursor.h"

/* Reads one and appends the claim. Errors: INVALID_PARAMETER, INVALID_SID (with the cursor's
 * reason), NO_MEMORY */
_must_check_ nt_status claim_parse_text(struct sddl_cursor *c, struct writer *w);

/* Prints a claim's bytes. Bytes that Windows lays out are what its text gives again; so are others
 * but for their order. Errors: NOT_SUPPORTED (not a claim, no name, no values), NO_MEMORY */
_must_check_ nt_status claim_print_text(struct writer *w, const void *bytes, size_t size,
                                        const SID *domain);

#endif
