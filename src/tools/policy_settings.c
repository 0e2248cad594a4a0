/* SPDX-License-Identifier: MIT */
#include "policy_settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <lmaccess.h>
#include <lmapibuf.h>
#include <openlogon.h>
#include <ntstatus.h>
#include <sddl.h>

#include "complaint.h"
#include "lsa_text.h"
#include "text.h"

enum { GUID_TEXT_SIZE = 40, GUID_FIELDS = 11, CAPABILITIES_SIZE = 1024 };

static const char *const switches[] = { "off", "on", "" };

/* --- values ----------------------------------------------------------------------------------- */

static const struct {
    uint32_t seconds;
    char letter;
} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };

/* In the largest unit that loses nothing. */
static const char *show_duration(uint32_t seconds, char buffer[SETTING_SHOWN_SIZE])
{
    if (seconds == SETTING_NEVER)
        return "never";
    for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
        if (seconds == 0 || seconds % units[i].seconds != 0)
            continue;
        snprintf(buffer, SETTING_SHOWN_SIZE, "%" PRIu32 "%c", seconds / units[i].seconds,
                 units[i].letter);
        return buffer;
    }
    return "0";
}

static bool take_count(uint32_t *ret, const char *text, size_t size)
{
    uint64_t number = 0;

    if (size == 0 || size > 10)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(text[i] - '0');
    }
    *ret = (uint32_t)number;
    return number < SETTING_NEVER;
}

/* Without a unit: seconds. */
static bool take_duration(uint32_t *ret, const char *text)
{
    size_t size = strlen(text);
    uint32_t count;

    if (strcasecmp(text, "never") == 0) {
        *ret = SETTING_NEVER;
        return true;
    }
    for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
        if (size > 0 && text[size - 1] == units[i].letter)
            return take_count(&count, text, size - 1) &&
                   !__builtin_mul_overflow(count, units[i].seconds, ret) && *ret != SETTING_NEVER;
    }
    return take_count(ret, text, size);
}

static const char *show_choice(const struct setting_row *row, const struct setting_value *value)
{
    const char *const *choices = row->kind == SETTING_SWITCH ? switches : row->choices;

    for (uint32_t i = 0; !choices[i] || *choices[i]; i++) {
        if (i == value->number)
            return choices[i] ? choices[i] : "unknown";
    }
    return "unknown";
}

