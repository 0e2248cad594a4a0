/* SPDX-License-Identifier: MIT */
/* Parts of the policy by their class, and the settings of elevation, which have one of ours. */
#include <windows.h>
#include <ntsecapi.h>
#include <openlogon.h>

#include <stdlib.h>
#include <string.h>

#include "client/last_error.h"
#include "client/lsa_string.h"
#include "client/policy_handle.h"
#include "client/text.h"
#include "security/sid.h"

enum {
    TEXTS_MAX = 3,
    AUDIT_CATEGORIES = AuditCategoryAccountLogon + 1,
    NUMBERS_MAX = 1 + AUDIT_CATEGORIES,
    NUMBER_UNCHANGED = -1, /* docs/protocol.md */
};

typedef Openlogon__PolicyInformation Information;

/* --- reading ---------------------------------------------------------------------------------- */

/* One block: a structure, then SID and texts. */
struct block {
    void *structure;
    uint8_t *sid; /* NULL: there is none */
    WCHAR *texts;
};

static nt_status block_make(struct block *ret, size_t size, const Information *from)
{
    size_t room = size + SID_SIZE_MAX + sizeof(WCHAR);
    uint8_t *sid;

    for (size_t i = 0; i < from->n_texts; i++)
        room += lsa_string_room(from->texts[i]);
    if (from->sid.len > 0 && !sid_valid(from->sid.data, from->sid.len))
        return NT(REPLY_MESSAGE_MISMATCH);
    ret->structure = calloc(1, room);
    if (!ret->structure)
        return NT(NO_MEMORY);
    sid = (uint8_t *)ret->structure + size;
    ret->sid = from->sid.len > 0
                   ? memcpy(sid, from->sid.data, sid_length((const SID *)from->sid.data))
                   : NULL;
    ret->texts = (WCHAR *)(void *)(sid + SID_SIZE_MAX);
    return NT_OK;
}

static nt_status put_text(LSA_UNICODE_STRING *ret, struct block *block, const Information *from,
                          size_t i)
{
    return lsa_string_put(ret, &block->texts, i < from->n_texts ? from->texts[i] : "");
}

static nt_status show_audit(struct block *block, const Information *from)
{
    POLICY_AUDIT_EVENTS_INFO *info = block->structure;
    ULONG *options = (ULONG *)(void *)(info + 1);

    if (from->n_numbers != NUMBERS_MAX)
        return NT(REPLY_MESSAGE_MISMATCH);
    info->AuditingMode = from->numbers[0] != 0;
    info->EventAuditingOptions =
        memcpy(options, from->numbers + 1, AUDIT_CATEGORIES * sizeof(*options));
    info->MaximumAuditEventCount = AUDIT_CATEGORIES;
    return NT_OK;
}

/* POLICY_ACCOUNT_DOMAIN_INFO is the same under other names. */
static nt_status show_domain(struct block *block, const Information *from)
{
    POLICY_PRIMARY_DOMAIN_INFO *info = block->structure;

    info->Sid = block->sid;
    return put_text(&info->Name, block, from, 0);
}

static nt_status show_dns_domain(struct block *block, const Information *from)
{
    POLICY_DNS_DOMAIN_INFO *info = block->structure;
    nt_status st = put_text(&info->Name, block, from, 0);

    if (!nt_failed(st))
        st = put_text(&info->DnsDomainName, block, from, 1);
    if (!nt_failed(st))
        st = put_text(&info->DnsForestName, block, from, 2);
    if (from->guid.len == sizeof(info->DomainGuid))
        memcpy(&info->DomainGuid, from->guid.data, from->guid.len);
    info->Sid = block->sid;
    return st;
}

static nt_status show_role(struct block *block, const Information *from)
{
    POLICY_LSA_SERVER_ROLE_INFO *info = block->structure;

    if (from->n_numbers != 1)
        return NT(REPLY_MESSAGE_MISMATCH);
    info->LsaServerRole = (POLICY_LSA_SERVER_ROLE)from->numbers[0];
    return NT_OK;
}

static nt_status show_pd_account(struct block *block, const Information *from)
{
    return put_text(&((POLICY_PD_ACCOUNT_INFO *)block->structure)->Name, block, from, 0);
}

/* --- writing ---------------------------------------------------------------------------------- */

/* What is sent, and the memory behind it. */
struct setting {
    Information information;
    uint32_t numbers[NUMBERS_MAX];
    char *texts[TEXTS_MAX];
};

static void setting_init(struct setting *setting)
{
    *setting = (struct setting){ 0 };
    openlogon__policy_information__init(&setting->information);
    setting->information.numbers = setting->numbers;
    setting->information.texts = setting->texts;
}

static void setting_done(struct setting *setting)
{
    for (size_t i = 0; i < TEXTS_MAX; i++)
        free(setting->texts[i]);
}

static void add_number(struct setting *setting, uint32_t number)
{
    setting->numbers[setting->information.n_numbers++] = number;
}

