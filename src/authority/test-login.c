/* SPDX-License-Identifier: MIT */
/* The rules about logins, with a kernel that the tests make up. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authority/linked.h"
#include "authority/test-support.h"

#include <ntsecapi.h>

/* Of processes whose end is watched only the test's own is real: it leads the logins. */
enum { ROOT = 0, ALICE = 1000, BOB = 1001, SHELL = 2000000001, SU, OUTSIDE, ORPHAN };

enum { PROCESSES_MAX = 8, LEAVES_MAX = 8 };

struct fake_process {
    struct process_info info;
    struct cgroup_leaf leaf; /* all zeros: in none */
    uint32_t audit_session;  /* 0: none */
};

struct fake_leaf {
    struct cgroup_leaf name;
    char below[64]; /* empty: in the tree */
};

struct kernel {
    struct fake_process processes[PROCESSES_MAX];
    size_t n_processes;
    struct fake_leaf leaves[LEAVES_MAX];
    size_t n_leaves;
    int place; /* what place_of() returns: 1, 0 or an error */
    char moved_to[64];
};

struct fixture {
    struct test_dir dir;
    struct kernel kernel;
    Authority *authority;
    pid_t leader;
    uint64_t placed; /* where the leader of the last login was, as it was told */
};

static struct fake_process *find(struct kernel *kernel, pid_t pid)
{
    for (size_t i = 0; i < kernel->n_processes; i++) {
        if (kernel->processes[i].info.pid == pid)
            return &kernel->processes[i];
    }
    return NULL;
}

static int fake_info(pid_t pid, struct process_info *ret, void *context)
{
    const struct fake_process *process = find(context, pid);

    if (!process)
        return -ESRCH;
    *ret = process->info;
    return 0;
}

static int fake_audit_session(pid_t pid, uint32_t *ret, void *context)
{
    const struct fake_process *process = find(context, pid);

    if (!process)
        return -ESRCH;
    *ret = process->audit_session;
    return process->audit_session ? 0 : -ENODATA;
}

static int fake_leaf_of(pid_t pid, struct cgroup_leaf *ret, void *context)
{
    const struct fake_process *process = find(context, pid);

    if (!process)
        return -ESRCH;
    *ret = process->leaf;
    return process->leaf.session ? 0 : -ENOENT;
}

static int fake_leaf_make(struct cgroup_leaf leaf, const char *below, int *ret_dirfd, void *context)
{
    struct kernel *kernel = context;
    struct fake_leaf *made = &kernel->leaves[kernel->n_leaves++];

    made->name = leaf;
    (void)snprintf(made->below, sizeof(made->below), "%s", below ? below : "");
    *ret_dirfd = -1;
    return 0;
}

static int fake_leaf_move(struct cgroup_leaf leaf, pid_t pid, void *context)
{
    struct fake_process *process = find(context, pid);

    if (!process)
        return -ESRCH;
    process->leaf = leaf;
    return 0;
}

static bool same(struct cgroup_leaf a, struct cgroup_leaf b)
{
    return a.session == b.session && a.token == b.token;
}

static int fake_leaf_remove(struct cgroup_leaf leaf, void *context)
{
    struct kernel *kernel = context;

    for (size_t i = 0; i < kernel->n_processes; i++) {
        if (same(kernel->processes[i].leaf, leaf))
            return -EBUSY;
    }
    for (size_t i = 0; i < kernel->n_leaves; i++) {
        if (same(kernel->leaves[i].name, leaf)) {
            kernel->leaves[i] = kernel->leaves[--kernel->n_leaves];
            return 0;
        }
    }
    return -ENOENT;
}

static int fake_place_of(pid_t pid, char **ret, void *context)
{
    const struct kernel *kernel = context;

    if (kernel->place < 0)
        return kernel->place;
    *ret = strdup("/home.scope");
    return kernel->place;
}

static int fake_move_to(const char *group, pid_t pid, void *context)
{
    struct kernel *kernel = context;

    (void)snprintf(kernel->moved_to, sizeof(kernel->moved_to), "%s", group);
    find(kernel, pid)->leaf = (struct cgroup_leaf){ 0 };
    return 0;
}

static void fake_session_remove(uint64_t session, void *context)
{
}

static struct fake_process *add_process(struct fixture *f, pid_t pid, pid_t ppid, uid_t uid)
{
    struct fake_process *process = &f->kernel.processes[f->kernel.n_processes++];

