/* SPDX-License-Identifier: MIT */
#include "authority/login.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <windows.h>
#include <ntsecapi.h>

#include "authority/authority.h"
#include "authority/journal_record.h"
#include "base/filetime.h"
#include "base/log.h"

enum { ANCESTORS_MAX = 64 };

struct LoginTable {
    struct login_table_spec spec;
    struct id_map logins;
    size_t n_audit_sessions, n_held;
    void (*unwatch)(Login *login, void *context);
    void *unwatch_context;
};

/* --- the table -------------------------------------------------------------------------------- */

static uint64_t login_encode(const struct journal_item *item, struct writer *out)
{
    const Login *login =
        (const Login *)(const void *)((const char *)item - offsetof(Login, journal));
    const struct login_state_record stored = { .session = login->node.id,
                                               .token = login->token,
                                               .leader_start = login->leader_start,
                                               .leader = (uint32_t)login->leader,
                                               .uid = login->uid,
                                               .audit_session = login->audit_session,
                                               .is_held = login->held != NULL,
                                               .service = login->facts.service,
                                               .tty = login->facts.tty,
                                               .remote_host = login->facts.remote_host,
                                               .remote_user = login->facts.remote_user,
                                               .home = login->home };

    login_state_record_encode(&stored, out);
    return login->record;
}

/* The token last: with it the session may end, and the login with it. */
static void release(LoginTable *table, Login *login)
{
    Token *held = TAKE(login->held);

    if (login->watch)
        table->unwatch(login, table->unwatch_context);
    if (login->leader_pidfd >= 0)
        (void)close(login->leader_pidfd);
    login->leader_pidfd = -1;
    if (!held)
        return;
    table->n_held--;
    token_unref(held);
}

static void login_free(Login *login)
{
    if (login) {
        free((char *)(uintptr_t)login->facts.service);
        free((char *)(uintptr_t)login->facts.tty);
        free((char *)(uintptr_t)login->facts.remote_host);
        free((char *)(uintptr_t)login->facts.remote_user);
        free(login->home);
    }
    free(login);
}
DEFINE_CLEANUP(Login *, login_free);

static void login_end(LoginTable *table, Login *login)
{
    id_map_remove(&table->logins, &login->node);
    if (login->audit_session)
        table->n_audit_sessions--;
    journal_ended(table->spec.journal, &login->journal, login->record);
    release(table, login);
    login_free(login);
}

static void on_session_end(const Session *session, void *context)
{
    LoginTable *table = context;
    Login *login = login_table_find(table, session_luid(session));

    if (login)
        login_end(table, login);
}

nt_status login_table_new(LoginTable **ret, const struct login_table_spec *spec)
{
    LoginTable *table = calloc(1, sizeof(*table));

    if (!table)
        return NT(NO_MEMORY);
    table->spec = *spec;
    journal_teach(spec->journal, JOURNAL_LOGIN, login_encode);
    session_store_listen(spec->sessions,
                         (struct session_listener){ .ended = on_session_end, .context = table });
    *ret = table;
    return NT_OK;
}

LoginTable *login_table_free(LoginTable *table)
{
    if (!table)
        return NULL;
    while (table->logins.first) {
        Login *login = ID_ENTRY(table->logins.first, Login, node);

        id_map_remove(&table->logins, &login->node);
        release(table, login);
        login_free(login);
    }
    session_store_unlisten(table->spec.sessions, table);
    free(table);
    return NULL;
}

void login_table_listen(LoginTable *table, void (*unwatch)(Login *login, void *context),
                        void *context)
{
    table->unwatch = unwatch;
    table->unwatch_context = context;
}

Login *login_table_find(const LoginTable *table, uint64_t luid)
{
    return ID_ENTRY(id_map_find(&table->logins, luid), Login, node);
}

Login *login_table_of_audit_session(const LoginTable *table, uint32_t audit_session)
{
    for (struct id_node *node = table->logins.first; node;
         node = id_map_next(&table->logins, node)) {
        Login *login = ID_ENTRY(node, Login, node);

        if (login->audit_session == audit_session)
            return login;
    }
    return NULL;
}

static bool leads(const Login *login, const struct process_info *info)
{
    return login->held && login->leader == info->pid && login->leader_start == info->start_time;
}

