/* SPDX-License-Identifier: MIT */
/*
 * Replies that wait for the end of the event loop's turn. So what a turn changed is changed, and
 * written down, before any client hears of it.
 */
#ifndef OPENLOGON_DAEMON_OUTBOX_H
#define OPENLOGON_DAEMON_OUTBOX_H

#include "base/status.h"
#include "ipc/openlogon.pb-c.h"

typedef struct Outbox Outbox;

/* Called by outbox_flush(); `flushed` when all that could be sent is. */
struct outbox_sink {
    bool (*commit)(void *context); /* writes down what has changed; false: that was not possible */
    void (*send)(uint64_t client, const void *bytes, size_t size, int fd, void *context);
    void (*cut)(uint64_t client, void *context); /* a reply of it must not be sent */
    void (*flushed)(void *context);
    void *context;
};

_must_check_ nt_status outbox_new(Outbox **ret, struct outbox_sink sink);
Outbox *outbox_free(Outbox *outbox);
DEFINE_CLEANUP(Outbox *, outbox_free);

enum outbox_reply {
    OUTBOX_TELLS,   /* what is so */
    OUTBOX_CHANGES, /* that something has changed: not to be sent before that is written down */
};

/**
 * Packs a reply.
 * @fd       duplicated; -1: none
 * Errors:   BUFFER_OVERFLOW (longer than a message may be), NO_MEMORY, those of nt_from_errno()
 */
_must_check_ nt_status outbox_add(Outbox *outbox, uint64_t client, const Openlogon__Reply *reply,
                                  int fd, enum outbox_reply kind);

/* Has the changes of the turn written down, then sends what can be sent. */
void outbox_flush(Outbox *outbox);

#endif
