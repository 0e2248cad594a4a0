/* SPDX-License-Identifier: MIT */
#include "security/acl.h"

#include <stdlib.h>

enum {
    ACL_HEADER_SIZE = 8,
    ACE_HEADER_SIZE = 4,
    ACE_MASK_END = 8,    /* header and mask; a plain ACE's SID follows */
    ACE_OBJECT_END = 12, /* header, mask, flags; the GUIDs follow */
    GUID_SIZE = 16,
    ACE_TYPE_END = 0x16,
    DS_REVISION = 4,
};

/* Unlisted types have no layout that this code knows: the compound ACE, and any of later Windows.
 */
static const uint8_t layouts[ACE_TYPE_END] = {
    [ACCESS_ALLOWED_ACE_TYPE] = ACE_LAYOUT_PLAIN,
    [ACCESS_DENIED_ACE_TYPE] = ACE_LAYOUT_PLAIN,
    [SYSTEM_AUDIT_ACE_TYPE] = ACE_LAYOUT_PLAIN,
    [SYSTEM_ALARM_ACE_TYPE] = ACE_LAYOUT_PLAIN,
    [ACCESS_ALLOWED_OBJECT_ACE_TYPE] = ACE_LAYOUT_OBJECT,
    [ACCESS_DENIED_OBJECT_ACE_TYPE] = ACE_LAYOUT_OBJECT,
    [SYSTEM_AUDIT_OBJECT_ACE_TYPE] = ACE_LAYOUT_OBJECT,
    [SYSTEM_ALARM_OBJECT_ACE_TYPE] = ACE_LAYOUT_OBJECT,
    [ACCESS_ALLOWED_CALLBACK_ACE_TYPE] = ACE_LAYOUT_PLAIN,
    [ACCESS_DENIED_CALLBACK_ACE_TYPE] = ACE_LAYOUT_PLAIN,
    [ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE] = ACE_LAYOUT_OBJECT,
    [ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE] = ACE_LAYOUT_OBJECT,
    [SYSTEM_AUDIT_CALLBACK_ACE_TYPE] = ACE_LAYOUT_PLAIN,
    [SYSTEM_ALARM_CALLBACK_ACE_TYPE] = ACE_LAYOUT_PLAIN,
    [SYSTEM_AUDIT_CALLBACK_OBJECT_ACE_TYPE] = ACE_LAYOUT_OBJECT,
    [SYSTEM_ALARM_CALLBACK_OBJECT_ACE_TYPE] = ACE_LAYOUT_OBJECT,
    [SYSTEM_MANDATORY_LABEL_ACE_TYPE] = ACE_LAYOUT_PLAIN,
    [0x12] = ACE_LAYOUT_PLAIN, /* resource attribute */
    [0x13] = ACE_LAYOUT_PLAIN, /* scoped policy id */
    [0x14] = ACE_LAYOUT_PLAIN, /* process trust label */
    [0x15] = ACE_LAYOUT_PLAIN, /* access filter */
};

enum ace_layout ace_layout_of(uint8_t type)
{
    return type < ACE_TYPE_END ? (enum ace_layout)layouts[type] : ACE_LAYOUT_UNKNOWN;
}

static inline uint16_t load_u16(const uint8_t *bytes)
{
    uint16_t value;

    memcpy(&value, bytes, sizeof(value));
    return value;
}

static inline uint32_t load_u32(const uint8_t *bytes)
{
    uint32_t value;

    memcpy(&value, bytes, sizeof(value));
    return value;
}

static void store_u16(void *bytes, size_t value)
{
    uint16_t number = (uint16_t)value;

    memcpy(bytes, &number, sizeof(number));
}

static void store_u32(void *bytes, uint32_t value)
{
    memcpy(bytes, &value, sizeof(value));
}

