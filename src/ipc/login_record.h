/* SPDX-License-Identifier: MIT */
/*
 * The file that tells of a login which PAM let in while openlogond was down (docs/logins.md). Uses
 * the C library only, since PAM applications load it.
 *
 *     RUNTIME_DIR/logins/<pid>-<start time>      the leader's; mode 0600, in a folder of root's
 *
 * One file per login and leader: lines "key value", the first one "openlogon-login 1".
 */
#ifndef OPENLOGON_IPC_LOGIN_RECORD_H
#define OPENLOGON_IPC_LOGIN_RECORD_H

#include <stddef.h>
#include <stdint.h>

#define LOGIN_RECORD_DIR "logins" /* in the runtime directory; mode 0700 */

enum {
    LOGIN_RECORD_SIZE_MAX = 4096,
    LOGIN_RECORD_NAME_SIZE = 48,
};

/* As PAM tells it; empty: not told. */
struct login_record {
    int32_t pid;         /* the leader: who let in */
    uint64_t start_time; /* of it, field 22 of /proc/PID/stat */
    int64_t opened_usec; /* since 1970, UTC */
    char service[64], user[256], tty[64], remote_host[256], remote_user[256];
};

/**
 * Writes it into text of LOGIN_RECORD_SIZE_MAX bytes. Control characters of all but the service and
 * the user become '?'.
 * Returns:  the length; -EINVAL (no leader, no service or user, or a control character in these)
 */
int login_record_write(const struct login_record *record, char text[LOGIN_RECORD_SIZE_MAX]);

/* Accepts what login_record_write() makes. Errors: -EINVAL; *ret is untouched then */
int login_record_parse(struct login_record *ret, const void *text, size_t size);

/* Makes the calling process the leader. Errors: -EIO (no /proc) */
int login_record_set_leader(struct login_record *record);

/* The name of its file. */
void login_record_name(const struct login_record *record, char ret[LOGIN_RECORD_NAME_SIZE]);

/**
 * Keeps it in the folder; the file is whole as soon as it has its name, and replaces one of the
 * leader's own.
 * Errors:   those of login_record_write(), -errno
 */
int login_record_save(const struct login_record *record, int dirfd);

/* Removes the leader's file. Errors: -ENOENT, -errno */
int login_record_remove(const struct login_record *record, int dirfd);

#endif
