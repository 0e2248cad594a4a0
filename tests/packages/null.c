/* SPDX-License-Identifier: MIT */
/*
 * An authentication package for tests, written against ntsecpkg.h alone. It hashes nothing:
 * accounts whose name begins with "null-" log on with the password "null"; it knows no others. A
 * number at the name's end is the account's uid and gid ("null-1234"), else they are 65534;
 * "null-groups" and its like have 31 groups more, with the gids 40000 and up, "null-groups-12" is
 * in 12 groups. Some names make it do what a broken package does; the table below lists them.
 *
 * "null-churn-N" makes and deletes N sessions before its own.
 *
 * Sessions that ended are written to null-ended in OPENLOGON_STATE_DIR, one LUID a line, unless it
 * is built with NULL_KEEPS_NO_RECORD.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <windows.h>
#include <ntsecapi.h>
#include <ntsecpkg.h>
#include <ntstatus.h>

enum {
    NOBODY = 65534,
    N_SUBS = 5,
    MACHINE_SUBS = 4,
    NAME_MAX_UNITS = 64,
    MANY_GROUPS = 32,
    MANY_GIDS_FIRST = 40000,
};

static PLSA_DISPATCH_TABLE lsa;
static ULONG package_id;
static DWORD machine_subs[MACHINE_SUBS];

#define EXPORT __attribute__((visibility("default")))

EXPORT LSA_AP_INITIALIZE_PACKAGE LsaApInitializePackage;
EXPORT LSA_AP_LOGON_USER LsaApLogonUser;
EXPORT LSA_AP_LOGON_TERMINATED LsaApLogonTerminated;

/* One logon, from its parameters to its answer. */
struct logon {
    PLSA_CLIENT_REQUEST request;
    char name[NAME_MAX_UNITS + 1];
    LUID id;
    LSA_TOKEN_INFORMATION_V1 *token;
    LSA_TOKEN_INFORMATION_TYPE token_type;
    PVOID profile;
    ULONG profile_size;
    PLSA_UNICODE_STRING account_name;
};

/* --- ordinary behaviour ----------------------------------------------------------------------- */

static PSID make_sid(DWORD rid)
{
    SID *sid = lsa->AllocateLsaHeap(8 + 4 * N_SUBS);
    DWORD *subs;

    if (!sid)
        return NULL;
    sid->Revision = SID_REVISION;
    sid->SubAuthorityCount = N_SUBS;
    sid->IdentifierAuthority.Value[5] = 5;
    subs = sid->SubAuthority; /* declared with one element */
    memcpy(subs, machine_subs, sizeof(machine_subs));
    subs[MACHINE_SUBS] = rid;
    return sid;
}

static ULONG group_count(const char *name)
{
    static const char many[] = "null-groups";
    const char *rest = name + strlen(many);

    if (strncmp(name, many, strlen(many)) != 0)
        return 1;
    return *rest == '-' ? (ULONG)strtoul(rest + 1, NULL, 10) : MANY_GROUPS;
}

static NTSTATUS make_token(struct logon *l)
{
    const char *digits = l->name + strcspn(l->name, "0123456789");
    DWORD id = *digits ? (DWORD)strtoul(digits, NULL, 10) : NOBODY;
    ULONG n = group_count(l->name);
    PTOKEN_GROUPS groups =
        lsa->AllocateLsaHeap((ULONG)(sizeof(*groups) + n * sizeof(SID_AND_ATTRIBUTES)));

    l->token = lsa->AllocateLsaHeap(sizeof(*l->token));
    if (!l->token || !groups)
        return STATUS_NO_MEMORY;
    groups->GroupCount = n;
    for (ULONG i = 0; i < n; i++) {
        PSID_AND_ATTRIBUTES group = (PSID_AND_ATTRIBUTES)groups->Groups + i;

        group->Sid = make_sid(1001 + 2 * (i == 0 ? id : MANY_GIDS_FIRST + i));
        group->Attributes = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED;
    }
    l->token->ExpirationTime.QuadPart = 0x7fffffffffffffff;
    l->token->User.User.Sid = make_sid(1000 + 2 * id);
    l->token->Groups = groups;
    l->token->PrimaryGroup.PrimaryGroup = make_sid(1001 + 2 * id);
    l->token_type = LsaTokenInformationV1;
    return STATUS_SUCCESS;
}

