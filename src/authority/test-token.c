/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <unistd.h>

#include "authority/journal_record.h"
#include "authority/session_store.h"
#include "authority/test-support.h"
#include "authority/token_access.h"
#include "linux/shared_words.h"
#include "security/descriptor.h"
#include "security/privilege.h"
#include "security/token_words.h"

enum { SLOTS = 8 };

#define PRESENT                                                                                    \
    (PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY) | PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN) |                  \
     PRIVILEGE_BIT(PRIVILEGE_UNDOCK))

struct fixture {
    struct test_dir dir;
    LuidSource *luids;
    SessionStore *sessions;
    TokenStore *tokens;
    QuotaTable *quotas;
    Session *session;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    test_dir_make(&f->dir);
    assert_ok(luid_source_open(&f->luids, f->dir.fd, TEST_BOOT_ID));
    assert_ok(session_store_new(&f->sessions));
    assert_ok(token_store_new(&f->tokens, f->luids, SLOTS));
    assert_ok(quota_table_new(&f->quotas, 1500));
    assert_ok(session_new(&f->session, f->sessions, 0x5000000, 1));
    assert_ok(session_activate(f->session, &test_facts));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    session_unref(f->session);
    assert_int_equal(token_store_size(f->tokens), 0);
    assert_int_equal(session_store_size(f->sessions), 0);
    token_store_free(f->tokens);
    quota_table_free(f->quotas);
    session_store_free(f->sessions);
    luid_source_close(f->luids);
    test_dir_remove(&f->dir);
    free(f);
    return 0;
}

static Token *mint(struct fixture *f)
{
    SID_AND_ATTRIBUTES user = { .Sid = (PSID)(uintptr_t)test_user(1000) };
    SID_AND_ATTRIBUTES group = { .Sid = (PSID)(uintptr_t)test_group(1000),
                                 .Attributes = SE_GROUP_ENABLED };
    const struct token_spec spec = { .type = TokenImpersonation,
                                     .level = SecurityImpersonation,
                                     .elevation_type = TokenElevationTypeDefault,
                                     .user = &user,
                                     .groups = &group,
                                     .n_groups = 1,
                                     .primary_group = group.Sid,
                                     .privileges_present = PRESENT,
                                     .privileges_enabled = PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY),
                                     .uid = 1000,
                                     .gid = 1000 };
    Token *token = NULL;

    assert_ok(token_mint(&token, f->tokens, f->session, &spec));
    return token;
}

static uint64_t published(struct fixture *f, const Token *token)
{
    SharedPage *page = NULL;
    uint64_t value;

    assert_int_equal(shared_page_map(&page, token_store_page_fd(f->tokens)), 0);
    value = shared_page_get(page, token_image_slot(token_peek_image(token)));
    shared_page_free(page);
    return value;
}

static void a_token_has_ids_a_slot_and_keeps_its_session(void **state)
{
    struct fixture *f = *state;
    uint32_t before = f->session->n_references;
    Token *a = mint(f);
    Token *b = mint(f);

    assert_true(token_id(a) != token_id(b));
    assert_int_equal(token_image_authentication_id(token_peek_image(a)), 0x5000000);
    assert_int_not_equal(token_image_slot(token_peek_image(a)), 0);
    assert_int_not_equal(token_image_slot(token_peek_image(a)),
                         token_image_slot(token_peek_image(b)));
    assert_int_equal(published(f, a), token_image_modified_id(token_peek_image(a)));
    assert_int_equal(f->session->n_references, before + 2);
    token_unref(a);
    token_unref(b);
    assert_int_equal(f->session->n_references, before);
}

static void slots_are_used_again_and_run_out(void **state)
{
    struct fixture *f = *state;
    Token *tokens[SLOTS - 1];
    Token *more = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(tokens); i++)
        tokens[i] = mint(f);
    assert_status(token_duplicate(&more, tokens[0]), STATUS_TOO_MANY_LUIDS_REQUESTED);
    assert_null(more);
    token_unref(tokens[3]);
    assert_ok(token_duplicate(&more, tokens[0]));
    tokens[3] = more;
    for (size_t i = 0; i < ARRAY_SIZE(tokens); i++)
        token_unref(tokens[i]);
}