/* Where the SID of an object ACE begins; 0 when the ACE ends before. */
static size_t object_sid_offset(const uint8_t *bytes, size_t size, struct ace *ret)
{
    size_t at = ACE_OBJECT_END;

    if (size < ACE_OBJECT_END)
        return 0;
    uint32_t present = load_u32(bytes + ACE_MASK_END);
    if (present & ACE_OBJECT_TYPE_PRESENT) {
        ret->object_type = bytes + at;
        at += GUID_SIZE;
    }
    if (present & ACE_INHERITED_OBJECT_TYPE_PRESENT) {
        ret->inherited_type = bytes + at;
        at += GUID_SIZE;
    }
    return at < size ? at : 0;
}

/* Inlined where only the form counts, it stores nothing. */
static inline __attribute__((always_inline)) bool ace_parse(struct ace *ret, const uint8_t *bytes,
                                                            size_t size)
{
    size_t sid_at = ACE_MASK_END;

    *ret = (struct ace){ .type = bytes[0], .flags = bytes[1], .bytes = bytes, .size = size };
    ret->layout = ace_layout_of(ret->type);
    if (ret->layout == ACE_LAYOUT_UNKNOWN)
        return true;
    if (ret->layout == ACE_LAYOUT_OBJECT)
        sid_at = object_sid_offset(bytes, size, ret);
    if (sid_at == 0 || size < sid_at || !sid_valid(bytes + sid_at, size - sid_at))
        return false;
    ret->mask = load_u32(bytes + ACE_HEADER_SIZE);
    ret->sid = (const SID *)(const void *)(bytes + sid_at);
    ret->extra = bytes + sid_at + sid_length(ret->sid);
    ret->extra_size = size - sid_at - sid_length(ret->sid);
    return true;
}

void acl_walk_start(struct acl_walk *walk, const ACL *acl)
{
    const uint8_t *bytes = (const uint8_t *)acl;
    size_t size = acl_size(acl);

    *walk = (struct acl_walk){ .malformed = size < ACL_HEADER_SIZE };
    if (walk->malformed)
        return;
    walk->next = bytes + ACL_HEADER_SIZE;
    walk->end = bytes + size;
    walk->left = (uint32_t)acl_n_aces(acl);
}

static inline __attribute__((always_inline)) bool walk_next(struct acl_walk *walk, struct ace *ret)
{
    if (walk->malformed || walk->left == 0)
        return false;
    size_t room = (size_t)(walk->end - walk->next);
    size_t size = room >= ACE_HEADER_SIZE ? load_u16(walk->next + 2) : 0;
    if (size < ACE_HEADER_SIZE || size % 4 != 0 || size > room ||
        !ace_parse(ret, walk->next, size)) {
        walk->malformed = true;
        return false;
    }
    walk->next += size;
    walk->left--;
    return true;
}

bool acl_walk_next(struct acl_walk *walk, struct ace *ret)
{
    return walk_next(walk, ret);
}

nt_status acl_used(size_t *ret, const ACL *acl)
{
    struct acl_walk walk;
    struct ace ace;

    acl_walk_start(&walk, acl);
    while (walk_next(&walk, &ace))
        ;
    if (walk.malformed)
        return NT(INVALID_ACL);
    *ret = (size_t)(walk.next - (const uint8_t *)acl);
    return NT_OK;
}

bool acl_valid(const void *bytes, size_t size)
{
    const uint8_t *b = bytes;
    size_t used;

    if (!b || size < ACL_HEADER_SIZE || b[0] < ACL_REVISION || b[0] > DS_REVISION)
        return false;
    return acl_size(bytes) <= size && !nt_failed(acl_used(&used, bytes));
}

nt_status acl_get(struct ace *ret, const ACL *acl, size_t i)
{
    struct acl_walk walk;
    struct ace ace;

    acl_walk_start(&walk, acl);
    while (acl_walk_next(&walk, &ace)) {
        if (i-- == 0) {
            *ret = ace;
            return NT_OK;
        }
    }
    return walk.malformed ? NT(INVALID_ACL) : NT(INVALID_PARAMETER);
}

