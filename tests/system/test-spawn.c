/* SPDX-License-Identifier: MIT */
/*
 * Processes that openlogon-spawn starts for programs that have no capability, and what privileges
 * are to the kernel. The program runs itself again as a process of a session: its first argument
 * says what it then is. It is root's part to make the sessions.
 */
#include "policy.h"
#include "role.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

enum {
    SERVER = 5001, /* may start processes as others */
    CLIENT = 5002,
    NOBODY_SPECIAL = 5004,
};

#define CAP_BIT_SETGID          (1U << 6)
#define CAP_BIT_SETUID          (1U << 7)
#define CAP_BIT_DAC_READ_SEARCH (1U << 2)

static char own_path[512];

/* --- who may start others, without capabilities ------------------------------------------- */

static void ids_are_those_of_the_token_and_no_others(HANDLE client)
{
    char status[OUTPUT_SIZE];

    CHECK(process_run(client, "cat /proc/self/status", status) == 0);
    CHECK(strcmp(status_line(status, "\nUid:\t"), "5002\t5002\t5002\t5002") == 0);
    CHECK(strcmp(status_line(status, "\nGid:\t"), "5002\t5002\t5002\t5002") == 0);
    CHECK(strncmp(status_line(status, "\nGroups:\t"), "5002", 4) == 0);
    CHECK(status_hex(status, "\nCapInh:\t") == 0 && status_hex(status, "\nCapPrm:\t") == 0);
    CHECK(status_hex(status, "\nCapEff:\t") == 0 && status_hex(status, "\nCapAmb:\t") == 0);
    CHECK(status_hex(status, "\nNoNewPrivs:\t") == 0);
    CHECK(status_hex(status, "\nSigBlk:\t") == 0 && status_hex(status, "\nSigIgn:\t") == 0);
}

static void groups_come_along(void)
{
    HANDLE token = log_on("null-groups-12", LOGON32_LOGON_BATCH);
    char status[OUTPUT_SIZE];
    unsigned n = 0;

    CHECK(process_run(token, "cat /proc/self/status", status) == 0);
    for (const char *at = status_line(status, "\nGroups:\t"); *at; at++)
        n += *at == ' ';
    CHECK(n >= 11);
    CloseHandle(token);
}

static void three_descriptors_are_open(HANDLE client)
{
    char output[OUTPUT_SIZE];

    CHECK(process_run(
              client,
              "sh -c \"cd /proc/$$/fd; for f in [0-9]*; do [ -e $f ] && echo $f; done; true\"",
              output) == 0);
    CHECK(strcmp(output, "0\n1\n2\n") == 0);
    CHECK(process_run(client, "readlink /proc/self/fd/0", output) == 0);
    CHECK(strcmp(output, "/dev/null\n") == 0);
}

static void it_is_in_the_sessions_control_group(HANDLE client)
{
    LUID luid = support_session_of(client);
    char output[OUTPUT_SIZE], name[64];

    CHECK(process_run(client, "cat /proc/self/cgroup", output) == 0);
    snprintf(name, sizeof(name), "/%08x%08x/", (unsigned)luid.HighPart, (unsigned)luid.LowPart);
    CHECK(strstr(output, name));
}

static void the_environment_is_the_given_one(HANDLE client)
{
    static const char block[] = "A=1\0B=two words\0";
    LUID luid = support_session_of(client);
    char output[OUTPUT_SIZE], variable[64];
    GUID guid;

    CHECK(process_run_with(client, "/usr/bin/env", (struct with){ .environment = block }, output) ==
          0);
    snprintf(variable, sizeof(variable), "OPENLOGON_LUID=%08x:%08x\n", (unsigned)luid.HighPart,
             (unsigned)luid.LowPart);
    CHECK(strstr(output, "A=1\n") && strstr(output, "B=two words\n") && strstr(output, variable));
    CHECK(openlogon_session_guid(&luid, &guid));
    snprintf(variable, sizeof(variable), "OPENLOGON_LOGON_GUID=%08x-%04x-%04x-",
             (unsigned)guid.Data1, guid.Data2, guid.Data3);
    CHECK(strstr(output, variable));
    CHECK(!strstr(output, "PATH="));
}

