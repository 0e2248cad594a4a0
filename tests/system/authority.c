/* SPDX-License-Identifier: MIT */
#include "authority.h"

#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* By posix_spawn(), not fork(): before that the library would wait for the openlogond that was
 * killed. */
static pid_t run(const struct authority *authority, int ready)
{
    pid_t pid = 0;
    char state[96], runtime[96], pam[96], packages[512], number[16];
    const char *daemon = getenv("OPENLOGON_DAEMON");

    (void)snprintf(state, sizeof(state), "%s/state", authority->directory);
    (void)snprintf(runtime, sizeof(runtime), "%s/run", authority->directory);
    (void)snprintf(pam, sizeof(pam), "pam_confdir=%s/pam", authority->directory);
    (void)snprintf(packages, sizeof(packages), "packages=%s msv1_0 unix",
                   getenv("OPENLOGON_TEST_NULL"));
    (void)snprintf(number, sizeof(number), "%d", ready);
    {
        char *const argv[] = { (char *)(uintptr_t)daemon,
                               "--private",
                               "--state",
                               state,
                               "--runtime",
                               runtime,
                               "--socket",
                               (char *)(uintptr_t)authority->socket,
                               "--worker",
                               getenv("OPENLOGON_WORKER"),
                               "--spawn",
                               getenv("OPENLOGON_SPAWN"),
                               "--package-dir",
                               getenv("OPENLOGON_PACKAGE_DIR"),
                               "--ready-fd",
                               number,
                               "--set",
                               packages,
                               "--set",
                               pam,
                               NULL };

        assert_int_equal(posix_spawn(&pid, daemon, NULL, NULL, argv, environ), 0);
    }
    return pid;
}

void authority_start_again(struct authority *authority)
{
    int ready[2], inherited;
    char byte;

    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    inherited = dup(ready[1]);
    authority->pid = run(authority, inherited);
    close(inherited);
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
}

static void make_pam_service(const struct authority *authority)
{
    static const char service[] =
        "auth required pam_unix.so nodelay\naccount required pam_unix.so\n";
    char path[96];
    FILE *file;

    snprintf(path, sizeof(path), "%s/pam", authority->directory);
    assert_int_equal(mkdir(path, 0755), 0);
    snprintf(path, sizeof(path), "%s/pam/openlogon", authority->directory);
    file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fputs(service, file) < 0, 0);
    assert_int_equal(fclose(file), 0);
}

void authority_start(struct authority *authority)
{
    snprintf(authority->directory, sizeof(authority->directory), "/tmp/openlogon-test.XXXXXX");
    assert_non_null(mkdtemp(authority->directory));
    assert_int_equal(chmod(authority->directory, 0755), 0);
    snprintf(authority->socket, sizeof(authority->socket), "%s/socket", authority->directory);
    assert_int_equal(setenv("OPENLOGON_SOCKET", authority->socket, 1), 0);
    make_pam_service(authority);
    authority_start_again(authority);
}

void authority_kill(struct authority *authority)
{
    assert_int_equal(kill(authority->pid, SIGKILL), 0);
    assert_int_equal(waitpid(authority->pid, NULL, 0), authority->pid);
    authority->pid = 0;
}

void authority_remove(struct authority *authority)
{
    char command[128];
    int status = 0;

    if (authority->pid > 0) {
        assert_int_equal(kill(authority->pid, SIGTERM), 0);
        assert_int_equal(waitpid(authority->pid, &status, 0), authority->pid);
        assert_int_equal(status, 0);
    }
    snprintf(command, sizeof(command), "rm -rf -- '%s'", authority->directory);
    assert_int_equal(system(command), 0);
}
