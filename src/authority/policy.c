/* SPDX-License-Identifier: MIT */
#include "authority/policy.h"

#include <string.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/utf16.h"
#include "security/access_check.h"
#include "security/descriptor.h"
#include "security/sddl.h"

enum {
    GUID_SIZE = 16,
    NUMBER_SIZE = 4,
    DOMAIN_NAME_UNITS_MAX = 255,
    BUCKETS_MIN = 64,
};

/* One account; its SID lies behind it in the policy's own memory. */
struct account {
    struct policy_account public;
    sid_buffer sid;
};

struct value {
    uint8_t *bytes; /* NULL: the default */
    size_t size;
};

/* What a load replaces. */
struct content {
    struct account *accounts;
    size_t n_accounts;
    uint32_t *buckets; /* open addressing by sid_hash(): index + 1; 0: free */
    size_t n_buckets;  /* a power of two, at least twice the accounts */
    struct value values[POLICY_SETTINGS_N];
    void *descriptor;
    size_t descriptor_size;
    uint64_t generation;
};

struct Policy {
    struct content content;
    nt_status status;
};

/* --- settings ----------------------------------------------------------------------------- */

enum kind { KIND_NUMBER, KIND_TEXT, KIND_GUID, KIND_SID };

static const struct {
    const char *name;
    enum kind kind;
    uint32_t max;                /* of a number */
    uint8_t number[NUMBER_SIZE]; /* the default, little-endian */
    const char *text;
} settings[POLICY_SETTINGS_N] = {
    [POLICY_ELEVATION_SPLIT] = { "elevation.split", KIND_NUMBER, 1, { 1 }, NULL },
    [POLICY_ELEVATION_FILTER_BUILT_IN] = { "elevation.filter-built-in",
                                           KIND_NUMBER,
                                           1,
                                           { 0 },
                                           NULL },
    [POLICY_ELEVATION_CONSENT] = { "elevation.consent",
                                   KIND_NUMBER,
                                   ELEVATION_CONSENT_MAX_ - 1,
                                   { ELEVATION_BY_PASSWORD },
                                   NULL },
    [POLICY_AUDIT_MODE] = { "audit.mode", KIND_NUMBER, 1, { 0 }, NULL },
#define AUDIT(i, name) [POLICY_AUDIT_FIRST + (i)] = { "audit." name, KIND_NUMBER, 3, { 0 }, NULL }
    AUDIT(AuditCategorySystem, "system"),
    AUDIT(AuditCategoryLogon, "logon"),
    AUDIT(AuditCategoryObjectAccess, "object-access"),
    AUDIT(AuditCategoryPrivilegeUse, "privilege-use"),
    AUDIT(AuditCategoryDetailedTracking, "detailed-tracking"),
    AUDIT(AuditCategoryPolicyChange, "policy-change"),
    AUDIT(AuditCategoryAccountManagement, "account-management"),
    AUDIT(AuditCategoryDirectoryServiceAccess, "directory-service-access"),
    AUDIT(AuditCategoryAccountLogon, "account-logon"),
    [POLICY_SERVER_ROLE] = { "server.role",
                             KIND_NUMBER,
                             PolicyServerRolePrimary,
                             { PolicyServerRolePrimary },
                             NULL },
    [POLICY_DOMAIN_NAME] = { "domain.name", KIND_TEXT, 0, { 0 }, "WORKGROUP" },
    [POLICY_DNS_DOMAIN] = { "domain.dns", KIND_TEXT, 0, { 0 }, "" },
    [POLICY_DNS_FOREST] = { "domain.forest", KIND_TEXT, 0, { 0 }, "" },
    [POLICY_DOMAIN_GUID] = { "domain.guid", KIND_GUID, 0, { 0 }, "" },
    [POLICY_DOMAIN_SID] = { "domain.sid", KIND_SID, 0, { 0 }, "" },
};

const char *policy_setting_name(enum policy_setting setting)
{
    return settings[setting].name;
}

