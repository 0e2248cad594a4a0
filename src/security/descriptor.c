/* SPDX-License-Identifier: MIT */
#include "security/descriptor.h"

#include <stdlib.h>

/* The self-relative form's header; offsets count from its start, 0 means absent. */
struct relative_header {
    uint8_t revision;
    uint8_t resource_control;
    uint16_t control;
    uint32_t owner;
    uint32_t group;
    uint32_t sacl;
    uint32_t dacl;
};

_Static_assert(sizeof(struct relative_header) == 20, "as [MS-DTYP] 2.4.6 lays it out");

/* A SID at an offset of bounded bytes; absent is fine. */
static nt_status part_sid(const SID **ret, const uint8_t *bytes, size_t size, uint32_t offset)
{
    *ret = NULL;
    if (offset == 0)
        return NT_OK;
    if (offset < sizeof(struct relative_header) || offset >= size)
        return NT(INVALID_SECURITY_DESCR);
    if (!sid_valid(bytes + offset, size - offset))
        return NT(INVALID_SID);
    *ret = (const SID *)(const void *)(bytes + offset);
    return NT_OK;
}

static nt_status part_acl(const ACL **ret, const uint8_t *bytes, size_t size, uint32_t offset)
{
    *ret = NULL;
    if (offset == 0)
        return NT_OK;
    if (offset < sizeof(struct relative_header) || offset >= size)
        return NT(INVALID_SECURITY_DESCR);
    if (!acl_valid(bytes + offset, size - offset))
        return NT(INVALID_ACL);
    *ret = (const ACL *)(const void *)(bytes + offset);
    return NT_OK;
}

static nt_status parse_parts(struct descriptor *d, const struct relative_header *h,
                             const uint8_t *bytes, size_t size)
{
    nt_status st = part_sid(&d->owner, bytes, size, h->owner);
    if (nt_failed(st))
        return st;
    st = part_sid(&d->group, bytes, size, h->group);
    if (nt_failed(st))
        return st;
    st = part_acl(&d->sacl, bytes, size, h->control & SE_SACL_PRESENT ? h->sacl : 0);
    if (nt_failed(st))
        return st;
    return part_acl(&d->dacl, bytes, size, h->control & SE_DACL_PRESENT ? h->dacl : 0);
}

nt_status descriptor_parse(struct descriptor *ret, const void *bytes, size_t size)
{
    struct relative_header h;
    struct descriptor d = { 0 };

    if (!bytes || size < sizeof(h))
        return NT(INVALID_SECURITY_DESCR);
    memcpy(&h, bytes, sizeof(h));
    if (h.revision != SECURITY_DESCRIPTOR_REVISION)
        return NT(UNKNOWN_REVISION);
    if (!(h.control & SE_SELF_RELATIVE))
        return NT(BAD_DESCRIPTOR_FORMAT);
    d.control = h.control;
    d.resource_control = h.resource_control;
    nt_status st = parse_parts(&d, &h, bytes, size);
    if (nt_failed(st))
        return st;
    *ret = d;
    return NT_OK;
}

static nt_status read_absolute(struct descriptor *ret, const void *descriptor)
{
    SECURITY_DESCRIPTOR a;

    memcpy(&a, descriptor, sizeof(a));
    struct descriptor d = {
        .control = a.Control,
        .resource_control = a.Sbz1,
        .owner = a.Owner,
        .group = a.Group,
        .sacl = a.Control & SE_SACL_PRESENT ? a.Sacl : NULL,
        .dacl = a.Control & SE_DACL_PRESENT ? a.Dacl : NULL,
    };
    if ((d.owner && !sid_valid(d.owner, SID_SIZE_MAX)) ||
        (d.group && !sid_valid(d.group, SID_SIZE_MAX)))
        return NT(INVALID_SID);
    if ((d.sacl && !acl_valid(d.sacl, acl_size(d.sacl))) ||
        (d.dacl && !acl_valid(d.dacl, acl_size(d.dacl))))
        return NT(INVALID_ACL);
    *ret = d;
    return NT_OK;
}

