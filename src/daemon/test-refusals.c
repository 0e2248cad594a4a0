/* SPDX-License-Identifier: MIT */
/* When refused logons are answered. */
#include "base/test.h"
#include "daemon/refusals.h"

enum { MS = 1000 };

static void quick_and_slow_refusals_are_answered_alike(void **state)
{
    struct refusal_pace pace = { 0 };
    uint64_t level = refusal_pace_next(&pace, 60 * MS);

    assert_in_range(level, 75 * MS, 94 * MS);
    assert_int_equal(refusal_pace_next(&pace, 1 * MS), level);
    assert_int_equal(refusal_pace_next(&pace, 59 * MS), level);
    assert_int_equal(refusal_pace_next(&pace, 60 * MS), level);
}

/* Two kinds that differ by a little, wherever the step between two levels is. */
static void soon_the_level_stands_still_for_both_kinds(void **state)
{
    for (uint64_t usec = 50 * MS; usec < 80 * MS; usec += 17) {
        struct refusal_pace pace = { 0 };
        uint64_t level = 0;

        for (uint64_t i = 0; i < 10; i++)
            level = refusal_pace_next(&pace, usec + 200 * (i % 2));
        assert_true(level > usec + 200);
        for (uint64_t i = 0; i < 4 * REFUSAL_MEMORY; i++)
            assert_int_equal(refusal_pace_next(&pace, usec + 200 * (i % 2)), level);
    }
}

static void a_few_slow_ones_do_not_slow_down_the_others(void **state)
{
    struct refusal_pace pace = { 0 };
    uint64_t usual = refusal_pace_next(&pace, 60 * MS);

    for (int i = 0; i < 1000; i++)
        assert_int_equal(refusal_pace_next(&pace, i % 20 == 0 ? 600 * MS : 60 * MS), usual);
}

static void the_level_follows_slow_times_and_comes_back(void **state)
{
    struct refusal_pace pace = { 0 };
    uint64_t usual = refusal_pace_next(&pace, 60 * MS), slow = 0;

    for (int i = 0; i < 100; i++)
        slow = refusal_pace_next(&pace, 600 * MS);
    assert_true(slow >= 750 * MS);
    for (int i = 0; i < REFUSAL_MEMORY - 1; i++)
        assert_int_equal(refusal_pace_next(&pace, 60 * MS), slow);
    for (int i = 0; i < 20 * REFUSAL_MEMORY; i++)
        (void)refusal_pace_next(&pace, 60 * MS);
    assert_in_range(refusal_pace_next(&pace, 60 * MS), 75 * MS, usual + usual / 4);
}

static void the_wait_is_bounded(void **state)
{
    struct refusal_pace pace = { 0 };
    const uint64_t bound = (uint64_t)REFUSAL_USEC_MAX * 25 / 16;

    assert_in_range(refusal_pace_next(&pace, UINT64_MAX), REFUSAL_USEC_MAX, bound);
    assert_in_range(refusal_pace_next(&pace, 1), REFUSAL_USEC_MAX, bound);
}

/* --- with an event loop ------------------------------------------------------------------------
 */

struct answers {
    sd_event *event;
    Refusals *refusals;
    uint64_t at[4];
    size_t n, n_turns;
    size_t expected; /* after so many the loop ends */
};

static void on_answer(void *context)
{
    struct answers *answers = context;

    answers->at[answers->n++] = answers->refusals ? refusals_now_usec(answers->refusals) : 0;
    if (answers->n == answers->expected)
        (void)sd_event_exit(answers->event, 0);
}

static void on_turn(void *context)
{
    ((struct answers *)context)->n_turns++;
}

static void set_up(struct answers *answers)
{
    *answers = (struct answers){ 0 };
    assert_true(sd_event_new(&answers->event) >= 0);
    const struct refusals_spec spec = { answers->event, on_turn, answers };
    assert_ok(refusals_new(&answers->refusals, &spec));
}

static void answers_come_when_they_are_due(void **state)
{
    struct answers answers;
    uint64_t now;

    set_up(&answers);
    answers.expected = 2;
    now = refusals_now_usec(answers.refusals);
    refusals_answer(answers.refusals, now - 20 * MS, on_answer, &answers); /* took 20 ms */
    refusals_answer(answers.refusals, now - 1 * MS, on_answer, &answers);
    assert_int_equal(answers.n, 0);
    assert_true(sd_event_loop(answers.event) >= 0);
    assert_int_equal(answers.n, 2);
    assert_int_equal(answers.n_turns, 2);
    assert_true(answers.at[0] >= now + 5 * MS);  /* 25 ms after its request at least */
    assert_true(answers.at[1] >= now + 24 * MS); /* as long after its own */
    refusals_free(answers.refusals);
    (void)sd_event_unref(answers.event);
}

static void those_that_wait_are_answered_at_the_end(void **state)
{
    struct answers answers;
    uint64_t now;

    set_up(&answers);
    now = refusals_now_usec(answers.refusals);
    refusals_answer(answers.refusals, now - 900 * MS, on_answer, &answers);
    refusals_answer(answers.refusals, now - 900 * MS, on_answer, &answers);
    answers.refusals = refusals_free(answers.refusals);
    assert_int_equal(answers.n, 2);
    (void)sd_event_unref(answers.event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quick_and_slow_refusals_are_answered_alike),
        cmocka_unit_test(soon_the_level_stands_still_for_both_kinds),
        cmocka_unit_test(a_few_slow_ones_do_not_slow_down_the_others),
        cmocka_unit_test(the_level_follows_slow_times_and_comes_back),
        cmocka_unit_test(the_wait_is_bounded),
        cmocka_unit_test(answers_come_when_they_are_due),
        cmocka_unit_test(those_that_wait_are_answered_at_the_end),
    };

    return cmocka_run_group_tests_name("refusals", tests, NULL, NULL);
}
