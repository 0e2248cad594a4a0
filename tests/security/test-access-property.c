/* SPDX-License-Identifier: MIT */
/*
 * The access check and its literal twin give the same answers to random questions.
 * OPENLOGON_TEST_SEED repeats a run, OPENLOGON_TEST_ROUNDS makes it longer.
 */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "literal_access_check.h"
#include "random_access.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED
#define ROUNDS UINT64_C(50000)
#else
#define ROUNDS UINT64_C(1000000)
#endif

enum { ROUNDS_PER_TOKEN = 32 };

static uint64_t number_from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    uint64_t number = text ? strtoull(text, NULL, 0) : 0;

    return number ? number : otherwise;
}

static void compare(const struct random_request *r, const struct access_result *result,
                    uint64_t round)
{
    struct literal_answer expected[LITERAL_NODES_MAX];
    uint64_t privileges;

    literal_access_check(expected, &privileges, &r->request);
    if (result->status.code != expected[0].status.code || result->granted != expected[0].granted)
        fail_msg("round %llu: %#x (%#x) instead of %#x (%#x)", (unsigned long long)round,
                 result->granted, (unsigned)result->status.code, expected[0].granted,
                 (unsigned)expected[0].status.code);
    if (result->privileges_used != privileges)
        fail_msg("round %llu: privileges %#llx instead of %#llx", (unsigned long long)round,
                 (unsigned long long)result->privileges_used, (unsigned long long)privileges);
    for (size_t i = 0; r->request.tree && i < r->tree.n; i++) {
        if (r->nodes[i].status.code != expected[i].status.code ||
            r->nodes[i].granted != expected[i].granted)
            fail_msg("round %llu, node %zu: %#x instead of %#x", (unsigned long long)round, i,
                     r->nodes[i].granted, expected[i].granted);
    }
}

/* Asking why changes nothing, and the reasons are those of the answer. */
static void compare_with_reasons(struct random_request *r, const struct access_result *result,
                                 uint64_t round)
{
    struct access_trace trace = { .node = 0 };
    struct access_result traced;
    uint32_t asked =
        access_map_generic(r->request.desired, &r->mapping) & ~(uint32_t)MAXIMUM_ALLOWED;

    r->request.trace = &trace;
    assert_ok(access_check(&r->request, &traced));
    if (traced.status.code != result->status.code || traced.granted != result->granted ||
        traced.privileges_used != result->privileges_used)
        fail_msg("round %llu: asking why changes the answer", (unsigned long long)round);
    if (nt_failed(result->status) != ((asked & ~trace.granted) != 0 || !result->granted))
        fail_msg("round %llu: reasons for another answer", (unsigned long long)round);
    for (size_t i = 0; i < ACCESS_RIGHTS_N; i++) {
        enum access_decider decider = trace.reasons[i].decider;
        bool grants = decider == ACCESS_BY_ACE || decider == ACCESS_BY_OWNER ||
                      decider == ACCESS_BY_NULL_DACL || decider == ACCESS_BY_PRIVILEGE;

        if ((result->granted >> i & 1) && !grants)
            fail_msg("round %llu: right %zu granted by %d", (unsigned long long)round, i, decider);
    }
}

static void the_literal_check_gives_the_same_answers(void **state)
{
    uint64_t seed = number_from_environment("OPENLOGON_TEST_SEED", UINT64_C(20240229));
    uint64_t rounds = number_from_environment("OPENLOGON_TEST_ROUNDS", ROUNDS);
    struct random_source random = { seed };
    struct random_request r;
    token_image *token = NULL;
    uint64_t n_granted = 0;

    print_message("%llu rounds, OPENLOGON_TEST_SEED=%llu\n", (unsigned long long)rounds,
                  (unsigned long long)seed);
    for (uint64_t i = 0; i < rounds; i++) {
        struct access_result result;

        if (i % ROUNDS_PER_TOKEN == 0) {
            token = token_image_free(token);
            token = random_token(&random);
        }
        random_request_make(&r, &random, token);
        test_fail_allocation(1);
        assert_ok(access_check(&r.request, &result));
        assert_false(test_allocation_failed()); /* none is made */
        compare(&r, &result, i);
        if (i % 8 == 0)
            compare_with_reasons(&r, &result, i);
        n_granted += result.granted ? 1 : 0;
    }
    (void)token_image_free(token);
    /* Questions that all have the same answer would show nothing. */
    assert_in_range(n_granted, rounds / 20, rounds - rounds / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_literal_check_gives_the_same_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
