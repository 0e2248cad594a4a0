/* SPDX-License-Identifier: MIT */
/*
 * What the calls of OpenLogon cost, as medians, beside the bare mechanisms of the kernel measured
 * in the same run and the figures of peers. Runs under `logon private` with the package of the
 * tests that hashes nothing, see run.sh. Goals are docs/performance.md's; nothing fails here when
 * one is missed.
 */
#include <openlogon.h>
#include <sddl.h>

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

enum {
    GROUPS = 32,
};

/* What the operations work on. One thread. */
static struct {
    HANDLE process_token; /* of this process */
    HANDLE impersonation; /* a duplicate of it */
    HANDLE client;        /* another user's, with 32 supplementary groups */
    HANDLE client_primary;
    HANDLE pipe, asking_pipe; /* that client's connections; of the second the client is asked for */
    int pair[2];              /* for tokens to travel over */
    DWORD uid, gid, n_gids, gids[GROUPS * 2];
    gid_t own_gids[GROUPS * 2];
    int n_own_gids;
    PSID user;
    LUID session;
    union {
        BYTE bytes[16384];
        DWORD64 align;
    } buffer;
} scene;

static BOOL query(TOKEN_INFORMATION_CLASS class)
{
    DWORD size;

    return GetTokenInformation(scene.process_token, class, scene.buffer.bytes,
                               sizeof(scene.buffer.bytes), &size);
}

static BOOL query_user(void)
{
    return query(TokenUser);
}

static BOOL query_groups(void)
{
    return query(TokenGroups);
}

static BOOL query_privileges(void)
{
    return query(TokenPrivileges);
}

static BOOL query_statistics(void)
{
    return query(TokenStatistics);
}

static BOOL check_privilege(void)
{
    PRIVILEGE_SET set = { .PrivilegeCount = 1, .Control = PRIVILEGE_SET_ALL_NECESSARY };
    BOOL held;

    set.Privilege[0].Luid.LowPart = 23; /* SeChangeNotifyPrivilege */
    return PrivilegeCheck(scene.process_token, &set, &held) && held;
}

static BOOL check_membership(void)
{
    static BYTE administrators[] = { 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0 };
    BOOL member;

    return CheckTokenMembership(scene.impersonation, administrators, &member);
}

static BOOL open_process_token(void)
{
    HANDLE token;

    return OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token) && CloseHandle(token);
}

static BOOL allocate_luid(void)
{
    LUID luid;

    return AllocateLocallyUniqueId(&luid);
}

static BOOL bare_impersonation(void)
{
    return syscall(SYS_setgroups, scene.n_gids, scene.gids) == 0 &&
           syscall(SYS_setresgid, -1, scene.gid, -1) == 0 &&
           syscall(SYS_setresuid, -1, scene.uid, -1) == 0 &&
           syscall(SYS_setresuid, -1, 0, -1) == 0 && syscall(SYS_setresgid, -1, 0, -1) == 0 &&
           syscall(SYS_setgroups, scene.n_own_gids, scene.own_gids) == 0;
}

static BOOL impersonate(void)
{
    return ImpersonateLoggedOnUser(scene.client) && RevertToSelf();
}

static BOOL impersonate_self(void)
{
    return ImpersonateSelf(SecurityImpersonation) && RevertToSelf();
}

static BOOL impersonate_pipe(void)
{
    return ImpersonateNamedPipeClient(scene.pipe) && RevertToSelf();
}

static BOOL impersonate_asking_pipe(void)
{
    return ImpersonateNamedPipeClient(scene.asking_pipe) && RevertToSelf();
}

static BOOL send_token(void)
{
    HANDLE token;

    return openlogon_token_send(scene.pair[0], scene.client, TOKEN_QUERY) &&
           openlogon_token_receive(scene.pair[1], &token) && CloseHandle(token);
}

