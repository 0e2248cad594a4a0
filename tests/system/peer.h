/* SPDX-License-Identifier: MIT */
/*
 * Clients of a socket, in processes of their own under ids of their own: the test program itself,
 * started anew, which does over the connection what it is told to over it.
 */
#ifndef OPENLOGON_TESTS_SYSTEM_PEER_H
#define OPENLOGON_TESTS_SYSTEM_PEER_H

#include "support.h"

/* What a client is told to do; it answers with the error. */
enum peer_order {
    PEER_ALLOW = 'a',  /* argument: a level, and 1 << 4: dynamic tracking, 1 << 5: effective only */
    PEER_REVERT = 'r', /* if it began as somebody else */
    PEER_DROP = 'p',   /* SeChangeNotifyPrivilege of its own token, for good */
    PEER_FORK = 'f',   /* goes on in a child, and ends */
    PEER_EXEC = 's',   /* runs the program given to peer_set_uid_program() instead of itself */
    PEER_SEND = 't',   /* sends its token over the connection, with TOKEN_QUERY */
    PEER_SEND_SELF = 'T', /* a copy of it at level Identification */
};

enum { PEER_DYNAMIC = 1 << 4, PEER_EFFECTIVE = 1 << 5, PEER_NOTHING = -1 };

struct peer_spec {
    uid_t uid; /* what it runs under; gid is the same, no other groups. Without root: its own */
    uid_t connect_uid; /* effective, while it connects; 0: the same */
    const char *as;    /* the user null-AS that its thread impersonates first; NULL: nobody */
    int level_before;  /* allowed before it connects; PEER_NOTHING */
};

/* A client and the server's end of the connection to it. */
struct peer {
    pid_t pid;
    int fd;
    HANDLE handle; /* of fd */
};

/* A listening socket of the test's own, which anybody may connect to. */
void peer_listen(int type);
void peer_unlisten(void);

void peer_start(struct peer *peer, const struct peer_spec *spec);
/* A process that has the client's end of a pair whose other end, and maker, is the test. */
void peer_adopt(struct peer *peer, uid_t uid, int client_end);
/* The two halves of the next: what a client sends comes before its answer. */
void peer_tell(const struct peer *peer, enum peer_order order, int argument);
DWORD peer_hear(const struct peer *peer);
DWORD peer_order(const struct peer *peer, enum peer_order order, int argument);
void peer_end(struct peer *peer); /* hangs up, and waits for its end, which has to be 0 */
/* Ends it but for the connection. */
void peer_kill(struct peer *peer);
void peer_hang_up(struct peer *peer);

void peer_set_uid_program(const char *path);

/* What main() does first: it does not return in a client. */
void peer_main(int argc, char **argv);

#endif
