/* SPDX-License-Identifier: MIT */
/*
 * Publishes OpenLogon's accounts and groups to all programs of the machine: two files in the
 * runtime directory, which libnss_openlogon reads. Written when openlogond starts and after each
 * change, before the change is answered; they stay while openlogond is down.
 */
#ifndef OPENLOGON_DAEMON_NAME_PUBLISHER_H
#define OPENLOGON_DAEMON_NAME_PUBLISHER_H

#include "authority/membership.h"
#include "daemon/rounds.h"
#include "daemon/worker_pool.h"

typedef struct NamePublisher NamePublisher;

/* All borrowed. */
struct name_publisher_spec {
    WorkerPool *pool;
    Membership *const *membership; /* kept in step by a group loader */
    int dirfd;                     /* of the runtime directory */
};

_must_check_ nt_status name_publisher_new(NamePublisher **ret,
                                          const struct name_publisher_spec *spec);
NamePublisher *name_publisher_free(NamePublisher *publisher); /* after worker_pool_cancel() */
DEFINE_CLEANUP(NamePublisher *, name_publisher_free);

/* When done() is called, what was in the database when it was asked for is published. CANCELLED:
 * openlogond ends. Another failure was logged, and the files are as they were. It may be called
 * during the call. Errors: NO_MEMORY. Then it is not called. */
_must_check_ nt_status name_publisher_publish(NamePublisher *publisher, round_done done,
                                              void *context);

/* Of a private authority that ends: nobody comes after it. */
void name_publisher_withdraw(int dirfd);

#endif
