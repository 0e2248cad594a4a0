/* SPDX-License-Identifier: MIT */
#include "packages/common/answer.h"

#include <string.h>
#include <strings.h>

#include "base/filetime.h"
#include "base/utf16.h"
#include "worker/profile_trailer.h"

enum {
    GROUP_ATTRIBUTES = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED,
    SID_ALIGN = 4,
};

bool answer_is_local(const char *domain, const char *machine_name)
{
    return !*domain || strcmp(domain, ".") == 0 || strcasecmp(domain, machine_name) == 0;
}

/* --- names ------------------------------------------------------------------------------------ */

static void free_string(const LSA_DISPATCH_TABLE *lsa, PUNICODE_STRING *slot)
{
    if (*slot)
        lsa->FreeLsaHeap((*slot)->Buffer);
    lsa->FreeLsaHeap(*slot);
    *slot = NULL;
}

static nt_status give_string(PUNICODE_STRING *slot, const LSA_DISPATCH_TABLE *lsa, const char *text)
{
    _cleanup_(freep) WCHAR *units = NULL;
    size_t n_units = 0;
    nt_status st = utf8_to_utf16(&units, &n_units, text, strlen(text));
    PUNICODE_STRING string;

    if (nt_failed(st))
        return st;
    if (n_units >= UINT16_MAX / sizeof(WCHAR))
        return NT(NAME_TOO_LONG);
    string = lsa->AllocateLsaHeap(sizeof(*string));
    if (!string)
        return NT(NO_MEMORY);
    string->Length = (USHORT)(n_units * sizeof(WCHAR));
    string->MaximumLength = (USHORT)(string->Length + sizeof(WCHAR));
    string->Buffer = lsa->AllocateLsaHeap(string->MaximumLength);
    if (!string->Buffer) {
        lsa->FreeLsaHeap(string);
        return NT(NO_MEMORY);
    }
    memcpy(string->Buffer, units, string->MaximumLength);
    free_string(lsa, slot);
    *slot = string;
    return NT_OK;
}

nt_status answer_names(const struct answer_slots *slots, const LSA_DISPATCH_TABLE *lsa,
                       const char *name, const char *authority)
{
    nt_status st = give_string(slots->account_name, lsa, name);

    return nt_failed(st) ? st : give_string(slots->authority, lsa, authority);
}

/* --- token information ------------------------------------------------------------------------ */

static size_t aligned(size_t size, size_t align)
{
    return (size + align - 1) / align * align;
}

static size_t groups_size(const struct answer_account *a)
{
    return offsetof(TOKEN_GROUPS, Groups) + a->n_groups * sizeof(SID_AND_ATTRIBUTES);
}

/* V2: one block with the structure, the groups, then all SIDs. */
static size_t token_size(const struct answer_account *a)
{
    size_t size = aligned(sizeof(LSA_TOKEN_INFORMATION_V2) + groups_size(a), SID_ALIGN);

    size += sid_length(a->user);
    for (size_t i = 0; i < a->n_groups; i++)
        size += sid_length(&a->groups[i].sid);
    return size;
}

static PSID put_sid(uint8_t **at, const SID *sid)
{
    uint8_t *put = *at;

    memcpy(put, sid, sid_length(sid));
    *at += sid_length(sid);
    return (PSID)put;
}

static nt_status give_token(const struct answer_slots *slots, const LSA_DISPATCH_TABLE *lsa,
                            const struct answer_account *a)
{
    LSA_TOKEN_INFORMATION_V2 *token = lsa->AllocateLsaHeap((ULONG)token_size(a));
    uint8_t *sids = (uint8_t *)token;

    if (!token)
        return NT(NO_MEMORY);
    sids += aligned(sizeof(*token) + groups_size(a), SID_ALIGN);
    token->ExpirationTime.QuadPart = FILETIME_NEVER;
    token->User.User.Sid = put_sid(&sids, a->user);
    token->Groups = (PTOKEN_GROUPS)(void *)(token + 1);
    token->Groups->GroupCount = (DWORD)a->n_groups;
    for (size_t i = 0; i < a->n_groups; i++) {
        token->Groups->Groups[i].Sid = put_sid(&sids, &a->groups[i].sid);
        token->Groups->Groups[i].Attributes = GROUP_ATTRIBUTES;
    }
    token->PrimaryGroup.PrimaryGroup = token->Groups->Groups[0].Sid;
    *slots->token_type = LsaTokenInformationV2;
    *slots->token = token;
    return NT_OK;
}

/* --- profile ---------------------------------------------------------------------------------- */

/* Puts a text behind the profile; its pointer is an address of the client. What is not UTF-8 (an
 * old home directory's name, say) is left out: it is no reason to refuse a logon. */
static void put_text(UNICODE_STRING *string, const char *text, uint8_t *profile, size_t *offset,
                     void *client)
{
    size_t size = text ? strlen(text) : 0;
    size_t units = 0;
    WCHAR *to = (WCHAR *)(void *)(profile + *offset);

    if (size == 0 || nt_failed(utf8_to_utf16_buffer(to, size + 1, &units, text, size)))
        return;
    string->Length = (USHORT)(units * sizeof(WCHAR));
    string->MaximumLength = (USHORT)(string->Length + sizeof(WCHAR));
    string->Buffer = (PWSTR)(void *)((uint8_t *)client + *offset);
    *offset += string->MaximumLength;
}

