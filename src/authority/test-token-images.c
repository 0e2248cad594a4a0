/* SPDX-License-Identifier: MIT */
/* Tokens whose images are in the journal and no longer in memory. */
#include <stdio.h>
#include <stdlib.h>

#include "authority/session_store.h"
#include "authority/test-support.h"
#include "security/privilege.h"
#include "security/token_words.h"

/* More than the store keeps in memory. */
enum { MANY = 1000, SLOTS = 4096 };

#define PRESENT (PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY) | PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN))

struct fixture {
    struct test_dir dir;
    char path[96];
    Journal *journal;
    LuidSource *luids;
    SessionStore *sessions;
    TokenStore *tokens;
    Session *session;
    Token *all[MANY];
    token_image *images[MANY]; /* as they were at first */
};

static Token *mint(struct fixture *f, uint32_t uid)
{
    SID_AND_ATTRIBUTES user = { .Sid = (PSID)(uintptr_t)test_user(uid) };
    const struct token_spec spec = { .type = TokenImpersonation,
                                     .level = SecurityImpersonation,
                                     .elevation_type = TokenElevationTypeDefault,
                                     .user = &user,
                                     .primary_group = user.Sid,
                                     .privileges_present = PRESENT,
                                     .uid = uid,
                                     .gid = uid };
    Token *token = NULL;

    assert_ok(token_mint(&token, f->tokens, f->session, &spec));
    return token;
}

/* A turn of the event loop is over. */
static void end_turn(struct fixture *f)
{
    assert_ok(journal_commit(f->journal));
    token_store_trim(f->tokens);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    test_dir_make(&f->dir);
    (void)snprintf(f->path, sizeof(f->path), "%s/journal.db", f->dir.path);
    assert_ok(journal_open(&f->journal, f->path, TEST_BOOT_ID));
    journal_teach(f->journal, JOURNAL_SESSION, session_encode);
    assert_ok(luid_source_open(&f->luids, f->dir.fd, TEST_BOOT_ID));
    assert_ok(session_store_new(&f->sessions));
    assert_ok(token_store_new(&f->tokens, f->luids, SLOTS));
    token_store_set_journal(f->tokens, f->journal);
    assert_ok(session_new(&f->session, f->sessions, 0x5000000, 1));
    assert_ok(session_activate(f->session, &test_facts));
    for (uint32_t i = 0; i < MANY; i++) {
        f->all[i] = mint(f, 1000 + i);
        assert_ok(token_image_dup(&f->images[i], token_peek_image(f->all[i])));
    }
    end_turn(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < MANY; i++) {
        token_unref(f->all[i]);
        token_image_free(f->images[i]);
    }
    session_unref(f->session);
    assert_int_equal(token_store_size(f->tokens), 0);
    token_store_free(f->tokens);
    session_store_free(f->sessions);
    luid_source_close(f->luids);
    journal_close(f->journal);
    journal_remove(f->path);
    test_dir_remove(&f->dir);
    free(f);
    return 0;
}

static void assert_image(const Token *token, const token_image *expected)
{
    const token_image *image = token_peek_image(token);

    assert_int_equal(token_image_size(image), token_image_size(expected));
    assert_memory_equal(token_image_bytes(image), token_image_bytes(expected),
                        token_image_size(expected));
}

static void images_are_what_they_were(void **state)
{
    struct fixture *f = *state;

    assert_in_range(token_store_n_images(f->tokens), 1, MANY / 2);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < MANY; i++) {
            assert_int_equal(token_id(f->all[i]), token_image_id(f->images[i]));
            assert_image(f->all[i], f->images[i]);
            if (i % 100 == 0)
                end_turn(f);
        }
    }
}

/* All of them, within one turn. */
static void images_stay_until_the_turn_ends(void **state)
{
    struct fixture *f = *state;
    const token_image *images[MANY];

    for (size_t i = 0; i < MANY; i++)
        images[i] = token_peek_image(f->all[i]);
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(token_image_id(images[i]), token_id(f->all[i]));
}

static void changes_are_not_lost(void **state)
{
    const struct privilege_change enable = { .enable = PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN) };
    struct fixture *f = *state;

    for (size_t i = 0; i < MANY; i++) {
        assert_ok(token_adjust_privileges(f->all[i], enable));
        if (i % 50 == 0)
            end_turn(f);
    }
    end_turn(f);
    for (size_t i = 0; i < MANY; i++) {
        const token_image *image = token_peek_image(f->all[i]);

        assert_true(token_image_privileges_enabled(image) == PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN));
        assert_true(token_image_modified_id(image) != token_image_modified_id(f->images[i]));
    }
}

static void what_could_not_be_written_stays_in_memory(void **state)
{
    struct fixture *f = *state;
    Token *fresh[MANY];

    for (uint32_t i = 0; i < MANY; i++)
        fresh[i] = mint(f, 5000 + i);
    token_store_trim(f->tokens); /* nothing of it is committed */
    for (uint32_t i = 0; i < MANY; i++) {
        assert_int_equal(token_image_uid(token_peek_image(fresh[i])), 5000 + i);
        token_unref(fresh[i]);
    }
}

static void watching_shows_in_the_page_and_changes_no_id(void **state)
{
    struct fixture *f = *state;
    SharedPage *page = NULL;

    assert_int_equal(shared_page_map(&page, token_store_page_fd(f->tokens)), 0);
    for (size_t i = 0; i < MANY; i++) {
        uint32_t slot = token_image_slot(f->images[i]);
        uint64_t id = token_image_modified_id(f->images[i]);

        assert_true(shared_page_get(page, slot) == id);
        assert_ok(token_watch(f->all[i]));
        assert_true(shared_page_get(page, slot) == (id | TOKEN_WATCHED));
        token_unwatch(f->all[i]);
        assert_true(shared_page_get(page, slot) == id);
    }
    shared_page_free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(images_are_what_they_were, set_up, tear_down),
        cmocka_unit_test_setup_teardown(images_stay_until_the_turn_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changes_are_not_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_could_not_be_written_stays_in_memory, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(watching_shows_in_the_page_and_changes_no_id, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
