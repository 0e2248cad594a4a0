/* SPDX-License-Identifier: MIT */
/*
 * What a user's program tries to be in another session or in none, to be somebody else, or to have
 * a right that its token does not give it. The program runs itself again as a process of a session:
 * its argument says what it then tries. Each try checks what the kernel and the library answer to
 * it, tells a process, and waits; that process has to be in the session still.
 */
#include "policy.h"
#include "role.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/capability.h>
#include <linux/sched.h>

#include <wtsapi32.h>

#include "ipc/openlogon.pb-c.h"
#include "../../src/daemon/test-link.h"
#include "../../src/linux/test-number.h"

enum {
    ATTACKER = 5004,
    PATH_SIZE = 1024,
    STAY_S = 60,
};

#define CAP_BIT(capability) (1ULL << (capability))

static char own_path[512], shared[64];

/* For as long as the test can take: nothing is left behind by one that fails. */
static void __attribute__((noreturn)) stay(void)
{
    (void)signal(SIGALRM, SIG_DFL);
    alarm(STAY_S);
    for (;;)
        pause();
}

/* --- in a process of the attacker's ----------------------------------------------------------- */

/* The directory of a process' control group, as /proc tells it. */
static void leaf_of(pid_t pid, char ret[PATH_SIZE])
{
    char path[64], text[OUTPUT_SIZE], line[512], mount[256] = "";
    const char *at;
    FILE *mounts;

    snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
    read_file(path, text);
    at = strstr(text, "0::");
    CHECK(at);
    mounts = fopen("/proc/self/mounts", "re");
    CHECK(mounts);
    while (!*mount && fgets(line, sizeof(line), mounts)) {
        char where[256], type[64];

        if (sscanf(line, "%*s %255s %63s", where, type) == 2 && strcmp(type, "cgroup2") == 0)
            snprintf(mount, sizeof(mount), "%s", where);
    }
    fclose(mounts);
    CHECK(*mount);
    snprintf(ret, PATH_SIZE, "%s%.*s", mount, (int)strcspn(at + 3, "\n"), at + 3);
}

/* A file of root's that is opened for writing: the kernel says no before anything is written. */
static void may_not_write(const char *directory, const char *name)
{
    char path[PATH_SIZE + 64];

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    CHECK(open(path, O_WRONLY | O_CLOEXEC) < 0 && (errno == EACCES || errno == ENOENT));
}

static void groups_cannot_be_written(const char *directory)
{
    static const char *const names[] = { "cgroup.procs",  "cgroup.threads",         "cgroup.kill",
                                         "cgroup.freeze", "cgroup.subtree_control", "cgroup.type" };
    char path[PATH_SIZE + 64];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        may_not_write(directory, names[i]);
    snprintf(path, sizeof(path), "%s/mine", directory);
    CHECK(mkdir(path, 0777) < 0 && errno == EACCES);
    CHECK(rmdir(directory) < 0);
    CHECK(rename(directory, path) < 0);
    CHECK(chmod(directory, 0777) < 0 && errno == EPERM);
}

static pid_t write_into_groups(pid_t victim)
{
    char own[PATH_SIZE], other[PATH_SIZE], above[PATH_SIZE + 16];

    leaf_of(getpid(), own);
    leaf_of(victim, other);
    CHECK(strcmp(own, other) != 0);
    groups_cannot_be_written(own);
    groups_cannot_be_written(other);
    for (int up = 1; up <= 3; up++) {
        snprintf(above, sizeof(above), "%s/..%s%s", own, up > 1 ? "/.." : "", up > 2 ? "/.." : "");
        may_not_write(above, "cgroup.procs");
    }
    return getpid();
}

/* What it got from openlogond and its starter has no way to a group in it. */
static void no_descriptor_is_a_groups(void)
{
    for (int fd = 0; fd < 256; fd++) {
        char path[64], to[256] = "";

        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        if (readlink(path, to, sizeof(to) - 1) > 0)
            CHECK(!strstr(to, "cgroup"));
    }
}