    process->info = (struct process_info){
        .pid = pid, .ppid = ppid, .uid = uid, .euid = uid, .start_time = f->kernel.n_processes
    };
    return process;
}

static struct fixture *make(bool has_leaves)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct authority_spec spec = { .machine = test_machine(),
                                   .machine_name = "MACHINE",
                                   .boot_id = TEST_BOOT_ID,
                                   .own = { .uid = ROOT, .gid = ROOT },
                                   .enforces_identity = true };

    assert_non_null(f);
    test_dir_make(&f->dir);
    f->leader = getpid();
    f->kernel.place = 1;
    spec.state_dirfd = f->dir.fd;
    spec.system = (struct process_system){ .info = fake_info,
                                           .audit_session = fake_audit_session,
                                           .has_leaves = has_leaves,
                                           .leaf_of = fake_leaf_of,
                                           .leaf_make = fake_leaf_make,
                                           .leaf_move = fake_leaf_move,
                                           .leaf_remove = fake_leaf_remove,
                                           .place_of = fake_place_of,
                                           .move_to = fake_move_to,
                                           .session_remove = fake_session_remove,
                                           .context = &f->kernel };
    assert_ok(authority_new(&f->authority, &spec));
    test_policy_load(f->authority->policy);
    (void)add_process(f, f->leader, 1, ROOT);
    (void)add_process(f, SHELL, f->leader, ALICE);
    (void)add_process(f, SU, SHELL, ROOT);
    (void)add_process(f, OUTSIDE, 1, ALICE);
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

static void on_placed(uint64_t outer, void *context)
{
    struct fixture *f = context;

    f->placed = outer;
}

static nt_status try_open(struct fixture *f, Login **ret, uint32_t uid, uint32_t rule, bool enforce)
{
    const struct logon_identity identity = { .user = test_user(uid),
                                             .primary_group = test_group(uid) };
    const struct login_spec spec = { .facts = { "sshd", "ssh", "192.0.2.7", "" },
                                     .user = "alice",
                                     .identity = &identity,
                                     .leader = f->leader,
                                     .rule = rule,
                                     .enforce_rights = enforce,
                                     .logon_time = 77,
                                     .placed = on_placed,
                                     .context = f };

    return login_open(f->authority, ret, &spec);
}

static Login *open_login(struct fixture *f, uint32_t uid, uint32_t rule)
{
    Login *login = NULL;

    assert_ok(try_open(f, &login, uid, rule, false));
    return login;
}

static struct process_place place_of(struct fixture *f, pid_t pid)
{
    struct process_place place = { 0 };

    assert_ok(process_table_place_of_pid(f->authority->processes, pid, &place));
    return place;
}

static struct process_origin origin_of(struct fixture *f, pid_t pid)
{
    struct process_origin origin = { 0 };

    assert_ok(process_table_resolve(f->authority->processes, pid, &origin));
    return origin;
}

static void assert_in(struct fixture *f, pid_t pid, const Login *login, enum process_basis basis)
{
    const struct process_place place = place_of(f, pid);

    assert_int_equal(place.basis, basis);
    assert_int_equal(session_luid(place.session), login->node.id);
}

/* The processes of a leaf have ended. */
static void end_leaf(struct fixture *f, struct cgroup_leaf name)
{
    for (size_t i = 0; i < f->kernel.n_processes; i++) {
        if (same(f->kernel.processes[i].leaf, name))
            f->kernel.processes[i].leaf = (struct cgroup_leaf){ 0 };
    }
    prepared_process_leaf_changed(f->authority->leaves, name);
}

/* --- types ------------------------------------------------------------------------------------ */

static void rules_have_names(void **state)
{
    uint32_t rule = 0;

    assert_true(login_rule_parse("remoteinteractive", &rule));
    assert_int_equal(rule, RemoteInteractive);
    assert_true(login_rule_parse("caller", &rule));
    assert_int_equal(rule, LOGIN_RULE_CALLER);
    assert_false(login_rule_parse("NewCredentials", &rule));
    assert_false(login_rule_parse("", &rule));
    assert_int_equal(login_rule_of("sshd"), LOGIN_RULE_REMOTE);
    assert_int_equal(login_rule_of("ssh"), Service);
    assert_int_equal(login_rule_of(""), Service);
}

