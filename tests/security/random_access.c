/* SPDX-License-Identifier: MIT */
#include "random_access.h"

#include <stdlib.h>

#include "security/privilege.h"

#define MUST(call)                                                                                 \
    do {                                                                                           \
        if (nt_failed(call))                                                                       \
            abort();                                                                               \
    } while (0)

static const char *const subject_texts[] = {
    "S-1-5-21-1-2-3-3000",
    "S-1-1-0",
    "S-1-5-32-544",
    "S-1-5-32-545",
    "S-1-5-32-546",
    "S-1-5-12",
    "S-1-3-4",
    "S-1-5-10",
    "S-1-5-18",
    "S-1-5-21-1-2-3-1055",
    "S-1-5-5-0-99",
    "S-1-16-12288",
    "S-1-5-33",
    "S-1-5-11",
};

enum { SUBJECTS_N = ARRAY_SIZE(subject_texts), ACES_MAX = 8 };

static const SID *subject(size_t i)
{
    static sid_buffer subjects[SUBJECTS_N];
    static bool made;

    for (size_t k = 0; !made && k < SUBJECTS_N; k++)
        MUST(sid_from_text(&subjects[k], NULL, subject_texts[k], strlen(subject_texts[k])));
    made = true;
    return &subjects[i].sid;
}

/* xorshift64* */
static uint64_t random_next(struct random_source *random)
{
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return random->state * UINT64_C(0x2545f4914f6cdd1d);
}

uint32_t random_below(struct random_source *random, uint32_t n)
{
    return (uint32_t)((random_next(random) >> 32) * n >> 32);
}

static bool random_chance(struct random_source *random, uint32_t percent)
{
    return random_below(random, 100) < percent;
}

static const SID *random_subject(struct random_source *random)
{
    return subject(random_below(random, SUBJECTS_N));
}

/* --- tokens --- */

static const SID *random_label(struct random_source *random)
{
    static sid_buffer labels[5];
    size_t i = random_below(random, ARRAY_SIZE(labels));
    uint32_t rid = (uint32_t)i * 0x1000;

    MUST(sid_make(&labels[i], 16, 1, &rid));
    return &labels[i].sid;
}

static SID_AND_ATTRIBUTES random_entry(struct random_source *random, const SID *sid)
{
    static const uint32_t attributes[] = { SE_GROUP_ENABLED, SE_GROUP_ENABLED,
                                           SE_GROUP_ENABLED | SE_GROUP_MANDATORY,
                                           SE_GROUP_USE_FOR_DENY_ONLY, 0 };

    return (SID_AND_ATTRIBUTES){ .Sid = (PSID)(uintptr_t)sid,
                                 .Attributes =
                                     attributes[random_below(random, ARRAY_SIZE(attributes))] };
}

static size_t random_entries(struct random_source *random, SID_AND_ATTRIBUTES *ret,
                             uint32_t percent)
{
    size_t n = 0;

    for (size_t i = 1; i < SUBJECTS_N; i++) {
        if (random_chance(random, percent))
            ret[n++] = random_entry(random, subject(i));
    }
    return n;
}

static uint64_t random_privileges(struct random_source *random)
{
    static const unsigned numbers[] = { PRIVILEGE_SECURITY, PRIVILEGE_TAKE_OWNERSHIP,
                                        PRIVILEGE_RELABEL, PRIVILEGE_BACKUP, PRIVILEGE_RESTORE };
    uint64_t mask = 0;

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        if (random_chance(random, 25))
            mask |= PRIVILEGE_BIT(numbers[i]);
    }
    return mask;
}

token_image *random_token(struct random_source *random)
{
    static const uint32_t policies[] = { 0, 1, 1, 1, 2, 3 };
    SID_AND_ATTRIBUTES user, groups[SUBJECTS_N + 1], restricted[SUBJECTS_N];
    token_image *token = NULL;

    user = random_entry(random, subject(0));
    user.Attributes &= SE_GROUP_USE_FOR_DENY_ONLY;
    size_t n_groups = random_entries(random, groups, 40);
    groups[n_groups++] = (SID_AND_ATTRIBUTES){ (PSID)(uintptr_t)random_label(random),
                                               SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED };
    size_t n_restricted = random_chance(random, 40) ? random_entries(random, restricted, 40) : 0;
    for (size_t i = 0; i < n_restricted; i++)
        restricted[i].Attributes = SE_GROUP_ENABLED;
    if (n_restricted > 0 && random_chance(random, 50))
        restricted[n_restricted++] = (SID_AND_ATTRIBUTES){ .Sid = user.Sid };
    uint64_t privileges = random_privileges(random);
    MUST(token_image_build(
        &token,
        &(struct token_spec){
            .type = TokenImpersonation,
            .level = SecurityIdentification,
            .elevation_type = TokenElevationTypeDefault,
            .mandatory_policy = policies[random_below(random, ARRAY_SIZE(policies))],
            .flags =
                n_restricted > 0 && random_chance(random, 30) ? TOKEN_IMAGE_WRITE_RESTRICTED : 0u,
            .user = &user,
            .groups = groups,
            .n_groups = n_groups,
            .restricted = restricted,
            .n_restricted = n_restricted,
            .primary_group = user.Sid,
            .privileges_present = privileges,
            .privileges_enabled = privileges & ~random_privileges(random),
        }));
    return token;
}

