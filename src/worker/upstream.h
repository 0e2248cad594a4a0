/* SPDX-License-Identifier: MIT */
/*
 * The worker's end of its socket to openlogond: messages in and out, and the Calls that a job makes
 * back. One that failed once stays failed, and the worker ends: there is nobody to work for.
 */
#ifndef OPENLOGON_WORKER_UPSTREAM_H
#define OPENLOGON_WORKER_UPSTREAM_H

#include <stdint.h>

#include "base/status.h"
#include "ipc/worker.pb-c.h"
#include "worker/arena.h"

typedef struct upstream upstream;

enum upstream_event {
    UPSTREAM_MESSAGE, /* *ret is a message */
    UPSTREAM_CLOSED,  /* openlogond has closed its end */
    UPSTREAM_FAILED,  /* upstream_error() tells why */
};

/* Borrows the descriptor and the arena; messages are unpacked into the latter. */
_must_check_ nt_status upstream_new(upstream **ret, int fd, arena *memory);
upstream *upstream_free(upstream *u); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(upstream *, upstream_free);

/* Waits for the next message. It lives in the arena. */
_must_check_ enum upstream_event upstream_receive(upstream *u, Openlogon__Worker__ToWorker **ret);

/* Waits for something to read, for so long; -1: for ever. False: there is nothing yet. */
bool upstream_wait(const upstream *u, int timeout_ms);

/* Takes one ended session that was told of while a Call was waiting for its answer; false: there is
 * none.
 */
bool upstream_take_ended(upstream *u, uint64_t *ret_luid);

/* What openlogond is to do, as it is asked to by CreateLogonSession and DeleteLogonSession, without
 * an answer: one that it refuses fails the job. Goes out with the next message, or when there are
 * some. */
void upstream_post(upstream *u, const Openlogon__Worker__PostedCall *call);

/* A failure makes it fail for good. */
void upstream_send(upstream *u, const Openlogon__Worker__FromWorker *message);

/**
 * Asks openlogond something and waits for the answer.
 * @ret    its status is a success; in the arena
 * Errors: what openlogond answers; INSUFFICIENT_RESOURCES (too long for a message);
 *         PIPE_DISCONNECTED (it has failed)
 */
_must_check_ nt_status upstream_call(upstream *u, Openlogon__Worker__Call *call,
                                     Openlogon__Worker__CallResult **ret);

/* NULL while all is well; else one clause for the log. */
const char *upstream_error(const upstream *u);

#endif