/* Of several, one in the other, the last one counts. */
Login *login_table_led_by(const LoginTable *table, const struct process_info *info)
{
    Login *found = NULL;

    for (struct id_node *node = table->logins.first; node;
         node = id_map_next(&table->logins, node)) {
        Login *login = ID_ENTRY(node, Login, node);

        if (leads(login, info))
            found = login;
    }
    return found;
}

bool login_table_has_audit_sessions(const LoginTable *table)
{
    return table->n_audit_sessions > 0;
}

bool login_table_has_leaders(const LoginTable *table)
{
    return table->n_held > 0;
}

/* --- making one ------------------------------------------------------------------------------- */

static bool copy_text(const char **ret, const char *text)
{
    *ret = strdup(text ? text : "");
    return *ret != NULL;
}

static nt_status login_new(Login **ret, const struct login_facts *facts)
{
    _cleanup_(login_freep) Login *login = calloc(1, sizeof(*login));

    if (!login)
        return NT(NO_MEMORY);
    login->leader_pidfd = -1;
    login->journal = JOURNAL_ITEM(JOURNAL_LOGIN);
    if (!copy_text(&login->facts.service, facts->service) ||
        !copy_text(&login->facts.tty, facts->tty) ||
        !copy_text(&login->facts.remote_host, facts->remote_host) ||
        !copy_text(&login->facts.remote_user, facts->remote_user))
        return NT(NO_MEMORY);
    *ret = TAKE(login);
    return NT_OK;
}

/* What a login is made with, besides what PAM tells. */
struct making {
    struct Authority *authority;
    const struct login_spec *spec;
    struct process_info leader;
    char *group;     /* that the leader is in */
    int place;       /* as place_of() of the system says: whether a leaf can be made there */
    Session *outer;  /* that the leader is in; borrowed */
    WtsSession *wts; /* that it begins; NULL: none, or it has begun */
    uint32_t logon_type;
    Session *session; /* a reference */
    Token *token;     /* a reference */
};

static void making_done(struct making *making)
{
    token_unref(making->token);
    session_unref(making->session);
    free(making->group);
    if (making->wts)
        wts_abandon(making->authority->wts, making->wts);
}

static uint64_t outer_luid(const struct making *making)
{
    return making->outer ? session_luid(making->outer) : SESSION_SYSTEM;
}

static uint32_t outer_wts(const struct making *making)
{
    return making->outer ? making->outer->facts->wts_session : WTS_SERVICES;
}

/* Somebody sits down at the machine, or comes from afar; not who becomes somebody else there. */
static bool begins_wts(const struct making *making)
{
    return making->spec->rule != LOGIN_RULE_CALLER && outer_wts(making) == WTS_SERVICES &&
           (making->logon_type == Interactive || making->logon_type == RemoteInteractive);
}

static nt_status begin_wts(struct making *making)
{
    const struct login_facts *facts = &making->spec->facts;
    _cleanup_(freep) char *logind = making->group ? wts_logind_session(making->group) : NULL;

    const struct wts_spec spec = { .tty = facts->tty,
                                   .service = facts->service,
                                   .remote_host = facts->remote_host,
                                   .logind = logind,
                                   .connect_time = making->spec->logon_time };
    return wts_open(making->authority->wts, &making->wts, &spec);
}

static nt_status find_leader(struct making *making)
{
    const Authority *authority = making->authority;
    const struct process_system *system = &authority->system;
    const struct process_list none = { 0 };
    int r = system->info(making->spec->leader, &making->leader, system->context);

    if (r < 0)
        return r == -ESRCH ? NT(INVALID_CID) : nt_from_errno(r);
    making->outer = process_table_place_of(authority->processes, &making->leader, &none).session;
    if (system->has_leaves)
        making->place = system->place_of(making->leader.pid, &making->group, system->context);
    making->logon_type =
        login_type_decide(making->spec->rule, making->spec->facts.tty,
                          making->outer ? making->outer->facts->logon_type : UndefinedLogonType);
    return NT_OK;
}

/* What the policy says is told, and heeded where the configuration says so: PAM has decided. */
static nt_status complete(struct making *making, const struct authority_logon *logon)
{
    struct authority_logon again = *logon;
    nt_status st = authority_complete_logon(making->authority, &making->token, logon);

    if (!NT_IS(st, LOGON_TYPE_NOT_GRANTED) || making->spec->enforce_rights)
        return st;
    log_info("%s logs in by %s without the right to log on of this type (%u), which is not asked "
             "for: login.enforce_rights = no",
             making->spec->user, making->spec->facts.service, making->logon_type);
    again.flags |= LOGON_RUNS_ALREADY;
    return authority_complete_logon(making->authority, &making->token, &again);
}

