/* SPDX-License-Identifier: MIT */
#include "linux/shared_words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "linux/test-linux.h"

static const uint64_t values[] = { 5, UINT64_MAX };

static void both_ends_write_and_see(void **state)
{
    _cleanup_(shared_words_freep) SharedWords *made = NULL;
    _cleanup_(shared_words_freep) SharedWords *mapped = NULL;

    (void)state;
    assert_int_equal(shared_words_create(&made, values, 2), 0);
    assert_int_equal(shared_words_map(&mapped, shared_words_fd(made), 2), 0);
    assert_int_equal(shared_words_fd(mapped), -1);
    assert_true(atomic_load(&shared_words_at(mapped)[0]) == 5);
    assert_true(atomic_load(&shared_words_at(mapped)[1]) == UINT64_MAX);
    atomic_store(&shared_words_at(mapped)[0], 6);
    atomic_store(&shared_words_at(made)[1], 7);
    assert_true(atomic_load(&shared_words_at(made)[0]) == 6);
    assert_true(atomic_load(&shared_words_at(mapped)[1]) == 7);
}

static void nobody_can_resize_it(void **state)
{
    _cleanup_(shared_words_freep) SharedWords *made = NULL;

    (void)state;
    assert_int_equal(shared_words_create(&made, values, 2), 0);
    assert_int_equal(ftruncate(shared_words_fd(made), 0), -1);
    assert_int_equal(errno, EPERM);
    assert_int_equal(ftruncate(shared_words_fd(made), 4096), -1);
    assert_int_equal(errno, EPERM);
    assert_int_equal(fcntl(shared_words_fd(made), F_ADD_SEALS, F_SEAL_WRITE), -1);
}

static void a_page_that_is_punched_out_reads_as_zeros(void **state)
{
    _cleanup_(shared_words_freep) SharedWords *made = NULL;
    _cleanup_(shared_words_freep) SharedWords *mapped = NULL;

    (void)state;
    assert_int_equal(shared_words_create(&made, values, 2), 0);
    assert_int_equal(shared_words_map(&mapped, shared_words_fd(made), 2), 0);
    assert_int_equal(
        fallocate(shared_words_fd(made), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096), 0);
    assert_true(atomic_load(&shared_words_at(made)[0]) == 0);
    atomic_store(&shared_words_at(made)[1], 7);
    assert_true(atomic_load(&shared_words_at(mapped)[1]) == 7);
}

static void a_file_that_could_shrink_is_refused(void **state)
{
    SharedWords *none = NULL;
    int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    (void)state;
    assert_true(fd >= 0 && null >= 0);
    assert_int_equal(ftruncate(fd, 16), 0);
    assert_int_equal(shared_words_map(&none, fd, 2), -EBADMSG);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), 0);
    assert_int_equal(shared_words_map(&none, fd, 2), -EBADMSG);
    assert_int_equal(shared_words_map(&none, null, 2), -EBADMSG);
    assert_int_equal(shared_words_map(&none, -1, 2), -EBADF);
    assert_null(none);
    (void)close(fd);
    (void)close(null);
}

static void another_count_is_refused(void **state)
{
    _cleanup_(shared_words_freep) SharedWords *made = NULL;
    SharedWords *none = NULL;

    (void)state;
    assert_int_equal(shared_words_create(&made, values, 2), 0);
    assert_int_equal(shared_words_map(&none, shared_words_fd(made), 1), -EBADMSG);
    assert_int_equal(shared_words_map(&none, shared_words_fd(made), 3), -EBADMSG);
    assert_int_equal(shared_words_map(&none, shared_words_fd(made), 0), -EINVAL);
    assert_int_equal(shared_words_create(&none, values, 0), -EINVAL);
    assert_int_equal(shared_words_create(&none, values, SHARED_WORDS_MAX + 1), -EINVAL);
    assert_null(none);
}

/* Its parent's number would change. */
static void a_forked_child_does_not_have_the_other_end(void **state)
{
    _cleanup_(shared_words_freep) SharedWords *made = NULL;
    _cleanup_(shared_words_freep) SharedWords *mapped = NULL;
    unsigned char resident;
    int status;
    pid_t pid;

    (void)state;
    assert_int_equal(shared_words_create(&made, values, 2), 0);
    assert_int_equal(shared_words_map(&mapped, shared_words_fd(made), 2), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(mincore((void *)shared_words_at(mapped), 1, &resident) < 0 && errno == ENOMEM ? 0
                                                                                            : 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ends_write_and_see),
        cmocka_unit_test(nobody_can_resize_it),
        cmocka_unit_test(a_page_that_is_punched_out_reads_as_zeros),
        cmocka_unit_test(a_file_that_could_shrink_is_refused),
        cmocka_unit_test(another_count_is_refused),
        cmocka_unit_test(a_forked_child_does_not_have_the_other_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
