/* SPDX-License-Identifier: MIT */
#include "authority/process_table.h"

#include <errno.h>
#include <unistd.h>

#include "authority/journal_record.h"

enum { ANCESTORS_MAX = 64 };

struct service {
    struct id_node node; /* the uid */
    Token *token;
    size_t n_records;
    struct journal_item journal;
    uint64_t record;
};

struct ProcessTable {
    struct process_table_spec spec;
    struct id_map records;
    struct id_map services;
    struct process_listener listener;
};

static uint64_t record_encode(const struct journal_item *item, struct writer *out)
{
    const ProcessRecord *record =
        (const ProcessRecord *)(const void *)((const char *)item -
                                              offsetof(ProcessRecord, journal));
    const struct process_record stored = { .pid = (uint32_t)record->node.id,
                                           .uid = record->uid,
                                           .start_time = record->start_time,
                                           .token = token_id(record->token),
                                           .service = record->service
                                                          ? (uint32_t)record->service->node.id
                                                          : JOURNAL_NO_UID };

    process_record_encode(&stored, out);
    return record->record;
}

static uint64_t service_encode(const struct journal_item *item, struct writer *out)
{
    const struct service *service =
        (const struct service *)(const void *)((const char *)item -
                                               offsetof(struct service, journal));
    const struct service_record stored = { .uid = (uint32_t)service->node.id,
                                           .token = token_id(service->token) };

    service_record_encode(&stored, out);
    return service->record;
}

/* An id for a record that refers to tokens that there are. */
static nt_status take_record_id(const ProcessTable *table, uint64_t *ret)
{
    return table->spec.journal ? luid_take(table->spec.luids, 1, ret) : NT_OK;
}

nt_status process_table_new(ProcessTable **ret, const struct process_table_spec *spec)
{
    ProcessTable *table = calloc(1, sizeof(*table));

    if (!table)
        return NT(NO_MEMORY);
    table->spec = *spec;
    journal_teach(spec->journal, JOURNAL_PROCESS, record_encode);
    journal_teach(spec->journal, JOURNAL_SERVICE, service_encode);
    *ret = table;
    return NT_OK;
}

static void service_drop(ProcessTable *table, struct service *service)
{
    journal_ended(table->spec.journal, &service->journal, service->record);
    id_map_remove(&table->services, &service->node);
    token_unref(service->token);
    free(service);
}

ProcessTable *process_table_free(ProcessTable *table)
{
    while (table && table->records.first)
        process_table_end(table, ID_ENTRY(table->records.first, ProcessRecord, node));
    while (table && table->services.first)
        service_drop(table, ID_ENTRY(table->services.first, struct service, node));
    free(table);
    return NULL;
}

void process_table_listen(ProcessTable *table, struct process_listener listener)
{
    table->listener = listener;
}

ProcessRecord *process_table_find(const ProcessTable *table, pid_t pid)
{
    return ID_ENTRY(id_map_find(&table->records, (uint64_t)pid), ProcessRecord, node);
}

ProcessRecord *process_table_next(const ProcessTable *table, const ProcessRecord *previous)
{
    return ID_ENTRY(previous ? id_map_next(&table->records, &previous->node) : table->records.first,
                    ProcessRecord, node);
}

bool process_table_is_service(const ProcessTable *table, const Session *session)
{
    for (struct id_node *node = table->services.first; node;
         node = id_map_next(&table->services, node)) {
        if (token_session(ID_ENTRY(node, struct service, node)->token) == session)
            return true;
    }
    return false;
}

/* Start times are told in hundredths of a second: within one, a number may have been used again. */
static bool record_is_of(const ProcessRecord *record, const struct process_info *info)
{
    return record && record->start_time == info->start_time &&
           (info->has_ended || process_alive(record->pidfd) != 0);
}

/* How the parent of a process is found: in the system, or in a list made before. */
struct ancestry {
    int (*info)(pid_t pid, struct process_info *ret, void *context);
    void *context;
};

