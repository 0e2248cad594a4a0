/* SPDX-License-Identifier: MIT */
/*
 * One openlogon-worker: its process, its socket, and the job that it has. It tells its pool what
 * happens; the pool decides.
 */
#ifndef OPENLOGON_DAEMON_WORKER_H
#define OPENLOGON_DAEMON_WORKER_H

#include <systemd/sd-event.h>

#include "authority/token.h"
#include "daemon/job.h"
#include "ipc/channel.h"
#include "daemon/message_arena.h"
#include "daemon/socket_set.h"

enum worker_state {
    WORKER_STARTING, /* has not said that it is ready */
    WORKER_IDLE,
    WORKER_BUSY,
    WORKER_ENDING, /* was killed, or has closed its socket; its end is waited for */
};

typedef struct Worker Worker;

/* What a worker needs and whom it tells. Borrowed. */
struct worker_host {
    sd_event *event;
    SocketSet *sockets;
    const char *path; /* of the program */
    MessageArena *arena;
    struct channel_buffer *buffer;

    /* One message. False: it makes no sense, the worker is to be killed. */
    bool (*message)(Worker *worker, const Openlogon__Worker__FromWorker *message, void *context);
    void (*drained)(Worker *worker, void *context); /* all that was to be sent is sent */
    void (*ended)(Worker *worker, void *context);   /* its process is no more; frees it */
    void *context;
};

struct Worker {
    Worker *next; /* of the pool */
    const struct worker_host *host;
    uint64_t id; /* never 0, never used twice */
    enum worker_state state;
    bool was_ready;
    uint64_t start_deadline_usec; /* CLOCK_MONOTONIC; until then it is ready */
    pid_t pid;
    int fd;
    struct socket_watch watch; /* of `fd`, while it is read */
    Job *job;                  /* while busy; owned */
    sd_event_source *child;
    Token *tokens[WORKER_TOKENS_MAX]; /* that its package made and keeps, by number - 1 */
    bool is_full;                     /* its socket is full; it is told when there is room */
    bool is_waiting;                  /* for another package, in the middle of its job */
    bool ended_well;                  /* by itself, with exit code 0 */
    char end[64];                     /* how its process ended, for the log */
};

/* Starts the program. Returns 0 or -errno. */
_must_check_ int worker_start(Worker **ret, const struct worker_host *host, uint64_t id);

/* Closes its socket: it ends when it has read what it was told. */
void worker_say_goodbye(Worker *worker);

/* Waits a moment for the process' end, then kills it. The owner has taken the job out. */
Worker *worker_free(Worker *worker);
DEFINE_CLEANUP(Worker *, worker_free);

/* Sends one message. -EAGAIN: the worker does not read; drained() is called when it does again. */
_must_check_ int worker_send(Worker *worker, const Openlogon__Worker__ToWorker *message);
/* The same for a packed one. */
_must_check_ int worker_send_packed(Worker *worker, secret *packed);

/* Ends it by force; ended() is called when it is dead. */
void worker_kill(Worker *worker);

#endif
