/* SPDX-License-Identifier: MIT */
#include "authority/credential.h"

#include <string.h>

static struct credential *credential_free(struct credential *c)
{
    if (c)
        secret_free(c->bytes);
    free(c);
    return NULL;
}
DEFINE_CLEANUP(struct credential *, credential_free);

static bool credential_matches(const struct credential *c, uint32_t package, struct bytes key)
{
    if (c->package != package)
        return false;
    if (!key.data)
        return true;
    return c->key_size == key.size && secret_equal(secret_bytes(c->bytes), key.data, key.size);
}

void credential_list_done(struct credential_list *list)
{
    while (list->first) {
        struct credential *c = list->first;

        list->first = c->next;
        credential_free(c);
    }
    list->size = 0;
}

nt_status credential_add(struct credential_list *list, uint32_t package, struct bytes key,
                         struct bytes value)
{
    _cleanup_(credential_freep) struct credential *c = NULL;
    nt_status st;

    if (key.size > CREDENTIAL_KEY_MAX || value.size > CREDENTIAL_VALUE_MAX ||
        key.size + value.size == 0)
        return NT(INVALID_PARAMETER);
    if (list->size >= CREDENTIALS_MAX)
        return NT(INSUFFICIENT_RESOURCES);
    c = calloc(1, sizeof(*c));
    if (!c)
        return NT(NO_MEMORY);
    st = secret_new(&c->bytes, key.size + value.size);
    if (nt_failed(st))
        return st;
    c->package = package;
    c->key_size = key.size;
    c->value_size = value.size;
    if (key.size > 0)
        memcpy(secret_bytes(c->bytes), key.data, key.size);
    if (value.size > 0)
        memcpy(secret_bytes(c->bytes) + key.size, value.data, value.size);
    c->next = list->first;
    list->first = TAKE(c);
    list->size++;
    return NT_OK;
}

nt_status credential_delete(struct credential_list *list, uint32_t package, struct bytes key)
{
    if (!key.data)
        return NT(INVALID_PARAMETER);
    for (struct credential **link = &list->first; *link; link = &(*link)->next) {
        if (credential_matches(*link, package, key)) {
            struct credential *c = *link;

            *link = c->next;
            list->size--;
            credential_free(c);
            return NT_OK;
        }
    }
    return NT(OBJECT_NAME_NOT_FOUND);
}

nt_status credential_get(struct credential_list *list, uint32_t package, struct bytes key,
                         uint32_t n, const struct credential **ret)
{
    for (const struct credential *c = list->first; c; c = c->next) {
        if (!credential_matches(c, package, key))
            continue;
        if (n-- == 0) {
            *ret = c;
            return NT_OK;
        }
    }
    return NT(UNSUCCESSFUL);
}
