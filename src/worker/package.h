/* SPDX-License-Identifier: MIT */
/*
 * One authentication package: a shared object written against ntsecpkg.h, of either family.
 * SpLsaModeInitialize gives a table (a security support provider that also authenticates);
 * otherwise LsaApInitializePackage, LsaApLogonTerminated and exactly one of LsaApLogonUser,
 * LsaApLogonUserEx and LsaApLogonUserEx2 are exported.
 */
#ifndef OPENLOGON_WORKER_PACKAGE_H
#define OPENLOGON_WORKER_PACKAGE_H

#include <windows.h>
#include <ntsecapi.h>
#include <ntsecpkg.h>

#include "worker/client_request.h"
#include "worker/config.h"

typedef struct package package;

/**
 * Loads and initialises a package.
 * @ret    set also on failure (unless NO_MEMORY): package_status() is then what is returned
 * Errors: OBJECT_PATH_SYNTAX_BAD (the path is not absolute), DLL_NOT_FOUND, ENTRYPOINT_NOT_FOUND,
 *         NOT_SUPPORTED (several logon functions, several tables), what the package answers
 */
_must_check_ nt_status package_load(package **ret, const Openlogon__Worker__PackageConfig *from,
                                    const worker_config *config);
package *package_free(package *p); /* shuts it down and unloads it; NULL is fine; returns NULL */
DEFINE_CLEANUP(package *, package_free);

uint32_t package_id(const package *p);
nt_status package_status(const package *p);
bool package_is_unloaded(const package *p); /* at its own wish */

/* The name by which LsaLookupAuthenticationPackage finds it. */
const char *package_name(const package *p);
/* The name that sessions show: "NTLM" for MICROSOFT_AUTHENTICATION_PACKAGE_V1_0. */
const char *package_shown_name(const package *p);

/*
 * One call of a package's LogonUser: what goes in, and what came out. package_logon_done() frees
 * the latter, as an LSA does. Zeroed but for what goes in.
 */
struct package_logon {
    struct client_request *request;
    SECURITY_LOGON_TYPE type;
    void *submit;      /* the buffer's copy that the package may write to */
    void *client_base; /* where the client's own lies */
    ULONG submit_size;

    PVOID profile; /* in the client's memory */
    ULONG profile_size;
    LUID logon_id;
    NTSTATUS sub_status;
    LSA_TOKEN_INFORMATION_TYPE token_type;
    PVOID token;
    PUNICODE_STRING account_name;
    PUNICODE_STRING authority;
    PUNICODE_STRING machine_name;
    SECPKG_PRIMARY_CRED primary;
    PSECPKG_SUPPLEMENTAL_CRED_ARRAY cached;
};

/* Errors: what the package answers; NOT_SUPPORTED (it authenticates nobody) */
_must_check_ nt_status package_log_on(package *p, struct package_logon *logon);
void package_logon_done(struct package_logon *logon);

/* SpAcceptCredentials of a logon that has succeeded: the package keeps what it wants of the primary
 * credentials that its LogonUserEx2 gave, and of its own supplemental ones. What it answers does
 * not count. */
void package_accept_credentials(package *p, struct package_logon *logon);

/* One call of a package's CallPackage; as above. */
struct package_message {
    struct client_request *request;
    enum package_message_kind {
        MESSAGE_TRUSTED,
        MESSAGE_UNTRUSTED,
        MESSAGE_PASSTHROUGH,
    } kind;
    void *submit;
    void *client_base;
    ULONG submit_size;

    PVOID returned; /* in the client's memory */
    ULONG returned_size;
    NTSTATUS protocol_status;
};

/* Errors: what the package answers; NOT_SUPPORTED (it takes no such calls) */
_must_check_ nt_status package_call(package *p, struct package_message *message);

/* What it registered with RegisterNotification and is due. */
void package_run_notifications(package *p);

/* LsaApLogonTerminated */
void package_session_ended(package *p, uint64_t luid);

#endif
