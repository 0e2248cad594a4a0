/* SPDX-License-Identifier: MIT */
#include "token_details.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sddl.h>

#include "base/luid.h"
#include "colour.h"
#include "text.h"

enum { KERNEL_GROUPS_MAX = 65536 }; /* NGROUPS_MAX */

void token_details_done(struct token_details *d)
{
    free(d->statistics);
    free(d->source);
    free(d->origin);
    viewed_sid_done(&d->owner);
    viewed_sid_done(&d->primary_group);
    free(d->integrity);
    free(d->dacl);
    free(d->descriptor);
    free(d->kernel_groups);
}

/* --- loading -----------------------------------------------------------------------------------
 */

static char *integrity_of(HANDLE token)
{
    _cleanup_(freep) TOKEN_MANDATORY_LABEL *label = token_information(token, TokenIntegrityLevel);

    return label ? text_of_sid(label->Label.Sid) : NULL;
}

static char *sddl_of(PSECURITY_DESCRIPTOR descriptor, SECURITY_INFORMATION parts)
{
    char *text = NULL, *copy;

    if (!ConvertSecurityDescriptorToStringSecurityDescriptorA(descriptor, SDDL_REVISION_1, parts,
                                                              &text, NULL))
        return NULL;
    copy = strdup(text);
    LocalFree(text);
    return copy;
}

static char *default_dacl_of(HANDLE token)
{
    _cleanup_(freep) TOKEN_DEFAULT_DACL *dacl = token_information(token, TokenDefaultDacl);
    SECURITY_DESCRIPTOR descriptor;

    if (!dacl || !dacl->DefaultDacl ||
        !InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION) ||
        !SetSecurityDescriptorDacl(&descriptor, TRUE, dacl->DefaultDacl, FALSE))
        return NULL;
    return sddl_of(&descriptor, DACL_SECURITY_INFORMATION);
}

static char *descriptor_of(HANDLE token)
{
    const SECURITY_INFORMATION parts =
        OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    _cleanup_(freep) void *descriptor = NULL;
    DWORD size = 0;

    if (GetKernelObjectSecurity(token, parts, NULL, 0, &size) ||
        GetLastError() != ERROR_INSUFFICIENT_BUFFER || !(descriptor = malloc(size)) ||
        !GetKernelObjectSecurity(token, parts, descriptor, size, &size))
        return NULL;
    return sddl_of(descriptor, parts);
}

/* Both structures are no more than a pointer to a SID. */
static bool load_sid(struct viewed_sid *ret, HANDLE token, TOKEN_INFORMATION_CLASS class)
{
    _cleanup_(freep) TOKEN_OWNER *owner = token_information(token, class);
    const SID_AND_ATTRIBUTES sid = { .Sid = owner ? owner->Owner : NULL };

    _Static_assert(sizeof(TOKEN_OWNER) == sizeof(TOKEN_PRIMARY_GROUP), "a pointer each");
    return owner && viewed_sid_fill(ret, &sid);
}

static bool load_kernel_ids(struct token_details *d, HANDLE token)
{
    d->kernel_groups = calloc(KERNEL_GROUPS_MAX, sizeof(*d->kernel_groups));
    if (!d->kernel_groups) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return false;
    }
    return openlogon_token_kernel_ids(token, &d->ids, d->kernel_groups, KERNEL_GROUPS_MAX);
}

static LUID linked_of(const TOKEN_STATISTICS *statistics)
{
    OPENLOGON_SESSION_EXTRA extra = { 0 };

    return statistics && openlogon_query_session_extra(&statistics->AuthenticationId, &extra)
               ? extra.linked
               : (LUID){ 0 };
}

static bool load_numbers(struct token_details *d, HANDLE token)
{
    const struct {
        TOKEN_INFORMATION_CLASS class;
        uint32_t *to;
    } numbers[] = {
        { TokenSessionId, &d->session },
        { TokenElevation, &d->elevated },
        { TokenElevationType, &d->elevation_type },
        { TokenMandatoryPolicy, &d->mandatory_policy },
        { TokenVirtualizationAllowed, &d->virtualization_allowed },
        { TokenVirtualizationEnabled, &d->virtualization_enabled },
        { TokenUIAccess, &d->ui_access },
    };

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        DWORD size;

        if (!GetTokenInformation(token, numbers[i].class, numbers[i].to, sizeof(*numbers[i].to),
                                 &size))
            return false;
    }
    return true;
}

