/* SPDX-License-Identifier: MIT */
/*
 * What a package can do and cannot, from inside: openlogond's side is faked, the worker and its
 * sandbox are real. With OPENLOGON_TEST_UID set (and as root) all of it runs as that user.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/test.h"
#include "fake_openlogond.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(SANITIZED) || defined(__SANITIZE_ADDRESS__)
static const bool sanitized = true; /* the leak check needs ptrace */
#else
static const bool sanitized = false;
#endif

enum { NAME_SIZE = 512, NOBODY = 65534 };

static char *dir;
static char *state, *secret_file, *run, *socket_path, *own_dir, *writable;

static char *path_of(const char *below, const char *name)
{
    char *path = NULL;

    assert_true(asprintf(&path, "%s/%s", below, name) > 0);
    return path;
}

static void make_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    assert_true(fd >= 0);
    (void)close(fd);
}

static void make_socket(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    assert_true(strlen(path) < sizeof(address.sun_path));
    (void)stpcpy(address.sun_path, path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(chmod(path, 0666), 0);
    /* It stays open: connections would succeed. */
}

static int set_up(void **context)
{
    const char *uid = getenv("OPENLOGON_TEST_UID");

    if (uid &&
        (setgroups(0, NULL) < 0 || setgid((gid_t)atoi(uid)) < 0 || setuid((uid_t)atoi(uid)) < 0))
        return -1;
    (void)umask(022);
    dir = fake_make_dir();
    (void)chmod(dir, 0755);
    state = path_of(dir, "state");
    secret_file = path_of(state, "accounts.db");
    run = path_of(dir, "run");
    socket_path = path_of(dir, "socket");
    own_dir = path_of(state, "packages/probe");
    writable = path_of(dir, "writable");
    /* Laxer than openlogond's own, so that only the sandbox protects it. */
    assert_int_equal(mkdir(state, 0755), 0);
    assert_int_equal(mkdir(run, 0755), 0);
    assert_int_equal(mkdir(writable, 0777), 0);
    (void)chmod(writable, 0777);
    make_file(secret_file);
    make_socket(socket_path);
    return 0;
}

static int tear_down(void **context)
{
    char *paths[] = { state, secret_file, run, socket_path, own_dir, writable };

    for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
        free(paths[i]);
    fake_remove_dir(dir);
    return 0;
}

typedef Openlogon__Worker__Sandbox Sandbox;

/* Starts a worker in a sandbox that hides what openlogond hides. */
static fake_openlogond *start_in(Sandbox *box)
{
    char *hidden[] = { state, run, socket_path };
    const struct fake_setup setup = { .state_dir = own_dir,
                                      .package = getenv("OPENLOGON_TEST_PROBE"),
                                      .sandbox = box };
    fake_openlogond *fake;

    box->n_hidden = ARRAY_SIZE(hidden);
    box->hidden = hidden;
    box->own_dir = own_dir;
    fake = fake_start(&setup);
    assert_int_equal(fake_package_status(fake), STATUS_SUCCESS);
    return fake;
}

static long ask(fake_openlogond *fake, const char *what, const char *path)
{
    char name[NAME_SIZE];
    const Openlogon__Worker__JobResult *result;

    (void)snprintf(name, sizeof(name), path ? "%s:%s" : "%s", what, path);
    result = fake_log_on(fake, name, "", "", Network);
    fake_forget_sessions(fake);
    assert_non_null(result);
    assert_int_equal(result->status, STATUS_SUCCESS);
    return strtol((const char *)result->logon->profile.data, NULL, 10);
}

static void system_calls_that_no_package_needs_fail(void **context)
{
    static const char *const calls[] = { "mount", "unshare", "bpf", "keyctl", "read-memory" };
    Sandbox box = OPENLOGON__WORKER__SANDBOX__INIT;
    fake_openlogond *fake = start_in(&box);

    for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
        assert_int_equal(ask(fake, calls[i], NULL), EPERM);
    if (!sanitized)
        assert_int_equal(ask(fake, "ptrace", NULL), EPERM);
    assert_int_equal(fake_stop(fake), 0);
}

static void a_package_leaves_no_memory_behind_and_gains_nothing(void **context)
{
    Sandbox box = OPENLOGON__WORKER__SANDBOX__INIT;
    fake_openlogond *fake = start_in(&box);

    assert_int_equal(ask(fake, "dumpable", NULL), 0);
    assert_int_equal(ask(fake, "core-limit", NULL), 0);
    assert_int_equal(ask(fake, "new-privileges", NULL), 1);
    assert_int_equal(fake_stop(fake), 0);
}

/* Where the machine allows a namespace; else the worker says what is missing. */
static bool has_mounts(const fake_openlogond *fake)
{
    if (!*fake_unprotected(fake))
        return true;
    assert_non_null(strstr(fake_unprotected(fake), "of its own"));
    assert_int_not_equal(geteuid(), 0);
    return false;
}

static void what_openlogond_keeps_is_not_there(void **context)
{
    Sandbox box = OPENLOGON__WORKER__SANDBOX__INIT;
    fake_openlogond *fake = start_in(&box);
    char *own_file = path_of(own_dir, "secrets");
    char *new_file = path_of(state, "packages/new");

    assert_int_equal(ask(fake, "write", own_file), 0);
    if (has_mounts(fake)) {
        assert_int_equal(ask(fake, "read", secret_file), ENOENT);
        assert_int_equal(ask(fake, "connect", socket_path), ECONNREFUSED);
        assert_true(ask(fake, "write", new_file) > 0);
    }
    assert_int_equal(fake_stop(fake), 0);
    assert_int_equal(access(own_file, F_OK), 0); /* the real directory */
    assert_int_equal(unlink(own_file), 0);
    free(own_file);
    free(new_file);
}

static void only_what_is_configured_is_writable(void **context)
{
    char *paths[] = { writable };
    Sandbox box = OPENLOGON__WORKER__SANDBOX__INIT;
    fake_openlogond *fake;
    char *file = path_of(writable, "new");

    fake = start_in(&box);
    if (has_mounts(fake))
        assert_int_equal(ask(fake, "write", file), EROFS);
    assert_int_equal(fake_stop(fake), 0);
    box.n_writable = 1;
    box.writable = paths;
    fake = start_in(&box);
    assert_int_equal(ask(fake, "write", file), 0);
    assert_int_equal(fake_stop(fake), 0);
    free(file);
}

static void the_network_is_there_when_it_is_asked_for(void **context)
{
    Sandbox box = OPENLOGON__WORKER__SANDBOX__INIT;
    fake_openlogond *fake = start_in(&box);

    if (has_mounts(fake))
        assert_int_equal(ask(fake, "network", NULL), ENETUNREACH);
    assert_int_equal(fake_stop(fake), 0);
    box.network = true;
    fake = start_in(&box);
    assert_int_equal(ask(fake, "network", NULL), 0);
    assert_int_equal(fake_stop(fake), 0);
}

static void a_user_of_its_own_neither_sees_nor_signals_others(void **context)
{
    Sandbox box = OPENLOGON__WORKER__SANDBOX__INIT;
    fake_openlogond *fake;
    char own[64];

    if (geteuid() != 0)
        skip();
    box.user = (char *)(uintptr_t) "nobody";
    fake = start_in(&box);
    assert_int_equal(ask(fake, "uid", NULL), NOBODY);
    assert_int_equal(ask(fake, "signal", NULL), EPERM);
    assert_int_equal(ask(fake, "read", "/proc/1/stat"), ENOENT);
    (void)snprintf(own, sizeof(own), "/proc/%d/stat", (int)getpid());
    assert_int_equal(ask(fake, "read", own), ENOENT);
    assert_true(ask(fake, "read", "/etc/shadow") > 0);
    assert_int_equal(fake_stop(fake), 0);
}

/* It ends before it is ready. */
static void without_its_user_a_package_does_not_run(void **context)
{
    const char *const wrong_user = "no such user";
    const char *const wrong_path = "/no/such/path";
    const char *const wrong_capability = "no_such_capability";
    Sandbox box = OPENLOGON__WORKER__SANDBOX__INIT;
    struct fake_setup setup = { .state_dir = own_dir,
                                .package = getenv("OPENLOGON_TEST_PROBE"),
                                .sandbox = &box };

    if (geteuid() != 0)
        skip();
    box.user = (char *)(uintptr_t)wrong_user;
    assert_int_not_equal(fake_start_and_fail(&setup), 0);
    box.user = (char *)(uintptr_t) "";
    box.n_capabilities = 1;
    box.capabilities = (char **)(uintptr_t)&wrong_capability;
    assert_int_not_equal(fake_start_and_fail(&setup), 0);
    box.n_capabilities = 0;
    box.n_writable = 1;
    box.writable = (char **)(uintptr_t)&wrong_path;
    assert_int_not_equal(fake_start_and_fail(&setup), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(system_calls_that_no_package_needs_fail),
        cmocka_unit_test(a_package_leaves_no_memory_behind_and_gains_nothing),
        cmocka_unit_test(what_openlogond_keeps_is_not_there),
        cmocka_unit_test(only_what_is_configured_is_writable),
        cmocka_unit_test(the_network_is_there_when_it_is_asked_for),
        cmocka_unit_test(a_user_of_its_own_neither_sees_nor_signals_others),
        cmocka_unit_test(without_its_user_a_package_does_not_run),
    };

    return cmocka_run_group_tests_name("sandbox", tests, set_up, tear_down);
}
