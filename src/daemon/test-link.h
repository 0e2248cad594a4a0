/* SPDX-License-Identifier: MIT */
/* For tests: a daemon with a fake worker in a directory of its own, and bare connections to it. */
#ifndef OPENLOGON_DAEMON_TEST_LINK_H
#define OPENLOGON_DAEMON_TEST_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ipc/channel.h"
#include "ipc/openlogon.pb-c.h"

/* Descriptors, memory and so on of a daemon that tests look at. */
struct test_daemon {
    pid_t pid;
    char dir[64];
    char socket[96];
    char worker_log[96];
};

/* Starts it and waits until it is ready. Fails the test. `extra` are more options, NULL at the end.
 */
void test_daemon_start(struct test_daemon *daemon, const char *const *extra);
/* Ends it by SIGTERM; its exit code has to be 0. */
void test_daemon_stop(struct test_daemon *daemon);
/* Kills it, or ends it by SIGTERM; what it wrote stays. */
void test_daemon_kill(struct test_daemon *daemon);
void test_daemon_end(struct test_daemon *daemon);
/* Another one in its place. False: it ended before it was ready. */
bool test_daemon_restart(struct test_daemon *daemon, const char *const *extra);
void test_daemon_remove(struct test_daemon *daemon); /* of one that has ended */
size_t test_daemon_n_fds(const struct test_daemon *daemon);
size_t test_daemon_rss_kb(const struct test_daemon *daemon);
size_t test_daemon_n_told_ended(const struct test_daemon *daemon); /* sessions, by its worker */

int link_connect(const struct test_daemon *daemon);
int link_open(const struct test_daemon *daemon); /* and says hello */

/* Sends a request under a serial of its own and waits for the reply; NULL: the daemon cut us off.
 */
Openlogon__Reply *link_call(int fd, Openlogon__Request *request);
Openlogon__Reply *link_receive(int fd, int *ret_fd); /* ret_fd may be NULL */
void link_send(int fd, Openlogon__Request *request);
void link_send_bytes(int fd, const void *bytes, size_t size);
void reply_free(Openlogon__Reply *reply);

/* One call each; they return its status, or INT32_MAX when the daemon cut us off. */
int32_t link_hello(int fd, uint32_t version);
/* A hello that wants back what a holder had; *holder is 0 or that number, then the one got. */
int32_t link_hello_again(int fd, uint64_t *holder, bool *ret_reclaimed);
int32_t link_reclaim(int fd, const uint64_t *tokens, const uint32_t *counts, size_t n, bool more);
int32_t link_logon(int fd, const char *user, uint32_t type, uint64_t *ret_token);
int32_t link_release(int fd, uint64_t token, uint32_t count);
int32_t link_open_token(int fd, uint32_t pid, uint32_t access, uint64_t *ret_token);
size_t link_count_sessions(int fd);

#endif
