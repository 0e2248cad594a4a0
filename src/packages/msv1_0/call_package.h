/* SPDX-License-Identifier: MIT */
/* The messages of LsaCallAuthenticationPackage() that MSV1_0 knows. */
#ifndef OPENLOGON_PACKAGES_MSV1_0_CALL_PACKAGE_H
#define OPENLOGON_PACKAGES_MSV1_0_CALL_PACKAGE_H

#include <windows.h>
#include <ntsecapi.h>
#include <ntsecpkg.h>

#include "packages/common/submit.h"
#include "worker/account_store.h"

/* What the package has. Borrowed. */
struct message_context {
    const LSA_SECPKG_FUNCTION_TABLE *lsa;
    account_store *store;
    const char *machine_name;
    PLSA_CLIENT_REQUEST request;
};

/* What goes back: a buffer in the client's memory, or none. */
struct message_result {
    PVOID buffer;
    ULONG size;
    NTSTATUS protocol_status; /* of what was asked for, once the message itself was understood */
};

/**
 * Answers a message: MsV1_0ChangePassword, MsV1_0EnumerateUsers, MsV1_0GetUserInfo.
 * Errors: INVALID_PARAMETER (malformed, or no message of MSV1_0), NOT_SUPPORTED (one that needs
 * what is not here: a domain, a cache of its logons, challenges, which are SSPI's), NO_MEMORY,
 *         INSUFFICIENT_RESOURCES (the answer is larger than the client has room)
 */
_must_check_ nt_status message_answer(struct message_result *ret,
                                      const struct message_context *context,
                                      const struct submit *submit);

#endif
