/* SPDX-License-Identifier: MIT */
/*
 * Unix: logons to the machine's own accounts, through PAM. A package of the LsaAp family. A name
 * that NSS does not know never reaches PAM; the host evens out the time.
 */
#include <stdlib.h>
#include <string.h>

#include <windows.h>
#include <ntsecapi.h>
#include <ntsecpkg.h>

#include "packages/common/answer.h"
#include "packages/common/interactive_logon.h"
#include "packages/unix/pam_check.h"
#include "security/idmap.h"
#include "worker/unix_account.h"

static const char package_name[] = "Unix";

static struct {
    const LSA_DISPATCH_TABLE *lsa;
    sid_buffer machine_sid;
    const char *machine_name; /* of the environment, which the host set before */
    const char *pam_confdir;
} package;

static NTSTATUS give_name(PLSA_STRING *ret)
{
    PLSA_STRING name = package.lsa->AllocateLsaHeap(sizeof(*name));

    if (!name)
        return STATUS_NO_MEMORY;
    name->Buffer = package.lsa->AllocateLsaHeap(sizeof(package_name));
    if (!name->Buffer) {
        package.lsa->FreeLsaHeap(name);
        return STATUS_NO_MEMORY;
    }
    memcpy(name->Buffer, package_name, sizeof(package_name));
    name->Length = sizeof(package_name) - 1;
    name->MaximumLength = sizeof(package_name);
    *ret = name;
    return STATUS_SUCCESS;
}

_public_ LSA_AP_INITIALIZE_PACKAGE LsaApInitializePackage;
_public_ LSA_AP_LOGON_USER_EX LsaApLogonUserEx;
_public_ LSA_AP_LOGON_TERMINATED LsaApLogonTerminated;

NTSTATUS NTAPI LsaApInitializePackage(ULONG id, PLSA_DISPATCH_TABLE functions, PLSA_STRING database,
                                      PLSA_STRING confidentiality, PLSA_STRING *ret_name)
{
    const char *sid_text = getenv("OPENLOGON_MACHINE_SID");
    nt_status st;

    package.lsa = functions;
    package.machine_name = getenv("OPENLOGON_MACHINE_NAME");
    package.pam_confdir = getenv("OPENLOGON_PAM_CONFDIR");
    if (!sid_text || !package.machine_name)
        return STATUS_INVALID_PARAMETER;
    st = sid_from_text(&package.machine_sid, NULL, sid_text, strlen(sid_text));
    return nt_failed(st) ? st.code : give_name(ret_name);
}

/* Nothing is kept for a session. */
VOID NTAPI LsaApLogonTerminated(PLUID logon_id)
{
}

/* --- an account's SIDs ------------------------------------------------------------------------ */

/* The first is the primary group's. Free with free(). */
static nt_status group_sids(sid_buffer **ret, size_t *ret_n, const struct unix_user *user)
{
    _cleanup_(freep) gid_t *gids = NULL;
    _cleanup_(freep) sid_buffer *sids = NULL;
    size_t n = 0;
    nt_status st = unix_user_groups(&gids, &n, user);

    if (nt_failed(st))
        return st;
    sids = calloc(n, sizeof(*sids));
    if (!sids)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < n; i++) {
        st = idmap_gid_to_sid(&sids[i], &package.machine_sid.sid, gids[i]);
        if (nt_failed(st))
            return st;
    }
    *ret = TAKE(sids);
    *ret_n = n;
    return NT_OK;
}

/* The first part of the GECOS field is the full name. */
static char *full_name_of(const struct unix_user *user)
{
    return strndup(user->entry.pw_gecos, strcspn(user->entry.pw_gecos, ","));
}

static nt_status answer(const struct answer_slots *slots, const char *name)
{
    _cleanup_(unix_user_done) struct unix_user user = { 0 };
    _cleanup_(freep) sid_buffer *groups = NULL;
    _cleanup_(freep) char *full_name = NULL;
    struct answer_account found = { .machine_name = package.machine_name };
    sid_buffer sid;
    nt_status st = unix_user_by_name(&user, name);

    if (nt_failed(st))
        return st;
    full_name = full_name_of(&user);
    if (!full_name)
        return NT(NO_MEMORY);
    st = idmap_uid_to_sid(&sid, &package.machine_sid.sid, user.entry.pw_uid);
    if (!nt_failed(st))
        st = group_sids(&groups, &found.n_groups, &user);
    if (nt_failed(st))
        return st;
    found.name = user.entry.pw_name;
    found.full_name = full_name;
    found.home_directory = user.entry.pw_dir;
    found.user = &sid.sid;
    found.groups = groups;
    return answer_success(slots, package.lsa, &found);
}

/* --- logons ----------------------------------------------------------------------------------- */

static nt_status authenticate(char **ret_user, SECURITY_LOGON_TYPE type,
                              const struct interactive_logon *logon)
{
    const struct pam_check_request request = {
        .user = logon->user,
        .password = secret_bytes(logon->password),
        .password_size = logon->password_size,
        .blank = type == Interactive ? PAM_CHECK_BLANK_ALLOWED : PAM_CHECK_BLANK_REFUSED,
        .confdir = package.pam_confdir,
    };

    return pam_check(ret_user, &request);
}

static nt_status log_on(const struct answer_slots *slots, SECURITY_LOGON_TYPE type,
                        const struct interactive_logon *logon)
{
    _cleanup_(unix_user_done) struct unix_user user = { 0 };
    _cleanup_(freep) char *name = NULL;
    nt_status st = answer_names(slots, package.lsa, logon->user, package.machine_name);

    if (nt_failed(st))
        return st;
    if (!*logon->user || !answer_is_local(logon->domain, package.machine_name))
        return NT(NO_SUCH_USER);
    st = unix_user_by_name(&user, logon->user);
    if (!nt_failed(st))
        st = authenticate(&name, type, logon);
    return nt_failed(st) ? st : answer(slots, name);
}

NTSTATUS NTAPI LsaApLogonUserEx(PLSA_CLIENT_REQUEST request, SECURITY_LOGON_TYPE type, PVOID submit,
                                PVOID client_base, ULONG submit_size, PVOID *profile,
                                PULONG profile_size, PLUID logon_id, PNTSTATUS sub_status,
                                PLSA_TOKEN_INFORMATION_TYPE token_type, PVOID *token,
                                PUNICODE_STRING *account_name, PUNICODE_STRING *authority,
                                PUNICODE_STRING *machine_name)
{
    _cleanup_(interactive_logon_done) struct interactive_logon logon = { 0 };
    const struct answer_slots slots = { request,      profile,    profile_size,
                                        logon_id,     token_type, token,
                                        account_name, authority,  &logon.user_flags };
    nt_status st = interactive_logon_read(&logon, submit, client_base, submit_size);

    return nt_failed(st) ? st.code : log_on(&slots, type, &logon).code;
}