static void privileges_change_and_others_see_it(void **state)
{
    struct fixture *f = *state;
    Token *token = mint(f);
    const uint64_t shutdown = PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN);
    uint64_t before = published(f, token);

    assert_ok(token_adjust_privileges(token, (struct privilege_change){ .enable = shutdown }));
    assert_true(token_image_privileges_enabled(token_peek_image(token)) & shutdown);
    assert_int_not_equal(published(f, token), before);
    before = published(f, token);
    assert_ok(token_adjust_privileges(token, (struct privilege_change){ .enable = shutdown }));
    assert_int_equal(published(f, token), before); /* nothing changed */
    assert_ok(token_adjust_privileges(token, (struct privilege_change){ .remove = shutdown }));
    assert_false(token_image_privileges_present(token_peek_image(token)) & shutdown);
    assert_status(token_adjust_privileges(token, (struct privilege_change){ .enable = shutdown }),
                  STATUS_NOT_ALL_ASSIGNED);
    assert_false(token_image_privileges_enabled(token_peek_image(token)) & shutdown);
    assert_status(
        token_adjust_privileges(token, (struct privilege_change){ .enable = 4, .disable = 4 }),
        STATUS_INVALID_PARAMETER);
    token_unref(token);
}

/* The end that the process of the token has. */
static SharedWords *share(struct fixture *f, Token *token)
{
    SharedWords *words = NULL;
    int fd = -1;

    assert_ok(token_share_privileges(token, f->quotas, 1000, &fd));
    assert_int_equal(shared_words_map(&words, fd, TOKEN_WORDS_N), 0);
    (void)close(fd);
    return words;
}

static uint64_t enabled_in(const Token *token)
{
    return token_image_privileges_enabled(token_peek_image(token));
}

static void its_process_changes_what_is_enabled_by_itself(void **state)
{
    struct fixture *f = *state;
    Token *token = mint(f), *copy = NULL;
    _cleanup_(shared_words_freep) SharedWords *words = share(f, token), *again = share(f, token);
    const uint64_t shutdown = PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN);

    assert_int_equal(atomic_load(&shared_words_at(words)[0]), enabled_in(token));
    atomic_store(&shared_words_at(words)[0], shutdown);
    assert_int_equal(atomic_load(&shared_words_at(again)[0]), shutdown);
    assert_int_equal(enabled_in(token), shutdown);
    assert_true(caller_has_privileges(token_peek_image(token), shutdown));
    atomic_store(&shared_words_at(words)[0], 0);
    assert_false(caller_has_privileges(token_peek_image(token), shutdown));
    atomic_store(&shared_words_at(words)[0], shutdown);
    assert_ok(token_duplicate(&copy, token));
    assert_int_equal(enabled_in(copy), shutdown);
    atomic_store(&shared_words_at(words)[0], 0);
    assert_int_equal(enabled_in(copy), shutdown);
    token_unref(copy);
    token_unref(token);
}

static size_t n_aces_of(const Token *token)
{
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor descriptor;
    size_t size;

    assert_ok(token_get_security(&bytes, &size, token));
    assert_ok(descriptor_parse(&descriptor, bytes, size));
    return descriptor.dacl ? acl_n_aces(descriptor.dacl) : SIZE_MAX;
}

/* A process that is started with a token is guarded as that was. */
static void duplicates_have_the_descriptor_that_was_set(void **state)
{
    struct fixture *f = *state;
    Token *token = mint(f);
    Token *plain = NULL, *copy = NULL, *primary = NULL, *derived = NULL;
    _cleanup_(freep) ACL *nobody = NULL;
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor closed = { .control = SE_DACL_PRESENT };
    size_t size;

    assert_ok(token_duplicate(&plain, token));
    assert_int_equal(n_aces_of(plain), 3);
    assert_ok(acl_build(&nobody, NULL, 0));
    closed.owner = token_image_sid(token_peek_image(token), 0);
    closed.group = closed.owner;
    closed.dacl = nobody;
    assert_ok(descriptor_build(&bytes, &size, &closed));
    assert_ok(token_set_security(token, bytes, size));
    assert_ok(token_duplicate(&copy, token));
    assert_ok(token_duplicate_primary(&primary, token, 0, 0));
    assert_ok(token_derive(&derived, token, token_peek_image(token)));
    assert_int_equal(n_aces_of(copy), 0);
    assert_int_equal(n_aces_of(primary), 0);
    assert_int_equal(n_aces_of(derived), 3);
    token_unref(derived);
    token_unref(primary);
    token_unref(copy);
    token_unref(plain);
    token_unref(token);
}