/* The nearest ancestor that match() takes, which it says by a result; or the process itself. */
typedef const void *(*ancestor_match)(const ProcessTable *table, const struct process_info *info);

static const void *find_upwards(const ProcessTable *table, const struct process_info *info,
                                const struct ancestry *ancestry, ancestor_match match)
{
    struct process_info process = *info;
    const void *found = match(table, &process);

    for (int i = 0; !found && i < ANCESTORS_MAX && process.ppid > 1; i++) {
        uint64_t born = process.start_time;

        /* One that is younger has got the number of a parent that is no more. */
        if (ancestry->info(process.ppid, &process, ancestry->context) < 0 ||
            process.start_time > born)
            return NULL;
        found = match(table, &process);
    }
    return found;
}

static const void *match_record(const ProcessTable *table, const struct process_info *info)
{
    const ProcessRecord *record = process_table_find(table, info->pid);

    return record_is_of(record, info) ? record : NULL;
}

static const void *match_leader(const ProcessTable *table, const struct process_info *info)
{
    return login_table_led_by(table->spec.logins, info);
}

/* The token passes on to a child only as long as neither has changed its uid. */
static const ProcessRecord *find_ancestor(const ProcessTable *table,
                                          const struct process_info *info,
                                          const struct ancestry *ancestry)
{
    const ProcessRecord *record = find_upwards(table, info, ancestry, match_record);

    return record && record->uid == info->euid ? record : NULL;
}

/* What the kernel says of where a process is. */
struct found {
    Session *session; /* NULL: nothing is known of it */
    Token *token;     /* of whom the session is */
    uint32_t uid;     /* likewise */
    enum process_basis basis;
};

/* The token of a login is that of its leaf, or the one that it holds itself; one that is closed, or
 * whose leaf has gone, says what session it is, but has no token to give. */
static struct found found_login(const ProcessTable *table, const Login *login,
                                enum process_basis basis)
{
    const struct cgroup_leaf name = { login->node.id, login->token };
    const struct leaf *leaf = leaf_table_find(table->spec.leaves, name);
    struct found found = { .uid = login->uid, .basis = basis };

    found.token = leaf ? leaf->token : login->held;
    if (found.token)
        found.session = token_session(found.token);
    return found;
}

static struct found find_login(const ProcessTable *table, const struct process_info *info,
                               const struct ancestry *ancestry)
{
    const struct process_system *system = table->spec.system;
    const Login *login = NULL;
    uint32_t audit_session;

    if (login_table_has_audit_sessions(table->spec.logins) &&
        system->audit_session(info->pid, &audit_session, system->context) >= 0)
        login = login_table_of_audit_session(table->spec.logins, audit_session);
    if (login)
        return found_login(table, login, PROCESS_AUDIT);
    if (login_table_has_leaders(table->spec.logins))
        login = find_upwards(table, info, ancestry, match_leader);
    return login ? found_login(table, login, PROCESS_INHERITED) : (struct found){ 0 };
}

static struct found look(const ProcessTable *table, const struct process_info *info,
                         const struct ancestry *ancestry)
{
    enum process_basis basis = PROCESS_LEAF;
    const struct leaf *leaf = NULL;

    if (info->is_kernel)
        return (struct found){ 0 };
    leaf = leaf_table_of_process(table->spec.leaves, info->pid);
    if (!leaf) {
        basis = PROCESS_TRACKER;
        leaf = leaf_table_of_origin(table->spec.leaves, info->pid);
    }
    if (!leaf)
        return find_login(table, info, ancestry);
    return (struct found){ token_session(leaf->token), leaf->token, leaf->uid, basis };
}

static bool fits(const struct found *found, const struct process_info *info)
{
    return found->token && found->uid == info->euid && found->uid == info->uid;
}

static struct service *service_of(const ProcessTable *table, uint32_t uid)
{
    return ID_ENTRY(id_map_find(&table->services, uid), struct service, node);
}

Token *process_table_uid_token(const ProcessTable *table, uint32_t uid)
{
    struct service *service = service_of(table, uid);

    if (uid == table->spec.own_uid)
        return table->spec.system_token;
    return service ? service->token : NULL;
}