static void directories_are_entered_as_the_user(HANDLE client, const char *shared)
{
    char closed[600], output[OUTPUT_SIZE];
    struct running running;

    snprintf(closed, sizeof(closed), "%s/closed", shared);
    CHECK(process_run_with(client, "pwd", (struct with){ .directory = shared }, output) == 0);
    CHECK(strncmp(output, shared, strlen(shared)) == 0);
    CHECK(chdir(shared) == 0);
    CHECK(process_run(client, "pwd", output) == 0 && strncmp(output, shared, strlen(shared)) == 0);
    CHECK(process_run_with(client, "pwd", (struct with){ .directory = "open" }, output) == 0);
    CHECK(strstr(output, "/open\n"));
    CHECK_FAILS(process_start(&running, client, "pwd", (struct with){ .directory = closed }),
                ERROR_DIRECTORY);
    CHECK_FAILS(process_start(&running, client, "pwd", (struct with){ .directory = "nowhere" }),
                ERROR_DIRECTORY);
    /* The caller may be in it, the user may not. */
    CHECK(mkdir("own", 0700) == 0 && chdir("own") == 0);
    CHECK_FAILS(process_start(&running, client, "pwd", (struct with){ 0 }), ERROR_DIRECTORY);
    CHECK(process_run_with(client, "pwd", (struct with){ .directory = "/" }, output) == 0);
    CHECK(chdir("/") == 0);
}