/* A message to another process and back: what each question to the authority costs at least. */
static BOOL bare_round_trip(void)
{
    static int ends[2] = { -1, -1 };
    char byte = 0;

    if (ends[0] < 0) {
        if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0)
            return FALSE;
        if (fork() == 0) {
            close(ends[0]);
            while (recv(ends[1], &byte, 1, 0) == 1)
                (void)!send(ends[1], &byte, 1, 0);
            _exit(0);
        }
        close(ends[1]);
    }
    return send(ends[0], &byte, 1, 0) == 1 && recv(ends[0], &byte, 1, 0) == 1;
}

static BOOL log_on(void)
{
    HANDLE token;

    return LogonUserA("null-alice", ".", "null", LOGON32_LOGON_NETWORK_CLEARTEXT,
                      LOGON32_PROVIDER_DEFAULT, &token) &&
           CloseHandle(token);
}

static BOOL query_session(void)
{
    PSECURITY_LOGON_SESSION_DATA data;

    return LsaGetLogonSessionData(&scene.session, &data) == 0 && LsaFreeReturnBuffer(data) == 0;
}

static BOOL enumerate_sessions(void)
{
    ULONG count;
    PLUID list;

    return LsaEnumerateLogonSessions(&count, &list) == 0 && LsaFreeReturnBuffer(list) == 0;
}

static BOOL lookup_sid(void)
{
    char name[128], domain[128];
    DWORD n_name = sizeof(name), n_domain = sizeof(domain);
    SID_NAME_USE use;

    return LookupAccountSidA(NULL, scene.user, name, &n_name, domain, &n_domain, &use);
}

