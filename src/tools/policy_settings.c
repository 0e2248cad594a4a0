/* SPDX-License-Identifier: MIT */
#include "policy_settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openlogon.h>
#include <ntstatus.h>
#include <sddl.h>

#include "complaint.h"
#include "lsa_text.h"
#include "text.h"

enum { GUID_TEXT_SIZE = 40, GUID_FIELDS = 11 };

static const char *const switches[] = { "off", "on", "" };

/* --- values ----------------------------------------------------------------------------------- */

const char *setting_show(const struct setting_row *row, const struct setting_value *value)
{
    const char *const *choices = row->kind == SETTING_SWITCH ? switches : row->choices;

    if (row->kind == SETTING_TEXT)
        return value->text ? value->text : "";
    for (uint32_t i = 0; !choices[i] || *choices[i]; i++) {
        if (i == value->number)
            return choices[i] ? choices[i] : "unknown";
    }
    return "unknown";
}

static bool take_choice(const char *const *choices, struct setting_value *value, const char *text)
{
    for (uint32_t i = 0; !choices[i] || *choices[i]; i++) {
        if (choices[i] && strcasecmp(choices[i], text) == 0) {
            value->number = i;
            return true;
        }
    }
    return false;
}

bool setting_take(const struct setting_row *row, struct setting_value *value, const char *text)
{
    char *copy;

    if (row->kind != SETTING_TEXT)
        return take_choice(row->kind == SETTING_SWITCH ? switches : row->choices, value, text);
    copy = strdup(text);
    if (!copy)
        return false;
    free(value->text);
    value->text = copy;
    return true;
}

void setting_values_done(struct setting_values *values)
{
    for (size_t i = 0; i < SETTINGS_PER_PART_MAX; i++)
        free(values->of[i].text);
    *values = (struct setting_values){ 0 };
}

/* --- elevation -------------------------------------------------------------------------------- */

static const char *const consents[] = { "password", "free", "never", "" };

static const struct setting_row elevation_rows[] = {
    { "split", SETTING_SWITCH, NULL, "an administrator's logon has a filtered and a full token" },
    { "filter-built-in", SETTING_SWITCH, NULL, "so have those of uid 0" },
    { "filter-network", SETTING_SWITCH, NULL, "local accounts are filtered over the network" },
    { "consent", SETTING_CHOICE, consents, "what elevating takes: password, free, never" },
};

static uint32_t elevation_load(struct setting_value *values)
{
    OPENLOGON_ELEVATION_POLICY policy;

    if (!openlogon_query_elevation_policy(&policy))
        return last_error();
    values[0].number = policy.split_administrators ? 1 : 0;
    values[1].number = policy.filter_built_in_administrator ? 1 : 0;
    values[2].number = policy.filter_network_logons ? 1 : 0;
    values[3].number = policy.consent;
    return 0;
}

static uint32_t elevation_store(const struct setting_value *values)
{
    const OPENLOGON_ELEVATION_POLICY policy = {
        .split_administrators = values[0].number != 0,
        .filter_built_in_administrator = values[1].number != 0,
        .filter_network_logons = values[2].number != 0,
        .consent = (OPENLOGON_ELEVATION_CONSENT)values[3].number,
    };

    return openlogon_set_elevation_policy(&policy) ? 0 : last_error();
}

static uint32_t elevation_reset(void)
{
    return openlogon_reset_policy(OPENLOGON_POLICY_ELEVATION) ? 0 : last_error();
}

/* --- parts that the LSA has a class for ------------------------------------------------------- */

static uint32_t query(ACCESS_MASK access, POLICY_INFORMATION_CLASS info_class, PVOID *ret)
{
    _cleanup_(lsa_policy_closep) LSA_HANDLE policy = NULL;
    NTSTATUS status = LsaOpenPolicy(NULL, NULL, access, &policy);

    if (status == STATUS_SUCCESS)
        status = LsaQueryInformationPolicy(policy, info_class, ret);
    return status == STATUS_SUCCESS ? 0 : LsaNtStatusToWinError(status);
}

