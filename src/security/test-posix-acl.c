/* SPDX-License-Identifier: MIT */
/*
 * POSIX permissions and descriptors. The oracle is the kernel's rule of who may do what with a
 * file, written down literally from acl(5).
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "security/access_check.h"
#include "security/idmap.h"
#include "security/posix_acl.h"
#include "security/sddl.h"
#include "security/test-token.h"

#define MACHINE "S-1-5-21-1-2-3"

enum { ALICE = 1000, BOB = 1001, STAFF = 50, AUDIT = 51 };

static const GENERIC_MAPPING mapping = { FILE_GENERIC_READ, FILE_GENERIC_WRITE,
                                         FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS };

/* "u:1001:rw,g:51:r" added to the mode's three entries, or "" for the mode alone. */
static void acl_of(struct posix_acl *ret, uint32_t mode, const char *named)
{
    struct posix_acl acl;
    uint16_t mask = 0;

    posix_acl_from_mode(&acl, mode);
    *ret = (struct posix_acl){ .n = 0 };
    ret->entries[ret->n++] = acl.entries[0];
    for (uint16_t tag = POSIX_USER; tag <= POSIX_GROUP; tag = (uint16_t)(tag << 1)) {
        if (tag == POSIX_GROUP_OBJ)
            ret->entries[ret->n++] = acl.entries[1];
        for (const char *at = named; *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] != 0)) {
            char kind, perm[8] = "";
            unsigned id;

            if (sscanf(at, "%c:%u:%3[rwx]", &kind, &id, perm) < 2 ||
                kind != (tag == POSIX_USER ? 'u' : 'g') || tag == POSIX_GROUP_OBJ)
                continue;
            uint16_t bits = (uint16_t)((strchr(perm, 'r') ? POSIX_READ : 0) |
                                       (strchr(perm, 'w') ? POSIX_WRITE : 0) |
                                       (strchr(perm, 'x') ? POSIX_EXECUTE : 0));
            ret->entries[ret->n++] = (struct posix_entry){ tag, bits, id };
            mask |= bits;
        }
    }
    if (*named)
        ret->entries[ret->n++] = (struct posix_entry){ POSIX_MASK, mask | acl.entries[1].perm, 0 };
    ret->entries[ret->n++] = acl.entries[2];
    assert_true(posix_acl_valid(ret));
}

static struct posix_security security_of(uint32_t mode, const char *access, const char *initial)
{
    struct posix_security s = { .uid = ALICE, .gid = STAFF, .mode = mode };

    acl_of(&s.access, mode, access);
    if (initial)
        acl_of(&s.initial, mode, initial);
    s.mode = posix_acl_to_mode(&s.access, mode);
    return s;
}

static char *sddl_of(const struct posix_security *s)
{
    _cleanup_(freep) void *bytes = NULL;
    sid_buffer machine = sid_of(MACHINE);
    struct descriptor d;
    size_t size;
    char *text;

    assert_ok(posix_to_descriptor(&bytes, &size, s, &machine.sid));
    assert_ok(descriptor_parse(&d, bytes, size));
    assert_ok(sddl_print(&text, NULL, &d, 7, NULL));
    return text;
}

/* --- to a descriptor ---------------------------------------------------------------------- */

#define U(rid)  "S-1-5-21-1-2-3-" #rid
#define ALICE_S "S-1-5-21-1-2-3-3000"
#define BOB_S   "S-1-5-21-1-2-3-3002"
#define STAFF_S "S-1-5-21-1-2-3-1101"
#define AUDIT_S "S-1-5-21-1-2-3-1103"
#define SYS     "(A;;FA;;;SY)"
#define SYS_NX  "(A;;0x1f01df;;;SY)"
#define OWNED   "O:" ALICE_S "G:" STAFF_S