static nt_status add_text(struct setting *setting, const LSA_UNICODE_STRING *text)
{
    return lsa_string_read(&setting->texts[setting->information.n_texts++], text);
}

static nt_status add_sid(struct setting *setting, PSID sid)
{
    if (!sid)
        return NT_OK;
    if (!sid_valid(sid, SID_SIZE_MAX))
        return NT(INVALID_SID);
    setting->information.sid = (ProtobufCBinaryData){ sid_length(sid), sid };
    return NT_OK;
}

static nt_status take_audit(struct setting *setting, const void *buffer)
{
    const POLICY_AUDIT_EVENTS_INFO *info = buffer;
    ULONG n = info->MaximumAuditEventCount;

    if (n > AUDIT_CATEGORIES || (n > 0 && !info->EventAuditingOptions))
        return NT(INVALID_PARAMETER);
    add_number(setting, info->AuditingMode ? 1 : 0);
    for (ULONG i = 0; i < n; i++) {
        ULONG options = info->EventAuditingOptions[i];

        if (options & ~(ULONG)POLICY_AUDIT_EVENT_MASK)
            return NT(INVALID_PARAMETER);
        if (options == POLICY_AUDIT_EVENT_UNCHANGED)
            add_number(setting, (uint32_t)NUMBER_UNCHANGED);
        else /* NONE takes away what was there, before the others are added */
            add_number(setting, options & ~(ULONG)POLICY_AUDIT_EVENT_NONE);
    }
    return NT_OK;
}

static nt_status take_domain(struct setting *setting, const void *buffer)
{
    const POLICY_PRIMARY_DOMAIN_INFO *info = buffer;
    nt_status st = add_text(setting, &info->Name);

    return nt_failed(st) ? st : add_sid(setting, info->Sid);
}

static nt_status take_dns_domain(struct setting *setting, const void *buffer)
{
    static const GUID none;
    const POLICY_DNS_DOMAIN_INFO *info = buffer;
    nt_status st = add_text(setting, &info->Name);

    if (!nt_failed(st))
        st = add_text(setting, &info->DnsDomainName);
    if (!nt_failed(st))
        st = add_text(setting, &info->DnsForestName);
    if (nt_failed(st))
        return st;
    if (memcmp(&info->DomainGuid, &none, sizeof(none)) != 0)
        setting->information.guid =
            (ProtobufCBinaryData){ sizeof(info->DomainGuid),
                                   (uint8_t *)(uintptr_t)&info->DomainGuid };
    return add_sid(setting, info->Sid);
}

static nt_status take_role(struct setting *setting, const void *buffer)
{
    POLICY_LSA_SERVER_ROLE role = ((const POLICY_LSA_SERVER_ROLE_INFO *)buffer)->LsaServerRole;

    if (role != PolicyServerRoleBackup && role != PolicyServerRolePrimary)
        return NT(INVALID_PARAMETER);
    add_number(setting, role);
    return NT_OK;
}

/* --- the classes ------------------------------------------------------------------------------ */

/* Classes that openlogond refuses stand here not at all: it tells why. */
static const struct part {
    POLICY_INFORMATION_CLASS info_class;
    size_t size; /* of the structure, and what show() needs behind it */
    nt_status (*show)(struct block *block, const Information *from);
    nt_status (*take)(struct setting *setting, const void *buffer); /* NULL: not changed */
} parts[] = {
    { PolicyAuditEventsInformation,
      sizeof(POLICY_AUDIT_EVENTS_INFO) + AUDIT_CATEGORIES * sizeof(ULONG), show_audit, take_audit },
    { PolicyPrimaryDomainInformation, sizeof(POLICY_PRIMARY_DOMAIN_INFO), show_domain,
      take_domain },
    { PolicyAccountDomainInformation, sizeof(POLICY_ACCOUNT_DOMAIN_INFO), show_domain, NULL },
    { PolicyLocalAccountDomainInformation, sizeof(POLICY_ACCOUNT_DOMAIN_INFO), show_domain, NULL },
    { PolicyDnsDomainInformation, sizeof(POLICY_DNS_DOMAIN_INFO), show_dns_domain,
      take_dns_domain },
    { PolicyLsaServerRoleInformation, sizeof(POLICY_LSA_SERVER_ROLE_INFO), show_role, take_role },
    { PolicyPdAccountInformation, sizeof(POLICY_PD_ACCOUNT_INFO), show_pd_account, NULL },
};

static const struct part *find_part(POLICY_INFORMATION_CLASS info_class)
{
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        if (parts[i].info_class == info_class)
            return &parts[i];
    }
    return NULL;
}

static nt_status query(LSA_HANDLE policy, uint32_t info_class, struct reply *ret)
{
    Openlogon__PolicyQueryRequest message = OPENLOGON__POLICY_QUERY_REQUEST__INIT;
    Openlogon__Request request = REQUEST(POLICY_QUERY, policy_query, &message);

    message.info_class = info_class;
    return policy_handle_call(policy, &request, &message.handle, REPLY_OF(POLICY_INFORMATION), ret);
}

