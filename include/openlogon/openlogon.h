/* SPDX-License-Identifier: MIT */
/*
 * What OpenLogon has beyond the Windows API: descriptors, processes by pid, accounts, and the mode
 * for programs that have no Linux capabilities. Include <windows.h> first or let this header do it.
 *
 * Strings are UTF-8. Unless a function says otherwise it returns TRUE on success, else FALSE and
 * GetLastError() tells why; RPC_S_SERVER_UNAVAILABLE means that no openlogond answers.
 */
#ifndef OPENLOGON_OPENLOGON_H
#define OPENLOGON_OPENLOGON_H

#include <windows.h>
#include <ntsecapi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How impersonation and CreateProcessAsUser treat the identity that the kernel knows. */
typedef enum OPENLOGON_MODE {
    /* The thread or the child wears the token's uid, gid and groups, or the call fails. The
       default. */
    OPENLOGON_MODE_ENFORCE = 0,
    /* Only the token changes; files are still opened with the program's own uid. For trying things
     * out and for tests without root. Also chosen by the environment: OPENLOGON_TOKEN_ONLY=1. */
    OPENLOGON_MODE_TOKEN_ONLY = 1,
} OPENLOGON_MODE;

/**
 * Sets the mode of this process.
 * Errors: ERROR_INVALID_PARAMETER (no such mode); ERROR_BUSY (a thread is impersonating)
 */
OPENLOGON_API BOOL openlogon_set_mode(OPENLOGON_MODE mode);
OPENLOGON_API OPENLOGON_MODE openlogon_get_mode(void);

/* What GetNamedSecurityInfo, SetNamedSecurityInfo and their like do with the security of a file. */
typedef enum OPENLOGON_FILE_MODE {
    /* A descriptor is what owner, group, mode and POSIX ACL say. What they cannot say is
     * ERROR_NOT_SUPPORTED, and nothing changes. The default. */
    OPENLOGON_FILES_POSIX = 0,
    /* The whole descriptor is stored in the attribute security.NTACL, too, and given back as long
     * as nobody has changed the permissions otherwise; these become what is nearest and never more
     * permissive. Storing needs CAP_SYS_ADMIN. Also chosen by OPENLOGON_FILES=descriptor. */
    OPENLOGON_FILES_DESCRIPTOR = 1,
} OPENLOGON_FILE_MODE;

/**
 * Sets that for this process.
 * Errors: ERROR_INVALID_PARAMETER (no such mode)
 */
OPENLOGON_API BOOL openlogon_set_file_mode(OPENLOGON_FILE_MODE mode);
OPENLOGON_API OPENLOGON_FILE_MODE openlogon_get_file_mode(void);

/* The authority that this process talks to. Strings are the library's: never free them. */
typedef struct OPENLOGON_AUTHORITY {
    const char *socket_path;
    const char *machine_name;
    PSID machine_sid;       /* the machine's own domain SID */
    BOOL enforces_identity; /* it runs as root: sessions have kernel ids behind them */
} OPENLOGON_AUTHORITY;

OPENLOGON_API BOOL openlogon_query_authority(OPENLOGON_AUTHORITY *authority);

/**
 * Makes a handle of a file descriptor, for STARTUPINFO's standard handles, ReadFile and WriteFile.
 * The handle owns the descriptor: CloseHandle closes it.
 * Errors: ERROR_INVALID_HANDLE (fd is not open)
 */
OPENLOGON_API HANDLE openlogon_handle_from_fd(int fd);

/**
 * The descriptor behind a file or process handle (a pidfd); it stays the handle's. -1: it has none.
 * Errors: ERROR_INVALID_HANDLE
 */
OPENLOGON_API int openlogon_fd_from_handle(HANDLE handle);

/**
 * Opens the primary token of a process by its pid.
 * Needs:  the process is the caller's own user's, or the caller is SYSTEM or holds SeDebugPrivilege
 * Errors: ERROR_INVALID_PARAMETER (no such process), ERROR_ACCESS_DENIED
 */
