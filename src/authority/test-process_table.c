/* SPDX-License-Identifier: MIT */
/* The rules about processes, with a kernel that the tests make up. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "authority/test-support.h"
#include "linux/process.h"

enum { OWN_UID = 1500, USER = 1000, SHELL = 10, CHILD = 11, GRANDCHILD = 12, LEAF_PROCESS = 20 };

/* What is made up. */
struct kernel {
    struct process_info processes[8];
    size_t n_processes;
    bool leaf_populated;
    uint64_t removed_session; /* whose group was removed last */
    pid_t leaf_pid;           /* 0: none is in the leaf */
    pid_t tracked_pid;        /* 0: none is known to have been in it */
    struct cgroup_leaf leaf;
    size_t n_leaves;
};

struct fixture {
    struct test_dir dir;
    struct kernel kernel;
    Authority *authority;
};

static int fake_info(pid_t pid, struct process_info *ret, void *context)
{
    const struct kernel *kernel = context;

    for (size_t i = 0; i < kernel->n_processes; i++) {
        if (kernel->processes[i].pid == pid) {
            *ret = kernel->processes[i];
            return 0;
        }
    }
    return -ESRCH;
}

static int fake_leaf_of(pid_t pid, struct cgroup_leaf *ret, void *context)
{
    const struct kernel *kernel = context;

    if (pid != kernel->leaf_pid)
        return -ENOENT;
    *ret = kernel->leaf;
    return 0;
}

static int fake_origin_of(pid_t pid, struct cgroup_leaf *ret, void *context)
{
    const struct kernel *kernel = context;

    if (pid != kernel->tracked_pid)
        return -ENOENT;
    *ret = kernel->leaf;
    return 0;
}

static int fake_leaf_make(struct cgroup_leaf leaf, const char *below, int *ret_dirfd, void *context)
{
    struct kernel *kernel = context;

    kernel->leaf = leaf;
    kernel->n_leaves++;
    *ret_dirfd = -1;
    return 0;
}

static int fake_leaf_move(struct cgroup_leaf leaf, pid_t pid, void *context)
{
    struct kernel *kernel = context;

    kernel->leaf_pid = pid;
    kernel->leaf_populated = true;
    return 0;
}

static int fake_leaf_remove(struct cgroup_leaf leaf, void *context)
{
    struct kernel *kernel = context;

    if (kernel->leaf_populated)
        return -EBUSY;
    kernel->n_leaves--;
    return 0;
}

static void fake_session_remove(uint64_t session, void *context)
{
    ((struct kernel *)context)->removed_session = session;
}

static void add_process(struct fixture *f, pid_t pid, pid_t ppid, uid_t uid)
{
    f->kernel.processes[f->kernel.n_processes++] = (struct process_info){
        .pid = pid, .ppid = ppid, .uid = uid, .euid = uid, .start_time = (uint64_t)pid * 100
    };
}

static struct fixture *make(bool has_leaves)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct authority_spec spec = { .machine = test_machine(),
                                   .machine_name = "MACHINE",
                                   .boot_id = TEST_BOOT_ID,
                                   .own = { .uid = OWN_UID, .gid = OWN_UID },
                                   .enforces_identity = has_leaves };

    assert_non_null(f);
    test_dir_make(&f->dir);
    spec.state_dirfd = f->dir.fd;
    spec.system = (struct process_system){ .info = fake_info,
                                           .has_leaves = has_leaves,
                                           .leaf_of = fake_leaf_of,
                                           .origin_of = fake_origin_of,
                                           .leaf_make = fake_leaf_make,
                                           .leaf_move = fake_leaf_move,
                                           .leaf_remove = fake_leaf_remove,
                                           .session_remove = fake_session_remove,
                                           .context = &f->kernel };
    assert_ok(authority_new(&f->authority, &spec));
    test_policy_load(f->authority->policy);
    add_process(f, SHELL, 1, OWN_UID);
    add_process(f, CHILD, SHELL, OWN_UID);
    add_process(f, GRANDCHILD, CHILD, OWN_UID);
    add_process(f, LEAF_PROCESS, SHELL, USER);
    return f;
}

static int with_leaves(void **state)
{
    *state = make(true);
    return 0;
}

static int without_leaves(void **state)
{
    *state = make(false);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    authority_shut_down(f->authority);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
    assert_int_equal(f->kernel.n_leaves, 0);
    authority_free(f->authority);
    test_dir_remove(&f->dir);
    free(f);
    return 0;
}

static struct process_origin resolve(struct fixture *f, pid_t pid)
{
    struct process_origin origin = { 0 };

    assert_ok(process_table_resolve(f->authority->processes, pid, &origin));
    return origin;
}