static int64_t or_never(int64_t time)
{
    return time != 0 ? time : FILETIME_NEVER;
}

static USHORT short_count(uint32_t count)
{
    return count < UINT16_MAX ? (USHORT)count : UINT16_MAX;
}

/* Sessions are not forced to end before the hours or the account do, nor let live beyond. */
static void fill_profile(uint8_t *profile, size_t *size, void *client,
                         const struct answer_account *a)
{
    MSV1_0_INTERACTIVE_PROFILE *p = (void *)profile;

    p->MessageType = MsV1_0InteractiveProfile;
    p->LogonCount = short_count(a->logons);
    p->BadPasswordCount = short_count(a->failures);
    p->LogonTime.QuadPart = a->last_logon;
    p->LogoffTime.QuadPart = or_never(a->logoff_time);
    p->KickOffTime.QuadPart = or_never(a->logoff_time);
    p->PasswordLastSet.QuadPart = a->password_last_set;
    p->PasswordCanChange.QuadPart =
        a->password_can_change ? a->password_can_change : a->password_last_set;
    p->PasswordMustChange.QuadPart = or_never(a->password_must_change);
    *size = sizeof(*p);
    put_text(&p->FullName, a->full_name, profile, size, client);
    put_text(&p->HomeDirectory, a->home_directory, profile, size, client);
    put_text(&p->ProfilePath, a->profile_path, profile, size, client);
    put_text(&p->LogonScript, a->logon_script, profile, size, client);
    put_text(&p->LogonServer, a->machine_name, profile, size, client);
}

static void put_trailer(uint8_t *profile, size_t *size, const struct answer_account *a)
{
    const struct profile_trailer trailer = {
        .mark = PROFILE_TRAILER_MARK,
        .last = { .LastSuccessfulLogon.QuadPart = a->last_logon,
                  .LastFailedLogon.QuadPart = a->last_failure,
                  .FailedAttemptCountSinceLastSuccessfulLogon = a->failures },
    };

    memcpy(profile + *size, &trailer, sizeof(trailer));
    *size += sizeof(trailer);
}

static size_t text_room(const char *text)
{
    return text ? sizeof(WCHAR) * (strlen(text) + 1) : 0;
}

static size_t profile_room(const struct answer_account *a)
{
    return sizeof(MSV1_0_INTERACTIVE_PROFILE) + text_room(a->full_name) +
           text_room(a->home_directory) + text_room(a->profile_path) + text_room(a->logon_script) +
           text_room(a->machine_name) + sizeof(struct profile_trailer);
}

static nt_status give_profile(const struct answer_slots *slots, const LSA_DISPATCH_TABLE *lsa,
                              const struct answer_account *a)
{
    size_t room = profile_room(a);
    _cleanup_(freep) uint8_t *profile = calloc(1, room);
    PVOID client = NULL;
    size_t size = 0;
    nt_status st;

    if (!profile)
        return NT(NO_MEMORY);
    st = nt_make(lsa->AllocateClientBuffer(slots->request, (ULONG)room, &client));
    if (nt_failed(st))
        return st;
    fill_profile(profile, &size, client, a);
    ((MSV1_0_INTERACTIVE_PROFILE *)(void *)profile)->UserFlags =
        slots->user_flags ? *slots->user_flags : 0;
    put_trailer(profile, &size, a);
    st = nt_make(lsa->CopyToClientBuffer(slots->request, (ULONG)size, client, profile));
    if (nt_failed(st)) {
        (void)lsa->FreeClientBuffer(slots->request, client);
        return st;
    }
    *slots->profile = client;
    *slots->profile_size = (ULONG)size;
    return NT_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void take_back(const struct answer_slots *slots, const LSA_DISPATCH_TABLE *lsa)
{
    lsa->FreeLsaHeap(*slots->token);
    *slots->token = NULL;
    if (*slots->profile)
        (void)lsa->FreeClientBuffer(slots->request, *slots->profile);
    *slots->profile = NULL;
    *slots->profile_size = 0;
}

/* The session comes last: what fails before it leaves none behind. */
nt_status answer_success(const struct answer_slots *slots, const LSA_DISPATCH_TABLE *lsa,
                         const struct answer_account *account)
{
    LUID id;
    nt_status st = answer_names(slots, lsa, account->name, account->machine_name);

    *slots->token = NULL;
    *slots->profile = NULL;
    if (!nt_failed(st))
        st = give_token(slots, lsa, account);
    if (!nt_failed(st))
        st = give_profile(slots, lsa, account);
    if (!nt_failed(st) && !AllocateLocallyUniqueId(&id))
        st = NT(INSUFFICIENT_RESOURCES);
    if (!nt_failed(st))
        st = nt_make(lsa->CreateLogonSession(&id));
    if (nt_failed(st)) {
        take_back(slots, lsa);
        return st;
    }
    *slots->logon_id = id;
    return NT_OK;
}
