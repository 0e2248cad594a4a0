/* SPDX-License-Identifier: MIT */
/* Many names, or many SIDs, at once. */
#include <windows.h>
#include <ntsecapi.h>

#include <stdlib.h>
#include <string.h>

#include "client/account.h"
#include "client/lsa_string.h"
#include "client/policy_handle.h"
#include "client/text.h"

enum {
    LOOKUPS_MAX = 20480, /* Learn, LsaLookupSids */
    NO_DOMAIN = -1,
    NO_RID = -1, /* as an uint32_t: of a domain */
};

/* --- what was found --------------------------------------------------------------------------- */

struct entry {
    struct account account; /* its use is SidTypeUnknown for what was not found */
    LONG domain;            /* index; NO_DOMAIN */
};

struct domain {
    sid_buffer sid;
    const char *name; /* an entry's */
};

struct found {
    struct entry *entries;
    size_t n;
    size_t n_mapped;
    struct domain *domains;
    size_t n_domains;
};

static void found_done(struct found *found)
{
    for (size_t i = 0; i < found->n; i++)
        account_done(&found->entries[i].account);
    free(found->entries);
    free(found->domains);
}

static nt_status found_init(struct found *ret, ULONG count)
{
    ret->entries = calloc(count, sizeof(*ret->entries));
    ret->domains = calloc(count, sizeof(*ret->domains));
    if (!ret->entries || !ret->domains)
        return NT(NO_MEMORY);
    for (ULONG i = 0; i < count; i++)
        ret->entries[i] = (struct entry){ .account.use = SidTypeUnknown, .domain = NO_DOMAIN };
    ret->n = count;
    return NT_OK;
}

/* A domain is its own; a SID without a sub-authority has none above it. */
static nt_status domain_of(sid_buffer *ret, const struct account *account)
{
    uint32_t rid;

    if (account->use == SidTypeDomain || sid_n_subs(&account->sid.sid) == 0) {
        *ret = account->sid;
        return NT_OK;
    }
    return sid_split(ret, &rid, &account->sid.sid);
}

static nt_status note_domain(struct found *found, struct entry *entry)
{
    sid_buffer sid;
    nt_status st = domain_of(&sid, &entry->account);

    if (nt_failed(st))
        return st;
    for (size_t i = 0; i < found->n_domains && entry->domain == NO_DOMAIN; i++) {
        if (sid_equal(&found->domains[i].sid.sid, &sid.sid))
            entry->domain = (LONG)i;
    }
    if (entry->domain != NO_DOMAIN)
        return NT_OK;
    found->domains[found->n_domains] = (struct domain){ .sid = sid, .name = entry->account.domain };
    entry->domain = (LONG)found->n_domains++;
    return NT_OK;
}

/* What is not found is no failure. */
static nt_status note(struct found *found, size_t i, nt_status st)
{
    struct entry *entry = &found->entries[i];

    if (!nt_failed(st)) {
        found->n_mapped++;
        return note_domain(found, entry);
    }
    entry->account.use = SidTypeUnknown;
    return NT_IS(st, NONE_MAPPED) || NT_IS(st, NO_SUCH_USER) || NT_IS(st, NO_SUCH_DOMAIN) ? NT_OK
                                                                                          : st;
}

static nt_status result_of(const struct found *found)
{
    if (found->n_mapped == found->n)
        return NT_OK;
    return found->n_mapped > 0 ? NT(SOME_NOT_MAPPED) : NT(NONE_MAPPED);
}

/* --- the domains ------------------------------------------------------------------------------ */

static size_t domains_size(const struct found *found)
{
    size_t size = sizeof(LSA_REFERENCED_DOMAIN_LIST);

    for (size_t i = 0; i < found->n_domains; i++)
        size +=
            sizeof(LSA_TRUST_INFORMATION) + SID_SIZE_MAX + lsa_string_room(found->domains[i].name);
    return size;
}

