/* SPDX-License-Identifier: MIT */
/*
 * A server acts as the processes that connect to it: as whom the kernel says they were then, as far
 * as they allowed, and nobody can say more of another's connection.
 * With OPENLOGON_TEST_UID set, and as root, all of it runs as that user.
 */
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "authority.h"

enum { ALICE = 61001, BOB = 61002, NOBODY = 65534, MANY = 300 };

static struct authority authority_;

/* --- what the server sees ----------------------------------------------------------------------
 */

struct seen {
    SECURITY_IMPERSONATION_LEVEL level;
    DWORD rid; /* the user's last */
    uid_t uid; /* that the kernel has */
    LUID session;
    BOOL can_change_notify; /* SeChangeNotifyPrivilege is present */
};

static DWORD user_rid(HANDLE token)
{
    union {
        TOKEN_USER user;
        char bytes[128];
    } buffer;
    DWORD size;
    PSID sid;

    assert_succeeds(GetTokenInformation(token, TokenUser, &buffer, sizeof(buffer), &size));
    sid = buffer.user.User.Sid;
    return *GetSidSubAuthority(sid, *GetSidSubAuthorityCount(sid) - 1U);
}

static BOOL has_privilege(HANDLE token, const char *name)
{
    _Alignas(TOKEN_PRIVILEGES) char buffer[1024];
    const TOKEN_PRIVILEGES *privileges = (const TOKEN_PRIVILEGES *)(const void *)buffer;
    DWORD size;
    LUID id;

    assert_succeeds(LookupPrivilegeValueA(NULL, name, &id));
    assert_succeeds(GetTokenInformation(token, TokenPrivileges, buffer, sizeof(buffer), &size));
    for (DWORD i = 0; i < privileges->PrivilegeCount; i++) {
        if (memcmp(&privileges->Privileges[i].Luid, &id, sizeof(id)) == 0)
            return TRUE;
    }
    return FALSE;
}

static uid_t kernel_uid(void)
{
    struct ucred ids;
    socklen_t size = sizeof(ids);
    int pair[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    assert_int_equal(getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &ids, &size), 0);
    close(pair[0]);
    close(pair[1]);
    return ids.uid;
}

/* Acts as the client for a moment. */
static struct seen see_handle(HANDLE handle)
{
    struct seen seen = { 0 };
    HANDLE token;
    DWORD size;

    assert_succeeds(ImpersonateNamedPipeClient(handle));
    seen.uid = kernel_uid();
    assert_succeeds(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token));
    assert_succeeds(RevertToSelf());
    assert_succeeds(GetTokenInformation(token, TokenImpersonationLevel, &seen.level,
                                        sizeof(seen.level), &size));
    seen.rid = user_rid(token);
    seen.session = support_session_of(token);
    seen.can_change_notify = has_privilege(token, SE_CHANGE_NOTIFY_NAME);
    CloseHandle(token);
    assert_int_equal(kernel_uid(), getuid());
    return seen;
}

static struct seen see(const struct peer *peer)
{
    return see_handle(peer->handle);
}

static DWORD rid_of_uid(uid_t uid)
{
    return uid == 0 ? DOMAIN_USER_RID_ADMIN : 1000 + 2 * uid;
}

/* What is expected of a client that the kernel knows by a uid. Without root openlogond and all
 * clients are one user, whose processes are SYSTEM's. */
static void assert_seen_of(struct seen seen, SECURITY_IMPERSONATION_LEVEL level, uid_t uid)
{
    assert_int_equal(seen.level, level);
    if (geteuid() != 0 || uid == 0)
        assert_int_equal(seen.rid, SECURITY_LOCAL_SYSTEM_RID);
    else
        assert_int_equal(seen.rid, rid_of_uid(uid));
    if (geteuid() == 0)
        assert_int_equal(seen.uid, level >= SecurityImpersonation ? uid : NOBODY);
}

static struct peer_spec client(uid_t uid)
{
    return (struct peer_spec){ .uid = uid, .level_before = PEER_NOTHING };
}

/* --- levels ------------------------------------------------------------------------------------
 */

static void who_said_nothing_is_only_identified(void **state)
{
    const struct peer_spec alice = client(ALICE);
    struct peer peer;
    ULONG pid = 0, session = 99;

    peer_start(&peer, &alice);
    assert_seen_of(see(&peer), SecurityIdentification, ALICE);
    assert_succeeds(GetNamedPipeClientProcessId(peer.handle, &pid));
    assert_int_equal(pid, peer.pid);
    assert_succeeds(GetNamedPipeClientSessionId(peer.handle, &session));
    assert_int_equal(session, 0);
    peer_end(&peer);
}