/* A directory anybody may open; what it is good for is decided when it is used. */
static pid_t use_an_open_group(pid_t victim)
{
    static const int how[] = { O_RDONLY, O_PATH };
    char other[PATH_SIZE];

    no_descriptor_is_a_groups();
    leaf_of(victim, other);
    for (size_t i = 0; i < sizeof(how) / sizeof(how[0]); i++) {
        int directory = open(other, how[i] | O_DIRECTORY | O_CLOEXEC);
        struct clone_args args = { .flags = CLONE_INTO_CGROUP,
                                   .exit_signal = SIGCHLD,
                                   .cgroup = (unsigned)directory };
        int reading;

        CHECK(directory >= 0);
        CHECK(openat(directory, "cgroup.procs", O_WRONLY | O_CLOEXEC) < 0 && errno == EACCES);
        CHECK(syscall(SYS_clone3, &args, sizeof(args)) < 0 && errno == EACCES);
        reading = openat(directory, "cgroup.procs", O_RDONLY | O_CLOEXEC);
        CHECK(reading >= 0 && write(reading, "0", 1) < 0 && errno == EBADF);
        close(reading);
        close(directory);
    }
    return getpid();
}

static void write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

/* As `unshare --user --map-root-user`. False: this machine does not let anybody. */
static BOOL become_root_of_a_namespace(int more)
{
    const unsigned uid = getuid(), gid = getgid();
    char map[64];

    if (unshare(CLONE_NEWUSER | more) < 0) {
        fprintf(stderr, "left out: user namespaces, which this machine does not allow\n");
        return FALSE;
    }
    snprintf(map, sizeof(map), "0 %u 1", uid);
    write_text("/proc/self/uid_map", map);
    write_text("/proc/self/setgroups", "deny");
    snprintf(map, sizeof(map), "0 %u 1", gid);
    write_text("/proc/self/gid_map", map);
    CHECK(getuid() == 0 && geteuid() == 0);
    return TRUE;
}

static pid_t be_root_of_a_cgroup_namespace(pid_t victim)
{
    char other[PATH_SIZE];

    leaf_of(victim, other);
    if (!become_root_of_a_namespace(CLONE_NEWCGROUP | CLONE_NEWNS))
        return getpid();
    may_not_write(other, "cgroup.procs");
    CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    /* Its root is the leaf; there is nothing beside and nothing above it. */
    if (mount("cgroup2", "/mnt", "cgroup2", 0, NULL) == 0) {
        may_not_write("/mnt", "cgroup.procs");
        CHECK(mkdir("/mnt/mine", 0755) < 0);
    }
    return getpid();
}

static void ask_for_a_login(void)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LoginOpenRequest login = OPENLOGON__LOGIN_OPEN_REQUEST__INIT;
    struct test_daemon authority = { 0 };
    Openlogon__Reply *reply;
    int fd;

    snprintf(authority.socket, sizeof(authority.socket), "%s", getenv("OPENLOGON_SOCKET"));
    fd = link_open(&authority);
    login.service = (char[]){ "sshd" };
    login.user = (char[]){ "root" };
    request.call_case = OPENLOGON__REQUEST__CALL_LOGIN_OPEN;
    request.login_open = &login;
    reply = link_call(fd, &request);
    CHECK(reply && reply->status != 0);
    reply_free(reply);
    close(fd);
}

static LUID session_of(HANDLE token)
{
    TOKEN_STATISTICS statistics;
    DWORD size;

    CHECK(GetTokenInformation(token, TokenStatistics, &statistics, sizeof(statistics), &size));
    return statistics.AuthenticationId;
}

