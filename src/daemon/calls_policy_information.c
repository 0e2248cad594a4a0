/* SPDX-License-Identifier: MIT */
/* Parts of the policy by their POLICY_INFORMATION_CLASS: what is in each, and who may. */
#include "daemon/calls.h"

#include <string.h>

#include <windows.h>
#include <ntsecapi.h>

#include "daemon/policy_call.h"

enum {
    CLASS_ELEVATION = 0x10000, /* OpenLogon's own: openlogon.h */
    CLASS_FIELDS_MAX = 16,
    NUMBER_UNCHANGED = -1, /* as an uint32_t */
};

enum part_flags {
    PART_HAS_GUID = 1 << 0,
    PART_HAS_SID = 1 << 1,
    PART_IS_MACHINE = 1 << 2, /* the account domain: no setting at all */
};

/* What is in each part, in the order of its structure, and who may read and write it. */
static const struct part {
    uint32_t info_class;
    uint32_t read, write; /* POLICY_* rights; write 0: it is not changed here */
    unsigned flags;
    enum policy_setting first_number;
    size_t n_numbers;
    enum policy_setting first_text;
    size_t n_texts;
} parts[] = {
    { PolicyAuditEventsInformation, POLICY_VIEW_AUDIT_INFORMATION, POLICY_SET_AUDIT_REQUIREMENTS, 0,
      POLICY_AUDIT_MODE, 10, 0, 0 },
    { PolicyPrimaryDomainInformation, POLICY_VIEW_LOCAL_INFORMATION, POLICY_TRUST_ADMIN,
      PART_HAS_SID, 0, 0, POLICY_DOMAIN_NAME, 1 },
    { PolicyDnsDomainInformation, POLICY_VIEW_LOCAL_INFORMATION, POLICY_TRUST_ADMIN,
      PART_HAS_SID | PART_HAS_GUID, 0, 0, POLICY_DOMAIN_NAME, 3 },
    { PolicyLsaServerRoleInformation, POLICY_VIEW_LOCAL_INFORMATION, POLICY_SERVER_ADMIN, 0,
      POLICY_SERVER_ROLE, 1, 0, 0 },
    { PolicyAccountDomainInformation, POLICY_VIEW_LOCAL_INFORMATION, 0, PART_IS_MACHINE, 0, 0, 0,
      0 },
    { PolicyLocalAccountDomainInformation, POLICY_VIEW_LOCAL_INFORMATION, 0, PART_IS_MACHINE, 0, 0,
      0, 0 },
    { PolicyPdAccountInformation, POLICY_GET_PRIVATE_INFORMATION, 0, 0, 0, 0, 0, 0 },
    { CLASS_ELEVATION, POLICY_VIEW_LOCAL_INFORMATION, POLICY_SERVER_ADMIN, 0,
      POLICY_ELEVATION_SPLIT, 3, 0, 0 },
};

/* Errors: NOT_SUPPORTED (a class of Windows that is not here), INVALID_PARAMETER */
static nt_status find_part(uint32_t info_class, const struct part **ret)
{
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        if (parts[i].info_class == info_class) {
            *ret = &parts[i];
            return NT_OK;
        }
    }
    return info_class > 0 && info_class < PolicyLastEntry ? NT(NOT_SUPPORTED)
                                                          : NT(INVALID_PARAMETER);
}

static ProtobufCBinaryData lend(struct policy_value value)
{
    return (ProtobufCBinaryData){ value.size, (uint8_t *)(uintptr_t)value.bytes };
}

static nt_status put_text(Openlogon__PolicyInformation *reply, struct policy_value value,
                          MessageArena *arena)
{
    char *text = message_arena_alloc(arena, value.size + 1);

    if (!text)
        return NT(NO_MEMORY);
    if (value.size > 0)
        memcpy(text, value.bytes, value.size);
    reply->texts[reply->n_texts++] = text;
    return NT_OK;
}

static nt_status put_machine(Openlogon__PolicyInformation *reply, const Authority *authority,
                             MessageArena *arena)
{
    const struct policy_value name = { authority->machine_name, strlen(authority->machine_name) };

    reply->sid =
        lend((struct policy_value){ &authority->machine, sid_length(&authority->machine.sid) });
    return put_text(reply, name, arena);
}

static nt_status put_settings(Openlogon__PolicyInformation *reply, const struct part *part,
                              const Policy *policy, MessageArena *arena)
{
    nt_status st = NT_OK;

    for (size_t i = 0; i < part->n_numbers; i++)
        reply->numbers[reply->n_numbers++] =
            policy_get_number(policy, (enum policy_setting)(part->first_number + i));
    for (size_t i = 0; i < part->n_texts && !nt_failed(st); i++)
        st =
            put_text(reply, policy_get(policy, (enum policy_setting)(part->first_text + i)), arena);
    if (part->flags & PART_HAS_GUID)
        reply->guid = lend(policy_get(policy, POLICY_DOMAIN_GUID));
    if (part->flags & PART_HAS_SID)
        reply->sid = lend(policy_get(policy, POLICY_DOMAIN_SID));
    return st;
}