static NTSTATUS make_session(struct logon *l)
{
    if (!AllocateLocallyUniqueId(&l->id))
        return STATUS_INSUFFICIENT_RESOURCES;
    return lsa->CreateLogonSession(&l->id);
}

static NTSTATUS make_name(struct logon *l)
{
    size_t length = strlen(l->name);

    l->account_name = lsa->AllocateLsaHeap(sizeof(*l->account_name));
    if (!l->account_name)
        return STATUS_NO_MEMORY;
    l->account_name->Buffer = lsa->AllocateLsaHeap((ULONG)(2 * length));
    if (!l->account_name->Buffer)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < length; i++)
        l->account_name->Buffer[i] = (WCHAR)l->name[i];
    l->account_name->Length = l->account_name->MaximumLength = (USHORT)(2 * length);
    return STATUS_SUCCESS;
}

static NTSTATUS succeed(struct logon *l)
{
    NTSTATUS status = make_token(l);

    return status == STATUS_SUCCESS ? make_session(l) : status;
}

/* --- what is out of the ordinary -------------------------------------------------------------- */

static NTSTATUS hang(struct logon *l)
{
    while (l)
        (void)pause();
    return STATUS_INTERNAL_ERROR;
}

static NTSTATUS die(struct logon *l)
{
    NTSTATUS status = make_session(l);

    if (status != STATUS_SUCCESS)
        return status;
    _exit(3);
}

/* Forgets DeleteLogonSession. */
static NTSTATUS leak(struct logon *l)
{
    (void)make_session(l);
    return STATUS_ACCOUNT_DISABLED;
}

static NTSTATUS fail_cleanly(struct logon *l)
{
    NTSTATUS status = make_session(l);

    if (status == STATUS_SUCCESS)
        status = lsa->DeleteLogonSession(&l->id);
    return status == STATUS_SUCCESS ? STATUS_ACCOUNT_EXPIRED : status;
}

static NTSTATUS make_two(struct logon *l)
{
    (void)make_session(l);
    return succeed(l);
}

static NTSTATUS collide(struct logon *l)
{
    NTSTATUS status = succeed(l);

    return status == STATUS_SUCCESS ? lsa->CreateLogonSession(&l->id) : status;
}

static NTSTATUS no_session(struct logon *l)
{
    (void)AllocateLocallyUniqueId(&l->id);
    return make_token(l);
}

static NTSTATUS other_session(struct logon *l)
{
    NTSTATUS status = succeed(l);

    l->id = (LUID){ .LowPart = 0x3e7 };
    return status;
}

/* Of no kind that a host knows: it can neither read nor free it. */
static NTSTATUS bad_type(struct logon *l)
{
    static LSA_TOKEN_INFORMATION_V1 something;

    l->token = &something;
    l->token_type = (LSA_TOKEN_INFORMATION_TYPE)99;
    return make_session(l);
}

static NTSTATUS no_token(struct logon *l)
{
    return make_session(l);
}

static NTSTATUS bad_sid(struct logon *l)
{
    NTSTATUS status = succeed(l);

    ((SID *)l->token->User.User.Sid)->Revision = 9;
    return status;
}

static NTSTATUS bad_group_count(struct logon *l)
{
    struct block {
        LSA_TOKEN_INFORMATION_V2 token;
        TOKEN_GROUPS groups;
        SID user;
    } *block = lsa->AllocateLsaHeap(sizeof(*block));

    if (!block)
        return STATUS_NO_MEMORY;
    block->user.Revision = SID_REVISION;
    block->groups.GroupCount = 0x7fffffff;
    block->token.User.User.Sid = &block->user;
    block->token.Groups = &block->groups;
    l->token = &block->token;
    l->token_type = LsaTokenInformationV2;
    return make_session(l);
}

static NTSTATUS bad_primary_group(struct logon *l)
{
    NTSTATUS status = succeed(l);

    ((SID *)l->token->PrimaryGroup.PrimaryGroup)->SubAuthority[0]++;
    return status;
}

/* Memory that is not the client's. */
static NTSTATUS bad_profile(struct logon *l)
{
    static char elsewhere[256];

    l->profile = elsewhere;
    l->profile_size = sizeof(elsewhere);
    return succeed(l);
}

static NTSTATUS long_profile(struct logon *l)
{
    (void)lsa->AllocateClientBuffer(l->request, 16, &l->profile);
    l->profile_size = 4096;
    return succeed(l);
}