static uint32_t number_of(struct policy_value value)
{
    const uint8_t *bytes = value.bytes;

    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static struct policy_value default_of(enum policy_setting setting)
{
    if (settings[setting].kind == KIND_NUMBER)
        return (struct policy_value){ settings[setting].number, NUMBER_SIZE };
    return (struct policy_value){ settings[setting].text, strlen(settings[setting].text) };
}

struct policy_value policy_get(const Policy *policy, enum policy_setting setting)
{
    const struct value *value = &policy->content.values[setting];

    return value->bytes ? (struct policy_value){ value->bytes, value->size } : default_of(setting);
}

uint32_t policy_get_number(const Policy *policy, enum policy_setting setting)
{
    return number_of(policy_get(policy, setting));
}

struct elevation_policy policy_elevation(const Policy *policy)
{
    return (struct elevation_policy){
        .split_administrators = policy_get_number(policy, POLICY_ELEVATION_SPLIT),
        .filter_built_in_administrator =
            policy_get_number(policy, POLICY_ELEVATION_FILTER_BUILT_IN),
        .consent = (enum elevation_consent)policy_get_number(policy, POLICY_ELEVATION_CONSENT),
    };
}

static bool is_text(struct policy_value value)
{
    size_t units = 0;
    nt_status st;

    if (value.size > 0 && memchr(value.bytes, 0, value.size))
        return false;
    st = utf8_to_utf16_buffer(NULL, 0, &units, value.bytes, value.size);
    return (!nt_failed(st) || NT_IS(st, BUFFER_TOO_SMALL)) && units <= DOMAIN_NAME_UNITS_MAX;
}

static bool is_sid(struct policy_value value)
{
    return value.size == 0 || (sid_valid(value.bytes, value.size) &&
                               sid_length((const SID *)value.bytes) == value.size);
}

static bool value_will_do(enum policy_setting setting, struct policy_value value)
{
    switch (settings[setting].kind) {
    case KIND_NUMBER:
        return value.size == NUMBER_SIZE && number_of(value) <= settings[setting].max;
    case KIND_TEXT:
        return is_text(value);
    case KIND_GUID:
        return value.size == 0 || value.size == GUID_SIZE;
    case KIND_SID:
        return is_sid(value);
    }
    return false;
}

nt_status policy_setting_check(enum policy_setting setting, struct policy_value value)
{
    return value_will_do(setting, value) ? NT_OK : NT(INVALID_PARAMETER);
}

/* --- rights ------------------------------------------------------------------------------- */

/* The bucket that holds the account, or the free one where it belongs. */
static uint32_t *find_bucket(const struct content *content, const SID *sid)
{
    size_t i = sid_hash(sid) & (content->n_buckets - 1);

    while (content->buckets[i] != 0 &&
           !sid_equal(content->accounts[content->buckets[i] - 1].public.sid, sid))
        i = (i + 1) & (content->n_buckets - 1);
    return &content->buckets[i];
}

struct account_rights policy_rights_of_sid(const Policy *policy, const SID *sid)
{
    const struct content *content = &policy->content;
    uint32_t found = content->n_buckets > 0 ? *find_bucket(content, sid) : 0;

    return found ? content->accounts[found - 1].public.rights : (struct account_rights){ 0 };
}

static const uint32_t deny_rights = LOGON_RIGHT_DENY_INTERACTIVE | LOGON_RIGHT_DENY_NETWORK |
                                    LOGON_RIGHT_DENY_BATCH | LOGON_RIGHT_DENY_SERVICE |
                                    LOGON_RIGHT_DENY_REMOTE_INTERACTIVE;

struct account_rights policy_rights_of_token(const Policy *policy, const struct token_spec *spec)
{
    struct account_rights all = policy_rights_of_sid(policy, spec->user->Sid);

    for (size_t i = 0; i < spec->n_groups; i++) {
        struct account_rights rights = policy_rights_of_sid(policy, spec->groups[i].Sid);

        if (!(spec->groups[i].Attributes & SE_GROUP_ENABLED))
            rights = (struct account_rights){ rights.logon & deny_rights, 0 };
        all = account_rights_add(all, rights);
    }
    return all;
}

const struct policy_account *policy_account_at(const Policy *policy, size_t i)
{
    return i < policy->content.n_accounts ? &policy->content.accounts[i].public : NULL;
}

/* --- the object --------------------------------------------------------------------------- */

static const GENERIC_MAPPING policy_mapping = {
    .GenericRead = POLICY_READ,
    .GenericWrite = POLICY_WRITE,
    .GenericExecute = POLICY_EXECUTE,
    .GenericAll = POLICY_ALL_ACCESS,
};
static const GENERIC_MAPPING account_mapping = {
    .GenericRead = ACCOUNT_READ,
    .GenericWrite = ACCOUNT_WRITE,
    .GenericExecute = ACCOUNT_EXECUTE,
    .GenericAll = ACCOUNT_ALL_ACCESS,
};

/* SYSTEM and administrators all, everybody else reads what is no secret; anonymous callers nothing.
 * 0x1000 is POLICY_NOTIFICATION, which no generic right holds. */
static const char policy_default[] =
    "O:BAG:SYD:(D;;0xf1fff;;;AN)(A;;0xf1fff;;;SY)(A;;0xf1fff;;;BA)(A;;GX;;;WD)";
static const char account_default[] = "O:BAG:SYD:(A;;GA;;;SY)(A;;GA;;;BA)(A;;GX;;;WD)";

static nt_status check_access(const void *bytes, size_t size, const GENERIC_MAPPING *mapping,
                              const token_image *caller, uint32_t desired, uint32_t *ret_granted)
{
    struct descriptor descriptor;
    struct access_result result;
    nt_status st = descriptor_parse(&descriptor, bytes, size);
    const struct access_request request = {
        .token = caller, .descriptor = &descriptor, .desired = desired, .mapping = mapping
    };

    if (!nt_failed(st))
        st = access_check(&request, &result);
    if (nt_failed(st))
        return st;
    if (nt_failed(result.status))
        return result.status;
    *ret_granted = result.granted;
    return NT_OK;
}

static nt_status check_default(const char *sddl, const GENERIC_MAPPING *mapping,
                               const token_image *caller, uint32_t desired, uint32_t *ret_granted)
{
    _cleanup_(freep) void *bytes = NULL;
    size_t size = 0;
    nt_status st = sddl_parse(&bytes, &size, sddl, strlen(sddl), NULL);

    return nt_failed(st) ? st : check_access(bytes, size, mapping, caller, desired, ret_granted);
}

nt_status policy_access_check(const Policy *policy, const token_image *caller, uint32_t desired,
                              uint32_t *ret_granted)
{
    const struct content *content = &policy->content;

    if (content->descriptor)
        return check_access(content->descriptor, content->descriptor_size, &policy_mapping, caller,
                            desired, ret_granted);
    return check_default(policy_default, &policy_mapping, caller, desired, ret_granted);
}

nt_status policy_account_access_check(const token_image *caller, uint32_t desired)
{
    uint32_t granted;

    return check_default(account_default, &account_mapping, caller, desired, &granted);
}

/* --- loading ------------------------------------------------------------------------------ */

static void content_done(struct content *content)
{
    free(content->accounts);
    free(content->buckets);
    for (size_t i = 0; i < ARRAY_SIZE(content->values); i++)
        free(content->values[i].bytes);
    free(content->descriptor);
    *content = (struct content){ 0 };
}

static nt_status take_account(struct content *content, const struct policy_account *from)
{
    struct account *account = &content->accounts[content->n_accounts];
    uint32_t *bucket = find_bucket(content, from->sid);

    if (*bucket != 0 || !account_rights_valid(from->rights) || account_rights_empty(from->rights))
        return NT(INTERNAL_DB_CORRUPTION);
    memcpy(&account->sid, from->sid, sid_length(from->sid));
    account->public = (struct policy_account){ &account->sid.sid, from->rights };
    *bucket = (uint32_t)++content->n_accounts;
    return NT_OK;
}

static nt_status take_accounts(struct content *content, const struct policy_content *from)
{
    content->n_buckets = BUCKETS_MIN;
    while (content->n_buckets < from->n_accounts * 2)
        content->n_buckets *= 2;
    content->accounts = calloc(from->n_accounts + 1, sizeof(*content->accounts));
    content->buckets = calloc(content->n_buckets, sizeof(*content->buckets));
    if (!content->accounts || !content->buckets)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < from->n_accounts; i++) {
        nt_status st = take_account(content, &from->accounts[i]);
        if (nt_failed(st))
            return st;
    }
    return NT_OK;
}

