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

/* How it is known in which session a process is. */
typedef enum OPENLOGON_PROCESS_BASIS {
    OPENLOGON_BASIS_CGROUP = 1,   /* it is in the control group that was made for the session */
    OPENLOGON_BASIS_AUDIT = 2,    /* the kernel's audit session is the one that the login got */
    OPENLOGON_BASIS_ANCESTOR = 3, /* it descends from one of the session */
    OPENLOGON_BASIS_STARTED = 4,  /* it was started with a token of the session */
    OPENLOGON_BASIS_SYSTEM = 5,   /* of no login; it is the kernel's, or has openlogond's own uid */
    OPENLOGON_BASIS_SERVICE = 6,  /* of no login; its uid has one session for all such */
    OPENLOGON_BASIS_TRACKER = 7,  /* the kernel has tracked it from the session's control group */
} OPENLOGON_PROCESS_BASIS;

/* A process and the logon session it belongs to. */
typedef struct OPENLOGON_PROCESS {
    DWORD pid;
    LUID session;
    char name[16]; /* the kernel's comm, NUL-terminated */
    OPENLOGON_PROCESS_BASIS basis;
} OPENLOGON_PROCESS;

/**
 * Lists the processes whose session the caller may see, by rising pid: for an administrator all of
 * the machine, each once.
 * The array is freed with LsaFreeReturnBuffer.
 */
OPENLOGON_API BOOL openlogon_enumerate_processes(OPENLOGON_PROCESS **processes, DWORD *count);

/**
 * In which session a process is. Its token can be another's: a process with another uid than the
 * session's acts as its own uid does.
 * @pid      0: the caller
 * @basis    may be NULL
 * Needs:    nothing
 * Errors:   ERROR_INVALID_PARAMETER (no such process)
 */
OPENLOGON_API BOOL openlogon_query_process_session(DWORD pid, LUID *session,
                                                   OPENLOGON_PROCESS_BASIS *basis);

/**
 * A name of a session that no other one has, on any machine and after any boot: the first 8 bytes
 * of the boot id, /proc/sys/kernel/random/boot_id, and the LUID. As a text it is the first three
 * groups of the boot id's, and the 16 hexadecimal digits of the LUID as the last two groups.
 */
OPENLOGON_API BOOL openlogon_session_guid(const LUID *session, GUID *guid);

/* How a session was made by PAM, as that told it. Texts are UTF-8, and empty where it told none. */
typedef struct OPENLOGON_LOGIN {
    const char *service;
    const char *tty;
    const char *remote_host;
    const char *remote_user;
    DWORD leader;        /* the pid of the program that let the user in; it may have ended */
    DWORD audit_session; /* the kernel's; 0: none of its own */
} OPENLOGON_LOGIN;

/**
 * @login    one block, freed with LsaFreeReturnBuffer
 * Needs:    as LsaGetLogonSessionData
 * Errors:   ERROR_NO_SUCH_LOGON_SESSION, ERROR_ACCESS_DENIED, ERROR_NOT_FOUND (it was not made by
 *           PAM)
 */
OPENLOGON_API BOOL openlogon_query_login(const LUID *session, OPENLOGON_LOGIN **login);

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

/* One of many sessions. Strings are UTF-8 and never NULL; what SECURITY_LOGON_SESSION_DATA has
 * besides is always empty here. */
typedef struct OPENLOGON_SESSION {
    LUID id;
    PSID sid; /* NULL: none */
    const char *user;
    const char *domain;
    const char *package;
    const char *logon_server;
    const char *dns_domain;
    const char *upn;
    const char *logon_script;
    const char *profile_path;
    const char *home_directory;
    DWORD logon_type; /* SECURITY_LOGON_TYPE; 0: SYSTEM's */
    DWORD wts_session;
    DWORD user_flags;
    DWORD failed_attempts;
    LARGE_INTEGER logon_time; /* all times are FILETIMEs */
    LARGE_INTEGER last_success;
    LARGE_INTEGER last_failure;
    LARGE_INTEGER logoff_time;
    LARGE_INTEGER kick_off_time;
    LARGE_INTEGER password_last_set;
    LARGE_INTEGER password_can_change;
    LARGE_INTEGER password_must_change;
    OPENLOGON_SESSION_EXTRA extra;
    OPENLOGON_LOGIN login; /* its service is empty: it was not made by PAM */
} OPENLOGON_SESSION;

