/* SPDX-License-Identifier: MIT */
/*
 * Lines of the two files that openlogond publishes: those of passwd(5) and group(5). The file is
 * root's, but what reads it is in every program: a line that is not as it should be is no entry.
 */
#ifndef OPENLOGON_NSS_NAME_ENTRY_H
#define OPENLOGON_NSS_NAME_ENTRY_H

#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

/* A part of somebody's text. */
struct slice {
    const char *text;
    size_t length;
};

enum entry_result {
    ENTRY_READ,
    ENTRY_MALFORMED,
    ENTRY_NO_ROOM, /* the memory is too small */
};

/* The caller's, where an entry's texts and pointers go. */
struct entry_memory {
    char *bytes;
    size_t size;
};

/* The first field of a line: whose entry it is; empty when there is none. */
struct slice entry_name(struct slice line);

/* @line  without its end. Ids of root are malformed: no account of OpenLogon is. Of a group the
 * password field is not looked at, as for an account. */
_must_check_ enum entry_result entry_read_passwd(struct passwd *ret, struct slice line,
                                                 struct entry_memory memory);
_must_check_ enum entry_result entry_read_group(struct group *ret, struct slice line,
                                                struct entry_memory memory);

/* The id in a line; false when the line is malformed. */
bool entry_id(struct slice line, unsigned *ret);

/* Whether the line is of a group that names `user` as its member; then its gid, too. */
bool entry_group_has(struct slice line, const char *user, gid_t *ret);

#endif
