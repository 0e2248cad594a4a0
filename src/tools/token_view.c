/* SPDX-License-Identifier: MIT */
#include "token_view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf16.h"
#include "text.h"

enum {
    NAME_SIZE = 512, /* of an account's, a domain's or a privilege's name */
};

/* What a change between the two calls could make it need more than once is tried again. */
void *token_information(HANDLE token, TOKEN_INFORMATION_CLASS class)
{
    void *buffer = NULL;
    DWORD size = 0;

    while (!GetTokenInformation(token, class, buffer, size, &size)) {
        DWORD error = GetLastError();

        free(buffer);
        buffer = NULL;
        if (error != ERROR_INSUFFICIENT_BUFFER && error != ERROR_BAD_LENGTH)
            return NULL;
        buffer = calloc(1, size ? size : 1);
        if (!buffer) {
            SetLastError(ERROR_NOT_ENOUGH_MEMORY);
            return NULL;
        }
    }
    return buffer;
}

/* --- SIDs --------------------------------------------------------------------------------------
 */

void viewed_sid_done(struct viewed_sid *sid)
{
    free(sid->sid);
    free(sid->name);
}

static void viewed_sids_done(struct viewed_sids *sids)
{
    for (size_t i = 0; i < sids->n; i++)
        viewed_sid_done(&sids->all[i]);
    free(sids->all);
}

bool viewed_sid_fill(struct viewed_sid *ret, const SID_AND_ATTRIBUTES *from)
{
    char name[NAME_SIZE], domain[NAME_SIZE];
    DWORD name_size = sizeof(name), domain_size = sizeof(domain);
    SID_NAME_USE use = SidTypeUnknown;

    if (!LookupAccountSidA(NULL, from->Sid, name, &name_size, domain, &domain_size, &use)) {
        name[0] = domain[0] = '\0';
        use = SidTypeUnknown;
    }
    ret->sid = text_of_sid(from->Sid);
    ret->name = text_account(domain, name);
    ret->use = text_sid_use(use);
    ret->attributes = from->Attributes;
    if (!ret->sid || !ret->name)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return ret->sid && ret->name;
}

static bool load_user(struct token_view *v, HANDLE token)
{
    _cleanup_(freep) TOKEN_USER *user = token_information(token, TokenUser);

    return user && viewed_sid_fill(&v->user, &user->User);
}

static bool load_sids(struct viewed_sids *ret, HANDLE token, TOKEN_INFORMATION_CLASS class)
{
    _cleanup_(freep) TOKEN_GROUPS *groups = token_information(token, class);

    if (!groups)
        return false;
    ret->all = calloc(groups->GroupCount + (size_t)1, sizeof(*ret->all));
    if (!ret->all) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return false;
    }
    for (DWORD i = 0; i < groups->GroupCount; i++) {
        ret->n++;
        if (!viewed_sid_fill(&ret->all[i], &groups->Groups[i]))
            return false;
    }
    return true;
}

/* --- privileges --------------------------------------------------------------------------------
 */

static bool viewed_privilege_fill(struct viewed_privilege *ret, LUID_AND_ATTRIBUTES from)
{
    char name[NAME_SIZE], description[NAME_SIZE];
    DWORD size = sizeof(name), language;

    if (!LookupPrivilegeNameA(NULL, &from.Luid, name, &size))
        return false;
    size = sizeof(description);
    if (!LookupPrivilegeDisplayNameA(NULL, name, description, &size, &language))
        description[0] = '\0';
    ret->name = strdup(name);
    ret->description = strdup(description);
    ret->attributes = from.Attributes;
    if (!ret->name || !ret->description)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return ret->name && ret->description;
}

static bool load_privileges(struct token_view *v, HANDLE token)
{
    _cleanup_(freep) TOKEN_PRIVILEGES *privileges = token_information(token, TokenPrivileges);

    if (!privileges)
        return false;
    v->privileges = calloc(privileges->PrivilegeCount + (size_t)1, sizeof(*v->privileges));
    if (!v->privileges) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return false;
    }
    for (DWORD i = 0; i < privileges->PrivilegeCount; i++) {
        v->n_privileges++;
        if (!viewed_privilege_fill(&v->privileges[i], privileges->Privileges[i]))
            return false;
    }
    return true;
}

/* --- claims ------------------------------------------------------------------------------------
 */

static void viewed_claims_done(struct viewed_claims *claims)
{
    for (size_t i = 0; i < claims->n; i++) {
        free(claims->all[i].name);
        free(claims->all[i].values);
    }
    free(claims->all);
}

static char *utf8_of(const WCHAR *text)
{
    size_t units = 0;
    char *copy = NULL;

    while (text[units])
        units++;
    return nt_failed(utf16_to_utf8(&copy, NULL, text, units)) ? strdup("?") : copy;
}

static void put_text(FILE *to, const WCHAR *text)
{
    _cleanup_(freep) char *copy = utf8_of(text);

    fprintf(to, "\"%s\"", copy ? copy : "?");
}

static void put_int64(FILE *to, const CLAIM_SECURITY_ATTRIBUTE_V1 *claim, DWORD i)
{
    fprintf(to, "%" PRId64, (int64_t)claim->Values.pInt64[i]);
}