/* openlogond knows him by his uid outside of it. */
static pid_t be_root_of_a_user_namespace(pid_t victim)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    char command[] = "/bin/true";
    HANDLE token = NULL, foreign = NULL;
    LUID system = { 0x3e7, 0 }, session;

    token = own_token(); /* in there the library finds nobody who is root outside to talk to */
    if (!become_root_of_a_namespace(0))
        return getpid();
    CloseHandle(token);
    token = own_token();
    session = session_of(token);
    CHECK(memcmp(&session, &system, sizeof(session)) != 0);
    CHECK(!set_privilege(token, "SeTcbPrivilege", SE_PRIVILEGE_ENABLED));
    CHECK_FAILS(WTSQueryUserToken(1, &foreign), ERROR_PRIVILEGE_NOT_HELD);
    CHECK(!OpenProcessToken(OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, (DWORD)victim),
                            TOKEN_QUERY, &foreign));
    foreign = log_on("null-5002", LOGON32_LOGON_BATCH);
    CHECK(!CreateProcessAsUserA(foreign, NULL, command, NULL, NULL, FALSE, 0, NULL, "/", &startup,
                                &process));
    CHECK(!ImpersonateLoggedOnUser(foreign));
    ask_for_a_login();
    CHECK(kill(victim, 0) < 0 && errno == EPERM);
    return getpid();
}

static struct sockaddr_un server_address(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    snprintf(address.sun_path, sizeof(address.sun_path), "%s/server",
             getenv("OPENLOGON_TEST_SHARED"));
    return address;
}

static pid_t connect_as_root_of_a_namespace(pid_t victim)
{
    const struct sockaddr_un server = server_address();
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)victim;
    (void)become_root_of_a_namespace(0);
    CHECK(connect(fd, (const struct sockaddr *)&server, sizeof(server)) == 0);
    return getpid();
}

static pid_t be_init_of_a_pid_namespace(pid_t victim)
{
    pid_t pid;

    (void)victim;
    if (!become_root_of_a_namespace(CLONE_NEWPID))
        return getpid();
    pid = fork();
    CHECK(pid >= 0);
    if (pid == 0)
        stay();
    return pid;
}

static pid_t daemonise(pid_t victim)
{
    int report[2];
    pid_t pid = 0;

    (void)victim;
    CHECK(pipe(report) == 0);
    if (fork() == 0) {
        CHECK(setsid() > 0);
        if (fork() > 0)
            _exit(0);
        (void)signal(SIGHUP, SIG_IGN);
        pid = getpid();
        CHECK(chdir("/") == 0 && write(report[1], &pid, sizeof(pid)) == sizeof(pid));
        stay();
    }
    (void)wait(NULL);
    CHECK(read(report[0], &pid, sizeof(pid)) == sizeof(pid));
    return pid;
}

static long number_of(const char *path)
{
    char text[OUTPUT_SIZE];

    read_file(path, text);
    return strtol(text, NULL, 10);
}

/* Sets the audit login id, where nobody has; then the kernel counts another audit session, with a
 * number that it chooses. */
static void pretend_to_have_logged_in(pid_t victim)
{
    const long before = number_of("/proc/self/sessionid");
    const BOOL is_set = number_of("/proc/self/loginuid") != UINT32_MAX;
    char path[64];
    int fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);

    CHECK(fd >= 0);
    CHECK((write(fd, "5002", 4) == 4) == !is_set);
    CHECK(is_set || number_of("/proc/self/sessionid") != before);
    CHECK(is_set || (write(fd, "5003", 4) < 0 && errno == EPERM));
    close(fd);
    CHECK(open("/proc/self/sessionid", O_WRONLY | O_CLOEXEC) < 0 && errno == EACCES);
    snprintf(path, sizeof(path), "/proc/%d/loginuid", (int)victim);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    CHECK(fd < 0 || write(fd, "5004", 4) < 0);
    CHECK(number_of(path) != ATTACKER);
}

static pid_t lie_to_the_audit(pid_t victim)
{
    pretend_to_have_logged_in(victim);
    return getpid();
}

/* --- capabilities ----------------------------------------------------------------------------- */

static unsigned long long own_capabilities(const char *which)
{
    char status[OUTPUT_SIZE];

    read_file("/proc/self/status", status);
    return status_hex(status, which);
}