nt_status call_policy_query(struct call *call)
{
    const Openlogon__PolicyQueryRequest *request = call->request->policy_query;
    Openlogon__PolicyInformation *reply = &call->answer.policy_information;
    const Authority *authority = call->daemon->authority;
    MessageArena *arena = call->daemon->arena;
    const struct part *part;
    nt_status st = policy_call_check(call, request->handle, 0);

    if (!nt_failed(st))
        st = find_part(request->info_class, &part);
    if (!nt_failed(st))
        st = policy_call_check(call, request->handle, part->read);
    if (!nt_failed(st))
        st = policy_status(authority->policy);
    if (nt_failed(st))
        return st;
    openlogon__policy_information__init(reply);
    reply->info_class = request->info_class;
    reply->numbers = message_arena_alloc(arena, CLASS_FIELDS_MAX * sizeof(*reply->numbers));
    reply->texts = message_arena_alloc(arena, CLASS_FIELDS_MAX * sizeof(*reply->texts));
    if (!reply->numbers || !reply->texts)
        return NT(NO_MEMORY);
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_POLICY_INFORMATION;
    call->answer.reply.policy_information = reply;
    return part->flags & PART_IS_MACHINE ? put_machine(reply, authority, arena)
                                         : put_settings(reply, part, authority->policy, arena);
}

/* The settings that a change makes; each checked as it is added. */
struct change {
    Openlogon__Worker__PolicySetJob job;
    Openlogon__Worker__PolicyValue values[CLASS_FIELDS_MAX];
    Openlogon__Worker__PolicyValue *pointers[CLASS_FIELDS_MAX];
    uint8_t numbers[CLASS_FIELDS_MAX][4];
};

static Openlogon__Worker__PolicyValue *next_value(struct change *change,
                                                  enum policy_setting setting)
{
    Openlogon__Worker__PolicyValue *value = &change->values[change->job.n_values];

    openlogon__worker__policy_value__init(value);
    value->name = (char *)(uintptr_t)policy_setting_name(setting);
    change->pointers[change->job.n_values++] = value;
    return value;
}

static nt_status change_value(struct change *change, enum policy_setting setting,
                              struct policy_value value)
{
    next_value(change, setting)->value = lend(value);
    return policy_setting_check(setting, value);
}

static nt_status change_number(struct change *change, enum policy_setting setting, uint32_t number)
{
    uint8_t *bytes = change->numbers[change->job.n_values];

    if (number == (uint32_t)NUMBER_UNCHANGED)
        return NT_OK;
    for (size_t i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    return change_value(change, setting, (struct policy_value){ bytes, 4 });
}

static nt_status change_fields(struct change *change, const struct part *part,
                               const Openlogon__PolicyInformation *from)
{
    nt_status st = NT_OK;

    if (from->n_numbers > part->n_numbers || from->n_texts != part->n_texts)
        return NT(INVALID_PARAMETER);
    for (size_t i = 0; i < from->n_numbers && !nt_failed(st); i++)
        st = change_number(change, (enum policy_setting)(part->first_number + i), from->numbers[i]);
    for (size_t i = 0; i < from->n_texts && !nt_failed(st); i++)
        st = change_value(change, (enum policy_setting)(part->first_text + i),
                          (struct policy_value){ from->texts[i], strlen(from->texts[i]) });
    if (!nt_failed(st) && (part->flags & PART_HAS_GUID))
        st = change_value(change, POLICY_DOMAIN_GUID,
                          (struct policy_value){ from->guid.data, from->guid.len });
    if (!nt_failed(st) && (part->flags & PART_HAS_SID))
        st = change_value(change, POLICY_DOMAIN_SID,
                          (struct policy_value){ from->sid.data, from->sid.len });
    return st;
}

static void reset_fields(struct change *change, const struct part *part)
{
    for (size_t i = 0; i < part->n_numbers; i++)
        next_value(change, (enum policy_setting)(part->first_number + i))->none = true;
    for (size_t i = 0; i < part->n_texts; i++)
        next_value(change, (enum policy_setting)(part->first_text + i))->none = true;
    if (part->flags & PART_HAS_GUID)
        next_value(change, POLICY_DOMAIN_GUID)->none = true;
    if (part->flags & PART_HAS_SID)
        next_value(change, POLICY_DOMAIN_SID)->none = true;
}

static nt_status find_changeable(const struct call *call, const struct part **ret)
{
    const Openlogon__PolicySetRequest *request = call->request->policy_set;
    nt_status st = policy_call_check(call, request->handle, 0);

    if (!nt_failed(st) && !request->information)
        st = NT(INVALID_PARAMETER);
    if (!nt_failed(st))
        st = find_part(request->information->info_class, ret);
    if (nt_failed(st))
        return st;
    return (*ret)->write ? policy_call_check(call, request->handle, (*ret)->write)
                         : NT(NOT_SUPPORTED);
}

nt_status call_policy_set(struct call *call)
{
    const Openlogon__PolicySetRequest *request = call->request->policy_set;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    struct change change;
    const struct part *part;
    nt_status st = find_changeable(call, &part);

    if (nt_failed(st))
        return st;
    openlogon__worker__policy_set_job__init(&change.job);
    change.job.values = change.pointers;
    if (request->reset)
        reset_fields(&change, part);
    else
        st = change_fields(&change, part, request->information);
    if (nt_failed(st))
        return st;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_POLICY_SET;
    job.policy_set = &change.job;
    return policy_call_ask(call, &job, policy_call_take_change);
}
