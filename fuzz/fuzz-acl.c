/* SPDX-License-Identifier: MIT */
/* An ACL that is accepted stays well-formed whatever is added to it or taken from it. */
#include "fuzz.h"

#include "base/macros.h"
#include "security/acl.h"

static const uint8_t everyone[12] = { 1, 1, 0, 0, 0, 0, 0, 1 };

static size_t check_walk(const ACL *acl)
{
    struct acl_walk walk;
    struct ace ace;
    size_t n = 0;

    acl_walk_start(&walk, acl);
    while (acl_walk_next(&walk, &ace)) {
        size_t size;

        n++;
        if (ace.layout == ACE_LAYOUT_UNKNOWN)
            continue;
        MUST(sid_valid(ace.sid, sid_length(ace.sid)));
        MUST(nt_failed(ace_size(&size, &ace)) || size <= ace.size);
    }
    MUST(!walk.malformed && n == acl_n_aces(acl));
    return n;
}

static void check_changes(ACL *acl, size_t size)
{
    struct ace ace = { .mask = 1, .sid = (const SID *)(const void *)everyone };
    size_t n = check_walk(acl);
    uint8_t bytes[20];

    nt_status st = acl_append(acl, &ace);
    n += nt_failed(st) ? 0 : 1;
    MUST(acl_valid(acl, size) && check_walk(acl) == n);
    MUST(!nt_failed(ace_write(bytes, sizeof(bytes), &ace)));
    st = acl_insert_bytes(acl, n / 2, bytes, sizeof(bytes));
    n += nt_failed(st) ? 0 : 1;
    MUST(acl_valid(acl, size) && check_walk(acl) == n);
    while (n > 0) {
        MUST(!nt_failed(acl_delete(acl, n / 2)));
        n--;
        MUST(acl_valid(acl, size) && acl_n_aces(acl) == n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!acl_valid(data, size) || acl_n_aces((const ACL *)(const void *)data) > 64)
        return 0;
    _cleanup_(freep) ACL *acl = malloc(size);
    MUST(acl);
    memcpy(acl, data, size);
    check_changes(acl, size);
    return 0;
}