/* --- conditions --- */

struct condition_bytes {
    uint8_t bytes[256];
    size_t size;
};

static void condition_put(struct condition_bytes *c, const void *bytes, size_t size)
{
    memcpy(c->bytes + c->size, bytes, size);
    c->size += size;
}

/* A membership, or an attribute that nobody has: true, false or unknown. */
static void condition_put_operand(struct condition_bytes *c, struct random_source *random)
{
    static const uint8_t absent_attribute[] = { 0xf9, 2, 0, 0, 0, 'x', 0 };
    const SID *sid = random_subject(random);
    uint8_t head[5] = { 0x51, (uint8_t)sid_length(sid) };
    uint8_t operator= random_chance(random, 50) ? 0x89 : 0x90;

    if (random_chance(random, 25)) {
        condition_put(c, absent_attribute, sizeof(absent_attribute));
        return;
    }
    condition_put(c, head, sizeof(head));
    condition_put(c, sid, sid_length(sid));
    condition_put(c, &operator, 1);
}

static void random_condition(struct condition_bytes *c, struct random_source *random)
{
    static const uint8_t not_operator = 0xa2;

    c->size = 0;
    condition_put(c, "artx", random_chance(random, 97) ? 4 : 3);
    condition_put_operand(c, random);
    for (size_t i = random_below(random, 3); i > 0; i--) {
        uint8_t junction = (uint8_t)(0xa0 + random_below(random, 2));

        condition_put_operand(c, random);
        condition_put(c, &junction, 1);
    }
    if (random_chance(random, 30))
        condition_put(c, &not_operator, 1);
}

/* --- ACLs --- */

static const uint8_t types[6][16] = { { 1 }, { 2 }, { 3 }, { 4 }, { 5 }, { 6 } };

static uint32_t random_rights(struct random_source *random)
{
    uint32_t mask = random_below(random, 8) | random_below(random, 32) << 16;

    if (random_chance(random, 5))
        mask |= random_below(random, 16) << 28;
    if (random_chance(random, 5))
        mask |= ACCESS_SYSTEM_SECURITY;
    return mask;
}

static uint8_t random_flags(struct random_source *random)
{
    return random_chance(random, 8) ? INHERIT_ONLY_ACE : 0;
}

struct acl_maker {
    uint8_t *bytes;
    size_t used;
    uint16_t n;
};

static void acl_maker_add(struct acl_maker *maker, const struct ace *ace)
{
    size_t size;

    MUST(ace_size(&size, ace));
    MUST(ace_write(maker->bytes + maker->used, RANDOM_ACL_SIZE - maker->used, ace));
    maker->used += size;
    maker->n++;
}

static const ACL *acl_maker_end(struct acl_maker *maker)
{
    uint16_t size = (uint16_t)maker->used;

    MUST(acl_init(maker->bytes, maker->used, ACL_REVISION_DS));
    memcpy(maker->bytes + 2, &size, sizeof(size));
    memcpy(maker->bytes + 4, &maker->n, sizeof(maker->n));
    return (const ACL *)(const void *)maker->bytes;
}