/* A text that lies behind the profile's end. */
static NTSTATUS stray_profile(struct logon *l)
{
    MSV1_0_INTERACTIVE_PROFILE profile = { .MessageType = MsV1_0InteractiveProfile };

    l->profile_size = sizeof(profile);
    (void)lsa->AllocateClientBuffer(l->request, sizeof(profile), &l->profile);
    profile.LogonServer.Length = 64;
    profile.LogonServer.Buffer = (PWSTR)(void *)((char *)l->profile + sizeof(profile) - 2);
    (void)lsa->CopyToClientBuffer(l->request, sizeof(profile), l->profile, &profile);
    return succeed(l);
}

/* Any bytes, of no kind that openlogond knows. */
static NTSTATUS own_profile(struct logon *l)
{
    static char bytes[] = "a profile of its own";

    if (lsa->AllocateClientBuffer(l->request, sizeof(bytes), &l->profile) != STATUS_SUCCESS ||
        lsa->CopyToClientBuffer(l->request, sizeof(bytes) + 1, l->profile, bytes) !=
            STATUS_ACCESS_VIOLATION ||
        lsa->CopyToClientBuffer(l->request, sizeof(bytes), bytes, bytes) !=
            STATUS_ACCESS_VIOLATION ||
        lsa->CopyToClientBuffer(l->request, sizeof(bytes), l->profile, bytes) != STATUS_SUCCESS)
        return STATUS_INTERNAL_ERROR;
    l->profile_size = sizeof(bytes);
    return succeed(l);
}

static NTSTATUS bad_name(struct logon *l)
{
    l->account_name->Length = 3;
    return succeed(l);
}

/* More than one block of LUIDs; all have to differ. */
static NTSTATUS many_luids(struct logon *l)
{
    LUID last = { 0 };

    for (int i = 0; i < 40; i++) {
        if (!AllocateLocallyUniqueId(&l->id) || l->id.LowPart <= last.LowPart)
            return STATUS_INTERNAL_ERROR;
        last = l->id;
    }
    return succeed(l);
}

/* A credential that no message holds. */
static NTSTATUS long_credential(struct logon *l)
{
    LSA_STRING text = { .Length = 0xfffe, .MaximumLength = 0xfffe };
    NTSTATUS status = succeed(l);

    text.Buffer = lsa->AllocateLsaHeap(text.Length);
    if (!text.Buffer)
        return STATUS_NO_MEMORY;
    if (lsa->AddCredential(&l->id, package_id, &text, &text) != STATUS_INSUFFICIENT_RESOURCES)
        status = STATUS_INTERNAL_ERROR;
    lsa->FreeLsaHeap(text.Buffer);
    return status;
}

/* More than fits into an answer: a long profile, a long default DACL. */
static NTSTATUS long_answer(struct logon *l)
{
    const ACL header = { .AclRevision = ACL_REVISION, .AclSize = 0xfffc };
    NTSTATUS status = succeed(l);

    l->profile_size = 0x10000;
    (void)lsa->AllocateClientBuffer(l->request, l->profile_size, &l->profile);
    l->token->DefaultDacl.DefaultDacl = lsa->AllocateLsaHeap(header.AclSize);
    if (!l->token->DefaultDacl.DefaultDacl)
        return STATUS_NO_MEMORY;
    memcpy(l->token->DefaultDacl.DefaultDacl, &header, sizeof(header));
    return status;
}

static NTSTATUS null_token(struct logon *l)
{
    LSA_TOKEN_INFORMATION_NULL *token = lsa->AllocateLsaHeap(sizeof(*token));

    if (!token)
        return STATUS_NO_MEMORY;
    l->token = (void *)token;
    l->token_type = LsaTokenInformationNull;
    return make_session(l);
}

static LSA_STRING string_of(char *text)
{
    USHORT length = (USHORT)strlen(text);

    return (LSA_STRING){ .Length = length, .MaximumLength = length, .Buffer = text };
}

