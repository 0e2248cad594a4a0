/* SPDX-License-Identifier: MIT */
/* The options of commands that ask other machines, and the asking. */
#ifndef OPENLOGON_TOOLS_REMOTE_OPTIONS_H
#define OPENLOGON_TOOLS_REMOTE_OPTIONS_H

#include "base/secret.h"
#include "command.h"
#include "remote/remote.h"

enum remote_keys {
    KEY_HOST = KEY_WITHOUT_LETTER + 64,
    KEY_HOSTS_FILE,
    KEY_USER,
    KEY_PASSWORD_FILE,
    KEY_CA_FILE,
    KEY_INSECURE,
    KEY_HTTP,
    KEY_TIMEOUT,
    KEY_PARALLEL,
    REMOTE_KEYS_END,
};

/* For a command's table. */
#define REMOTE_OPTION_ROWS                                                                         \
    { KEY_HOST, "host", "HOST[:PORT],...", "ask these machines, through their openlogon-cim" },    \
        { KEY_HOSTS_FILE, "hosts-file", "FILE",                                                    \
          "ask those of a file, one a line; -: standard input" },                                  \
        { KEY_USER, "user", "NAME", "who asks; without it ~/.netrc tells" },                       \
        { KEY_PASSWORD_FILE, "password-file", "FILE", "the password, in a file of mode 0600" },    \
        { KEY_CA_FILE, "ca-file", "FILE", "trust the certificates that are signed by these" },     \
        { KEY_INSECURE, "insecure", NULL,                                                          \
          "take any certificate, and send passwords in clear text" },                              \
        { KEY_HTTP, "http", NULL, "without TLS: to this machine only, or with --insecure" },       \
        { KEY_TIMEOUT, "timeout", "SECONDS", "give up a machine after so long (10)" },             \
    {                                                                                              \
        KEY_PARALLEL, "parallel", "N", "ask so many at the same time (32)"                         \
    }

/* Besides EXIT_FAILURE: no machine has answered. */
enum {
    EXIT_SOME_MISSING = 3, /* some have not */
};

/* Starts as all zeros. */
struct remote_options {
    struct host_list hosts;
    bool is_used; /* there is one of the options */
    const char *user, *password_file, *ca_file;
    unsigned flags; /* enum remote_flags */
    uint32_t timeout_s, n_parallel;
    secret *password;
    char *netrc;
};

void remote_options_done(struct remote_options *o); /* for _cleanup_() too */

static inline bool remote_options_has(int key)
{
    return key >= KEY_HOST && key < REMOTE_KEYS_END;
}

/* Returns EXIT_SUCCESS, or the exit code after complaining. */
int remote_options_take(struct remote_options *o, const struct command *command, int key,
                        const char *argument);

/**
 * Asks them. Reads the password before, from where the options say.
 * @visit  false: it was complained of
 * Returns the exit code, after complaining of what there is to complain of but of those machines
 * that have not answered, which the visit has been told of.
 */
int remote_options_ask(struct remote_options *o, const struct command *command, const char *query,
                       remote_visit visit, void *context);

#endif
