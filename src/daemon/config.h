/* SPDX-License-Identifier: MIT */
/*
 * openlogond's configuration: lines of `key = value`, '#' starts a comment. What concerns one
 * package is said as `NAME.key = value`; `login` is no package's name: what logins through PAM are
 * is said as `login.SERVICE = TYPE`.
 */
#ifndef OPENLOGON_DAEMON_CONFIG_H
#define OPENLOGON_DAEMON_CONFIG_H

#include <stdint.h>

#include "security/sid.h"

enum {
    CONFIG_LIST_MAX = 32,
    CONFIG_LINE_MAX = 4096,
    CONFIG_WORKERS_MAX = 64,
    CONFIG_TIMEOUT_MAX_S = 3600,
    CONFIG_PACKAGE_NAME_MAX = 64,
    CONFIG_LOGINS_MAX = 64,
    CONFIG_SERVICE_NAME_MAX = 63,
};

/* Words; owned. */
struct config_list {
    char *items[CONFIG_LIST_MAX];
    size_t size;
};

/* One package: from its entry in `packages`, the keys with its name, and its defaults. */
struct package_config {
    char *name;
    char *path; /* NULL: NAME.so in the directory of packages */
    char *user; /* to run as, when openlogond is root; empty: root */
    bool network, keyrings, set_id_programs, has_state_dir;
    struct config_list writable, capabilities, environment;
    uint32_t workers;
    uint32_t timeout_s; /* 0: logon_timeout_s */
};

/* Of logins through PAM: what the built-in table does not say (authority/login_type.h). */
struct login_config {
    bool enforce_rights;
    struct {
        char *service;
        uint32_t rule;
    } rules[CONFIG_LOGINS_MAX];
    size_t n_rules;
};

/* Starts with config_init(); owns its texts. */
struct config {
    struct config_list packages;       /* names, or paths with a '/' */
    struct config_list administrators; /* Unix groups */
    uint32_t account_uid_first, account_uid_last;
    char *pam_confdir; /* empty: the system's own */
    uint32_t workers;
    uint32_t logon_timeout_s;
    struct package_config package_configs[CONFIG_LIST_MAX]; /* in the order of first mention */
    size_t n_package_configs;
    struct login_config login;
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

/* Looks at the keys together, and gives each entry of `packages` its configuration. Returns 0;
 * negative: it was logged what is wrong. */
_must_check_ int config_check(struct config *config);

/* How the logon type of a login by a PAM service is found: enum login_rule or a type. */
uint32_t config_login_rule(const struct config *config, const char *service);

/* The configuration of the i-th entry of `packages`, after config_check(). */
const struct package_config *config_package(const struct config *config, size_t i);

#endif
