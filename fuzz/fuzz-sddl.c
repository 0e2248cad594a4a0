/* SPDX-License-Identifier: MIT */
/* What is read from a text prints as a text that is read as the same and prints as the same. */
#include "fuzz.h"

#include "base/macros.h"
#include "security/sddl.h"

#define ALL_PARTS                                                                                  \
    (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION |         \
     SACL_SECURITY_INFORMATION)

static const uint8_t domain[24] = {
    1, 4, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3
};

/* The room that an object ACE without GUIDs leaves cannot be seen in the text. */
static bool has_slack(const ACL *acl)
{
    size_t used;

    return acl && !nt_failed(acl_used(&used, acl)) && used != acl_size(acl);
}

/* An ACL of few bytes can have a text beyond the limit; only memory and that may fail here. */
static void check_round_trip(const void *bytes, size_t size, const SID *domain_sid)
{
    _cleanup_(freep) char *text = NULL;
    _cleanup_(freep) void *again = NULL;
    size_t text_size, again_size;
    struct descriptor d;

    MUST(!nt_failed(descriptor_parse(&d, bytes, size)));
    MUST(!nt_failed(sddl_print(&text, &text_size, &d, ALL_PARTS, domain_sid)));
    MUST(!nt_failed(sddl_parse(&again, &again_size, text, text_size, domain_sid)));
    if (has_slack(d.dacl) || has_slack(d.sacl))
        return;
    MUST(again_size == size && memcmp(again, bytes, size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const SID *domains[] = { NULL, (const SID *)(const void *)domain };

    if (size > 1 << 16)
        return 0;
    for (size_t i = 0; i < ARRAY_SIZE(domains); i++) {
        _cleanup_(freep) void *bytes = NULL;
        size_t bytes_size;
        sid_buffer sid;

        nt_status st = sddl_parse(&bytes, &bytes_size, (const char *)data, size, domains[i]);
        if (!nt_failed(st))
            check_round_trip(bytes, bytes_size, domains[i]);
        if (!nt_failed(sddl_sid_parse(&sid, (const char *)data, size, domains[i])))
            MUST(sid_valid(sid.bytes, SID_SIZE_MAX));
    }
    return 0;
}