static void each_level_is_what_was_allowed(void **state)
{
    static const SECURITY_IMPERSONATION_LEVEL levels[] = { SecurityIdentification,
                                                           SecurityImpersonation,
                                                           SecurityDelegation };

    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        struct peer_spec before = client(ALICE), after = client(BOB);
        struct peer peer;

        before.level_before = (int)levels[i];
        peer_start(&peer, &before);
        assert_seen_of(see(&peer), levels[i], ALICE);
        peer_end(&peer);
        peer_start(&peer, &after);
        assert_int_equal(peer_order(&peer, PEER_ALLOW, (int)levels[i]), 0);
        assert_seen_of(see(&peer), levels[i], BOB);
        assert_seen_of(see(&peer), levels[i], BOB); /* the second time without asking */
        peer_end(&peer);
    }
}

static void an_anonymous_client_is_nobody(void **state)
{
    struct peer_spec alice = client(ALICE);
    struct peer peer;
    HANDLE token;

    alice.level_before = SecurityAnonymous;
    peer_start(&peer, &alice);
    assert_succeeds(ImpersonateNamedPipeClient(peer.handle));
    assert_fails(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token),
                 ERROR_CANT_OPEN_ANONYMOUS);
    assert_int_equal(kernel_uid(), getuid() == 0 ? NOBODY : getuid());
    assert_succeeds(RevertToSelf());
    peer_end(&peer);
}

static void a_level_that_there_is_not_is_refused(void **state)
{
    const struct peer_spec alice = client(ALICE);
    SECURITY_QUALITY_OF_SERVICE quality = { .Length = 1 };
    struct peer peer;

    peer_start(&peer, &alice);
    assert_int_equal(peer_order(&peer, PEER_ALLOW, 7), ERROR_BAD_IMPERSONATION_LEVEL);
    assert_fails(openlogon_socket_allow_impersonation(peer.fd, &quality), ERROR_INVALID_PARAMETER);
    assert_fails(openlogon_socket_allow_impersonation(peer.fd, NULL), ERROR_INVALID_PARAMETER);
    peer_end(&peer);
}

static void a_client_that_changes_its_mind_is_heard_at_once(void **state)
{
    static const SECURITY_IMPERSONATION_LEVEL levels[] = {
        SecurityImpersonation, SecurityIdentification, SecurityDelegation, SecurityImpersonation,
        SecurityIdentification
    };
    const struct peer_spec alice = client(ALICE);
    struct peer peer;

    peer_start(&peer, &alice);
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        assert_int_equal(peer_order(&peer, PEER_ALLOW, (int)levels[i]), 0);
        assert_seen_of(see(&peer), levels[i], ALICE);
        assert_seen_of(see(&peer), levels[i], ALICE);
    }
    peer_end(&peer);
}

static void what_a_server_took_it_keeps(void **state)
{
    const struct peer_spec alice = client(ALICE);
    struct peer peer;

    SKIP_UNLESS_ROOT();
    peer_start(&peer, &alice);
    assert_int_equal(peer_order(&peer, PEER_ALLOW, SecurityImpersonation), 0);
    assert_succeeds(ImpersonateNamedPipeClient(peer.handle));
    assert_int_equal(peer_order(&peer, PEER_ALLOW, SecurityIdentification), 0);
    peer_end(&peer);
    assert_int_equal(kernel_uid(), ALICE);
    assert_succeeds(RevertToSelf());
}

/* --- tracking ----------------------------------------------------------------------------------
 */

static void static_tracking_is_as_it_was_when_it_was_said(void **state)
{
    const struct peer_spec alice = client(ALICE);
    struct peer peer;

    peer_start(&peer, &alice);
    assert_int_equal(peer_order(&peer, PEER_ALLOW, SecurityImpersonation), 0);
    assert_int_equal(peer_order(&peer, PEER_DROP, 0), 0);
    assert_true(see(&peer).can_change_notify);
    assert_int_equal(peer_order(&peer, PEER_ALLOW, SecurityImpersonation), 0);
    assert_false(see(&peer).can_change_notify);
    peer_end(&peer);
}

static void dynamic_tracking_is_as_it_is(void **state)
{
    const struct peer_spec alice = client(ALICE);
    struct peer peer;

    peer_start(&peer, &alice);
    assert_int_equal(peer_order(&peer, PEER_ALLOW, SecurityImpersonation | PEER_DYNAMIC), 0);
    assert_true(see(&peer).can_change_notify);
    assert_int_equal(peer_order(&peer, PEER_DROP, 0), 0);
    assert_false(see(&peer).can_change_notify);
    assert_seen_of(see(&peer), SecurityImpersonation, ALICE);
    peer_end(&peer);
}