static void resolve_by_uid(const ProcessTable *table, struct process_origin *origin)
{
    struct service *service;

    if (origin->info.is_kernel || origin->info.euid == table->spec.own_uid) {
        origin->basis = PROCESS_SYSTEM;
        origin->token = table->spec.system_token;
        return;
    }
    service = service_of(table, origin->info.euid);
    origin->basis = service ? PROCESS_SERVICE : PROCESS_NO_ACCOUNT;
    origin->token = service ? service->token : NULL;
    origin->service = service;
}

/* One that was root has become somebody else, whose root's token is not. A thread that acts for a
 * client has the client's effective uid only. */
static bool has_passed_on(const ProcessTable *table, const ProcessRecord *record,
                          const struct process_info *info)
{
    return record->uid == table->spec.own_uid && info->uid != record->uid &&
           info->euid != record->uid;
}

static void resolve_info(const ProcessTable *table, struct process_origin *origin,
                         const struct found *found, const struct ancestry *ancestry)
{
    const ProcessRecord *record = process_table_find(table, origin->info.pid);

    if (record_is_of(record, &origin->info) && !has_passed_on(table, record, &origin->info)) {
        origin->basis = PROCESS_RECORDED;
    } else if (fits(found, &origin->info)) {
        origin->basis = found->basis;
        origin->token = found->token;
        return;
    } else {
        record =
            table->spec.system->has_leaves ? NULL : find_ancestor(table, &origin->info, ancestry);
        origin->basis = PROCESS_INHERITED;
    }
    if (record) {
        origin->token = record->token;
        origin->service = record->service;
        return;
    }
    resolve_by_uid(table, origin);
}

static nt_status read_info(const ProcessTable *table, pid_t pid, struct process_info *ret)
{
    int r = table->spec.system->info(pid, ret, table->spec.system->context);

    if (r == -ESRCH)
        return NT(INVALID_CID);
    return r < 0 ? nt_from_errno(r) : NT_OK;
}

nt_status process_table_resolve(ProcessTable *table, pid_t pid, struct process_origin *ret)
{
    const struct process_system *system = table->spec.system;
    const struct ancestry ancestry = { system->info, system->context };
    struct process_origin origin = { 0 };
    ProcessRecord *record = process_table_find(table, pid);
    nt_status st = read_info(table, pid, &origin.info);

    if (nt_failed(st))
        return st;
    if (record &&
        (!record_is_of(record, &origin.info) || has_passed_on(table, record, &origin.info)))
        process_table_end(table, record); /* the pid has passed to another process, or user */
    const struct found found = look(table, &origin.info, &ancestry);
    resolve_info(table, &origin, &found, &ancestry);
    *ret = origin;
    return NT_OK;
}

static void record_free(ProcessRecord *record)
{
    if (record && record->pidfd >= 0)
        (void)close(record->pidfd);
    if (record)
        token_unref(record->token);
    free(record);
}

static nt_status record_new(ProcessRecord **ret, const struct process_origin *origin, int pidfd)
{
    ProcessRecord *record = calloc(1, sizeof(*record));
    nt_status st;

    if (!record) {
        (void)close(pidfd);
        return NT(NO_MEMORY);
    }
    record->node.id = (uint64_t)origin->info.pid;
    record->start_time = origin->info.start_time;
    record->uid = origin->info.euid;
    record->pidfd = pidfd;
    record->journal = JOURNAL_ITEM(JOURNAL_PROCESS);
    st = token_duplicate(&record->token, origin->token);
    if (nt_failed(st)) {
        record_free(record);
        return st;
    }
    *ret = record;
    return NT_OK;
}

static void record_use_service(ProcessRecord *record, struct service *service)
{
    record->service = service;
    if (service)
        service->n_records++;
}

