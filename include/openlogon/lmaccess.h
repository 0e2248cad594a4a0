/* SPDX-License-Identifier: MIT */
/* Accounts, their policy, and local groups. */
#ifndef OPENLOGON_LMACCESS_H
#define OPENLOGON_LMACCESS_H

#include <lmcons.h>
#include <lmapibuf.h>
#include <lmerr.h>
#include <winbase.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UF_SCRIPT                          0x0001
#define UF_ACCOUNTDISABLE                  0x0002
#define UF_HOMEDIR_REQUIRED                0x0008
#define UF_LOCKOUT                         0x0010
#define UF_PASSWD_NOTREQD                  0x0020
#define UF_PASSWD_CANT_CHANGE              0x0040
#define UF_ENCRYPTED_TEXT_PASSWORD_ALLOWED 0x0080
#define UF_TEMP_DUPLICATE_ACCOUNT          0x0100
#define UF_NORMAL_ACCOUNT                  0x0200
#define UF_INTERDOMAIN_TRUST_ACCOUNT       0x0800
#define UF_WORKSTATION_TRUST_ACCOUNT       0x1000
#define UF_SERVER_TRUST_ACCOUNT            0x2000
#define UF_MACHINE_ACCOUNT_MASK                                                                    \
    (UF_INTERDOMAIN_TRUST_ACCOUNT | UF_WORKSTATION_TRUST_ACCOUNT | UF_SERVER_TRUST_ACCOUNT)
#define UF_ACCOUNT_TYPE_MASK                                                                       \
    (UF_TEMP_DUPLICATE_ACCOUNT | UF_NORMAL_ACCOUNT | UF_INTERDOMAIN_TRUST_ACCOUNT |                \
     UF_WORKSTATION_TRUST_ACCOUNT | UF_SERVER_TRUST_ACCOUNT)
#define UF_DONT_EXPIRE_PASSWD                     0x10000
#define UF_MNS_LOGON_ACCOUNT                      0x20000
#define UF_SMARTCARD_REQUIRED                     0x40000
#define UF_TRUSTED_FOR_DELEGATION                 0x80000
#define UF_NOT_DELEGATED                          0x100000
#define UF_USE_DES_KEY_ONLY                       0x200000
#define UF_DONT_REQUIRE_PREAUTH                   0x400000
#define UF_PASSWORD_EXPIRED                       0x800000
#define UF_TRUSTED_TO_AUTHENTICATE_FOR_DELEGATION 0x1000000
#define UF_NO_AUTH_DATA_REQUIRED                  0x2000000
#define UF_SETTABLE_BITS                                                                           \
    (UF_SCRIPT | UF_ACCOUNTDISABLE | UF_LOCKOUT | UF_HOMEDIR_REQUIRED | UF_PASSWD_NOTREQD |        \
     UF_PASSWD_CANT_CHANGE | UF_ACCOUNT_TYPE_MASK | UF_DONT_EXPIRE_PASSWD | UF_MNS_LOGON_ACCOUNT | \
     UF_ENCRYPTED_TEXT_PASSWORD_ALLOWED | UF_SMARTCARD_REQUIRED | UF_TRUSTED_FOR_DELEGATION |      \
     UF_NOT_DELEGATED | UF_USE_DES_KEY_ONLY | UF_DONT_REQUIRE_PREAUTH | UF_PASSWORD_EXPIRED |      \
     UF_TRUSTED_TO_AUTHENTICATE_FOR_DELEGATION | UF_NO_AUTH_DATA_REQUIRED)
#define USER_PRIV_GUEST             0
#define USER_PRIV_USER              1
#define USER_PRIV_ADMIN             2
#define USER_MAXSTORAGE_UNLIMITED   ((DWORD)-1)
#define UNITS_PER_DAY               24
#define UNITS_PER_WEEK              (UNITS_PER_DAY * 7)

#define TIMEQ_FOREVER               ((DWORD)-1)
#define FILTER_NORMAL_ACCOUNT       (0x0002)
#define LG_INCLUDE_INDIRECT         (0x0001)
#define PARMNUM_BASE_INFOLEVEL      1000
#define MODALS_FORCE_LOGOFF_PARMNUM 4

/* Accounts. usri*_password is NULL when it comes from here. */

