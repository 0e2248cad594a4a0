/* SPDX-License-Identifier: MIT */
#include "linux/shared_page.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "linux/test-linux.h"

enum {
    N_SLOTS = 4096,
};

static void readers_see_what_is_set(void **state)
{
    _cleanup_(shared_page_freep) SharedPage *page = NULL;
    _cleanup_(shared_page_freep) SharedPage *reader = NULL;

    (void)state;
    assert_int_equal(shared_page_create(&page, N_SLOTS), 0);
    assert_int_equal(shared_page_map(&reader, shared_page_fd(page)), 0);
    assert_int_equal(shared_page_n_slots(reader), N_SLOTS);
    assert_int_equal(shared_page_fd(reader), -1);
    assert_int_equal(shared_page_get(reader, 7), 0);
    assert_int_equal(shared_page_set(page, 7, UINT64_MAX), 0);
    assert_true(shared_page_get(reader, 7) == UINT64_MAX);
    assert_true(shared_page_get(page, 7) == UINT64_MAX);
    assert_int_equal(shared_page_get(reader, 8), 0);
}

static void many_are_copied_at_once(void **state)
{
    _cleanup_(shared_page_freep) SharedPage *page = NULL;
    uint64_t copy[N_SLOTS];

    (void)state;
    assert_int_equal(shared_page_create(&page, N_SLOTS), 0);
    for (size_t i = 10; i < 20; i += 2)
        assert_int_equal(shared_page_set(page, i, i), 0);
    assert_int_equal(shared_page_copy(page, 10, 3, copy), 3);
    assert_true(copy[0] == 10 && copy[1] == 0 && copy[2] == 12);
    assert_int_equal(shared_page_gather(page, 11, 8, copy), 4);
    assert_true(copy[0] == 12 && copy[3] == 18);
    assert_int_equal(shared_page_copy(page, N_SLOTS - 2, 10, copy), 2);
    assert_int_equal(shared_page_gather(page, SIZE_MAX, 10, copy), 0);
}

static void slots_beyond_the_end_are_refused(void **state)
{
    _cleanup_(shared_page_freep) SharedPage *page = NULL;
    SharedPage *none = NULL;

    (void)state;
    assert_int_equal(shared_page_create(&page, N_SLOTS), 0);
    assert_int_equal(shared_page_set(page, N_SLOTS - 1, 1), 0);
    assert_int_equal(shared_page_set(page, N_SLOTS, 1), -ERANGE);
    assert_int_equal(shared_page_set(page, SIZE_MAX, 1), -ERANGE);
    assert_int_equal(shared_page_get(page, N_SLOTS), 0);
    assert_int_equal(shared_page_get(page, SIZE_MAX), 0);
    assert_int_equal(shared_page_create(&none, 0), -EINVAL);
    assert_int_equal(shared_page_create(&none, SIZE_MAX), -EINVAL);
    assert_null(none);
}

static void nobody_but_the_publisher_can_write_or_resize(void **state)
{
    _cleanup_(shared_page_freep) SharedPage *page = NULL;
    _cleanup_(shared_page_freep) SharedPage *reader = NULL;
    int fd;

    (void)state;
    assert_int_equal(shared_page_create(&page, N_SLOTS), 0);
    fd = shared_page_fd(page);
    assert_int_equal(shared_page_map(&reader, fd), 0);
    assert_int_equal(shared_page_set(reader, 1, 1), -EPERM);
    assert_ptr_equal(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
    assert_int_equal(pwrite(fd, "x", 1, 0), -1);
    assert_int_equal(ftruncate(fd, 0), -1);
    assert_int_equal(ftruncate(fd, 1 << 20), -1);
    assert_int_equal(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096), -1);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
    assert_int_equal(shared_page_set(page, 1, 5), 0);
    assert_int_equal(shared_page_get(reader, 1), 5);
}

static void untouched_slots_cost_no_memory(void **state)
{
    _cleanup_(shared_page_freep) SharedPage *page = NULL;
    struct stat info;

    (void)state;
    assert_int_equal(shared_page_create(&page, 4 << 20), 0);
    assert_int_equal(shared_page_set(page, 3 << 20, 1), 0);
    assert_int_equal(fstat(shared_page_fd(page), &info), 0);
    assert_int_equal(info.st_size, (4 << 20) * 8);
    assert_true(info.st_blocks * 512 <= 2 << 20); /* one page, however large */
}

static void files_that_could_shrink_or_lie_are_refused(void **state)
{
    static const struct {
        size_t size;
        int seals;
    } cases[] = {
        { 4096, 0 },
        { 4096, F_SEAL_SHRINK | F_SEAL_GROW },
        { 4096, F_SEAL_GROW | F_SEAL_FUTURE_WRITE },
        { 4096, F_SEAL_SHRINK | F_SEAL_FUTURE_WRITE },
        { 0, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE },
        { 13, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE },
    };
    SharedPage *reader = NULL;
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

        assert_int_equal(ftruncate(fd, (off_t)cases[i].size), 0);
        assert_int_equal(fcntl(fd, F_ADD_SEALS, cases[i].seals), 0);
        assert_int_equal(shared_page_map(&reader, fd), -EBADMSG);
        assert_int_equal(close(fd), 0);
    }
    assert_int_equal(shared_page_map(&reader, file), -EBADMSG);
    assert_int_equal(shared_page_map(&reader, -1), -EBADF);
    assert_null(reader);
    assert_int_equal(close(file), 0);
}

/* The slot is set after the plain number: who sees the former must see the latter. */
static uint64_t plain[N_SLOTS];
static SharedPage *published;

static void *publish(void *argument)
{
    (void)argument;
    for (size_t i = 0; i < N_SLOTS; i++) {
        plain[i] = i + 1;
        if (shared_page_set(published, i, i + 1) < 0)
            return published;
    }
    return NULL;
}

static void what_was_written_before_is_seen(void **state)
{
    pthread_t thread;
    void *failed;

    (void)state;
    assert_int_equal(shared_page_create(&published, N_SLOTS), 0);
    assert_int_equal(pthread_create(&thread, NULL, publish, NULL), 0);
    for (size_t i = 0; i < N_SLOTS; i++) {
        while (shared_page_get(published, i) == 0)
            ;
        assert_int_equal(plain[i], i + 1);
    }
    assert_int_equal(pthread_join(thread, &failed), 0);
    assert_null(failed);
    published = shared_page_free(published);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(readers_see_what_is_set),
        cmocka_unit_test(many_are_copied_at_once),
        cmocka_unit_test(slots_beyond_the_end_are_refused),
        cmocka_unit_test(nobody_but_the_publisher_can_write_or_resize),
        cmocka_unit_test(untouched_slots_cost_no_memory),
        cmocka_unit_test(files_that_could_shrink_or_lie_are_refused),
        cmocka_unit_test(what_was_written_before_is_seen),
    };

    return cmocka_run_group_tests_name("shared_page", tests, NULL, NULL);
}
