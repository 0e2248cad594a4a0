/* SPDX-License-Identifier: MIT */
/*
 * An authority for the library's own tests: a process that speaks the protocol over a real socket,
 * knows one user, and keeps account of every token's references, so that a test sees what leaks.
 * It can also misbehave, which the real one cannot be asked to.
 */
#ifndef OPENLOGON_CLIENT_TEST_AUTHORITY_H
#define OPENLOGON_CLIENT_TEST_AUTHORITY_H

#include <stdint.h>
#include <sys/types.h>

#define TEST_USER        "null-alice"
#define TEST_PASSWORD    "null"
#define TEST_MACHINE     "TESTBOX"
#define TEST_MACHINE_SID "S-1-5-21-1-2-3"

/* Users whose logon does something special; the password does not matter. */
#define TEST_USER_HANGS   "hangs"   /* the connection is closed instead of an answer */
#define TEST_USER_MANGLES "mangles" /* the answer is not a message */
#define TEST_USER_NO_UNIX "no-unix" /* the token has no kernel ids */
#define TEST_USER_SELF    "self"    /* the token has the caller's own kernel ids */
#define TEST_USER_STRAYS  "strays"  /* the profile is not where there is room for it */

enum {
    TEST_USER_UID = 1900000,
    TEST_USER_GIDS = 32,
    TEST_PROFILE_OFFSET = 0x1010, /* in the window */
};

/* Starts it on a socket in a new directory and names that in OPENLOGON_SOCKET. */
pid_t test_authority_start(void);
void test_authority_kill(pid_t pid); /* it may be started anew */
void test_authority_remove(void);    /* the directory, at the end */

/* For cmocka_run_group_tests(): one for all tests of a program. */
int test_authority_set_up(void **state);
int test_authority_tear_down(void **state);

#endif
