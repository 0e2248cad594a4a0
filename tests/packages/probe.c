/* SPDX-License-Identifier: MIT */
/*
 * An authentication package that tries what a package should not be able to do. A logon's user name
 * is one attempt, "NAME" or "NAME:PATH"; its profile tells how it went: the errno in digits, 0 for
 * a success, or what the attempt found. The accounts are nobody's: tokens are anonymous.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <windows.h>
#include <ntsecapi.h>
#include <ntsecpkg.h>
#include <ntstatus.h>

enum { TEXT_MAX = 512 };

static PLSA_DISPATCH_TABLE lsa;

#define EXPORT __attribute__((visibility("default")))

EXPORT LSA_AP_INITIALIZE_PACKAGE LsaApInitializePackage;
EXPORT LSA_AP_LOGON_USER LsaApLogonUser;
EXPORT LSA_AP_LOGON_TERMINATED LsaApLogonTerminated;

static long outcome(long r)
{
    return r < 0 ? errno : 0;
}

static long try_ptrace(const char *path)
{
    return outcome(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static long try_mount(const char *path)
{
    return outcome(mount("none", "/mnt", "tmpfs", 0, NULL));
}

static long try_unshare(const char *path)
{
    return outcome(unshare(CLONE_NEWUSER));
}

static long try_bpf(const char *path)
{
    return outcome(syscall(SYS_bpf, 0, NULL, 0));
}

static long try_keyctl(const char *path)
{
    return outcome(syscall(SYS_keyctl, 0, -3, 1, 0, 0));
}

static long try_read_memory(const char *path)
{
    return outcome(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0));
}

static long try_read(const char *path)
{
    return outcome(open(path, O_RDONLY | O_CLOEXEC));
}

static long try_write(const char *path)
{
    return outcome(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static long try_connect(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    return fd < 0 ? errno : outcome(connect(fd, (struct sockaddr *)&address, sizeof(address)));
}

static long try_network(const char *path)
{
    const struct sockaddr_in address = { .sin_family = AF_INET,
                                         .sin_port = htons(9),
                                         .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    return fd < 0 ? errno
                  : outcome(connect(fd, (const struct sockaddr *)&address, sizeof(address)));
}

static long try_signal(const char *path)
{
    return outcome(kill(getppid(), 0));
}

static long tell_uid(const char *path)
{
    return (long)getuid();
}

static long tell_dumpable(const char *path)
{
    return prctl(PR_GET_DUMPABLE);
}

static long tell_new_privileges(const char *path)
{
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
}

static long tell_core_limit(const char *path)
{
    struct rlimit limit = { 1, 1 };

    (void)getrlimit(RLIMIT_CORE, &limit);
    return (long)limit.rlim_max;
}

static const struct {
    const char *name;
    long (*run)(const char *path);
} attempts[] = {
    { "ptrace", try_ptrace },
    { "mount", try_mount },
    { "unshare", try_unshare },
    { "bpf", try_bpf },
    { "keyctl", try_keyctl },
    { "read-memory", try_read_memory },
    { "read", try_read },
    { "write", try_write },
    { "connect", try_connect },
    { "network", try_network },
    { "signal", try_signal },
    { "uid", tell_uid },
    { "dumpable", tell_dumpable },
    { "new-privileges", tell_new_privileges },
    { "core-limit", tell_core_limit },
};

static NTSTATUS attempt(char *user, char profile[static TEXT_MAX])
{
    char *colon = strchr(user, ':');

    if (colon)
        *colon++ = '\0';
    for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
        if (strcmp(attempts[i].name, user) != 0)
            continue;
        errno = 0;
        (void)snprintf(profile, TEXT_MAX, "%ld", attempts[i].run(colon ? colon : ""));
        return STATUS_SUCCESS;
    }
    return STATUS_NO_SUCH_USER;
}

/* --- entry points ----------------------------------------------------------------------------- */

NTSTATUS NTAPI LsaApInitializePackage(ULONG id, PLSA_DISPATCH_TABLE functions, PLSA_STRING database,
                                      PLSA_STRING confidentiality, PLSA_STRING *ret_name)
{
    PLSA_STRING string = functions->AllocateLsaHeap(sizeof(*string));

    if (!string)
        return STATUS_NO_MEMORY;
    string->Buffer = functions->AllocateLsaHeap(sizeof("Probe"));
    if (!string->Buffer)
        return STATUS_NO_MEMORY;
    memcpy(string->Buffer, "Probe", sizeof("Probe"));
    string->Length = string->MaximumLength = sizeof("Probe") - 1;
    *ret_name = string;
    lsa = functions;
    return STATUS_SUCCESS;
}

static NTSTATUS give_profile(PLSA_CLIENT_REQUEST request, char *text, PVOID *profile, PULONG size)
{
    NTSTATUS status;

    *size = (ULONG)strlen(text) + 1;
    status = lsa->AllocateClientBuffer(request, *size, profile);
    return status == STATUS_SUCCESS ? lsa->CopyToClientBuffer(request, *size, *profile, text)
                                    : status;
}

NTSTATUS NTAPI LsaApLogonUser(PLSA_CLIENT_REQUEST request, SECURITY_LOGON_TYPE type, PVOID submit,
                              PVOID client_base, ULONG submit_size, PVOID *profile,
                              PULONG profile_size, PLUID logon_id, PNTSTATUS sub_status,
                              PLSA_TOKEN_INFORMATION_TYPE token_type, PVOID *token,
                              PLSA_UNICODE_STRING *account_name, PLSA_UNICODE_STRING *authority)
{
    const MSV1_0_INTERACTIVE_LOGON *logon = submit;
    const char *bytes = submit;
    const WCHAR *from =
        (const WCHAR *)(const void *)(bytes + ((const char *)logon->UserName.Buffer -
                                               (const char *)client_base));
    char user[TEXT_MAX] = "", text[TEXT_MAX] = "";
    NTSTATUS status;

    for (size_t i = 0; i < logon->UserName.Length / sizeof(WCHAR) && i < TEXT_MAX - 1; i++)
        user[i] = (char)from[i];
    status = attempt(user, text);
    if (status != STATUS_SUCCESS)
        return status;
    *token = lsa->AllocateLsaHeap(sizeof(LSA_TOKEN_INFORMATION_NULL));
    *token_type = LsaTokenInformationNull;
    if (!*token || !AllocateLocallyUniqueId(logon_id))
        return STATUS_NO_MEMORY;
    status = give_profile(request, text, profile, profile_size);
    return status == STATUS_SUCCESS ? lsa->CreateLogonSession(logon_id) : status;
}

VOID NTAPI LsaApLogonTerminated(PLUID logon_id)
{
    (void)logon_id;
}