static void effective_only_is_without_what_is_disabled(void **state)
{
    const struct peer_spec root = client(0);
    struct peer peer;
    HANDLE token;

    peer_start(&peer, &root);
    assert_int_equal(peer_order(&peer, PEER_ALLOW, SecurityImpersonation | PEER_EFFECTIVE), 0);
    assert_succeeds(ImpersonateNamedPipeClient(peer.handle));
    assert_succeeds(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token));
    assert_true(has_privilege(token, SE_CHANGE_NOTIFY_NAME));
    assert_false(has_privilege(token, SE_LOAD_DRIVER_NAME)); /* SYSTEM has it, disabled */
    assert_succeeds(RevertToSelf());
    CloseHandle(token);
    peer_end(&peer);
}

/* --- threads that impersonate ------------------------------------------------------------------
 */

static void a_client_that_acts_for_somebody_is_that_one_if_it_says_so(void **state)
{
    struct peer_spec spec = client(0);
    struct peer peer;
    struct seen seen, unsaid;

    SKIP_UNLESS_ROOT();
    spec.as = "alice";
    peer_start(&peer, &spec);
    unsaid = see(&peer);
    assert_int_equal(unsaid.level, SecurityIdentification);
    assert_int_equal(peer_order(&peer, PEER_ALLOW, SecurityImpersonation), 0);
    assert_int_equal(peer_order(&peer, PEER_REVERT, 0), 0);
    seen = see(&peer);
    assert_int_equal(seen.level, SecurityImpersonation);
    assert_int_equal(seen.rid, unsaid.rid);
    assert_int_equal(seen.rid, rid_of_uid(seen.uid));
    assert_int_not_equal(seen.uid, 0);
    /* Its logon session, not the one of its uid. */
    assert_int_not_equal(seen.session.LowPart, unsaid.session.LowPart);
    /* Once reverted it is root that speaks, as whom it did not connect. */
    assert_int_equal(peer_order(&peer, PEER_ALLOW, SecurityImpersonation), 0);
    seen = see(&peer);
    assert_int_equal(seen.level, SecurityIdentification);
    assert_int_equal(seen.rid, unsaid.rid);
    peer_end(&peer);
}

static void a_session_does_not_outlive_the_connection_it_was_allowed_for(void **state)
{
    struct peer_spec spec = client(0), other = client(0);
    struct peer peer, keeper;
    struct seen seen;

    SKIP_UNLESS_ROOT();
    spec.as = "alice";
    peer_start(&keeper, &other);
    peer_start(&peer, &spec);
    assert_int_equal(peer_order(&peer, PEER_ALLOW, SecurityImpersonation), 0);
    assert_int_equal(peer_order(&peer, PEER_REVERT, 0), 0);
    seen = see(&peer);
    assert_true(support_session_exists(seen.session));
    peer_end(&peer);
    assert_true(support_wait_session_gone(seen.session, 10000));
    peer_end(&keeper);
}

/* --- who claims what is not his ----------------------------------------------------------------
 */

/* The client's end is here, made under another uid than this process's. */
static void make_pair_as(uid_t uid, int ret[2])
{
    assert_int_equal(seteuid(uid), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret), 0);
    assert_int_equal(seteuid(0), 0);
}

static void a_level_for_somebody_elses_connection_counts_for_nothing(void **state)
{
    static const uid_t liars[] = { BOB, ALICE, 0 };

    SKIP_UNLESS_ROOT();
    for (size_t i = 0; i < sizeof(liars) / sizeof(liars[0]); i++) {
        struct peer liar;
        int pair[2];

        make_pair_as(ALICE, pair);
        liar.fd = pair[0];
        liar.handle = openlogon_handle_from_fd(pair[0]);
        peer_adopt(&liar, liars[i], pair[1]);
        close(pair[1]);
        assert_int_equal(peer_order(&liar, PEER_ALLOW, SecurityImpersonation), 0);
        assert_seen_of(see(&liar), SecurityIdentification, ALICE);
        peer_end(&liar);
    }
}

static void a_liar_does_not_disturb_whose_connection_it_is(void **state)
{
    struct peer_spec alice = client(ALICE);
    struct peer peer, liar;
    int pair[2];

    SKIP_UNLESS_ROOT();
    alice.level_before = SecurityImpersonation;
    peer_start(&peer, &alice);
    make_pair_as(BOB, pair);
    liar.fd = pair[0];
    liar.handle = openlogon_handle_from_fd(pair[0]);
    peer_adopt(&liar, BOB, pair[1]);
    assert_int_equal(peer_order(&liar, PEER_ALLOW, SecurityIdentification), 0);
    assert_seen_of(see(&peer), SecurityImpersonation, ALICE);
    close(pair[1]);
    peer_end(&liar);
    assert_seen_of(see(&peer), SecurityImpersonation, ALICE);
    peer_end(&peer);
}