static nt_status build_domains(LSA_REFERENCED_DOMAIN_LIST **ret, const struct found *found)
{
    _cleanup_(freep) LSA_REFERENCED_DOMAIN_LIST *list = calloc(1, domains_size(found));
    LSA_TRUST_INFORMATION *domains = (LSA_TRUST_INFORMATION *)(void *)(list + 1);
    uint8_t *sid = (uint8_t *)(domains + found->n_domains);
    WCHAR *next = (WCHAR *)(void *)(sid + found->n_domains * SID_SIZE_MAX);

    if (!list)
        return NT(NO_MEMORY);
    list->Entries = (ULONG)found->n_domains;
    list->Domains = domains;
    for (size_t i = 0; i < found->n_domains; i++, sid += SID_SIZE_MAX) {
        const SID *from = &found->domains[i].sid.sid;
        nt_status st = lsa_string_put(&domains[i].Name, &next, found->domains[i].name);

        if (nt_failed(st))
            return st;
        domains[i].Sid = memcpy(sid, from, sid_length(from));
    }
    *ret = TAKE(list);
    return NT_OK;
}

/* --- names to SIDs ---------------------------------------------------------------------------- */

static nt_status find_name(struct found *found, size_t i, const LSA_UNICODE_STRING *name)
{
    _cleanup_(text_done) char *text = NULL;
    nt_status st = lsa_string_read(&text, name);

    return nt_failed(st) ? st : note(found, i, account_by_name(&found->entries[i].account, text));
}

static nt_status find_names(struct found *ret, LSA_HANDLE policy, ULONG count,
                            const LSA_UNICODE_STRING *names)
{
    nt_status st = policy_handle_check(policy, POLICY_LOOKUP_NAMES);

    if (nt_failed(st))
        return st;
    if (!names || count == 0 || count > LOOKUPS_MAX)
        return NT(INVALID_PARAMETER);
    st = found_init(ret, count);
    for (ULONG i = 0; i < count && !nt_failed(st); i++)
        st = find_name(ret, i, &names[i]);
    return st;
}

static nt_status build_sids(LSA_TRANSLATED_SID **ret, const struct found *found)
{
    LSA_TRANSLATED_SID *sids = calloc(found->n, sizeof(*sids));

    if (!sids)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < found->n; i++) {
        const struct entry *entry = &found->entries[i];

        sids[i].Use = entry->account.use;
        sids[i].DomainIndex = entry->domain;
        if (entry->domain != NO_DOMAIN)
            sids[i].RelativeId = entry->account.use == SidTypeDomain
                                     ? (ULONG)NO_RID
                                     : sid_rid(&entry->account.sid.sid);
    }
    *ret = sids;
    return NT_OK;
}

static nt_status build_sids2(LSA_TRANSLATED_SID2 **ret, const struct found *found)
{
    LSA_TRANSLATED_SID2 *sids = calloc(found->n, sizeof(*sids) + SID_SIZE_MAX);
    uint8_t *sid = (uint8_t *)(sids + found->n);

    if (!sids)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < found->n; i++, sid += SID_SIZE_MAX) {
        const struct entry *entry = &found->entries[i];
        const SID *from = &entry->account.sid.sid;

        sids[i].Use = entry->account.use;
        sids[i].DomainIndex = entry->domain;
        if (entry->domain != NO_DOMAIN)
            sids[i].Sid = memcpy(sid, from, sid_length(from));
    }
    *ret = sids;
    return NT_OK;
}

NTSTATUS LsaLookupNames(LSA_HANDLE PolicyHandle, ULONG Count, PLSA_UNICODE_STRING Names,
                        PLSA_REFERENCED_DOMAIN_LIST *ReferencedDomains, PLSA_TRANSLATED_SID *Sids)
{
    _cleanup_(found_done) struct found found = { 0 };
    _cleanup_(freep) LSA_TRANSLATED_SID *sids = NULL;
    nt_status st;

    if (!ReferencedDomains || !Sids)
        return STATUS_INVALID_PARAMETER;
    st = find_names(&found, PolicyHandle, Count, Names);
    if (!nt_failed(st))
        st = build_sids(&sids, &found);
    if (!nt_failed(st))
        st = build_domains(ReferencedDomains, &found);
    if (nt_failed(st))
        return st.code;
    *Sids = TAKE(sids);
    return result_of(&found).code;
}