static void a_mode_or_acl_is_told_as_a_descriptor(void **state)
{
    static const struct {
        uint32_t mode;
        const char *access, *initial, *sddl;
    } cases[] = {
        { S_IFREG | 0644, "", NULL,
          OWNED "D:P" SYS_NX "(A;;0x16019f;;;" ALICE_S ")(A;;FR;;;" STAFF_S ")(A;;FR;;;WD)" },
        { S_IFREG | 0750, "", NULL,
          OWNED "D:P" SYS "(A;;0x1601bf;;;" ALICE_S ")(A;;0x1200a9;;;" STAFF_S
                ")(A;;0x120080;;;WD)" },
        /* The owner has less than others: he is denied first. */
        { S_IFREG | 0466, "", NULL, OWNED "D:P(D;;DCLCRP;;;" ALICE_S ")" SYS_NX },
        /* The group has less than everyone. */
        { S_IFREG | 0604, "", NULL,
          OWNED "D:P" SYS_NX "(A;;0x16019f;;;" ALICE_S ")(A;;0x120080;;;" STAFF_S
                ")(D;;CCSW;;;" STAFF_S ")(A;;FR;;;WD)" },
        /* A directory: writers delete, but for sticky ones. */
        { S_IFDIR | 0777, "", NULL,
          OWNED "D:P" SYS "(A;;0x1601ff;;;" ALICE_S ")(A;;0x1201ff;;;" STAFF_S
                ")(A;;0x1201ff;;;WD)" },
        { S_IFDIR | S_ISVTX | 0777, "", NULL,
          OWNED "D:P" SYS "(A;;0x1601ff;;;" ALICE_S ")(A;;0x1201bf;;;" STAFF_S
                ")(A;;0x1201bf;;;WD)" },
        { S_IFREG | 0640, "u:1001:rw,g:51:r", NULL,
          OWNED "D:P" SYS_NX "(A;;0x16019f;;;" ALICE_S ")(A;;0x12019f;;;" BOB_S ")(A;;FR;;;" STAFF_S
                ")(A;;FR;;;" AUDIT_S ")(A;;0x120080;;;WD)" },
        { S_IFDIR | 0750, "", "u:1001:r",
          OWNED "D:P" SYS "(A;;0x1601ff;;;" ALICE_S ")(A;;0x1200a9;;;" STAFF_S
                ")(A;;0x120080;;;WD)(A;OICIIO;0x1601ff;;;CO)(D;OICIIO;WP;;;" BOB_S
                ")(A;OICIIO;FR;;;" BOB_S ")(A;OICIIO;0x1200a9;;;CG)(A;OICIIO;0x120080;;;WD)" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct posix_security s = security_of(cases[i].mode, cases[i].access, cases[i].initial);
        _cleanup_(freep) char *text = sddl_of(&s);

        if (strncmp(text, cases[i].sddl, strlen(cases[i].sddl)) != 0)
            fail_msg("case %zu:\n%s\nnot\n%s", i, text, cases[i].sddl);
    }
}

static void an_id_without_a_sid_is_an_error(void **state)
{
    struct posix_security s = security_of(S_IFREG | 0644, "", NULL);
    sid_buffer machine = sid_of(MACHINE);
    void *bytes = &s;
    size_t size;

    s.uid = UINT32_MAX - 1;
    assert_status(posix_to_descriptor(&bytes, &size, &s, &machine.sid), STATUS_NONE_MAPPED);
    s.uid = 0;
    acl_of(&s.access, 0644, "u:3000000000:r");
    assert_status(posix_to_descriptor(&bytes, &size, &s, &machine.sid), STATUS_NONE_MAPPED);
    assert_ptr_equal(bytes, &s);
}

/* --- from a DACL -------------------------------------------------------------------------- */

static bool set_sddl(struct posix_security *s, const char *sddl)
{
    _cleanup_(freep) void *bytes = NULL;
    sid_buffer machine = sid_of(MACHINE);
    struct descriptor d;
    size_t size;
    bool exact;

    assert_ok(sddl_parse(&bytes, &size, sddl, strlen(sddl), &machine.sid));
    assert_ok(descriptor_parse(&d, bytes, size));
    assert_ok(posix_set_dacl(s, &exact, d.dacl, &machine.sid));
    assert_true(posix_acl_valid(&s->access));
    assert_true(s->initial.n == 0 || posix_acl_valid(&s->initial));
    assert_int_equal(s->mode, posix_acl_to_mode(&s->access, s->mode));
    return exact;
}

#define FILE_0 (S_IFREG | 0)
#define DIR_0  (S_IFDIR | 0)
#define TMP_0  (S_IFDIR | S_ISVTX)

struct dacl_case {
    const char *dacl;
    uint32_t before, mode;
    bool exact;
    const char *access, *initial; /* NULL: the mode alone, none */
};

/* clang-format off */
static const struct dacl_case dacl_cases[] = {
    { "D:", FILE_0, 0, true, NULL, NULL },
    { "D:(A;;FA;;;" ALICE_S ")", FILE_0, 0700, true, NULL, NULL },
    { "D:(A;;GA;;;" ALICE_S ")(A;;GR;;;WD)", FILE_0, 0744, true, NULL, NULL }, /* the group has everyone's */
    { "D:(A;;FR;;;" STAFF_S ")(A;;FA;;;" ALICE_S ")", FILE_0, 0740, true, NULL, NULL },
    { "D:(A;;FA;;;SY)(A;;FRFW;;;" ALICE_S ")(A;;FR;;;WD)", FILE_0, 0644, true, NULL, NULL },
    { "D:(D;;FR;;;" BOB_S ")(D;;FR;;;" STAFF_S ")(A;;FR;;;WD)", FILE_0, 0044, false, "u:1001:", NULL },
    { "D:(A;;FRFW;;;" ALICE_S ")(A;;FRFW;;;" BOB_S ")", FILE_0, 0660, true, "u:1001:rw", NULL },
    { "D:(D;;FW;;;" BOB_S ")(A;;FA;;;" ALICE_S ")(A;;FRFW;;;" STAFF_S ")", FILE_0, 0760, false, "u:1001:", NULL }, /* may he read? */
    { "D:(D;;FW;;;" BOB_S ")(A;;FA;;;" ALICE_S ")(A;;FR;;;" BOB_S ")(A;;FRFW;;;" STAFF_S ")", FILE_0, 0760, true, "u:1001:r", NULL },
    { "D:(A;;FR;;;OW)", FILE_0, 0400, false, NULL, NULL }, /* takes chmod() from the owner */
    { "D:(A;;FRWD;;;OW)", FILE_0, 0400, true, NULL, NULL },
    { "D:(A;ID;FR;;;" ALICE_S ")", FILE_0, 0400, true, NULL, NULL },
    { "D:(A;OICIIO;FR;;;" ALICE_S ")", FILE_0, 0, true, NULL, NULL }, /* nothing inherits from a file */
    /* the owner may be in the group */
    { "D:(A;;FR;;;" ALICE_S ")(A;;FRFW;;;" STAFF_S ")", FILE_0, 0460, false, NULL, NULL },
    { "D:(D;;FW;;;" STAFF_S ")(A;;FRFW;;;" ALICE_S ")(A;;FRFW;;;WD)", FILE_0, 0446, false, NULL, NULL },
    /* rights that only the owner can have */
    { "D:(A;;FA;;;WD)", FILE_0, 0777, false, NULL, NULL },
    { "D:(A;;0x1301bf;;;" STAFF_S ")", FILE_0, 0070, false, NULL, NULL },
    { "D:(A;;WD;;;" ALICE_S ")", FILE_0, 0, true, NULL, NULL },
    /* a part of a permission */
    { "D:(A;;LC;;;" ALICE_S ")", FILE_0, 0, false, NULL, NULL },
    { "D:(A;;CC;;;WD)", FILE_0, 0, false, NULL, NULL },
    { "D:(D;;RC;;;" BOB_S ")(A;;FR;;;WD)", FILE_0, 0444, false, "u:1001:r", NULL },
    /* whom a POSIX ACL cannot name */
    { "D:(A;;FA;;;BA)", FILE_0, 0, false, NULL, NULL },
    { "D:(D;;FR;;;BA)(A;;FRFW;;;" ALICE_S ")", FILE_0, 0200, false, NULL, NULL },
    { "D:(D;;FR;;;SY)(A;;FR;;;" ALICE_S ")", FILE_0, 0400, false, NULL, NULL },
    { "D:(OD;;FR;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)(A;;FR;;;" ALICE_S ")", FILE_0, 0, false, NULL, NULL },
    { "D:(OA;;FR;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)(A;;FR;;;" ALICE_S ")", FILE_0, 0400, false, NULL, NULL },
    /* directories */
    { "D:(A;;FA;;;" ALICE_S ")(A;;0x1201ff;;;" STAFF_S ")", TMP_0, 0770, true, NULL, NULL },
    { "D:(A;;FA;;;" ALICE_S ")(A;;0x1201bf;;;" STAFF_S ")", DIR_0, S_ISVTX | 0770, true, NULL, NULL },
    { "D:(A;;FA;;;" ALICE_S ")(A;;0x1200a9;;;" STAFF_S ")", TMP_0, S_ISVTX | 0750, true, NULL, NULL },
    { "D:(A;;FA;;;" ALICE_S ")(A;;0x1201ff;;;" STAFF_S ")(A;;0x1201bf;;;" BOB_S ")", DIR_0, S_ISVTX | 0770, false, "u:1001:rwx", NULL },
    { "D:(A;;FA;;;" ALICE_S ")(A;OICIIO;FA;;;CO)(A;OICIIO;FR;;;CG)", DIR_0, 0700, true, NULL, "740" },
    { "D:(A;OICI;FA;;;" ALICE_S ")", DIR_0, 0700, false, NULL, "070" },
    { "D:(A;OI;FR;;;WD)", DIR_0, 0444, false, NULL, "000" },
    { "D:(A;OICINP;FR;;;WD)", DIR_0, 0444, false, NULL, "000" },
    { "D:(A;OICI;FR;;;WD)", DIR_0, 0444, true, NULL, "444" },
    { "D:(A;OICIIO;FRFW;;;WD)", DIR_0, 0, false, NULL, "644" },
};
/* clang-format on */

static void check_dacl_case(const struct dacl_case *c)
{
    struct posix_security s = security_of(c->before, "", NULL);
    struct posix_acl expected;
    bool exact = set_sddl(&s, c->dacl);

    if ((s.mode & 07777) != c->mode)
        fail_msg("%s: mode %o, not %o", c->dacl, s.mode & 07777, c->mode);
    if (exact != c->exact)
        fail_msg("%s: exact is %d", c->dacl, exact);
    if (c->access) {
        acl_of(&expected, c->mode & ~070u, c->access);
        assert_int_equal(s.access.n, expected.n);
    }
    assert_int_equal(s.initial.n != 0, c->initial != NULL);
    if (c->initial && (posix_acl_to_mode(&s.initial, 0) & 0777) != strtoul(c->initial, NULL, 8))
        fail_msg("%s: initial %o", c->dacl, posix_acl_to_mode(&s.initial, 0));
}

static void a_dacl_is_accepted_only_for_what_it_says(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(dacl_cases); i++)
        check_dacl_case(&dacl_cases[i]);
}

