/* SPDX-License-Identifier: MIT */
#include "daemon/logon_name.h"

#include <string.h>
#include <strings.h>

static bool is_machine(const char *domain, const char *machine_name)
{
    return strcmp(domain, ".") == 0 || strcasecmp(domain, machine_name) == 0;
}

static nt_status put(struct logon_name *ret, const char *user, const char *domain,
                     const char *machine_name, MessageArena *arena)
{
    ret->name = message_arena_text(arena, user);
    ret->domain = message_arena_text(arena, is_machine(domain, machine_name) ? "" : domain);
    return ret->name && ret->domain ? NT_OK : NT(NO_MEMORY);
}

/* NAME@DOMAIN; without '@' the name is the machine's. */
static nt_status put_principal(struct logon_name *ret, const char *user, const char *machine_name,
                               MessageArena *arena)
{
    const char *at = strrchr(user, '@');
    nt_status st;

    if (!at)
        return put(ret, user, "", machine_name, arena);
    st = put(ret, user, at + 1, machine_name, arena);
    if (!nt_failed(st))
        ret->name[at - user] = '\0';
    return st;
}

nt_status logon_name_reduce(struct logon_name *ret, struct logon_name_parts parts,
                            const char *machine_name, MessageArena *arena)
{
    if (parts.domain)
        return put(ret, parts.user, parts.domain, machine_name, arena);
    return put_principal(ret, parts.user, machine_name, arena);
}

nt_status logon_name_parse(struct logon_name *ret, const char *qualified, const char *machine_name,
                           MessageArena *arena)
{
    const char *backslash = strchr(qualified, '\\');
    char *domain;

    if (!backslash)
        return put_principal(ret, qualified, machine_name, arena);
    domain = message_arena_text(arena, qualified);
    if (!domain)
        return NT(NO_MEMORY);
    domain[backslash - qualified] = '\0';
    return put(ret, backslash + 1, domain, machine_name, arena);
}