static nt_status take_bytes(void *ret_bytes, size_t *ret_size, struct policy_value value)
{
    void *copy = malloc(value.size + 1);

    if (!copy)
        return NT(NO_MEMORY);
    if (value.size > 0)
        memcpy(copy, value.bytes, value.size);
    *(void **)ret_bytes = copy;
    *ret_size = value.size;
    return NT_OK;
}

static nt_status take_value(struct content *content, const struct policy_named_value *from)
{
    for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
        struct value *value = &content->values[i];

        if (strcmp(settings[i].name, from->name) != 0)
            continue;
        if (value->bytes || !value_will_do((enum policy_setting)i, from->value))
            return NT(INTERNAL_DB_CORRUPTION);
        return take_bytes(&value->bytes, &value->size, from->value);
    }
    return NT_OK;
}

static nt_status take_descriptor(struct content *content, struct policy_value from)
{
    struct descriptor descriptor;

    if (from.size == 0)
        return NT_OK;
    if (nt_failed(descriptor_parse(&descriptor, from.bytes, from.size)))
        return NT(INTERNAL_DB_CORRUPTION);
    return take_bytes(&content->descriptor, &content->descriptor_size, from);
}

nt_status policy_load(Policy *policy, const struct policy_content *from)
{
    _cleanup_(content_done) struct content content = { .generation = from->generation };
    nt_status st = NT_OK;

    if (from->generation < policy->content.generation)
        return NT_OK;
    st = take_accounts(&content, from);
    for (size_t i = 0; i < from->n_values && !nt_failed(st); i++)
        st = take_value(&content, &from->values[i]);
    if (!nt_failed(st))
        st = take_descriptor(&content, from->descriptor);
    if (nt_failed(st))
        return st;
    content_done(&policy->content);
    policy->content = content;
    policy->status = NT_OK;
    content = (struct content){ 0 };
    return NT_OK;
}

nt_status policy_status(const Policy *policy)
{
    return policy->status;
}

void policy_fail(Policy *policy, nt_status why)
{
    policy->status = why;
}

nt_status policy_new(Policy **ret)
{
    Policy *policy = calloc(1, sizeof(*policy));

    if (!policy)
        return NT(NO_MEMORY);
    policy->status = NT(POLICY_OBJECT_NOT_FOUND);
    *ret = policy;
    return NT_OK;
}

Policy *policy_free(Policy *policy)
{
    if (!policy)
        return NULL;
    content_done(&policy->content);
    free(policy);
    return NULL;
}
