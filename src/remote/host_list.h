/* SPDX-License-Identifier: MIT */
/* The machines to ask, as people write them: "web1", "web2:5989", "192.0.2.1",
 * "[2001:db8::1]:5989". */
#ifndef OPENLOGON_REMOTE_HOST_LIST_H
#define OPENLOGON_REMOTE_HOST_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "query/sink.h"

enum {
    HOST_LIST_MAX = 65536,
    HOST_NAME_MAX_LENGTH = 253, /* of a DNS name */
};

struct remote_host {
    char *text;    /* as it was written */
    char *name;    /* without brackets and port */
    uint16_t port; /* 0: none was written */
    bool is_v6;
};

/* Owns its hosts. Starts as all zeros. */
struct host_list {
    struct remote_host *all;
    size_t n, room;
};

void host_list_done(struct host_list *hosts); /* for _cleanup_() too */

/* Adds "a,b:5989". False: it is none, and why; or there is no memory. */
_must_check_ bool host_list_add(struct host_list *hosts, const char *text,
                                struct query_problem *problem);

/* Adds a file's: one a line; a line may be empty, and what follows # is a comment. The problem
 * names the line. */
_must_check_ bool host_list_add_lines(struct host_list *hosts, const char *bytes, size_t size,
                                      struct query_problem *problem);

/* Whether what is sent to it stays on this machine, going by how it is written. */
bool remote_host_is_loopback(const struct remote_host *host);

#endif
