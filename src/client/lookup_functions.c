/* SPDX-License-Identifier: MIT */
/* Names of accounts. Well-known ones are answered here, all others by the authority. */
#include <windows.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "client/account.h"
#include "client/authority.h"
#include "client/impersonation.h"
#include "client/last_error.h"
#include "client/text.h"
#include "client/token_object.h"
#include "security/well_known.h"

void account_done(struct account *a)
{
    free(a->name);
    free(a->domain);
}

static nt_status account_set_names(struct account *a, const char *name, const char *domain)
{
    a->name = strdup(name);
    a->domain = strdup(domain);
    return a->name && a->domain ? NT_OK : NT(NO_MEMORY);
}

static nt_status account_from_entry(struct account *a, const struct well_known *entry)
{
    nt_status st = well_known_sid(&a->sid, entry, NULL);

    if (nt_failed(st))
        return st;
    a->use = entry->use;
    return account_set_names(a, entry->name, entry->domain);
}

static nt_status account_from_reply(struct account *a, const Openlogon__AccountName *from)
{
    if (!sid_valid(from->sid.data, from->sid.len))
        return NT(REPLY_MESSAGE_MISMATCH);
    memcpy(&a->sid, from->sid.data, sid_length((const SID *)from->sid.data));
    a->use = (SID_NAME_USE)from->use;
    return account_set_names(a, from->name, from->domain);
}

/* Entries whose domain is the machine's are the authority's to answer. */
static bool answered_here(const struct well_known *entry)
{
    return entry && entry->recipe == WELL_KNOWN_ABSOLUTE && entry->name && entry->domain;
}

nt_status account_by_sid(struct account *a, const SID *sid)
{
    const struct well_known *entry = well_known_by_sid(sid, NULL);
    Openlogon__LookupSidRequest lookup = OPENLOGON__LOOKUP_SID_REQUEST__INIT;
    Openlogon__Request request = REQUEST(LOOKUP_SID, lookup_sid, &lookup);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    if (answered_here(entry))
        return account_from_entry(a, entry);
    lookup.sid.data = (uint8_t *)(uintptr_t)sid;
    lookup.sid.len = sid_length(sid);
    st = authority_call(AS_PROCESS, &request, REPLY_OF(ACCOUNT_NAME), &reply, NULL);
    return nt_failed(st) ? st : account_from_reply(a, reply.message->account_name);
}

nt_status account_by_name(struct account *a, const char *name)
{
    const struct well_known *entry = well_known_by_name(name, strlen(name));
    Openlogon__LookupNameRequest lookup = OPENLOGON__LOOKUP_NAME_REQUEST__INIT;
    Openlogon__Request request = REQUEST(LOOKUP_NAME, lookup_name, &lookup);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    if (answered_here(entry))
        return account_from_entry(a, entry);
    lookup.name = (char *)(uintptr_t)name;
    st = authority_call(AS_PROCESS, &request, REPLY_OF(ACCOUNT_NAME), &reply, NULL);
    return nt_failed(st) ? st : account_from_reply(a, reply.message->account_name);
}

nt_status account_check_system(const char *system)
{
    _cleanup_(connection_unrefp) connection *c = NULL;
    nt_status st;

    if (!system || !*system)
        return NT_OK;
    st = connection_current(&c);
    if (nt_failed(st))
        return st;
    while (*system == '\\')
        system++;
    return strcasecmp(system, connection_authority(c)->machine_name) == 0 ? NT_OK : NT_NO_AUTHORITY;
}

/* Both are asked before anything is written, so that a program learns both sizes at once. */
static nt_status write_texts(const struct text_out *first, const char *first_text,
                             const struct text_out *second, const char *second_text)
{
    nt_status a = text_out_check(first, first_text);
    nt_status b = text_out_check(second, second_text);

    if (nt_failed(a) || nt_failed(b))
        return nt_failed(a) ? a : b;
    text_out_write(first, first_text);
    text_out_write(second, second_text);
    return NT_OK;
}

static nt_status lookup_sid(const char *system, PSID sid, const struct text_out *name,
                            const struct text_out *domain, PSID_NAME_USE use)
{
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st;

    if (!sid || !use || !name->size || !domain->size)
        return NT(INVALID_PARAMETER);
    if (!sid_valid(sid, SID_SIZE_MAX))
        return NT(INVALID_SID);
    st = account_check_system(system);
    if (!nt_failed(st))
        st = account_by_sid(&account, sid);
    if (!nt_failed(st))
        st = write_texts(name, account.name, domain, account.domain);
    if (!nt_failed(st))
        *use = account.use;
    return st;
}

BOOL LookupAccountSidA(LPCSTR lpSystemName, PSID Sid, LPSTR Name, LPDWORD cchName,
                       LPSTR ReferencedDomainName, LPDWORD cchReferencedDomainName,
                       PSID_NAME_USE peUse)
{
    const struct text_out name = { TEXT_A, Name, cchName };
    const struct text_out domain = { TEXT_A, ReferencedDomainName, cchReferencedDomainName };

    return finish(lookup_sid(lpSystemName, Sid, &name, &domain, peUse));
}

BOOL LookupAccountSidW(LPCWSTR lpSystemName, PSID Sid, LPWSTR Name, LPDWORD cchName,
                       LPWSTR ReferencedDomainName, LPDWORD cchReferencedDomainName,
                       PSID_NAME_USE peUse)
{
    const struct text_out name = { TEXT_W, Name, cchName };
    const struct text_out domain = { TEXT_W, ReferencedDomainName, cchReferencedDomainName };
    _cleanup_(text_done) char *system = NULL;
    nt_status st = text_from_wide(&system, lpSystemName);

    return finish(nt_failed(st) ? st : lookup_sid(system, Sid, &name, &domain, peUse));
}

