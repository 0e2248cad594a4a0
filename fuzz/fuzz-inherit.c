/* SPDX-License-Identifier: MIT */
/*
 * Of any two descriptors: what is made of them is well-formed and concrete, and making it anew out
 * of itself changes nothing. Input: flags (4 bytes), parts (4 bytes), size of the first descriptor
 * (2 bytes), both descriptors.
 */
#include "fuzz.h"

#include "base/macros.h"
#include "security/explicit_entries.h"
#include "security/object_security.h"

enum {
    FLAG_CONTAINER = 1 << 16, /* above all SEF_* */
    FLAG_TOKEN = 1 << 17,
    FLAGS_SEF = 0xffff,
    AVOID = SEF_AVOID_PRIVILEGE_CHECK | SEF_AVOID_OWNER_CHECK,
    HEADER_SIZE = 10,
    CREATOR_AUTHORITY = 3, /* S-1-3 */
};

static const GENERIC_MAPPING mapping = {
    .GenericRead = READ_CONTROL | 0x01,
    .GenericWrite = READ_CONTROL | 0x02,
    .GenericExecute = READ_CONTROL | 0x04,
    .GenericAll = STANDARD_RIGHTS_REQUIRED | 0xff,
};

static const uint8_t object_type[16] = { 0xba, 0x7a, 0x96, 0xbf, 0xe6, 0x0d, 0xd0, 0x11,
                                         0xa2, 0x85, 0x00, 0xaa, 0x00, 0x30, 0x49, 0xe2 };

static token_image *make_token(void)
{
    static const char *const texts[] = { "S-1-5-18", "S-1-5-32-544", "S-1-16-8192" };
    static const uint32_t attributes[] = { 0, SE_GROUP_ENABLED | SE_GROUP_OWNER,
                                           SE_GROUP_INTEGRITY };
    sid_buffer sids[ARRAY_SIZE(texts)];
    SID_AND_ATTRIBUTES entries[ARRAY_SIZE(texts)];
    token_image *image = NULL;
    ACL *dacl = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        MUST(!nt_failed(sid_from_text(&sids[i], NULL, texts[i], strlen(texts[i]))));
        entries[i] = (SID_AND_ATTRIBUTES){ .Sid = &sids[i], .Attributes = attributes[i] };
    }
    MUST(
        !nt_failed(acl_build(&dacl, &(struct ace){ .mask = GENERIC_ALL, .sid = &sids[0].sid }, 1)));
    MUST(!nt_failed(
        token_image_build(&image, &(struct token_spec){ .type = TokenPrimary,
                                                        .elevation_type = TokenElevationTypeDefault,
                                                        .user = &entries[0],
                                                        .groups = &entries[1],
                                                        .n_groups = ARRAY_SIZE(texts) - 1,
                                                        .primary_group = &sids[1],
                                                        .default_dacl = dacl })));
    free(dacl);
    return image;
}

static void must_be_concrete(const ACL *acl, enum inherit_kind kind)
{
    struct acl_walk walk;
    struct ace ace;

    if (!acl)
        return;
    acl_walk_start(&walk, acl);
    while (acl_walk_next(&walk, &ace)) {
        MUST(kind == INHERIT_CONTAINER || !(ace.flags & (VALID_INHERIT_FLAGS & ~INHERITED_ACE)));
        MUST((ace.flags & INHERIT_ONLY_ACE) || ace.layout == ACE_LAYOUT_UNKNOWN ||
             ace.type >= SYSTEM_MANDATORY_LABEL_ACE_TYPE || !(ace.mask & 0xf0000000));
    }
    MUST(!walk.malformed);
}

static void create_again(const void *bytes, size_t size,
                         const struct object_security_request *request)
{
    _cleanup_(freep) void *again = NULL;
    struct object_security_request r = *request;
    struct descriptor d;
    size_t again_size;

    MUST(!nt_failed(descriptor_parse(&d, bytes, size)));
    MUST(d.owner && d.group);
    must_be_concrete(d.dacl, r.kind);
    must_be_concrete(d.sacl, r.kind);
    /* Beside a label that is added, a SACL that says "no audit" is one that says nothing of it. And
     * CREATOR OWNER as the primary group would be replaced by the owner the next time. */
    if ((r.flags & SEF_MACL_VALID_FLAGS) || sid_authority(d.owner) == CREATOR_AUTHORITY ||
        sid_authority(d.group) == CREATOR_AUTHORITY)
        return;
    r.creator = &d;
    r.flags |= AVOID;
    MUST(!nt_failed(object_security_create(&again, &again_size, &r)));
    MUST(again_size == size && memcmp(again, bytes, size) == 0);
}

static void check_create(const struct object_security_request *request)
{
    _cleanup_(freep) void *bytes = NULL;
    size_t size;

    if (!nt_failed(object_security_create(&bytes, &size, request)))
        create_again(bytes, size, request);
}

static void check_set(const struct descriptor *current, uint32_t parts,
                      const struct object_security_request *request)
{
    _cleanup_(freep) void *bytes = NULL, *shown = NULL;
    struct descriptor d;
    size_t size;

    if (nt_failed(object_security_set(&bytes, &size, current, parts, request)))
        return;
    MUST(!nt_failed(descriptor_parse(&d, bytes, size)));
    MUST(!nt_failed(object_security_get(&shown, &size, &d, parts)));
    MUST(!nt_failed(descriptor_parse(&d, shown, size)));
}

static void check_convert(const struct descriptor *current,
                          const struct object_security_request *request)
{
    _cleanup_(freep) void *once = NULL, *twice = NULL;
    size_t once_size, twice_size;
    struct descriptor d;

    if (nt_failed(object_security_convert(&once, &once_size, current, request)))
        return;
    MUST(!nt_failed(descriptor_parse(&d, once, once_size)));
    MUST(!nt_failed(object_security_convert(&twice, &twice_size, &d, request)));
    MUST(once_size == twice_size && memcmp(once, twice, once_size) == 0);
}

static void check_entries(const ACL *from, const ACL *into)
{
    _cleanup_(freep) struct explicit_entry *entries = NULL;
    _cleanup_(freep) ACL *merged = NULL;
    size_t n;

    if (!from || nt_failed(explicit_entries_list(&entries, &n, from)))
        return;
    if (!nt_failed(explicit_entries_merge(&merged, into, entries, n)))
        MUST(acl_valid(merged, acl_size(merged)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static token_image *token;
    static const void *const types[] = { object_type };
    struct descriptor first, second;
    uint32_t flags, parts;
    uint16_t first_size;

    if (!token)
        token = make_token();
    if (size < HEADER_SIZE)
        return 0;
    memcpy(&flags, data, sizeof(flags));
    memcpy(&parts, data + 4, sizeof(parts));
    memcpy(&first_size, data + 8, sizeof(first_size));
    data += HEADER_SIZE;
    size -= HEADER_SIZE;
    if (first_size > size || nt_failed(descriptor_parse(&first, data, first_size)) ||
        nt_failed(descriptor_parse(&second, data + first_size, size - first_size)))
        return 0;
    const struct object_security_request request = {
        .parent = &first,
        .creator = &second,
        .object_types = types,
        .n_object_types = 1,
        .kind = flags & FLAG_CONTAINER ? INHERIT_CONTAINER : INHERIT_LEAF,
        .flags = flags & FLAGS_SEF,
        .token = flags & FLAG_TOKEN ? token : NULL,
        .mapping = &mapping,
    };
    check_create(&request);
    check_set(&first, parts, &request);
    check_convert(&second, &request);
    check_entries(first.dacl, second.dacl);
    return 0;
}