/* Adds two, reads one by its key and all by enumeration, deletes one. */
static NTSTATUS credentials(struct logon *l)
{
    LSA_STRING key = string_of("key");
    LSA_STRING value = string_of("value");
    LSA_STRING found = { 0 };
    LSA_STRING found_key = { 0 };
    ULONG key_length = 0;
    ULONG context = 0;
    NTSTATUS status = succeed(l);

    if (status == STATUS_SUCCESS)
        status = lsa->AddCredential(&l->id, package_id, &key, &value);
    if (status == STATUS_SUCCESS)
        status =
            lsa->GetCredentials(&l->id, package_id, &context, FALSE, &key, &key_length, &found);
    if (status != STATUS_SUCCESS)
        return status;
    if (found.Length != value.Length || memcmp(found.Buffer, value.Buffer, found.Length) != 0)
        status = STATUS_INTERNAL_ERROR;
    lsa->FreeLsaHeap(found.Buffer);
    context = 0;
    if (status == STATUS_SUCCESS)
        status = lsa->GetCredentials(&l->id, package_id, &context, TRUE, &found_key, &key_length,
                                     &found);
    if (status != STATUS_SUCCESS)
        return status;
    if (found_key.Length != key.Length || key_length != key.Length || context == 0)
        status = STATUS_INTERNAL_ERROR;
    lsa->FreeLsaHeap(found_key.Buffer);
    lsa->FreeLsaHeap(found.Buffer);
    return status == STATUS_SUCCESS ? lsa->DeleteCredential(&l->id, package_id, &key) : status;
}

/* A key that stands nowhere as it is: tests/system/test-secrets.c looks for it in memory. */
static NTSTATUS keep_key(struct logon *l)
{
    LSA_STRING name = string_of("primary");
    LSA_STRING key = { .Length = 24, .MaximumLength = 24 };
    NTSTATUS status = succeed(l);

    if (status != STATUS_SUCCESS)
        return status;
    key.Buffer = lsa->AllocateLsaHeap(key.Length);
    if (!key.Buffer)
        return STATUS_NO_MEMORY;
    for (int i = 0; i < key.Length; i++)
        key.Buffer[i] = (char)('A' + (i * 7 + 3) % 26);
    status = lsa->AddCredential(&l->id, package_id, &name, &key);
    lsa->FreeLsaHeap(key.Buffer);
    return status;
}

/* More texts than a client may have buffers for, and one that is too long. */
static NTSTATUS greedy(struct logon *l)
{
    PVOID buffer = NULL;
    int n = 0;

    if (lsa->AllocateClientBuffer(l->request, 1 << 20, &buffer) != STATUS_INSUFFICIENT_RESOURCES)
        return STATUS_INTERNAL_ERROR;
    while (n < 10000 && lsa->AllocateClientBuffer(l->request, 1, &buffer) == STATUS_SUCCESS)
        n++;
    return n < 10000 ? succeed(l) : STATUS_INTERNAL_ERROR;
}

/* What the benchmark counts: sessions that a package makes and deletes. */
static NTSTATUS churn(struct logon *l, ULONG n)
{
    NTSTATUS status = STATUS_SUCCESS;

    for (ULONG i = 0; i < n && status == STATUS_SUCCESS; i++) {
        status = make_session(l);
        if (status == STATUS_SUCCESS)
            status = lsa->DeleteLogonSession(&l->id);
    }
    return status == STATUS_SUCCESS ? succeed(l) : status;
}

static const struct {
    const char *name;
    NTSTATUS (*behave)(struct logon *l);
} behaviours[] = {
    { "null-hang", hang },
    { "null-die", die },
    { "null-leak", leak },
    { "null-expired", fail_cleanly },
    { "null-two", make_two },
    { "null-collision", collide },
    { "null-no-session", no_session },
    { "null-other-session", other_session },
    { "null-bad-type", bad_type },
    { "null-no-token", no_token },
    { "null-bad-sid", bad_sid },
    { "null-bad-group-count", bad_group_count },
    { "null-bad-primary-group", bad_primary_group },
    { "null-bad-profile", bad_profile },
    { "null-long-profile", long_profile },
    { "null-stray-profile", stray_profile },
    { "null-own-profile", own_profile },
    { "null-bad-name", bad_name },
    { "null-many-luids", many_luids },
    { "null-null", null_token },
    { "null-long-credential", long_credential },
    { "null-long-answer", long_answer },
    { "null-credentials", credentials },
    { "null-greedy", greedy },
    { "null-keeper", keep_key },
};

/* --- entry points ----------------------------------------------------------------------------- */