/* It connected as alice and is root's: root allows what alice has not. */
static void a_process_of_another_uid_than_it_connected_with_is_identified(void **state)
{
    struct peer_spec spec = client(0);
    struct peer peer;

    SKIP_UNLESS_ROOT();
    spec.connect_uid = ALICE;
    peer_start(&peer, &spec);
    assert_seen_of(see(&peer), SecurityIdentification, ALICE);
    assert_int_equal(peer_order(&peer, PEER_ALLOW, SecurityImpersonation), 0);
    assert_seen_of(see(&peer), SecurityIdentification, ALICE);
    peer_end(&peer);
}

/* It connected as root, and gave that up. */
static void a_process_that_gave_up_its_uid_is_what_it_was(void **state)
{
    struct peer peer;
    int pair[2];

    SKIP_UNLESS_ROOT();
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    peer.fd = pair[0];
    peer.handle = openlogon_handle_from_fd(pair[0]);
    peer_adopt(&peer, BOB, pair[1]);
    close(pair[1]);
    assert_int_equal(peer_order(&peer, PEER_ALLOW, SecurityImpersonation), 0);
    assert_seen_of(see(&peer), SecurityIdentification, 0);
    peer_end(&peer);
}

static void a_client_that_has_ended_is_only_identified(void **state)
{
    struct peer_spec alice = client(ALICE);
    struct peer peer;

    SKIP_UNLESS_ROOT();
    alice.level_before = SecurityImpersonation;
    peer_start(&peer, &alice);
    peer_kill(&peer);
    assert_seen_of(see(&peer), SecurityIdentification, ALICE);
    peer_hang_up(&peer);
}

static void one_that_ended_later_is_what_the_server_knew(void **state)
{
    struct peer_spec alice = client(ALICE);
    struct peer peer;

    SKIP_UNLESS_ROOT();
    alice.level_before = SecurityImpersonation;
    peer_start(&peer, &alice);
    assert_seen_of(see(&peer), SecurityImpersonation, ALICE);
    peer_kill(&peer);
    assert_seen_of(see(&peer), SecurityImpersonation, ALICE);
    peer_hang_up(&peer);
}

static void a_child_is_not_its_parent(void **state)
{
    struct peer_spec alice = client(ALICE);
    struct peer peer;
    int status;

    SKIP_UNLESS_ROOT();
    alice.level_before = SecurityImpersonation;
    peer_start(&peer, &alice);
    assert_int_equal(peer_order(&peer, PEER_FORK, 0), 0);
    assert_int_equal(waitpid(peer.pid, &status, 0), peer.pid);
    assert_int_equal(status, 0);
    assert_seen_of(see(&peer), SecurityIdentification, ALICE);
    assert_int_equal(peer_order(&peer, PEER_ALLOW, SecurityImpersonation), 0);
    assert_seen_of(see(&peer), SecurityIdentification, ALICE);
    peer_hang_up(&peer);
}

static BOOL set_next_pid(pid_t pid)
{
    FILE *file = fopen("/proc/sys/kernel/ns_last_pid", "we");
    BOOL done;

    if (!file)
        return FALSE;
    done = fprintf(file, "%d", (int)pid - 1) > 0;
    return fclose(file) == 0 && done;
}

/* Starts clients until one has got the pid. */
static BOOL start_with_pid(struct peer *ret, const struct peer_spec *spec, pid_t pid)
{
    for (int tries = 0; tries < MANY; tries++) {
        if (!set_next_pid(pid))
            return FALSE;
        peer_start(ret, spec);
        if (ret->pid == pid)
            return TRUE;
        peer_end(ret);
    }
    return FALSE;
}

static void a_pid_that_passed_on_gives_nothing_of_its_new_owner(void **state)
{
    static const uid_t successors[] = { BOB, ALICE, 0 };

    SKIP_UNLESS_ROOT();
    for (size_t i = 0; i < sizeof(successors) / sizeof(successors[0]); i++) {
        struct peer_spec alice = client(ALICE), next = client(successors[i]);
        struct peer peer, successor;

        alice.level_before = next.level_before = SecurityImpersonation;
        peer_start(&peer, &alice);
        peer_kill(&peer);
        if (!start_with_pid(&successor, &next, peer.pid)) {
            peer_hang_up(&peer);
            print_message("skipped: no pid can be chosen here\n");
            skip();
        }
        assert_seen_of(see(&peer), SecurityIdentification, ALICE);
        assert_seen_of(see(&successor), SecurityImpersonation, successors[i]);
        peer_end(&successor);
        peer_hang_up(&peer);
    }
}

