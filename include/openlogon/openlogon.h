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

#include <stddef.h>

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
    LUID linked;      /* the other of an administrator's two sessions; 0: there is none */
    TOKEN_ELEVATION_TYPE elevation_type; /* of its tokens */
} OPENLOGON_SESSION_EXTRA;

/**
 * Needs:  as LsaGetLogonSessionData
 * Errors: ERROR_NO_SUCH_LOGON_SESSION, ERROR_ACCESS_DENIED
 */
OPENLOGON_API BOOL openlogon_query_session_extra(const LUID *session,
                                                 OPENLOGON_SESSION_EXTRA *extra);

/**
 * Gives a process of an administrator's filtered session the full token, a primary token to start
 * processes with: CreateProcessAsUser then needs no privilege, in this process. It has all rights,
 * and is the caller's to close. A wrong password is a failed logon.
 * @password  of the session's user; NULL: none, which is enough where policy asks for nobody's
 * Needs:   the thread does not impersonate, and the process is neither restricted nor lowered since
 *          the logon
 * Errors:  ERROR_NO_SUCH_LOGON_SESSION (the session has no twin, or is the full one),
 *          ERROR_ACCESS_DENIED (see above; or policy forbids it), ERROR_ELEVATION_REQUIRED (no
 *          password was given, and policy asks for it), ERROR_LOGON_FAILURE, and as LogonUser
 */
OPENLOGON_API BOOL openlogon_elevate(const char *password, PHANDLE token);

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

/**
 * Whether a text is SDDL, and if not, where it stops being so and why.
 * @ret_offset  in bytes; @ret_reason a constant of the library's, in English, without a full stop:
 *              both are written when the function fails, and may be NULL
 * Errors: as ConvertStringSecurityDescriptorToSecurityDescriptor
 */
OPENLOGON_API BOOL openlogon_check_sddl(const char *sddl, size_t *ret_offset,
                                        const char **ret_reason);

/* ---- Why an access check answers as it does. ---- */

/* What decides on a right. */
typedef enum OPENLOGON_ACCESS_DECIDER {
    OPENLOGON_BY_NOTHING = 0,   /* no ACE speaks of it: not granted */
    OPENLOGON_BY_ACE = 1,       /* of the DACL: the first that names it for this token */
    OPENLOGON_BY_NULL_DACL = 2, /* there is no DACL, or a NULL one */
    OPENLOGON_BY_OWNER = 3,     /* the token owns the object, and no ACE speaks of OWNER RIGHTS */
    OPENLOGON_BY_PRIVILEGE = 4, /* an enabled one grants it */
    OPENLOGON_BY_MISSING_PRIVILEGE = 5, /* one that is not enabled would be needed */
    OPENLOGON_BY_LABEL = 6, /* mandatory integrity; the ACE is of the SACL, none: by default */
    OPENLOGON_BY_LIMIT = 7, /* a trust label or access filter of the SACL */
} OPENLOGON_ACCESS_DECIDER;

#define OPENLOGON_NO_ACE 0xFFFFFFFFu

typedef struct OPENLOGON_ACCESS_REASON {
    DWORD right;  /* one bit */
    BOOL granted; /* it would be if it were asked for alone */
    OPENLOGON_ACCESS_DECIDER decider;
    DWORD ace;       /* index in the DACL or SACL; OPENLOGON_NO_ACE */
    BOOL restricted; /* the restricting SIDs decided: without them it would be granted */
    LUID privilege;  /* 0: none */
} OPENLOGON_ACCESS_REASON;

/* A question as AccessCheckByType takes it, and a little more. What is 0 is not asked for. */
typedef struct OPENLOGON_ACCESS_QUERY {
    PSECURITY_DESCRIPTOR descriptor; /* owner and group may be missing */
    HANDLE token;                    /* of either type and any level */
    DWORD desired;                   /* may hold generic rights and MAXIMUM_ALLOWED */
    DWORD flags;                     /* OPENLOGON_ACCESS_* */
    PGENERIC_MAPPING mapping;
    PSID principal_self;
    POBJECT_TYPE_LIST object_types;
    DWORD n_object_types;
    DWORD object_type; /* index of the type whose reasons are told */
} OPENLOGON_ACCESS_QUERY;

/* What file systems do for those who open for backup, or to restore one: SeBackupPrivilege lets
 * read, SeRestorePrivilege write, delete and own, whatever the DACL says. */
#define OPENLOGON_ACCESS_BACKUP_INTENT  0x1
#define OPENLOGON_ACCESS_RESTORE_INTENT 0x2

typedef struct OPENLOGON_ACCESS_ANSWER {
    DWORD status;  /* ERROR_SUCCESS, ERROR_ACCESS_DENIED, ERROR_PRIVILEGE_NOT_HELD */
    DWORD granted; /* 0 unless granted */
} OPENLOGON_ACCESS_ANSWER;

/**
 * Answers as AccessCheckByType does, and tells of each right that was asked for what decided on it;
 * with MAXIMUM_ALLOWED of each right that the type of object has, and those granted beside them.
 * Reasons are sorted by rising bit.
 * @n_reasons  in: room in reasons; out: how many there are, 32 at most
 * Needs:  TOKEN_QUERY
 * Errors: ERROR_INSUFFICIENT_BUFFER (the answer is there, reasons are not; n_reasons tells the
 * need), ERROR_INVALID_PARAMETER, ERROR_INVALID_SID, ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED, and
 *         those of a malformed descriptor
 */
OPENLOGON_API BOOL openlogon_explain_access(const OPENLOGON_ACCESS_QUERY *query,
                                            OPENLOGON_ACCESS_ANSWER *answer,
                                            OPENLOGON_ACCESS_REASON *reasons, DWORD *n_reasons);

#ifdef __cplusplus
}
#endif

#endif