static void root_file(char ret[128])
{
    snprintf(ret, 128, "%s/roots-file", getenv("OPENLOGON_TEST_SHARED"));
}

/* Of a program that is executed as any other is. */
static int execute_cat(const char *path)
{
    pid_t pid = fork();
    int status = -1;

    CHECK(pid >= 0);
    if (pid == 0) {
        (void)!freopen("/dev/null", "w", stderr);
        execl("/bin/cat", "cat", path, (char *)NULL);
        _exit(99);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void has_no_capability(const char *file)
{
    const struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    const struct __user_cap_data_struct wanted[2] = {
        { .effective = CAP_BIT(CAP_DAC_READ_SEARCH), .permitted = CAP_BIT(CAP_DAC_READ_SEARCH) }
    };

    CHECK(own_capabilities("\nCapPrm:\t") == 0 && own_capabilities("\nCapInh:\t") == 0);
    CHECK(own_capabilities("\nCapEff:\t") == 0 && own_capabilities("\nCapAmb:\t") == 0);
    CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH, 0, 0) < 0);
    CHECK(syscall(SYS_capset, &header, wanted) < 0 && errno == EPERM);
    CHECK(setresuid(0, 0, 0) < 0 && errno == EPERM);
    CHECK(open(file, O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
    CHECK(execute_cat(file) == 1);
}

/* The privilege is there, and disabled; then it is enabled in the token, which is for what
 * openlogond starts with it and not for what the process is or executes itself. */
static pid_t use_a_disabled_privilege(pid_t victim)
{
    HANDLE own = own_token();
    char file[128];

    (void)victim;
    root_file(file);
    has_no_capability(file);
    CHECK(set_privilege(own, "SeBackupPrivilege", SE_PRIVILEGE_ENABLED));
    has_no_capability(file);
    CHECK(set_privilege(own, "SeBackupPrivilege", 0));
    CHECK(!set_privilege(own, "SeDebugPrivilege", SE_PRIVILEGE_ENABLED)); /* was never there */
    has_no_capability(file);
    CloseHandle(own);
    if (!become_root_of_a_namespace(0))
        return getpid();
    /* All of them, in there; none counts for a file of the machine's root. */
    CHECK(own_capabilities("\nCapEff:\t") & CAP_BIT(CAP_DAC_READ_SEARCH));
    CHECK(open(file, O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
    CHECK(execute_cat(file) == 1);
    return getpid();
}

/* --- levels ----------------------------------------------------------------------------------- */

static void cannot_rise(HANDLE low)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    char command[] = "/bin/true";
    HANDLE higher = NULL;
    int pair[2];

    CHECK_FAILS(DuplicateTokenEx(low, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation,
                                 TokenImpersonation, &higher),
                ERROR_BAD_IMPERSONATION_LEVEL);
    CHECK_FAILS(
        DuplicateTokenEx(low, TOKEN_ALL_ACCESS, NULL, SecurityDelegation, TokenPrimary, &higher),
        ERROR_BAD_IMPERSONATION_LEVEL);
    CHECK_FAILS(DuplicateToken(low, SecurityImpersonation, &higher), ERROR_BAD_IMPERSONATION_LEVEL);
    CHECK(!CreateProcessAsUserA(low, NULL, command, NULL, NULL, FALSE, 0, NULL, "/", &startup,
                                &process));
    /* Nor is it more at the other end of a connection. */
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    CHECK(openlogon_token_send(pair[0], low, TOKEN_ALL_ACCESS));
    CHECK(openlogon_token_receive(pair[1], &higher));
    CHECK_FAILS(DuplicateToken(higher, SecurityImpersonation, &low), ERROR_BAD_IMPERSONATION_LEVEL);
    CloseHandle(higher);
    close(pair[0]);
    close(pair[1]);
}

static pid_t rise_above_the_level(pid_t victim)
{
    HANDLE client = log_on("null-5002", LOGON32_LOGON_NETWORK), low = NULL, thread = NULL;
    BYTE user[128];
    DWORD size;

    (void)victim;
    CHECK(DuplicateTokenEx(client, TOKEN_ALL_ACCESS, NULL, SecurityIdentification,
                           TokenImpersonation, &low));
    CloseHandle(client);
    cannot_rise(low);
    CHECK(ImpersonateLoggedOnUser(low));
    CHECK((uid_t)syscall(SYS_geteuid) == ATTACKER);
    CHECK(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &thread));
    CHECK(GetTokenInformation(thread, TokenUser, user, sizeof(user), &size));
    CHECK(RevertToSelf());
    CloseHandle(thread);
    CloseHandle(low);
    return getpid();
}

/* --- the tries -------------------------------------------------------------------------------- */

static const struct attempt {
    const char *name;
    pid_t (*make)(pid_t victim); /* returns the process that is looked at */
} attempts[] = {
    { "groups", write_into_groups },
    { "open-group", use_an_open_group },
    { "cgroup-namespace", be_root_of_a_cgroup_namespace },
    { "user-namespace", be_root_of_a_user_namespace },
    { "connect", connect_as_root_of_a_namespace },
    { "pid-namespace", be_init_of_a_pid_namespace },
    { "daemon", daemonise },
    { "audit", lie_to_the_audit },
    { "privilege", use_a_disabled_privilege },
    { "level", rise_above_the_level },
};

static int play(const char *name, pid_t victim)
{
    for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
        if (strcmp(attempts[i].name, name) != 0)
            continue;
        printf("%d\n", (int)attempts[i].make(victim));
        fflush(stdout);
        stay();
    }
    return 99;
}

/* --- the test --------------------------------------------------------------------------------- */

/* Somebody whose session others would like to be in. */
static struct running victim;
static LUID victim_session;
static int listener = -1;

/* A program that has tried something, and the process that it tells of. */
struct tried {
    struct running program;
    pid_t pid;
    LUID session; /* it has to be in */
};

static DWORD number_of_luid(LUID luid)
{
    return luid.LowPart; /* they are few here */
}

static pid_t read_pid(int fd)
{
    char text[32];
    size_t n = 0;

    while (n < sizeof(text) - 1 && read(fd, text + n, 1) == 1 && text[n] != '\n')
        n++;
    text[n] = '\0';
    return (pid_t)strtol(text, NULL, 10);
}

static void command_of(const struct attempt *attempt, char ret[COMMAND_SIZE])
{
    snprintf(ret, COMMAND_SIZE, "%s %s %u", own_path, attempt->name,
             (unsigned)victim.process.dwProcessId);
}

static void try_by_token(struct tried *ret, const struct attempt *attempt)
{
    HANDLE token = log_on("null-5004", LOGON32_LOGON_BATCH);
    char command[COMMAND_SIZE];

    command_of(attempt, command);
    ret->session = support_session_of(token);
    assert_succeeds(
        process_start(&ret->program, token, command, (struct with){ .directory = "/" }));
    CloseHandle(token);
    ret->pid = read_pid(ret->program.out);
    if (ret->pid == 0)
        fail_msg("%s: ends with %u", attempt->name, (unsigned)process_finish(&ret->program, NULL));
}

static void end_tried(struct tried *tried)
{
    (void)kill(tried->pid, SIGKILL);
    TerminateProcess(tried->program.process.hProcess, 1);
    (void)process_finish(&tried->program, NULL);
}

static LUID session_of_pid(pid_t pid, OPENLOGON_PROCESS_BASIS *ret_basis)
{
    LUID luid = { 0 };

    assert_succeeds(openlogon_query_process_session((DWORD)pid, &luid, ret_basis));
    return luid;
}

static LUID token_session_of_pid(pid_t pid)
{
    HANDLE process = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, (DWORD)pid), token = NULL;
    LUID luid;

    assert_non_null(process);
    assert_succeeds(OpenProcessToken(process, TOKEN_QUERY, &token));
    luid = support_session_of(token);
    CloseHandle(token);
    CloseHandle(process);
    return luid;
}