static void copy_set_uid(const char *from, const char *to)
{
    char command[512];

    snprintf(command, sizeof(command), "cp %s %s && chown 0:0 %s && chmod 4755 %s", from, to, to,
             to);
    assert_int_equal(system(command), 0);
}

static uid_t uid_of_process(pid_t pid)
{
    char path[64], line[256];
    unsigned uid = ~0U;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    file = fopen(path, "re");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file))
        (void)sscanf(line, "Uid: %*u %u", &uid);
    fclose(file);
    return uid;
}

static void a_client_that_runs_a_set_uid_program_is_what_it_was(void **state)
{
    struct peer_spec alice = client(ALICE), silent = client(BOB);
    char directory[64], program[96];
    struct peer peer, other;

    SKIP_UNLESS_ROOT();
    support_make_directory(directory, sizeof(directory));
    snprintf(program, sizeof(program), "%s/cat", directory);
    copy_set_uid("/bin/cat", program);
    peer_set_uid_program(program);
    alice.level_before = SecurityImpersonation;
    peer_start(&peer, &alice);
    peer_start(&other, &silent);
    peer_set_uid_program(NULL);
    assert_int_equal(peer_order(&peer, PEER_EXEC, 0), 0);
    assert_int_equal(peer_order(&other, PEER_EXEC, 0), 0);
    while (uid_of_process(peer.pid) != 0 || uid_of_process(other.pid) != 0)
        ; /* the test's time limit is the limit */
    assert_seen_of(see(&peer), SecurityImpersonation, ALICE);
    assert_seen_of(see(&other), SecurityIdentification, BOB);
    peer_end(&peer);
    peer_end(&other);
    unlink(program);
    rmdir(directory);
}

/* --- servers that may not ----------------------------------------------------------------------
 */

/* In a process without privileges that has got the connection. */
static void assert_server_sees(uid_t uid, const struct peer *peer, const char *what)
{
    char fd_text[16];
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    snprintf(fd_text, sizeof(fd_text), "%d", peer->fd);
    if (pid == 0) {
        (void)fcntl(peer->fd, F_SETFD, 0);
        if (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0)
            _exit(101);
        execl("/proc/self/exe", "server", "server", fd_text, what, (char *)NULL);
        _exit(102);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static int server_main(int fd, SECURITY_IMPERSONATION_LEVEL expected)
{
    HANDLE handle = openlogon_handle_from_fd(fd), token;
    SECURITY_IMPERSONATION_LEVEL level;
    DWORD size;

    /* It cannot change its ids; what is looked at is the token. */
    if (!openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY) || !ImpersonateNamedPipeClient(handle))
        return 1;
    if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token) ||
        !GetTokenInformation(token, TokenImpersonationLevel, &level, sizeof(level), &size))
        return 2;
    return level == expected ? 0 : 3;
}

static void a_server_without_the_privilege_only_identifies_others(void **state)
{
    struct peer_spec alice = client(ALICE);
    struct peer peer;

    SKIP_UNLESS_ROOT();
    alice.level_before = SecurityImpersonation;
    peer_start(&peer, &alice);
    assert_server_sees(BOB, &peer, "identification");
    assert_server_sees(ALICE, &peer, "impersonation");
    assert_seen_of(see(&peer), SecurityImpersonation, ALICE);
    peer_end(&peer);
}

/* At Identification a thread cannot come to more by handing on what it has. */
static void nobody_acts_from_a_lower_level(void **state)
{
    const struct peer_spec alice = client(ALICE);
    const SECURITY_QUALITY_OF_SERVICE quality = { .Length = sizeof(quality),
                                                  .ImpersonationLevel = SecurityImpersonation };
    HANDLE token, copy;
    struct peer peer;
    int pair[2];

    peer_start(&peer, &alice);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    assert_succeeds(ImpersonateNamedPipeClient(peer.handle));
    assert_succeeds(OpenThreadToken(GetCurrentThread(), TOKEN_ALL_ACCESS, TRUE, &token));
    assert_fails(openlogon_socket_allow_impersonation(pair[1], &quality),
                 ERROR_BAD_IMPERSONATION_LEVEL);
    assert_succeeds(RevertToSelf());
    assert_fails(DuplicateTokenEx(token, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation,
                                  TokenImpersonation, &copy),
                 ERROR_BAD_IMPERSONATION_LEVEL);
    CloseHandle(token);
    close(pair[0]);
    close(pair[1]);
    peer_end(&peer);
}