const char *setting_show(const struct setting_row *row, const struct setting_value *value,
                         char buffer[SETTING_SHOWN_SIZE])
{
    switch (row->kind) {
    case SETTING_TEXT:
        return value->text ? value->text : "";
    case SETTING_COUNT:
        snprintf(buffer, SETTING_SHOWN_SIZE, "%" PRIu32, value->number);
        return buffer;
    case SETTING_DURATION:
        return show_duration(value->number, buffer);
    default:
        return show_choice(row, value);
    }
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

static bool take_text(struct setting_value *value, const char *text)
{
    char *copy = strdup(text);

    if (!copy)
        return false;
    free(value->text);
    value->text = copy;
    return true;
}

bool setting_take(const struct setting_row *row, struct setting_value *value, const char *text)
{
    switch (row->kind) {
    case SETTING_TEXT:
        return take_text(value, text);
    case SETTING_COUNT:
        return take_count(&value->number, text, strlen(text));
    case SETTING_DURATION:
        return take_duration(&value->number, text);
    default:
        return take_choice(row->kind == SETTING_SWITCH ? switches : row->choices, value, text);
    }
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
    { "consent", SETTING_CHOICE, consents, "what elevating takes: password, free, never" },
};

static uint32_t elevation_load(struct setting_value *values)
{
    OPENLOGON_ELEVATION_POLICY policy;

    if (!openlogon_query_elevation_policy(&policy))
        return last_error();
    values[0].number = policy.split_administrators ? 1 : 0;
    values[1].number = policy.filter_built_in_administrator ? 1 : 0;
    values[2].number = policy.consent;
    return 0;
}

static uint32_t elevation_store(const struct setting_value *values)
{
    const OPENLOGON_ELEVATION_POLICY policy = {
        .split_administrators = values[0].number != 0,
        .filter_built_in_administrator = values[1].number != 0,
        .consent = (OPENLOGON_ELEVATION_CONSENT)values[2].number,
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

/* --- passwords and lockout -------------------------------------------------------------------- */

static const struct setting_row password_rows[] = {
    { "min-length", SETTING_COUNT, NULL, "characters of a password" },
    { "max-age", SETTING_DURATION, NULL, "until it has to be changed; never" },
    { "min-age", SETTING_DURATION, NULL, "until it may be changed" },
    { "history", SETTING_COUNT, NULL, "passwords that a new one must differ from" },
};

static uint32_t password_load(struct setting_value *values)
{
    USER_MODALS_INFO_0 *info = NULL;
    uint32_t error = NetUserModalsGet(NULL, 0, (LPBYTE *)&info);

    if (error)
        return error;
    values[0].number = info->usrmod0_min_passwd_len;
    values[1].number = info->usrmod0_max_passwd_age;
    values[2].number = info->usrmod0_min_passwd_age;
    values[3].number = info->usrmod0_password_hist_len;
    NetApiBufferFree(info);
    return 0;
}

static uint32_t password_store(const struct setting_value *values)
{
    USER_MODALS_INFO_0 info = { .usrmod0_min_passwd_len = values[0].number,
                                .usrmod0_max_passwd_age = values[1].number,
                                .usrmod0_min_passwd_age = values[2].number,
                                .usrmod0_force_logoff = TIMEQ_FOREVER,
                                .usrmod0_password_hist_len = values[3].number };

    return NetUserModalsSet(NULL, 0, (LPBYTE)&info, NULL);
}

static uint32_t password_reset(void)
{
    static const struct setting_value defaults[] = { { 0 }, { 42 * 86400 }, { 0 }, { 0 } };

    return password_store(defaults);
}

static const struct setting_row lockout_rows[] = {
    { "threshold", SETTING_COUNT, NULL, "wrong passwords that lock an account; 0: none do" },
    { "window", SETTING_DURATION, NULL, "in which they are counted" },
    { "duration", SETTING_DURATION, NULL, "of the lock; never: until it is unlocked" },
};

static uint32_t lockout_load(struct setting_value *values)
{
    USER_MODALS_INFO_3 *info = NULL;
    uint32_t error = NetUserModalsGet(NULL, 3, (LPBYTE *)&info);

    if (error)
        return error;
    values[0].number = info->usrmod3_lockout_threshold;
    values[1].number = info->usrmod3_lockout_observation_window;
    values[2].number = info->usrmod3_lockout_duration;
    NetApiBufferFree(info);
    return 0;
}

static uint32_t lockout_store(const struct setting_value *values)
{
    USER_MODALS_INFO_3 info = { .usrmod3_lockout_threshold = values[0].number,
                                .usrmod3_lockout_observation_window = values[1].number,
                                .usrmod3_lockout_duration = values[2].number };

    return NetUserModalsSet(NULL, 3, (LPBYTE)&info, NULL);
}

static uint32_t lockout_reset(void)
{
    static const struct setting_value defaults[] = { { 0 }, { 1800 }, { 1800 } };

    return lockout_store(defaults);
}

/* --- capabilities ----------------------------------------------------------------------------- */

/* Those that are capabilities unless they are narrowed. */
static const struct setting_row capabilities_rows[] = {
    { "SeBackupPrivilege", SETTING_TEXT, NULL,
      "the kernel's, of a process started with it enabled; see openlogond.conf(5)" },
    { "SeRestorePrivilege", SETTING_TEXT, NULL, NULL },
    { "SeTakeOwnershipPrivilege", SETTING_TEXT, NULL, NULL },
    { "SeDebugPrivilege", SETTING_TEXT, NULL, NULL },
    { "SeSystemtimePrivilege", SETTING_TEXT, NULL, NULL },
    { "SeShutdownPrivilege", SETTING_TEXT, NULL, NULL },
    { "SeLoadDriverPrivilege", SETTING_TEXT, NULL, NULL },
    { "SeIncreaseBasePriorityPrivilege", SETTING_TEXT, NULL, NULL },
    { "SeLockMemoryPrivilege", SETTING_TEXT, NULL, NULL },
    { "SeAuditPrivilege", SETTING_TEXT, NULL, NULL },
    { "SeSecurityPrivilege", SETTING_TEXT, NULL, NULL },
    { "SeImpersonatePrivilege", SETTING_TEXT, NULL, NULL },
    { "SeAssignPrimaryTokenPrivilege", SETTING_TEXT, NULL, NULL },
    { "SeTcbPrivilege", SETTING_TEXT, NULL, NULL },
};
_Static_assert(ARRAY_SIZE(capabilities_rows) <= SETTINGS_PER_PART_MAX, "a part has no room");

static uint32_t capabilities_load(struct setting_value *values)
{
    for (size_t i = 0; i < ARRAY_SIZE(capabilities_rows); i++) {
        char text[CAPABILITIES_SIZE];
        DWORD size = sizeof(text);

        if (!openlogon_privilege_capabilities(capabilities_rows[i].name, text, &size))
            return last_error();
        values[i].text = strdup(text);
        if (!values[i].text)
            return ERROR_NOT_ENOUGH_MEMORY;
    }
    return 0;
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
    PART(password),
    PART(lockout),
    { "capabilities", capabilities_rows, ARRAY_SIZE(capabilities_rows), capabilities_load, NULL,
      NULL },
};

const struct setting_part *setting_part_at(size_t i)
{
    return i < ARRAY_SIZE(parts) ? &parts[i] : NULL;
}