static void no_dacl_at_all_is_everything_for_everyone(void **state)
{
    struct posix_security s = security_of(S_IFREG | 0600, "u:1001:r", NULL);
    sid_buffer machine = sid_of(MACHINE);
    bool exact;

    assert_ok(posix_set_dacl(&s, &exact, NULL, &machine.sid));
    assert_false(exact);
    assert_int_equal(s.mode, S_IFREG | 0777);
    assert_true(posix_acl_is_mode(&s.access));
}

static void too_many_trustees_are_refused_and_nothing_changes(void **state)
{
    struct posix_security s = security_of(S_IFREG | 0640, "", NULL), before = s;
    sid_buffer machine = sid_of(MACHINE), *sids = calloc(POSIX_ACL_MAX, sizeof(*sids));
    struct ace *aces = calloc(POSIX_ACL_MAX, sizeof(*aces));
    ACL *dacl;
    bool exact = true;

    for (uint32_t i = 0; i < POSIX_ACL_MAX; i++) {
        assert_ok(idmap_uid_to_sid(&sids[i], &machine.sid, 2000 + i));
        aces[i] = (struct ace){ .mask = FILE_GENERIC_READ, .sid = &sids[i].sid };
    }
    assert_ok(acl_build(&dacl, aces, POSIX_ACL_MAX));
    assert_status(posix_set_dacl(&s, &exact, dacl, &machine.sid), STATUS_NOT_SUPPORTED);
    assert_memory_equal(&s, &before, sizeof(s));
    free(dacl);
    assert_ok(acl_build(&dacl, aces, POSIX_ACL_MAX - 4));
    assert_ok(posix_set_dacl(&s, &exact, dacl, &machine.sid));
    assert_int_equal(s.access.n, POSIX_ACL_MAX);
    free(dacl);
    free(aces);
    free(sids);
}

