/* SPDX-License-Identifier: MIT */
/*
 * What the system tests share. They run under `logon private`: a real openlogond with the packages
 * null (tests/packages/null.c), msv1_0 and unix.
 */
#ifndef OPENLOGON_TESTS_SYSTEM_SUPPORT_H
#define OPENLOGON_TESTS_SYSTEM_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

#include <openlogon.h>
#include <ntstatus.h>

/* A test that the kernel must enforce: without root it is skipped, with the reason. */
#define SKIP_UNLESS_ROOT()                                                                         \
    do {                                                                                           \
        if (geteuid() != 0) {                                                                      \
            print_message("skipped: needs root\n");                                                \
            skip();                                                                                \
        }                                                                                          \
    } while (0)

/* Asserts that a call failed with exactly this error. */
#define assert_fails(call, error)                                                                  \
    do {                                                                                           \
        SetLastError(0);                                                                           \
        assert_false(call);                                                                        \
        assert_int_equal(GetLastError(), error);                                                   \
    } while (0)

/* Asserts a success and, if not, tells the error. */
#define assert_succeeds(call)                                                                      \
    do {                                                                                           \
        SetLastError(0);                                                                           \
        if (!(call))                                                                               \
            fail_msg("%s: error %u", #call, (unsigned)GetLastError());                             \
    } while (0)

/* The process id of the authority, as the kernel knows it. */
pid_t support_authority_pid(void);

long support_rss_kib(pid_t pid);
unsigned support_descriptors(pid_t pid);

/* How many sessions LsaEnumerateLogonSessions returns, without the implicit ones of uids; and
 * whether one is `id`. */
unsigned support_count_sessions(void);
BOOL support_session_exists(LUID id);

/* Polls, at most for `ms`, until there are `n` sessions (or the session is gone). */
BOOL support_wait_sessions(unsigned n, unsigned ms);
BOOL support_wait_session_gone(LUID id, unsigned ms);

/* Logs "null-NAME" on through the package that hashes nothing. */
HANDLE support_logon(const char *name, DWORD type);

LUID support_session_of(HANDLE token);

/* A fresh directory below $TMPDIR or /tmp, mode 0755, and a file in it with this mode and owner. */
void support_make_directory(char *path, size_t size);
void support_make_file(const char *path, mode_t mode, uid_t uid, gid_t gid);

double support_seconds(void);

#endif
