/* SPDX-License-Identifier: MIT */
/*
 * For test programs that run themselves again as a process of a session, where an assertion of
 * cmocka would run the other tests a second time: checks that end the process, and starting others.
 */
#ifndef OPENLOGON_TESTS_SYSTEM_ROLE_H
#define OPENLOGON_TESTS_SYSTEM_ROLE_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <openlogon.h>

enum { OUTPUT_SIZE = 16384, COMMAND_SIZE = 1024, WAIT_MS = 60000 };

/* The exit code tells the line that failed. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "line %d: not so: %s (error %u, errno %d)\n", __LINE__, #condition,    \
                    (unsigned)GetLastError(), errno);                                              \
            exit(__LINE__ % 200 + 1);                                                              \
        }                                                                                          \
    } while (0)

/* Asserts that a call failed with exactly this error. */
#define CHECK_FAILS(call, error)                                                                   \
    do {                                                                                           \
        SetLastError(0);                                                                           \
        CHECK(!(call));                                                                            \
        CHECK(GetLastError() == (error));                                                          \
    } while (0)

/* How a program is to be started; all may be left out. */
struct with {
    const char *directory;
    const char *environment;
    DWORD flags;
};

/* A started program, with its output. */
struct running {
    PROCESS_INFORMATION process;
    int out;
};

/* With its standard output as running.out, this process's error output, and no input. */
BOOL process_start(struct running *ret, HANDLE token, const char *command, struct with with);
/* Waits for its end; returns its exit code. output may be NULL. */
DWORD process_finish(struct running *r, char output[OUTPUT_SIZE]);
DWORD process_run_with(HANDLE token, const char *command, struct with with,
                       char output[OUTPUT_SIZE]);
DWORD process_run(HANDLE token, const char *command, char output[OUTPUT_SIZE]);

/* Of a user of the package that hashes nothing. */
HANDLE log_on(const char *name, DWORD type);
HANDLE own_token(void);
BOOL set_privilege(HANDLE token, const char *name, DWORD attributes);

/* The rest of a line of a status file; "" when there is none. */
const char *status_line(const char *status, const char *name);
unsigned long long status_hex(const char *status, const char *name);
void read_file(const char *path, char ret[OUTPUT_SIZE]);

#endif
