/* SPDX-License-Identifier: MIT */
/* The attribute's format. The values were written by samba-tool 4.17. */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "security/ntacl.h"
#include "security/sddl.h"

/* clang-format off */
#define V1                                                                                         \
    "0100010000000200010004901c0000002c0000000000000038000000010200000000000520000000200200000101"  \
    "00000000000512000000040044000200000000001800ff0100000102000000000005200000002002000000002400"  \
    "89001200010500000000000515000000010000000200000003000000b80b0000"
#define V2                                                                                         \
    "020002000000020004000200aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa010004903000000040000000000000004c00"  \
    "000001020000000000052000000020020000010100000000000512000000040020000100000000001800ff010000"  \
    "01020000000000052000000020020000"
#define V3                                                                                         \
    "0300030000000200040002000100aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"  \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa00000100049064000000740000"  \
    "00000000008000000001020000000000052000000020020000010100000000000512000000040020000100000000"  \
    "001800ff01000001020000000000052000000020020000"
/* A file: owner and group 0, mode 0674, an ACL with the user and the group 0. */
#define V4_FILE                                                                                    \
    "0400040000000200040002000100e7266d5cc0ebd7f31d6a79efc5c24111457ee9d724023035a145ee020126cb17"  \
    "0000000000000000000000000000000000000000000000000000000000000000706f7369785f61636c008282fe13"  \
    "307fdd013d81cc6d4cf102e8b3033e8dddab025ef0ff630023ecac04fc8619146c57072400000000000000000000"  \
    "0000000000000000000000000000000000000000000001001490b4000000c400000000000000d000000001020000"  \
    "000000052000000020020000010100000000000512000000040034000200000000001800ff010000010200000000"  \
    "000520000000200200000000140089001200010100000000000100000000"
/* A directory: the same with mode 0774 and a default ACL. */
#define V4_DIRECTORY                                                                               \
    "040004000000020004000200010086fcf5f3e70f64d121602b2dd361f0a5f9ae68882505176896dbafb992c362d7"  \
    "0000000000000000000000000000000000000000000000000000000000000000706f7369785f61636c00e4e6fc30"  \
    "307fdd018c6d486bae061ccde3b8b933573c93c49a65cd92862e1b258aa4f609d8c41ce300000000000000000000"  \
    "0000000000000000000000000000000000000000000001001490b4000000c400000000000000d000000001020000"  \
    "000000052000000020020000010100000000000512000000040034000200000000031800ff010000010200000000"  \
    "000520000000200200000003140089001200010100000000000100000000"
/* clang-format on */

#define HEX_SIZE_MAX 512

static size_t from_hex(uint8_t ret[HEX_SIZE_MAX], const char *hex)
{
    size_t size = strlen(hex) / 2;

    assert_true(size <= HEX_SIZE_MAX);
    for (size_t i = 0; i < size; i++) {
        unsigned byte;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        ret[i] = (uint8_t)byte;
    }
    return size;
}

static void values_that_samba_wrote_are_read(void **state)
{
    static const struct {
        const char *hex, *sddl;
        bool has_digest;
    } cases[] = {
        { V1, "O:BAG:SYD:P(A;;CCDCLCSWRPWPDTLOCR;;;BA)(A;;FR;;;S-1-5-21-1-2-3-3000)", false },
        { V2, "O:BAG:SYD:P(A;;CCDCLCSWRPWPDTLOCR;;;BA)", false },
        { V3, "O:BAG:SYD:P(A;;CCDCLCSWRPWPDTLOCR;;;BA)", false },
        { V4_FILE, "O:BAG:SYD:P(A;;CCDCLCSWRPWPDTLOCR;;;BA)(A;;FR;;;WD)", true },
        { V4_DIRECTORY, "O:BAG:SYD:P(A;OICI;CCDCLCSWRPWPDTLOCR;;;BA)(A;OICI;FR;;;WD)", true },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(ntacl_done) struct ntacl ntacl = { 0 };
        _cleanup_(freep) char *text = NULL;
        uint8_t bytes[HEX_SIZE_MAX];
        struct descriptor d;

        assert_ok(ntacl_parse(&ntacl, bytes, from_hex(bytes, cases[i].hex)));
        assert_int_equal(ntacl.has_digest, cases[i].has_digest);
        assert_ok(descriptor_parse(&d, ntacl.descriptor, ntacl.size));
        assert_ok(sddl_print(&text, NULL, &d, 7, NULL));
        assert_string_equal(text, cases[i].sddl);
    }
}

/* The ACL that is behind both values: user and group 0 named, mask rwx, others r. */
static void acl_of_root(struct posix_acl *ret, uint16_t user)
{
    *ret = (struct posix_acl){ .n = 6,
                               .entries = { { POSIX_USER_OBJ, user, 0 },
                                            { POSIX_USER, user, 0 },
                                            { POSIX_GROUP_OBJ, 4, 0 },
                                            { POSIX_GROUP, 4, 0 },
                                            { POSIX_MASK, 7, 0 },
                                            { POSIX_OTHER, 4, 0 } } };
}

