/* SPDX-License-Identifier: MIT */
/* The protocols that are spoken over HTTP, each by paths of its own. */
#ifndef OPENLOGON_CIM_FACE_H
#define OPENLOGON_CIM_FACE_H

#include <microhttpd.h>

#include "base/writer.h"
#include "cim/caller.h"
#include "cim/enumerations.h"
#include "cim/server.h"

/* What all requests have in common. */
struct service {
    const struct server_options *options;
    enumerations *enumerations;
};

/* A request that has come as a whole. All is borrowed, for the call. */
struct exchange {
    const struct service *service;
    struct MHD_Connection *connection;
    const struct writer *body;
    const caller *caller; /* logged on; NULL where nobody needs to be */
};

enum face_flags {
    FACE_OPEN = 1 << 0, /* to anybody: it tells nothing of this machine */
};

enum { FACE_WORDS_MAX = 4 };

struct face {
    const char *paths[FACE_WORDS_MAX]; /* those after the last are NULL */
    const char *types[FACE_WORDS_MAX]; /* of Content-Type */
    size_t body_max;
    unsigned flags;
    enum MHD_Result (*answer)(const struct exchange *x);
};

extern const struct face cimxml_face, wsman_face, wsman_identify_face;

/* The thread acts for the caller, and its queries end after so long, until exchange_act_end().
 * False: it may not; that has been logged. */
_must_check_ bool exchange_act(const struct exchange *x, unsigned seconds);
void exchange_act_end(void);

#endif
