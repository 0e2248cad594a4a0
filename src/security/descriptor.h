/* SPDX-License-Identifier: MIT */
/*
 * Security descriptors. Both of Windows' forms (absolute with pointers, self-relative with offsets)
 * are read into one view, struct descriptor, and written from it.
 */
#ifndef OPENLOGON_SECURITY_DESCRIPTOR_H
#define OPENLOGON_SECURITY_DESCRIPTOR_H

#include "security/acl.h"

enum { DESCRIPTOR_SIZE_MAX = 0x40000 };

/*
 * Borrowed parts of a descriptor; NULL: absent. A DACL is NULL either because there is none
 * (SE_DACL_PRESENT not set) or because it is a NULL DACL (set): both let everyone in.
 */
struct descriptor {
    uint16_t control;
    uint8_t resource_control; /* meaningful when SE_RM_CONTROL_VALID is set */
    const SID *owner;
    const SID *group;
    const ACL *sacl;
    const ACL *dacl;
};

/**
 * Reads a descriptor from memory that is trusted to be one, in either form; all its parts are
 * checked for being well-formed. Errors: UNKNOWN_REVISION, INVALID_SID, INVALID_ACL,
 * INVALID_SECURITY_DESCR (NULL, cut)
 */
_must_check_ nt_status descriptor_read(struct descriptor *ret, const void *descriptor);

/**
 * Reads a self-relative descriptor from bytes of anyone.
 * Errors: UNKNOWN_REVISION, BAD_DESCRIPTOR_FORMAT (not self-relative), INVALID_SECURITY_DESCR,
 *         INVALID_SID, INVALID_ACL
 */
_must_check_ nt_status descriptor_parse(struct descriptor *ret, const void *bytes, size_t size);

/* Bytes of the self-relative form. */
size_t descriptor_size(const struct descriptor *d);

/**
 * Writes the self-relative form: header, SACL, DACL, owner, group, as Windows orders them.
 * @ret_needed set on success and with BUFFER_TOO_SMALL; may be NULL
 * Errors:     BUFFER_TOO_SMALL
 */
_must_check_ nt_status descriptor_write(void *buffer, size_t size, size_t *ret_needed,
                                        const struct descriptor *d);

/* The same into memory from malloc(). */
_must_check_ nt_status descriptor_build(void **ret, size_t *ret_size, const struct descriptor *d);

/* Writes the absolute form's header, with pointers to the view's parts. */
void descriptor_to_absolute(SECURITY_DESCRIPTOR *ret, const struct descriptor *d);

#endif
