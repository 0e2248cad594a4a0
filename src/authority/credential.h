/* SPDX-License-Identifier: MIT */
/*
 * What authentication packages keep with a logon session, for later use on the client's behalf:
 * key and value per package. Values lie in locked memory and are wiped when they go.
 */
#ifndef OPENLOGON_AUTHORITY_CREDENTIAL_H
#define OPENLOGON_AUTHORITY_CREDENTIAL_H

#include "base/secret.h"

enum {
    CREDENTIAL_KEY_MAX = 1024,
    CREDENTIAL_VALUE_MAX = 16 * 1024,
    CREDENTIALS_MAX = 64, /* of one session */
};

struct credential {
    struct credential *next; /* newest first */
    uint32_t package;
    size_t key_size;
    size_t value_size;
    secret *bytes; /* the key, then the value */
};

struct bytes {
    const uint8_t *data;
    size_t size;
};

/* Starts as all zeros; owns its credentials. */
struct credential_list {
    struct credential *first;
    size_t size;
};

void credential_list_done(struct credential_list *list); /* wipes all */

/* Errors: INVALID_PARAMETER (sizes), INSUFFICIENT_RESOURCES (CREDENTIALS_MAX), NO_MEMORY */
_must_check_ nt_status credential_add(struct credential_list *list, uint32_t package,
                                      struct bytes key, struct bytes value);

/* Errors: NO_SUCH_LOGON_SESSION is the caller's; here OBJECT_NAME_NOT_FOUND */
_must_check_ nt_status credential_delete(struct credential_list *list, uint32_t package,
                                         struct bytes key);

/**
 * The package's n-th credential, from 0; a NULL key stands for any.
 * @ret      borrowed: valid until the list changes
 * Errors:   UNSUCCESSFUL (there is no further one), as LSA_GET_CREDENTIALS says
 */
_must_check_ nt_status credential_get(struct credential_list *list, uint32_t package,
                                      struct bytes key, uint32_t n, const struct credential **ret);

static inline struct bytes credential_key(const struct credential *c)
{
    return (struct bytes){ secret_bytes(c->bytes), c->key_size };
}

static inline struct bytes credential_value(const struct credential *c)
{
    return (struct bytes){ secret_bytes(c->bytes) + c->key_size, c->value_size };
}

#endif
