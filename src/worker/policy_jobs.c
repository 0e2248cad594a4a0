/* SPDX-License-Identifier: MIT */
#include "worker/policy_jobs.h"

#include "base/log.h"

/* --- what is told ----------------------------------------------------------------------------- */

static nt_status put_account(struct directory *d, Openlogon__Worker__PolicyAccount **ret,
                             const struct policy_store_account *account)
{
    Openlogon__Worker__PolicyAccount *copy = arena_alloc(d->memory, sizeof(*copy));

    if (!copy)
        return NT(NO_MEMORY);
    openlogon__worker__policy_account__init(copy);
    copy->sid.len = sid_length(&account->sid.sid);
    copy->sid.data = arena_copy(d->memory, &account->sid, copy->sid.len);
    copy->logon_rights = account->rights.logon;
    copy->privileges = account->rights.privileges;
    *ret = copy;
    return copy->sid.data ? NT_OK : NT(NO_MEMORY);
}

static nt_status put_value(struct directory *d, Openlogon__Worker__PolicyValue **ret,
                           const struct policy_store_value *value)
{
    Openlogon__Worker__PolicyValue *copy = arena_alloc(d->memory, sizeof(*copy));

    if (!copy)
        return NT(NO_MEMORY);
    openlogon__worker__policy_value__init(copy);
    copy->name = arena_text(d->memory, value->name);
    copy->value.len = value->size;
    copy->value.data = arena_copy(d->memory, value->bytes, value->size);
    *ret = copy;
    return copy->name && copy->value.data ? NT_OK : NT(NO_MEMORY);
}

static nt_status put_snapshot(struct directory *d, Openlogon__Worker__PolicySnapshot *ret,
                              const struct policy_snapshot *snapshot)
{
    nt_status st = NT_OK;

    ret->generation = snapshot->generation;
    ret->accounts = arena_alloc(d->memory, (snapshot->n_accounts + 1) * sizeof(*ret->accounts));
    ret->values = arena_alloc(d->memory, (snapshot->n_values + 1) * sizeof(*ret->values));
    if (!ret->accounts || !ret->values)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < snapshot->n_accounts && !nt_failed(st); i++)
        st = put_account(d, &ret->accounts[ret->n_accounts++], &snapshot->accounts[i]);
    for (size_t i = 0; i < snapshot->n_values && !nt_failed(st); i++)
        st = put_value(d, &ret->values[ret->n_values++], &snapshot->values[i]);
    return st;
}

/* --- the jobs --------------------------------------------------------------------------------- */

static nt_status tell(struct directory *d, policy_store *store,
                      Openlogon__Worker__PolicySnapshot *ret)
{
    _cleanup_(policy_snapshot_done) struct policy_snapshot snapshot = { 0 };
    nt_status st = policy_store_read(store, &snapshot);

    return nt_failed(st) ? st : put_snapshot(d, ret, &snapshot);
}

nt_status policy_job_load(struct directory *d, Openlogon__Worker__PolicySnapshot *ret)
{
    policy_store *store = NULL;
    nt_status st = directory_policy(d, &store);

    return nt_failed(st) ? st : tell(d, store, ret);
}

static nt_status check_sid(const SID **ret, ProtobufCBinaryData bytes)
{
    *ret = (const SID *)bytes.data;
    return sid_valid(bytes.data, bytes.len) && sid_length(*ret) == bytes.len ? NT_OK
                                                                             : NT(INVALID_SID);
}

nt_status policy_job_change_rights(struct directory *d, Openlogon__Worker__PolicySnapshot *ret,
                                   const Openlogon__Worker__PolicyChangeRightsJob *job)
{
    const struct account_rights add = { job->add_logon_rights, job->add_privileges };
    const struct account_rights remove = { job->remove_logon_rights, job->remove_privileges };
    policy_store *store = NULL;
    const SID *sid;
    nt_status st = check_sid(&sid, job->sid);

    if (!nt_failed(st))
        st = directory_policy(d, &store);
    if (!nt_failed(st))
        st = policy_store_change_rights(store, sid, add, remove);
    return nt_failed(st) ? st : tell(d, store, ret);
}

nt_status policy_job_set(struct directory *d, Openlogon__Worker__PolicySnapshot *ret,
                         const Openlogon__Worker__PolicySetJob *job)
{
    struct policy_store_setting settings[POLICY_SETTINGS_MAX];
    policy_store *store = NULL;
    nt_status st = directory_policy(d, &store);

    if (nt_failed(st))
        return st;
    if (job->n_values > ARRAY_SIZE(settings))
        return NT(INVALID_PARAMETER);
    for (size_t i = 0; i < job->n_values; i++) {
        const Openlogon__Worker__PolicyValue *value = job->values[i];

        settings[i] = (struct policy_store_setting){ .name = value->name,
                                                     .bytes = value->none        ? NULL
                                                              : value->value.len ? value->value.data
                                                                                 : (const void *)"",
                                                     .size = value->value.len };
    }
    st = policy_store_set(store, settings, job->n_values);
    return nt_failed(st) ? st : tell(d, store, ret);
}

/* The one who asks gets a status; the one who can do something about it reads the log. */
static nt_status explain(nt_status st)
{
    if (NT_IS(st, DECRYPTION_FAILED))
        log_error("the secrets in policy.db cannot be read: the key (policy.key in the state "
                  "directory, or the credential openlogon-policy-key) is lost or another one; put "
                  "it back, or delete the secrets one by one");
    if (NT_IS(st, FILE_CORRUPT_ERROR))
        log_error("the key of the secrets in policy.db is not 32 bytes long");
    return st;
}

nt_status policy_job_store_secret(struct directory *d,
                                  const Openlogon__Worker__PolicyStoreSecretJob *job)
{
    policy_store *store = NULL;
    nt_status st = directory_policy(d, &store);

    if (nt_failed(st))
        return st;
    if (job->remove)
        return policy_store_delete_secret(store, job->name);
    return explain(policy_store_put_secret(store, job->name, job->value.data, job->value.len));
}

nt_status policy_job_retrieve_secret(struct directory *d, Openlogon__Worker__PolicySecret *ret,
                                     const Openlogon__Worker__PolicyRetrieveSecretJob *job)
{
    _cleanup_(secret_freep) secret *value = NULL;
    policy_store *store = NULL;
    size_t size = 0;
    nt_status st = directory_policy(d, &store);

    if (!nt_failed(st))
        st = explain(policy_store_get_secret(store, &value, &size, job->name));
    if (nt_failed(st))
        return st;
    ret->value.len = size;
    ret->value.data = arena_copy(d->memory, secret_bytes(value), size);
    return ret->value.data ? NT_OK : NT(NO_MEMORY);
}