static void a_rule_gives_a_type(void **state)
{
    static const struct {
        uint32_t rule;
        const char *tty;
        uint32_t callers, type;
    } cases[] = {
        { Batch, "tty1", Interactive, Batch },
        { LOGIN_RULE_REMOTE, "ssh", 0, RemoteInteractive },
        { LOGIN_RULE_REMOTE, "", Interactive, Network },
        { LOGIN_RULE_CALLER, "", Interactive, Interactive },
        { LOGIN_RULE_CALLER, "", Batch, Batch },
        { LOGIN_RULE_CALLER, "", UndefinedLogonType, Service },
        { LOGIN_RULE_CALLER, "", NewCredentials, Interactive },
        { LOGIN_RULE_CALLER, "", CachedUnlock, Service },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(login_type_decide(cases[i].rule, cases[i].tty, cases[i].callers),
                         cases[i].type);
}

/* --- with control groups ---------------------------------------------------------------------- */

static void a_login_has_a_leaf_where_its_leader_was(void **state)
{
    struct fixture *f = *state;
    const Login *login = open_login(f, ALICE, LOGIN_RULE_REMOTE);
    struct session_facts facts;

    assert_int_equal(f->kernel.n_leaves, 1);
    assert_string_equal(f->kernel.leaves[0].below, "/home.scope");
    assert_in(f, f->leader, login, PROCESS_LEAF);
    session_read_facts(place_of(f, f->leader).session, &facts);
    assert_int_equal(facts.logon_type, RemoteInteractive);
    assert_int_equal(facts.logon_time, 77);
    assert_int_equal(facts.uid, ALICE);
    assert_string_equal(facts.domain, "MACHINE");
    /* Who let the user in does not become the user. */
    assert_int_equal(origin_of(f, f->leader).basis, PROCESS_SYSTEM);
    find(&f->kernel, SHELL)->leaf = f->kernel.leaves[0].name;
    assert_in(f, SHELL, login, PROCESS_LEAF);
    assert_int_equal(origin_of(f, SHELL).basis, PROCESS_LEAF);
    end_leaf(f, f->kernel.leaves[0].name);
}

static void in_the_root_group_the_leaf_is_in_the_tree(void **state)
{
    struct fixture *f = *state;

    f->kernel.place = 0;
    (void)open_login(f, ALICE, Interactive);
    assert_string_equal(f->kernel.leaves[0].below, "");
    end_leaf(f, f->kernel.leaves[0].name);
}

static void closing_takes_who_says_so_back(void **state)
{
    struct fixture *f = *state;
    Login *login = open_login(f, ALICE, Interactive);
    struct cgroup_leaf name = f->kernel.leaves[0].name;
    uint64_t luid = login->node.id;

    find(&f->kernel, SHELL)->leaf = name;
    login_close(f->authority->logins, login, OUTSIDE); /* is not in it */
    assert_string_equal(f->kernel.moved_to, "");
    login_close(f->authority->logins, login, f->leader);
    assert_string_equal(f->kernel.moved_to, "/home.scope");
    assert_int_equal(place_of(f, f->leader).basis, PROCESS_SYSTEM);
    assert_in(f, SHELL, login, PROCESS_LEAF);
    assert_int_equal(session_store_size(f->authority->sessions), 5);
    end_leaf(f, name);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
    assert_null(login_table_find(f->authority->logins, luid));
}

static void a_login_within_has_its_outer_ones_type_and_origin(void **state)
{
    struct fixture *f = *state;
    const Login *outer = open_login(f, ALICE, RemoteInteractive);
    uint64_t placed_first = f->placed;
    const Login *inner = open_login(f, BOB, LOGIN_RULE_CALLER);
    struct session_facts facts;

    assert_int_equal(placed_first, SESSION_SYSTEM);
    assert_int_equal(f->placed, outer->node.id);
    session_read_facts(place_of(f, f->leader).session, &facts);
    assert_int_equal(facts.logon_type, RemoteInteractive);
    find(&f->kernel, SHELL)->leaf = f->kernel.leaves[1].name;
    assert_in(f, SHELL, inner, PROCESS_LEAF);
    find(&f->kernel, SHELL)->info.uid = BOB;
    find(&f->kernel, SHELL)->info.euid = BOB;
    assert_int_equal(token_image_origin_id(token_peek_image(origin_of(f, SHELL).token)),
                     outer->node.id);
    end_leaf(f, f->kernel.leaves[1].name);
    end_leaf(f, f->kernel.leaves[0].name);
}

static void the_audit_session_tells_who_left_the_leaf(void **state)
{
    struct fixture *f = *state;
    const Login *login;

    find(&f->kernel, f->leader)->audit_session = 7;
    login = open_login(f, ALICE, Interactive);
    assert_int_equal(login->audit_session, 7);
    assert_int_equal(place_of(f, OUTSIDE).basis, PROCESS_NO_ACCOUNT);
    find(&f->kernel, OUTSIDE)->audit_session = 7;
    assert_in(f, OUTSIDE, login, PROCESS_AUDIT);
    assert_int_equal(origin_of(f, OUTSIDE).basis, PROCESS_AUDIT);
    /* Another uid is in the session, but does not get its token. */
    find(&f->kernel, OUTSIDE)->info.euid = BOB;
    assert_in(f, OUTSIDE, login, PROCESS_AUDIT);
    assert_int_equal(origin_of(f, OUTSIDE).basis, PROCESS_NO_ACCOUNT);
    /* One that nobody reported says nothing. */
    find(&f->kernel, OUTSIDE)->audit_session = 8;
    assert_int_equal(place_of(f, OUTSIDE).basis, PROCESS_NO_ACCOUNT);
    end_leaf(f, f->kernel.leaves[0].name);
}

static void the_outer_login_keeps_the_audit_session(void **state)
{
    struct fixture *f = *state;

    find(&f->kernel, f->leader)->audit_session = 7;
    assert_int_equal(open_login(f, ALICE, Interactive)->audit_session, 7);
    assert_int_equal(open_login(f, BOB, LOGIN_RULE_CALLER)->audit_session, 0);
    end_leaf(f, f->kernel.leaves[1].name);
    end_leaf(f, f->kernel.leaves[0].name);
}

/* The leaf has the filtered token: the full one is had by elevation only. */
static void an_administrators_login_is_two_sessions(void **state)
{
    struct fixture *f = *state;
    sid_buffer administrators;
    SID_AND_ATTRIBUTES group = { .Sid = (PSID)(uintptr_t)test_sid(&administrators, "S-1-5-32-544"),
                                 .Attributes = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT |
                                               SE_GROUP_ENABLED };
    const struct logon_identity identity = { .user = test_user(ALICE),
                                             .groups = &group,
                                             .n_groups = 1,
                                             .primary_group = test_group(ALICE) };
    const struct login_spec spec = { .facts = { "login", "tty1", "", "" },
                                     .user = "alice",
                                     .identity = &identity,
                                     .leader = f->leader,
                                     .rule = Interactive,
                                     .logon_time = 77 };
    Login *login = NULL;
    Session *session;

    assert_ok(login_open(f->authority, &login, &spec));
    assert_int_equal(session_store_size(f->authority->sessions), 6);
    session = place_of(f, f->leader).session;
    assert_int_equal(session_luid(session), login->node.id);
    assert_int_equal(linked_kind(session), TokenElevationTypeLimited);
    end_leaf(f, f->kernel.leaves[0].name);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
}

static void rights_are_heeded_where_that_is_said(void **state)
{
    struct fixture *f = *state;
    Login *login = NULL;

    /* Who is no administrator may not log on remotely. */
    assert_status(try_open(f, &login, ALICE, RemoteInteractive, true),
                  STATUS_LOGON_TYPE_NOT_GRANTED);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
    assert_int_equal(f->kernel.n_leaves, 0);
    assert_ok(try_open(f, &login, ALICE, Network, true));
    end_leaf(f, f->kernel.leaves[0].name);
}

static void a_leader_that_is_no_more_gets_no_login(void **state)
{
    struct fixture *f = *state;
    Login *login = NULL;

    f->leader = ORPHAN;
    assert_status(try_open(f, &login, ALICE, Interactive, false), STATUS_INVALID_CID);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
}

static void what_has_ended_is_where_its_parent_is(void **state)
{
    struct fixture *f = *state;
    const Login *login = open_login(f, ALICE, Interactive);
    struct fake_process *orphan = add_process(f, ORPHAN, SHELL, BOB);

    find(&f->kernel, SHELL)->leaf = f->kernel.leaves[0].name;
    assert_int_equal(place_of(f, ORPHAN).basis, PROCESS_NO_ACCOUNT);
    orphan->info.has_ended = true;
    assert_in(f, ORPHAN, login, PROCESS_INHERITED);
    end_leaf(f, f->kernel.leaves[0].name);
}

static void threads_of_the_kernel_are_systems(void **state)
{
    struct fixture *f = *state;

    find(&f->kernel, OUTSIDE)->info.is_kernel = true;
    assert_int_equal(place_of(f, OUTSIDE).basis, PROCESS_SYSTEM);
    assert_int_equal(session_luid(place_of(f, OUTSIDE).session), SESSION_SYSTEM);
}

static void descendants_are_gathered_from_where_the_leader_was(void **state)
{
    struct fixture *f = *state;
    const Login *login = open_login(f, ALICE, Interactive);
    struct process_info all[PROCESSES_MAX];
    const struct process_list list = { all, f->kernel.n_processes };

    for (size_t i = 0; i < f->kernel.n_processes; i++)
        all[i] = f->kernel.processes[i].info;
    login_gather(f->authority->logins, login, &list);
    assert_in(f, SHELL, login, PROCESS_LEAF);
    assert_in(f, SU, login, PROCESS_LEAF);
    assert_int_equal(place_of(f, OUTSIDE).basis, PROCESS_NO_ACCOUNT);
    end_leaf(f, f->kernel.leaves[0].name);
}

/* --- without ---------------------------------------------------------------------------------- */

static void without_leaves_descent_tells(void **state)
{
    struct fixture *f = *state;
    Login *login = open_login(f, ALICE, Interactive);

    assert_in(f, f->leader, login, PROCESS_INHERITED);
    assert_in(f, SHELL, login, PROCESS_INHERITED);
    assert_in(f, SU, login, PROCESS_INHERITED);
    assert_int_equal(origin_of(f, SHELL).basis, PROCESS_INHERITED);
    assert_int_equal(origin_of(f, SU).basis, PROCESS_SYSTEM); /* is root, not alice */
    assert_int_equal(place_of(f, OUTSIDE).basis, PROCESS_NO_ACCOUNT);
    login_close(f->authority->logins, login, f->leader);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
    assert_int_equal(place_of(f, SHELL).basis, PROCESS_NO_ACCOUNT);
}

static void a_number_that_passed_on_is_no_ancestor(void **state)
{
    struct fixture *f = *state;
    Login *login = open_login(f, ALICE, Interactive);

    find(&f->kernel, f->leader)->info.start_time = 100; /* younger than its supposed child */
    assert_int_equal(place_of(f, SHELL).basis, PROCESS_NO_ACCOUNT);
    login_leader_ended(f->authority->logins, login);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
}

static void a_group_in_others_hands_is_done_without(void **state)
{
    struct fixture *f = *state;
    Login *login;

    f->kernel.place = -EPERM;
    login = open_login(f, ALICE, Service);
    assert_int_equal(f->kernel.n_leaves, 0);
    assert_in(f, SHELL, login, PROCESS_INHERITED);
    login_leader_ended(f->authority->logins, login);
    assert_int_equal(session_store_size(f->authority->sessions), 4);
}

int main(void)
{
#define WITH(test)    cmocka_unit_test_setup_teardown(test, with_leaves, tear_down)
#define WITHOUT(test) cmocka_unit_test_setup_teardown(test, without_leaves, tear_down)
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_have_names),
        cmocka_unit_test(a_rule_gives_a_type),
        WITH(a_login_has_a_leaf_where_its_leader_was),
        WITH(in_the_root_group_the_leaf_is_in_the_tree),
        WITH(closing_takes_who_says_so_back),
        WITH(a_login_within_has_its_outer_ones_type_and_origin),
        WITH(the_audit_session_tells_who_left_the_leaf),
        WITH(the_outer_login_keeps_the_audit_session),
        WITH(an_administrators_login_is_two_sessions),
        WITH(rights_are_heeded_where_that_is_said),
        WITH(a_leader_that_is_no_more_gets_no_login),
        WITH(what_has_ended_is_where_its_parent_is),
        WITH(threads_of_the_kernel_are_systems),
        WITH(descendants_are_gathered_from_where_the_leader_was),
        WITHOUT(without_leaves_descent_tells),
        WITHOUT(a_number_that_passed_on_is_no_ancestor),
        WITH(a_group_in_others_hands_is_done_without),
    };

    return cmocka_run_group_tests_name("login", tests, NULL, NULL);
}