nt_status process_table_add(ProcessTable *table, ProcessRecord **ret,
                            const struct process_origin *origin, int pidfd)
{
    ProcessRecord *record;
    ProcessRecord *former;
    nt_status st = record_new(&record, origin, pidfd);

    if (!nt_failed(st)) {
        st = take_record_id(table, &record->record);
        if (nt_failed(st))
            record_free(record);
    }
    if (nt_failed(st))
        return st;
    former = process_table_find(table, origin->info.pid);
    record_use_service(record, origin->service);
    if (former)
        process_table_end(table, former);
    (void)id_map_insert(&table->records, &record->node); /* the former one is out */
    journal_changed(table->spec.journal, &record->journal);
    *ret = record;
    return NT_OK;
}

/* The process that a record is of, if it still runs: its pidfd, else -1. */
static int open_recorded(const ProcessTable *table, const struct process_record *stored)
{
    const struct process_system *system = table->spec.system;
    pid_t pid = (pid_t)stored->pid;
    int pidfd = process_open(pid);
    struct process_info info;

    if (pidfd < 0)
        return -1;
    if (system->info(pid, &info, system->context) >= 0 && info.start_time == stored->start_time &&
        process_alive(pidfd) == 1)
        return pidfd;
    (void)close(pidfd);
    return -1;
}

static nt_status find_service(const ProcessTable *table, uint32_t uid, struct service **ret)
{
    *ret = uid == JOURNAL_NO_UID ? NULL : service_of(table, uid);
    return uid != JOURNAL_NO_UID && !*ret ? NT(INTERNAL_DB_CORRUPTION) : NT_OK;
}

nt_status process_table_restore(ProcessTable *table, ProcessRecord **ret, uint64_t record_id,
                                Token *token, const struct process_record *stored)
{
    struct service *service;
    ProcessRecord *record;
    nt_status st = find_service(table, stored->service, &service);
    int pidfd;

    *ret = NULL;
    if (!nt_failed(st) && process_table_find(table, (pid_t)stored->pid))
        st = NT(INTERNAL_DB_CORRUPTION);
    if (nt_failed(st))
        return st;
    pidfd = open_recorded(table, stored);
    if (pidfd < 0) {
        journal_forget(table->spec.journal, record_id);
        return NT_OK;
    }
    record = calloc(1, sizeof(*record));
    if (!record) {
        (void)close(pidfd);
        return NT(NO_MEMORY);
    }
    *record = (ProcessRecord){ .node.id = stored->pid,
                               .start_time = stored->start_time,
                               .uid = stored->uid,
                               .pidfd = pidfd,
                               .token = token_ref(token),
                               .journal = JOURNAL_ITEM(JOURNAL_PROCESS),
                               .record = record_id };
    record->journal.stored = true;
    record_use_service(record, service);
    (void)id_map_insert(&table->records, &record->node); /* it was not found */
    *ret = record;
    return NT_OK;
}

void process_table_end(ProcessTable *table, ProcessRecord *record)
{
    struct service *service = record->service;

    if (table->listener.ended)
        table->listener.ended(record, table->listener.context);
    journal_ended(table->spec.journal, &record->journal, record->record);
    id_map_remove(&table->records, &record->node);
    token_unshare_privileges(record->token); /* others may go on to refer to it */
    record_free(record);
    if (service && --service->n_records == 0)
        service_drop(table, service);
}

static nt_status service_new(ProcessTable *table, struct service **ret, uint32_t uid,
                             uint64_t record)
{
    struct service *service = calloc(1, sizeof(*service));

    if (!service)
        return NT(NO_MEMORY);
    service->node.id = uid;
    service->record = record;
    service->journal = JOURNAL_ITEM(JOURNAL_SERVICE);
    if (!id_map_insert(&table->services, &service->node)) {
        free(service);
        return NT(OBJECT_NAME_COLLISION);
    }
    *ret = service;
    return NT_OK;
}

nt_status process_table_add_service(ProcessTable *table, uint32_t uid, Token *token)
{
    struct service *service = NULL;
    uint64_t record = 0;
    nt_status st = take_record_id(table, &record);

    if (!nt_failed(st))
        st = service_new(table, &service, uid, record);
    if (nt_failed(st))
        return st;
    service->token = token;
    journal_changed(table->spec.journal, &service->journal);
    return NT_OK;
}