static void programs_are_executed_as_the_user(HANDLE client, const char *shared)
{
    char command[600];
    struct running running;

    snprintf(command, sizeof(command), "%s/roots-program", shared);
    CHECK_FAILS(process_start(&running, client, command, (struct with){ 0 }), ERROR_ACCESS_DENIED);
    snprintf(command, sizeof(command), "%s/closed/program", shared);
    CHECK_FAILS(process_start(&running, client, command, (struct with){ 0 }), ERROR_ACCESS_DENIED);
    CHECK_FAILS(process_start(&running, client, "/no/such/program", (struct with){ 0 }),
                ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(process_start(&running, client, "no-such-program-anywhere", (struct with){ 0 }),
                ERROR_FILE_NOT_FOUND);
    /* A path without a directory is not the spawner's directory. */
    CHECK(chdir(shared) == 0);
    CHECK(process_run(client, "./program", NULL) == 9);
    CHECK(chdir("/") == 0);
}

static void limits_and_umask_are_the_callers(HANDLE client)
{
    const struct rlimit files = { 100, 200 }, core = { 0, 0 };
    char output[OUTPUT_SIZE];

    CHECK(setrlimit(RLIMIT_NOFILE, &files) == 0 && setrlimit(RLIMIT_CORE, &core) == 0);
    CHECK(setpriority(PRIO_PROCESS, 0, 7) == 0);
    umask(027);
    CHECK(process_run(client, "sh -c \"ulimit -Sn; ulimit -Hn; ulimit -Hc; umask; nice\"",
                      output) == 0);
    CHECK(strcmp(output, "100\n200\n0\n0027\n7\n") == 0);
    umask(022);
}

static void the_end_is_told(HANDLE client)
{
    struct running running;
    DWORD code;

    CHECK(process_run(client, "sh -c \"exit 7\"", NULL) == 7);
    CHECK(process_run(client, "sh -c \"kill -TERM $$\"", NULL) == 128 + SIGTERM);
    CHECK(process_start(&running, client, "sleep 1000", (struct with){ 0 }));
    CHECK(GetExitCodeProcess(running.process.hProcess, &code) && code == STILL_ACTIVE);
    CHECK(WaitForSingleObject(running.process.hProcess, 0) == WAIT_TIMEOUT);
    /* Another user's process, which kill(2) would not reach. */
    CHECK(kill((pid_t)running.process.dwProcessId, SIGTERM) < 0 && errno == EPERM);
    CHECK(TerminateProcess(running.process.hProcess, 1234));
    CHECK(process_finish(&running, NULL) == 1234);
    CHECK(process_start(&running, client, "sleep 1000", (struct with){ 0 }));
    CHECK(openlogon_signal_process(running.process.hProcess, SIGUSR1));
    CHECK(process_finish(&running, NULL) == 128 + SIGUSR1);
}

/* It is whose the token says also when its starter is gone. */
static void it_has_its_own_terminal_session(HANDLE client)
{
    char output[OUTPUT_SIZE];

    CHECK(process_run(client, "sh -c \"cut -d' ' -f1,5,6 /proc/$$/stat\"", output) == 0);
    {
        int pid, group, session;

        CHECK(sscanf(output, "%d %d %d", &pid, &group, &session) == 3);
        CHECK(pid == group && pid == session);
    }
}

static char *environment_of(size_t size)
{
    char *block = calloc(1, size + 2);

    CHECK(block);
    memset(block, 'x', size);
    memcpy(block, "A=", 2);
    for (size_t i = 100 * 1024; i < size; i += 100 * 1024)
        memcpy(block + i, "\0A=", 3);
    return block;
}

static void what_is_too_long_is_refused(HANDLE client)
{
    char *megabyte = environment_of(1024 * 1024), *seven = environment_of(7 * 1024 * 1024);
    struct running running;
    char output[OUTPUT_SIZE];

    CHECK(process_run_with(client, "sh -c \"echo ${#A}\"", (struct with){ .environment = megabyte },
                           output) == 0);
    CHECK(!process_start(&running, client, "true", (struct with){ .environment = seven }));
    CHECK(process_run(client, "true", NULL) == 0);
    free(megabyte);
    free(seven);
}

static int be_server(const char *shared)
{
    HANDLE client = log_on("null-5002", LOGON32_LOGON_BATCH);
    char status[OUTPUT_SIZE];

    CHECK(setenv("PATH", "/usr/bin:/bin", 1) == 0); /* what stands there all may search */
    read_file("/proc/self/status", status);
    CHECK(getuid() == SERVER && status_hex(status, "\nCapPrm:\t") == 0);
    ids_are_those_of_the_token_and_no_others(client);
    groups_come_along();
    three_descriptors_are_open(client);
    it_is_in_the_sessions_control_group(client);
    the_environment_is_the_given_one(client);
    directories_are_entered_as_the_user(client, shared);
    programs_are_executed_as_the_user(client, shared);
    the_end_is_told(client);
    it_has_its_own_terminal_session(client);
    what_is_too_long_is_refused(client);
    limits_and_umask_are_the_callers(client);
    CloseHandle(client);
    return 0;
}

/* A thousand starts leave nothing behind, here or there. */
static int be_busy(void)
{
    HANDLE client = log_on("null-5002", LOGON32_LOGON_BATCH);
    unsigned before;

    CHECK(process_run(client, "true", NULL) == 0);
    before = support_descriptors(getpid());
    for (unsigned i = 0; i < 200; i++)
        CHECK(process_run(client, "true", NULL) == 0);
    CHECK(support_descriptors(getpid()) == before);
    CloseHandle(client);
    return 0;
}

/* --- openlogon-spawn dies ----------------------------------------------------------------- */

/* Says the pid of a process that sleeps, and goes on when something is said. */
static int be_bereaved(void)
{
    HANDLE client = log_on("null-5002", LOGON32_LOGON_BATCH);
    struct running running;
    DWORD code;
    char byte;

    CHECK(process_start(&running, client, "sleep 1000", (struct with){ 0 }));
    printf("%u\n", (unsigned)running.process.dwProcessId);
    fflush(stdout);
    CHECK(read(0, &byte, 1) == 1); /* it is dead */
    CHECK(WaitForSingleObject(running.process.hProcess, 0) == WAIT_TIMEOUT);
    CHECK(GetExitCodeProcess(running.process.hProcess, &code) && code == STILL_ACTIVE);
    CHECK_FAILS(TerminateProcess(running.process.hProcess, 1), ERROR_ACCESS_DENIED);
    CHECK(process_run(client, "sh -c \"exit 3\"", NULL) == 3); /* another was started */
    printf("go\n");
    fflush(stdout);
    CHECK(WaitForSingleObject(running.process.hProcess, WAIT_MS) == WAIT_OBJECT_0);
    CHECK_FAILS(GetExitCodeProcess(running.process.hProcess, &code), ERROR_NOT_SUPPORTED);
    return 0;
}

/* --- privileges --------------------------------------------------------------------------- */

static void own_has(HANDLE own, unsigned long long capabilities)
{
    char status[OUTPUT_SIZE];

    CHECK(process_run(own, "cat /proc/self/status", status) == 0);
    CHECK(strcmp(status_line(status, "\nUid:\t"), "5001\t5001\t5001\t5001") == 0);
    CHECK(status_hex(status, "\nCapEff:\t") == capabilities);
    CHECK(status_hex(status, "\nCapPrm:\t") == capabilities);
    CHECK(status_hex(status, "\nCapInh:\t") == capabilities);
    CHECK(status_hex(status, "\nCapAmb:\t") == capabilities);
    if (capabilities)
        CHECK(status_hex(status, "\nCapBnd:\t") == capabilities);
    else
        CHECK(status_hex(status, "\nCapBnd:\t") != 0);
}

/* A privilege that is enabled in the token, and no other, is a capability of the process. */
static int be_privileged(const char *shared)
{
    HANDLE own = own_token(), lesser = NULL;
    char command[600], output[OUTPUT_SIZE];

    snprintf(command, sizeof(command), "cat %s/roots-file", shared);
    own_has(own, 0);
    CHECK(process_run(own, command, output) == 1);
    CHECK(set_privilege(own, "SeBackupPrivilege", SE_PRIVILEGE_ENABLED));
    own_has(own, CAP_BIT_DAC_READ_SEARCH);
    CHECK(process_run(own, command, output) == 0 && strcmp(output, "root's\n") == 0);
    /* The process itself has what it was started with. */
    CHECK(open(command + 4, O_RDONLY) < 0 && errno == EACCES);
    CHECK(set_privilege(own, "SeBackupPrivilege", 0));
    own_has(own, 0);
    CHECK(process_run(own, command, output) == 1);
    /* One that was taken away does not come back. */
    CHECK(set_privilege(own, "SeBackupPrivilege", SE_PRIVILEGE_ENABLED));
    CHECK(CreateRestrictedToken(own, DISABLE_MAX_PRIVILEGE, 0, NULL, 0, NULL, 0, NULL, &lesser));
    CHECK(!set_privilege(lesser, "SeBackupPrivilege", SE_PRIVILEGE_ENABLED));
    own_has(lesser, 0);
    CloseHandle(lesser);
    CloseHandle(own);
    return 0;
}

static unsigned long long own_capabilities(const char *which)
{
    char status[OUTPUT_SIZE];

    read_file("/proc/thread-self/status", status);
    return status_hex(status, which);
}

static void nobody_keeps_them(HANDLE token, uid_t uid, unsigned long long at_home)
{
    CHECK(ImpersonateLoggedOnUser(token));
    CHECK((uid_t)syscall(SYS_geteuid) == uid);
    CHECK(own_capabilities("\nCapEff:\t") == 0);
    CHECK(RevertToSelf());
    CHECK((uid_t)syscall(SYS_geteuid) == SERVER);
    CHECK(own_capabilities("\nCapEff:\t") == at_home);
}

/* A server that is not root acts as its clients by what SeImpersonatePrivilege is. */
static int be_impersonator(void)
{
    const unsigned long long ids = CAP_BIT_SETUID | CAP_BIT_SETGID;
    HANDLE client = log_on("null-5002", LOGON32_LOGON_NETWORK);
    HANDLE own = log_on("null-5001", LOGON32_LOGON_NETWORK);

    CHECK(getuid() == SERVER);
    CHECK(own_capabilities("\nCapEff:\t") == ids && own_capabilities("\nCapBnd:\t") == ids);
    nobody_keeps_them(client, CLIENT, ids);
    nobody_keeps_them(own, SERVER, ids);
    nobody_keeps_them(client, CLIENT, ids);
    CloseHandle(client);
    CloseHandle(own);
    return 0;
}

/* --- who has no privilege ----------------------------------------------------------------- */

static WCHAR user[] = u"null-5005", password[] = u"null", wrong[] = u"wrong";

static DWORD run_with_logon(DWORD flags, const WCHAR *secret, const WCHAR *command)
{
    STARTUPINFOW startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    WCHAR line[COMMAND_SIZE];
    DWORD code = 0;
    size_t n = 0;

    for (; command[n]; n++)
        line[n] = command[n];
    line[n] = 0;
    if (!CreateProcessWithLogonW(user, NULL, secret, flags, NULL, line, 0, NULL, u"/", &startup,
                                 &process))
        return 1000000 + GetLastError();
    CHECK(WaitForSingleObject(process.hProcess, WAIT_MS) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return code;
}

static BOOL start_with_token(HANDLE token)
{
    STARTUPINFOW startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    WCHAR line[] = u"true";

    return CreateProcessWithTokenW(token, 0, NULL, line, 0, NULL, u"/", &startup, &process);
}

static int be_ordinary(void)
{
    HANDLE token = log_on("null-5005", LOGON32_LOGON_INTERACTIVE);
    struct running running;

    CHECK(getuid() == NOBODY_SPECIAL);
    CHECK_FAILS(process_start(&running, token, "true", (struct with){ 0 }),
                ERROR_PRIVILEGE_NOT_HELD);
    CHECK_FAILS(start_with_token(token), ERROR_PRIVILEGE_NOT_HELD);
    CloseHandle(token);
    CHECK(run_with_logon(0, wrong, u"true") == 1000000 + ERROR_LOGON_FAILURE);
    CHECK(run_with_logon(8, password, u"true") == 1000000 + ERROR_INVALID_PARAMETER);
    CHECK(run_with_logon(LOGON_WITH_PROFILE, password,
                         u"sh -c \"[ $(id -u) = 5005 ] && [ $HOME "
                         u"= / ] && exit 5\"") == 5);
    CHECK(run_with_logon(LOGON_NETCREDENTIALS_ONLY, password,
                         u"sh -c \"[ $(id -u) = 5004 ] && exit 6\"") == 6);
    return 0;
}

static int be_impersonating_starter(void)
{
    HANDLE token = log_on("null-5005", LOGON32_LOGON_INTERACTIVE);

    CHECK(start_with_token(token));
    CloseHandle(token);
    return 0;
}

static void filter_calls(void)
{
    struct sock_filter allow[] = { { BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW } };
    const struct sock_fprog program = { 1, allow };

    CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0);
}

/* Whoever is confined does not get out by having another start something. */
static int be_confined(void)
{
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(run_with_logon(0, password, u"grep -q NoNewPrivs:.1 /proc/self/status") == 0);
    filter_calls();
    CHECK(run_with_logon(0, password, u"true") == 1000000 + ERROR_ACCESS_DENIED);
    return 0;
}

static int be_elsewhere(void)
{
    if (unshare(CLONE_NEWUSER) < 0)
        return 0; /* this machine does not let him be */
    CHECK(run_with_logon(0, password, u"true") == 1000000 + ERROR_ACCESS_DENIED);
    return 0;
}

/* --- tests -------------------------------------------------------------------------------- */

static char shared[64];

static void put_file(const char *name, const char *text, mode_t mode)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", shared, name);
    file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void put_directory(const char *name, mode_t mode)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", shared, name);
    assert_int_equal(mkdir(path, mode), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static int set_up(void **state)
{
    static const char *const of_server[] = { "SeAssignPrimaryTokenPrivilege",
                                             "SeIncreaseQuotaPrivilege", "SeBackupPrivilege" };
    LSA_HANDLE policy;

    (void)state;
    if (geteuid() != 0)
        return 0;
    policy = policy_open(POLICY_ALL_ACCESS);
    for (size_t i = 0; i < sizeof(of_server) / sizeof(of_server[0]); i++)
        assert_nt(policy_grant(policy, policy_user(SERVER), of_server[i]), STATUS_SUCCESS);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
    support_make_directory(shared, sizeof(shared));
    assert_int_equal(chmod(shared, 0777), 0);
    put_directory("open", 0755);
    put_directory("closed", 0700);
    put_file("closed/program", "#!/bin/sh\n", 0755);
    put_file("program", "#!/bin/sh\nexit 9\n", 0755);
    put_file("roots-program", "#!/bin/sh\n", 0700);
    put_file("roots-file", "root's\n", 0600);
    return 0;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    if (geteuid() != 0)
        return 0;
    snprintf(command, sizeof(command), "rm -rf -- '%s'", shared);
    return system(command);
}

/* Runs this program as a process of a user's. */
static DWORD run_self(const char *name, const char *as)
{
    HANDLE token = log_on(name, LOGON32_LOGON_BATCH);
    char command[COMMAND_SIZE], output[OUTPUT_SIZE];
    DWORD code;

    snprintf(command, sizeof(command), "%s %s %s", own_path, as, shared);
    code = process_run_with(token, command, (struct with){ .directory = "/" }, output);
    CloseHandle(token);
    return code;
}

static void a_server_without_capabilities_starts_processes(void **state)
{
    (void)state;
    SKIP_UNLESS_ROOT();
    assert_int_equal(run_self("null-5001", "server"), 0);
}

static void many_starts_leave_nothing(void **state)
{
    (void)state;
    SKIP_UNLESS_ROOT();
    assert_int_equal(run_self("null-5001", "busy"), 0);
}

static void enabled_privileges_are_capabilities(void **state)
{
    (void)state;
    SKIP_UNLESS_ROOT();
    assert_int_equal(run_self("null-5001", "privileged"), 0);
}

static void change_right(const char *right, NTSTATUS (*change)(LSA_HANDLE, PSID, const char *),
                         DWORD account)
{
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);

    assert_nt(change(policy, policy_user(account), right), STATUS_SUCCESS);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void who_impersonates_has_no_capability(void **state)
{
    (void)state;
    SKIP_UNLESS_ROOT();
    change_right("SeImpersonatePrivilege", policy_grant, SERVER);
    assert_int_equal(run_self("null-5001", "impersonator"), 0);
    assert_int_equal(run_self("null-5001", "starter"), 0);
    change_right("SeImpersonatePrivilege", policy_revoke, SERVER);
}

static void without_privileges_a_password_is_needed(void **state)
{
    (void)state;
    SKIP_UNLESS_ROOT();
    assert_int_equal(run_self("null-5004", "ordinary"), 0);
}

static void who_is_confined_stays_so(void **state)
{
    (void)state;
    SKIP_UNLESS_ROOT();
    assert_int_equal(run_self("null-5004", "confined"), 0);
    assert_int_equal(run_self("null-5004", "elsewhere"), 0);
}

static int is_spawner_of(pid_t pid, pid_t authority)
{
    char path[64], text[OUTPUT_SIZE];
    FILE *file;
    size_t n;
    int ppid = 0;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    file = fopen(path, "re");
    if (!file)
        return 0;
    n = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[n] = '\0';
    return strstr(text, "(openlogon-spawn)") &&
           sscanf(strrchr(text, ')') + 1, " %*c %d", &ppid) == 1 && ppid == authority;
}

static pid_t find_spawner(void)
{
    for (pid_t pid = 2; pid < 4194304; pid++) {
        if (kill(pid, 0) == 0 && is_spawner_of(pid, support_authority_pid()))
            return pid;
    }
    return 0;
}

/* And waits until it has ended. */
static void end_process(pid_t pid)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd end = { .fd = pidfd, .events = POLLIN };

    assert_true(pidfd >= 0);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(poll(&end, 1, WAIT_MS), 1);
    close(pidfd);
}

static void start_bereaved(pid_t *ret_target, PROCESS_INFORMATION *ret, int *ret_in, FILE **ret_out)
{
    HANDLE token = log_on("null-5001", LOGON32_LOGON_BATCH);
    STARTUPINFOA startup = { .cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES };
    char command[COMMAND_SIZE];
    int in[2], out[2];
    unsigned pid;

    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    startup.hStdInput = openlogon_handle_from_fd(in[0]);
    startup.hStdOutput = openlogon_handle_from_fd(out[1]);
    startup.hStdError = openlogon_handle_from_fd(dup(2));
    snprintf(command, sizeof(command), "%s bereaved", own_path);
    assert_succeeds(
        CreateProcessAsUserA(token, NULL, command, NULL, NULL, TRUE, 0, NULL, "/", &startup, ret));
    CloseHandle(startup.hStdInput);
    CloseHandle(startup.hStdOutput);
    CloseHandle(startup.hStdError);
    CloseHandle(token);
    *ret_in = in[1];
    *ret_out = fdopen(out[0], "re");
    assert_int_equal(fscanf(*ret_out, "%u", &pid), 1);
    *ret_target = (pid_t)pid;
}

static void a_dead_spawner_is_replaced(void **state)
{
    PROCESS_INFORMATION process;
    char line[16] = "";
    pid_t target, spawner;
    DWORD code = 0;
    FILE *out;
    int in;

    (void)state;
    SKIP_UNLESS_ROOT();
    start_bereaved(&target, &process, &in, &out);
    spawner = find_spawner();
    assert_true(spawner > 0);
    end_process(spawner);
    assert_int_equal(write(in, "x", 1), 1);
    assert_int_equal(fscanf(out, " %15s", line), 1);
    assert_string_equal(line, "go");
    assert_int_equal(kill(target, SIGKILL), 0);
    assert_int_equal(WaitForSingleObject(process.hProcess, WAIT_MS), WAIT_OBJECT_0);
    assert_succeeds(GetExitCodeProcess(process.hProcess, &code));
    assert_int_equal(code, 0);
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
    close(in);
    fclose(out);
}

static const struct role {
    const char *name;
    int (*be)(const char *shared);
    int (*be_simply)(void);
} roles[] = {
    { "server", be_server, NULL },
    { "busy", NULL, be_busy },
    { "bereaved", NULL, be_bereaved },
    { "privileged", be_privileged, NULL },
    { "impersonator", NULL, be_impersonator },
    { "starter", NULL, be_impersonating_starter },
    { "ordinary", NULL, be_ordinary },
    { "confined", NULL, be_confined },
    { "elsewhere", NULL, be_elsewhere },
};

static int play(const char *name, const char *directory)
{
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        if (strcmp(roles[i].name, name) == 0)
            return roles[i].be ? roles[i].be(directory) : roles[i].be_simply();
    }
    return 99;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_without_capabilities_starts_processes),
        cmocka_unit_test(many_starts_leave_nothing),
        cmocka_unit_test(enabled_privileges_are_capabilities),
        cmocka_unit_test(who_impersonates_has_no_capability),
        cmocka_unit_test(without_privileges_a_password_is_needed),
        cmocka_unit_test(who_is_confined_stays_so),
        cmocka_unit_test(a_dead_spawner_is_replaced),
    };

    if (!realpath(argv[0], own_path))
        return 1;
    if (argc > 1)
        return play(argv[1], argc > 2 ? argv[2] : NULL);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