/* What a uid may still be charged. */
static uint32_t left(struct fixture *f, enum quota_kind kind)
{
    uint32_t low = 0, high = quota_limit(f->quotas, 1000, kind);

    while (low < high) {
        uint32_t middle = low + (high - low + 1) / 2;
        struct quota_charge charge = { 0 };

        if (nt_failed(quota_charge(&charge, f->quotas, 1000, kind, middle)))
            high = middle - 1;
        else
            low = middle;
        quota_return(&charge);
    }
    return low;
}

static void words_go_with_their_process(void **state)
{
    struct fixture *f = *state;
    uint64_t shutdown = PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN);
    uint32_t all = left(f, QUOTA_WORDS);
    struct quota_charge rest = { 0 };
    Token *token = mint(f), *other = mint(f);
    _cleanup_(shared_words_freep) SharedWords *words = share(f, token);
    uint64_t id = token_image_modified_id(token_peek_image(token));
    int fd = -1;

    assert_int_equal(left(f, QUOTA_WORDS), all - 1);
    assert_ok(quota_charge(&rest, f->quotas, 1000, QUOTA_WORDS, all - 1));
    assert_status(token_share_privileges(other, f->quotas, 1000, &fd), STATUS_QUOTA_EXCEEDED);
    quota_return(&rest);
    atomic_store(&shared_words_at(words)[0], shutdown);
    token_unshare_privileges(token);
    token_unshare_privileges(other);
    assert_int_equal(left(f, QUOTA_WORDS), all);
    atomic_store(&shared_words_at(words)[0], 0);
    assert_int_equal(enabled_in(token), shutdown);
    assert_int_not_equal(token_image_modified_id(token_peek_image(token)), id);
    token_unref(other);
    token_unref(token);
}

static void who_changes_a_token_pays_for_its_size(void **state)
{
    static uint8_t acl_bytes[40000];
    struct fixture *f = *state;
    const struct token_setting *dacl = token_setting_find(TokenDefaultDacl);
    uint32_t all = left(f, QUOTA_TOKENS);
    struct quota_charge rest = { 0 };
    Token *token = mint(f);
    ACL large = { .AclRevision = ACL_REVISION, .AclSize = sizeof(acl_bytes) };

    memcpy(acl_bytes, &large, sizeof(large));
    assert_ok(token_set(token, dacl, acl_bytes, sizeof(acl_bytes)));
    assert_int_equal(left(f, QUOTA_TOKENS), all); /* nobody pays yet */
    assert_ok(token_pay(token, f->quotas, 1000));
    assert_int_equal(left(f, QUOTA_TOKENS), all - 9);
    assert_ok(token_pay(token, f->quotas, 1000));
    assert_int_equal(left(f, QUOTA_TOKENS), all - 9);
    assert_ok(token_set(token, dacl, NULL, 0));
    assert_int_equal(left(f, QUOTA_TOKENS), all);
    assert_ok(quota_charge(&rest, f->quotas, 1000, QUOTA_TOKENS, all - 8));
    assert_status(token_set(token, dacl, acl_bytes, sizeof(acl_bytes)), STATUS_QUOTA_EXCEEDED);
    assert_null(token_image_default_dacl(token_peek_image(token)));
    quota_return(&rest);
    assert_ok(token_set(token, dacl, acl_bytes, sizeof(acl_bytes)));
    assert_ok(token_pay(token, f->quotas, 1001));
    assert_int_equal(left(f, QUOTA_TOKENS), all);
    assert_ok(token_pay(token, f->quotas, 1000));
    token_unref(token);
    assert_int_equal(left(f, QUOTA_TOKENS), all);
}

