/* SPDX-License-Identifier: MIT */
#include "authority/linked.h"

#include <errno.h>

#include "authority/test-support.h"
#include "security/privilege.h"

#include <windows.h>
#include <ntsecapi.h>

enum {
    ENABLED = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED,
    USER = 1000,
    WELL_KNOWN_SESSIONS = 4,
    PACKAGE = 1,
};

struct fixture {
    struct test_dir dir;
    Authority *authority;
    size_t n_ended;
    uint64_t ended[4];
};

static int no_process(pid_t pid, struct process_info *ret, void *context)
{
    return -ESRCH;
}

static void note_end(const Session *session, void *context)
{
    struct fixture *f = context;

    if (f->n_ended < ARRAY_SIZE(f->ended))
        f->ended[f->n_ended] = session_luid(session);
    f->n_ended++;
}

static int set_up(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    struct authority_spec spec = { .machine = test_machine(),
                                   .machine_name = "MACHINE",
                                   .boot_id = TEST_BOOT_ID,
                                   .own = { .uid = 1500, .gid = 1500 },
                                   .system = { .info = no_process } };

    *f = (struct fixture){ 0 };
    test_dir_make(&f->dir);
    spec.state_dirfd = f->dir.fd;
    assert_ok(authority_new(&f->authority, &spec));
    test_policy_load(f->authority->policy);
    session_store_listen(f->authority->sessions,
                         (struct session_listener){ .ended = note_end, .context = f });
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    session_store_unlisten(f->authority->sessions, f);
    assert_int_equal(session_store_size(f->authority->sessions), WELL_KNOWN_SESSIONS);
    assert_int_equal(token_store_size(f->authority->tokens), 1); /* SYSTEM's */
    authority_free(f->authority);
    test_dir_remove(&f->dir);
    return 0;
}

/* Who logs on, and how. */
struct logon {
    const char *group; /* NULL: none */
    uint64_t privileges;
    uint32_t type;
    uint32_t uid;
    uint32_t flags;
};

static Token *log_on(struct fixture *f, const struct logon *logon)
{
    sid_buffer sid;
    SID_AND_ATTRIBUTES group = { .Attributes = ENABLED };
    struct logon_identity identity = { .user = test_user(logon->uid),
                                       .primary_group = test_group(logon->uid),
                                       .privileges_present = logon->privileges };
    Session *session = NULL;
    Token *token = NULL;
    uint64_t luid = 0;

    if (logon->group) {
        group.Sid = (PSID)(uintptr_t)test_sid(&sid, logon->group);
        identity.groups = &group;
        identity.n_groups = 1;
    }
    assert_ok(luid_take(f->authority->luids, 1, &luid));
    assert_ok(authority_create_session(f->authority, &session, luid, PACKAGE));
    const struct authority_logon accepted = { .session = session,
                                              .identity = &identity,
                                              .facts = &test_facts,
                                              .logon_type = logon->type,
                                              .origin = SESSION_SYSTEM,
                                              .flags = logon->flags | LOGON_RUNS_ALREADY };
    assert_ok(authority_complete_logon(f->authority, &token, &accepted));
    session_unref(session);
    return token;
}

static const struct logon administrator = { .group = "S-1-5-32-544",
                                            .type = Interactive,
                                            .uid = USER };

#define ADMINISTRATORS  "S-1-5-32-544"
#define BACKUP_OPERATOR "S-1-5-32-551"
#define USERS           "S-1-5-32-545"