nt_status acl_init(void *buffer, size_t size, uint8_t revision)
{
    uint8_t *bytes = buffer;

    if (size < ACL_HEADER_SIZE || size > ACL_SIZE_MAX || size % 4 != 0 || revision < ACL_REVISION ||
        revision > DS_REVISION)
        return NT(INVALID_PARAMETER);
    memset(bytes, 0, ACL_HEADER_SIZE);
    bytes[0] = revision;
    store_u16(bytes + 2, size);
    return NT_OK;
}

nt_status ace_size(size_t *ret, const struct ace *spec)
{
    enum ace_layout layout = ace_layout_of(spec->type);
    size_t size = layout == ACE_LAYOUT_OBJECT ? ACE_OBJECT_END : ACE_MASK_END;

    if (layout == ACE_LAYOUT_UNKNOWN || !spec->sid || spec->extra_size > ACL_SIZE_MAX)
        return NT(INVALID_PARAMETER);
    if (layout == ACE_LAYOUT_PLAIN && (spec->object_type || spec->inherited_type))
        return NT(INVALID_PARAMETER);
    if (spec->object_type)
        size += GUID_SIZE;
    if (spec->inherited_type)
        size += GUID_SIZE;
    size += sid_length(spec->sid) + (spec->extra_size + 3) / 4 * 4;
    if (size > ACL_SIZE_MAX - ACL_HEADER_SIZE)
        return NT(INVALID_PARAMETER);
    *ret = size;
    return NT_OK;
}

static uint8_t *put(uint8_t *at, const void *bytes, size_t size)
{
    if (size == 0)
        return at;
    memcpy(at, bytes, size);
    return at + size;
}

static uint8_t *put_object_types(uint8_t *at, const struct ace *spec)
{
    uint32_t present = (spec->object_type ? ACE_OBJECT_TYPE_PRESENT : 0u) |
                       (spec->inherited_type ? ACE_INHERITED_OBJECT_TYPE_PRESENT : 0u);

    store_u32(at, present);
    at += sizeof(present);
    at = put(at, spec->object_type, spec->object_type ? GUID_SIZE : 0);
    return put(at, spec->inherited_type, spec->inherited_type ? GUID_SIZE : 0);
}

nt_status ace_write(void *buffer, size_t size, const struct ace *spec)
{
    uint8_t *bytes = buffer;
    size_t needed;

    nt_status st = ace_size(&needed, spec);
    if (nt_failed(st))
        return st;
    if (size < needed)
        return NT(BUFFER_TOO_SMALL);
    memset(bytes, 0, needed);
    bytes[0] = spec->type;
    bytes[1] = spec->flags;
    store_u16(bytes + 2, needed);
    store_u32(bytes + ACE_HEADER_SIZE, spec->mask);
    uint8_t *at = bytes + ACE_MASK_END;
    if (ace_layout_of(spec->type) == ACE_LAYOUT_OBJECT)
        at = put_object_types(at, spec);
    at = put(at, spec->sid, sid_length(spec->sid));
    (void)put(at, spec->extra, spec->extra_size);
    return NT_OK;
}

static void acl_set_n_aces(ACL *acl, size_t count)
{
    store_u16((uint8_t *)acl + 4, count);
}

nt_status acl_append(ACL *acl, const struct ace *spec)
{
    size_t used, needed;

    nt_status st = acl_used(&used, acl);
    if (nt_failed(st))
        return st;
    st = ace_size(&needed, spec);
    if (nt_failed(st))
        return st;
    if (needed > acl_size(acl) - used || acl_n_aces(acl) == UINT16_MAX)
        return NT(ALLOTTED_SPACE_EXCEEDED);
    st = ace_write((uint8_t *)acl + used, needed, spec);
    if (nt_failed(st))
        return st;
    acl_set_n_aces(acl, acl_n_aces(acl) + 1);
    return NT_OK;
}