static void a_failing_allocation_changes_nothing(void **state)
{
    struct posix_security s = security_of(S_IFDIR | 0750, "u:1001:rw", "g:51:r"), before = s;
    sid_buffer machine = sid_of(MACHINE);
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor d;
    size_t size;
    bool exact;

    FOR_EACH_FAILING_ALLOCATION(st, posix_to_descriptor(&bytes, &size, &s, &machine.sid))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(bytes);
    }
    assert_ok(descriptor_parse(&d, bytes, size));
    FOR_EACH_FAILING_ALLOCATION(st, posix_set_dacl(&s, &exact, d.dacl, &machine.sid))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_memory_equal(&s, &before, sizeof(s));
    }
    assert_true(exact && posix_acl_equal(&s.access, &before.access));
}

static void entries_out_of_order_or_missing_are_invalid(void **state)
{
    static const struct {
        uint16_t tags[6];
        bool valid;
    } cases[] = {
        { { 1, 4, 0x20 }, true },          { { 1, 2, 2, 4, 0x10, 0x20 }, true },
        { { 1, 4, 8, 0x10, 0x20 }, true }, { { 1, 4, 0x10, 0x20 }, true },
        { { 1, 2, 4, 0x20 }, false },      { { 1, 4 }, false },
        { { 4, 1, 0x20 }, false },         { { 1, 1, 4, 0x20 }, false },
        { { 1, 4, 0x20, 0x20 }, false },   { { 1, 3, 4, 0x20 }, false },
        { { 1, 4, 0x20, 0x40 }, false },   { { 0 }, false },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct posix_acl acl = { .n = 0 };

        for (size_t j = 0; j < 6 && cases[i].tags[j]; j++)
            acl.entries[acl.n++] = (struct posix_entry){ cases[i].tags[j], 7, (uint32_t)j };
        if (posix_acl_valid(&acl) != cases[i].valid)
            fail_msg("case %zu", i);
    }
}

