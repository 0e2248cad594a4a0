/* SPDX-License-Identifier: MIT */
/* Every bound on what a client or a worker may send or ask for. docs/protocol.md lists them. */
#ifndef OPENLOGON_DAEMON_BOUNDS_H
#define OPENLOGON_DAEMON_BOUNDS_H

enum {
    PROTOCOL_VERSION = 1,

    EVENTS_PER_TURN = 64,
    LISTEN_BACKLOG = 512,

    /* Lengths of texts, in UTF-16 units as Windows counts them. */
    USER_NAME_MAX = 256, /* UNLEN */
    DOMAIN_NAME_MAX = 256,
    QUALIFIED_NAME_MAX = 513, /* DOMAIN\NAME */
    FULL_NAME_MAX = 256,
    PACKAGE_NAME_MAX = 127,
    PASSWORD_SIZE_MAX = 4096, /* bytes */
    SECRET_NAME_MAX = 128,    /* of LsaStorePrivateData */
    PRIVATE_DATA_MAX = 65535, /* bytes */

    SUBMIT_SIZE_MAX = 64 * 1024,     /* bytes of a buffer for a package */
    CLIENT_WINDOW_MAX = 1024 * 1024, /* bytes of addresses */
    ORIGIN_NAME_MAX = 256,           /* UTF-16 units */
    LOCAL_GROUPS_MAX = 256,

    SESSIONS_PER_PAGE_MAX = 8000,
    SESSION_DATA_PER_REPLY_MAX = 1024, /* sessions whose data one reply has */
    SESSION_DATA_SIZE_MAX = 96 * 1024, /* bytes of it */
    SESSIONS_LOOKED_AT_MAX = 8192,     /* for one reply */
    DEBUG_HOLDERS_MAX = 1000,
    PROCESSES_PER_PAGE_MAX = 1000,
    ACCOUNTS_PER_PAGE_MAX = 100,
    WTS_SESSIONS_PER_PAGE_MAX = 64, /* with five texts each */

    LOGIN_TEXT_MAX = 255, /* of what PAM tells of a login; the service's name 63 */

    LEASE_COOKIE_SIZE = 16,

    JOBS_WAITING_MAX = 1024,
    SESSIONS_PER_JOB_MAX = 8,
    WORKER_TOKENS_MAX = 64,
    WORKER_SESSIONS_ENDED_MAX = 1 << 22, /* of which a worker is still to be told */
    SESSIONS_ENDED_PER_MESSAGE = 1024,

    MESSAGE_ARENA_SIZE = 768 * 1024,
};

#endif