static uint32_t set(ACCESS_MASK access, POLICY_INFORMATION_CLASS info_class, PVOID value)
{
    _cleanup_(lsa_policy_closep) LSA_HANDLE policy = NULL;
    NTSTATUS status = LsaOpenPolicy(NULL, NULL, access, &policy);

    if (status == STATUS_SUCCESS)
        status = LsaSetInformationPolicy(policy, info_class, value);
    return status == STATUS_SUCCESS ? 0 : LsaNtStatusToWinError(status);
}

/* --- the domain */

static const struct setting_row domain_rows[] = {
    { "name", SETTING_TEXT, NULL, "of the primary domain or workgroup" },
    { "dns", SETTING_TEXT, NULL, "its name in DNS" },
    { "forest", SETTING_TEXT, NULL, "that of its forest" },
    { "guid", SETTING_TEXT, NULL, "its GUID" },
    { "sid", SETTING_TEXT, NULL, "its SID; none for a workgroup" },
};

static char *guid_show(const GUID *guid)
{
    static const GUID none;
    char text[GUID_TEXT_SIZE];
    const BYTE *rest = guid->Data4;

    if (memcmp(guid, &none, sizeof(none)) == 0)
        return strdup("");
    snprintf(text, sizeof(text), "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             (unsigned)guid->Data1, guid->Data2, guid->Data3, rest[0], rest[1], rest[2], rest[3],
             rest[4], rest[5], rest[6], rest[7]);
    return strdup(text);
}

/* Empty: none. */
static bool guid_take(GUID *ret, const char *text)
{
    uint32_t first;
    uint16_t second, third;
    uint8_t rest[8];
    int end = -1;

    *ret = (GUID){ 0 };
    if (!*text)
        return true;
    if (sscanf(text,
               "%8" SCNx32 "-%4" SCNx16 "-%4" SCNx16 "-%2" SCNx8 "%2" SCNx8 "-%2" SCNx8 "%2" SCNx8
               "%2" SCNx8 "%2" SCNx8 "%2" SCNx8 "%2" SCNx8 "%n",
               &first, &second, &third, &rest[0], &rest[1], &rest[2], &rest[3], &rest[4], &rest[5],
               &rest[6], &rest[7], &end) != GUID_FIELDS ||
        end < 0 || text[end])
        return false;
    *ret = (GUID){ .Data1 = first, .Data2 = second, .Data3 = third };
    memcpy(ret->Data4, rest, sizeof(rest));
    return true;
}

static uint32_t domain_load(struct setting_value *values)
{
    POLICY_DNS_DOMAIN_INFO *info;
    PVOID buffer = NULL;
    uint32_t error = query(POLICY_VIEW_LOCAL_INFORMATION, PolicyDnsDomainInformation, &buffer);

    if (error)
        return error;
    info = buffer;
    values[0].text = text_of_lsa(&info->Name);
    values[1].text = text_of_lsa(&info->DnsDomainName);
    values[2].text = text_of_lsa(&info->DnsForestName);
    values[3].text = guid_show(&info->DomainGuid);
    values[4].text = info->Sid ? text_of_sid(info->Sid) : strdup("");
    LsaFreeMemory(buffer);
    for (size_t i = 0; i < ARRAY_SIZE(domain_rows); i++) {
        if (!values[i].text)
            return ERROR_NOT_ENOUGH_MEMORY;
    }
    return 0;
}

static void free_sid(PSID *sid)
{
    LocalFree(*sid);
}

static uint32_t domain_store(const struct setting_value *values)
{
    _cleanup_(lsa_text_done) LSA_UNICODE_STRING name = { 0 }, dns = { 0 }, forest = { 0 };
    _cleanup_(free_sid) PSID sid = NULL;
    POLICY_DNS_DOMAIN_INFO info = { 0 };

    if (!lsa_text_make(&name, values[0].text) || !lsa_text_make(&dns, values[1].text) ||
        !lsa_text_make(&forest, values[2].text) || !guid_take(&info.DomainGuid, values[3].text))
        return ERROR_INVALID_PARAMETER;
    if (*values[4].text && !ConvertStringSidToSidA(values[4].text, &sid))
        return last_error();
    info.Name = name;
    info.DnsDomainName = dns;
    info.DnsForestName = forest;
    info.Sid = sid;
    return set(POLICY_TRUST_ADMIN, PolicyDnsDomainInformation, &info);
}

