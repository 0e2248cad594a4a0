/* SPDX-License-Identifier: MIT */
#include "token_adjust.h"

#include <stdlib.h>

#include "complaint.h"
#include "lsa_text.h"

enum { CANT_ENABLE_DENY_ONLY = 629 }; /* ERROR_CANT_ENABLE_DENY_ONLY */

static const struct {
    DWORD access;
    DWORD attributes;
    const char *verb;
} kinds[] = {
    [CHANGE_ENABLE_PRIVILEGE] = { TOKEN_ADJUST_PRIVILEGES, SE_PRIVILEGE_ENABLED, "enable" },
    [CHANGE_DISABLE_PRIVILEGE] = { TOKEN_ADJUST_PRIVILEGES, 0, "disable" },
    [CHANGE_REMOVE_PRIVILEGE] = { TOKEN_ADJUST_PRIVILEGES, SE_PRIVILEGE_REMOVED, "remove" },
    [CHANGE_ENABLE_GROUP] = { TOKEN_ADJUST_GROUPS, SE_GROUP_ENABLED, "enable" },
    [CHANGE_DISABLE_GROUP] = { TOKEN_ADJUST_GROUPS, 0, "disable" },
    [CHANGE_RESET_GROUPS] = { TOKEN_ADJUST_GROUPS, 0, "reset" },
};

bool token_changes_add(struct token_changes *changes, enum token_change_kind kind, const char *name)
{
    if (changes->n == ARRAY_SIZE(changes->all))
        return false;
    changes->all[changes->n].kind = kind;
    changes->all[changes->n++].name = name;
    return true;
}

DWORD token_changes_access(const struct token_changes *changes)
{
    DWORD access = 0;

    for (size_t i = 0; i < changes->n; i++)
        access |= kinds[changes->all[i].kind].access;
    return access;
}

/* --- privileges --------------------------------------------------------------------------------
 */

static int find_privilege(LUID *ret, const char *name)
{
    if (LookupPrivilegeValueA(NULL, name, ret))
        return EXIT_SUCCESS;
    return complain("there is no privilege \"%s\"; see \"logon rights list\"", name);
}

static int change_privilege(enum token_change_kind kind, const char *name, HANDLE token)
{
    TOKEN_PRIVILEGES change = { .PrivilegeCount = 1 };
    const int code = find_privilege(&change.Privileges[0].Luid, name);

    if (code != EXIT_SUCCESS)
        return code;
    change.Privileges[0].Attributes = kinds[kind].attributes;
    if (!AdjustTokenPrivileges(token, FALSE, &change, 0, NULL, NULL))
        return complain_of(last_error(), "cannot %s %s", kinds[kind].verb, name);
    if (GetLastError() == ERROR_NOT_ALL_ASSIGNED)
        return complain("cannot %s %s: the token does not have it, and never gets what its logon "
                        "did not give",
                        kinds[kind].verb, name);
    return EXIT_SUCCESS;
}

/* --- groups ------------------------------------------------------------------------------------
 */

static int complain_of_group(DWORD error, enum token_change_kind kind, const char *name)
{
    const char *verb = kinds[kind].verb;

    if (error == ERROR_CANT_DISABLE_MANDATORY)
        return complain("cannot %s \"%s\": the group is mandatory, or it is the user or the "
                        "integrity label",
                        verb, name);
    if (error == CANT_ENABLE_DENY_ONLY)
        return complain("cannot %s \"%s\": it is for denying only, for ever", verb, name);
    if (error == ERROR_NOT_ALL_ASSIGNED)
        return complain("cannot %s \"%s\": the token does not have that group", verb, name);
    return complain_of(error, "cannot %s \"%s\"", verb, name);
}

static int change_group(enum token_change_kind kind, const char *name, HANDLE token)
{
    DWORD sid[ACCOUNT_SID_SIZE / sizeof(DWORD)];
    TOKEN_GROUPS change = {
        .GroupCount = 1,
        .Groups = { { .Sid = sid, .Attributes = kinds[kind].attributes } },
    };

    if (!lsa_account_find(sid, name))
        return EXIT_FAILURE;
    if (!AdjustTokenGroups(token, FALSE, &change, 0, NULL, NULL))
        return complain_of_group(last_error(), kind, name);
    return GetLastError() == ERROR_NOT_ALL_ASSIGNED
               ? complain_of_group(ERROR_NOT_ALL_ASSIGNED, kind, name)
               : EXIT_SUCCESS;
}

static int reset_groups(HANDLE token)
{
    return AdjustTokenGroups(token, TRUE, NULL, 0, NULL, NULL)
               ? EXIT_SUCCESS
               : complain_of(last_error(), "cannot reset the groups");
}

/* --- all ---------------------------------------------------------------------------------------
 */

static bool is_of_privilege(enum token_change_kind kind)
{
    return kinds[kind].access == TOKEN_ADJUST_PRIVILEGES;
}

int token_changes_check(const struct token_changes *changes)
{
    int code = EXIT_SUCCESS;

    for (size_t i = 0; i < changes->n && code == EXIT_SUCCESS; i++) {
        DWORD sid[ACCOUNT_SID_SIZE / sizeof(DWORD)];
        LUID luid;

        if (is_of_privilege(changes->all[i].kind))
            code = find_privilege(&luid, changes->all[i].name);
        else if (changes->all[i].name && !lsa_account_find(sid, changes->all[i].name))
            code = EXIT_FAILURE;
    }
    return code;
}

int token_changes_make(const struct token_changes *changes, HANDLE token)
{
    int code = EXIT_SUCCESS;

    for (size_t i = 0; i < changes->n && code == EXIT_SUCCESS; i++) {
        enum token_change_kind kind = changes->all[i].kind;

        if (kind == CHANGE_RESET_GROUPS)
            code = reset_groups(token);
        else if (is_of_privilege(kind))
            code = change_privilege(kind, changes->all[i].name, token);
        else
            code = change_group(kind, changes->all[i].name, token);
    }
    return code;
}