NTSTATUS LsaLookupNames2(LSA_HANDLE PolicyHandle, ULONG Flags, ULONG Count,
                         PLSA_UNICODE_STRING Names, PLSA_REFERENCED_DOMAIN_LIST *ReferencedDomains,
                         PLSA_TRANSLATED_SID2 *Sids)
{
    _cleanup_(found_done) struct found found = { 0 };
    _cleanup_(freep) LSA_TRANSLATED_SID2 *sids = NULL;
    nt_status st;

    if (!ReferencedDomains || !Sids)
        return STATUS_INVALID_PARAMETER;
    st = find_names(&found, PolicyHandle, Count, Names);
    if (!nt_failed(st))
        st = build_sids2(&sids, &found);
    if (!nt_failed(st))
        st = build_domains(ReferencedDomains, &found);
    if (nt_failed(st))
        return st.code;
    *Sids = TAKE(sids);
    return result_of(&found).code;
}

/* --- SIDs to names ---------------------------------------------------------------------------- */

static nt_status find_sid(struct found *found, size_t i, PSID sid)
{
    if (!sid || !sid_valid(sid, SID_SIZE_MAX))
        return NT(INVALID_SID);
    return note(found, i, account_by_sid(&found->entries[i].account, sid));
}

static nt_status find_sids(struct found *ret, LSA_HANDLE policy, ULONG count, PSID *sids)
{
    nt_status st = policy_handle_check(policy, POLICY_LOOKUP_NAMES);

    if (nt_failed(st))
        return st;
    if (!sids || count == 0 || count > LOOKUPS_MAX)
        return NT(INVALID_PARAMETER);
    st = found_init(ret, count);
    for (ULONG i = 0; i < count && !nt_failed(st); i++)
        st = find_sid(ret, i, sids[i]);
    return st;
}

/* What has no name shows its SID; a domain's name is its own domain's. */
static const char *name_to_show(const struct entry *entry, PSID sid, char text[SID_TEXT_SIZE])
{
    if (entry->domain == NO_DOMAIN) {
        (void)sid_to_text(text, sid);
        return text;
    }
    return entry->account.use == SidTypeDomain ? "" : entry->account.name;
}

static nt_status build_names(LSA_TRANSLATED_NAME **ret, const struct found *found, PSID *sids)
{
    _cleanup_(freep) LSA_TRANSLATED_NAME *names = NULL;
    char text[SID_TEXT_SIZE];
    size_t room = 0;
    WCHAR *next;

    for (size_t i = 0; i < found->n; i++)
        room += lsa_string_room(name_to_show(&found->entries[i], sids[i], text));
    names = calloc(1, found->n * sizeof(*names) + room);
    if (!names)
        return NT(NO_MEMORY);
    next = (WCHAR *)(void *)(names + found->n);
    for (size_t i = 0; i < found->n; i++) {
        const struct entry *entry = &found->entries[i];
        nt_status st = lsa_string_put(&names[i].Name, &next, name_to_show(entry, sids[i], text));

        if (nt_failed(st))
            return st;
        names[i].Use = entry->account.use;
        names[i].DomainIndex = entry->domain;
    }
    *ret = TAKE(names);
    return NT_OK;
}

NTSTATUS LsaLookupSids(LSA_HANDLE PolicyHandle, ULONG Count, PSID *Sids,
                       PLSA_REFERENCED_DOMAIN_LIST *ReferencedDomains, PLSA_TRANSLATED_NAME *Names)
{
    _cleanup_(found_done) struct found found = { 0 };
    _cleanup_(freep) LSA_TRANSLATED_NAME *names = NULL;
    nt_status st;

    if (!ReferencedDomains || !Names)
        return STATUS_INVALID_PARAMETER;
    st = find_sids(&found, PolicyHandle, Count, Sids);
    if (!nt_failed(st))
        st = build_names(&names, &found, Sids);
    if (!nt_failed(st))
        st = build_domains(ReferencedDomains, &found);
    if (nt_failed(st))
        return st.code;
    *Names = TAKE(names);
    return result_of(&found).code;
}

NTSTATUS LsaLookupSids2(LSA_HANDLE PolicyHandle, ULONG LookupOptions, ULONG Count, PSID *Sids,
                        PLSA_REFERENCED_DOMAIN_LIST *ReferencedDomains, PLSA_TRANSLATED_NAME *Names)
{
    return LsaLookupSids(PolicyHandle, Count, Sids, ReferencedDomains, Names);
}