static uint32_t domain_reset(void)
{
    return openlogon_reset_policy(PolicyDnsDomainInformation) ? 0 : last_error();
}

/* --- the server's role */

static const char *const roles[] = { NULL, NULL, "backup", "primary", "" };

static const struct setting_row server_rows[] = {
    { "role", SETTING_CHOICE, roles, "primary or backup" },
};

static uint32_t server_load(struct setting_value *values)
{
    PVOID buffer = NULL;
    uint32_t error = query(POLICY_VIEW_LOCAL_INFORMATION, PolicyLsaServerRoleInformation, &buffer);

    if (!error)
        values[0].number = ((POLICY_LSA_SERVER_ROLE_INFO *)buffer)->LsaServerRole;
    LsaFreeMemory(buffer);
    return error;
}

static uint32_t server_store(const struct setting_value *values)
{
    POLICY_LSA_SERVER_ROLE_INFO info = { (POLICY_LSA_SERVER_ROLE)values[0].number };

    return set(POLICY_SERVER_ADMIN, PolicyLsaServerRoleInformation, &info);
}

static uint32_t server_reset(void)
{
    return openlogon_reset_policy(PolicyLsaServerRoleInformation) ? 0 : last_error();
}

/* --- audit */

static const char *const audits[] = { "none", "success", "failure", "all", "" };

static const struct setting_row audit_rows[] = {
    { "mode", SETTING_SWITCH, NULL, "whether anything is audited" },
    { "system", SETTING_CHOICE, audits, "each of these: none, success, failure, all" },
    { "logon", SETTING_CHOICE, audits, NULL },
    { "object-access", SETTING_CHOICE, audits, NULL },
    { "privilege-use", SETTING_CHOICE, audits, NULL },
    { "detailed-tracking", SETTING_CHOICE, audits, NULL },
    { "policy-change", SETTING_CHOICE, audits, NULL },
    { "account-management", SETTING_CHOICE, audits, NULL },
    { "directory-service-access", SETTING_CHOICE, audits, NULL },
    { "account-logon", SETTING_CHOICE, audits, NULL },
};

enum { AUDIT_CATEGORIES = ARRAY_SIZE(audit_rows) - 1 };

static uint32_t audit_load(struct setting_value *values)
{
    const POLICY_AUDIT_EVENTS_INFO *info;
    PVOID buffer = NULL;
    uint32_t error = query(POLICY_VIEW_AUDIT_INFORMATION, PolicyAuditEventsInformation, &buffer);

    if (error)
        return error;
    info = buffer;
    values[0].number = info->AuditingMode ? 1 : 0;
    for (ULONG i = 0; i < AUDIT_CATEGORIES && i < info->MaximumAuditEventCount; i++)
        values[i + 1].number = info->EventAuditingOptions[i];
    LsaFreeMemory(buffer);
    return 0;
}

static uint32_t audit_store(const struct setting_value *values)
{
    POLICY_AUDIT_EVENT_OPTIONS options[AUDIT_CATEGORIES];
    POLICY_AUDIT_EVENTS_INFO info = { values[0].number != 0, options, AUDIT_CATEGORIES };

    for (size_t i = 0; i < AUDIT_CATEGORIES; i++)
        options[i] = values[i + 1].number | POLICY_AUDIT_EVENT_NONE; /* then those named */
    return set(POLICY_SET_AUDIT_REQUIREMENTS, PolicyAuditEventsInformation, &info);
}

static uint32_t audit_reset(void)
{
    return openlogon_reset_policy(PolicyAuditEventsInformation) ? 0 : last_error();
}

/* --- all -------------------------------------------------------------------------------------- */

#define PART(name)                                                                                 \
    {                                                                                              \
#name, name##_rows, ARRAY_SIZE(name##_rows), name##_load, name##_store, name##_reset       \
    }

static const struct setting_part parts[] = {
    PART(elevation),
    PART(domain),
    PART(server),
    PART(audit),
};

const struct setting_part *setting_part_at(size_t i)
{
    return i < ARRAY_SIZE(parts) ? &parts[i] : NULL;
}