static void assert_is_in(pid_t pid, LUID session)
{
    OPENLOGON_PROCESS_BASIS basis;

    assert_int_equal(number_of_luid(session_of_pid(pid, &basis)), number_of_luid(session));
    assert_int_equal(basis, OPENLOGON_BASIS_CGROUP);
    assert_int_equal(number_of_luid(token_session_of_pid(pid)), number_of_luid(session));
}

static void assert_all_is_as_it_was(const struct tried *tried)
{
    assert_is_in(tried->pid, tried->session);
    assert_is_in((pid_t)victim.process.dwProcessId, victim_session);
    assert_int_equal(WaitForSingleObject(victim.process.hProcess, 0), WAIT_TIMEOUT);
}

static void no_try_leads_out_of_the_session(void **state)
{
    (void)state;
    SKIP_UNLESS_ROOT();
    for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
        struct tried tried;

        print_message("%s\n", attempts[i].name);
        try_by_token(&tried, &attempts[i]);
        assert_all_is_as_it_was(&tried);
        end_tried(&tried);
    }
}

/* The session is the one that `logon run` has made; it tells its program. */
static LUID session_in_environment(pid_t pid)
{
    static const char name[] = "OPENLOGON_LUID=";
    char path[64], text[OUTPUT_SIZE];
    int fd;
    ssize_t n;
    LUID luid = { 0 };

    snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    n = read(fd, text, sizeof(text) - 1);
    close(fd);
    assert_true(n > 0);
    text[n] = '\0';
    for (const char *at = text; at < text + n; at += strlen(at) + 1) {
        unsigned high, low;

        if (strncmp(at, name, strlen(name)) == 0 &&
            sscanf(at + strlen(name), "%x:%x", &high, &low) == 2)
            luid = (LUID){ low, (LONG)high };
    }
    assert_true(luid.LowPart > 0x3e7);
    return luid;
}