/* The session of a login comes to be here, and nowhere else. */
static nt_status make_session(struct making *making)
{
    const struct login_spec *spec = making->spec;
    Authority *authority = making->authority;
    const struct session_facts facts = {
        .user = spec->user,
        .domain = authority->machine_name,
        .package = "PAM",
        .wts_session = making->wts ? wts_number(making->wts) : outer_wts(making),
        .logon_time = spec->logon_time,
        .logoff_time = FILETIME_NEVER,
        .kick_off_time = FILETIME_NEVER,
        .password_must_change = FILETIME_NEVER,
    };
    uint64_t luid;
    nt_status st = luid_take(authority->luids, 1, &luid);

    if (!nt_failed(st))
        st = session_new(&making->session, authority->sessions, luid, 0);
    if (nt_failed(st))
        return st;
    const struct authority_logon logon = {
        .session = making->session,
        .identity = spec->identity,
        .facts = &facts,
        .logon_type = making->logon_type,
        .origin = outer_luid(making),
    };
    return complete(making, &logon);
}

/* Nobody could tell the leader's processes from others by the kernel: it is known by its leader. */
static nt_status hold(LoginTable *table, Login *login, Token *token)
{
    login->leader_pidfd = process_open(login->leader);
    if (login->leader_pidfd < 0)
        return login->leader_pidfd == -ESRCH ? NT(INVALID_CID) : nt_from_errno(login->leader_pidfd);
    login->held = token_ref(token);
    table->n_held++;
    return NT_OK;
}

static nt_status move_in(LoginTable *table, Login *login, struct making *making)
{
    const struct process_system *system = table->spec.system;
    struct leaf *leaf = NULL;
    int dirfd = -1, r;
    nt_status st;

    if (making->place < 0)
        return nt_from_errno(making->place);
    login->home = TAKE(making->group);
    st = leaf_make(table->spec.leaves, &leaf, &dirfd, making->token, login->uid,
                   making->place == 1 ? login->home : NULL);
    if (nt_failed(st))
        return st;
    (void)close(dirfd);
    r = system->leaf_move(leaf->name, login->leader, system->context);
    if (r >= 0)
        return NT_OK;
    leaf_drop_if_empty(table->spec.leaves, leaf);
    return nt_from_errno(r);
}

/* Groups in others' hands are no reason to refuse a login. */
static nt_status keep(LoginTable *table, Login *login, struct making *making)
{
    nt_status st = NT(NOT_SUPPORTED);

    if (table->spec.system->has_leaves)
        st = move_in(table, login, making);
    if (!nt_failed(st))
        return NT_OK;
    if (!NT_IS(st, NOT_SUPPORTED))
        log_info("the login of process %d gets no control group: %s", (int)login->leader,
                 nt_status_name(st));
    free(TAKE(login->home));
    return hold(table, login, making->token);
}

/* The audit session of a login within another is the other's. */
static void take_audit_session(LoginTable *table, Login *login)
{
    const struct process_system *system = table->spec.system;
    uint32_t audit_session;

    if (!system->audit_session ||
        system->audit_session(login->leader, &audit_session, system->context) < 0 ||
        login_table_of_audit_session(table, audit_session))
        return;
    login->audit_session = audit_session;
    table->n_audit_sessions++;
}

static nt_status enter(LoginTable *table, Login *login, struct making *making)
{
    nt_status st = NT_OK;

    login->node.id = session_luid(token_session(making->token));
    login->token = token_id(making->token);
    login->uid = token_image_uid(token_peek_image(making->token));
    login->leader = making->leader.pid;
    login->leader_start = making->leader.start_time;
    if (table->spec.journal)
        st = luid_take(table->spec.luids, 1, &login->record);
    if (!nt_failed(st))
        st = keep(table, login, making);
    if (nt_failed(st))
        return st;
    take_audit_session(table, login);
    (void)id_map_insert(&table->logins, &login->node); /* a LUID is never used twice */
    journal_changed(table->spec.journal, &login->journal);
    return NT_OK;
}