bool token_details_load(struct token_details *d, HANDLE token)
{
    d->source = token_information(token, TokenSource);
    d->integrity = integrity_of(token);
    d->dacl = default_dacl_of(token);
    d->descriptor = descriptor_of(token);
    d->statistics = token_information(token, TokenStatistics);
    d->linked = linked_of(d->statistics);
    return d->statistics && (d->origin = token_information(token, TokenOrigin)) &&
           load_sid(&d->owner, token, TokenOwner) &&
           load_sid(&d->primary_group, token, TokenPrimaryGroup) && load_numbers(d, token) &&
           load_kernel_ids(d, token);
}

/* --- texts -------------------------------------------------------------------------------------
 */

static const char *type_name(TOKEN_TYPE type)
{
    return type == TokenPrimary ? "Primary" : "Impersonation";
}

/* NULL for a primary token, which has no level. */
static const char *level_name(const TOKEN_STATISTICS *statistics)
{
    static const char *const names[] = {
        [SecurityAnonymous] = "Anonymous",
        [SecurityIdentification] = "Identification",
        [SecurityImpersonation] = "Impersonation",
        [SecurityDelegation] = "Delegation",
    };
    size_t level = (size_t)statistics->ImpersonationLevel;

    if (statistics->TokenType == TokenPrimary)
        return NULL;
    return level < ARRAY_SIZE(names) ? names[level] : "Unknown";
}

/* The name that the groups of the token have for the label. */
static const char *integrity_name(const struct token_view *v, const struct token_details *d)
{
    for (size_t i = 0; i < v->groups.n && d->integrity; i++) {
        if (strcmp(v->groups.all[i].sid, d->integrity) == 0)
            return v->groups.all[i].name;
    }
    return NULL;
}

/* Eight characters, filled up with zeros or blanks. */
static void source_name(char name[TOKEN_SOURCE_LENGTH + 1], const TOKEN_SOURCE *source)
{
    memcpy(name, source->SourceName, TOKEN_SOURCE_LENGTH);
    name[TOKEN_SOURCE_LENGTH] = '\0';
    for (size_t length = strlen(name); length > 0 && name[length - 1] == ' '; length--)
        name[length - 1] = '\0';
}

static const char *virtualization_name(const struct token_details *d)
{
    if (!d->virtualization_allowed)
        return "not allowed";
    return d->virtualization_enabled ? "enabled" : "disabled";
}

static const char *policy_name(uint32_t policy)
{
    static const char *const names[] = { "off", "no write up", "new process min",
                                         "no write up, new process min" };

    return policy < ARRAY_SIZE(names) ? names[policy] : "unknown";
}

/* --- as text -----------------------------------------------------------------------------------
 */

static void print_field(const char *label, const char *text)
{
    _cleanup_(freep) char *printable = text_printable(text && *text ? text : TEXT_NONE);

    printf("%-18s %s\n", label, printable ? printable : "?");
}

static void print_luid_field(const char *label, LUID luid)
{
    char buffer[TEXT_LUID_SIZE];

    print_field(label, text_luid(buffer, luid_to_u64(luid)));
}

static void print_sid_field(const char *label, const struct viewed_sid *sid)
{
    print_field(label, *sid->name ? sid->name : sid->sid);
}

static void print_source(const struct token_details *d)
{
    char name[TOKEN_SOURCE_LENGTH + 1];
    char luid[TEXT_LUID_SIZE];

    if (!d->source) {
        print_field("Source:", "(not shown to you)");
        return;
    }
    source_name(name, d->source);
    printf("%-18s %s (%s)\n", "Source:", name,
           text_luid(luid, luid_to_u64(d->source->SourceIdentifier)));
}

static void print_kernel_ids(const struct token_details *d)
{
    if (!d->ids.present) {
        print_field("Kernel ids:", NULL);
        return;
    }
    printf("%-18s uid %" PRIu32 ", gid %" PRIu32 ", groups", "Kernel ids:", (uint32_t)d->ids.uid,
           (uint32_t)d->ids.gid);
    for (DWORD i = 0; i < d->ids.n_groups; i++)
        printf(" %" PRIu32, (uint32_t)d->kernel_groups[i]);
    puts(d->ids.n_groups ? "" : " " TEXT_NONE);
}

static void print_elevation(const struct token_details *d)
{
    printf("%-18s %s%s%s\n", "Elevated:", colour_begin(d->elevated ? COLOUR_BAD : COLOUR_GOOD),
           d->elevated ? "yes" : "no", colour_end(COLOUR_GOOD));
    print_field("Elevation type:", text_elevation(d->elevation_type));
    if (luid_to_u64(d->linked))
        print_luid_field("Linked session:", d->linked);
}

