/* SPDX-License-Identifier: MIT */
/*
 * openlogond is killed, and comes again, while a process runs that openlogon-spawn has started: who
 * started it waits for it as before, gets its exit code, may end it, and starts others. The program
 * runs itself again as a server that has the privileges and no capability.
 */
#include "authority.h"
#include "policy.h"
#include "role.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SERVER = 5001 };

static struct authority authority;
static char own_path[512], directory[64];

/* --- the server ------------------------------------------------------------------------------- */

static int serve(const char *fifo)
{
    HANDLE client = log_on("null-5002", LOGON32_LOGON_BATCH);
    char command[COMMAND_SIZE], status[OUTPUT_SIZE];
    struct running waiting, endless;

    CHECK(setenv("PATH", "/usr/bin:/bin", 1) == 0);
    read_file("/proc/self/status", status);
    CHECK(getuid() == SERVER && status_hex(status, "\nCapPrm:\t") == 0);
    snprintf(command, sizeof(command), "sh -c \"read line <%s; exit 9\"", fifo);
    CHECK(process_start(&waiting, client, command, (struct with){ .directory = "/" }));
    CHECK(process_start(&endless, client, "sleep 60", (struct with){ .directory = "/" }));
    printf("%u\n", (unsigned)waiting.process.dwProcessId);
    fflush(stdout);
    CHECK(process_finish(&waiting, NULL) == 9);
    CHECK(WaitForSingleObject(endless.process.hProcess, 0) == WAIT_TIMEOUT);
    CHECK(TerminateProcess(endless.process.hProcess, 1234));
    CHECK(process_finish(&endless, NULL) == 1234);
    CHECK(process_run_with(client, "sh -c \"exit 3\"", (struct with){ .directory = "/" }, NULL) ==
          3);
    CloseHandle(client);
    return 0;
}

/* --- the test --------------------------------------------------------------------------------- */

static void what_was_started_is_waited_for_after_a_restart(void **state)
{
    char command[COMMAND_SIZE], fifo[96], line[32] = "";
    struct running server;
    LUID before, after;
    HANDLE token;
    DWORD pid;
    int fd;

    (void)state;
    SKIP_UNLESS_ROOT();
    snprintf(fifo, sizeof(fifo), "%s/fifo", directory);
    assert_int_equal(mkfifo(fifo, 0666), 0);
    assert_int_equal(chmod(fifo, 0666), 0);
    snprintf(command, sizeof(command), "%s %s", own_path, fifo);
    token = log_on("null-5001", LOGON32_LOGON_BATCH);
    assert_succeeds(process_start(&server, token, command, (struct with){ .directory = "/" }));
    assert_true(read(server.out, line, sizeof(line) - 1) > 0);
    pid = (DWORD)strtoul(line, NULL, 10);
    assert_true(pid > 0);
    assert_succeeds(openlogon_query_process_session(pid, &before, NULL));
    authority_kill(&authority);
    authority_start_again(&authority);
    assert_succeeds(openlogon_query_process_session(pid, &after, NULL));
    assert_memory_equal(&after, &before, sizeof(after));
    fd = open(fifo, O_WRONLY | O_CLOEXEC); /* waits until it is being read */
    assert_int_equal(write(fd, "go\n", 3), 3);
    close(fd);
    assert_int_equal(process_finish(&server, NULL), 0);
    CloseHandle(token);
}

static int set_up(void **state)
{
    static const char *const rights[] = { "SeAssignPrimaryTokenPrivilege",
                                          "SeIncreaseQuotaPrivilege" };
    LSA_HANDLE policy;

    (void)state;
    if (geteuid() != 0)
        return 0;
    support_make_directory(directory, sizeof(directory));
    authority_start(&authority);
    policy = policy_open(POLICY_ALL_ACCESS);
    for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++)
        assert_nt(policy_grant(policy, policy_user(SERVER), rights[i]), STATUS_SUCCESS);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
    return 0;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    if (geteuid() != 0)
        return 0;
    authority_remove(&authority);
    snprintf(command, sizeof(command), "rm -rf -- '%s'", directory);
    return system(command);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_started_is_waited_for_after_a_restart),
    };

    if (!realpath(argv[0], own_path))
        return 1;
    return argc > 1 ? serve(argv[1]) : cmocka_run_group_tests(tests, set_up, tear_down);
}