static void put_uint64(FILE *to, const CLAIM_SECURITY_ATTRIBUTE_V1 *claim, DWORD i)
{
    fprintf(to, "%" PRIu64, (uint64_t)claim->Values.pUint64[i]);
}

static void put_boolean(FILE *to, const CLAIM_SECURITY_ATTRIBUTE_V1 *claim, DWORD i)
{
    fputs(claim->Values.pUint64[i] ? "true" : "false", to);
}

static void put_string(FILE *to, const CLAIM_SECURITY_ATTRIBUTE_V1 *claim, DWORD i)
{
    put_text(to, claim->Values.ppString[i]);
}

static void put_qualified(FILE *to, const CLAIM_SECURITY_ATTRIBUTE_V1 *claim, DWORD i)
{
    put_text(to, claim->Values.pFqbn[i].Name);
    fprintf(to, " %" PRIu64, (uint64_t)claim->Values.pFqbn[i].Version);
}

static void put_sid(FILE *to, const CLAIM_SECURITY_ATTRIBUTE_V1 *claim, DWORD i)
{
    _cleanup_(freep) char *sid = text_of_sid(claim->Values.pOctetString[i].pValue);

    fputs(sid ? sid : "?", to);
}

static void put_octets(FILE *to, const CLAIM_SECURITY_ATTRIBUTE_V1 *claim, DWORD i)
{
    const unsigned char *bytes = claim->Values.pOctetString[i].pValue;

    for (DWORD at = 0; at < claim->Values.pOctetString[i].ValueLength; at++)
        fprintf(to, "%02x", bytes[at]);
}

static const struct claim_type {
    WORD type;
    const char *name;
    void (*put)(FILE *to, const CLAIM_SECURITY_ATTRIBUTE_V1 *claim, DWORD i);
} claim_types[] = {
    { CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64, "Int64", put_int64 },
    { CLAIM_SECURITY_ATTRIBUTE_TYPE_UINT64, "UInt64", put_uint64 },
    { CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING, "String", put_string },
    { CLAIM_SECURITY_ATTRIBUTE_TYPE_FQBN, "FQBN", put_qualified },
    { CLAIM_SECURITY_ATTRIBUTE_TYPE_SID, "SID", put_sid },
    { CLAIM_SECURITY_ATTRIBUTE_TYPE_BOOLEAN, "Boolean", put_boolean },
    { CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING, "OctetString", put_octets },
};

static const struct claim_type *claim_type_of(const CLAIM_SECURITY_ATTRIBUTE_V1 *claim)
{
    for (size_t i = 0; i < ARRAY_SIZE(claim_types); i++) {
        if (claim_types[i].type == claim->ValueType)
            return &claim_types[i];
    }
    return NULL;
}

static char *claim_values(const CLAIM_SECURITY_ATTRIBUTE_V1 *claim, const struct claim_type *type)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    if (!to)
        return NULL;
    for (DWORD i = 0; i < claim->ValueCount && type; i++) {
        if (i > 0)
            fputs(", ", to);
        type->put(to, claim, i);
    }
    if (fclose(to) == 0)
        return text;
    free(text);
    return NULL;
}

static bool viewed_claim_fill(struct viewed_claim *ret, const CLAIM_SECURITY_ATTRIBUTE_V1 *claim)
{
    const struct claim_type *type = claim_type_of(claim);

    ret->name = utf8_of(claim->Name);
    ret->type = type ? type->name : "Unknown";
    ret->flags = claim->Flags;
    ret->values = claim_values(claim, type);
    if (!ret->name || !ret->values)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return ret->name && ret->values;
}

static bool load_claims(struct viewed_claims *ret, HANDLE token, TOKEN_INFORMATION_CLASS class)
{
    _cleanup_(freep) CLAIM_SECURITY_ATTRIBUTES_INFORMATION *claims =
        token_information(token, class);

    if (!claims)
        return false;
    ret->all = calloc(claims->AttributeCount + (size_t)1, sizeof(*ret->all));
    if (!ret->all) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return false;
    }
    for (DWORD i = 0; i < claims->AttributeCount; i++) {
        ret->n++;
        if (!viewed_claim_fill(&ret->all[i], &claims->Attribute.pAttributeV1[i]))
            return false;
    }
    return true;
}

/* --- the whole ---------------------------------------------------------------------------------
 */

void token_view_done(struct token_view *v)
{
    viewed_sid_done(&v->user);
    viewed_sids_done(&v->groups);
    viewed_sids_done(&v->restricting);
    viewed_sids_done(&v->device_groups);
    for (size_t i = 0; i < v->n_privileges; i++) {
        free(v->privileges[i].name);
        free(v->privileges[i].description);
    }
    free(v->privileges);
    viewed_claims_done(&v->user_claims);
    viewed_claims_done(&v->device_claims);
    viewed_claims_done(&v->attributes);
    *v = (struct token_view){ 0 };
}

