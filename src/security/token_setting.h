/* SPDX-License-Identifier: MIT */
/*
 * SetTokenInformation(): which classes there are, what each needs, and what it makes of a token.
 * The value is flat: what a structure points to, without the structure.
 */
#ifndef OPENLOGON_SECURITY_TOKEN_SETTING_H
#define OPENLOGON_SECURITY_TOKEN_SETTING_H

#include "security/token_image.h"

enum token_value {
    TOKEN_VALUE_NUMBER, /* 32 bits */
    TOKEN_VALUE_LUID,   /* 64 bits */
    TOKEN_VALUE_SID,
    TOKEN_VALUE_ACL,    /* empty: none */
    TOKEN_VALUE_CLAIMS, /* struct claim_set */
    TOKEN_VALUE_AUDIT,  /* TOKEN_AUDIT_POLICY */
    TOKEN_VALUE_NONE,   /* the class has a meaning, but not here: NOT_SUPPORTED */
};

struct token_setting {
    TOKEN_INFORMATION_CLASS info_class;
    enum token_value form;
    uint32_t access;    /* that the handle has to grant */
    uint64_t privilege; /* that the caller has to have enabled; 0: none */
};

/* NULL: the class cannot be set. */
const struct token_setting *token_setting_find(uint32_t info_class);

/**
 * What a caller has to have enabled for this value: a higher integrity than the token has needs
 * SeRelabelPrivilege.
 * @value    well-formed, as token_image_with_setting() wants it
 */
uint64_t token_setting_privilege(const struct token_setting *setting, const token_image *image,
                                 const void *value);

/* Whether the value has the form of the class. Errors: INVALID_PARAMETER, INVALID_SID, INVALID_ACL,
 * NOT_SUPPORTED */
_must_check_ nt_status token_setting_check(const struct token_setting *setting, const void *value,
                                           size_t size);

/**
 * Makes an image with another value; who may is the caller's to know.
 * Errors:   those of token_setting_check(), INVALID_OWNER, INVALID_PRIMARY_GROUP,
 *           INVALID_PARAMETER (a number out of range; virtualization enabled that is not allowed),
 *           TOO_MANY_CONTEXT_IDS (there is no room), NO_MEMORY
 */
_must_check_ nt_status token_image_with_setting(token_image **ret, const token_image *image,
                                                const struct token_setting *setting,
                                                const void *value, size_t size);

#endif
