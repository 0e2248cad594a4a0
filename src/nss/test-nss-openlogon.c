/* SPDX-License-Identifier: MIT */
/* The functions as the C library calls them, over files in a directory of the test's own. */
#include "base/test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nss/name_file.h"
#include "nss/nss_openlogon.h"

static char dir[] = "/tmp/openlogon-nss-XXXXXX";
static char passwd_path[64], group_path[64];

static const char passwd_text[] = "alice:x:1900000000:1900000000:Alice Adams:/home/alice:/bin/sh\n"
                                  "root:x:0:0:an impostor:/root:/bin/sh\n"
                                  "bob:x:1900000001:1900000001::/home/bob:/bin/sh\n";
static const char group_text[] = "alice:x:1900000000:\n"
                                 "writers:x:1900000005:alice,bob\n"
                                 "no line at all\n"
                                 "readers:x:1900000006:bob\n"
                                 "all:x:1900000007:alice";

static void write_file(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

static int set_up(void **state)
{
    (void)unlink(passwd_path);
    (void)unlink(group_path);
    write_file(passwd_path, passwd_text, 0644);
    write_file(group_path, group_text, 0644);
    return 0;
}

static int make_dir(void **state)
{
    if (!mkdtemp(dir) || setenv(NAME_FILE_DIR_VARIABLE, dir, 1) < 0)
        return -1;
    (void)snprintf(passwd_path, sizeof(passwd_path), "%s/passwd", dir);
    (void)snprintf(group_path, sizeof(group_path), "%s/group", dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)unlink(passwd_path);
    (void)unlink(group_path);
    return rmdir(dir);
}

static void accounts_and_groups_are_found(void **state)
{
    char bytes[256];
    struct passwd user;
    struct group group;
    int error = 0;

    assert_int_equal(_nss_openlogon_getpwnam_r("bob", &user, bytes, sizeof(bytes), &error),
                     NSS_STATUS_SUCCESS);
    assert_int_equal(user.pw_uid, 1900000001);
    assert_int_equal(_nss_openlogon_getpwuid_r(1900000000, &user, bytes, sizeof(bytes), &error),
                     NSS_STATUS_SUCCESS);
    assert_string_equal(user.pw_name, "alice");
    assert_int_equal(_nss_openlogon_getgrnam_r("all", &group, bytes, sizeof(bytes), &error),
                     NSS_STATUS_SUCCESS);
    assert_string_equal(group.gr_mem[0], "alice");
    assert_int_equal(_nss_openlogon_getgrgid_r(1900000006, &group, bytes, sizeof(bytes), &error),
                     NSS_STATUS_SUCCESS);
    assert_string_equal(group.gr_name, "readers");
    assert_int_equal(_nss_openlogon_getpwnam_r("ali", &user, bytes, sizeof(bytes), &error),
                     NSS_STATUS_NOTFOUND);
    assert_int_equal(_nss_openlogon_getpwuid_r(1900000009, &user, bytes, sizeof(bytes), &error),
                     NSS_STATUS_NOTFOUND);
}

static void nobody_becomes_root(void **state)
{
    char bytes[256];
    struct passwd user;
    int error = 0;

    assert_int_equal(_nss_openlogon_getpwnam_r("root", &user, bytes, sizeof(bytes), &error),
                     NSS_STATUS_NOTFOUND);
    assert_int_equal(_nss_openlogon_getpwuid_r(0, &user, bytes, sizeof(bytes), &error),
                     NSS_STATUS_NOTFOUND);
}

static void all_are_enumerated_while_memory_grows(void **state)
{
    static const char *const names[] = { "alice", "bob" };
    char bytes[256];
    struct passwd user;
    int error = 0;
    size_t n = 0;

    assert_int_equal(_nss_openlogon_setpwent(0), NSS_STATUS_SUCCESS);
    for (;;) {
        enum nss_status status = _nss_openlogon_getpwent_r(&user, bytes, 3, &error);

        if (status == NSS_STATUS_NOTFOUND)
            break;
        assert_int_equal(status, NSS_STATUS_TRYAGAIN);
        assert_int_equal(error, ERANGE);
        assert_int_equal(_nss_openlogon_getpwent_r(&user, bytes, sizeof(bytes), &error),
                         NSS_STATUS_SUCCESS);
        assert_true(n < ARRAY_SIZE(names));
        assert_string_equal(user.pw_name, names[n++]);
        /* What is published meanwhile is for the next enumeration. */
        assert_int_equal(unlink(passwd_path), 0);
        write_file(passwd_path, "carol:x:5:5::/:/bin/sh\n", 0644);
    }
    assert_int_equal(n, ARRAY_SIZE(names));
    assert_int_equal(_nss_openlogon_endpwent(), NSS_STATUS_SUCCESS);
    assert_int_equal(_nss_openlogon_getpwent_r(&user, bytes, sizeof(bytes), &error),
                     NSS_STATUS_SUCCESS);
    assert_string_equal(user.pw_name, "carol");
    assert_int_equal(_nss_openlogon_endpwent(), NSS_STATUS_SUCCESS);
}

static void groups_are_enumerated(void **state)
{
    char bytes[256];
    struct group group;
    int error = 0;
    size_t n = 0;

    assert_int_equal(_nss_openlogon_setgrent(0), NSS_STATUS_SUCCESS);
    while (_nss_openlogon_getgrent_r(&group, bytes, sizeof(bytes), &error) == NSS_STATUS_SUCCESS)
        n++;
    assert_int_equal(n, 4);
    assert_int_equal(_nss_openlogon_endgrent(), NSS_STATUS_SUCCESS);
}

/* @limit  of entries. Returns how many there are, the first two being somebody else's */
static long groups_of_bob(long limit, gid_t skip)
{
    long start = 2, size = 2;
    gid_t *gids = calloc(2, sizeof(*gids));
    int error = 0;

    assert_non_null(gids);
    assert_int_equal(
        _nss_openlogon_initgroups_dyn("bob", skip, &start, &size, &gids, limit, &error),
        NSS_STATUS_SUCCESS);
    if (start > 2)
        assert_int_equal(gids[start - 1], start == 4 || skip ? 1900000006 : 1900000005);
    free(gids);
    return start;
}

static void the_groups_of_a_user_are_added(void **state)
{
    assert_int_equal(groups_of_bob(0, 0), 4);
    assert_int_equal(groups_of_bob(-1, 1900000005), 3);
    assert_int_equal(groups_of_bob(3, 0), 3);
    assert_int_equal(groups_of_bob(2, 0), 2);
}

static void where_nothing_is_published_nobody_is_found(void **state)
{
    char bytes[256];
    struct passwd user;
    int error = 0;

    assert_int_equal(unlink(passwd_path), 0);
    assert_int_equal(_nss_openlogon_getpwnam_r("alice", &user, bytes, sizeof(bytes), &error),
                     NSS_STATUS_NOTFOUND);
    assert_int_equal(error, ENOENT);
    assert_int_equal(_nss_openlogon_setpwent(0), NSS_STATUS_SUCCESS);
    assert_int_equal(_nss_openlogon_getpwent_r(&user, bytes, sizeof(bytes), &error),
                     NSS_STATUS_NOTFOUND);
    assert_int_equal(_nss_openlogon_endpwent(), NSS_STATUS_SUCCESS);
}

static void only_a_regular_file_that_others_cannot_write_is_read(void **state)
{
    char bytes[256];
    struct passwd user;
    int error = 0;

    assert_int_equal(chmod(passwd_path, 0666), 0);
    assert_int_equal(_nss_openlogon_getpwnam_r("alice", &user, bytes, sizeof(bytes), &error),
                     NSS_STATUS_UNAVAIL);
    assert_int_equal(unlink(passwd_path), 0);
    assert_int_equal(symlink(group_path, passwd_path), 0);
    assert_int_equal(_nss_openlogon_getpwnam_r("alice", &user, bytes, sizeof(bytes), &error),
                     NSS_STATUS_UNAVAIL);
    assert_int_equal(unlink(passwd_path), 0);
    assert_int_equal(mkfifo(passwd_path, 0644), 0); /* opening it would wait for a writer */
    assert_int_equal(_nss_openlogon_getpwnam_r("alice", &user, bytes, sizeof(bytes), &error),
                     NSS_STATUS_UNAVAIL);
    assert_int_equal(error, EPERM);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(accounts_and_groups_are_found, set_up),
        cmocka_unit_test_setup(nobody_becomes_root, set_up),
        cmocka_unit_test_setup(all_are_enumerated_while_memory_grows, set_up),
        cmocka_unit_test_setup(groups_are_enumerated, set_up),
        cmocka_unit_test_setup(the_groups_of_a_user_are_added, set_up),
        cmocka_unit_test_setup(where_nothing_is_published_nobody_is_found, set_up),
        cmocka_unit_test_setup(only_a_regular_file_that_others_cannot_write_is_read, set_up),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
