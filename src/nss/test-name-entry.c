/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <string.h>

#include "nss/name_entry.h"

static struct slice line_of(const char *text)
{
    return (struct slice){ text, strlen(text) };
}

static const char *const bad_passwd[] = {
    "",
    "alice",
    "alice:x:1900000000:1900000000:Alice:/home/alice",
    "alice:x:1900000000:1900000000:Alice:/home/alice:/bin/sh:",
    ":x:1900000000:1900000000:Alice:/home/alice:/bin/sh",
    "alice:x:0:1900000000:Alice:/home/alice:/bin/sh",
    "alice:x:1900000000:0:Alice:/home/alice:/bin/sh",
    "alice:x::1900000000:Alice:/home/alice:/bin/sh",
    "alice:x:-5:1900000000:Alice:/home/alice:/bin/sh",
    "alice:x: 5:1900000000:Alice:/home/alice:/bin/sh",
    "alice:x:4294967295:1900000000:Alice:/home/alice:/bin/sh",
    "alice:x:18446744073709551617:1:Alice:/home/alice:/bin/sh",
};

static const char *const bad_group[] = {
    "",        "writers:x:5",        ":x:5:alice",       "writers:x:0:alice",
    "a:x:5::", "writers:x:5x:alice", "writers:x::alice",
};

static void an_account_is_read(void **state)
{
    static const char line[] = "alice:x:1900000000:1900000001:Alice Adams::/bin/sh";
    char bytes[256];
    struct passwd user;

    assert_int_equal(
        entry_read_passwd(&user, line_of(line), (struct entry_memory){ bytes, sizeof(bytes) }),
        ENTRY_READ);
    assert_string_equal(user.pw_name, "alice");
    assert_string_equal(user.pw_passwd, "x");
    assert_int_equal(user.pw_uid, 1900000000);
    assert_int_equal(user.pw_gid, 1900000001);
    assert_string_equal(user.pw_gecos, "Alice Adams");
    assert_string_equal(user.pw_dir, "");
    assert_string_equal(user.pw_shell, "/bin/sh");
}

static void a_group_is_read_with_its_members(void **state)
{
    static const char line[] = "writers:x:1900000005:,alice,,bob,";
    char bytes[256];
    struct group group;
    gid_t gid = 0;

    /* Pointers are aligned wherever the memory begins. */
    for (size_t off = 0; off < sizeof(char *); off++) {
        struct entry_memory memory = { bytes + off, sizeof(bytes) - off };

        assert_int_equal(entry_read_group(&group, line_of(line), memory), ENTRY_READ);
        assert_string_equal(group.gr_name, "writers");
        assert_int_equal(group.gr_gid, 1900000005);
        assert_string_equal(group.gr_mem[0], "alice");
        assert_string_equal(group.gr_mem[1], "bob");
        assert_null(group.gr_mem[2]);
    }
    assert_true(entry_group_has(line_of(line), "bob", &gid));
    assert_int_equal(gid, 1900000005);
    assert_false(entry_group_has(line_of(line), "bo", &gid));
    assert_false(entry_group_has(line_of(line), "", &gid));
    assert_false(entry_group_has(line_of(line), "writers", &gid));
}

static void memory_that_is_too_small_is_told_of(void **state)
{
    static const char passwd[] = "alice:x:5:6:Alice:/home/alice:/bin/sh";
    static const char group[] = "writers:x:5:alice,bob";
    bool enough = false;

    for (size_t size = 0; !enough; size++) {
        char *bytes = malloc(size + 1);
        struct entry_memory memory = { bytes, size };
        struct passwd user;
        struct group entry;

        assert_non_null(bytes);
        assert_true(size < 256);
        enough = entry_read_passwd(&user, line_of(passwd), memory) == ENTRY_READ &&
                 entry_read_group(&entry, line_of(group), memory) == ENTRY_READ;
        free(bytes);
        if (size == 0)
            assert_false(enough);
    }
}

static void malformed_lines_are_no_entries(void **state)
{
    char bytes[256];
    struct entry_memory memory = { bytes, sizeof(bytes) };

    for (size_t i = 0; i < ARRAY_SIZE(bad_passwd); i++) {
        struct passwd user;

        if (entry_read_passwd(&user, line_of(bad_passwd[i]), memory) != ENTRY_MALFORMED)
            fail_msg("\"%s\" is taken", bad_passwd[i]);
    }
    for (size_t i = 0; i < ARRAY_SIZE(bad_group); i++) {
        struct group group;

        if (entry_read_group(&group, line_of(bad_group[i]), memory) != ENTRY_MALFORMED)
            fail_msg("\"%s\" is taken", bad_group[i]);
    }
}

static void a_zero_inside_is_malformed(void **state)
{
    static const char line[] = "al\0ice:x:5:alice";
    char bytes[256];
    struct group group;

    assert_int_equal(entry_read_group(&group, (struct slice){ line, sizeof(line) - 1 },
                                      (struct entry_memory){ bytes, sizeof(bytes) }),
                     ENTRY_MALFORMED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_is_read),
        cmocka_unit_test(a_group_is_read_with_its_members),
        cmocka_unit_test(memory_that_is_too_small_is_told_of),
        cmocka_unit_test(malformed_lines_are_no_entries),
        cmocka_unit_test(a_zero_inside_is_malformed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