nt_status process_table_restore_service(ProcessTable *table, uint64_t record, uint32_t uid,
                                        Token *token)
{
    struct service *service = NULL;
    nt_status st = service_new(table, &service, uid, record);

    if (NT_IS(st, OBJECT_NAME_COLLISION))
        return NT(INTERNAL_DB_CORRUPTION);
    if (nt_failed(st))
        return st;
    service->token = token_ref(token);
    service->journal.stored = true;
    return NT_OK;
}

void process_table_drop_unused_services(ProcessTable *table)
{
    struct id_node *node = table->services.first;

    while (node) {
        struct service *service = ID_ENTRY(node, struct service, node);

        node = id_map_next(&table->services, node);
        if (service->n_records == 0)
            service_drop(table, service);
    }
}

void process_table_drop_unused_service(ProcessTable *table, uint32_t uid)
{
    struct service *service = service_of(table, uid);

    if (service && service->n_records == 0)
        service_drop(table, service);
}

/* --- where processes are -----------------------------------------------------------------------
 */

/* By what a process is itself. */
static struct process_place place_itself(const ProcessTable *table, const struct process_info *info,
                                         const struct ancestry *ancestry)
{
    const struct found found = look(table, info, ancestry);
    struct process_origin origin = { .info = *info };

    if (found.session)
        return (struct process_place){ found.session, found.basis, info->pid };
    resolve_info(table, &origin, &found, ancestry);
    if (!origin.token)
        return (struct process_place){ NULL, PROCESS_NO_ACCOUNT, info->pid };
    /* That it has been asked for is not why it is known. */
    if (origin.basis == PROCESS_RECORDED && origin.service)
        origin.basis = PROCESS_SERVICE;
    else if (origin.basis == PROCESS_RECORDED &&
             token_session(origin.token) == token_session(table->spec.system_token))
        origin.basis = PROCESS_SYSTEM;
    return (struct process_place){ token_session(origin.token), origin.basis, info->pid };
}

/* What has ended keeps no implicit session alive. */
static struct process_place place(const ProcessTable *table, const struct process_info *info,
                                  const struct ancestry *ancestry)
{
    struct process_info process = *info;
    struct process_place found = place_itself(table, &process, ancestry);

    for (int i = 0; !found.session && process.has_ended && i < ANCESTORS_MAX; i++) {
        if (ancestry->info(process.ppid, &process, ancestry->context) < 0)
            break;
        found = place_itself(table, &process, ancestry);
        if (found.session)
            found.basis = PROCESS_INHERITED;
    }
    return found;
}

nt_status process_table_place_of_pid(ProcessTable *table, pid_t pid, struct process_place *ret)
{
    const struct process_system *system = table->spec.system;
    const struct ancestry ancestry = { system->info, system->context };
    struct process_info info;
    nt_status st = read_info(table, pid, &info);

    if (!nt_failed(st))
        *ret = place(table, &info, &ancestry);
    return st;
}

const struct process_info *process_list_find(const struct process_list *list, pid_t pid)
{
    size_t low = 0;
    size_t high = list->n_all;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (list->all[middle].pid < pid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->n_all && list->all[low].pid == pid ? &list->all[low] : NULL;
}

struct lookup {
    const ProcessTable *table;
    const struct process_list *list;
};

static int lookup_info(pid_t pid, struct process_info *ret, void *context)
{
    const struct lookup *lookup = context;
    const struct process_system *system = lookup->table->spec.system;
    const struct process_info *found = process_list_find(lookup->list, pid);

    if (!found)
        return system->info(pid, ret, system->context);
    *ret = *found;
    return 0;
}

struct process_place process_table_place_of(const ProcessTable *table,
                                            const struct process_info *info,
                                            const struct process_list *list)
{
    struct lookup lookup = { table, list };
    const struct ancestry ancestry = { lookup_info, &lookup };

    return place(table, info, &ancestry);
}