static ProcessRecord *record(struct fixture *f, pid_t pid)
{
    const struct process_origin origin = resolve(f, pid);
    ProcessRecord *made = NULL;

    assert_ok(process_table_add(f->authority->processes, &made, &origin, process_open(getpid())));
    return made;
}

static void add_service(struct fixture *f, uint32_t uid)
{
    const struct logon_identity identity = { .user = test_user(uid),
                                             .primary_group = test_group(uid) };

    assert_ok(authority_add_service(f->authority, uid, "user", &identity, 1));
}

/* A session of USER with one token. */
static Token *log_on(struct fixture *f)
{
    const struct logon_identity identity = { .user = test_user(USER),
                                             .primary_group = test_group(USER) };
    Session *session = NULL;
    Token *token = NULL;
    uint64_t luid = 0;

    assert_ok(luid_take(f->authority->luids, 1, &luid));
    assert_ok(authority_create_session(f->authority, &session, luid, 1));
    const struct authority_logon logon = { .session = session,
                                           .identity = &identity,
                                           .facts = &test_facts,
                                           .logon_type = 2,
                                           .origin = SESSION_SYSTEM };
    assert_ok(authority_complete_logon(f->authority, &token, &logon));
    session_unref(session);
    return token;
}

static PreparedProcess *prepare(struct fixture *f, const Token *token, uint32_t uid)
{
    const struct prepared_spec spec = {
        .token = token, .uid = uid, .caller_uid = OWN_UID, .caller_pid = SHELL
    };
    PreparedProcess *prepared = NULL;
    int dirfd = -1;

    assert_ok(prepared_process_new(&prepared, f->authority->leaves, &spec, &dirfd));
    return prepared;
}

static void the_own_uid_is_system_and_another_needs_an_account(void **state)
{
    struct fixture *f = *state;
    struct process_origin origin;

    assert_int_equal(resolve(f, SHELL).basis, PROCESS_SYSTEM);
    assert_int_equal(resolve(f, LEAF_PROCESS).basis, PROCESS_NO_ACCOUNT);
    assert_status(process_table_resolve(f->authority->processes, 99, &origin), STATUS_INVALID_CID);
}

static void each_process_has_a_token_of_its_own(void **state)
{
    struct fixture *f = *state;
    ProcessRecord *shell = record(f, SHELL);
    ProcessRecord *child = record(f, CHILD);

    assert_true(token_id(shell->token) != token_id(child->token));
    assert_int_equal(resolve(f, SHELL).basis, PROCESS_RECORDED);
    assert_ptr_equal(resolve(f, SHELL).token, shell->token);
}

static void a_pid_that_passed_on_is_another_process(void **state)
{
    struct fixture *f = *state;

    (void)record(f, SHELL);
    f->kernel.processes[0].start_time++;
    assert_int_equal(resolve(f, SHELL).basis, PROCESS_SYSTEM);
    assert_null(process_table_find(f->authority->processes, SHELL));
}

/* Who acts for a client on its first thread looks like it to whoever asks the kernel. */
static void the_authoritys_user_is_what_it_is_until_its_real_uid_changes(void **state)
{
    struct fixture *f = *state;

    (void)record(f, SHELL);
    f->kernel.processes[0].euid = USER;
    assert_int_equal(resolve(f, SHELL).basis, PROCESS_RECORDED);
    f->kernel.processes[0].uid = USER;
    assert_int_equal(resolve(f, SHELL).basis, PROCESS_NO_ACCOUNT);
    assert_null(process_table_find(f->authority->processes, SHELL));
}

static void a_child_inherits_where_there_are_no_cgroups(void **state)
{
    struct fixture *f = *state;
    Token *token = log_on(f);
    PreparedProcess *prepared = prepare(f, token, OWN_UID);
    ProcessRecord *made = NULL;

    /* The child is one that really lives, since its end is watched. */
    f->kernel.processes[1].pid = getpid();
    f->kernel.processes[2].ppid = getpid();
    assert_ok(prepared_process_started(prepared, f->authority->processes, &f->authority->system,
                                       getpid(), &made));
    assert_non_null(made);
    prepared_process_free(prepared);
    token_unref(token);
    assert_int_equal(resolve(f, GRANDCHILD).basis, PROCESS_INHERITED);
    assert_ptr_equal(token_session(resolve(f, GRANDCHILD).token), token_session(made->token));
    f->kernel.processes[2].euid = USER; /* one that changed its uid does not */
    assert_int_equal(resolve(f, GRANDCHILD).basis, PROCESS_NO_ACCOUNT);
    assert_int_equal(session_store_size(f->authority->sessions), 5);
    process_table_end(f->authority->processes, made);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
}

