/* SPDX-License-Identifier: MIT */
/*
 * The access check once more, as [MS-DTYP] 2.5.3 tells it: step by step, slow, node by node, with
 * what Windows' documentation adds (restricting SIDs, object types, privileges, intents). It shares
 * with the real one the readers of ACLs, SIDs and tokens and the evaluation of conditions, nothing
 * else: two ways to the same answer.
 */
#ifndef OPENLOGON_TESTS_LITERAL_ACCESS_CHECK_H
#define OPENLOGON_TESTS_LITERAL_ACCESS_CHECK_H

#include "security/access_check.h"

enum { LITERAL_NODES_MAX = 64 };

struct literal_answer {
    nt_status status;
    uint32_t granted;
};

/**
 * Answers for each node of the request's tree, of which it reads types and levels; without a tree
 * for one. The descriptor is well-formed.
 * @ret_privileges what was used for any of the answers
 */
void literal_access_check(struct literal_answer *ret, uint64_t *ret_privileges,
                          const struct access_request *request);

#endif