static void run_and_tell(const struct attempt *attempt, int password, int out)
{
    char number[16];

    snprintf(number, sizeof(number), "%u", (unsigned)victim.process.dwProcessId);
    if (dup2(password, 0) == 0 && dup2(out, 1) == 1)
        execl(getenv("OPENLOGON_TEST_LOGON"), "logon", "run", "--user", "null-5004", "--type",
              "batch", "--password-fd", "0", "--directory", "/", "--", own_path, attempt->name,
              number, (char *)NULL);
    _exit(127);
}

static void nor_does_one_under_logon_run(void **state)
{
    (void)state;
    SKIP_UNLESS_ROOT();
    for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
        struct tried tried;
        int in[2], out[2];
        pid_t logon;

        assert_int_equal(pipe2(in, O_CLOEXEC), 0);
        assert_int_equal(pipe2(out, O_CLOEXEC), 0);
        assert_int_equal(write(in[1], "null\n", 5), 5);
        logon = fork();
        if (logon == 0)
            run_and_tell(&attempts[i], in[0], out[1]);
        close(in[0]);
        close(in[1]);
        close(out[1]);
        tried.pid = read_pid(out[0]);
        if (tried.pid == 0)
            fail_msg("%s did not succeed", attempts[i].name);
        tried.session = session_in_environment(tried.pid);
        assert_all_is_as_it_was(&tried);
        assert_int_equal(kill(logon, SIGTERM), 0); /* and so the program's end */
        (void)kill(tried.pid, SIGKILL);
        assert_int_equal(waitpid(logon, NULL, 0), logon);
        close(out[0]);
    }
}

static int accept_from(pid_t pid)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        struct ucred peer;
        socklen_t size = sizeof(peer);

        assert_true(fd >= 0);
        assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size), 0);
        if (peer.pid == pid) {
            assert_int_equal(peer.uid, ATTACKER);
            return fd;
        }
        close(fd);
    }
}