struct sid_out {
    PSID buffer;
    DWORD *size;
};

static nt_status write_account(const struct account *account, const struct sid_out *sid,
                               const struct text_out *domain)
{
    size_t needed = sid_length(&account->sid.sid);
    nt_status st = text_out_check(domain, account->domain);

    if (!sid->buffer || *sid->size < needed) {
        *sid->size = (DWORD)needed;
        return nt_failed(st) && !NT_IS(st, BUFFER_TOO_SMALL) ? st : NT(BUFFER_TOO_SMALL);
    }
    if (nt_failed(st))
        return st;
    *sid->size = (DWORD)needed;
    text_out_write(domain, account->domain);
    return sid_copy(sid->buffer, needed, &account->sid.sid);
}

static nt_status lookup_name(const char *system, const char *name, const struct sid_out *sid,
                             const struct text_out *domain, PSID_NAME_USE use)
{
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st;

    if (!name || !sid->size || !domain->size || !use)
        return NT(INVALID_PARAMETER);
    st = account_check_system(system);
    if (!nt_failed(st))
        st = account_by_name(&account, name);
    if (!nt_failed(st))
        st = write_account(&account, sid, domain);
    if (!nt_failed(st))
        *use = account.use;
    return st;
}

BOOL LookupAccountNameA(LPCSTR lpSystemName, LPCSTR lpAccountName, PSID Sid, LPDWORD cbSid,
                        LPSTR ReferencedDomainName, LPDWORD cchReferencedDomainName,
                        PSID_NAME_USE peUse)
{
    const struct sid_out sid = { Sid, cbSid };
    const struct text_out domain = { TEXT_A, ReferencedDomainName, cchReferencedDomainName };

    return finish(lookup_name(lpSystemName, lpAccountName, &sid, &domain, peUse));
}

BOOL LookupAccountNameW(LPCWSTR lpSystemName, LPCWSTR lpAccountName, PSID Sid, LPDWORD cbSid,
                        LPWSTR ReferencedDomainName, LPDWORD cchReferencedDomainName,
                        PSID_NAME_USE peUse)
{
    const struct sid_out sid = { Sid, cbSid };
    const struct text_out domain = { TEXT_W, ReferencedDomainName, cchReferencedDomainName };
    _cleanup_(text_done) char *system = NULL, *name = NULL;
    nt_status st = text_from_wide(&system, lpSystemName);

    if (!nt_failed(st))
        st = text_from_wide(&name, lpAccountName);
    return finish(nt_failed(st) ? st : lookup_name(system, name, &sid, &domain, peUse));
}

BOOL LookupAccountSidLocalA(PSID Sid, LPSTR Name, LPDWORD cchName, LPSTR ReferencedDomainName,
                            LPDWORD cchReferencedDomainName, PSID_NAME_USE peUse)
{
    return LookupAccountSidA(NULL, Sid, Name, cchName, ReferencedDomainName,
                             cchReferencedDomainName, peUse);
}

BOOL LookupAccountSidLocalW(PSID Sid, LPWSTR Name, LPDWORD cchName, LPWSTR ReferencedDomainName,
                            LPDWORD cchReferencedDomainName, PSID_NAME_USE peUse)
{
    return LookupAccountSidW(NULL, Sid, Name, cchName, ReferencedDomainName,
                             cchReferencedDomainName, peUse);
}

BOOL LookupAccountNameLocalA(LPCSTR lpAccountName, PSID Sid, LPDWORD cbSid,
                             LPSTR ReferencedDomainName, LPDWORD cchReferencedDomainName,
                             PSID_NAME_USE peUse)
{
    return LookupAccountNameA(NULL, lpAccountName, Sid, cbSid, ReferencedDomainName,
                              cchReferencedDomainName, peUse);
}

BOOL LookupAccountNameLocalW(LPCWSTR lpAccountName, PSID Sid, LPDWORD cbSid,
                             LPWSTR ReferencedDomainName, LPDWORD cchReferencedDomainName,
                             PSID_NAME_USE peUse)
{
    return LookupAccountNameW(NULL, lpAccountName, Sid, cbSid, ReferencedDomainName,
                              cchReferencedDomainName, peUse);
}

/* --- the caller's own name ---------------------------------------------------------------- */

static nt_status user_name(const struct text_out *out)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st = impersonation_effective_token(&token);

    if (!nt_failed(st))
        st = token_object_image(token, &image);
    if (!nt_failed(st))
        st = account_by_sid(&account, token_image_sid(image->image, 0));
    if (!nt_failed(st))
        st = text_out_check(out, account.name);
    if (nt_failed(st))
        return st;
    text_out_write(out, account.name);
    *out->size += 1; /* GetUserName() counts the zero, unlike the others */
    return NT_OK;
}

BOOL GetUserNameA(LPSTR lpBuffer, LPDWORD pcbBuffer)
{
    const struct text_out out = { TEXT_A, lpBuffer, pcbBuffer };

    return finish(user_name(&out));
}

BOOL GetUserNameW(LPWSTR lpBuffer, LPDWORD pcbBuffer)
{
    const struct text_out out = { TEXT_W, lpBuffer, pcbBuffer };

    return finish(user_name(&out));
}
