/* SPDX-License-Identifier: MIT */
/* Random tokens, descriptors and requests: the same from the same seed. */
#ifndef OPENLOGON_TESTS_RANDOM_ACCESS_H
#define OPENLOGON_TESTS_RANDOM_ACCESS_H

#include "security/access_check.h"

struct random_source {
    uint64_t state; /* not 0 */
};

uint32_t random_below(struct random_source *random, uint32_t n);

/* Aborts when memory is short. */
token_image *random_token(struct random_source *random);

enum { RANDOM_TREE_MAX = 10, RANDOM_ACL_SIZE = 2048 };

/* A request and what it points to, apart from the token. */
struct random_request {
    struct access_request request;
    struct descriptor descriptor;
    GENERIC_MAPPING mapping;
    struct access_tree tree;
    struct access_node nodes[RANDOM_TREE_MAX];
    _Alignas(8) uint8_t dacl[RANDOM_ACL_SIZE];
    _Alignas(8) uint8_t sacl[RANDOM_ACL_SIZE];
};

/* All ACLs are well-formed. */
void random_request_make(struct random_request *ret, struct random_source *random,
                         const token_image *token);

#endif
