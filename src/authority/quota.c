/* SPDX-License-Identifier: MIT */
#include "authority/quota.h"

struct Quota {
    struct id_node node; /* the uid */
    QuotaTable *table;
    uint32_t used[QUOTA_KINDS];
    uint64_t n_charges;
};

struct QuotaTable {
    struct id_map quotas;
    uint32_t trusted_uid;
};

static const struct {
    uint32_t others, trusted;
} limits[QUOTA_KINDS] = {
    [QUOTA_CONNECTIONS] = { 512, 16384 },
    [QUOTA_TOKENS] = { 16384, 2000000 },
    [QUOTA_PREPARED] = { 256, 4096 },
    [QUOTA_JOBS] = { 128, 1024 },
    [QUOTA_LEASES] = { 64, 1024 },
    [QUOTA_WORDS] = { 1024, 16384 },
    [QUOTA_POLICY_HANDLES] = { 1024, 16384 },
    [QUOTA_WATCHES] = { 16, 128 },
    [QUOTA_PERMITS] = { 1024, 16384 },
    [QUOTA_PARCELS] = { 64, 1024 },
};

nt_status quota_table_new(QuotaTable **ret, uint32_t trusted_uid)
{
    QuotaTable *table = calloc(1, sizeof(*table));

    if (!table)
        return NT(NO_MEMORY);
    table->trusted_uid = trusted_uid;
    *ret = table;
    return NT_OK;
}

QuotaTable *quota_table_free(QuotaTable *table)
{
    while (table && table->quotas.first) {
        Quota *quota = ID_ENTRY(table->quotas.first, Quota, node);

        id_map_remove(&table->quotas, &quota->node);
        free(quota);
    }
    free(table);
    return NULL;
}

uint32_t quota_limit(const QuotaTable *table, uint32_t uid, enum quota_kind kind)
{
    return uid == 0 || uid == table->trusted_uid ? limits[kind].trusted : limits[kind].others;
}

static uint32_t quota_left(const Quota *quota, enum quota_kind kind)
{
    return quota_limit(quota->table, (uint32_t)quota->node.id, kind) - quota->used[kind];
}

static Quota *quota_of(QuotaTable *table, uint32_t uid)
{
    Quota *quota = ID_ENTRY(id_map_find(&table->quotas, uid), Quota, node);

    if (quota)
        return quota;
    quota = calloc(1, sizeof(*quota));
    if (!quota)
        return NULL;
    quota->node.id = uid;
    quota->table = table;
    (void)id_map_insert(&table->quotas, &quota->node); /* it was not found: it is not in use */
    return quota;
}

static void quota_drop_unused(Quota *quota)
{
    if (quota->n_charges > 0)
        return;
    id_map_remove(&quota->table->quotas, &quota->node);
    free(quota);
}

nt_status quota_charge(struct quota_charge *ret, QuotaTable *table, uint32_t uid,
                       enum quota_kind kind, uint32_t amount)
{
    Quota *quota = quota_of(table, uid);

    if (!quota)
        return NT(NO_MEMORY);
    if (amount > quota_left(quota, kind)) {
        quota_drop_unused(quota);
        return NT(QUOTA_EXCEEDED);
    }
    quota->used[kind] += amount;
    quota->n_charges++;
    *ret = (struct quota_charge){ quota, kind, amount };
    return NT_OK;
}

nt_status quota_resize(struct quota_charge *charge, uint32_t amount)
{
    Quota *quota = charge->quota;

    if (!quota)
        return NT_OK;
    if (amount > charge->amount && amount - charge->amount > quota_left(quota, charge->kind))
        return NT(QUOTA_EXCEEDED);
    quota->used[charge->kind] += amount - charge->amount; /* unsigned: less is fine */
    charge->amount = amount;
    return NT_OK;
}

void quota_return(struct quota_charge *charge)
{
    Quota *quota = charge->quota;

    if (!quota)
        return;
    quota->used[charge->kind] -= charge->amount;
    quota->n_charges--;
    *charge = (struct quota_charge){ 0 };
    quota_drop_unused(quota);
}