static void add_dacl_ace(struct acl_maker *maker, struct random_source *random)
{
    static const uint8_t ace_types[] = { 0, 0, 0, 1, 1, 5, 5, 6, 9, 10, 11, 12, 2, 0x11, 0x12 };
    struct condition_bytes condition = { .size = 0 };
    struct ace ace = { .type = ace_types[random_below(random, ARRAY_SIZE(ace_types))],
                       .flags = random_flags(random),
                       .mask = random_rights(random),
                       .sid = random_subject(random) };
    size_t at = maker->used;

    if (ace_layout_of(ace.type) == ACE_LAYOUT_OBJECT && random_chance(random, 85))
        ace.object_type = types[random_below(random, ARRAY_SIZE(types))];
    if (ace.type >= ACCESS_ALLOWED_CALLBACK_ACE_TYPE &&
        ace.type <= ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE)
        random_condition(&condition, random);
    ace.extra = condition.bytes;
    ace.extra_size = condition.size;
    acl_maker_add(maker, &ace);
    /* Now and then a type that nobody knows, or the compound one. */
    if (ace.type <= 1 && random_chance(random, 3))
        maker->bytes[at] = random_chance(random, 50) ? 4 : 0x15 + (uint8_t)random_below(random, 3);
}

/* One that most tokens are named by, about a part: what happens in the tree is seen. */
static void add_object_ace(struct acl_maker *maker, struct random_source *random)
{
    struct ace ace = { .type = random_chance(random, 70) ? ACCESS_ALLOWED_OBJECT_ACE_TYPE
                                                         : ACCESS_DENIED_OBJECT_ACE_TYPE,
                       .mask = 1 + random_below(random, 3),
                       .sid = subject(0),
                       .object_type = types[random_below(random, ARRAY_SIZE(types))] };

    acl_maker_add(maker, &ace);
}

static const ACL *random_dacl(uint8_t *bytes, struct random_source *random)
{
    struct acl_maker maker = { bytes, sizeof(ACL), 0 };
    bool about_parts = random_chance(random, 25);

    for (size_t i = random_below(random, ACES_MAX + 1); i > 0; i--) {
        if (about_parts)
            add_object_ace(&maker, random);
        else
            add_dacl_ace(&maker, random);
    }
    return acl_maker_end(&maker);
}

static const ACL *random_sacl(uint8_t *bytes, struct random_source *random)
{
    struct acl_maker maker = { bytes, sizeof(ACL), 0 };

    for (size_t i = random_below(random, 3); i > 0; i--) {
        struct ace ace = { .type = SYSTEM_MANDATORY_LABEL_ACE_TYPE,
                           .flags = random_flags(random),
                           .mask = random_below(random, 8),
                           .sid = random_label(random) };

        if (random_chance(random, 10)) {
            ace.type = 0x14 + (uint8_t)random_below(random, 2);
            ace.mask = random_rights(random) | 0xf;
        }
        acl_maker_add(&maker, &ace);
    }
    return acl_maker_end(&maker);
}

/* --- requests --- */

static void random_tree(struct random_request *r, struct random_source *random)
{
    OBJECT_TYPE_LIST list[RANDOM_TREE_MAX];
    size_t n = 1 + random_below(random, RANDOM_TREE_MAX);
    uint32_t level = 0;

    for (size_t i = 0; i < n; i++) {
        list[i] = (OBJECT_TYPE_LIST){
            .Level = (uint16_t)level,
            .ObjectType = (GUID *)(uintptr_t)types[random_below(random, ARRAY_SIZE(types))],
        };
        level = 1 + random_below(random, level < ACCESS_MAX_LEVEL ? level + 1 : level);
    }
    MUST(access_tree_read(&r->tree, r->nodes, list, n));
    r->request.tree = &r->tree;
}

void random_request_make(struct random_request *ret, struct random_source *random,
                         const token_image *token)
{
    ret->mapping = (GENERIC_MAPPING){ READ_CONTROL | 1, READ_CONTROL | 2, READ_CONTROL | 4,
                                      STANDARD_RIGHTS_REQUIRED | 7 };
    ret->descriptor = (struct descriptor){
        .control = SE_DACL_PRESENT | SE_SACL_PRESENT,
        .owner = random_chance(random, 95) ? random_subject(random) : NULL,
        .dacl = random_chance(random, 95) ? random_dacl(ret->dacl, random) : NULL,
        .sacl = random_chance(random, 40) ? random_sacl(ret->sacl, random) : NULL,
    };
    ret->request = (struct access_request){
        .token = token,
        .descriptor = &ret->descriptor,
        .mapping = &ret->mapping,
        .principal_self = random_chance(random, 50) ? random_subject(random) : NULL,
        .flags = random_chance(random, 20) ? random_below(random, 4) : 0,
        .desired = random_below(random, 8) & random_below(random, 8),
    };
    if (random_chance(random, 35))
        ret->request.desired |= random_rights(random) & random_rights(random);
    if (random_chance(random, 30))
        ret->request.desired |= MAXIMUM_ALLOWED;
    if (random_chance(random, 50))
        random_tree(ret, random);
}
