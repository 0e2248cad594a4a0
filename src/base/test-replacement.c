/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include "base/replacement.h"

static char folder[64];
static int dirfd_of_folder = -1;

static int set_up(void **state)
{
    strcpy(folder, "/tmp/openlogon-test-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    dirfd_of_folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return dirfd_of_folder < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
    (void)unlinkat(dirfd_of_folder, "file", 0);
    (void)close(dirfd_of_folder);
    return rmdir(folder); /* nothing else is left in it */
}

static void assert_content(const char *expected)
{
    char content[64] = "";
    int fd = openat(dirfd_of_folder, "file", O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_true(read(fd, content, sizeof(content) - 1) >= 0);
    (void)close(fd);
    assert_string_equal(content, expected);
}

static mode_t mode_of_file(void)
{
    struct stat status;

    assert_int_equal(fstatat(dirfd_of_folder, "file", &status, AT_SYMLINK_NOFOLLOW), 0);
    return status.st_mode;
}

static size_t files_in_folder(void)
{
    size_t n = 0;
    DIR *dir = opendir(folder);

    assert_non_null(dir);
    while (readdir(dir))
        n++;
    (void)closedir(dir);
    return n - 2; /* "." and ".." */
}

static int put(const char *text, mode_t mode, unsigned flags)
{
    _cleanup_(replacement_freep) replacement *r = NULL;
    int error = replacement_new(&r, dirfd_of_folder, "file");

    if (error < 0)
        return error;
    fputs(text, replacement_stream(r));
    return replacement_place(r, mode, flags);
}

static void the_name_is_the_old_file_until_the_new_one_is_whole(void **state)
{
    replacement *r = NULL;

    assert_int_equal(put("old", 0644, 0), 0);
    assert_int_equal(replacement_new(&r, dirfd_of_folder, "file"), 0);
    fputs("new", replacement_stream(r));
    assert_int_equal(fflush(replacement_stream(r)), 0);
    assert_content("old");
    assert_int_equal(replacement_place(r, 0600, REPLACEMENT_SYNC), 0);
    replacement_free(r);
    assert_content("new");
    assert_int_equal(mode_of_file(), S_IFREG | 0600);
    assert_int_equal(files_in_folder(), 1);
}

static void what_is_given_up_leaves_nothing(void **state)
{
    replacement *r = NULL;

    assert_int_equal(put("old", 0644, 0), 0);
    assert_int_equal(replacement_new(&r, dirfd_of_folder, "file"), 0);
    fputs("new", replacement_stream(r));
    assert_int_equal(files_in_folder(), 2);
    replacement_free(r);
    assert_content("old");
    assert_int_equal(files_in_folder(), 1);
}

static void only_a_new_one_replaces_none(void **state)
{
    assert_int_equal(put("first", 0600, REPLACEMENT_ONLY_NEW), 0);
    assert_int_equal(put("second", 0600, REPLACEMENT_ONLY_NEW), -EEXIST);
    assert_content("first");
    assert_int_equal(files_in_folder(), 1);
}

static void a_link_is_replaced_and_not_followed(void **state)
{
    assert_int_equal(symlinkat("/dev/full", dirfd_of_folder, "file"), 0);
    assert_int_equal(put("x", 0600, REPLACEMENT_ONLY_NEW), -EEXIST);
    assert_int_equal(replace_file(dirfd_of_folder, "file", "text", 4, 0640), 0);
    assert_content("text");
    assert_int_equal(mode_of_file(), S_IFREG | 0640);
}

static void a_full_path_needs_no_folder(void **state)
{
    char path[96];

    (void)snprintf(path, sizeof(path), "%s/file", folder);
    assert_int_equal(replace_file(AT_FDCWD, path, "text", 4, 0600), 0);
    assert_content("text");
}

static void where_nothing_can_be_written_nothing_changes(void **state)
{
    static const struct {
        const char *path;
        int error;
    } cases[] = {
        { "", -EINVAL },
        { "none/file", -ENOENT },
        { "none/", -EINVAL },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(replace_file(dirfd_of_folder, cases[i].path, "x", 1, 0600),
                         cases[i].error);
    assert_int_equal(files_in_folder(), 0);
}

/* As where the disk is full. */
static void what_cannot_be_written_whole_is_not_put_in_place(void **state)
{
    static char much[1 << 16];
    struct rlimit before, little;

    assert_int_equal(put("old", 0600, 0), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    little = (struct rlimit){ 4096, before.rlim_max };
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    assert_int_equal(replace_file(dirfd_of_folder, "file", much, sizeof(much), 0600), -EFBIG);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_content("old");
    assert_int_equal(files_in_folder(), 1);
}

static void a_name_of_the_longest_kind_will_do(void **state)
{
    char name[256];

    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(replace_file(dirfd_of_folder, name, "x", 1, 0600), 0);
    assert_int_equal(unlinkat(dirfd_of_folder, name, 0), 0);
}

static int fails_for_want_of_memory(void)
{
    replacement *r = NULL;
    int error = replacement_new(&r, dirfd_of_folder, "file");

    if (error == 0)
        replacement_free(r);
    else
        assert_null(r);
    return error;
}

static void without_memory_nothing_is_begun(void **state)
{
    for (size_t n = 1;; n++) {
        int error;

        test_fail_allocation(n);
        error = fails_for_want_of_memory();
        if (!test_allocation_failed()) {
            assert_int_equal(error, 0);
            break;
        }
        assert_int_equal(error, -ENOMEM);
        assert_int_equal(files_in_folder(), 0);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(the_name_is_the_old_file_until_the_new_one_is_whole),
        TEST(what_is_given_up_leaves_nothing),
        TEST(only_a_new_one_replaces_none),
        TEST(a_link_is_replaced_and_not_followed),
        TEST(a_full_path_needs_no_folder),
        TEST(where_nothing_can_be_written_nothing_changes),
        TEST(what_cannot_be_written_whole_is_not_put_in_place),
        TEST(a_name_of_the_longest_kind_will_do),
        TEST(without_memory_nothing_is_begun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