/**
 * Data of many sessions, some hundred with each call, by rising LUID: a hundred times faster than
 * asking for each. Sessions that begin or end between two calls may be there or not.
 * @position  in: 0 to begin, then what it was set to; out: 0 when there are no more
 * @sessions  those that the caller may see; one block, freed with LsaFreeReturnBuffer. There may be
 *            none though more follow
 * @n_hidden  how many were passed over that the caller may not see; may be NULL
 * Needs:     nothing; what is told of is what LsaGetLogonSessionData would give
 */
OPENLOGON_API BOOL openlogon_query_sessions(LUID *position, OPENLOGON_SESSION **sessions,
                                            DWORD *count, DWORD *n_hidden);

/**
 * Lists the sessions that the caller may query, by rising LUID: those of one user, or all of them.
 * It takes as long as there are sessions to list, however many others there are.
 * @user      its name without a domain, ASCII letters in either case; NULL: of any name
 * @sid       NULL: of any SID
 * @sessions  freed with LsaFreeReturnBuffer
 * Needs:   nothing: others than administrators are told of their own user's sessions
 * Errors:  ERROR_INVALID_PARAMETER (also a name that is empty or too long), ERROR_INVALID_SID,
 *          ERROR_NO_UNICODE_TRANSLATION (the name is no UTF-8)
 */
OPENLOGON_API BOOL openlogon_find_sessions(const char *user, PSID sid, LUID **sessions,
                                           DWORD *count);

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

/**
 * Sends a process a signal, also one of another user's that this process has started.
 * Needs:   PROCESS_TERMINATE; for a process that it has not started what kill(2) needs
 * Errors:  ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED (also when it has ended),
 *          ERROR_INVALID_PARAMETER (the number)
 */
OPENLOGON_API BOOL openlogon_signal_process(HANDLE process, int number);

/**
 * Which of the kernel's capabilities a process has that is started with a token in which a
 * privilege is enabled, as openlogond is configured: "cap_chown cap_fowner", "all" or "none".
 * @privilege  "SeRestorePrivilege"
 * @size       in: room of the buffer; out: the length of the text, or the room that it needs
 * Needs:   nothing
 * Errors:  ERROR_NO_SUCH_PRIVILEGE, ERROR_INSUFFICIENT_BUFFER
 */
OPENLOGON_API BOOL openlogon_privilege_capabilities(const char *privilege, char *buffer,
                                                    DWORD *size);