static void whatever_it_writes_widens_nothing(void **state)
{
    struct fixture *f = *state;
    Token *token = mint(f);
    _cleanup_(shared_words_freep) SharedWords *words = share(f, token);
    uint64_t id = token_image_modified_id(token_peek_image(token));

    atomic_store(&shared_words_at(words)[0], UINT64_MAX);
    atomic_store(&shared_words_at(words)[1], UINT64_MAX);
    assert_int_equal(enabled_in(token), PRESENT);
    assert_int_equal(token_image_modified_id(token_peek_image(token)), id);
    assert_ok(token_adjust_privileges(
        token, (struct privilege_change){ .remove = PRIVILEGE_BIT(PRIVILEGE_UNDOCK) }));
    atomic_store(&shared_words_at(words)[0], UINT64_MAX);
    assert_int_equal(enabled_in(token), PRESENT & ~PRIVILEGE_BIT(PRIVILEGE_UNDOCK));
    token_unref(token);
}

static void a_change_by_message_is_in_the_words_too(void **state)
{
    struct fixture *f = *state;
    Token *token = mint(f);
    _cleanup_(shared_words_freep) SharedWords *words = share(f, token);
    const uint64_t shutdown = PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN);
    const uint64_t undock = PRIVILEGE_BIT(PRIVILEGE_UNDOCK);

    atomic_store(&shared_words_at(words)[0], undock);
    assert_ok(token_adjust_privileges(token, (struct privilege_change){ .enable = shutdown }));
    assert_int_equal(atomic_load(&shared_words_at(words)[0]), undock | shutdown);
    assert_int_equal(atomic_load(&shared_words_at(words)[1]), published(f, token));
    assert_ok(token_adjust_privileges(token, (struct privilege_change){ .disable = undock }));
    assert_int_equal(atomic_load(&shared_words_at(words)[0]), shutdown);
    token_unref(token);
}

static void who_watches_sees_another_modified_id(void **state)
{
    struct fixture *f = *state;
    Token *token = mint(f);
    _cleanup_(shared_words_freep) SharedWords *words = share(f, token);
    uint64_t first = published(f, token), second;

    assert_false(first & TOKEN_WATCHED);
    atomic_store(&shared_words_at(words)[0], PRESENT); /* before anybody looks */
    assert_int_equal(published(f, token), first);
    assert_ok(token_watch(token));
    second = published(f, token);
    assert_true(second & TOKEN_WATCHED);
    assert_int_not_equal(second & ~TOKEN_WATCHED, first);
    atomic_store(&shared_words_at(words)[0], 0);
    assert_int_equal(enabled_in(token), 0); /* the authority looked, and nobody was told */
    assert_ok(token_adjust_privileges(token, (struct privilege_change){ 0 }));
    assert_int_not_equal(published(f, token), second);
    second = published(f, token);
    assert_ok(token_adjust_privileges(token, (struct privilege_change){ 0 }));
    assert_int_equal(published(f, token), second);
    token_unwatch(token);
    assert_int_equal(published(f, token), second & ~TOKEN_WATCHED);
    token_unref(token);
}

static void a_primary_duplicate_is_never_wider(void **state)
{
    struct fixture *f = *state;
    const uint64_t notify = PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY);
    Token *token = mint(f);
    Token *copy = NULL;

    assert_status(token_duplicate_primary(&copy, token, PRESENT | 4, 0), STATUS_INVALID_PARAMETER);
    assert_status(token_duplicate_primary(&copy, token, notify, PRESENT), STATUS_INVALID_PARAMETER);
    assert_ok(token_duplicate_primary(&copy, token, notify, 0));
    assert_int_equal(token_image_type(token_peek_image(copy)), TokenPrimary);
    assert_int_equal(token_image_privileges_present(token_peek_image(copy)), notify);
    assert_int_equal(token_image_privileges_enabled(token_peek_image(copy)), 0);
    assert_true(token_id(copy) != token_id(token));
    token_unref(copy);
    token_unref(token);
}

