/* SPDX-License-Identifier: MIT */
/*
 * What becomes of one ACE when an object gets it: from its parent, or from whoever set it. Rules:
 * Microsoft Learn, ACE Inheritance Rules; [MS-DTYP] 2.5.3.4.
 */
#ifndef OPENLOGON_SECURITY_INHERIT_H
#define OPENLOGON_SECURITY_INHERIT_H

#include "security/access_check.h"
#include "security/acl_writer.h"

enum inherit_kind {
    INHERIT_LEAF,      /* can hold no other objects: inheritance ends with it */
    INHERIT_CONTAINER, /* passes on what it inherits */
};

/* The object that gets the ACEs. Everything is borrowed. */
struct inherit_target {
    enum inherit_kind kind;
    const void *const *object_types; /* GUIDs of 16 bytes: what the object is an instance of */
    size_t n_object_types;
    const SID *owner; /* what CREATOR OWNER stands for; NULL: it stays */
    const SID *group; /* what CREATOR GROUP stands for; NULL: it stays */
    const GENERIC_MAPPING *mapping;
};

/**
 * Appends what the target gets of one of its parent's ACEs: nothing, the ACE as it takes effect,
 * the ACE as it is passed on, or both. These two are one ACE, unless effect needs other rights
 * (generic ones are mapped) or another SID (of the creator) than what is passed on.
 * @mark INHERITED_ACE or 0: a flag of what is appended
 */
void inherit_ace(struct acl_writer *w, const struct ace *ace, const struct inherit_target *target,
                 uint8_t mark);

/* The same with all ACEs of the parent's list; NULL is fine. A malformed list fails. */
void inherit_acl(struct acl_writer *w, const ACL *parent, const struct inherit_target *target,
                 uint8_t mark);

/* Appends an ACE that is the target's own: generic rights and SIDs of the creator are replaced. A
 * leaf's loses its inheritance flags; what would be for heirs only is left out. */
void inherit_own_ace(struct acl_writer *w, const struct ace *ace,
                     const struct inherit_target *target);

/* Whether the ACE is one that only objects of the target's types inherit. */
bool inherit_is_specific(const struct ace *ace, const struct inherit_target *target);

#endif