/* Texts of the tests are ASCII; others are cut at the first character that is not. */
static void copy_text(char ret[static NAME_MAX_UNITS + 1], const char *submit, const char *base,
                      ULONG size, UNICODE_STRING string)
{
    size_t offset = (size_t)((const char *)string.Buffer - base);
    size_t n = string.Length / 2;
    size_t i = 0;

    if (offset <= size && string.Length <= size - offset) {
        const WCHAR *from = (const WCHAR *)(const void *)(submit + offset);

        for (; i < n && i < NAME_MAX_UNITS && from[i] < 0x80; i++)
            ret[i] = (char)from[i];
    }
    ret[i] = 0;
}

static NTSTATUS behave(struct logon *l)
{
    static const char churns[] = "null-churn-";
    NTSTATUS status = make_name(l);

    if (status != STATUS_SUCCESS)
        return status;
    if (strncmp(l->name, churns, strlen(churns)) == 0)
        return churn(l, (ULONG)strtoul(l->name + strlen(churns), NULL, 10));
    for (size_t i = 0; i < sizeof(behaviours) / sizeof(behaviours[0]); i++) {
        if (strcmp(l->name, behaviours[i].name) == 0)
            return behaviours[i].behave(l);
    }
    return succeed(l);
}

NTSTATUS NTAPI LsaApInitializePackage(ULONG id, PLSA_DISPATCH_TABLE functions, PLSA_STRING database,
                                      PLSA_STRING confidentiality, PLSA_STRING *ret_name)
{
    static const char name[] = "Null";
    const char *sid = getenv("OPENLOGON_MACHINE_SID");
    PLSA_STRING string = functions->AllocateLsaHeap(sizeof(*string));

    if (!sid || !string ||
        sscanf(sid, "S-1-5-%u-%u-%u-%u", &machine_subs[0], &machine_subs[1], &machine_subs[2],
               &machine_subs[3]) != MACHINE_SUBS)
        return STATUS_INVALID_PARAMETER;
    string->Buffer = functions->AllocateLsaHeap(sizeof(name));
    if (!string->Buffer)
        return STATUS_NO_MEMORY;
    memcpy(string->Buffer, name, sizeof(name));
    string->Length = sizeof(name) - 1;
    string->MaximumLength = sizeof(name);
    *ret_name = string;
    lsa = functions;
    package_id = id;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI LsaApLogonUser(PLSA_CLIENT_REQUEST request, SECURITY_LOGON_TYPE type, PVOID submit,
                              PVOID client_base, ULONG submit_size, PVOID *profile,
                              PULONG profile_size, PLUID logon_id, PNTSTATUS sub_status,
                              PLSA_TOKEN_INFORMATION_TYPE token_type, PVOID *token,
                              PLSA_UNICODE_STRING *account_name, PLSA_UNICODE_STRING *authority)
{
    const MSV1_0_INTERACTIVE_LOGON *header = submit;
    struct logon l = { .request = request };
    char password[NAME_MAX_UNITS + 1];
    NTSTATUS status = STATUS_WRONG_PASSWORD;

    if (submit_size < sizeof(*header) || header->MessageType != MsV1_0InteractiveLogon)
        return STATUS_INVALID_PARAMETER;
    copy_text(l.name, submit, client_base, submit_size, header->UserName);
    copy_text(password, submit, client_base, submit_size, header->Password);
    if (strncmp(l.name, "null-", 5) != 0)
        return STATUS_NO_SUCH_USER;
    if (strcmp(password, "null") == 0)
        status = behave(&l);
    memset(password, 0, sizeof(password));
    memset(submit, 0xcc, submit_size); /* the copy is the package's to spoil */
    *profile = l.profile;
    *profile_size = l.profile_size;
    *logon_id = l.id;
    *token_type = l.token_type;
    *token = l.token;
    *account_name = l.account_name;
    return status;
}

VOID NTAPI LsaApLogonTerminated(PLUID logon_id)
{
#ifndef NULL_KEEPS_NO_RECORD
    const char *state_dir = getenv("OPENLOGON_STATE_DIR");
    char path[4096];
    FILE *file;

    if (!state_dir)
        return;
    (void)snprintf(path, sizeof(path), "%s/null-ended", state_dir);
    file = fopen(path, "ae");
    if (!file)
        return;
    (void)fprintf(file, "%x\n", logon_id->LowPart);
    (void)fclose(file);
#endif
}