static void a_narrowing_becomes_a_token_of_its_own(void **state)
{
    struct fixture *f = *state;
    Token *token = mint(f), *child = NULL;
    _cleanup_(token_image_freep) token_image *narrow = NULL, *wide = NULL;
    const uint32_t nine = 9;

    assert_ok(token_image_filter(&narrow, token_peek_image(token),
                                 &(struct token_filter){ .flags = DISABLE_MAX_PRIVILEGE }));
    assert_ok(token_derive(&child, token, narrow));
    assert_true(token_id(child) != token_id(token));
    assert_int_equal(published(f, child), token_image_modified_id(token_peek_image(child)));
    assert_int_equal(token_image_flags(token_peek_image(child)), TOKEN_IMAGE_FILTERED);
    token_unref(child);
    child = NULL;
    assert_ok(token_image_with_setting(&wide, narrow, token_setting_find(TokenSessionId), &nine,
                                       sizeof(nine)));
    assert_status(token_derive(&child, token, wide), STATUS_ACCESS_DENIED);
    assert_null(child);
    token_unref(token);
}

static void what_is_set_is_published(void **state)
{
    struct fixture *f = *state;
    Token *token = mint(f);
    uint64_t before = published(f, token);
    struct token_groups_change change;
    SID_AND_ATTRIBUTES group = { .Sid = (PSID)(uintptr_t)test_group(1000) };
    const uint32_t nine = 9;

    assert_ok(token_set(token, token_setting_find(TokenSessionId), &nine, sizeof(nine)));
    assert_int_equal(token_image_wts_session(token_peek_image(token)), 9);
    assert_int_not_equal(published(f, token), before);
    before = published(f, token);
    assert_status(token_set(token, token_setting_find(TokenSessionId), &nine, 3),
                  STATUS_INVALID_PARAMETER);
    assert_int_equal(published(f, token), before);
    assert_ok(token_groups_plan(&change, token_peek_image(token), &group, 1));
    assert_ok(token_flip_groups(token, &change));
    assert_false(token_image_has_sid(token_peek_image(token), group.Sid, TOKEN_SID_ALLOW));
    assert_int_not_equal(published(f, token), before);
    token_unref(token);
}

static void a_descriptor_decides_who_opens(void **state)
{
    struct fixture *f = *state;
    Token *token = mint(f);
    _cleanup_(freep) void *bytes = NULL, *again = NULL;
    _cleanup_(freep) ACL *dacl = NULL;
    struct ace ace = { .mask = TOKEN_DUPLICATE, .sid = test_user(1000) };
    struct descriptor descriptor = { .control = SE_DACL_PRESENT, .owner = test_user(2000) };
    uint32_t granted = 0;
    size_t size, size_again;

    assert_ok(acl_build(&dacl, &ace, 1));
    descriptor.dacl = dacl;
    assert_ok(descriptor_build(&bytes, &size, &descriptor));
    assert_status(token_set_security(token, bytes, size - 1), STATUS_INVALID_SID);
    assert_ok(token_access_check(token, token_peek_image(token), TOKEN_QUERY, &granted));
    assert_ok(token_set_security(token, bytes, size));
    assert_status(token_access_check(token, token_peek_image(token), TOKEN_QUERY, &granted),
                  STATUS_ACCESS_DENIED);
    assert_ok(token_access_check(token, token_peek_image(token), MAXIMUM_ALLOWED, &granted));
    assert_int_equal(granted, TOKEN_DUPLICATE);
    assert_ok(token_get_security(&again, &size_again, token));
    assert_int_equal(size_again, size);
    assert_memory_equal(again, bytes, size);
    token_unref(token);
}

static void a_token_is_opened_by_its_user_and_no_other(void **state)
{
    struct fixture *f = *state;
    SID_AND_ATTRIBUTES user = { .Sid = (PSID)(uintptr_t)test_user(2000) };
    const struct token_spec stranger_spec = { .type = TokenPrimary,
                                              .elevation_type = TokenElevationTypeDefault,
                                              .user = &user,
                                              .primary_group = user.Sid,
                                              .uid = 2000,
                                              .gid = 2000 };
    Token *token = mint(f);
    Token *stranger = NULL;
    uint32_t granted = 0;

    assert_ok(token_mint(&stranger, f->tokens, f->session, &stranger_spec));
    assert_ok(token_access_check(token, token_peek_image(token), MAXIMUM_ALLOWED, &granted));
    assert_int_equal(granted & TOKEN_ALL_ACCESS, TOKEN_ALL_ACCESS);
    assert_ok(token_access_check(token, token_peek_image(token), GENERIC_READ, &granted));
    assert_int_equal(granted, TOKEN_READ);
    assert_status(token_access_check(token, token_peek_image(stranger), TOKEN_QUERY, &granted),
                  STATUS_ACCESS_DENIED);
    token_unref(stranger);
    token_unref(token);
}