/* --- what is no client -------------------------------------------------------------------------
 */

static void assert_no_client(int fd, DWORD error)
{
    HANDLE handle = openlogon_handle_from_fd(fd);
    ULONG number;

    assert_fails(ImpersonateNamedPipeClient(handle), error);
    assert_fails(GetNamedPipeClientProcessId(handle, &number), error);
    assert_fails(GetNamedPipeClientSessionId(handle, &number), error);
    CloseHandle(handle);
}

static void what_is_no_connection_is_refused(void **state)
{
    ULONG number;

    assert_no_client(open("/dev/null", O_RDWR | O_CLOEXEC), ERROR_INVALID_FUNCTION);
    assert_no_client(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), ERROR_PIPE_NOT_CONNECTED);
    assert_fails(ImpersonateNamedPipeClient(NULL), ERROR_INVALID_HANDLE);
    assert_fails(ImpersonateNamedPipeClient(GetCurrentProcess()), ERROR_INVALID_HANDLE);
    assert_fails(GetNamedPipeClientProcessId(NULL, &number), ERROR_INVALID_HANDLE);
    assert_fails(GetNamedPipeClientProcessId(NULL, NULL), ERROR_INVALID_PARAMETER);
    assert_fails(GetNamedPipeClientSessionId(NULL, NULL), ERROR_INVALID_PARAMETER);
}

/* A descriptor that is closed and used again behind the handle's back. */
static void another_socket_under_the_same_number_is_another_client(void **state)
{
    struct peer_spec alice = client(ALICE);
    const struct peer_spec bob = client(BOB);
    struct peer peer, other;

    alice.level_before = SecurityImpersonation;
    peer_start(&peer, &alice);
    peer_start(&other, &bob);
    assert_seen_of(see(&peer), SecurityImpersonation, ALICE);
    assert_int_equal(dup2(other.fd, peer.fd), peer.fd);
    assert_seen_of(see(&peer), SecurityIdentification, BOB);
    peer_end(&peer);
    peer_end(&other);
}

/* --- limits and restarts -----------------------------------------------------------------------
 */

/* One client makes more connections after each other than it may have allowed for at once. */
static void connections_that_are_closed_do_not_count(void **state)
{
    const SECURITY_QUALITY_OF_SERVICE quality = { .Length = sizeof(quality),
                                                  .ImpersonationLevel = SecurityImpersonation };
    const unsigned before = support_descriptors(authority_.pid);

    for (int i = 0; i < 10 * MANY; i++) {
        int pair[2];

        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
        assert_succeeds(openlogon_socket_allow_impersonation(pair[1], &quality));
        close(pair[0]);
        close(pair[1]);
    }
    assert_true(support_descriptors(authority_.pid) <= before); /* former clients may go */
}

static void what_was_allowed_outlives_openlogond(void **state)
{
    struct peer_spec known = client(ALICE), new = client(BOB);
    struct peer peer, other;

    known.level_before = SecurityImpersonation;
    new.level_before = SecurityImpersonation | PEER_DYNAMIC;
    peer_start(&peer, &known);
    peer_start(&other, &new);
    assert_seen_of(see(&peer), SecurityImpersonation, ALICE);
    authority_kill(&authority_);
    authority_start_again(&authority_);
    assert_seen_of(see(&peer), SecurityImpersonation, ALICE);
    assert_seen_of(see(&other), SecurityImpersonation, BOB);
    assert_int_equal(peer_order(&peer, PEER_ALLOW, SecurityIdentification), 0);
    assert_seen_of(see(&peer), SecurityIdentification, ALICE);
    peer_end(&peer);
    peer_end(&other);
}

/* --- tokens that are sent ----------------------------------------------------------------------
 */

static void receive(const struct peer *peer, enum peer_order order, HANDLE *ret)
{
    peer_tell(peer, order, 0);
    assert_succeeds(openlogon_token_receive(peer->fd, ret));
    assert_int_equal(peer_hear(peer), 0);
}

static void a_token_comes_with_the_access_that_was_sent(void **state)
{
    const struct peer_spec alice = client(ALICE);
    HANDLE token, copy;
    struct peer peer;

    peer_start(&peer, &alice);
    receive(&peer, PEER_SEND, &token);
    assert_int_equal(user_rid(token),
                     geteuid() == 0 ? rid_of_uid(ALICE) : SECURITY_LOCAL_SYSTEM_RID);
    assert_fails(DuplicateToken(token, SecurityImpersonation, &copy), ERROR_ACCESS_DENIED);
    assert_fails(ImpersonateLoggedOnUser(token), ERROR_ACCESS_DENIED);
    CloseHandle(token);
    peer_end(&peer);
}