typedef struct _USER_INFO_0 {
    LPWSTR usri0_name;
} USER_INFO_0, *PUSER_INFO_0, *LPUSER_INFO_0;

typedef struct _USER_INFO_1 {
    LPWSTR usri1_name;
    LPWSTR usri1_password;
    DWORD usri1_password_age;
    DWORD usri1_priv;
    LPWSTR usri1_home_dir;
    LPWSTR usri1_comment;
    DWORD usri1_flags;
    LPWSTR usri1_script_path;
} USER_INFO_1, *PUSER_INFO_1, *LPUSER_INFO_1;

typedef struct _USER_INFO_2 {
    LPWSTR usri2_name;
    LPWSTR usri2_password;
    DWORD usri2_password_age;
    DWORD usri2_priv;
    LPWSTR usri2_home_dir;
    LPWSTR usri2_comment;
    DWORD usri2_flags;
    LPWSTR usri2_script_path;
    DWORD usri2_auth_flags;
    LPWSTR usri2_full_name;
    LPWSTR usri2_usr_comment;
    LPWSTR usri2_parms;
    LPWSTR usri2_workstations;
    DWORD usri2_last_logon;
    DWORD usri2_last_logoff;
    DWORD usri2_acct_expires;
    DWORD usri2_max_storage;
    DWORD usri2_units_per_week;
    PBYTE usri2_logon_hours;
    DWORD usri2_bad_pw_count;
    DWORD usri2_num_logons;
    LPWSTR usri2_logon_server;
    DWORD usri2_country_code;
    DWORD usri2_code_page;
} USER_INFO_2, *PUSER_INFO_2, *LPUSER_INFO_2;

typedef struct _USER_INFO_3 {
    LPWSTR usri3_name;
    LPWSTR usri3_password;
    DWORD usri3_password_age;
    DWORD usri3_priv;
    LPWSTR usri3_home_dir;
    LPWSTR usri3_comment;
    DWORD usri3_flags;
    LPWSTR usri3_script_path;
    DWORD usri3_auth_flags;
    LPWSTR usri3_full_name;
    LPWSTR usri3_usr_comment;
    LPWSTR usri3_parms;
    LPWSTR usri3_workstations;
    DWORD usri3_last_logon;
    DWORD usri3_last_logoff;
    DWORD usri3_acct_expires;
    DWORD usri3_max_storage;
    DWORD usri3_units_per_week;
    PBYTE usri3_logon_hours;
    DWORD usri3_bad_pw_count;
    DWORD usri3_num_logons;
    LPWSTR usri3_logon_server;
    DWORD usri3_country_code;
    DWORD usri3_code_page;
    DWORD usri3_user_id;
    DWORD usri3_primary_group_id;
    LPWSTR usri3_profile;
    LPWSTR usri3_home_dir_drive;
    DWORD usri3_password_expired;
} USER_INFO_3, *PUSER_INFO_3, *LPUSER_INFO_3;

typedef struct _USER_INFO_4 {
    LPWSTR usri4_name;
    LPWSTR usri4_password;
    DWORD usri4_password_age;
    DWORD usri4_priv;
    LPWSTR usri4_home_dir;
    LPWSTR usri4_comment;
    DWORD usri4_flags;
    LPWSTR usri4_script_path;
    DWORD usri4_auth_flags;
    LPWSTR usri4_full_name;
    LPWSTR usri4_usr_comment;
    LPWSTR usri4_parms;
    LPWSTR usri4_workstations;
    DWORD usri4_last_logon;
    DWORD usri4_last_logoff;
    DWORD usri4_acct_expires;
    DWORD usri4_max_storage;
    DWORD usri4_units_per_week;
    PBYTE usri4_logon_hours;
    DWORD usri4_bad_pw_count;
    DWORD usri4_num_logons;
    LPWSTR usri4_logon_server;
    DWORD usri4_country_code;
    DWORD usri4_code_page;
    PSID usri4_user_sid;
    DWORD usri4_primary_group_id;
    LPWSTR usri4_profile;
    LPWSTR usri4_home_dir_drive;
    DWORD usri4_password_expired;
} USER_INFO_4, *PUSER_INFO_4, *LPUSER_INFO_4;

typedef struct _USER_INFO_10 {
    LPWSTR usri10_name;
    LPWSTR usri10_comment;
    LPWSTR usri10_usr_comment;
    LPWSTR usri10_full_name;
} USER_INFO_10, *PUSER_INFO_10, *LPUSER_INFO_10;