static bool load_all(struct token_view *v, HANDLE token)
{
    return load_user(v, token) && load_sids(&v->groups, token, TokenGroups) &&
           load_sids(&v->restricting, token, TokenRestrictedSids) &&
           load_sids(&v->device_groups, token, TokenDeviceGroups) && load_privileges(v, token) &&
           load_claims(&v->user_claims, token, TokenUserClaimAttributes) &&
           load_claims(&v->device_claims, token, TokenDeviceClaimAttributes) &&
           load_claims(&v->attributes, token, TokenSecurityAttributes);
}

bool token_view_load(struct token_view *ret, HANDLE token)
{
    struct token_view v = { 0 };
    DWORD error;

    if (load_all(&v, token)) {
        *ret = v;
        return true;
    }
    error = GetLastError();
    token_view_done(&v);
    SetLastError(error);
    return false;
}

const struct viewed_sid *token_view_logon_sid(const struct token_view *v)
{
    for (size_t i = 0; i < v->groups.n; i++) {
        if ((v->groups.all[i].attributes & SE_GROUP_LOGON_ID) == SE_GROUP_LOGON_ID)
            return &v->groups.all[i];
    }
    return NULL;
}

/* --- as JSON -----------------------------------------------------------------------------------
 */

const char *privilege_state(uint32_t attributes)
{
    return attributes & SE_PRIVILEGE_ENABLED ? "Enabled" : "Disabled";
}

void viewed_sid_add(const struct viewed_sid *sid, document *d, const char *key)
{
    document_open_object(d, key);
    document_text(d, "name", sid->name);
    document_text(d, "sid", sid->sid);
    document_close(d);
}

void token_view_add_user(const struct token_view *v, document *d)
{
    viewed_sid_add(&v->user, d, "user");
}

struct flag {
    uint32_t bits;
    const char *name;
};

static void add_flags(document *d, const char *key, const struct flag *flags, size_t n,
                      uint32_t bits)
{
    document_open_array(d, key);
    for (size_t i = 0; i < n; i++) {
        if ((bits & flags[i].bits) == flags[i].bits)
            document_text(d, NULL, flags[i].name);
    }
    document_close(d);
}

static const struct flag group_flags[] = {
    { SE_GROUP_MANDATORY, "mandatory" },
    { SE_GROUP_ENABLED_BY_DEFAULT, "enabled_by_default" },
    { SE_GROUP_ENABLED, "enabled" },
    { SE_GROUP_OWNER, "owner" },
    { SE_GROUP_USE_FOR_DENY_ONLY, "deny_only" },
    { SE_GROUP_INTEGRITY, "integrity" },
    { SE_GROUP_INTEGRITY_ENABLED, "integrity_enabled" },
    { SE_GROUP_RESOURCE, "resource" },
    { SE_GROUP_LOGON_ID, "logon_id" },
};

static const struct flag claim_flags[] = {
    { CLAIM_SECURITY_ATTRIBUTE_NON_INHERITABLE, "non_inheritable" },
    { CLAIM_SECURITY_ATTRIBUTE_VALUE_CASE_SENSITIVE, "case_sensitive" },
    { CLAIM_SECURITY_ATTRIBUTE_USE_FOR_DENY_ONLY, "deny_only" },
    { CLAIM_SECURITY_ATTRIBUTE_DISABLED_BY_DEFAULT, "disabled_by_default" },
    { CLAIM_SECURITY_ATTRIBUTE_DISABLED, "disabled" },
    { CLAIM_SECURITY_ATTRIBUTE_MANDATORY, "mandatory" },
};

void viewed_sids_add(const struct viewed_sids *sids, document *d, const char *key)
{
    document_open_array(d, key);
    for (size_t i = 0; i < sids->n; i++) {
        const struct viewed_sid *sid = &sids->all[i];

        document_open_object(d, NULL);
        document_text(d, "name", sid->name);
        document_text(d, "type", sid->use);
        document_text(d, "sid", sid->sid);
        add_flags(d, "attributes", group_flags, ARRAY_SIZE(group_flags), sid->attributes);
        document_close(d);
    }
    document_close(d);
}

void viewed_claims_add(const struct viewed_claims *claims, document *d, const char *key)
{
    document_open_array(d, key);
    for (size_t i = 0; i < claims->n; i++) {
        const struct viewed_claim *claim = &claims->all[i];

        document_open_object(d, NULL);
        document_text(d, "name", claim->name);
        document_text(d, "type", claim->type);
        add_flags(d, "flags", claim_flags, ARRAY_SIZE(claim_flags), claim->flags);
        document_text(d, "values", claim->values);
        document_close(d);
    }
    document_close(d);
}

void token_view_add_privileges(const struct token_view *v, document *d)
{
    document_open_array(d, "privileges");
    for (size_t i = 0; i < v->n_privileges; i++) {
        document_open_object(d, NULL);
        document_text(d, "name", v->privileges[i].name);
        document_text(d, "description", v->privileges[i].description);
        document_bool(d, "enabled", v->privileges[i].attributes & SE_PRIVILEGE_ENABLED);
        document_bool(d, "enabled_by_default",
                      v->privileges[i].attributes & SE_PRIVILEGE_ENABLED_BY_DEFAULT);
        document_close(d);
    }
    document_close(d);
}
