/* SPDX-License-Identifier: MIT */
#include "security/client_image.h"

#include <stdlib.h>

#include "security/test-token.h"

static const uint32_t all_gids[] = { 27, 100 };
static const struct client_ids all_ids = { 1000, 1000, all_gids, 2 };

enum { GROUP_1000 = 1, EVERYONE = 2, GROUP_27 = 6 };

static uint32_t attributes(const token_image *image, size_t i)
{
    return token_image_sid_attributes(image, i);
}

static void what_the_client_had_is_what_the_server_gets(void **state)
{
    _cleanup_(token_image_freep) token_image *token = test_image(), *image = NULL;

    assert_ok(client_image_make(&image, token, &all_ids, SecurityImpersonation, 0));
    assert_int_equal(token_image_type(image), TokenImpersonation);
    assert_int_equal(token_image_level(image), SecurityImpersonation);
    assert_int_equal(token_image_n_sids(image), token_image_n_sids(token));
    for (size_t i = 0; i < token_image_n_sids(token); i++)
        assert_int_equal(attributes(image, i), attributes(token, i));
    assert_int_equal(token_image_privileges_present(image), token_image_privileges_present(token));
    assert_true(token_image_is_narrowing(image, token));
}

static void another_uids_token_is_not_given(void **state)
{
    _cleanup_(token_image_freep) token_image *token = test_image();
    const struct client_ids other = { 1001, 1000, all_gids, 2 };
    token_image *image = NULL;

    assert_status(client_image_make(&image, token, &other, SecurityIdentification, 0),
                  STATUS_ACCESS_DENIED);
    assert_null(image);
    assert_ok(client_image_make(&image, token, &other, SecurityImpersonation, CLIENT_ANY_IDS));
    assert_int_equal(token_image_level(image), SecurityImpersonation);
    token_image_free(image);
}

static void a_group_that_the_kernel_did_not_see_only_denies(void **state)
{
    static const uint32_t gids[] = { 100 };
    static const struct client_ids fewer = { 1000, 1000, gids, 1 };
    _cleanup_(token_image_freep) token_image *token = test_image(), *image = NULL;
    const uint32_t *left;
    size_t n;

    token_image_set_sid_attributes(token, GROUP_27, ENABLED_GROUP);
    assert_ok(client_image_make(&image, token, &fewer, SecurityImpersonation, 0));
    assert_int_equal(token_image_level(image), SecurityImpersonation);
    assert_true(attributes(image, GROUP_27) & SE_GROUP_USE_FOR_DENY_ONLY);
    assert_int_equal(attributes(image, EVERYONE), ENABLED_GROUP);
    left = token_image_gids(image, &n);
    for (size_t i = 0; i < n; i++)
        assert_int_not_equal(left[i], 27);
    assert_true(token_image_is_narrowing(image, token));
}

/* gid 100 is of no group of the token, so it cannot be taken out; the primary one has to stay. */
static void ids_that_cannot_be_taken_out_are_never_worn(void **state)
{
    static const uint32_t no_100[] = { 27 }, no_1000[] = { 27, 100 };
    static const struct client_ids cases[] = {
        { 1000, 1000, no_100, 1 },
        { 1000, 5, no_1000, 2 },
        { 1000, 1000, NULL, 0 },
    };
    _cleanup_(token_image_freep) token_image *token = test_image();

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(token_image_freep) token_image *image = NULL;

        assert_ok(client_image_make(&image, token, &cases[i], SecurityDelegation, 0));
        assert_int_equal(token_image_level(image), SecurityIdentification);
    }
}

static void the_level_is_no_higher_than_the_tokens(void **state)
{
    static const struct {
        SECURITY_IMPERSONATION_LEVEL of_token, asked, expected;
    } cases[] = {
        { SecurityIdentification, SecurityImpersonation, SecurityIdentification },
        { SecurityImpersonation, SecurityDelegation, SecurityImpersonation },
        { SecurityDelegation, SecurityDelegation, SecurityDelegation },
        { SecurityDelegation, SecurityIdentification, SecurityIdentification },
        { SecurityAnonymous, SecurityIdentification, SecurityAnonymous },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(token_image_freep) token_image *token = test_image(), *image = NULL;

        assert_ok(token_image_set_type_level(token, TokenImpersonation, cases[i].of_token));
        assert_ok(client_image_make(&image, token, &all_ids, cases[i].asked, 0));
        assert_int_equal(token_image_level(image), cases[i].expected);
    }
}

static void effective_only_leaves_nothing_to_be_enabled(void **state)
{
    _cleanup_(token_image_freep) token_image *token = test_image(), *image = NULL;

    assert_ok(
        client_image_make(&image, token, &all_ids, SecurityImpersonation, CLIENT_EFFECTIVE_ONLY));
    assert_int_equal(token_image_privileges_present(image), token_image_privileges_enabled(token));
    assert_true(attributes(image, GROUP_27) & SE_GROUP_USE_FOR_DENY_ONLY);
    assert_int_equal(attributes(image, GROUP_1000), ENABLED_GROUP);
    assert_true(token_image_is_narrowing(image, token));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_client_had_is_what_the_server_gets),
        cmocka_unit_test(another_uids_token_is_not_given),
        cmocka_unit_test(a_group_that_the_kernel_did_not_see_only_denies),
        cmocka_unit_test(ids_that_cannot_be_taken_out_are_never_worn),
        cmocka_unit_test(the_level_is_no_higher_than_the_tokens),
        cmocka_unit_test(effective_only_leaves_nothing_to_be_enabled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