/* How many ACEs the bytes are, when they are nothing but whole ones. */
static nt_status count_aces(size_t *ret, const uint8_t *bytes, size_t size)
{
    struct acl_walk walk = { .next = bytes, .end = bytes + size, .left = UINT16_MAX };
    struct ace ace;
    size_t count = 0;

    while (walk.next < walk.end && acl_walk_next(&walk, &ace))
        count++;
    if (walk.malformed || walk.next != walk.end)
        return NT(INVALID_PARAMETER);
    *ret = count;
    return NT_OK;
}

/* Where the i-th ACE begins; the end when there are fewer. The ACL is known to be well-formed. */
static size_t ace_offset(const ACL *acl, size_t i)
{
    struct acl_walk walk;
    struct ace ace;

    acl_walk_start(&walk, acl);
    while (i > 0 && acl_walk_next(&walk, &ace))
        i--;
    return (size_t)(walk.next - (const uint8_t *)acl);
}

nt_status acl_insert_bytes(ACL *acl, size_t i, const void *aces, size_t size)
{
    uint8_t *bytes = (uint8_t *)acl;
    size_t used, count;

    nt_status st = acl_used(&used, acl);
    if (nt_failed(st))
        return st;
    st = count_aces(&count, aces, size);
    if (nt_failed(st))
        return st;
    if (size > acl_size(acl) - used || count > UINT16_MAX - acl_n_aces(acl))
        return NT(ALLOTTED_SPACE_EXCEEDED);
    if (size == 0)
        return NT_OK;
    size_t at = ace_offset(acl, i);
    memmove(bytes + at + size, bytes + at, used - at);
    memcpy(bytes + at, aces, size);
    acl_set_n_aces(acl, acl_n_aces(acl) + count);
    return NT_OK;
}

nt_status acl_delete(ACL *acl, size_t i)
{
    uint8_t *bytes = (uint8_t *)acl;
    size_t used;
    struct ace ace;

    nt_status st = acl_used(&used, acl);
    if (nt_failed(st))
        return st;
    st = acl_get(&ace, acl, i);
    if (nt_failed(st))
        return st;
    size_t at = (size_t)((const uint8_t *)ace.bytes - bytes);
    size_t size = ace.size;
    memmove(bytes + at, bytes + at + size, used - at - size);
    memset(bytes + used - size, 0, size);
    acl_set_n_aces(acl, acl_n_aces(acl) - 1);
    return NT_OK;
}

static nt_status aces_size(size_t *ret, uint8_t *ret_revision, const struct ace *aces,
                           size_t n_aces)
{
    size_t total = ACL_HEADER_SIZE;
    uint8_t revision = ACL_REVISION;

    for (size_t i = 0; i < n_aces; i++) {
        size_t size;

        nt_status st = ace_size(&size, &aces[i]);
        if (nt_failed(st))
            return st;
        total += size; /* at most 64 KiB each, and the loop ends when the sum is above that */
        if (total > ACL_SIZE_MAX)
            return NT(ALLOTTED_SPACE_EXCEEDED);
        if (ace_layout_of(aces[i].type) == ACE_LAYOUT_OBJECT)
            revision = DS_REVISION;
    }
    *ret = total;
    *ret_revision = revision;
    return NT_OK;
}

nt_status acl_build(ACL **ret, const struct ace *aces, size_t n_aces)
{
    _cleanup_(freep) ACL *acl = NULL;
    size_t size;
    uint8_t revision;

    nt_status st = aces_size(&size, &revision, aces, n_aces);
    if (nt_failed(st))
        return st;
    acl = malloc(size);
    if (!acl)
        return NT(NO_MEMORY);
    st = acl_init(acl, size, revision);
    for (size_t i = 0; i < n_aces && !nt_failed(st); i++)
        st = acl_append(acl, &aces[i]);
    if (nt_failed(st))
        return st;
    *ret = TAKE(acl);
    return NT_OK;
}
