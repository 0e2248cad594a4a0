/* SPDX-License-Identifier: MIT */
/*
 * Replies that wait for the end of the event loop's turn. So what a turn changed is changed before
 * any client hears of it.
 */
#ifndef OPENLOGON_DAEMON_OUTBOX_H
#define OPENLOGON_DAEMON_OUTBOX_H

#include "base/status.h"
#include "ipc/openlogon.pb-c.h"

typedef struct Outbox Outbox;

/* Called by outbox_flush(): to send one packed reply, and when all are sent. */
struct outbox_sink {
    void (*send)(uint64_t client, const void *bytes, size_t size, int fd, void *context);
    void (*flushed)(void *context);
    void *context;
};

_must_check_ nt_status outbox_new(Outbox **ret, struct outbox_sink sink);
Outbox *outbox_free(Outbox *outbox);
DEFINE_CLEANUP(Outbox *, outbox_free);

/**
 * Packs a reply.
 * @fd       duplicated; -1: none
 * Errors:   BUFFER_OVERFLOW (longer than a message may be), NO_MEMORY, those of nt_from_errno()
 */
_must_check_ nt_status outbox_add(Outbox *outbox, uint64_t client, const Openlogon__Reply *reply,
                                  int fd);

void outbox_flush(Outbox *outbox);

#endif
