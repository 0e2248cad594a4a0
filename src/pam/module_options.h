/* SPDX-License-Identifier: MIT */
/* What stands behind the module's name in a file of /etc/pam.d. */
#ifndef OPENLOGON_PAM_MODULE_OPTIONS_H
#define OPENLOGON_PAM_MODULE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <security/pam_modules.h>

/* Borrows from the arguments, which PAM keeps. */
struct module_options {
    bool debug;
    const char *socket;
    unsigned timeout_ms; /* for all that opening or closing a session waits for */
};

/* An argument that is wrong is logged and counts as if it were not there: a typing error locks
 * nobody out. */
void module_options_read(struct module_options *ret, pam_handle_t *pam, int argc,
                         const char **argv);

/* The directory of the socket, where openlogond keeps what it has at run time. False: too long. */
bool module_options_runtime_dir(const struct module_options *options, char *ret, size_t size);

#endif