nt_status descriptor_read(struct descriptor *ret, const void *descriptor)
{
    const uint8_t *bytes = descriptor;
    uint16_t control;

    if (!bytes)
        return NT(INVALID_SECURITY_DESCR);
    if (bytes[0] != SECURITY_DESCRIPTOR_REVISION)
        return NT(UNKNOWN_REVISION);
    memcpy(&control, bytes + 2, sizeof(control));
    if (!(control & SE_SELF_RELATIVE))
        return read_absolute(ret, descriptor);
    /* Its size is nowhere told: the memory is trusted to hold what its offsets name. */
    return descriptor_parse(ret, bytes, UINT32_MAX);
}

static size_t padded(size_t size)
{
    return (size + 3) / 4 * 4;
}

size_t descriptor_size(const struct descriptor *d)
{
    size_t size = sizeof(struct relative_header);

    size += d->sacl ? padded(acl_size(d->sacl)) : 0;
    size += d->dacl ? padded(acl_size(d->dacl)) : 0;
    size += d->owner ? sid_length(d->owner) : 0;
    size += d->group ? sid_length(d->group) : 0;
    return size;
}

/* Copies a part to the end and returns its offset; the offset of an absent part is 0. */
static uint32_t put_part(uint8_t *bytes, size_t *end, const void *part, size_t size)
{
    size_t offset = *end;

    if (!part)
        return 0;
    memcpy(bytes + offset, part, size);
    memset(bytes + offset + size, 0, padded(size) - size);
    *end += padded(size);
    return (uint32_t)offset;
}

nt_status descriptor_write(void *buffer, size_t size, size_t *ret_needed,
                           const struct descriptor *d)
{
    size_t needed = descriptor_size(d);
    size_t end = sizeof(struct relative_header);
    struct relative_header h = {
        .revision = SECURITY_DESCRIPTOR_REVISION,
        .resource_control = d->resource_control,
        .control = d->control | SE_SELF_RELATIVE,
    };

    if (ret_needed)
        *ret_needed = needed;
    if (size < needed)
        return NT(BUFFER_TOO_SMALL);
    h.sacl = put_part(buffer, &end, d->sacl, d->sacl ? acl_size(d->sacl) : 0);
    h.dacl = put_part(buffer, &end, d->dacl, d->dacl ? acl_size(d->dacl) : 0);
    h.owner = put_part(buffer, &end, d->owner, d->owner ? sid_length(d->owner) : 0);
    h.group = put_part(buffer, &end, d->group, d->group ? sid_length(d->group) : 0);
    memcpy(buffer, &h, sizeof(h));
    return NT_OK;
}

nt_status descriptor_build(void **ret, size_t *ret_size, const struct descriptor *d)
{
    size_t size = descriptor_size(d);
    _cleanup_(freep) void *bytes = malloc(size);

    if (!bytes)
        return NT(NO_MEMORY);
    nt_status st = descriptor_write(bytes, size, ret_size, d);
    if (nt_failed(st))
        return st;
    *ret = TAKE(bytes);
    return NT_OK;
}

void descriptor_to_absolute(SECURITY_DESCRIPTOR *ret, const struct descriptor *d)
{
    *ret = (SECURITY_DESCRIPTOR){
        .Revision = SECURITY_DESCRIPTOR_REVISION,
        .Sbz1 = d->resource_control,
        .Control = d->control & (uint16_t)~SE_SELF_RELATIVE,
        .Owner = (PSID)(uintptr_t)d->owner,
        .Group = (PSID)(uintptr_t)d->group,
        .Sacl = (ACL *)(uintptr_t)d->sacl,
        .Dacl = (ACL *)(uintptr_t)d->dacl,
    };
}