/* An OpenLogon account. Times are FILETIMEs, 0 where there is none. */
typedef struct OPENLOGON_ACCOUNT {
    const char *name;
    const char *full_name;
    const char *comment;
    PSID sid;
    DWORD uid;
    DWORD flags; /* UF_*; with UF_LOCKOUT and UF_PASSWORD_EXPIRED where they are so */
    /* The rest is told to administrators and to the account itself; else `details` is FALSE. */
    BOOL details;
    LARGE_INTEGER password_last_set; /* 0: it is to be changed before the next logon */
    LARGE_INTEGER password_can_change;
    LARGE_INTEGER password_must_change; /* 0x7FFFFFFFFFFFFFFF: it need not be */
    LARGE_INTEGER expires;
    LARGE_INTEGER last_bad_password;
    LARGE_INTEGER locked_until; /* 0x7FFFFFFFFFFFFFFF: until it is unlocked */
    LARGE_INTEGER last_logon;
    DWORD bad_passwords; /* that count towards the lockout */
    DWORD logons;
    const BYTE *logon_hours; /* 21 bytes, a bit for each hour from Sunday 0:00 UTC; NULL: all */
    const char *home_directory;
    const char *profile_path;
    const char *script_path;
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

/** One account; freed with LsaFreeReturnBuffer. Needs: nothing. Errors: ERROR_NO_SUCH_USER */
OPENLOGON_API BOOL openlogon_account_get(const char *name, OPENLOGON_ACCOUNT **account);

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

/* What happens to sessions and tokens. */
typedef enum OPENLOGON_EVENT_TYPE {
    OPENLOGON_EVENT_LOST = 1, /* events are missing at this place */
    OPENLOGON_EVENT_SESSION_STARTED = 2,
    OPENLOGON_EVENT_SESSION_ENDED = 3,
    OPENLOGON_EVENT_LOGON_FAILED = 4,
    OPENLOGON_EVENT_ELEVATED = 5,       /* a full token was given out for a filtered one */
    OPENLOGON_EVENT_TOKEN_ASSIGNED = 6, /* made for a process that is about to start */
    OPENLOGON_EVENT_TOKEN_OPENED = 7,   /* that of a process of another session */
    OPENLOGON_EVENT_ACCOUNT_LOCKED_OUT = 8,
    OPENLOGON_EVENT_WTS_OPENED = 9,  /* a session as WTSEnumerateSessions lists them: a login */
    OPENLOGON_EVENT_WTS_CLOSED = 10, /* with the last logon session that belonged to it */
} OPENLOGON_EVENT_TYPE;

/* OPENLOGON_EVENT.lost when nobody knows. */
#define OPENLOGON_LOST_UNKNOWN 0xFFFFFFFFFFFFFFFFull

/* One event. What it does not have is 0, an empty string or NULL. Strings and the SID are the
 * watch's, until its next event is taken or it is closed. */
typedef struct OPENLOGON_EVENT {
    DWORD type;          /* OPENLOGON_EVENT_TYPE; there may be more in later versions */
    DWORD logon_type;    /* SECURITY_LOGON_TYPE */
    ULONGLONG sequence;  /* rises; begins anew when openlogond does */
    LARGE_INTEGER time;  /* FILETIME */
    ULONGLONG lost;      /* OPENLOGON_EVENT_LOST: how many are missing, or ..._UNKNOWN */
    LUID session;        /* that it is about */
    LUID linked_session; /* elevated: that of the full token */
    LUID token;          /* the token's id */
    PSID sid;            /* of the user */
    const char *user;    /* of a logon that failed: as it was asked for */
    const char *domain;
    const char *package; /* that authenticated */
    NTSTATUS status;     /* of a logon that failed: what its caller was told, */
    NTSTATUS sub_status; /* and why */
    DWORD actor_pid;     /* who asked for it; 0: openlogond itself */
    DWORD actor_uid;
    LUID actor_session;
    DWORD wts_session; /* number of the one that the session belongs to */
} OPENLOGON_EVENT;

/* A watch. Its owner closes it; one thread at a time uses it, and no forked child. */
typedef struct OPENLOGON_WATCH OPENLOGON_WATCH;

/**
 * Begins to watch, on a connection of its own, as whom the calling thread acts for. SYSTEM and
 * members of BUILTIN\Administrators see everything; others what is about their own user.
 * @types    which events: bits 1 << OPENLOGON_EVENT_TYPE; 0: all. Marks of loss always come
 * Errors: ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_QUOTA (openlogond has too many watches of
 *         this uid), ERROR_BAD_IMPERSONATION_LEVEL, RPC_S_SERVER_UNAVAILABLE
 */
OPENLOGON_API BOOL openlogon_watch_open(DWORD types, OPENLOGON_WATCH **watch);

/**
 * Takes the next event. A program that takes them too slowly loses some, and is told how many at
 * the place where they are missing. When openlogond was away, the watch goes on by itself and tells
 * OPENLOGON_LOST_UNKNOWN; but not when it was opened by an impersonating thread.
 * @timeout_ms  how long to wait; 0: not at all; INFINITE. A hanging openlogond costs up to 20 s
 * more Errors: ERROR_TIMEOUT (nothing has happened; the watch goes on). All others are for good:
 *         RPC_S_SERVER_UNAVAILABLE, and those of openlogon_watch_open
 */
OPENLOGON_API BOOL openlogon_watch_next(OPENLOGON_WATCH *watch, DWORD timeout_ms,
                                        OPENLOGON_EVENT *event);

/**
 * A descriptor for poll(), the watch's own and the same as long as it lives. When it is readable,
 * call openlogon_watch_next with timeout 0 until it fails: events come several at a time.
 */
OPENLOGON_API int openlogon_watch_fd(const OPENLOGON_WATCH *watch);

OPENLOGON_API void openlogon_watch_close(OPENLOGON_WATCH *watch); /* NULL is fine */

/* ---- Sessions as <wtsapi32.h> numbers them, with what Linux knows of them. ---- */

/* Strings are never NULL; without details all that follows is 0, or empty. */
typedef struct OPENLOGON_WTS_SESSION {
    DWORD number;
    DWORD state; /* WTS_CONNECTSTATE_CLASS */
    const char *station;
    BOOL
        details; /* the caller is told of it: it is his user's session, or he is an administrator */
    LUID logon;  /* the login's own logon session; 0: services, or it has ended */
    DWORD logon_type;
    const char *user;
    const char *domain;
    PSID sid; /* NULL: none */
    const char *remote_host;
    const char *logind_session; /* systemd-logind's id of it; empty: not known */
    LARGE_INTEGER connect_time; /* FILETIMEs, 0 where there is none */
    LARGE_INTEGER logon_time;
    LARGE_INTEGER last_input_time; /* at its terminal */
} OPENLOGON_WTS_SESSION;

/** By rising number. The array is one buffer, freed with LsaFreeReturnBuffer. Needs: nothing */
OPENLOGON_API BOOL openlogon_wts_sessions(OPENLOGON_WTS_SESSION **sessions, DWORD *count);

/**
 * Ends a logon session, and its linked one, with all its processes: they get SIGTERM, after a
 * fifth of the time of grace SIGHUP, and after all of it SIGKILL. What is left is taken away: a
 * handle that somebody still has to a token of the session refers to nothing. What was started
 * inside of it as somebody else, by su for instance, ends with it.
 * @session      NULL: all of a WTS session, as WTSLogoffSession does
 * @wts_session  looked at when session is NULL; WTS_CURRENT_SESSION is that of the process
 * @grace_ms     60000 at most; 0: SIGKILL at once
 * @wait         FALSE: returns as soon as the processes have been told
 * Needs:  the session is the caller's user's, or the caller is an administrator
 * Errors: ERROR_NO_SUCH_LOGON_SESSION, ERROR_FILE_NOT_FOUND (no such WTS session),
 *         ERROR_ACCESS_DENIED (also for the four well-known sessions and for WTS session 0),
 *         ERROR_NOT_SUPPORTED (the implicit session of a user's processes that no logon has
 *         started), ERROR_SEM_TIMEOUT (a process does not die), ERROR_INVALID_PARAMETER
 */
OPENLOGON_API BOOL openlogon_logoff(const LUID *session, DWORD wts_session, DWORD grace_ms,
                                    BOOL wait);

/* ---- The policy: what LsaQueryInformationPolicy has no class for. ---- */

/* Whom it takes to have an administrator's token elevated. */
typedef enum OPENLOGON_ELEVATION_CONSENT {
    OPENLOGON_ELEVATE_BY_PASSWORD = 0, /* the user gives his password again; the default */
    OPENLOGON_ELEVATE_FREELY = 1,      /* whoever holds the filtered token */
    OPENLOGON_ELEVATE_NEVER = 2,       /* nobody: who needs the full token logs on for it */
} OPENLOGON_ELEVATION_CONSENT;

typedef struct OPENLOGON_ELEVATION_POLICY {
    /* Interactive logons of administrators have a filtered token and a full one. Default: TRUE */
    BOOL split_administrators;
    /* Those of RID 500, which is uid 0, too. Default: FALSE */
    BOOL filter_built_in_administrator;
    OPENLOGON_ELEVATION_CONSENT consent;
} OPENLOGON_ELEVATION_POLICY;

/** Needs: POLICY_VIEW_LOCAL_INFORMATION of the policy object. Errors: ERROR_ACCESS_DENIED */
OPENLOGON_API BOOL openlogon_query_elevation_policy(OPENLOGON_ELEVATION_POLICY *policy);

/**
 * Counts for later logons.
 * Needs:  POLICY_SERVER_ADMIN of the policy object
 * Errors: ERROR_ACCESS_DENIED, ERROR_INVALID_PARAMETER (no such consent)
 */
OPENLOGON_API BOOL openlogon_set_elevation_policy(const OPENLOGON_ELEVATION_POLICY *policy);

#define OPENLOGON_POLICY_ELEVATION 0x10000

/**
 * Sets a part of the policy to its defaults.
 * @info_class  a POLICY_INFORMATION_CLASS that LsaSetInformationPolicy can set, or
 *              OPENLOGON_POLICY_ELEVATION
 * Needs:  as setting it
 * Errors: ERROR_ACCESS_DENIED, ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER
 */
OPENLOGON_API BOOL openlogon_reset_policy(DWORD info_class);

/**
 * Tells how far who is at the other end of a connection may act as the caller: as the process, or,
 * if the thread impersonates, as whom it acts for. Before or after connect(), and again to change
 * it; a server that has a token keeps that. It counts for the process that connects or connected,
 * and if the kernel knew it by the uid of the token then: an impersonating thread has to call both,
 * this and connect(). A connection of which nothing was said is at Identification.
 * @socket   of type AF_UNIX, stream or seqpacket, in openlogond's network namespace; the caller's
 *           end
 * @quality  its ImpersonationLevel; with static tracking the server gets the token as it is now,
 *           with dynamic tracking as it is when the server asks; EffectiveOnly leaves out
 *           privileges and groups that are disabled. Delegation is here no more than Impersonation
 * Errors: ERROR_INVALID_PARAMETER, ERROR_BAD_IMPERSONATION_LEVEL (no such level, or the thread acts
 *         for somebody at less than Impersonation), ERROR_INVALID_FUNCTION (no such socket),
 *         ERROR_INVALID_HANDLE, ERROR_NOT_SUPPORTED (of another network namespace),
 *         ERROR_NOT_ENOUGH_QUOTA
 */
OPENLOGON_API BOOL openlogon_socket_allow_impersonation(int socket,
                                                        const SECURITY_QUALITY_OF_SERVICE *quality);

/**
 * Sends a token to the process at the other end of any AF_UNIX socket: one byte 'T' with a
 * descriptor that openlogond made. While it is under way the token is held by it, and counts for
 * the sender's uid; what nobody receives goes with the socket.
 * @token    the process's own, an impersonation token or a primary one
 * @access   TOKEN_* rights that the receiver is to have, of those that the handle has; or
 *           MAXIMUM_ALLOWED
 * Errors: ERROR_ACCESS_DENIED (the handle has not all of these), ERROR_INVALID_HANDLE,
 *         ERROR_INVALID_FUNCTION (no AF_UNIX socket), ERROR_NO_DATA (it is full, and does not
 * block), ERROR_PIPE_NOT_CONNECTED, ERROR_BROKEN_PIPE, ERROR_NOT_ENOUGH_QUOTA (64 are under way)
 */
OPENLOGON_API BOOL openlogon_token_send(int socket, HANDLE token, DWORD access);

/**
 * Receives what openlogon_token_send() sent: reads that one byte.
 * @token    a new handle with the access that was sent; CloseHandle
 * Errors: ERROR_BROKEN_PIPE (the other end is closed), ERROR_CRC (something else came: it was
 * read), ERROR_NO_TOKEN (a descriptor came that is not one of openlogond's), ERROR_NO_DATA (it is
 * empty, and does not block), ERROR_INVALID_FUNCTION, ERROR_NOT_ENOUGH_QUOTA
 */
OPENLOGON_API BOOL openlogon_token_receive(int socket, PHANDLE token);

/* ---- openlogond seen from within. ---- */

typedef enum OPENLOGON_METRIC_KIND {
    OPENLOGON_METRIC_COUNTER = 1, /* since openlogond began */
    OPENLOGON_METRIC_GAUGE = 2,
    OPENLOGON_METRIC_HISTOGRAM = 3, /* samples are buckets: how many were at most "le", the last one
                                       "+Inf", that is all */
} OPENLOGON_METRIC_KIND;

typedef struct OPENLOGON_METRIC_SAMPLE {
    const char *value; /* of the metric's label */
    double number;
} OPENLOGON_METRIC_SAMPLE;

/* Names are those of Prometheus; strings are never NULL. */
typedef struct OPENLOGON_METRIC {
    const char *name;
    const char *help;
    const char *label; /* empty: it has one sample, without a label */
    OPENLOGON_METRIC_SAMPLE *samples;
    DWORD n_samples;
    DWORD kind; /* OPENLOGON_METRIC_KIND */
    double sum; /* of a histogram */
} OPENLOGON_METRIC;

/**
 * What openlogond counts of itself.
 * @metrics  one block, freed with LsaFreeReturnBuffer
 * Needs:    membership in BUILTIN\Administrators, or SYSTEM
 * Errors:   ERROR_ACCESS_DENIED
 */
OPENLOGON_API BOOL openlogon_query_metrics(OPENLOGON_METRIC **metrics, DWORD *count);

/*
 * Objects of openlogond are known by numbers: the same object has the same one as long as
 * openlogond runs, and no two objects share one. They are no addresses and tell nothing else.
 */
typedef struct OPENLOGON_DEBUG_HOLDER {
    DWORD kind; /* 1: a process by its own token; 2: a program, by its connection; 3: the control
                   group of its processes */
    DWORD pid;  /* 0: of a control group */
    LUID token;
    ULONGLONG token_object;
    DWORD token_references;
    DWORD count; /* references that it has */
} OPENLOGON_DEBUG_HOLDER;

typedef struct OPENLOGON_DEBUG {
    ULONGLONG token_object; /* of the token that was asked about; else 0 */
    DWORD token_references;
    DWORD session_references; /* tokens of the session */
    LUID session;
    ULONGLONG session_object;
    LUID linked; /* the other of an administrator's two sessions; 0: there is none */
    ULONGLONG linked_object;
    const char *maker;  /* the package that made it; empty: openlogond itself */
    const char *source; /* of its tokens; empty: there was none to look at */
    LUID origin;        /* the session that asked for the logon; 0: none */
    BOOL has_origin;    /* FALSE: there was no token to look at */
    DWORD n_credentials;
    BOOL has_group; /* a control group was made for its processes */
    DWORD n_holders;
    OPENLOGON_DEBUG_HOLDER *holders; /* of its tokens; others are held by openlogond itself */
    BOOL more;                       /* there are more than these */
} OPENLOGON_DEBUG;

/**
 * What openlogond has of a session. One block, freed with LsaFreeReturnBuffer.
 * @holders  tell who holds its tokens, too
 * Needs:    membership in BUILTIN\Administrators, SYSTEM, or SeDebugPrivilege enabled
 * Errors:   ERROR_ACCESS_DENIED, ERROR_NO_SUCH_LOGON_SESSION
 */
OPENLOGON_API BOOL openlogon_debug_session(const LUID *session, BOOL holders,
                                           OPENLOGON_DEBUG **debug);

/** The same of a token's session, and of the token. @token  any access */
OPENLOGON_API BOOL openlogon_debug_token(HANDLE token, OPENLOGON_DEBUG **debug);

#ifdef __cplusplus
}
#endif

#endif
