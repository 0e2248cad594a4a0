/* SPDX-License-Identifier: MIT */
/* For tests of the authority: a LUID source in a directory of its own, an identity to log on. */
#ifndef OPENLOGON_AUTHORITY_TEST_SUPPORT_H
#define OPENLOGON_AUTHORITY_TEST_SUPPORT_H

#include "authority/authority.h"
#include "base/test.h"

#define TEST_BOOT_ID "01234567-89ab-cdef-0123-456789abcdef"

struct test_dir {
    char path[64];
    int fd;
};

void test_dir_make(struct test_dir *dir);
void test_dir_remove(struct test_dir *dir); /* and the files of a LUID source */

/* A SID from its text; constant for the same text's life. */
const SID *test_sid(sid_buffer *buffer, const char *text);

/* S-1-5-21-1-2-3, and accounts below it. */
const SID *test_machine(void);
const SID *test_user(uint32_t uid);
const SID *test_group(uint32_t gid);

/* What a machine starts with. */
void test_policy_load(Policy *policy);
const Policy *test_policy(void);

/* Facts that every session has. */
extern const struct session_facts test_facts;

#endif