nt_status login_open(Authority *authority, Login **ret, const struct login_spec *spec)
{
    _cleanup_(making_done) struct making making = { .authority = authority, .spec = spec };
    _cleanup_(login_freep) Login *login = NULL;
    nt_status st = login_new(&login, &spec->facts);

    if (!nt_failed(st))
        st = find_leader(&making);
    if (!nt_failed(st) && spec->placed)
        spec->placed(outer_luid(&making), spec->context);
    if (!nt_failed(st) && begins_wts(&making))
        st = begin_wts(&making);
    if (!nt_failed(st))
        st = make_session(&making);
    if (!nt_failed(st))
        st = enter(authority->logins, login, &making);
    if (nt_failed(st))
        return st;
    if (making.wts)
        wts_opened(authority->wts, TAKE(making.wts), making.session);
    *ret = TAKE(login);
    return NT_OK;
}

/* --- ending one ------------------------------------------------------------------------------- */

static bool is_in(const LoginTable *table, const Login *login, pid_t pid)
{
    const struct leaf *leaf = leaf_table_of_process(table->spec.leaves, pid);

    return leaf && leaf->name.session == login->node.id;
}

void login_close(LoginTable *table, Login *login, pid_t pid)
{
    const struct process_system *system = table->spec.system;

    if (!login->home) {
        journal_changed(table->spec.journal, &login->journal); /* it is not held any more */
        release(table, login);
        return;
    }
    /* One that cannot go back stays, and the login with it, until it ends. */
    if (is_in(table, login, pid) && system->move_to(login->home, pid, system->context) < 0)
        log_info("process %d cannot go back to %s", (int)pid, login->home);
}

void login_leader_ended(LoginTable *table, Login *login)
{
    journal_changed(table->spec.journal, &login->journal);
    release(table, login);
}

/* --- after openlogond has come again ---------------------------------------------------------- */

/* A leader that has ended meanwhile has ended its login. */
static nt_status hold_again(LoginTable *table, Login *login, Token *token)
{
    const struct process_system *system = table->spec.system;
    struct process_info info;

    if (system->info(login->leader, &info, system->context) < 0 ||
        info.start_time != login->leader_start)
        return NT(INVALID_CID);
    return hold(table, login, token);
}

nt_status login_restore(LoginTable *table, Login **ret, uint64_t record, Token *token,
                        const struct login_state_record *stored)
{
    const struct login_facts facts = { stored->service, stored->tty, stored->remote_host,
                                       stored->remote_user };
    _cleanup_(login_freep) Login *login = NULL;
    nt_status st = login_new(&login, &facts);

    *ret = NULL;
    if (nt_failed(st))
        return st;
    if (session_luid(token_session(token)) != stored->session ||
        login_table_find(table, stored->session))
        return NT(INTERNAL_DB_CORRUPTION);
    login->node.id = stored->session;
    login->token = stored->token;
    login->uid = stored->uid;
    login->leader = (pid_t)stored->leader;
    login->leader_start = stored->leader_start;
    login->audit_session = stored->audit_session;
    login->record = record;
    login->journal.stored = true;
    if (stored->home && !(login->home = strdup(stored->home)))
        return NT(NO_MEMORY);
    if (stored->is_held && nt_failed(hold_again(table, login, token))) {
        journal_forget(table->spec.journal, record);
        return NT_OK;
    }
    table->n_audit_sessions += login->audit_session != 0;
    (void)id_map_insert(&table->logins, &login->node);
    *ret = TAKE(login);
    return NT_OK;
}

/* --- after the fact --------------------------------------------------------------------------- */

static bool descends_from(const struct process_info *info, const Login *login,
                          const struct process_list *list)
{
    for (int i = 0; info && i < ANCESTORS_MAX; i++) {
        if (info->ppid == login->leader)
            return info->start_time >= login->leader_start;
        info = process_list_find(list, info->ppid);
    }
    return false;
}

void login_gather(LoginTable *table, const Login *login, const struct process_list *list)
{
    const struct process_system *system = table->spec.system;
    const struct cgroup_leaf leaf = { login->node.id, login->token };

    for (size_t i = 0; login->home && i < list->n_all; i++) {
        const struct process_info *info = &list->all[i];
        _cleanup_(freep) char *group = NULL;

        if (!descends_from(info, login, list) ||
            system->place_of(info->pid, &group, system->context) < 0 ||
            strcmp(group, login->home) != 0)
            continue;
        (void)system->leaf_move(leaf, info->pid, system->context);
    }
}
