/* SPDX-License-Identifier: MIT */
/* openlogond's configuration: lines of `key = value`, '#' starts a comment. */
#ifndef OPENLOGON_DAEMON_CONFIG_H
#define OPENLOGON_DAEMON_CONFIG_H

#include <stdint.h>

#include "security/sid.h"

enum {
    CONFIG_LIST_MAX = 32,
    CONFIG_LINE_MAX = 4096,
    CONFIG_WORKERS_MAX = 64,
    CONFIG_TIMEOUT_MAX_S = 3600,
};

/* Words; owned. */
struct config_list {
    char *items[CONFIG_LIST_MAX];
    size_t size;
};

/* Starts with config_init(); owns its texts. */
struct config {
    struct config_list packages;       /* names, or paths with a '/' */
    struct config_list administrators; /* Unix groups */
    uint32_t account_uid_first, account_uid_last;
    char *pam_confdir; /* empty: the system's own */
    uint32_t workers;
    uint32_t logon_timeout_s;
    uint32_t reclaim_timeout_s; /* how long what a client held waits for it to come again */
    sid_buffer machine_sid;
    bool machine_sid_given;
};

/* Sets the defaults. Errors: -ENOMEM */
_must_check_ int config_init(struct config *config);
void config_done(struct config *config);

/**
 * Sets one key.
 * @where    names the place of it in what is logged, as "FILE:LINE"
 * Returns:  0; -EINVAL: it was logged what is wrong
 */
_must_check_ int config_set(struct config *config, const char *where, const char *key,
                            const char *value);

/* A line `key = value`, a comment, or nothing. As config_set(). */
_must_check_ int config_line(struct config *config, const char *where, const char *line);

/* Reads a file. Returns 0, -ENOENT (silently), or negative: it was logged what is wrong. */
_must_check_ int config_load(struct config *config, const char *path);

/* Looks at the keys together. Returns 0; -EINVAL: it was logged what is wrong. */
_must_check_ int config_check(const struct config *config);

#endif
