/* SPDX-License-Identifier: MIT */
/*
 * Access control lists. An ACL is bytes: a header that tells its size, and ACEs that each tell
 * theirs. Reading checks every size against the ACL's, also in ACLs that were called valid before;
 * nothing relies on alignment.
 */
#ifndef OPENLOGON_SECURITY_ACL_H
#define OPENLOGON_SECURITY_ACL_H

#include "security/sid.h"

enum { ACL_SIZE_MAX = 0xfffc };

/* How an ACE's bytes go on behind its header. */
enum ace_layout {
    ACE_LAYOUT_UNKNOWN, /* only header and bytes are known */
    ACE_LAYOUT_PLAIN,   /* mask, SID, then bytes of its own (conditions, attributes) */
    ACE_LAYOUT_OBJECT,  /* mask, flags, up to two GUIDs, SID, bytes of its own */
};

enum ace_layout ace_layout_of(uint8_t type);

/*
 * One ACE: what a walk gives (pointers into the ACL) and what the builders take. object_type and
 * inherited_type are the 16 bytes of a GUID, or NULL. Of an unknown layout only type, flags, bytes
 * and size are set.
 */
struct ace {
    uint8_t type;
    uint8_t flags;
    enum ace_layout layout; /* builders find it by the type */
    uint32_t mask;
    const SID *sid;
    const void *object_type;
    const void *inherited_type;
    const void *extra;
    size_t extra_size;
    const void *bytes; /* the whole ACE; builders ignore it */
    size_t size;
};

/* A walk. Ends early, with `malformed` set, at an ACE that does not fit. */
struct acl_walk {
    const uint8_t *next;
    const uint8_t *end;
    uint32_t left;
    bool malformed;
};

void acl_walk_start(struct acl_walk *walk, const ACL *acl);
bool acl_walk_next(struct acl_walk *walk, struct ace *ret);

/* Whether the bytes begin with a well-formed ACL whose own size is not above theirs. */
bool acl_valid(const void *bytes, size_t size);

static inline size_t acl_size(const ACL *acl)
{
    uint16_t size;

    memcpy(&size, (const uint8_t *)acl + 2, sizeof(size));
    return size;
}

static inline size_t acl_n_aces(const ACL *acl)
{
    uint16_t count;

    memcpy(&count, (const uint8_t *)acl + 4, sizeof(count));
    return count;
}

/* Header and ACEs, without the slack behind them. Errors: INVALID_ACL */
_must_check_ nt_status acl_used(size_t *ret, const ACL *acl);

/* The i-th ACE. Errors: INVALID_PARAMETER (there are fewer), INVALID_ACL */
_must_check_ nt_status acl_get(struct ace *ret, const ACL *acl, size_t i);

/* Makes an empty ACL of the buffer. Errors: INVALID_PARAMETER (size not 8..ACL_SIZE_MAX or not a
 * multiple of 4, revision not 2..4) */
_must_check_ nt_status acl_init(void *buffer, size_t size, uint8_t revision);

/* Bytes that an ACE will have. Errors: INVALID_PARAMETER (no layout, too long) */
_must_check_ nt_status ace_size(size_t *ret, const struct ace *spec);
/* Writes those bytes. */
_must_check_ nt_status ace_write(void *buffer, size_t size, const struct ace *spec);

/**
 * Adds an ACE behind the last.
 * Errors: ALLOTTED_SPACE_EXCEEDED (the ACL's size), INVALID_ACL, INVALID_PARAMETER
 */
_must_check_ nt_status acl_append(ACL *acl, const struct ace *spec);

/* Puts ready-made ACEs before the i-th (or behind the last: SIZE_MAX). Errors: as acl_append() */
_must_check_ nt_status acl_insert_bytes(ACL *acl, size_t i, const void *aces, size_t size);
/* Errors: INVALID_PARAMETER, INVALID_ACL */
_must_check_ nt_status acl_delete(ACL *acl, size_t i);

/* An ACL from malloc() of exactly these ACEs; its revision is 4 when one is an object ACE, else 2.
 */
_must_check_ nt_status acl_build(ACL **ret, const struct ace *aces, size_t n_aces);

#endif