/* Every type, and who is split by it. */
static void only_interactive_logons_of_the_powerful_are_split(void **state)
{
    static const struct {
        struct logon logon;
        TOKEN_ELEVATION_TYPE expected;
        uint32_t integrity;
    } rows[] = {
        { { ADMINISTRATORS, 0, Interactive, USER, 0 }, TokenElevationTypeLimited, 8192 },
        { { ADMINISTRATORS, 0, Unlock, USER, 0 }, TokenElevationTypeLimited, 8192 },
        { { ADMINISTRATORS, 0, RemoteInteractive, USER, 0 }, TokenElevationTypeLimited, 8192 },
        { { ADMINISTRATORS, 0, Network, USER, 0 }, TokenElevationTypeDefault, 12288 },
        { { ADMINISTRATORS, 0, NetworkCleartext, USER, 0 }, TokenElevationTypeDefault, 12288 },
        { { ADMINISTRATORS, 0, Batch, USER, 0 }, TokenElevationTypeDefault, 12288 },
        { { ADMINISTRATORS, 0, Service, USER, 0 }, TokenElevationTypeDefault, 12288 },
        { { ADMINISTRATORS, 0, Interactive, USER, LOGON_UNSPLIT },
          TokenElevationTypeDefault,
          12288 },
        { { NULL, 0, Interactive, 0, 0 }, TokenElevationTypeDefault, 12288 }, /* RID 500 */
        { { BACKUP_OPERATOR, 0, Interactive, USER, 0 }, TokenElevationTypeLimited, 8192 },
        { { USERS, 0, Interactive, USER, 0 }, TokenElevationTypeDefault, 8192 },
        { { NULL, 0, Interactive, USER, 0 }, TokenElevationTypeDefault, 8192 },
        { { NULL, PRIVILEGE_BIT(PRIVILEGE_DEBUG), Interactive, USER, 0 },
          TokenElevationTypeLimited,
          8192 },
        { { NULL, PRIVILEGE_BIT(PRIVILEGE_DEBUG), Network, USER, 0 },
          TokenElevationTypeDefault,
          8192 },
        { { NULL, PRIVILEGE_BIT(PRIVILEGE_AUDIT), Interactive, USER, 0 },
          TokenElevationTypeDefault,
          8192 },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        size_t before = session_store_size(f->authority->sessions);
        Token *token = log_on(f, &rows[i].logon);
        const token_image *image = token_peek_image(token);
        bool split = rows[i].expected == TokenElevationTypeLimited;

        assert_int_equal(token_image_elevation_type(image), rows[i].expected);
        assert_int_equal(token_image_integrity(image), rows[i].integrity);
        assert_int_equal(token_image_elevated(image), rows[i].integrity == 12288);
        assert_int_equal(linked_kind(token_session(token)), rows[i].expected);
        assert_int_equal(session_store_size(f->authority->sessions), before + (split ? 2 : 1));
        token_unref(token);
    }
}

static uint32_t attributes_of(const token_image *image, const char *text)
{
    sid_buffer sid;
    size_t i = token_image_find_sid(image, test_sid(&sid, text));

    assert_int_not_equal(i, SIZE_MAX);
    return token_image_sid_attributes(image, i);
}

static Token *open_twin(struct fixture *f, const Token *token)
{
    Token *twin = NULL;

    assert_ok(linked_open(&twin, f->authority, token, TokenPrimary, SecurityAnonymous));
    return twin;
}

static void the_two_tokens_are_what_windows_makes_of_them(void **state)
{
    struct fixture *f = *state;
    Token *filtered = log_on(f, &administrator);
    Token *full = open_twin(f, filtered);
    const token_image *limited = token_peek_image(filtered), *whole = token_peek_image(full);

    assert_int_equal(attributes_of(limited, ADMINISTRATORS), SE_GROUP_USE_FOR_DENY_ONLY);
    assert_int_equal(token_image_privileges_present(limited), PRIVILEGE_MASK_FILTERED);
    assert_true(token_image_flags(limited) & TOKEN_IMAGE_FILTERED);
    assert_int_equal(token_image_elevation_type(whole), TokenElevationTypeFull);
    assert_int_equal(token_image_elevated(whole), 1);
    assert_int_equal(token_image_integrity(whole), 12288);
    assert_int_equal(attributes_of(whole, ADMINISTRATORS), ENABLED | SE_GROUP_OWNER);
    assert_true(token_image_privileges_present(whole) & PRIVILEGE_BIT(PRIVILEGE_DEBUG));
    assert_false(token_image_flags(whole) & TOKEN_IMAGE_FILTERED);
    assert_int_not_equal(token_image_authentication_id(limited),
                         token_image_authentication_id(whole));
    assert_int_equal(token_session(filtered)->linked, token_image_authentication_id(whole));
    assert_int_equal(token_session(full)->linked, token_image_authentication_id(limited));
    assert_int_equal(token_image_n_sids(limited), token_image_n_sids(whole));
    token_unref(full);
    token_unref(filtered);
}

