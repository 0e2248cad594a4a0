/* SPDX-License-Identifier: MIT */
#include "token_view.h"

#include <stdlib.h>
#include <string.h>

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

static void viewed_sid_done(struct viewed_sid *sid)
{
    free(sid->sid);
    free(sid->name);
}

void token_view_done(struct token_view *v)
{
    viewed_sid_done(&v->user);
    for (size_t i = 0; i < v->n_groups; i++)
        viewed_sid_done(&v->groups[i]);
    free(v->groups);
    for (size_t i = 0; i < v->n_privileges; i++) {
        free(v->privileges[i].name);
        free(v->privileges[i].description);
    }
    free(v->privileges);
    *v = (struct token_view){ 0 };
}

static bool viewed_sid_fill(struct viewed_sid *ret, const SID_AND_ATTRIBUTES *from)
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

static bool load_groups(struct token_view *v, HANDLE token)
{
    _cleanup_(freep) TOKEN_GROUPS *groups = token_information(token, TokenGroups);

    if (!groups)
        return false;
    v->groups = calloc(groups->GroupCount + (size_t)1, sizeof(*v->groups));
    if (!v->groups) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return false;
    }
    for (DWORD i = 0; i < groups->GroupCount; i++) {
        v->n_groups++;
        if (!viewed_sid_fill(&v->groups[i], &groups->Groups[i]))
            return false;
    }
    return true;
}

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

bool token_view_load(struct token_view *ret, HANDLE token)
{
    struct token_view v = { 0 };
    DWORD error;

    if (load_user(&v, token) && load_groups(&v, token) && load_privileges(&v, token)) {
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
    for (size_t i = 0; i < v->n_groups; i++) {
        if ((v->groups[i].attributes & SE_GROUP_LOGON_ID) == SE_GROUP_LOGON_ID)
            return &v->groups[i];
    }
    return NULL;
}

const char *privilege_state(uint32_t attributes)
{
    return attributes & SE_PRIVILEGE_ENABLED ? "Enabled" : "Disabled";
}

void token_view_add_user(const struct token_view *v, document *d)
{
    document_open_object(d, "user");
    document_text(d, "name", v->user.name);
    document_text(d, "sid", v->user.sid);
    document_close(d);
}

static void add_attributes(document *d, uint32_t attributes)
{
    static const struct {
        uint32_t bits;
        const char *name;
    } rows[] = {
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

    document_open_array(d, "attributes");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if ((attributes & rows[i].bits) == rows[i].bits)
            document_text(d, NULL, rows[i].name);
    }
    document_close(d);
}

void token_view_add_groups(const struct token_view *v, document *d)
{
    document_open_array(d, "groups");
    for (size_t i = 0; i < v->n_groups; i++) {
        document_open_object(d, NULL);
        document_text(d, "name", v->groups[i].name);
        document_text(d, "type", v->groups[i].use);
        document_text(d, "sid", v->groups[i].sid);
        add_attributes(d, v->groups[i].attributes);
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