static void root_of_a_namespace_is_its_user_to_a_server(void **state)
{
    struct tried tried;
    HANDLE pipe, token = NULL;
    size_t i = 0;

    (void)state;
    SKIP_UNLESS_ROOT();
    while (strcmp(attempts[i].name, "connect") != 0)
        i++;
    try_by_token(&tried, &attempts[i]);
    pipe = openlogon_handle_from_fd(accept_from(tried.pid));
    assert_non_null(pipe);
    assert_succeeds(ImpersonateNamedPipeClient(pipe));
    assert_int_not_equal(syscall(SYS_geteuid), 0);
    assert_succeeds(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token));
    assert_succeeds(RevertToSelf());
    assert_int_equal(number_of_luid(support_session_of(token)), number_of_luid(tried.session));
    CloseHandle(token);
    CloseHandle(pipe);
    end_tried(&tried);
}

/* --- processes of the test's own -------------------------------------------------------------- */

/* Runs a function in a child that then stays, and returns it when that is done. */
static pid_t start_child(void (*make)(pid_t of), pid_t of)
{
    int done[2];
    char byte;
    pid_t pid;

    assert_int_equal(pipe2(done, O_CLOEXEC), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        make(of);
        (void)!write(done[1], "x", 1);
        stay();
    }
    close(done[1]);
    assert_int_equal(read(done[0], &byte, 1), 1);
    close(done[0]);
    return pid;
}

static void end_child(pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void join_group_and_lie(pid_t of)
{
    char leaf[PATH_SIZE], path[PATH_SIZE + 32];
    int fd;

    leaf_of(of, leaf);
    snprintf(path, sizeof(path), "%s/cgroup.procs", leaf);
    write_text(path, "0");
    fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);
    (void)!write(fd, "5002", 4); /* unless the kernel is told to let nobody */
    close(fd);
}

static void whatever_root_tells_the_audit_the_control_group_counts(void **state)
{
    const LUID system = { 0x3e7, 0 };
    OPENLOGON_PROCESS_BASIS basis;
    struct tried tried;
    pid_t pid;

    (void)state;
    SKIP_UNLESS_ROOT();
    try_by_token(&tried, &attempts[0]);
    pid = start_child(join_group_and_lie, tried.pid);
    assert_int_equal(number_of_luid(session_of_pid(pid, &basis)), number_of_luid(tried.session));
    assert_int_equal(basis, OPENLOGON_BASIS_CGROUP);
    /* It is there, and not its user's. */
    assert_int_equal(number_of_luid(token_session_of_pid(pid)), number_of_luid(system));
    end_child(pid);
    end_tried(&tried);
}

static void become_attacker_and_lie(pid_t of)
{
    CHECK(setresgid(ATTACKER, ATTACKER, ATTACKER) == 0);
    CHECK(setresuid(ATTACKER, ATTACKER, ATTACKER) == 0);
    CHECK(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0); /* /proc/self is his */
    pretend_to_have_logged_in(of);
}

/* A daemon that nobody logged on, and whose login id nobody has set. */
static void an_audit_session_of_ones_own_is_no_login(void **state)
{
    OPENLOGON_PROCESS_BASIS basis;
    LUID session;
    pid_t pid;

    (void)state;
    SKIP_UNLESS_ROOT();
    pid = start_child(become_attacker_and_lie, (pid_t)victim.process.dwProcessId);
    session = session_of_pid(pid, &basis);
    assert_int_equal(basis, OPENLOGON_BASIS_SERVICE);
    assert_int_not_equal(number_of_luid(session), number_of_luid(victim_session));
    end_child(pid);
}

