/* SPDX-License-Identifier: MIT */
/* A descriptor that is accepted can be written, read again, made absolute and printed. */
#include "fuzz.h"

#include "base/macros.h"
#include "security/sddl.h"

static void check_same(const struct descriptor *a, const struct descriptor *b)
{
    MUST((a->control | SE_SELF_RELATIVE) == (b->control | SE_SELF_RELATIVE));
    MUST(!a->owner == !b->owner && !a->group == !b->group);
    MUST(!a->dacl == !b->dacl && !a->sacl == !b->sacl);
    MUST(!a->owner || sid_equal(a->owner, b->owner));
    MUST(!a->group || sid_equal(a->group, b->group));
    MUST(!a->dacl || memcmp(a->dacl, b->dacl, acl_size(a->dacl)) == 0);
    MUST(!a->sacl || memcmp(a->sacl, b->sacl, acl_size(a->sacl)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(freep) void *written = NULL;
    _cleanup_(freep) char *text = NULL;
    struct descriptor d, again;
    SECURITY_DESCRIPTOR absolute;
    size_t written_size;

    if (nt_failed(descriptor_parse(&d, data, size)))
        return 0;
    MUST(!nt_failed(descriptor_build(&written, &written_size, &d)));
    MUST(!nt_failed(descriptor_parse(&again, written, written_size)));
    check_same(&d, &again);
    descriptor_to_absolute(&absolute, &d);
    MUST(!nt_failed(descriptor_read(&again, &absolute)));
    check_same(&d, &again);
    nt_status st = sddl_print(&text, NULL, &d, UINT32_MAX, NULL);
    MUST(nt_failed(st) == !text);
    return 0;
}