static void the_digest_is_the_one_that_samba_computed(void **state)
{
    static const struct {
        const char *hex;
        uint32_t mode;
        uint16_t user;
    } cases[] = { { V4_FILE, S_IFREG | 0674, 6 }, { V4_DIRECTORY, S_IFDIR | 0774, 7 } };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(ntacl_done) struct ntacl ntacl = { 0 };
        struct posix_security s = { .mode = cases[i].mode };
        uint8_t bytes[HEX_SIZE_MAX], digest[SHA256_SIZE];

        acl_of_root(&s.access, cases[i].user);
        if (S_ISDIR(s.mode))
            s.initial = s.access;
        assert_ok(ntacl_parse(&ntacl, bytes, from_hex(bytes, cases[i].hex)));
        assert_ok(ntacl_digest(digest, &s));
        assert_memory_equal(digest, ntacl.digest, SHA256_SIZE);
        s.mode ^= 1;
        assert_ok(ntacl_digest(digest, &s));
        assert_memory_not_equal(digest, ntacl.digest, SHA256_SIZE);
    }
}

static void what_is_written_is_read_again(void **state)
{
    static const char *const texts[] = {
        "O:BAG:SYD:P(A;;FA;;;BA)(A;;FR;;;WD)S:(AU;SAFA;FA;;;WD)(ML;;NW;;;HI)",
        "D:",
        "O:SY",
    };
    static const uint8_t digest[SHA256_SIZE] = { 1, 2, 3 };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        _cleanup_(ntacl_done) struct ntacl ntacl = { 0 };
        _cleanup_(freep) void *descriptor = NULL, *bytes = NULL;
        struct descriptor d;
        size_t descriptor_bytes, size;

        assert_ok(sddl_parse(&descriptor, &descriptor_bytes, texts[i], strlen(texts[i]), NULL));
        assert_ok(descriptor_parse(&d, descriptor, descriptor_bytes));
        assert_ok(ntacl_build(&bytes, &size, &d, 0x1122334455667788, digest));
        assert_ok(ntacl_parse(&ntacl, bytes, size));
        assert_int_equal(ntacl.size, descriptor_bytes);
        assert_memory_equal(ntacl.descriptor, descriptor, descriptor_bytes);
        assert_memory_equal(ntacl.digest, digest, SHA256_SIZE);
        assert_true(ntacl.has_digest);
    }
}

static void cut_values_are_refused(void **state)
{
    static const char *const values[] = { V1, V2, V3, V4_FILE };

    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        uint8_t bytes[HEX_SIZE_MAX];
        size_t size = from_hex(bytes, values[i]);

        for (size_t cut = 0; cut < size; cut++) {
            struct ntacl ntacl = { 0 };
            _cleanup_(freep) uint8_t *exact = malloc(cut + 1);

            memcpy(exact, bytes, cut);
            assert_true(nt_failed(ntacl_parse(&ntacl, exact, cut)));
            assert_null(ntacl.descriptor);
        }
    }
}

static void other_versions_and_offsets_into_the_head_are_refused(void **state)
{
    struct ntacl ntacl = { 0 };
    uint8_t bytes[HEX_SIZE_MAX];
    size_t size = from_hex(bytes, V1);

    bytes[12] = 8; /* the owner, where the descriptor itself begins */
    assert_status(ntacl_parse(&ntacl, bytes, size), STATUS_INVALID_SECURITY_DESCR);
    bytes[12] = 4;
    assert_status(ntacl_parse(&ntacl, bytes, size), STATUS_INVALID_SECURITY_DESCR);
    size = from_hex(bytes, V1);
    bytes[6] = 0; /* no descriptor */
    assert_status(ntacl_parse(&ntacl, bytes, size), STATUS_INVALID_SECURITY_DESCR);
    bytes[2] = 2;
    assert_status(ntacl_parse(&ntacl, bytes, size), STATUS_UNKNOWN_REVISION);
    bytes[0] = bytes[2] = 5;
    assert_status(ntacl_parse(&ntacl, bytes, size), STATUS_UNKNOWN_REVISION);
}

static void a_failing_allocation_leaves_nothing_behind(void **state)
{
    uint8_t bytes[HEX_SIZE_MAX];
    size_t size = from_hex(bytes, V4_FILE);
    struct ntacl ntacl = { 0 };

    FOR_EACH_FAILING_ALLOCATION(st, ntacl_parse(&ntacl, bytes, size))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(ntacl.descriptor);
    }
    ntacl_done(&ntacl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_that_samba_wrote_are_read),
        cmocka_unit_test(the_digest_is_the_one_that_samba_computed),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(cut_values_are_refused),
        cmocka_unit_test(other_versions_and_offsets_into_the_head_are_refused),
        cmocka_unit_test(a_failing_allocation_leaves_nothing_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