static void an_implicit_session_ends_with_its_last_process(void **state)
{
    struct fixture *f = *state;
    ProcessRecord *made;

    add_service(f, USER);
    assert_int_equal(session_store_size(f->authority->sessions), 5);
    made = record(f, LEAF_PROCESS);
    process_table_drop_unused_service(f->authority->processes, USER);
    assert_int_equal(session_store_size(f->authority->sessions), 5);
    process_table_end(f->authority->processes, made);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
    add_service(f, USER);
    process_table_drop_unused_service(f->authority->processes, USER);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
}

/* What the kernel tells when a leaf gets its first process or loses its last one. */
static void leaf_changes(struct fixture *f, bool is_populated)
{
    f->kernel.leaf_populated = is_populated;
    f->kernel.leaf_pid = is_populated ? LEAF_PROCESS : 0;
    prepared_process_leaf_changed(f->authority->leaves, f->kernel.leaf);
}

static void a_leaf_keeps_the_session_while_it_is_populated(void **state)
{
    struct fixture *f = *state;
    Token *token = log_on(f);
    uint64_t session = session_luid(token_session(token));

    (void)prepare(f, token, USER);
    token_unref(token);
    assert_int_equal(session_store_size(f->authority->sessions), 5);
    leaf_changes(f, true);
    assert_int_equal(resolve(f, LEAF_PROCESS).basis, PROCESS_LEAF);
    assert_int_equal(session_store_size(f->authority->sessions), 5);
    f->kernel.processes[3].euid = 0; /* a set-uid program */
    assert_int_equal(resolve(f, LEAF_PROCESS).basis, PROCESS_NO_ACCOUNT);
    leaf_changes(f, false);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
    assert_int_equal(f->kernel.n_leaves, 0);
    assert_true(f->kernel.removed_session == session);
}

static void a_process_that_ends_before_anybody_looks_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    Token *token = log_on(f);

    (void)prepare(f, token, USER);
    token_unref(token);
    leaf_changes(f, false);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
    assert_int_equal(f->kernel.n_leaves, 0);
}

static void one_that_left_the_leaf_is_known_by_its_origin(void **state)
{
    struct fixture *f = *state;
    Token *token = log_on(f);
    const Session *session = token_session(token);
    struct process_place place;

    (void)prepare(f, token, USER);
    token_unref(token);
    leaf_changes(f, true);
    f->kernel.leaf_pid = 0; /* root moved it out; another is in the leaf still */
    f->kernel.tracked_pid = LEAF_PROCESS;
    assert_int_equal(resolve(f, LEAF_PROCESS).basis, PROCESS_TRACKER);
    assert_ptr_equal(token_session(resolve(f, LEAF_PROCESS).token), session);
    f->kernel.processes[3].euid = 0; /* a set-uid program: in the session, but not its user */
    assert_int_equal(resolve(f, LEAF_PROCESS).basis, PROCESS_NO_ACCOUNT);
    assert_ok(process_table_place_of_pid(f->authority->processes, LEAF_PROCESS, &place));
    assert_int_equal(place.basis, PROCESS_TRACKER);
    assert_ptr_equal(place.session, session);
    leaf_changes(f, false);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
    assert_int_equal(resolve(f, LEAF_PROCESS).basis,
                     PROCESS_NO_ACCOUNT); /* the session has ended */
}

static void one_that_is_moved_to_the_leaf_is_in_it(void **state)
{
    struct fixture *f = *state;
    Token *token = log_on(f);
    PreparedProcess *prepared = prepare(f, token, USER);
    ProcessRecord *made = NULL;

    assert_ok(prepared_process_started(prepared, f->authority->processes, &f->authority->system,
                                       LEAF_PROCESS, &made));
    assert_null(made);
    prepared_process_free(prepared);
    token_unref(token);
    assert_int_equal(resolve(f, LEAF_PROCESS).basis, PROCESS_LEAF);
    leaf_changes(f, false);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
}

static void a_process_that_was_never_started_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    Token *token = log_on(f);
    PreparedProcess *prepared = prepare(f, token, USER);

    token_unref(token);
    assert_int_equal(f->kernel.n_leaves, 1);
    prepared_process_free(prepared);
    assert_int_equal(f->kernel.n_leaves, 0);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
}

static void only_ones_own_children_are_taken_in(void **state)
{
    struct fixture *f = *state;
    Token *token = log_on(f);
    PreparedProcess *prepared = prepare(f, token, USER);
    ProcessRecord *made = NULL;

    assert_status(prepared_process_started(prepared, f->authority->processes, &f->authority->system,
                                           GRANDCHILD, &made),
                  STATUS_ACCESS_DENIED);
    f->kernel.processes[3].uid = 4711;
    assert_status(prepared_process_started(prepared, f->authority->processes, &f->authority->system,
                                           LEAF_PROCESS, &made),
                  STATUS_ACCESS_DENIED);
    assert_status(prepared_process_started(prepared, f->authority->processes, &f->authority->system,
                                           99, &made),
                  STATUS_INVALID_CID);
    prepared_process_free(prepared);
    token_unref(token);
}

