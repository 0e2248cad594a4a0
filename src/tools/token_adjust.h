/* SPDX-License-Identifier: MIT */
/* Changes of a token that the command line asks for: privileges and groups. */
#ifndef OPENLOGON_TOOLS_TOKEN_ADJUST_H
#define OPENLOGON_TOOLS_TOKEN_ADJUST_H

#include <stdbool.h>
#include <stddef.h>

#include <windows.h>

enum token_change_kind {
    CHANGE_ENABLE_PRIVILEGE,
    CHANGE_DISABLE_PRIVILEGE,
    CHANGE_REMOVE_PRIVILEGE,
    CHANGE_ENABLE_GROUP,
    CHANGE_DISABLE_GROUP,
    CHANGE_RESET_GROUPS,
};

enum { TOKEN_CHANGES_MAX = 64 };

/* In the order in which they were asked for. The names are borrowed. */
struct token_changes {
    struct {
        enum token_change_kind kind;
        const char *name; /* "SeDebugPrivilege", a group's name or SID; NULL: CHANGE_RESET_GROUPS */
    } all[TOKEN_CHANGES_MAX];
    size_t n;
};

/* False: there is no room for more. */
bool token_changes_add(struct token_changes *changes, enum token_change_kind kind,
                       const char *name);

/* The TOKEN_* rights that they need. */
DWORD token_changes_access(const struct token_changes *changes);

/* Whether every name is one. Returns the exit code, after complaining. */
int token_changes_check(const struct token_changes *changes);

/* Makes them one after the other, up to the first that fails. Returns the exit code, after
 * complaining. */
int token_changes_make(const struct token_changes *changes, HANDLE token);

#endif