typedef struct _USER_INFO_20 {
    LPWSTR usri20_name;
    LPWSTR usri20_full_name;
    LPWSTR usri20_comment;
    DWORD usri20_flags;
    DWORD usri20_user_id;
} USER_INFO_20, *PUSER_INFO_20, *LPUSER_INFO_20;

typedef struct _USER_INFO_23 {
    LPWSTR usri23_name;
    LPWSTR usri23_full_name;
    LPWSTR usri23_comment;
    DWORD usri23_flags;
    PSID usri23_user_sid;
} USER_INFO_23, *PUSER_INFO_23, *LPUSER_INFO_23;

typedef struct _USER_INFO_1003 {
    LPWSTR usri1003_password;
} USER_INFO_1003, *PUSER_INFO_1003, *LPUSER_INFO_1003;

typedef struct _USER_INFO_1006 {
    LPWSTR usri1006_home_dir;
} USER_INFO_1006, *PUSER_INFO_1006, *LPUSER_INFO_1006;

typedef struct _USER_INFO_1007 {
    LPWSTR usri1007_comment;
} USER_INFO_1007, *PUSER_INFO_1007, *LPUSER_INFO_1007;

typedef struct _USER_INFO_1008 {
    DWORD usri1008_flags;
} USER_INFO_1008, *PUSER_INFO_1008, *LPUSER_INFO_1008;

typedef struct _USER_INFO_1009 {
    LPWSTR usri1009_script_path;
} USER_INFO_1009, *PUSER_INFO_1009, *LPUSER_INFO_1009;

typedef struct _USER_INFO_1011 {
    LPWSTR usri1011_full_name;
} USER_INFO_1011, *PUSER_INFO_1011, *LPUSER_INFO_1011;

typedef struct _USER_INFO_1017 {
    DWORD usri1017_acct_expires;
} USER_INFO_1017, *PUSER_INFO_1017, *LPUSER_INFO_1017;

typedef struct _USER_INFO_1052 {
    LPWSTR usri1052_profile;
} USER_INFO_1052, *PUSER_INFO_1052, *LPUSER_INFO_1052;

typedef struct _USER_INFO_1020 {
    DWORD usri1020_units_per_week;
    LPBYTE usri1020_logon_hours;
} USER_INFO_1020, *PUSER_INFO_1020, *LPUSER_INFO_1020;

/* Rules for all accounts. Durations are seconds. */

typedef struct _USER_MODALS_INFO_0 {
    DWORD usrmod0_min_passwd_len;
    DWORD usrmod0_max_passwd_age;
    DWORD usrmod0_min_passwd_age;
    DWORD usrmod0_force_logoff;
    DWORD usrmod0_password_hist_len;
} USER_MODALS_INFO_0, *PUSER_MODALS_INFO_0, *LPUSER_MODALS_INFO_0;

typedef struct _USER_MODALS_INFO_3 {
    DWORD usrmod3_lockout_duration;
    DWORD usrmod3_lockout_observation_window;
    DWORD usrmod3_lockout_threshold;
} USER_MODALS_INFO_3, *PUSER_MODALS_INFO_3, *LPUSER_MODALS_INFO_3;

/* Local groups. */

typedef struct _LOCALGROUP_INFO_0 {
    LPWSTR lgrpi0_name;
} LOCALGROUP_INFO_0, *PLOCALGROUP_INFO_0, *LPLOCALGROUP_INFO_0;

typedef struct _LOCALGROUP_INFO_1 {
    LPWSTR lgrpi1_name;
    LPWSTR lgrpi1_comment;
} LOCALGROUP_INFO_1, *PLOCALGROUP_INFO_1, *LPLOCALGROUP_INFO_1;

typedef struct _LOCALGROUP_INFO_1002 {
    LPWSTR lgrpi1002_comment;
} LOCALGROUP_INFO_1002, *PLOCALGROUP_INFO_1002, *LPLOCALGROUP_INFO_1002;

typedef struct _LOCALGROUP_MEMBERS_INFO_0 {
    PSID lgrmi0_sid;
} LOCALGROUP_MEMBERS_INFO_0, *PLOCALGROUP_MEMBERS_INFO_0, *LPLOCALGROUP_MEMBERS_INFO_0;

