/* SPDX-License-Identifier: MIT */
/* Passwords from people and from programs. They never pass through argv, stdio or the environment.
 */
#ifndef OPENLOGON_TOOLS_SECRET_INPUT_H
#define OPENLOGON_TOOLS_SECRET_INPUT_H

#include "base/secret.h"

enum {
    PASSWORD_SIZE_MAX = 1024,
    NO_PASSWORD_FD = -1,
};

/* A --password-fd argument. */
_must_check_ bool password_fd_parse(const char *text, int *ret_fd);

/**
 * A password: one line of the descriptor, or typed on the controlling terminal, which does not
 * show it. What follows the line stays in the descriptor.
 * @ret     a C string without the line end; the caller's, free with secret_free()
 * @fd      NO_PASSWORD_FD: the terminal
 * @prompt  "Password for alice: "
 * Returns false after complaining.
 */
_must_check_ bool password_get(secret **ret, int fd, const char *prompt);

/* As password_get(), but on the terminal it must be typed the same twice. */
_must_check_ bool password_get_new(secret **ret, int fd, const char *prompt);

const char *password_text(secret *password);

#endif
