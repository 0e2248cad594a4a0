/* SPDX-License-Identifier: MIT */
/* The USER_INFO levels: which field lies where, both ways. */
#ifndef OPENLOGON_CLIENT_NET_USER_INFO_H
#define OPENLOGON_CLIENT_NET_USER_INFO_H

#include "client/net.h"

/* An account with what an authority says of it apart. */
struct net_user {
    const Openlogon__AccountInfo *info;
    DWORD privilege; /* USER_PRIV_* */
};

/* Which levels a function takes. */
enum net_user_use {
    NET_USER_GET = 1,
    NET_USER_SET = 2,
    NET_USER_ADD = 4,
};

/* The size of the level's structure. Errors: INVALID_LEVEL */
_must_check_ nt_status net_user_level(size_t *ret_size, DWORD level, enum net_user_use use);

bool net_user_needs_details(DWORD level);   /* more than everybody may know */
bool net_user_needs_privilege(DWORD level); /* net_user.privilege */

/* Fills the structure at the offset. */
void net_user_write(struct net_block *b, size_t at, DWORD level, const struct net_user *user);

/* What a structure says is to be; owns its texts. */
struct net_user_change {
    Openlogon__AccountChange change;
    char *texts[8];
    size_t n_texts;
    char *name;     /* of the structure; NULL: none */
    char *password; /* NULL: none */
};

void net_user_change_done(struct net_user_change *c); /* for _cleanup_(); wipes */

/* Errors: INVALID_PARAMETER, UNMAPPABLE_CHARACTER, NO_MEMORY; *ret_parameter tells which */
_must_check_ nt_status net_user_read(struct net_user_change *ret, const void *from, DWORD level,
                                     LPDWORD ret_parameter);

#endif
