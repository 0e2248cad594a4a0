/* SPDX-License-Identifier: MIT */
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
    char directory[64];
    char path[96];
    int fd, type;
} listener = { .fd = -1 };

static const char *set_uid_program;

void peer_set_uid_program(const char *path)
{
    set_uid_program = path;
}

/* --- the server's side -------------------------------------------------------------------------
 */

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (strlen(path) >= sizeof(address.sun_path))
        abort();
    strcpy(address.sun_path, path);
    return address;
}

void peer_listen(int type)
{
    struct sockaddr_un address;

    support_make_directory(listener.directory, sizeof(listener.directory));
    snprintf(listener.path, sizeof(listener.path), "%s/server", listener.directory);
    address = address_of(listener.path);
    listener.type = type;
    listener.fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    assert_true(listener.fd >= 0);
    assert_int_equal(bind(listener.fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(chmod(listener.path, 0666), 0);
    assert_int_equal(listen(listener.fd, 64), 0);
}

void peer_unlisten(void)
{
    close(listener.fd);
    unlink(listener.path);
    rmdir(listener.directory);
}

/* Of this thread alone is enough, and errors are told by the caller's status. */
static void become(uid_t uid)
{
    if (geteuid() == 0 &&
        (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0))
        _exit(101);
}

static int connect_now(int fd, const char *path)
{
    struct sockaddr_un address = address_of(path);

    return connect(fd, (struct sockaddr *)&address, sizeof(address));
}

/* In the child. Other ids while it connects need that to be before the program starts. */
static _Noreturn void run(const struct peer_spec *spec)
{
    char level[16], fd_text[16];
    const char *as = spec->as ? spec->as : "";
    int fd = socket(AF_UNIX, listener.type, 0);

    (void)snprintf(level, sizeof(level), "%d", spec->level_before);
    (void)snprintf(fd_text, sizeof(fd_text), "%d", fd);
    if (spec->connect_uid != 0) {
        if (setegid(spec->connect_uid) < 0 || seteuid(spec->connect_uid) < 0 ||
            connect_now(fd, listener.path) < 0 || seteuid(0) < 0 || setegid(0) < 0)
            _exit(102);
    }
    become(spec->uid);
    execl("/proc/self/exe", "peer", "peer", fd_text, spec->connect_uid != 0 ? "" : listener.path,
          level, as, set_uid_program ? set_uid_program : "", (char *)NULL);
    _exit(103);
}

void peer_start(struct peer *peer, const struct peer_spec *spec)
{
    char byte;

    peer->pid = fork();
    assert_true(peer->pid >= 0);
    if (peer->pid == 0)
        run(spec);
    peer->fd = accept4(listener.fd, NULL, NULL, SOCK_CLOEXEC);
    assert_true(peer->fd >= 0);
    peer->handle = openlogon_handle_from_fd(peer->fd);
    assert_int_equal(read(peer->fd, &byte, 1), 1); /* it is ready */
}

void peer_adopt(struct peer *peer, uid_t uid, int client_end)
{
    char fd_text[16], byte;

    snprintf(fd_text, sizeof(fd_text), "%d", client_end);
    peer->pid = fork();
    assert_true(peer->pid >= 0);
    if (peer->pid == 0) {
        (void)fcntl(client_end, F_SETFD, 0);
        become(uid);
        execl("/proc/self/exe", "peer", "peer", fd_text, "", "-1", "", "", (char *)NULL);
        _exit(103);
    }
    assert_int_equal(read(peer->fd, &byte, 1), 1);
}

void peer_tell(const struct peer *peer, enum peer_order order, int argument)
{
    const int message[2] = { (int)order, argument };

    assert_int_equal(write(peer->fd, message, sizeof(message)), sizeof(message));
}

DWORD peer_hear(const struct peer *peer)
{
    DWORD error = ~0U;

    assert_int_equal(read(peer->fd, &error, sizeof(error)), sizeof(error));
    return error;
}

DWORD peer_order(const struct peer *peer, enum peer_order order, int argument)
{
    peer_tell(peer, order, argument);
    return peer_hear(peer);
}

void peer_hang_up(struct peer *peer)
{
    assert_succeeds(CloseHandle(peer->handle));
    peer->fd = -1;
}

void peer_end(struct peer *peer)
{
    int status;

    peer_hang_up(peer);
    assert_int_equal(waitpid(peer->pid, &status, 0), peer->pid);
    assert_int_equal(status, 0);
}

void peer_kill(struct peer *peer)
{
    assert_int_equal(kill(peer->pid, SIGKILL), 0);
    assert_int_equal(waitpid(peer->pid, NULL, 0), peer->pid);
}

/* --- the client's side -------------------------------------------------------------------------
 */

static DWORD error_of(BOOL done)
{
    return done ? 0 : GetLastError();
}

static DWORD allow(int fd, int argument)
{
    const SECURITY_QUALITY_OF_SERVICE quality = {
        .Length = sizeof(quality),
        .ImpersonationLevel = argument & 0xf,
        .ContextTrackingMode =
            argument & PEER_DYNAMIC ? SECURITY_DYNAMIC_TRACKING : SECURITY_STATIC_TRACKING,
        .EffectiveOnly = argument & PEER_EFFECTIVE ? TRUE : FALSE,
    };

    return error_of(openlogon_socket_allow_impersonation(fd, &quality));
}

static DWORD impersonate(const char *name)
{
    char user[64];
    HANDLE token;
    DWORD error;

    (void)snprintf(user, sizeof(user), "null-%s", name);
    if (!LogonUserA(user, ".", "null", LOGON32_LOGON_NETWORK, LOGON32_PROVIDER_DEFAULT, &token))
        return GetLastError();
    error = error_of(ImpersonateLoggedOnUser(token));
    CloseHandle(token);
    return error;
}

static DWORD drop_privilege(void)
{
    TOKEN_PRIVILEGES privileges = { .PrivilegeCount = 1 };
    HANDLE token;
    DWORD error;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token))
        return GetLastError();
    privileges.Privileges[0].Attributes = SE_PRIVILEGE_REMOVED;
    error = error_of(
        LookupPrivilegeValueA(NULL, SE_CHANGE_NOTIFY_NAME, &privileges.Privileges[0].Luid) &&
        AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL, NULL));
    CloseHandle(token);
    return error;
}