/* Though it is made in the client, of a token that is more. */
static void a_lower_copy_comes_as_one(void **state)
{
    const struct peer_spec alice = client(ALICE);
    SECURITY_IMPERSONATION_LEVEL level;
    HANDLE token, copy;
    struct peer peer;
    DWORD size;

    peer_start(&peer, &alice);
    receive(&peer, PEER_SEND_SELF, &token);
    assert_succeeds(
        GetTokenInformation(token, TokenImpersonationLevel, &level, sizeof(level), &size));
    assert_int_equal(level, SecurityIdentification);
    assert_fails(
        DuplicateTokenEx(token, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation, TokenPrimary, &copy),
        ERROR_BAD_IMPERSONATION_LEVEL);
    CloseHandle(token);
    peer_end(&peer);
}

static void make_pair(int ret[2], int type)
{
    assert_int_equal(socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ret), 0);
}

static void a_sent_token_holds_its_session_until_nobody_can_have_it(void **state)
{
    const unsigned before = support_descriptors(authority_.pid);
    const double deadline = support_seconds() + 10;
    HANDLE token = support_logon("carol", LOGON32_LOGON_NETWORK), received;
    const LUID session = support_session_of(token);
    int pair[2];

    make_pair(pair, SOCK_DGRAM);
    assert_succeeds(openlogon_token_send(pair[0], token, TOKEN_QUERY));
    assert_succeeds(openlogon_token_send(pair[0], token, TOKEN_QUERY));
    assert_succeeds(CloseHandle(token));
    assert_true(support_session_exists(session));
    assert_succeeds(openlogon_token_receive(pair[1], &received));
    assert_int_equal(support_session_of(received).LowPart, session.LowPart);
    assert_succeeds(CloseHandle(received));
    assert_true(support_session_exists(session));
    close(pair[0]);
    close(pair[1]);
    assert_true(support_wait_session_gone(session, 10000));
    /* Former clients may go; what the session's end leads to may come after it is seen. */
    while (support_descriptors(authority_.pid) > before && support_seconds() < deadline)
        sched_yield();
    assert_true(support_descriptors(authority_.pid) <= before);
}

static void a_token_under_way_outlives_openlogond(void **state)
{
    HANDLE token = support_logon("carol", LOGON32_LOGON_NETWORK), received;
    const LUID session = support_session_of(token);
    int pair[2], lost[2];

    make_pair(pair, SOCK_STREAM);
    make_pair(lost, SOCK_STREAM);
    assert_succeeds(openlogon_token_send(pair[0], token, TOKEN_QUERY));
    assert_succeeds(openlogon_token_send(lost[0], token, TOKEN_QUERY));
    assert_succeeds(CloseHandle(token));
    authority_kill(&authority_);
    close(lost[0]);
    close(lost[1]);
    authority_start_again(&authority_);
    assert_succeeds(openlogon_token_receive(pair[1], &received));
    assert_int_equal(support_session_of(received).LowPart, session.LowPart);
    assert_succeeds(CloseHandle(received));
    assert_true(support_wait_session_gone(session, 10000));
    close(pair[0]);
    close(pair[1]);
}

static void only_what_openlogond_made_is_a_token(void **state)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control = { 0 };
    char byte = 'T';
    struct iovec vector = { &byte, 1 };
    struct msghdr header = { .msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes) };
    struct cmsghdr *c = CMSG_FIRSTHDR(&header);
    const unsigned before = support_descriptors(getpid());
    HANDLE token = NULL;
    int pair[2], fake[2];

    make_pair(pair, SOCK_SEQPACKET);
    assert_int_equal(pipe2(fake, O_CLOEXEC), 0);
    assert_fails(openlogon_token_receive(pair[1], &token), ERROR_NO_DATA);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(2 * sizeof(int));
    memcpy(CMSG_DATA(c), fake, 2 * sizeof(int));
    assert_int_equal(sendmsg(pair[0], &header, 0), 1);
    assert_fails(openlogon_token_receive(pair[1], &token), ERROR_NO_TOKEN);
    byte = 'x';
    assert_int_equal(sendmsg(pair[0], &header, 0), 1);
    assert_fails(openlogon_token_receive(pair[1], &token), ERROR_CRC);
    assert_int_equal(send(pair[0], "T", 1, 0), 1);
    assert_fails(openlogon_token_receive(pair[1], &token), ERROR_CRC);
    assert_fails(openlogon_token_receive(fake[0], &token), ERROR_INVALID_FUNCTION);
    close(pair[0]);
    assert_fails(openlogon_token_receive(pair[1], &token), ERROR_BROKEN_PIPE);
    assert_fails(openlogon_token_receive(-1, &token), ERROR_INVALID_HANDLE);
    assert_fails(openlogon_token_receive(pair[1], NULL), ERROR_INVALID_PARAMETER);
    assert_null(token);
    close(pair[1]);
    close(fake[0]);
    close(fake[1]);
    assert_int_equal(support_descriptors(getpid()), before);
}

