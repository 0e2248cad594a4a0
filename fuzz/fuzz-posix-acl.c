/* SPDX-License-Identifier: MIT */
/*
 * Any DACL that becomes POSIX permissions becomes valid ones, and what these are told as is
 * accepted as exactly them.
 */
#include "fuzz.h"

#include <sys/stat.h>

#include "security/posix_acl.h"

static const SID *machine(sid_buffer *buffer)
{
    static const uint32_t subs[] = { 21, 1, 2, 3 };

    MUST(!nt_failed(sid_make(buffer, 5, 4, subs)));
    return &buffer->sid;
}

static void check_again(const struct posix_security *s, const SID *domain)
{
    _cleanup_(freep) struct posix_security *again = malloc(sizeof(*again));
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor d;
    size_t size;
    bool exact;

    MUST(again);
    nt_status st = posix_to_descriptor(&bytes, &size, s, domain);
    if (nt_failed(st)) {
        MUST(NT_IS(st, ALLOTTED_SPACE_EXCEEDED));
        return;
    }
    MUST(!nt_failed(descriptor_parse(&d, bytes, size)));
    *again = *s;
    MUST(!nt_failed(posix_set_dacl(again, &exact, d.dacl, domain)));
    MUST(exact && again->mode == s->mode);
    MUST(posix_acl_equal(&again->access, &s->access));
    MUST(posix_acl_equal(&again->initial, &s->initial));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(freep) struct posix_security *s = calloc(1, sizeof(*s));
    sid_buffer buffer;
    const SID *domain = machine(&buffer);
    bool exact;

    MUST(s);
    if (size < 1 || !acl_valid(data + 1, size - 1))
        return 0;
    s->uid = data[0] & 3;
    s->gid = data[0] >> 2 & 3;
    s->mode = data[0] & 0x10 ? S_IFDIR : S_IFREG;
    if (data[0] & 0x20)
        s->mode |= S_ISVTX;
    if (nt_failed(posix_set_dacl(s, &exact, (const ACL *)(const void *)(data + 1), domain)))
        return 0;
    MUST(posix_acl_valid(&s->access) && s->mode == posix_acl_to_mode(&s->access, s->mode));
    MUST(s->initial.n == 0 || (S_ISDIR(s->mode) && posix_acl_valid(&s->initial)));
    check_again(s, domain);
    return 0;
}