static DWORD send_token(int fd, enum peer_order order)
{
    HANDLE token, copy = NULL;
    DWORD error;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | TOKEN_DUPLICATE, &token))
        return GetLastError();
    if (order == PEER_SEND_SELF &&
        !DuplicateTokenEx(token, TOKEN_ALL_ACCESS, NULL, SecurityIdentification, TokenImpersonation,
                          &copy))
        return GetLastError();
    error = error_of(
        openlogon_token_send(fd, copy ? copy : token, copy ? MAXIMUM_ALLOWED : TOKEN_QUERY));
    if (copy)
        CloseHandle(copy);
    CloseHandle(token);
    return error;
}

static void answer(int fd, DWORD error)
{
    if (write(fd, &error, sizeof(error)) != sizeof(error))
        _exit(104);
}

static DWORD obey(int fd, enum peer_order order, int argument)
{
    switch (order) {
    case PEER_ALLOW:
        return allow(fd, argument);
    case PEER_REVERT:
        return error_of(RevertToSelf());
    case PEER_DROP:
        return drop_privilege();
    case PEER_FORK:
        if (fork() != 0)
            _exit(0);
        return 0;
    case PEER_EXEC:
        answer(fd, 0);
        (void)dup2(fd, 0);
        execl(set_uid_program, set_uid_program, (char *)NULL);
        _exit(105);
    case PEER_SEND:
    case PEER_SEND_SELF:
        return send_token(fd, order);
    }
    return ERROR_INVALID_PARAMETER;
}

/* argv: "peer", the socket, where to connect it or "", the level before that, whom to be,
 * PEER_EXEC's program. */
void peer_main(int argc, char **argv)
{
    int message[2];
    int fd, level;

    if (argc != 7 || strcmp(argv[1], "peer") != 0)
        return;
    fd = atoi(argv[2]);
    level = atoi(argv[4]);
    set_uid_program = argv[6];
    if (*argv[5] && impersonate(argv[5]) != 0)
        _exit(106);
    if (level != PEER_NOTHING && allow(fd, level) != 0)
        _exit(107);
    if (*argv[3] && connect_now(fd, argv[3]) < 0)
        _exit(108);
    if (write(fd, "!", 1) != 1)
        _exit(109);
    while (read(fd, message, sizeof(message)) == sizeof(message))
        answer(fd, obey(fd, (enum peer_order)message[0], message[1]));
    _exit(0);
}