static void print_ids(const struct token_details *d)
{
    char number[16];

    snprintf(number, sizeof(number), "%" PRIu32, d->session);
    print_luid_field("Token id:", d->statistics->TokenId);
    print_luid_field("Logon session:", d->statistics->AuthenticationId);
    print_luid_field("Modified id:", d->statistics->ModifiedId);
    print_luid_field("Origin:", d->origin->OriginatingLogonSession);
    print_field("Session:", number);
    print_field("Type:", type_name(d->statistics->TokenType));
    print_field("Level:", level_name(d->statistics));
}

void token_details_print(const struct token_details *d, const struct token_view *v)
{
    const char *name = integrity_name(v, d);
    char time[TEXT_TIME_SIZE];

    print_ids(d);
    print_field("Integrity:", name && *name ? name : d->integrity);
    print_field("Mandatory policy:", policy_name(d->mandatory_policy));
    print_elevation(d);
    print_field("Virtualization:", virtualization_name(d));
    print_field("UI access:", d->ui_access ? "yes" : "no");
    print_source(d);
    print_field("Expires:", text_time(time, d->statistics->ExpirationTime.QuadPart));
    printf("%-18s %" PRIu32 " bytes, %" PRIu32 " free\n",
           "Dynamic part:", (uint32_t)d->statistics->DynamicCharged,
           (uint32_t)d->statistics->DynamicAvailable);
    print_kernel_ids(d);
    print_sid_field("Owner:", &d->owner);
    print_sid_field("Primary group:", &d->primary_group);
    print_field("Default DACL:", d->dacl);
    print_field("Permissions:", d->descriptor ? d->descriptor : "(not shown to you)");
}

/* --- as JSON -----------------------------------------------------------------------------------
 */

static void add_kernel_ids(const struct token_details *d, document *doc)
{
    if (!d->ids.present) {
        document_null(doc, "kernel_ids");
        return;
    }
    document_open_object(doc, "kernel_ids");
    document_number(doc, "uid", d->ids.uid);
    document_number(doc, "gid", d->ids.gid);
    document_open_array(doc, "groups");
    for (DWORD i = 0; i < d->ids.n_groups; i++)
        document_number(doc, NULL, d->kernel_groups[i]);
    document_close(doc);
    document_close(doc);
}

static void add_luid(document *doc, const char *key, LUID luid)
{
    if (luid_to_u64(luid))
        document_luid(doc, key, luid_to_u64(luid));
    else
        document_null(doc, key);
}

static void add_source(const struct token_details *d, document *doc)
{
    char name[TOKEN_SOURCE_LENGTH + 1] = "";

    if (d->source)
        source_name(name, d->source);
    document_text(doc, "source", name);
    add_luid(doc, "source_id", d->source ? d->source->SourceIdentifier : (LUID){ 0 });
}

void token_details_add(const struct token_details *d, document *doc)
{
    document_luid(doc, "token_id", luid_to_u64(d->statistics->TokenId));
    document_luid(doc, "logon_id", luid_to_u64(d->statistics->AuthenticationId));
    document_luid(doc, "modified_id", luid_to_u64(d->statistics->ModifiedId));
    document_luid(doc, "origin", luid_to_u64(d->origin->OriginatingLogonSession));
    document_number(doc, "session_id", d->session);
    document_text(doc, "type", type_name(d->statistics->TokenType));
    document_text(doc, "level", level_name(d->statistics));
    document_text(doc, "integrity", d->integrity);
    document_number(doc, "mandatory_policy", d->mandatory_policy);
    document_bool(doc, "elevated", d->elevated);
    document_text(doc, "elevation_type", text_elevation(d->elevation_type));
    add_luid(doc, "linked", d->linked);
    document_bool(doc, "virtualization_allowed", d->virtualization_allowed);
    document_bool(doc, "virtualization_enabled", d->virtualization_enabled);
    document_bool(doc, "ui_access", d->ui_access);
    add_source(d, doc);
    document_time(doc, "expires", d->statistics->ExpirationTime.QuadPart);
    document_number(doc, "dynamic_charged", d->statistics->DynamicCharged);
    document_number(doc, "dynamic_available", d->statistics->DynamicAvailable);
    viewed_sid_add(&d->owner, doc, "owner");
    viewed_sid_add(&d->primary_group, doc, "primary_group");
    document_text(doc, "default_dacl", d->dacl);
    document_text(doc, "descriptor", d->descriptor);
    add_kernel_ids(d, doc);
}