OPENLOGON_API BOOL openlogon_open_process_token(DWORD pid, DWORD desired_access, PHANDLE token);

/* The kernel ids behind a token. n_groups in: room in groups; out: how many there are. */
typedef struct OPENLOGON_KERNEL_IDS {
    BOOL present; /* FALSE: the token has no Unix identity */
    DWORD uid;
    DWORD gid;
    DWORD n_groups;
} OPENLOGON_KERNEL_IDS;

/**
 * Needs:  TOKEN_QUERY
 * Errors: ERROR_INSUFFICIENT_BUFFER (n_groups_room too small; ids->n_groups tells the need)
 */
OPENLOGON_API BOOL openlogon_token_kernel_ids(HANDLE token, OPENLOGON_KERNEL_IDS *ids,
                                              DWORD *groups, DWORD n_groups_room);

/* A process and the logon session it belongs to. */
typedef struct OPENLOGON_PROCESS {
    DWORD pid;
    LUID session;
    char name[16]; /* the kernel's comm, NUL-terminated */
} OPENLOGON_PROCESS;

/**
 * Lists the processes whose session the caller may see, by rising pid.
 * The array is freed with LsaFreeReturnBuffer.
 */
OPENLOGON_API BOOL openlogon_enumerate_processes(OPENLOGON_PROCESS **processes, DWORD *count);

/* What LsaGetLogonSessionData has no room for. */
typedef struct OPENLOGON_SESSION_EXTRA {
    DWORD uid;        /* 0xFFFFFFFF: no Unix identity */
    DWORD references; /* tokens of the session */
    BOOL enforced;    /* threads and processes of the session wear its kernel ids */
} OPENLOGON_SESSION_EXTRA;

/**
 * Needs:  as LsaGetLogonSessionData
 * Errors: ERROR_NO_SUCH_LOGON_SESSION, ERROR_ACCESS_DENIED
 */
OPENLOGON_API BOOL openlogon_query_session_extra(const LUID *session,
                                                 OPENLOGON_SESSION_EXTRA *extra);

/* An OpenLogon account. */
typedef struct OPENLOGON_ACCOUNT {
    const char *name;
    const char *full_name;
    PSID sid;
    DWORD uid;
    DWORD flags;
    LARGE_INTEGER password_last_set; /* FILETIME */
} OPENLOGON_ACCOUNT;

/**
 * Adds an OpenLogon account. The password is wiped from the library's own buffers.
 * Needs:  membership in BUILTIN\Administrators, or SYSTEM
 * Errors: ERROR_USER_EXISTS (also when the machine has a Unix account of that name),
 *         ERROR_INVALID_ACCOUNT_NAME, ERROR_PASSWORD_RESTRICTION, ERROR_DISK_FULL,
 * ERROR_ACCESS_DENIED
 */
OPENLOGON_API BOOL openlogon_account_add(const char *name, const char *full_name,
                                         const char *password);

/** Errors: ERROR_NO_SUCH_USER, ERROR_ACCESS_DENIED. Needs: as openlogon_account_add */
OPENLOGON_API BOOL openlogon_account_delete(const char *name);

/** The array is one buffer, freed with LsaFreeReturnBuffer. Needs: nothing */
OPENLOGON_API BOOL openlogon_account_list(OPENLOGON_ACCOUNT **accounts, DWORD *count);

/**
 * Sets a password. old_password may be NULL for an administrator.
 * Needs:  the right old password, or as openlogon_account_add
 * Errors: ERROR_INVALID_PASSWORD (old one is wrong), ERROR_NO_SUCH_USER,
 * ERROR_PASSWORD_RESTRICTION, ERROR_DISK_FULL
 */
OPENLOGON_API BOOL openlogon_account_set_password(const char *name, const char *old_password,
                                                  const char *new_password);

#ifdef __cplusplus
}
#endif

#endif