/* An entry that the mask silences today counts as soon as the mask changes. */
static void lists_that_differ_anywhere_are_not_equal(void **state)
{
    static const struct posix_acl acls[] = {
        { 0, { { 0 } } },
        { 3, { { 1, 6, 0 }, { 4, 0, 0 }, { 0x20, 0, 0 } } },
        { 3, { { 1, 6, 0 }, { 4, 4, 0 }, { 0x20, 0, 0 } } },
        { 4, { { 1, 6, 0 }, { 4, 0, 0 }, { 0x10, 0, 0 }, { 0x20, 0, 0 } } },
        { 4, { { 1, 6, 0 }, { 4, 4, 0 }, { 0x10, 0, 0 }, { 0x20, 0, 0 } } },
        { 4, { { 1, 6, 0 }, { 4, 4, 0 }, { 0x10, 4, 0 }, { 0x20, 0, 0 } } },
        { 4, { { 1, 6, 0 }, { 4, 6, 0 }, { 0x10, 4, 0 }, { 0x20, 0, 0 } } },
        { 5, { { 1, 6, 0 }, { 2, 7, 9 }, { 4, 0, 0 }, { 0x10, 0, 0 }, { 0x20, 0, 0 } } },
        { 5, { { 1, 6, 0 }, { 2, 6, 9 }, { 4, 0, 0 }, { 0x10, 0, 0 }, { 0x20, 0, 0 } } },
        { 5, { { 1, 6, 0 }, { 2, 7, 8 }, { 4, 0, 0 }, { 0x10, 0, 0 }, { 0x20, 0, 0 } } },
        { 5, { { 1, 6, 0 }, { 4, 0, 0 }, { 8, 7, 9 }, { 0x10, 0, 0 }, { 0x20, 0, 0 } } },
    };

    for (size_t i = 0; i < ARRAY_SIZE(acls); i++) {
        for (size_t j = 0; j < ARRAY_SIZE(acls); j++) {
            if (posix_acl_equal(&acls[i], &acls[j]) != (i == j))
                fail_msg("lists %zu and %zu", i, j);
        }
    }
}

/* --- against the kernel's rule ------------------------------------------------------------ */

struct subject {
    uint32_t uid;
    uint32_t gids[3];
    size_t n_gids;
};

static bool in_group(const struct subject *who, uint32_t gid)
{
    for (size_t i = 0; i < who->n_gids; i++) {
        if (who->gids[i] == gid)
            return true;
    }
    return false;
}

/* acl(5), "Access check algorithm", for one permission. Linux leaves the ACL out when the mode's
 * group bits are zero. */
static bool kernel_grants(const struct posix_acl *acl, uint32_t uid, uint32_t gid,
                          const struct subject *who, uint32_t perm)
{
    uint32_t mask = 7;
    bool in_class = false, in_any = false;

    for (size_t i = 0; i < acl->n; i++) {
        if (acl->entries[i].tag == POSIX_MASK)
            mask = acl->entries[i].perm;
    }
    if (who->uid == uid)
        return acl->entries[0].perm & perm;
    for (size_t i = 0; i < acl->n && mask != 0; i++) {
        const struct posix_entry *e = &acl->entries[i];

        if (e->tag == POSIX_USER && e->id == who->uid)
            return e->perm & mask & perm;
    }
    for (size_t i = 0; i < acl->n; i++) {
        const struct posix_entry *e = &acl->entries[i];

        if ((e->tag == POSIX_GROUP_OBJ && in_group(who, gid)) ||
            (e->tag == POSIX_GROUP && mask != 0 && in_group(who, e->id))) {
            in_any = true;
            in_class |= (e->perm & mask & perm) != 0;
        }
    }
    return in_any ? in_class : acl->entries[acl->n - 1].perm & perm;
}

static token_image *token_of(const struct subject *who)
{
    sid_buffer machine = sid_of(MACHINE), sids[6];
    SID_AND_ATTRIBUTES entries[6];
    size_t n = 0;
    token_image *image = NULL;

    assert_ok(idmap_uid_to_sid(&sids[n++], &machine.sid, who->uid));
    for (size_t i = 0; i < who->n_gids; i++)
        assert_ok(idmap_gid_to_sid(&sids[n++], &machine.sid, who->gids[i]));
    sids[n++] = sid_of("S-1-1-0");
    sids[n++] = sid_of("S-1-16-8192");
    for (size_t i = 0; i < n; i++)
        entries[i] = (SID_AND_ATTRIBUTES){ &sids[i], i ? ENABLED_GROUP : 0 };
    entries[n - 1].Attributes = SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED;
    const struct token_spec spec = { .token_id = 1,
                                     .authentication_id = 2,
                                     .modified_id = 3,
                                     .expiration = INT64_MAX,
                                     .type = TokenImpersonation,
                                     .level = SecurityImpersonation,
                                     .user = entries,
                                     .groups = entries + 1,
                                     .n_groups = n - 1,
                                     .primary_group = &sids[0],
                                     .elevation_type = TokenElevationTypeDefault,
                                     .uid = who->uid };
    assert_ok(token_image_build(&image, &spec));
    return image;
}

