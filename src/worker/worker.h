/* SPDX-License-Identifier: MIT */
/* The life of a worker: set up, say that it is ready, do one job after the other until the end. */
#ifndef OPENLOGON_WORKER_WORKER_H
#define OPENLOGON_WORKER_WORKER_H

/**
 * Works for the openlogond at the other end of the socket.
 * Returns 0 when that has closed it; else -1, after a line in the log that tells why.
 */
int worker_run(int fd);

#endif
