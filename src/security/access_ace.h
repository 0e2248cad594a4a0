/* SPDX-License-Identifier: MIT */
/* What access checks and audit share about one ACE: what its type does, of whom it speaks, whether
 * its condition holds. */
#ifndef OPENLOGON_SECURITY_ACCESS_ACE_H
#define OPENLOGON_SECURITY_ACCESS_ACE_H

#include "security/access_check.h"
#include "security/condition.h"

/* What an ACE does to the rights in its mask. */
enum access_effect {
    ACCESS_EFFECT_UNKNOWN = 0, /* an unlisted type: in a DACL it may deny anything to anyone */
    ACCESS_EFFECT_NONE = 1 << 0,
    ACCESS_EFFECT_ALLOW = 1 << 1,
    ACCESS_EFFECT_DENY = 1 << 2,
    ACCESS_EFFECT_AUDIT = 1 << 3,
    ACCESS_EFFECT_CONDITIONAL = 1 << 4, /* together with one of those */
};

uint8_t access_effect_of(uint8_t type);

/* SIDs that stand for another one. */
enum access_alias {
    ACCESS_ALIAS_NONE,
    ACCESS_ALIAS_OWNER, /* OWNER RIGHTS, S-1-3-4 */
    ACCESS_ALIAS_SELF,  /* PRINCIPAL SELF, S-1-5-10 */
};

static inline enum access_alias access_alias_of(const SID *sid)
{
    static const uint8_t owner[12] = { 1, 1, 0, 0, 0, 0, 0, 3, 4 };
    static const uint8_t self[12] = { 1, 1, 0, 0, 0, 0, 0, 5, 10 };

    if (sid_n_subs(sid) != 1)
        return ACCESS_ALIAS_NONE;
    if (memcmp(sid, owner, sizeof(owner)) == 0)
        return ACCESS_ALIAS_OWNER;
    return memcmp(sid, self, sizeof(self)) == 0 ? ACCESS_ALIAS_SELF : ACCESS_ALIAS_NONE;
}

/* The owner; NULL: there is none. SELF may own itself. */
static inline const SID *access_owner(const struct access_request *request)
{
    const SID *owner = request->descriptor->owner;

    if (!owner || !request->principal_self || access_alias_of(owner) != ACCESS_ALIAS_SELF)
        return owner;
    return request->principal_self;
}

/* Whom an ACE with this SID speaks of; NULL: of nobody (an owner that there is not). */
static inline const SID *access_subject(const struct access_request *request, const SID *sid,
                                        enum access_alias alias)
{
    if (__builtin_expect(alias == ACCESS_ALIAS_NONE, 1))
        return sid;
    if (alias == ACCESS_ALIAS_OWNER)
        return access_owner(request);
    return request->principal_self ? request->principal_self : sid;
}

/* Whether an ACE's condition holds, as its effect needs it; `cost` as of struct condition_context.
 */
enum truth access_condition(const struct access_request *request, const struct ace *ace,
                            enum access_view view, uint8_t effect, size_t *cost);

#endif