static bool dacl_grants(const struct descriptor *d, const token_image *token, uint32_t rights)
{
    const struct access_request request = {
        .token = token, .descriptor = d, .desired = rights, .mapping = &mapping
    };
    struct access_result result;

    assert_ok(access_check(&request, &result));
    return !nt_failed(result.status);
}

static uint32_t random_below(uint32_t n)
{
    static uint64_t state = 88172645463325252;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % n;
}

static void random_acl(struct posix_acl *ret)
{
    uint32_t n_users = random_below(3), n_groups = random_below(3);
    struct posix_acl acl = { .n = 0 };

    acl.entries[acl.n++] = (struct posix_entry){ POSIX_USER_OBJ, (uint16_t)random_below(8), 0 };
    for (uint32_t i = 0; i < n_users; i++)
        acl.entries[acl.n++] =
            (struct posix_entry){ POSIX_USER, (uint16_t)random_below(8), 1001 + i };
    acl.entries[acl.n++] = (struct posix_entry){ POSIX_GROUP_OBJ, (uint16_t)random_below(8), 0 };
    for (uint32_t i = 0; i < n_groups; i++)
        acl.entries[acl.n++] =
            (struct posix_entry){ POSIX_GROUP, (uint16_t)random_below(8), 51 + i };
    if (n_users + n_groups > 0 || random_below(2))
        acl.entries[acl.n++] = (struct posix_entry){ POSIX_MASK, (uint16_t)random_below(8), 0 };
    acl.entries[acl.n++] = (struct posix_entry){ POSIX_OTHER, (uint16_t)random_below(8), 0 };
    assert_true(posix_acl_valid(&acl));
    *ret = acl;
}

/* All users that matter with all groups that matter. */
enum { N_SUBJECTS = 4 * 8 };

static struct subject subject_at(size_t i)
{
    struct subject who = { .uid = 1000 + (uint32_t)i / 8 };

    for (uint32_t g = 0; g < 3; g++) {
        if (i >> g & 1)
            who.gids[who.n_gids++] = STAFF + g;
    }
    return who;
}

static const struct {
    uint32_t perm, rights;
} asked[] = {
    { POSIX_READ, FILE_GENERIC_READ },       { POSIX_WRITE, FILE_GENERIC_WRITE },
    { POSIX_EXECUTE, FILE_GENERIC_EXECUTE }, { POSIX_READ, FILE_READ_DATA },
    { POSIX_WRITE, FILE_APPEND_DATA },       { POSIX_EXECUTE, FILE_EXECUTE },
};

static void check_subject(const struct posix_security *s, const struct descriptor *d,
                          const struct subject *who, const token_image *token)
{
    for (size_t i = 0; i < ARRAY_SIZE(asked); i++) {
        bool kernel = kernel_grants(&s->access, s->uid, s->gid, who, asked[i].perm);

        if (dacl_grants(d, token, asked[i].rights) != kernel)
            fail_msg("uid %u: rights %x: kernel %d", who->uid, asked[i].rights, kernel);
    }
    assert_true(dacl_grants(d, token, READ_CONTROL | FILE_READ_ATTRIBUTES));
    assert_int_equal(dacl_grants(d, token, WRITE_DAC), who->uid == s->uid);
    assert_false(dacl_grants(d, token, WRITE_OWNER));
}

/* Whether both let the same people do the same, whoever of them has the file. */
static bool have_same_effect(const struct posix_acl *a, const struct posix_acl *b)
{
    bool same = (a->n == 0) == (b->n == 0);

    for (size_t i = 0; i < N_SUBJECTS * N_SUBJECTS && a->n > 0 && same; i++) {
        struct subject who = subject_at(i % N_SUBJECTS);
        uint32_t uid = subject_at(i / N_SUBJECTS).uid, gid = STAFF + (uint32_t)(i / N_SUBJECTS) % 3;

        for (uint32_t perm = POSIX_EXECUTE; perm <= POSIX_READ; perm <<= 1)
            same = same &&
                   kernel_grants(a, uid, gid, &who, perm) == kernel_grants(b, uid, gid, &who, perm);
    }
    return same;
}

