/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

pid_t support_authority_pid(void)
{
    const char *path = getenv("OPENLOGON_SOCKET");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct ucred peer;
    socklen_t size = sizeof(peer);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    assert_non_null(path);
    assert_true(strlen(path) < sizeof(address.sun_path));
    strcpy(address.sun_path, path);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size), 0);
    close(fd);
    return peer.pid;
}

long support_rss_kib(pid_t pid)
{
    char path[64], line[256];
    long kib = -1;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    file = fopen(path, "re");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file))
        (void)sscanf(line, "VmRSS: %ld", &kib);
    fclose(file);
    return kib;
}

unsigned support_descriptors(pid_t pid)
{
    char path[64];
    unsigned n = 0;
    DIR *directory;

    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    directory = opendir(path);
    assert_non_null(directory);
    while (readdir(directory))
        n++;
    closedir(directory);
    return n;
}

/* The implicit session of a uid that has processes on the machine: they come and go with these. */
static BOOL is_implicit(LUID *id)
{
    static const WCHAR package[] = u"Kernel";
    PSECURITY_LOGON_SESSION_DATA data = NULL;
    BOOL found;

    if (LsaGetLogonSessionData(id, &data) != STATUS_SUCCESS)
        return FALSE;
    found = data->AuthenticationPackage.Length == sizeof(package) - sizeof(WCHAR) &&
            memcmp(data->AuthenticationPackage.Buffer, package,
                   data->AuthenticationPackage.Length) == 0;
    LsaFreeReturnBuffer(data);
    return found;
}

unsigned support_count_sessions(void)
{
    ULONG count = 0;
    PLUID list = NULL;
    unsigned n = 0;

    assert_int_equal(LsaEnumerateLogonSessions(&count, &list), STATUS_SUCCESS);
    for (ULONG i = 0; i < count; i++)
        n += !is_implicit(&list[i]);
    LsaFreeReturnBuffer(list);
    return n;
}

BOOL support_session_exists(LUID id)
{
    ULONG count = 0;
    PLUID list = NULL;
    BOOL found = FALSE;

    assert_int_equal(LsaEnumerateLogonSessions(&count, &list), STATUS_SUCCESS);
    for (ULONG i = 0; i < count; i++)
        found |= list[i].LowPart == id.LowPart && list[i].HighPart == id.HighPart;
    LsaFreeReturnBuffer(list);
    return found;
}

double support_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

BOOL support_wait_sessions(unsigned n, unsigned ms)
{
    const double deadline = support_seconds() + ms / 1000.0;

    while (support_count_sessions() != n) {
        if (support_seconds() > deadline)
            return FALSE;
        sched_yield();
    }
    return TRUE;
}

BOOL support_wait_session_gone(LUID id, unsigned ms)
{
    const double deadline = support_seconds() + ms / 1000.0;

    while (support_session_exists(id)) {
        if (support_seconds() > deadline)
            return FALSE;
        sched_yield();
    }
    return TRUE;
}

HANDLE support_logon(const char *name, DWORD type)
{
    char user[64];
    HANDLE token = NULL;

    snprintf(user, sizeof(user), "null-%s", name);
    assert_succeeds(LogonUserA(user, ".", "null", type, LOGON32_PROVIDER_DEFAULT, &token));
    assert_non_null(token);
    return token;
}

LUID support_session_of(HANDLE token)
{
    TOKEN_STATISTICS statistics;
    DWORD size;

    assert_succeeds(
        GetTokenInformation(token, TokenStatistics, &statistics, sizeof(statistics), &size));
    return statistics.AuthenticationId;
}

void support_make_directory(char *path, size_t size)
{
    const char *base = getenv("TMPDIR");

    snprintf(path, size, "%s/openlogon-test-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(path));
    assert_int_equal(chmod(path, 0755), 0);
}

void support_make_file(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, "data\n", 5), 5);
    assert_int_equal(fchown(fd, uid, gid), 0);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}
