/* SPDX-License-Identifier: MIT */
#include "daemon/published_names.h"

#include <string.h>

#include "base/writer.h"
#include "daemon/logon_result.h"

#define SHELL "/bin/sh"

enum {
    GROUPS_PER_ACCOUNT_MAX = 65536,
};

/* One of the machine's domain, with its members as they come. */
struct published_group {
    sid_buffer sid;
    char *name;
    uint32_t gid;
    struct writer members; /* "alice,bob" */
};

struct PublishedNames {
    struct writer passwd;
    struct writer group;
    struct published_group *groups;
    size_t n_groups, capacity;
};

nt_status published_names_new(PublishedNames **ret)
{
    PublishedNames *names = calloc(1, sizeof(*names));

    if (!names)
        return NT(NO_MEMORY);
    writer_init(&names->passwd, PUBLISHED_SIZE_MAX);
    writer_init(&names->group, PUBLISHED_SIZE_MAX);
    *ret = names;
    return NT_OK;
}

PublishedNames *published_names_free(PublishedNames *names)
{
    if (!names)
        return NULL;
    for (size_t i = 0; i < names->n_groups; i++) {
        writer_done(&names->groups[i].members);
        free(names->groups[i].name);
    }
    free(names->groups);
    writer_done(&names->passwd);
    writer_done(&names->group);
    free(names);
    return NULL;
}

void published_text_done(struct published_text *text)
{
    free(text->passwd);
    free(text->group);
    *text = (struct published_text){ 0 };
}

/* --- what may stand in a line ------------------------------------------------------------------
 */

static bool is_text(const char *text)
{
    for (const char *at = text; *at; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f || *at == ':')
            return false;
    }
    return true;
}

bool published_name_is_fit(const char *name)
{
    return *name && is_text(name) && !strpbrk(name, " ,/") && !strchr("-+~#!", *name) &&
           strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
           strspn(name, "0123456789") != strlen(name);
}

/* What Windows knows as one may be another machine's: \\SERVER\SHARE. */
static bool is_home(const char *path)
{
    return *path == '/' && is_text(path);
}

/* --- groups ------------------------------------------------------------------------------------
 */

static nt_status make_room(PublishedNames *names)
{
    struct published_group *groups;
    size_t capacity = names->capacity ? names->capacity * 2 : 16;

    if (names->n_groups < names->capacity)
        return NT_OK;
    groups = reallocarray(names->groups, capacity, sizeof(*groups));
    if (!groups)
        return NT(NO_MEMORY);
    names->groups = groups;
    names->capacity = capacity;
    return NT_OK;
}

nt_status published_names_add_group(PublishedNames *names, const Openlogon__AliasInfo *group)
{
    struct published_group *added;
    const SID *sid;
    nt_status st = logon_result_sid(&sid, &group->sid);

    if (!nt_failed(st) && !sid)
        st = NT(INVALID_SID);
    if (nt_failed(st))
        return st;
    if (group->gid == 0 || !published_name_is_fit(group->name))
        return NT_OK;
    st = make_room(names);
    if (nt_failed(st))
        return st;
    added = &names->groups[names->n_groups];
    *added = (struct published_group){ .name = strdup(group->name), .gid = group->gid };
    if (!added->name)
        return NT(NO_MEMORY);
    memcpy(&added->sid, sid, sid_length(sid));
    writer_init(&added->members, PUBLISHED_SIZE_MAX);
    names->n_groups++;
    return NT_OK;
}

static void add_member(PublishedNames *names, const SID *group, const char *account)
{
    for (size_t i = 0; i < names->n_groups; i++) {
        struct published_group *one = &names->groups[i];

        if (!sid_equal(&one->sid.sid, group))
            continue;
        writer_format(&one->members, "%s%s", one->members.size > 0 ? "," : "", account);
        return;
    }
}

/* --- accounts ----------------------------------------------------------------------------------
 */

/* The password is an "x" that no shadow file explains: where this module's part of PAM does not
 * answer for the account, pam_unix refuses it. */
static void write_account(PublishedNames *names, const Openlogon__AccountInfo *account)
{
    writer_format(&names->passwd, "%s:x:%u:%u:%s:", account->name, account->uid, account->uid,
                  is_text(account->full_name) ? account->full_name : "");
    if (is_home(account->home_directory))
        writer_text(&names->passwd, account->home_directory);
    else
        writer_format(&names->passwd, "/home/%s", account->name);
    writer_text(&names->passwd, ":" SHELL "\n");
    writer_format(&names->group, "%s:x:%u:\n", account->name, account->uid);
}

nt_status published_names_add_account(PublishedNames *names, const Openlogon__AccountInfo *account,
                                      const Membership *membership)
{
    struct membership_groups groups = { 0 };
    const SID *sid;
    nt_status st = logon_result_sid(&sid, &account->sid);

    if (!nt_failed(st) && !sid)
        st = NT(INVALID_SID);
    if (nt_failed(st) || account->uid == 0 || !published_name_is_fit(account->name))
        return st;
    st = membership_expand(membership, &groups, &sid, 1, GROUPS_PER_ACCOUNT_MAX);
    if (nt_failed(st))
        return st;
    write_account(names, account);
    for (size_t i = 0; i < groups.n; i++)
        add_member(names, groups.sids[i], account->name);
    free(groups.sids);
    return NT_OK;
}

/* --- the whole ---------------------------------------------------------------------------------
 */

static void write_groups(PublishedNames *names)
{
    for (size_t i = 0; i < names->n_groups; i++) {
        struct published_group *group = &names->groups[i];

        writer_format(&names->group, "%s:x:%u:", group->name, group->gid);
        writer_bytes(&names->group, group->members.bytes, group->members.size);
        writer_text(&names->group, "\n");
        if (nt_failed(group->members.status))
            writer_fail(&names->group, group->members.status);
    }
}

nt_status published_names_text(PublishedNames *names, struct published_text *ret)
{
    _cleanup_(published_text_done) struct published_text text = { 0 };
    nt_status st;

    write_groups(names);
    st = writer_take(&names->passwd, &text.passwd, &text.passwd_size);
    if (!nt_failed(st))
        st = writer_take(&names->group, &text.group, &text.group_size);
    if (nt_failed(st))
        return st;
    *ret = text;
    text = (struct published_text){ 0 };
    return NT_OK;
}
