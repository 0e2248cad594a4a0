/* SPDX-License-Identifier: MIT */
/*
 * Security descriptors as text, [MS-DTYP] 2.5.1. Text is UTF-8. Windows' text gives Windows' bytes,
 * and back. `domain` is the machine's own domain SID, for the aliases that are relative to it (LA,
 * DA ...); with NULL those are an error in a text, and are not used when printing.
 */
#ifndef OPENLOGON_SECURITY_SDDL_H
#define OPENLOGON_SECURITY_SDDL_H

#include "base/writer.h"
#include "security/descriptor.h"

enum { SDDL_TEXT_MAX = 1 << 20 };

/* Where a text stops being SDDL, and why: a constant without a full stop. */
struct sddl_error {
    size_t offset; /* in bytes */
    const char *reason;
};

/**
 * Makes the self-relative descriptor.
 * @ret    from malloc(), the caller's
 * Errors: INVALID_ACL (something in an ACL), INVALID_ACE_CONDITION, INVALID_SID, INVALID_PARAMETER
 * (structure of the text), NO_MEMORY
 */
_must_check_ nt_status sddl_parse(void **ret, size_t *ret_size, const char *text, size_t size,
                                  const SID *domain);
/* The same; on failure it tells where and why. */
_must_check_ nt_status sddl_parse_explained(void **ret, size_t *ret_size, const char *text,
                                            size_t size, const SID *domain,
                                            struct sddl_error *ret_error);

/**
 * Prints those parts of a descriptor that `parts` names (OWNER_SECURITY_INFORMATION and so on).
 * LABEL_, ATTRIBUTE_ and SCOPE_SECURITY_INFORMATION without SACL_SECURITY_INFORMATION print the
 * SACL's ACEs of those kinds.
 * @ret    from malloc(), the caller's; ends with a zero
 * Errors: INVALID_ACL, NOT_SUPPORTED (an ACE type without a name in SDDL, a callback ACE without a
 * condition), NO_MEMORY
 */
_must_check_ nt_status sddl_print(char **ret, size_t *ret_size, const struct descriptor *d,
                                  uint32_t parts, const SID *domain);

/* A SID as "S-1-..." or as an alias; the whole text. Errors: INVALID_SID */
_must_check_ nt_status sddl_sid_parse(sid_buffer *ret, const char *text, size_t size,
                                      const SID *domain);
/* The alias where there is one. */
void sddl_sid_print(struct writer *w, const SID *sid, const SID *domain);

#endif