static void the_descriptor_and_the_kernel_agree_on_every_permission(void **state)
{
    token_image *tokens[N_SUBJECTS];
    sid_buffer machine = sid_of(MACHINE);

    for (size_t i = 0; i < N_SUBJECTS; i++) {
        struct subject who = subject_at(i);
        tokens[i] = token_of(&who);
    }
    for (size_t round = 0; round < 3000; round++) {
        static struct posix_security s, again;
        _cleanup_(freep) void *bytes = NULL;
        struct descriptor d;
        size_t size;
        bool exact;

        s = (struct posix_security){ .uid = ALICE, .gid = STAFF };
        random_acl(&s.access);
        s.mode = posix_acl_to_mode(&s.access, random_below(2) ? S_IFREG : S_IFDIR);
        if (random_below(2))
            s.mode |= S_ISVTX;
        if (S_ISDIR(s.mode) && random_below(2))
            random_acl(&s.initial);
        assert_ok(posix_to_descriptor(&bytes, &size, &s, &machine.sid));
        assert_ok(descriptor_parse(&d, bytes, size));
        for (size_t i = 0; i < N_SUBJECTS; i++) {
            struct subject who = subject_at(i);
            check_subject(&s, &d, &who, tokens[i]);
        }
        again = s;
        assert_ok(posix_set_dacl(&again, &exact, d.dacl, &machine.sid));
        if (!exact || !have_same_effect(&s.access, &again.access) ||
            !have_same_effect(&s.initial, &again.initial)) {
            _cleanup_(freep) char *text = sddl_of(&s);
            fail_msg("round %zu: exact %d: %s", round, exact, text);
        }
        assert_int_equal(again.mode & 07000, s.mode & 07000);
    }
    for (size_t i = 0; i < N_SUBJECTS; i++)
        token_image_free(tokens[i]);
}

/* A DACL of random ACEs, most of which no POSIX ACL says exactly. */
static ACL *random_dacl(sid_buffer sids[8])
{
    static const char *const names[] = { ALICE_S, BOB_S,   U(3004),   STAFF_S,
                                         AUDIT_S, U(1105), "S-1-1-0", "S-1-5-32-544" };
    static const uint32_t masks[] = { FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE,
                                      FILE_ALL_ACCESS,   FILE_READ_DATA,     0x1201bf,
                                      0x1201ff,          FILE_APPEND_DATA,   GENERIC_READ };
    struct ace aces[8];
    size_t n = random_below(8);
    ACL *dacl;

    for (size_t i = 0; i < n; i++) {
        sids[i] = sid_of(names[random_below(ARRAY_SIZE(names))]);
        aces[i] = (struct ace){ .type = (uint8_t)(random_below(3) == 0),
                                .mask = masks[random_below(ARRAY_SIZE(masks))],
                                .sid = &sids[i].sid };
    }
    assert_ok(acl_build(&dacl, aces, n));
    return dacl;
}

/* Whether the kernel grants no more than the DACL and, if exact, no less. */
static void check_bound(const struct posix_security *s, const ACL *dacl, bool exact,
                        const struct subject *who, const token_image *token)
{
    sid_buffer machine = sid_of(MACHINE), owner;

    assert_ok(idmap_uid_to_sid(&owner, &machine.sid, s->uid));
    const struct descriptor d = { .control = SE_DACL_PRESENT, .owner = &owner.sid, .dacl = dacl };

    for (size_t i = 3; i < ARRAY_SIZE(asked); i++) {
        bool kernel = kernel_grants(&s->access, s->uid, s->gid, who, asked[i].perm);
        bool granted = dacl_grants(&d, token, asked[i].rights);

        if (kernel && !granted)
            fail_msg("uid %u gets %x from the kernel alone", who->uid, asked[i].rights);
        if (exact && granted && !kernel)
            fail_msg("uid %u gets %x from the DACL alone", who->uid, asked[i].rights);
    }
}

static void the_kernel_never_grants_more_than_a_dacl_that_was_set(void **state)
{
    token_image *tokens[N_SUBJECTS];
    sid_buffer machine = sid_of(MACHINE), sids[8];
    size_t n_exact = 0;

    for (size_t i = 0; i < N_SUBJECTS; i++) {
        struct subject who = subject_at(i);
        tokens[i] = token_of(&who);
    }
    for (size_t round = 0; round < 10000; round++) {
        static struct posix_security s;
        _cleanup_(freep) ACL *dacl = random_dacl(sids);
        bool exact;

        s = (struct posix_security){ .uid = ALICE, .gid = STAFF, .mode = S_IFREG };
        assert_ok(posix_set_dacl(&s, &exact, dacl, &machine.sid));
        n_exact += exact;
        for (size_t i = 0; i < N_SUBJECTS; i++) {
            struct subject who = subject_at(i);
            check_bound(&s, dacl, exact, &who, tokens[i]);
        }
    }
    assert_in_range(n_exact, 100, 9900); /* else the test tests little */
    for (size_t i = 0; i < N_SUBJECTS; i++)
        token_image_free(tokens[i]);
}