/* Who is powerful by privileges alone keeps the others. */
static void without_a_powerful_group_only_powerful_privileges_go(void **state)
{
    struct fixture *f = *state;
    const struct logon logon = { .privileges = PRIVILEGE_BIT(PRIVILEGE_BACKUP) |
                                               PRIVILEGE_BIT(PRIVILEGE_AUDIT),
                                 .type = Interactive,
                                 .uid = USER };
    Token *filtered = log_on(f, &logon);
    uint64_t present = token_image_privileges_present(token_peek_image(filtered));

    assert_false(present & PRIVILEGE_BIT(PRIVILEGE_BACKUP));
    assert_true(present & PRIVILEGE_BIT(PRIVILEGE_AUDIT));
    token_unref(filtered);
}

static void each_twin_gives_the_other(void **state)
{
    struct fixture *f = *state;
    Token *filtered = log_on(f, &administrator);
    Token *full = open_twin(f, filtered);
    Token *back = open_twin(f, full);
    Token *shown = NULL;

    assert_ptr_equal(token_session(back), token_session(filtered));
    assert_int_equal(token_image_elevation_type(token_peek_image(back)), TokenElevationTypeLimited);
    assert_true(token_image_is_narrowing(token_peek_image(back), token_peek_image(filtered)));
    assert_ok(
        linked_open(&shown, f->authority, filtered, TokenImpersonation, SecurityIdentification));
    assert_int_equal(token_image_level(token_peek_image(shown)), SecurityIdentification);
    token_unref(shown);
    token_unref(back);
    token_unref(full);
    token_unref(filtered);
}

static void a_token_without_a_twin_gives_none(void **state)
{
    struct fixture *f = *state;
    const struct logon logon = { .type = Interactive, .uid = USER };
    Token *token = log_on(f, &logon);
    Token *twin = NULL;

    assert_status(linked_open(&twin, f->authority, token, TokenPrimary, SecurityAnonymous),
                  STATUS_NO_SUCH_LOGON_SESSION);
    assert_null(twin);
    token_unref(token);
}

static void assert_both_ended(const struct fixture *f, uint64_t filtered, uint64_t full)
{
    assert_int_equal(f->n_ended, 2);
    assert_int_equal(f->ended[0], filtered);
    assert_int_equal(f->ended[1], full);
}

static void both_end_with_the_last_token_of_the_filtered_one(void **state)
{
    struct fixture *f = *state;
    Token *filtered = log_on(f, &administrator);
    uint64_t of_filtered = session_luid(token_session(filtered));
    uint64_t of_full = token_session(filtered)->linked;
    Token *full = open_twin(f, filtered);

    token_unref(full);
    assert_int_equal(f->n_ended, 0);
    token_unref(filtered);
    assert_both_ended(f, of_filtered, of_full);
}

static void both_live_while_the_full_one_has_a_token(void **state)
{
    struct fixture *f = *state;
    Token *filtered = log_on(f, &administrator);
    uint64_t of_filtered = session_luid(token_session(filtered));
    uint64_t of_full = token_session(filtered)->linked;
    Token *full = open_twin(f, filtered), *copy = NULL, *back;

    assert_ok(token_duplicate(&copy, full));
    token_unref(full);
    token_unref(filtered);
    assert_int_equal(f->n_ended, 0);
    back = open_twin(f, copy);
    assert_int_equal(session_luid(token_session(back)), of_filtered);
    token_unref(copy);
    assert_int_equal(f->n_ended, 0);
    token_unref(back);
    assert_both_ended(f, of_filtered, of_full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_interactive_logons_of_the_powerful_are_split, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_two_tokens_are_what_windows_makes_of_them, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(without_a_powerful_group_only_powerful_privileges_go,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_twin_gives_the_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_token_without_a_twin_gives_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(both_end_with_the_last_token_of_the_filtered_one, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(both_live_while_the_full_one_has_a_token, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
