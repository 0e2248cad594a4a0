/* SPDX-License-Identifier: MIT */
/* For tests that call LsaLogonUser() and LsaCallAuthenticationPackage(): what these are given. */
#ifndef OPENLOGON_TESTS_SYSTEM_LSA_H
#define OPENLOGON_TESTS_SYSTEM_LSA_H

#include <windows.h>
#include <ntsecapi.h>

enum { LSA_TEXT_UNITS = 64 }; /* with the zero at the end */

/* A submit buffer whose strings lie behind the structure, as MSV1_0 wants them. Passwords in it are
 * the caller's to wipe. */
struct lsa_submit {
    MSV1_0_INTERACTIVE_LOGON logon;
    WCHAR domain[LSA_TEXT_UNITS], user[LSA_TEXT_UNITS], password[LSA_TEXT_UNITS];
};

/* The same for a change of a password. */
struct lsa_change {
    MSV1_0_CHANGEPASSWORD_REQUEST request;
    WCHAR account[LSA_TEXT_UNITS], old_password[LSA_TEXT_UNITS], new_password[LSA_TEXT_UNITS];
};

/* Texts are ASCII. The domain is this machine. */
void lsa_submit_fill(struct lsa_submit *ret, MSV1_0_LOGON_SUBMIT_TYPE kind, const char *user,
                     const char *password);
void lsa_change_fill(struct lsa_change *ret, const char *account, const char *old_password,
                     const char *new_password);

LSA_STRING lsa_string(const char *text); /* borrows it */
ULONG lsa_package(HANDLE lsa, const char *name);

/* What LsaLogonUser() gave. */
struct lsa_result {
    NTSTATUS status, sub_status;
    void *profile;
    ULONG profile_size;
    LUID id;
    HANDLE token;
    QUOTA_LIMITS quotas;
};

/* The token's source is "Test-lsa", 77. @groups NULL: none are added */
struct lsa_result lsa_log_on(HANDLE lsa, ULONG package, struct lsa_submit *submit,
                             SECURITY_LOGON_TYPE type, TOKEN_GROUPS *groups);
void lsa_result_done(struct lsa_result *result); /* of a logon that succeeded */

#endif