/* --- what new files get ------------------------------------------------------------------- */

/* Random ACEs, all of them for new files. */
static ACL *random_inheritable(sid_buffer sids[8])
{
    static const char *const names[] = { "S-1-3-0", "S-1-3-1", BOB_S,     ALICE_S,
                                         STAFF_S,   AUDIT_S,   "S-1-1-0", "S-1-5-32-544" };
    static const uint32_t masks[] = { FILE_GENERIC_READ, 0x1201ff, FILE_GENERIC_EXECUTE,
                                      FILE_ALL_ACCESS, FILE_GENERIC_WRITE | FILE_DELETE_CHILD };
    struct ace aces[8];
    size_t n = 1 + random_below(7);
    ACL *dacl;

    for (size_t i = 0; i < n; i++) {
        sids[i] = sid_of(names[random_below(ARRAY_SIZE(names))]);
        aces[i] =
            (struct ace){ .type = (uint8_t)(random_below(3) == 0),
                          .flags = OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE | INHERIT_ONLY_ACE,
                          .mask = masks[random_below(ARRAY_SIZE(masks))],
                          .sid = &sids[i].sid };
    }
    assert_ok(acl_build(&dacl, aces, n));
    return dacl;
}

/* What a new file of that owner and group inherits on Windows. */
static ACL *inherited(const ACL *dacl, const struct posix_security *child)
{
    sid_buffer machine = sid_of(MACHINE), creator_owner = sid_of("S-1-3-0");
    sid_buffer creator_group = sid_of("S-1-3-1"), owner, group;
    struct ace aces[8];
    struct acl_walk walk;
    size_t n = 0;
    ACL *ret;

    assert_ok(idmap_uid_to_sid(&owner, &machine.sid, child->uid));
    assert_ok(idmap_gid_to_sid(&group, &machine.sid, child->gid));
    acl_walk_start(&walk, dacl);
    while (acl_walk_next(&walk, &aces[n])) {
        struct ace *ace = &aces[n++];

        ace->flags = INHERITED_ACE;
        if (sid_equal(ace->sid, &creator_owner.sid))
            ace->sid = &owner.sid;
        else if (sid_equal(ace->sid, &creator_group.sid))
            ace->sid = &group.sid;
        if (n == ARRAY_SIZE(aces))
            break;
    }
    assert_ok(acl_build(&ret, aces, n));
    return ret;
}

static void new_files_get_no_more_from_a_default_acl_than_they_would_inherit(void **state)
{
    token_image *tokens[N_SUBJECTS];
    sid_buffer machine = sid_of(MACHINE), sids[8];
    size_t n_exact = 0;

    for (size_t i = 0; i < N_SUBJECTS; i++) {
        struct subject who = subject_at(i);
        tokens[i] = token_of(&who);
    }
    for (size_t round = 0; round < 5000; round++) {
        static struct posix_security s, child;
        _cleanup_(freep) ACL *dacl = random_inheritable(sids);
        bool exact;

        s = (struct posix_security){ .uid = ALICE, .gid = STAFF, .mode = S_IFDIR };
        assert_ok(posix_set_dacl(&s, &exact, dacl, &machine.sid));
        n_exact += exact;
        child = (struct posix_security){ .uid = 1000 + random_below(4),
                                         .gid = STAFF + random_below(3),
                                         .access = s.initial };
        _cleanup_(freep) ACL *expected = inherited(dacl, &child);
        for (size_t i = 0; i < N_SUBJECTS; i++) {
            struct subject who = subject_at(i);
            check_bound(&child, expected, exact, &who, tokens[i]);
        }
    }
    assert_in_range(n_exact, 50, 4950);
    for (size_t i = 0; i < N_SUBJECTS; i++)
        token_image_free(tokens[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mode_or_acl_is_told_as_a_descriptor),
        cmocka_unit_test(an_id_without_a_sid_is_an_error),
        cmocka_unit_test(a_dacl_is_accepted_only_for_what_it_says),
        cmocka_unit_test(no_dacl_at_all_is_everything_for_everyone),
        cmocka_unit_test(too_many_trustees_are_refused_and_nothing_changes),
        cmocka_unit_test(a_failing_allocation_changes_nothing),
        cmocka_unit_test(entries_out_of_order_or_missing_are_invalid),
        cmocka_unit_test(lists_that_differ_anywhere_are_not_equal),
        cmocka_unit_test(the_descriptor_and_the_kernel_agree_on_every_permission),
        cmocka_unit_test(the_kernel_never_grants_more_than_a_dacl_that_was_set),
        cmocka_unit_test(new_files_get_no_more_from_a_default_acl_than_they_would_inherit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
