/* SPDX-License-Identifier: MIT */
#include "query/right_names.h"

#include <stdio.h>
#include <string.h>

#include <windows.h>

#include "base/macros.h"

enum {
    PRIVILEGE_FIRST = 2, /* their LUIDs */
    PRIVILEGE_LAST = 36,
};

static const struct {
    const char *name, *meaning;
} logon_rights[] = {
    { "SeInteractiveLogonRight", "Log on at this machine" },
    { "SeRemoteInteractiveLogonRight", "Log on at a desktop of this machine from afar" },
    { "SeNetworkLogonRight", "Use this machine over the network" },
    { "SeBatchLogonRight", "Log on as a batch job" },
    { "SeServiceLogonRight", "Log on as a service" },
    { "SeDenyInteractiveLogonRight", "Never log on at this machine" },
    { "SeDenyRemoteInteractiveLogonRight", "Never log on at a desktop from afar" },
    { "SeDenyNetworkLogonRight", "Never use this machine over the network" },
    { "SeDenyBatchLogonRight", "Never log on as a batch job" },
    { "SeDenyServiceLogonRight", "Never log on as a service" },
};

bool right_name_at(size_t i, char ret[RIGHT_NAME_SIZE])
{
    LUID id = { .LowPart = (DWORD)(i - ARRAY_SIZE(logon_rights) + PRIVILEGE_FIRST) };
    DWORD size = RIGHT_NAME_SIZE;

    if (i >= ARRAY_SIZE(logon_rights))
        return id.LowPart <= PRIVILEGE_LAST && LookupPrivilegeNameA(NULL, &id, ret, &size);
    (void)snprintf(ret, RIGHT_NAME_SIZE, "%s", logon_rights[i].name);
    return true;
}

static const char *logon_right_meaning(const char *right)
{
    for (size_t i = 0; i < ARRAY_SIZE(logon_rights); i++) {
        if (strcmp(logon_rights[i].name, right) == 0)
            return logon_rights[i].meaning;
    }
    return NULL;
}

bool right_is_of_logon(const char *right)
{
    return logon_right_meaning(right) != NULL;
}

void right_meaning(const char *right, char ret[RIGHT_NAME_SIZE])
{
    const char *meaning = logon_right_meaning(right);
    DWORD size = RIGHT_NAME_SIZE, language;

    ret[0] = '\0';
    if (meaning)
        (void)snprintf(ret, RIGHT_NAME_SIZE, "%s", meaning);
    else if (!LookupPrivilegeDisplayNameA(NULL, right, ret, &size, &language))
        ret[0] = '\0';
}