static void not_more_is_sent_than_the_handle_has(void **state)
{
    HANDLE token, weak;
    int pair[2];

    make_pair(pair, SOCK_SEQPACKET);
    assert_succeeds(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &weak));
    assert_fails(openlogon_token_send(pair[0], weak, TOKEN_DUPLICATE), ERROR_ACCESS_DENIED);
    assert_fails(openlogon_token_send(pair[0], NULL, TOKEN_QUERY), ERROR_INVALID_HANDLE);
    assert_fails(openlogon_token_receive(pair[1], &token), ERROR_NO_DATA);
    close(pair[1]);
    assert_fails(openlogon_token_send(pair[0], weak, TOKEN_QUERY), ERROR_BROKEN_PIPE);
    close(pair[0]);
    CloseHandle(weak);
}

/* --- the program -------------------------------------------------------------------------------
 */

static int set_up(void **state)
{
    authority_start(&authority_);
    peer_listen(SOCK_SEQPACKET);
    if (geteuid() != 0)
        assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    return 0;
}

static int tear_down(void **state)
{
    peer_unlisten();
    authority_remove(&authority_);
    return 0;
}

static void become_ordinary(const char *text)
{
    const uid_t uid = (uid_t)strtoul(text, NULL, 10);

    if (geteuid() != 0 || setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 ||
        setresuid(uid, uid, uid) < 0)
        exit(77);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_said_nothing_is_only_identified),
        cmocka_unit_test(each_level_is_what_was_allowed),
        cmocka_unit_test(an_anonymous_client_is_nobody),
        cmocka_unit_test(a_level_that_there_is_not_is_refused),
        cmocka_unit_test(a_client_that_changes_its_mind_is_heard_at_once),
        cmocka_unit_test(what_a_server_took_it_keeps),
        cmocka_unit_test(static_tracking_is_as_it_was_when_it_was_said),
        cmocka_unit_test(dynamic_tracking_is_as_it_is),
        cmocka_unit_test(effective_only_is_without_what_is_disabled),
        cmocka_unit_test(a_client_that_acts_for_somebody_is_that_one_if_it_says_so),
        cmocka_unit_test(a_session_does_not_outlive_the_connection_it_was_allowed_for),
        cmocka_unit_test(a_level_for_somebody_elses_connection_counts_for_nothing),
        cmocka_unit_test(a_liar_does_not_disturb_whose_connection_it_is),
        cmocka_unit_test(a_process_of_another_uid_than_it_connected_with_is_identified),
        cmocka_unit_test(a_process_that_gave_up_its_uid_is_what_it_was),
        cmocka_unit_test(a_client_that_has_ended_is_only_identified),
        cmocka_unit_test(one_that_ended_later_is_what_the_server_knew),
        cmocka_unit_test(a_child_is_not_its_parent),
        cmocka_unit_test(a_pid_that_passed_on_gives_nothing_of_its_new_owner),
        cmocka_unit_test(a_client_that_runs_a_set_uid_program_is_what_it_was),
        cmocka_unit_test(a_server_without_the_privilege_only_identifies_others),
        cmocka_unit_test(nobody_acts_from_a_lower_level),
        cmocka_unit_test(what_is_no_connection_is_refused),
        cmocka_unit_test(another_socket_under_the_same_number_is_another_client),
        cmocka_unit_test(connections_that_are_closed_do_not_count),
        cmocka_unit_test(what_was_allowed_outlives_openlogond),
        cmocka_unit_test(a_token_comes_with_the_access_that_was_sent),
        cmocka_unit_test(a_lower_copy_comes_as_one),
        cmocka_unit_test(a_sent_token_holds_its_session_until_nobody_can_have_it),
        cmocka_unit_test(a_token_under_way_outlives_openlogond),
        cmocka_unit_test(only_what_openlogond_made_is_a_token),
        cmocka_unit_test(not_more_is_sent_than_the_handle_has),
    };

    peer_main(argc, argv);
    if (argc == 4 && strcmp(argv[1], "server") == 0)
        return server_main(atoi(argv[2]), strcmp(argv[3], "impersonation") == 0
                                              ? SecurityImpersonation
                                              : SecurityIdentification);
    if (getenv("OPENLOGON_TEST_UID"))
        become_ordinary(getenv("OPENLOGON_TEST_UID"));
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
