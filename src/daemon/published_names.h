/* SPDX-License-Identifier: MIT */
/*
 * OpenLogon's accounts and local groups as lines of passwd(5) and group(5), for libnss_openlogon.
 * Put together once, account by account, after the groups are known.
 *
 * An account's own group has its name and number, for that is what its processes wear. Local
 * groups of the machine have their members by name, those who are in them through other groups
 * too; groups of BUILTIN have no number, and are left out.
 */
#ifndef OPENLOGON_DAEMON_PUBLISHED_NAMES_H
#define OPENLOGON_DAEMON_PUBLISHED_NAMES_H

#include "authority/membership.h"
#include "ipc/account.pb-c.h"

typedef struct PublishedNames PublishedNames;

_must_check_ nt_status published_names_new(PublishedNames **ret);
PublishedNames *published_names_free(PublishedNames *names); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(PublishedNames *, published_names_free);

/* All groups come first. Errors: INVALID_SID, NO_MEMORY */
_must_check_ nt_status published_names_add_group(PublishedNames *names,
                                                 const Openlogon__AliasInfo *group);
/* @membership  who is in which group; NULL: nobody. Errors: INVALID_SID, NO_MEMORY */
_must_check_ nt_status published_names_add_account(PublishedNames *names,
                                                   const Openlogon__AccountInfo *account,
                                                   const Membership *membership);

/* Whether a name may stand in these files, and is none that programs would take for something
 * else: an option, a number, two words. Others are not published. */
bool published_name_is_fit(const char *name);

/* The texts of the two files; the caller's, free with free(). Nothing is added afterwards. */
struct published_text {
    char *passwd, *group;
    size_t passwd_size, group_size;
};
void published_text_done(struct published_text *text); /* for _cleanup_() too */

/* Errors: NO_MEMORY, BUFFER_TOO_SMALL (more than PUBLISHED_SIZE_MAX) */
_must_check_ nt_status published_names_text(PublishedNames *names, struct published_text *ret);

enum { PUBLISHED_SIZE_MAX = 256 << 20 };

#endif