/* Which of them it is to be while openlogond stands still, and so has seen nothing. */
static void give_number_away(struct tried *tried, pid_t authority, uid_t uid)
{
    DWORD code;

    assert_int_equal(kill(authority, SIGSTOP), 0);
    TerminateProcess(tried->program.process.hProcess, 1);
    assert_int_equal(WaitForSingleObject(tried->program.process.hProcess, WAIT_MS), WAIT_OBJECT_0);
    assert_succeeds(GetExitCodeProcess(tried->program.process.hProcess, &code));
    tried->pid = test_process_with_number(tried->pid, uid);
    assert_int_equal(kill(authority, SIGCONT), 0);
}

static void the_next_process_of_that_number_is_another(void **state)
{
    static const uid_t uids[] = { ATTACKER, 5006 };
    const pid_t authority = support_authority_pid();

    (void)state;
    SKIP_UNLESS_ROOT();
    /* One that openlogond knows by its group only, and two that have talked to it. */
    for (size_t i = 0; i < 4; i++) {
        const struct attempt *attempt =
            &attempts[i < 2 ? 0 : sizeof(attempts) / sizeof(*attempts) - 1];
        HANDLE token = NULL;
        struct tried tried;

        try_by_token(&tried, attempt);
        assert_is_in(tried.pid, tried.session);
        give_number_away(&tried, authority, uids[i % 2]);
        if (tried.pid > 0) {
            OPENLOGON_PROCESS_BASIS basis;
            LUID session = session_of_pid(tried.pid, &basis);

            assert_int_equal(basis, OPENLOGON_BASIS_SERVICE);
            assert_int_not_equal(number_of_luid(session), number_of_luid(tried.session));
            assert_int_not_equal(number_of_luid(token_session_of_pid(tried.pid)),
                                 number_of_luid(tried.session));
            /* Who had a handle of the former has none of the new one. */
            assert_false(OpenProcessToken(tried.program.process.hProcess, TOKEN_QUERY, &token));
            end_child(tried.pid);
        }
        (void)process_finish(&tried.program, NULL);
    }
}

/* --- set-up ----------------------------------------------------------------------------------- */

static void make_root_file(void)
{
    char path[128];
    FILE *file;

    root_file(path);
    file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs("root's\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0600), 0);
}

static void open_server(void)
{
    const struct sockaddr_un server = server_address();

    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (const struct sockaddr *)&server, sizeof(server)), 0);
    assert_int_equal(chmod(server.sun_path, 0666), 0);
    assert_int_equal(listen(listener, 64), 0);
}

static int set_up(void **state)
{
    LSA_HANDLE policy;
    HANDLE token;

    (void)state;
    if (geteuid() != 0)
        return 0;
    policy = policy_open(POLICY_ALL_ACCESS);
    assert_nt(policy_grant(policy, policy_user(ATTACKER), "SeBackupPrivilege"), STATUS_SUCCESS);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
    support_make_directory(shared, sizeof(shared));
    assert_int_equal(setenv("OPENLOGON_TEST_SHARED", shared, 1), 0);
    make_root_file();
    open_server();
    token = log_on("null-5002", LOGON32_LOGON_BATCH);
    victim_session = support_session_of(token);
    assert_succeeds(
        process_start(&victim, token, "/bin/sleep 60", (struct with){ .directory = "/" }));
    CloseHandle(token);
    return 0;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    if (geteuid() != 0)
        return 0;
    TerminateProcess(victim.process.hProcess, 1);
    (void)process_finish(&victim, NULL);
    close(listener);
    snprintf(command, sizeof(command), "rm -rf -- '%s'", shared);
    return system(command);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_try_leads_out_of_the_session),
        cmocka_unit_test(nor_does_one_under_logon_run),
        cmocka_unit_test(root_of_a_namespace_is_its_user_to_a_server),
        cmocka_unit_test(whatever_root_tells_the_audit_the_control_group_counts),
        cmocka_unit_test(an_audit_session_of_ones_own_is_no_login),
        cmocka_unit_test(the_next_process_of_that_number_is_another),
    };

    if (!realpath(argv[0], own_path))
        return 1;
    if (argc > 2)
        return play(argv[1], (pid_t)strtol(argv[2], NULL, 10));
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
