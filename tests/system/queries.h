/* SPDX-License-Identifier: MIT */
/*
 * For tests of questions in WQL and SQL: sessions of two accounts of OpenLogon's, and what is told
 * of them. In queries and in what they should give, $alice2 and the like are these sessions' LUIDs,
 * $machine the machine's name and $pid the test's own.
 */
#ifndef OPENLOGON_TESTS_SYSTEM_QUERIES_H
#define OPENLOGON_TESTS_SYSTEM_QUERIES_H

#include <stdbool.h>

#include "query/sink.h"
#include "support.h"

#define ALICE         "\\\\.\\root\\cimv2:Win32_Account.Domain=\"$machine\",Name=\"alice\""
#define BOB           "\\\\.\\root\\cimv2:Win32_Account.Domain=\"$machine\",Name=\"bob\""
#define SESSION(luid) "\\\\.\\root\\cimv2:Win32_LogonSession.LogonId=\"" luid "\""

enum {
    QUERIES_TEXT_MAX = 1 << 16,
    QUERY_MAX = 512,
};

/* By the words for their LUIDs. */
struct known_session {
    const char *word, *user;
    DWORD type;
    HANDLE token;
    char luid[24];
};

enum { N_KNOWN = 4 };
extern struct known_session known[N_KNOWN]; /* the first two are alice's */

/* Of a group of tests: the sessions are there from one to the other. */
int queries_set_up(void **state);
int queries_tear_down(void **state);

/* The query with each word replaced. */
const char *with_words(char ret[QUERY_MAX], const char *text);

/* The values of one column, each in brackets, in the order of their texts; until the next call.
 * @column  NULL: the first */
const char *wql(const char *column, const char *query);
const char *sql(const char *query);

/* Of a query that must not go through and gives no row; the caller's, query_problem_done() */
struct query_problem wql_problem(const char *query);

/* @words  the values that `is` should tell, with | between them, in any order */
void assert_told(const char *what, const char *is, const char *words);

#endif
