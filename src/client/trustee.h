/* SPDX-License-Identifier: MIT */
/*
 * Trustees and entries as programs give and get them, in either form: a TRUSTEE_W is laid out as a
 * TRUSTEE_A is, and an EXPLICIT_ACCESS likewise, so that one code works on the A form and a
 * text_form tells what names are.
 */
#ifndef OPENLOGON_CLIENT_TRUSTEE_H
#define OPENLOGON_CLIENT_TRUSTEE_H

#include <aclapi.h>

#include "client/text.h"
#include "security/explicit_entries.h"

/* Whom a trustee means. The GUIDs are borrowed of it. */
struct trustee {
    sid_buffer sid;
    const void *object_type;
    const void *inherited_type;
};

/**
 * Finds a trustee's SID.
 * Errors: INVALID_PARAMETER (NULL, a bad form, one that acts for another), INVALID_SID,
 *         NOT_SUPPORTED (names of object types), those of account_by_name()
 */
_must_check_ nt_status trustee_resolve(struct trustee *ret, const TRUSTEE_A *from,
                                       enum text_form form);

/* A program's entries, resolved. Starts zeroed. */
struct trustee_entries {
    struct explicit_entry *entries;
    struct trustee *trustees; /* what the entries borrow from */
    size_t n;
};

void trustee_entries_done(struct trustee_entries *e);

/* Errors: also INVALID_PARAMETER (inheritance), NO_MEMORY */
_must_check_ nt_status trustee_entries_read(struct trustee_entries *ret,
                                            const EXPLICIT_ACCESS_A *list, size_t n,
                                            enum text_form form);

/* How entries that are given to a program say who. */
enum trustee_naming {
    TRUSTEES_BY_SID,
    TRUSTEES_BY_NAME, /* but those with GUIDs: their names would need more names */
};

/**
 * Makes a program's list in one block.
 * @ret    from malloc(), the caller's; NULL for no entries
 * Errors: NO_MEMORY, those of account_by_sid()
 */
_must_check_ nt_status trustee_entries_give(EXPLICIT_ACCESS_A **ret,
                                            const struct explicit_entry *entries, size_t n,
                                            enum trustee_naming naming, enum text_form form);

/* One trustee with its name, in one block from malloc(). Errors: as above */
_must_check_ nt_status trustee_give_name(TRUSTEE_A **ret, const SID *sid, enum text_form form);

#endif