typedef struct _LOCALGROUP_MEMBERS_INFO_1 {
    PSID lgrmi1_sid;
    SID_NAME_USE lgrmi1_sidusage;
    LPWSTR lgrmi1_name;
} LOCALGROUP_MEMBERS_INFO_1, *PLOCALGROUP_MEMBERS_INFO_1, *LPLOCALGROUP_MEMBERS_INFO_1;

typedef struct _LOCALGROUP_MEMBERS_INFO_2 {
    PSID lgrmi2_sid;
    SID_NAME_USE lgrmi2_sidusage;
    LPWSTR lgrmi2_domainandname;
} LOCALGROUP_MEMBERS_INFO_2, *PLOCALGROUP_MEMBERS_INFO_2, *LPLOCALGROUP_MEMBERS_INFO_2;

typedef struct _LOCALGROUP_MEMBERS_INFO_3 {
    LPWSTR lgrmi3_domainandname;
} LOCALGROUP_MEMBERS_INFO_3, *PLOCALGROUP_MEMBERS_INFO_3, *LPLOCALGROUP_MEMBERS_INFO_3;

typedef struct _LOCALGROUP_USERS_INFO_0 {
    LPWSTR lgrui0_name;
} LOCALGROUP_USERS_INFO_0, *PLOCALGROUP_USERS_INFO_0, *LPLOCALGROUP_USERS_INFO_0;

/*
 * All are about this machine: the server's name is NULL, empty or the machine's own. Names of
 * functions, levels and results are Windows'; who is no administrator and asks for more of another
 * account than its names is told ERROR_ACCESS_DENIED. Buffers are freed with NetApiBufferFree().
 *
 * Errors of all: ERROR_INVALID_LEVEL, ERROR_INVALID_PARAMETER, ERROR_ACCESS_DENIED,
 * RPC_S_SERVER_UNAVAILABLE (another machine, or no openlogond answers), ERROR_NOT_ENOUGH_MEMORY,
 * and those of the account database (ERROR_DISK_FULL, ERROR_WRITE_PROTECT,
 * ERROR_INTERNAL_DB_CORRUPTION ...).
 */

/** Levels 1, 2, 3, 4. Needs: membership in BUILTIN\Administrators.
 * Errors: NERR_UserExists, NERR_GroupExists, ERROR_ALIAS_EXISTS, NERR_BadUsername,
 *         NERR_PasswordTooShort (the policy's reasons of any kind) */
OPENLOGON_API NET_API_STATUS NetUserAdd(LPCWSTR servername, DWORD level, LPBYTE buf,
                                        LPDWORD parm_err);
/** Needs: as NetUserAdd(). Errors: NERR_UserNotFound */
OPENLOGON_API NET_API_STATUS NetUserDel(LPCWSTR servername, LPCWSTR username);
/** Levels 0, 1, 2, 3, 4, 10, 20, 23. All accounts come at once. */
OPENLOGON_API NET_API_STATUS NetUserEnum(LPCWSTR servername, DWORD level, DWORD filter,
                                         LPBYTE *bufptr, DWORD prefmaxlen, LPDWORD entriesread,
                                         LPDWORD totalentries, PDWORD resume_handle);
/** Levels as NetUserEnum(). Errors: NERR_UserNotFound */
OPENLOGON_API NET_API_STATUS NetUserGetInfo(LPCWSTR servername, LPCWSTR username, DWORD level,
                                            LPBYTE *bufptr);
/** Levels 0 (the new name), 1, 2, 3, 4, 1003, 1006 to 1009, 1011, 1017, 1020, 1052. A NULL text
 * stays as it is; a flags word without UF_LOCKOUT unlocks. Needs: as NetUserAdd().
 * Errors: NERR_UserNotFound, and as NetUserAdd() */
OPENLOGON_API NET_API_STATUS NetUserSetInfo(LPCWSTR servername, LPCWSTR username, DWORD level,
                                            LPBYTE buf, LPDWORD parm_err);
/** @domainname NULL, or this machine. Needs: the right old password.
 * Errors: ERROR_INVALID_PASSWORD, ERROR_ACCOUNT_LOCKED_OUT, ERROR_ACCOUNT_DISABLED,
 *         NERR_UserNotFound, NERR_PasswordTooShort (or too recent, or an old one) */