static BOOL bare_spawn(void)
{
    int status;
    pid_t child = vfork();

    if (child == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(127);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static BOOL spawn_as(HANDLE token)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    char command[] = "true";
    DWORD code = 1;

    if (!CreateProcessAsUserA(token, "/bin/true", command, NULL, NULL, FALSE, 0, NULL, NULL,
                              &startup, &process))
        return FALSE;
    (void)WaitForSingleObject(process.hProcess, INFINITE);
    (void)GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return code == 0;
}

static BOOL spawn_as_self(void)
{
    return spawn_as(scene.process_token);
}

static BOOL spawn_as_client(void)
{
    return spawn_as(scene.client_primary);
}

static const struct operation operations[] = {
    { "GetTokenInformation(TokenUser)", query_user, 500, NULL, "Wine 13967 ns" },
    { "GetTokenInformation(TokenGroups)", query_groups, 500, NULL, "Wine 13191 ns" },
    { "GetTokenInformation(TokenPrivileges)", query_privileges, 500, NULL, "Wine 13718 ns" },
    { "GetTokenInformation(TokenStatistics)", query_statistics, 500, NULL, "Wine 12415 ns" },
    { "PrivilegeCheck", check_privilege, 500, NULL, "Wine 15521 ns" },
    { "CheckTokenMembership", check_membership, 500, NULL, "Wine 38501 ns" },
    { "OpenProcessToken + CloseHandle", open_process_token, 1000, NULL, "Wine 29705 ns" },
    { "AllocateLocallyUniqueId", allocate_luid, 0, NULL, "Wine 14012 ns" },
    { "bare setgroups+setresgid+setresuid and back", bare_impersonation, 0, NULL, "" },
    { "ImpersonateLoggedOnUser + RevertToSelf", impersonate, -1.2,
      "bare setgroups+setresgid+setresuid and back", "Wine 43037 ns" },
    { "ImpersonateNamedPipeClient + RevertToSelf", impersonate_pipe, -1.3,
      "bare setgroups+setresgid+setresuid and back", "" },
    { "the same, dynamic tracking", impersonate_asking_pipe, 0, NULL, "" },
    { "openlogon_token_send + receive + CloseHandle", send_token, 0, NULL, "" },
    { "ImpersonateSelf + RevertToSelf", impersonate_self, 0, NULL, "Wine 77055 ns" },
    { "bare round trip to another process", bare_round_trip, 0, NULL, "" },
    { "LogonUser without hashing + CloseHandle", log_on, 150000, NULL,
      "Wine 14323 ns (any password), logind 5400000 ns" },
    { "LsaGetLogonSessionData", query_session, 0, NULL, "Wine 12954 ns" },
    { "LsaEnumerateLogonSessions", enumerate_sessions, 0, NULL, "" },
    { "LookupAccountSid(user)", lookup_sid, 0, NULL, "Wine 52880 ns" },
    { "bare vfork+exec+wait of /bin/true", bare_spawn, 0, NULL, "" },
    { "CreateProcessAsUser(own token) + wait", spawn_as_self, -1.3,
      "bare vfork+exec+wait of /bin/true", "Wine 103370700 ns" },
    { "CreateProcessAsUser(client) + wait", spawn_as_client, -1.3,
      "bare vfork+exec+wait of /bin/true", "" },
};
static void set_up_client(void)
{
    OPENLOGON_KERNEL_IDS ids;

    must(LogonUserA("null-groups", ".", "null", LOGON32_LOGON_INTERACTIVE, LOGON32_PROVIDER_DEFAULT,
                    &scene.client_primary),
         "logon of null-groups");
    must(DuplicateTokenEx(scene.client_primary, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation,
                          TokenImpersonation, &scene.client),
         "impersonation token");
    must(openlogon_token_kernel_ids(scene.client, &ids, scene.gids, GROUPS * 2), "kernel ids");
    scene.uid = ids.uid;
    scene.gid = ids.gid;
    scene.n_gids = ids.n_groups;
    scene.n_own_gids = getgroups(GROUPS * 2, scene.own_gids);
    scene.session = (LUID){ 0 };
}

/* The kernel notes who makes a pair: the client, while the thread is that. */
static HANDLE connect_as_client(SECURITY_CONTEXT_TRACKING_MODE tracking)
{
    const SECURITY_QUALITY_OF_SERVICE quality = { sizeof(quality), SecurityImpersonation, tracking,
                                                  FALSE };
    int pair[2];

    must(ImpersonateLoggedOnUser(scene.client), "ImpersonateLoggedOnUser");
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
    must(openlogon_socket_allow_impersonation(pair[1], &quality), "allowing impersonation");
    must(RevertToSelf(), "RevertToSelf");
    return openlogon_handle_from_fd(pair[0]);
}

static void set_up_connections(void)
{
    scene.pipe = connect_as_client(SECURITY_STATIC_TRACKING);
    scene.asking_pipe = connect_as_client(SECURITY_DYNAMIC_TRACKING);
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, scene.pair) == 0, "socketpair");
}

static void set_up(void)
{
    static BYTE user[128];
    TOKEN_STATISTICS statistics;
    DWORD size;

    must(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &scene.process_token),
         "OpenProcessToken");
    must(DuplicateTokenEx(scene.process_token, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation,
                          TokenImpersonation, &scene.impersonation),
         "DuplicateTokenEx");
    must(GetTokenInformation(scene.process_token, TokenStatistics, &statistics, sizeof(statistics),
                             &size),
         "TokenStatistics");
    set_up_client();
    set_up_connections();
    scene.session = statistics.AuthenticationId;
    must(GetTokenInformation(scene.client, TokenUser, user, sizeof(user), &size), "TokenUser");
    scene.user = ((TOKEN_USER *)user)->User.Sid;
}

int main(int argc, char **argv)
{
    set_up();
    printf("ns per operation; %u supplementary groups; %d batches of about %d ms\n",
           (unsigned)scene.n_gids, MEASURE_BATCHES, MEASURE_BATCH_NS / 1000000);
    measure_all(operations, sizeof(operations) / sizeof(operations[0]), argc < 2 ? "" : argv[1]);
    return 0;
}
