/* SPDX-License-Identifier: MIT */
/* openlogond's command line. */
#ifndef OPENLOGON_DAEMON_OPTIONS_H
#define OPENLOGON_DAEMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { OPTION_SETTINGS_MAX = 64 };

/* Borrows from argv. */
struct options {
    const char *socket, *state, *runtime, *config, *worker, *spawn, *package_dir;
    bool config_given;
    bool private;
    bool verbose;
    int ready_fd;                              /* -1: none */
    const char *settings[OPTION_SETTINGS_MAX]; /* KEY=VALUE, in the order given */
    size_t n_settings;
};

enum options_result {
    OPTIONS_RUN,
    OPTIONS_SHOWN, /* help or version: there is nothing to do */
    OPTIONS_WRONG, /* what is wrong stands on stderr */
};

enum options_result options_read(struct options *ret, int argc, char **argv);

#endif
