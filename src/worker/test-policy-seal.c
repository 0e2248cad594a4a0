/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "worker/policy_seal.h"

static char dir[64];

static int make_dir(void **state)
{
    (void)snprintf(dir, sizeof(dir), "/tmp/openlogon-seal-XXXXXX");
    (void)unsetenv("CREDENTIALS_DIRECTORY");
    return mkdtemp(dir) ? 0 : -1;
}

static const char *path_of(const char *name)
{
    static char path[128];

    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    return path;
}

static int remove_dir(void **state)
{
    (void)unlink(path_of("policy.key"));
    (void)unlink(path_of("openlogon-policy-key"));
    return rmdir(dir);
}

static policy_seal *open_seal(unsigned flags)
{
    policy_seal *seal = NULL;

    assert_ok(policy_seal_open(&seal, dir, flags));
    return seal;
}

static void write_file(const char *name, size_t size, mode_t mode)
{
    const char *path = path_of(name);
    int fd;

    (void)unlink(path);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(write(fd, "k", 1), 1);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

static void what_is_sealed_is_opened_under_its_name(void **state)
{
    _cleanup_(policy_seal_closep) policy_seal *seal = open_seal(POLICY_SEAL_MAKE);
    _cleanup_(secret_freep) secret *plain = NULL;
    _cleanup_(freep) uint8_t *sealed = NULL, *again = NULL;
    size_t size = 0;

    assert_ok(policy_seal_lock(seal, &sealed, "name", "text", 4));
    assert_ok(policy_seal_lock(seal, &again, "name", "text", 4));
    assert_memory_not_equal(sealed, again, 4 + POLICY_SEAL_OVERHEAD);
    assert_ok(policy_seal_unlock(seal, &plain, &size, "name", sealed, 4 + POLICY_SEAL_OVERHEAD));
    assert_int_equal(size, 4);
    assert_memory_equal(secret_bytes(plain), "text", 4);
}

static void anything_else_is_not_opened(void **state)
{
    _cleanup_(policy_seal_closep) policy_seal *seal = open_seal(POLICY_SEAL_MAKE);
    _cleanup_(freep) uint8_t *sealed = NULL;
    const size_t sealed_size = 4 + POLICY_SEAL_OVERHEAD;
    secret *plain = NULL;
    size_t size;

    assert_ok(policy_seal_lock(seal, &sealed, "name", "text", 4));
    assert_status(policy_seal_unlock(seal, &plain, &size, "Name", sealed, sealed_size),
                  STATUS_DECRYPTION_FAILED);
    for (size_t cut = 0; cut < sealed_size; cut++)
        assert_status(policy_seal_unlock(seal, &plain, &size, "name", sealed, cut),
                      STATUS_DECRYPTION_FAILED);
    for (size_t i = 0; i < sealed_size; i++) {
        sealed[i] ^= 1;
        assert_status(policy_seal_unlock(seal, &plain, &size, "name", sealed, sealed_size),
                      STATUS_DECRYPTION_FAILED);
        sealed[i] ^= 1;
    }
    assert_null(plain);
}

static void the_key_is_made_once_and_private(void **state)
{
    _cleanup_(freep) uint8_t *sealed = NULL;
    policy_seal *seal = NULL;
    secret *plain = NULL;
    struct stat status;
    size_t size;

    assert_status(policy_seal_open(&seal, dir, 0), STATUS_OBJECT_NAME_NOT_FOUND);
    seal = open_seal(POLICY_SEAL_MAKE);
    assert_int_equal(stat(path_of("policy.key"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(status.st_size, 32);
    assert_ok(policy_seal_lock(seal, &sealed, "", "", 0));
    policy_seal_close(seal);
    seal = open_seal(POLICY_SEAL_MAKE);
    assert_ok(policy_seal_unlock(seal, &plain, &size, "", sealed, POLICY_SEAL_OVERHEAD));
    assert_int_equal(size, 0);
    secret_free(plain);
    policy_seal_close(seal);
}

static void a_key_of_another_length_or_open_to_others_is_refused(void **state)
{
    policy_seal *seal = NULL;

    write_file("policy.key", 31, 0600);
    assert_status(policy_seal_open(&seal, dir, POLICY_SEAL_MAKE), STATUS_FILE_CORRUPT_ERROR);
    write_file("policy.key", 33, 0600);
    assert_status(policy_seal_open(&seal, dir, 0), STATUS_FILE_CORRUPT_ERROR);
    write_file("policy.key", 32, 0640);
    assert_status(policy_seal_open(&seal, dir, 0), STATUS_ACCESS_DENIED);
    write_file("policy.key", 32, 0600);
    policy_seal_close(open_seal(0));
    assert_int_equal(unlink(path_of("policy.key")), 0);
    assert_int_equal(symlink("/dev/zero", path_of("policy.key")), 0);
    assert_true(nt_failed(policy_seal_open(&seal, dir, 0)));
}

static void a_credential_comes_first(void **state)
{
    _cleanup_(freep) uint8_t *sealed = NULL;
    policy_seal *seal = open_seal(POLICY_SEAL_MAKE);
    secret *plain = NULL;
    size_t size;

    assert_ok(policy_seal_lock(seal, &sealed, "", "", 0));
    policy_seal_close(seal);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", dir, 1), 0);
    seal = open_seal(0); /* that directory has no such credential */
    assert_ok(policy_seal_unlock(seal, &plain, &size, "", sealed, POLICY_SEAL_OVERHEAD));
    secret_free(plain);
    policy_seal_close(seal);
    write_file("openlogon-policy-key", 32, 0400);
    seal = open_seal(0);
    assert_status(policy_seal_unlock(seal, &plain, &size, "", sealed, POLICY_SEAL_OVERHEAD),
                  STATUS_DECRYPTION_FAILED);
    policy_seal_close(seal);
    write_file("openlogon-policy-key", 5, 0400);
    seal = NULL;
    assert_status(policy_seal_open(&seal, dir, 0), STATUS_FILE_CORRUPT_ERROR);
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_dir, remove_dir)
    const struct CMUnitTest tests[] = {
        TEST(what_is_sealed_is_opened_under_its_name),
        TEST(anything_else_is_not_opened),
        TEST(the_key_is_made_once_and_private),
        TEST(a_key_of_another_length_or_open_to_others_is_refused),
        TEST(a_credential_comes_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
