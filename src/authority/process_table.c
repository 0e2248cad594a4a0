/* SPDX-License-Identifier: MIT */
#include "authority/process_table.h"

#include <errno.h>
#include <unistd.h>

enum { ANCESTORS_MAX = 64 };

struct service {
    struct id_node node; /* the uid */
    Token *token;
    size_t n_records;
};

struct ProcessTable {
    struct process_table_spec spec;
    struct id_map records;
    struct id_map services;
    struct process_listener listener;
};

nt_status process_table_new(ProcessTable **ret, const struct process_table_spec *spec)
{
    ProcessTable *table = calloc(1, sizeof(*table));

    if (!table)
        return NT(NO_MEMORY);
    table->spec = *spec;
    *ret = table;
    return NT_OK;
}

static void service_drop(ProcessTable *table, struct service *service)
{
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

static bool record_is_of(const ProcessRecord *record, const struct process_info *info)
{
    return record && record->start_time == info->start_time;
}

/* How the parent of a process is found: in the system, or in a list made before. */
struct ancestry {
    int (*info)(pid_t pid, struct process_info *ret, void *context);
    void *context;
};

/* The token passes on to a child only as long as neither has changed its uid. */
static ProcessRecord *find_ancestor(const ProcessTable *table, const struct process_info *info,
                                    const struct ancestry *ancestry)
{
    struct process_info parent = *info;

    for (int i = 0; i < ANCESTORS_MAX && parent.ppid > 1; i++) {
        ProcessRecord *record;

        if (ancestry->info(parent.ppid, &parent, ancestry->context) < 0)
            return NULL;
        record = process_table_find(table, parent.pid);
        if (record_is_of(record, &parent))
            return record->uid == info->euid ? record : NULL;
    }
    return NULL;
}

static bool leaf_fits(const struct leaf *leaf, const struct process_info *info)
{
    return leaf && leaf->uid == info->euid && leaf->uid == info->uid;
}

static void resolve_by_uid(const ProcessTable *table, struct process_origin *origin)
{
    struct service *service;

    if (origin->info.euid == table->spec.own_uid) {
        origin->basis = PROCESS_SYSTEM;
        origin->token = table->spec.system_token;
        return;
    }
    service = ID_ENTRY(id_map_find(&table->services, origin->info.euid), struct service, node);
    origin->basis = service ? PROCESS_SERVICE : PROCESS_NO_ACCOUNT;
    origin->token = service ? service->token : NULL;
    origin->service = service;
}

static void resolve_info(const ProcessTable *table, struct process_origin *origin,
                         const struct ancestry *ancestry)
{
    ProcessRecord *record = process_table_find(table, origin->info.pid);
    struct leaf *leaf;

    if (record_is_of(record, &origin->info)) {
        origin->basis = PROCESS_RECORDED;
    } else if (table->spec.system->has_leaves) {
        leaf = leaf_table_of_process(table->spec.leaves, origin->info.pid);
        record = NULL;
        if (leaf_fits(leaf, &origin->info)) {
            origin->basis = PROCESS_LEAF;
            origin->token = leaf->token;
            return;
        }
    } else {
        record = find_ancestor(table, &origin->info, ancestry);
        origin->basis = PROCESS_INHERITED;
    }
    if (record) {
        origin->token = record->token;
        origin->service = record->service;
        return;
    }
    resolve_by_uid(table, origin);
}

nt_status process_table_resolve(ProcessTable *table, pid_t pid, struct process_origin *ret)
{
    const struct process_system *system = table->spec.system;
    const struct ancestry ancestry = { system->info, system->context };
    struct process_origin origin = { 0 };
    ProcessRecord *record = process_table_find(table, pid);
    int r = system->info(pid, &origin.info, system->context);

    if (r == -ESRCH)
        return NT(INVALID_CID);
    if (r < 0)
        return nt_from_errno(r);
    if (record && !record_is_of(record, &origin.info))
        process_table_end(table, record); /* the pid has passed to another process */
    resolve_info(table, &origin, &ancestry);
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
    st = token_duplicate(&record->token, origin->token);
    if (nt_failed(st)) {
        record_free(record);
        return st;
    }
    *ret = record;
    return NT_OK;
}

nt_status process_table_add(ProcessTable *table, ProcessRecord **ret,
                            const struct process_origin *origin, int pidfd)
{
    ProcessRecord *record;
    ProcessRecord *former;
    nt_status st = record_new(&record, origin, pidfd);

    if (nt_failed(st))
        return st;
    record->service = origin->service;
    if (record->service)
        record->service->n_records++;
    former = process_table_find(table, origin->info.pid);
    if (former)
        process_table_end(table, former);
    (void)id_map_insert(&table->records, &record->node); /* the former one is out */
    *ret = record;
    return NT_OK;
}

void process_table_end(ProcessTable *table, ProcessRecord *record)
{
    struct service *service = record->service;

    if (table->listener.ended)
        table->listener.ended(record, table->listener.context);
    id_map_remove(&table->records, &record->node);
    token_unshare_privileges(record->token); /* others may go on to refer to it */
    record_free(record);
    if (service && --service->n_records == 0)
        service_drop(table, service);
}

nt_status process_table_add_service(ProcessTable *table, uint32_t uid, Token *token)
{
    struct service *service = calloc(1, sizeof(*service));

    if (!service)
        return NT(NO_MEMORY);
    service->node.id = uid;
    if (!id_map_insert(&table->services, &service->node)) {
        free(service);
        return NT(OBJECT_NAME_COLLISION);
    }
    service->token = token;
    return NT_OK;
}

void process_table_drop_unused_service(ProcessTable *table, uint32_t uid)
{
    struct service *service = ID_ENTRY(id_map_find(&table->services, uid), struct service, node);

    if (service && service->n_records == 0)
        service_drop(table, service);
}

/* A list of processes by rising pid. */
struct listing {
    const struct process_info *all;
    size_t n_all;
};

static int listing_info(pid_t pid, struct process_info *ret, void *context)
{
    const struct listing *listing = context;
    size_t low = 0;
    size_t high = listing->n_all;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (listing->all[middle].pid < pid)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == listing->n_all || listing->all[low].pid != pid)
        return -ESRCH;
    *ret = listing->all[low];
    return 0;
}

Session *process_table_session_of(ProcessTable *table, const struct process_info *info,
                                  const struct process_info *all, size_t n_all)
{
    struct listing listing = { all, n_all };
    const struct ancestry ancestry = { listing_info, &listing };
    struct process_origin origin = { .info = *info };

    resolve_info(table, &origin, &ancestry);
    return origin.token ? token_session(origin.token) : NULL;
}