/* --- restoring ---------------------------------------------------------------------------------
 */

/* A token as the journal has it: a copy of one that is there, with other ids and another slot. */
static token_image *image_like(const Token *token, uint64_t id, uint32_t slot)
{
    token_image *image = NULL;

    assert_ok(token_image_dup(&image, token_peek_image(token)));
    token_image_set_ids(image, id, id + 1);
    token_image_set_slot(image, slot);
    return image;
}

static nt_status restore(struct fixture *f, Token **ret, uint64_t id, const token_image *image)
{
    const struct token_record record = { .session = session_luid(f->session),
                                         .payer = JOURNAL_NO_UID,
                                         .image = token_image_bytes(image),
                                         .image_size = token_image_size(image) };

    return token_restore(ret, f->tokens, f->session, id, &record);
}

static void a_restored_token_has_its_slot_and_ids(void **state)
{
    struct fixture *f = *state;
    Token *there = mint(f), *token = NULL, *others[SLOTS] = { 0 };
    _cleanup_(token_image_freep) token_image *image = image_like(there, 0x20000, 5);
    size_t n = 0;

    assert_ok(token_store_begin_restore(f->tokens));
    assert_ok(restore(f, &token, 0x20000, image));
    assert_ok(token_store_end_restore(f->tokens));
    assert_int_equal(token_id(token), 0x20000);
    assert_int_equal(token_image_slot(token_peek_image(token)), 5);
    assert_int_equal(published(f, token), 0x20001);
    /* The other slots are all free, and no other. */
    while (n < SLOTS - 3) {
        others[n] = mint(f);
        assert_int_not_equal(token_image_slot(token_peek_image(others[n])), 5);
        n++;
    }
    token_unref(token);
    token = mint(f);
    assert_int_equal(token_image_slot(token_peek_image(token)), 5);
    while (n > 0)
        token_unref(others[--n]);
    token_unref(token);
    token_unref(there);
}

static void a_token_that_cannot_be_is_not_restored(void **state)
{
    static const struct {
        uint64_t id, claimed_id;
        uint32_t slot;
    } cases[] = {
        { 0x20000, 0x20000, 0 },     /* no slot */
        { 0x20000, 0x20000, 1 },     /* another token's */
        { 0x20000, 0x20000, SLOTS }, /* beyond the page */
        { 0x20000, 0x20002, 2 },     /* another id */
    };
    struct fixture *f = *state;
    Token *there = mint(f), *token = NULL;

    assert_ok(token_store_begin_restore(f->tokens));
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(token_image_freep) token_image *image =
            image_like(there, cases[i].id, cases[i].slot);

        assert_status(restore(f, &token, cases[i].claimed_id, image),
                      STATUS_INTERNAL_DB_CORRUPTION);
        assert_null(token);
    }
    assert_ok(token_store_end_restore(f->tokens));
    token_unref(there);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_has_ids_a_slot_and_keeps_its_session, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(slots_are_used_again_and_run_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(privileges_change_and_others_see_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_process_changes_what_is_enabled_by_itself, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(duplicates_have_the_descriptor_that_was_set, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(words_go_with_their_process, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_changes_a_token_pays_for_its_size, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whatever_it_writes_widens_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_change_by_message_is_in_the_words_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_watches_sees_another_modified_id, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_primary_duplicate_is_never_wider, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_narrowing_becomes_a_token_of_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_set_is_published, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_restored_token_has_its_slot_and_ids, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_token_that_cannot_be_is_not_restored, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_descriptor_decides_who_opens, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_token_is_opened_by_its_user_and_no_other, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