OPENLOGON_API NET_API_STATUS NetUserChangePassword(LPCWSTR domainname, LPCWSTR username,
                                                   LPCWSTR oldpassword, LPCWSTR newpassword);
/** Level 0. LG_INCLUDE_INDIRECT: and the groups that these groups are in. */
OPENLOGON_API NET_API_STATUS NetUserGetLocalGroups(LPCWSTR servername, LPCWSTR username,
                                                   DWORD level, DWORD flags, LPBYTE *bufptr,
                                                   DWORD prefmaxlen, LPDWORD entriesread,
                                                   LPDWORD totalentries);
/** Levels 0 and 3. usrmod0_force_logoff is TIMEQ_FOREVER: nobody is logged off by the clock. */
OPENLOGON_API NET_API_STATUS NetUserModalsGet(LPCWSTR servername, DWORD level, LPBYTE *bufptr);
/** Levels 0 and 3. Needs: as NetUserAdd(). */
OPENLOGON_API NET_API_STATUS NetUserModalsSet(LPCWSTR servername, DWORD level, LPBYTE buf,
                                              LPDWORD parm_err);

/** Levels 0, 1. Needs: as NetUserAdd(). Errors: ERROR_ALIAS_EXISTS, NERR_UserExists,
 * NERR_GroupExists, NERR_BadUsername */
OPENLOGON_API NET_API_STATUS NetLocalGroupAdd(LPCWSTR servername, DWORD level, LPBYTE buf,
                                              LPDWORD parm_err);
/** Needs: as NetUserAdd(). Errors: ERROR_NO_SUCH_ALIAS, NERR_SpeGroupOp (a group of BUILTIN) */
OPENLOGON_API NET_API_STATUS NetLocalGroupDel(LPCWSTR servername, LPCWSTR groupname);
/** Levels 0, 1. All groups come at once. */
OPENLOGON_API NET_API_STATUS NetLocalGroupEnum(LPCWSTR servername, DWORD level, LPBYTE *bufptr,
                                               DWORD prefmaxlen, LPDWORD entriesread,
                                               LPDWORD totalentries, PDWORD_PTR resumehandle);
/** Levels 0, 1. Errors: ERROR_NO_SUCH_ALIAS */
OPENLOGON_API NET_API_STATUS NetLocalGroupGetInfo(LPCWSTR servername, LPCWSTR groupname,
                                                  DWORD level, LPBYTE *bufptr);
/** Levels 0 (the new name), 1, 1002. Needs: as NetUserAdd(). Errors: as NetLocalGroupAdd(),
 * ERROR_NO_SUCH_ALIAS, NERR_SpeGroupOp */
OPENLOGON_API NET_API_STATUS NetLocalGroupSetInfo(LPCWSTR servername, LPCWSTR groupname,
                                                  DWORD level, LPBYTE buf, LPDWORD parm_err);
/** Levels 0, 1, 2, 3. Errors: ERROR_NO_SUCH_ALIAS */
OPENLOGON_API NET_API_STATUS NetLocalGroupGetMembers(LPCWSTR servername, LPCWSTR localgroupname,
                                                     DWORD level, LPBYTE *bufptr, DWORD prefmaxlen,
                                                     LPDWORD entriesread, LPDWORD totalentries,
                                                     PDWORD_PTR resumehandle);
/** Levels 0, 3. The first that cannot be added ends it; those before stay. Needs: as NetUserAdd().
 * Errors: ERROR_NO_SUCH_ALIAS, ERROR_NO_SUCH_MEMBER, ERROR_MEMBER_IN_ALIAS, ERROR_INVALID_MEMBER
 *         (the group would be a member of itself) */
OPENLOGON_API NET_API_STATUS NetLocalGroupAddMembers(LPCWSTR servername, LPCWSTR groupname,
                                                     DWORD level, LPBYTE buf, DWORD totalentries);
/** As NetLocalGroupAddMembers(). Errors: ERROR_MEMBER_NOT_IN_ALIAS too */
OPENLOGON_API NET_API_STATUS NetLocalGroupDelMembers(LPCWSTR servername, LPCWSTR groupname,
                                                     DWORD level, LPBYTE buf, DWORD totalentries);

#ifdef __cplusplus
}
#endif

#endif
