/* SPDX-License-Identifier: MIT */
/* CIM over HTTP: a thread for each client, so none waits for another's logon. */
#ifndef OPENLOGON_CIM_SERVER_H
#define OPENLOGON_CIM_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

enum { SERVER_ADDRESSES_MAX = 8 };

struct server_options {
    const char *listen[SERVER_ADDRESSES_MAX]; /* "127.0.0.1:5988", "[::]:5989"; port 0: any */
    unsigned n_listen;
    const char *certificate;  /* PEM file; NULL: no TLS, on loopback only */
    const char *key;          /* PEM file */
    unsigned n_clients;       /* of each address */
    unsigned idle_seconds;    /* a client that sends or takes nothing */
    unsigned request_seconds; /* for a request to come */
    unsigned query_seconds;
    size_t answer_size; /* in bytes */
};

extern const struct server_options server_defaults;

typedef struct server server;

/* Listens, and serves. The options are borrowed for as long. NULL: that has been logged. */
server *server_start(const struct server_options *options);
server *server_stop(server *s); /* what is answered is answered to its end */
DEFINE_CLEANUP(server *, server_stop);

#endif