static void starting_as_another_user_needs_two_privileges(void **state)
{
    struct fixture *f = *state;
    Token *token = log_on(f);
    Token *other = log_on(f);
    const token_image *system = token_peek_image(f->authority->system_token);

    assert_ok(prepared_process_allowed(token_peek_image(token), system));
    assert_ok(prepared_process_allowed(token_peek_image(token), token_peek_image(token)));
    assert_status(prepared_process_allowed(system, token_peek_image(token)),
                  STATUS_PRIVILEGE_NOT_HELD);
    assert_status(prepared_process_allowed(token_peek_image(other), token_peek_image(token)),
                  STATUS_PRIVILEGE_NOT_HELD);
    token_unref(other);
    token_unref(token);
}

/* Tokens of one session are not all alike. */
static void a_lowered_process_starts_others_as_low_as_it_is(void **state)
{
    static const uint32_t rid = SECURITY_MANDATORY_LOW_RID;
    struct fixture *f = *state;
    Token *medium = log_on(f);
    Token *own = NULL, *lower = NULL;
    sid_buffer low;

    assert_ok(token_duplicate(&own, medium));
    assert_ok(token_duplicate(&lower, medium));
    assert_ok(sid_make(&low, 16, 1, &rid));
    assert_ok(
        token_set(lower, token_setting_find(TokenIntegrityLevel), &low, sid_length(&low.sid)));
    assert_ok(prepared_process_allowed(token_peek_image(lower), token_peek_image(own)));
    assert_ok(prepared_process_allowed(token_peek_image(medium), token_peek_image(own)));
    assert_ok(token_set(own, token_setting_find(TokenIntegrityLevel), &low, sid_length(&low.sid)));
    assert_ok(prepared_process_allowed(token_peek_image(lower), token_peek_image(own)));
    assert_ok(prepared_process_allowed(token_peek_image(own), token_peek_image(own)));
    assert_status(prepared_process_allowed(token_peek_image(medium), token_peek_image(own)),
                  STATUS_PRIVILEGE_NOT_HELD);
    token_unref(lower);
    token_unref(own);
    token_unref(medium);
}

static void session_data_is_for_its_user_and_administrators(void **state)
{
    struct fixture *f = *state;
    Token *token = log_on(f);
    Session *system = NULL;

    assert_ok(session_store_find(f->authority->sessions, SESSION_SYSTEM, &system));
    assert_true(authority_may_query(token_session(token), token_peek_image(token)));
    assert_false(authority_may_query(system, token_peek_image(token)));
    assert_true(
        authority_may_query(token_session(token), token_peek_image(f->authority->system_token)));
    token_unref(token);
}

static void packages_may_not_invent_luids(void **state)
{
    struct fixture *f = *state;
    Session *session = NULL;

    assert_status(authority_create_session(f->authority, &session, UINT64_MAX, 1),
                  STATUS_INVALID_PARAMETER);
    assert_status(authority_create_session(f->authority, &session, SESSION_SYSTEM, 1),
                  STATUS_LOGON_SESSION_COLLISION);
    assert_status(authority_create_session(f->authority, &session, 0x3e3, 1),
                  STATUS_INVALID_PARAMETER);
}

#define TEST(function, set_up) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_own_uid_is_system_and_another_needs_an_account, with_leaves),
        TEST(each_process_has_a_token_of_its_own, with_leaves),
        TEST(a_pid_that_passed_on_is_another_process, with_leaves),
        TEST(the_authoritys_user_is_what_it_is_until_its_real_uid_changes, with_leaves),
        TEST(a_child_inherits_where_there_are_no_cgroups, without_leaves),
        TEST(an_implicit_session_ends_with_its_last_process, with_leaves),
        TEST(a_leaf_keeps_the_session_while_it_is_populated, with_leaves),
        TEST(a_process_that_ends_before_anybody_looks_leaves_nothing, with_leaves),
        TEST(one_that_is_moved_to_the_leaf_is_in_it, with_leaves),
        TEST(one_that_left_the_leaf_is_known_by_its_origin, with_leaves),
        TEST(a_process_that_was_never_started_leaves_nothing, with_leaves),
        TEST(only_ones_own_children_are_taken_in, with_leaves),
        TEST(starting_as_another_user_needs_two_privileges, without_leaves),
        TEST(a_lowered_process_starts_others_as_low_as_it_is, without_leaves),
        TEST(session_data_is_for_its_user_and_administrators, without_leaves),
        TEST(packages_may_not_invent_luids, without_leaves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
