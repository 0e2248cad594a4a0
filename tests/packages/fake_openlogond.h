/* SPDX-License-Identifier: MIT */
/*
 * The other side of a worker's socket, for tests: starts the worker, gives it jobs, answers its
 * Calls from tables of its own, and remembers what was asked. All failures fail the test.
 */
#ifndef OPENLOGON_TESTS_FAKE_OPENLOGOND_H
#define OPENLOGON_TESTS_FAKE_OPENLOGOND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ipc/worker.pb-c.h"

enum {
    FAKE_SESSIONS_MAX = 64,
    FAKE_UID_FIRST = 1900000000,
    FAKE_UID_LAST = 1900000999,
};

#define FAKE_MACHINE_NAME "TESTBOX"
#define FAKE_MACHINE_SID  "S-1-5-21-1-2-3"

struct fake_setup {
    const char *state_dir;
    const char *pam_confdir;
    const char *package; /* its path; its number is 1; NULL: none */
    const char *administrators;
    Openlogon__Worker__Sandbox *sandbox; /* NULL: none */
};

typedef struct fake_openlogond fake_openlogond;

/* Starts the worker (OPENLOGON_TEST_WORKER names its executable) and waits until it is ready. */
fake_openlogond *fake_start(const struct fake_setup *setup);

/* Starts one that ends before it is ready; returns its wait status. */
int fake_start_and_fail(const struct fake_setup *setup);

/* Closes the socket, waits for the worker; returns its wait status. */
int fake_stop(fake_openlogond *fake);

/* Starts a worker without a word to it. */
fake_openlogond *fake_start_raw(void);
void fake_send_raw(fake_openlogond *fake, const void *bytes, size_t size);

/* Of the last Ready. */
int32_t fake_package_status(const fake_openlogond *fake);
const char *fake_package_name(const fake_openlogond *fake);
const char *fake_unprotected(const fake_openlogond *fake);

/*
 * Gives the worker a job and serves it to its end. The result lives until the next job; NULL when
 * the worker has died.
 */
const Openlogon__Worker__JobResult *fake_run(fake_openlogond *fake, Openlogon__Worker__Job *job);

/* A logon by name and password, as a job. */
const Openlogon__Worker__JobResult *fake_log_on(fake_openlogond *fake, const char *user,
                                                const char *domain, const char *password,
                                                uint32_t type);
/* The same, with the password's bytes and size. */
const Openlogon__Worker__JobResult *fake_log_on_bytes(fake_openlogond *fake, const char *user,
                                                      const char *domain, const void *password,
                                                      size_t size, uint32_t type);

int32_t fake_add_account(fake_openlogond *fake, const char *name, const char *password);

void fake_session_ended(fake_openlogond *fake, uint64_t luid);

/* While a Call is being answered, tells the worker first that this session has ended. */
void fake_interrupt_calls(fake_openlogond *fake, uint64_t ended_luid);

size_t fake_n_sessions(const fake_openlogond *fake); /* that live */
void fake_forget_sessions(fake_openlogond *fake);
size_t fake_n_credentials(const fake_openlogond *fake);
size_t fake_n_calls(const fake_openlogond *fake);
pid_t fake_pid(const fake_openlogond *fake);
int fake_fd(const fake_openlogond *fake);

/* A temporary directory of mode 0700, and its end. */
char *fake_make_dir(void);
void fake_remove_dir(char *path);

#endif