static nt_status show(PVOID *ret, const struct part *part, const Information *from)
{
    struct block block;
    nt_status st = block_make(&block, part->size, from);

    if (nt_failed(st))
        return st;
    st = part->show(&block, from);
    if (nt_failed(st))
        free(block.structure);
    else
        *ret = block.structure;
    return st;
}

NTSTATUS LsaQueryInformationPolicy(LSA_HANDLE PolicyHandle,
                                   POLICY_INFORMATION_CLASS InformationClass, PVOID *Buffer)
{
    const struct part *part = find_part(InformationClass);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    if (!Buffer)
        return STATUS_INVALID_PARAMETER;
    st = query(PolicyHandle, (uint32_t)InformationClass, &reply);
    if (!nt_failed(st))
        st = part ? show(Buffer, part, reply.message->policy_information)
                  : NT(REPLY_MESSAGE_MISMATCH);
    return st.code;
}

enum set_flags { SET_DEFAULTS = 1 << 0 };

static nt_status set(LSA_HANDLE policy, Information *information, unsigned flags)
{
    Openlogon__PolicySetRequest message = OPENLOGON__POLICY_SET_REQUEST__INIT;
    Openlogon__Request request = REQUEST(POLICY_SET, policy_set, &message);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;

    message.information = information;
    message.reset = (flags & SET_DEFAULTS) != 0;
    return policy_handle_call(policy, &request, &message.handle, REPLY_EMPTY, &reply);
}

NTSTATUS LsaSetInformationPolicy(LSA_HANDLE PolicyHandle, POLICY_INFORMATION_CLASS InformationClass,
                                 PVOID Buffer)
{
    const struct part *part = find_part(InformationClass);
    _cleanup_(setting_done) struct setting setting;
    nt_status st = NT_OK;

    setting_init(&setting);
    if (!Buffer)
        return STATUS_INVALID_PARAMETER;
    if (part && part->take)
        st = part->take(&setting, Buffer);
    setting.information.info_class = (uint32_t)InformationClass;
    return nt_failed(st) ? st.code : set(PolicyHandle, &setting.information, 0).code;
}

/* --- elevation -------------------------------------------------------------------------------- */

enum { ELEVATION_NUMBERS = 3 };

static void closep(LSA_HANDLE *policy)
{
    if (*policy)
        (void)LsaClose(*policy);
}

BOOL openlogon_query_elevation_policy(OPENLOGON_ELEVATION_POLICY *policy)
{
    _cleanup_(closep) LSA_HANDLE handle = NULL;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    const Information *information;
    nt_status st;

    if (!policy)
        return fail(ERROR_INVALID_PARAMETER);
    st = policy_handle_open(&handle, POLICY_VIEW_LOCAL_INFORMATION);
    if (!nt_failed(st))
        st = query(handle, OPENLOGON_POLICY_ELEVATION, &reply);
    if (nt_failed(st))
        return finish(st);
    information = reply.message->policy_information;
    if (information->n_numbers != ELEVATION_NUMBERS)
        return finish(NT(REPLY_MESSAGE_MISMATCH));
    *policy = (OPENLOGON_ELEVATION_POLICY){
        .split_administrators = information->numbers[0] != 0,
        .filter_built_in_administrator = information->numbers[1] != 0,
        .consent = (OPENLOGON_ELEVATION_CONSENT)information->numbers[2],
    };
    return TRUE;
}

BOOL openlogon_set_elevation_policy(const OPENLOGON_ELEVATION_POLICY *policy)
{
    _cleanup_(closep) LSA_HANDLE handle = NULL;
    struct setting setting;
    nt_status st;

    if (!policy)
        return fail(ERROR_INVALID_PARAMETER);
    setting_init(&setting);
    setting.information.info_class = OPENLOGON_POLICY_ELEVATION;
    add_number(&setting, policy->split_administrators ? 1 : 0);
    add_number(&setting, policy->filter_built_in_administrator ? 1 : 0);
    add_number(&setting, policy->consent);
    st = policy_handle_open(&handle, POLICY_SERVER_ADMIN);
    return finish(nt_failed(st) ? st : set(handle, &setting.information, 0));
}

/* What it takes to change each. */
static ACCESS_MASK access_to_set(DWORD info_class)
{
    switch (info_class) {
    case PolicyAuditEventsInformation:
        return POLICY_SET_AUDIT_REQUIREMENTS;
    case PolicyPrimaryDomainInformation:
    case PolicyDnsDomainInformation:
        return POLICY_TRUST_ADMIN;
    default:
        return POLICY_SERVER_ADMIN;
    }
}

BOOL openlogon_reset_policy(DWORD info_class)
{
    _cleanup_(closep) LSA_HANDLE handle = NULL;
    struct setting setting;
    nt_status st = policy_handle_open(&handle, access_to_set(info_class));

    setting_init(&setting);
    setting.information.info_class = info_class;
    return finish(nt_failed(st) ? st : set(handle, &setting.information, SET_DEFAULTS));
}
