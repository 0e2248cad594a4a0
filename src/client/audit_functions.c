/* SPDX-License-Identifier: MIT */
/* Access checks that are audited, and reports on what became of an object. */
#include <windows.h>

#include "client/access_query.h"
#include "client/audit.h"
#include "client/impersonation.h"
#include "client/last_error.h"
#include "client/text.h"
#include "client/token_handle.h"
#include "security/access_audit.h"
#include "security/privilege.h"

enum { PRIVILEGES_MAX = 64 };

/* --- names --- */

/* What a report calls the object, as UTF-8. */
struct names {
    LPCSTR subsystem;
    LPCSTR type; /* or of a service */
    LPCSTR object;
};

/* The same, from a program's UTF-16. */
struct owned_names {
    char *subsystem;
    char *type;
    char *object;
};

static void owned_names_done(struct owned_names *names)
{
    text_done(&names->subsystem);
    text_done(&names->type);
    text_done(&names->object);
}

static nt_status owned_names_make(struct owned_names *ret, LPCWSTR subsystem, LPCWSTR type,
                                  LPCWSTR object)
{
    nt_status st = text_from_wide(&ret->subsystem, subsystem);

    if (!nt_failed(st))
        st = text_from_wide(&ret->type, type);
    return nt_failed(st) ? st : text_from_wide(&ret->object, object);
}

static struct names names_of(const struct owned_names *names)
{
    return (struct names){ names->subsystem, names->type, names->object };
}

/* --- audited access checks --- */

/* What all six forms of AccessCheck...AuditAlarm are told. */
struct audited_check {
    struct access_query query;
    struct names names;
    LPVOID handle_id;
    bool has_client; /* the client is a handle, not the thread's token */
    HANDLE client;
    AUDIT_EVENT_TYPE type;
    DWORD flags;
    BOOL creates;
    DWORD *granted;
    DWORD *status;
    BOOL *generate_on_close;
};

static DWORD audited_check_arguments(const struct audited_check *c)
{
    if (!c->names.subsystem)
        return ERROR_INVALID_PARAMETER;
    if (!c->granted || !c->status || !c->generate_on_close)
        return ERROR_NOACCESS;
    if ((c->type != AuditEventObjectAccess && c->type != AuditEventDirectoryServiceAccess) ||
        (c->flags & ~(DWORD)AUDIT_ALLOW_NO_PRIVILEGE))
        return ERROR_INVALID_PARAMETER;
    if ((c->query.flags & ACCESS_RESULT_LIST) && c->query.n_types == 0)
        return ERROR_INVALID_PARAMETER;
    return access_query_check(&c->query);
}

static nt_status thread_client_image(shared_image **ret)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    token_object *token = impersonation_token();
    nt_status st;

    if (!token)
        return NT(NO_IMPERSONATION_TOKEN);
    st = token_object_image(token, &image);
    if (!nt_failed(st))
        st = access_client_check(image->image);
    if (nt_failed(st))
        return st;
    *ret = TAKE(image);
    return NT_OK;
}

/* To the object, or with an answer for each part to any of them. */
static uint32_t granted_to_any(const struct audited_check *c, const struct access_evaluation *e)
{
    uint32_t granted = e->result.granted;

    for (size_t i = 0; (c->query.flags & ACCESS_RESULT_LIST) && i < e->tree.n; i++)
        granted |= e->tree.nodes[i].granted;
    return granted;
}

static void report_check(const struct audited_check *c, const struct access_evaluation *e,
                         uint32_t due)
{
    struct audit_record record = {
        .event = c->type == AuditEventDirectoryServiceAccess ? AUDIT_DIRECTORY_OPERATION
                                                             : AUDIT_HANDLE_REQUESTED,
        .creates = c->creates,
        .subsystem = c->names.subsystem,
        .object_type = c->names.type,
        .object_name = c->names.object,
        .handle_id = c->handle_id,
        .client = e->request.token,
        .desired = c->query.desired,
        .granted = granted_to_any(c, e),
    };

    record.privileges = record.granted ? e->result.privileges_used : 0;
    for (uint32_t kind = ACCESS_AUDIT_SUCCESS; kind <= ACCESS_AUDIT_FAILURE; kind <<= 1) {
        record.success = kind == ACCESS_AUDIT_SUCCESS;
        if (due & kind)
            audit_report(&record);
    }
}

static void answer_check(const struct audited_check *c, const struct access_evaluation *e)
{
    if (!(c->query.flags & ACCESS_RESULT_LIST)) {
        *c->granted = e->result.granted;
        *c->status = !nt_failed(e->result.status);
        if (nt_failed(e->result.status))
            SetLastError(nt_to_win32(e->result.status.code));
        return;
    }
    for (size_t i = 0; i < e->tree.n; i++) {
        c->granted[i] = e->tree.nodes[i].granted;
        c->status[i] = nt_to_win32(e->tree.nodes[i].status.code);
    }
}

/* Without the privilege, where that is allowed, there is an answer but no report. */
static nt_status may_report(const struct audited_check *c, bool *ret)
{
    nt_status st = audit_allowed();

    *ret = !nt_failed(st);
    return NT_IS(st, PRIVILEGE_NOT_HELD) && (c->flags & AUDIT_ALLOW_NO_PRIVILEGE) ? NT_OK : st;
}

static nt_status evaluate_audited(const struct audited_check *c)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    _cleanup_(access_evaluation_done) struct access_evaluation e;
    bool reports;
    uint32_t due = 0;
    nt_status st;

    e.nodes = NULL;
    st = may_report(c, &reports);
    if (!nt_failed(st))
        st = c->has_client ? access_client_image(c->client, &image) : thread_client_image(&image);
    if (!nt_failed(st))
        st = access_query_evaluate(&c->query, image->image, &e);
    if (!nt_failed(st) && reports)
        st = access_audit_due(&due, &e.request, &e.result);
    if (nt_failed(st))
        return st;
    report_check(c, &e, due);
    answer_check(c, &e);
    *c->generate_on_close = due & ACCESS_AUDIT_SUCCESS ? TRUE : FALSE;
    return NT_OK;
}

static BOOL check_and_audit(const struct audited_check *c)
{
    DWORD error = audited_check_arguments(c);

    return error == ERROR_SUCCESS ? finish(evaluate_audited(c)) : fail(error);
}

/* The same with names in UTF-16. */
static BOOL check_and_audit_wide(struct audited_check *c, LPCWSTR subsystem, LPCWSTR type,
                                 LPCWSTR object)
{
    _cleanup_(owned_names_done) struct owned_names names = { NULL };
    nt_status st = owned_names_make(&names, subsystem, type, object);

    if (nt_failed(st))
        return finish(st);
    c->names = names_of(&names);
    return check_and_audit(c);
}

BOOL AccessCheckAndAuditAlarmA(LPCSTR SubsystemName, LPVOID HandleId, LPSTR ObjectTypeName,
                               LPSTR ObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor,
                               DWORD DesiredAccess, PGENERIC_MAPPING GenericMapping,
                               BOOL ObjectCreation, LPDWORD GrantedAccess, LPBOOL AccessStatus,
                               LPBOOL pfGenerateOnClose)
{
    return AccessCheckByTypeAndAuditAlarmA(
        SubsystemName, HandleId, ObjectTypeName, ObjectName, SecurityDescriptor, NULL,
        DesiredAccess, AuditEventObjectAccess, 0, NULL, 0, GenericMapping, ObjectCreation,
        GrantedAccess, AccessStatus, pfGenerateOnClose);
}

BOOL AccessCheckAndAuditAlarmW(LPCWSTR SubsystemName, LPVOID HandleId, LPWSTR ObjectTypeName,
                               LPWSTR ObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor,
                               DWORD DesiredAccess, PGENERIC_MAPPING GenericMapping,
                               BOOL ObjectCreation, LPDWORD GrantedAccess, LPBOOL AccessStatus,
                               LPBOOL pfGenerateOnClose)
{
    return AccessCheckByTypeAndAuditAlarmW(
        SubsystemName, HandleId, ObjectTypeName, ObjectName, SecurityDescriptor, NULL,
        DesiredAccess, AuditEventObjectAccess, 0, NULL, 0, GenericMapping, ObjectCreation,
        GrantedAccess, AccessStatus, pfGenerateOnClose);
}

/* The parameters that the forms by type share, by the names that they have on Windows. */
#define PARAMETERS_BY_TYPE(query_flags, granted_out, status_out)                                   \
    .query = { SecurityDescriptor, PrincipalSelfSid,     DesiredAccess, GenericMapping,            \
               ObjectTypeList,     ObjectTypeListLength, query_flags },                            \
    .handle_id = HandleId, .type = AuditType, .flags = Flags, .creates = ObjectCreation,           \
    .granted = (granted_out), .status = (status_out), .generate_on_close = pfGenerateOnClose

BOOL AccessCheckByTypeAndAuditAlarmA(LPCSTR SubsystemName, LPVOID HandleId, LPCSTR ObjectTypeName,
                                     LPCSTR ObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor,
                                     PSID PrincipalSelfSid, DWORD DesiredAccess,
                                     AUDIT_EVENT_TYPE AuditType, DWORD Flags,
                                     POBJECT_TYPE_LIST ObjectTypeList, DWORD ObjectTypeListLength,
                                     PGENERIC_MAPPING GenericMapping, BOOL ObjectCreation,
                                     LPDWORD GrantedAccess, LPBOOL AccessStatus,
                                     LPBOOL pfGenerateOnClose)
{
    const struct audited_check c = {
        .names = { SubsystemName, ObjectTypeName, ObjectName },
        PARAMETERS_BY_TYPE(0, GrantedAccess, (DWORD *)AccessStatus),
    };

    return check_and_audit(&c);
}

BOOL AccessCheckByTypeAndAuditAlarmW(LPCWSTR SubsystemName, LPVOID HandleId, LPCWSTR ObjectTypeName,
                                     LPCWSTR ObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor,
                                     PSID PrincipalSelfSid, DWORD DesiredAccess,
                                     AUDIT_EVENT_TYPE AuditType, DWORD Flags,
                                     POBJECT_TYPE_LIST ObjectTypeList, DWORD ObjectTypeListLength,
                                     PGENERIC_MAPPING GenericMapping, BOOL ObjectCreation,
                                     LPDWORD GrantedAccess, LPBOOL AccessStatus,
                                     LPBOOL pfGenerateOnClose)
{
    struct audited_check c = {
        PARAMETERS_BY_TYPE(0, GrantedAccess, (DWORD *)AccessStatus),
    };

    return check_and_audit_wide(&c, SubsystemName, ObjectTypeName, ObjectName);
}

BOOL AccessCheckByTypeResultListAndAuditAlarmA(
    LPCSTR SubsystemName, LPVOID HandleId, LPCSTR ObjectTypeName, LPCSTR ObjectName,
    PSECURITY_DESCRIPTOR SecurityDescriptor, PSID PrincipalSelfSid, DWORD DesiredAccess,
    AUDIT_EVENT_TYPE AuditType, DWORD Flags, POBJECT_TYPE_LIST ObjectTypeList,
    DWORD ObjectTypeListLength, PGENERIC_MAPPING GenericMapping, BOOL ObjectCreation,
    LPDWORD GrantedAccess, LPDWORD AccessStatusList, LPBOOL pfGenerateOnClose)
{
    const struct audited_check c = {
        .names = { SubsystemName, ObjectTypeName, ObjectName },
        PARAMETERS_BY_TYPE(ACCESS_RESULT_LIST, GrantedAccess, AccessStatusList),
    };

    return check_and_audit(&c);
}

BOOL AccessCheckByTypeResultListAndAuditAlarmW(
    LPCWSTR SubsystemName, LPVOID HandleId, LPCWSTR ObjectTypeName, LPCWSTR ObjectName,
    PSECURITY_DESCRIPTOR SecurityDescriptor, PSID PrincipalSelfSid, DWORD DesiredAccess,
    AUDIT_EVENT_TYPE AuditType, DWORD Flags, POBJECT_TYPE_LIST ObjectTypeList,
    DWORD ObjectTypeListLength, PGENERIC_MAPPING GenericMapping, BOOL ObjectCreation,
    LPDWORD GrantedAccessList, LPDWORD AccessStatusList, LPBOOL pfGenerateOnClose)
{
    struct audited_check c = {
        PARAMETERS_BY_TYPE(ACCESS_RESULT_LIST, GrantedAccessList, AccessStatusList),
    };

    return check_and_audit_wide(&c, SubsystemName, ObjectTypeName, ObjectName);
}

BOOL AccessCheckByTypeResultListAndAuditAlarmByHandleA(
    LPCSTR SubsystemName, LPVOID HandleId, HANDLE ClientToken, LPCSTR ObjectTypeName,
    LPCSTR ObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor, PSID PrincipalSelfSid,
    DWORD DesiredAccess, AUDIT_EVENT_TYPE AuditType, DWORD Flags, POBJECT_TYPE_LIST ObjectTypeList,
    DWORD ObjectTypeListLength, PGENERIC_MAPPING GenericMapping, BOOL ObjectCreation,
    LPDWORD GrantedAccess, LPDWORD AccessStatusList, LPBOOL pfGenerateOnClose)
{
    const struct audited_check c = {
        .names = { SubsystemName, ObjectTypeName, ObjectName },
        .has_client = true,
        .client = ClientToken,
        PARAMETERS_BY_TYPE(ACCESS_RESULT_LIST, GrantedAccess, AccessStatusList),
    };

    return check_and_audit(&c);
}

BOOL AccessCheckByTypeResultListAndAuditAlarmByHandleW(
    LPCWSTR SubsystemName, LPVOID HandleId, HANDLE ClientToken, LPCWSTR ObjectTypeName,
    LPCWSTR ObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor, PSID PrincipalSelfSid,
    DWORD DesiredAccess, AUDIT_EVENT_TYPE AuditType, DWORD Flags, POBJECT_TYPE_LIST ObjectTypeList,
    DWORD ObjectTypeListLength, PGENERIC_MAPPING GenericMapping, BOOL ObjectCreation,
    LPDWORD GrantedAccessList, LPDWORD AccessStatusList, LPBOOL pfGenerateOnClose)
{
    struct audited_check c = {
        .has_client = true,
        .client = ClientToken,
        PARAMETERS_BY_TYPE(ACCESS_RESULT_LIST, GrantedAccessList, AccessStatusList),
    };

    return check_and_audit_wide(&c, SubsystemName, ObjectTypeName, ObjectName);
}

/* --- reports --- */

static nt_status privileges_mask(uint64_t *ret, const PRIVILEGE_SET *set)
{
    uint64_t mask = 0;

    if (set && set->PrivilegeCount > PRIVILEGES_MAX)
        return NT(INVALID_PARAMETER);
    for (DWORD i = 0; set && i < set->PrivilegeCount; i++)
        mask |= privilege_bit_of_luid(set->Privilege[i].Luid);
    *ret = mask;
    return NT_OK;
}

/* A client of any type will do; one that may not even be identified will not. */
static nt_status reported_client(HANDLE client, shared_image **ret)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = token_handle_image(client, TOKEN_QUERY, &image);

    if (nt_failed(st))
        return st;
    if (token_image_type(image->image) == TokenImpersonation &&
        token_image_level(image->image) < SecurityIdentification)
        return NT(BAD_IMPERSONATION_LEVEL);
    *ret = TAKE(image);
    return NT_OK;
}

/* Fills in client and privileges and reports what the caller knows to be worth it. */
static nt_status report_of_client(struct audit_record *record, HANDLE client,
                                  const PRIVILEGE_SET *privileges)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = audit_allowed();

    if (!nt_failed(st))
        st = privileges_mask(&record->privileges, privileges);
    if (!nt_failed(st))
        st = reported_client(client, &image);
    if (nt_failed(st))
        return st;
    record->client = image->image;
    audit_report(record);
    return NT_OK;
}

/* What ObjectOpenAuditAlarm is told beside the record. */
struct opened_object {
    PSECURITY_DESCRIPTOR descriptor;
    HANDLE client;
    const PRIVILEGE_SET *privileges;
    BOOL *generate_on_close;
};

static nt_status opened_due(uint32_t *ret, const struct audit_record *record,
                            PSECURITY_DESCRIPTOR descriptor)
{
    static const GENERIC_MAPPING no_mapping;
    struct descriptor view = { 0 };
    const struct access_request request = { .token = record->client,
                                            .descriptor = &view,
                                            .desired = record->desired,
                                            .mapping = &no_mapping };
    const struct access_result result = { record->success ? NT_OK : NT(ACCESS_DENIED),
                                          record->granted, record->privileges };

    if (descriptor) {
        nt_status st = descriptor_read(&view, descriptor);

        if (nt_failed(st))
            return st;
    }
    return access_audit_due(ret, &request, &result);
}

static nt_status report_opened(struct audit_record *record, const struct opened_object *object)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    uint32_t due = 0;
    nt_status st = audit_allowed();

    if (!nt_failed(st))
        st = privileges_mask(&record->privileges, object->privileges);
    if (!nt_failed(st))
        st = reported_client(object->client, &image);
    if (nt_failed(st))
        return st;
    record->client = image->image;
    st = opened_due(&due, record, object->descriptor);
    if (nt_failed(st))
        return st;
    if (due)
        audit_report(record);
    *object->generate_on_close = due & ACCESS_AUDIT_SUCCESS ? TRUE : FALSE;
    return NT_OK;
}

BOOL ObjectOpenAuditAlarmA(LPCSTR SubsystemName, LPVOID HandleId, LPSTR ObjectTypeName,
                           LPSTR ObjectName, PSECURITY_DESCRIPTOR pSecurityDescriptor,
                           HANDLE ClientToken, DWORD DesiredAccess, DWORD GrantedAccess,
                           PPRIVILEGE_SET Privileges, BOOL ObjectCreation, BOOL AccessGranted,
                           LPBOOL GenerateOnClose)
{
    const struct opened_object object = { pSecurityDescriptor, ClientToken, Privileges,
                                          GenerateOnClose };
    struct audit_record record = { .event = AUDIT_HANDLE_REQUESTED,
                                   .success = AccessGranted,
                                   .creates = ObjectCreation,
                                   .subsystem = SubsystemName,
                                   .object_type = ObjectTypeName,
                                   .object_name = ObjectName,
                                   .handle_id = HandleId,
                                   .desired = DesiredAccess,
                                   .granted = AccessGranted ? GrantedAccess : 0 };

    if (!SubsystemName)
        return fail(ERROR_INVALID_PARAMETER);
    if (!GenerateOnClose)
        return fail(ERROR_NOACCESS);
    if (DesiredAccess & (GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL))
        return fail(ERROR_GENERIC_NOT_MAPPED);
    return finish(report_opened(&record, &object));
}

BOOL ObjectOpenAuditAlarmW(LPCWSTR SubsystemName, LPVOID HandleId, LPWSTR ObjectTypeName,
                           LPWSTR ObjectName, PSECURITY_DESCRIPTOR pSecurityDescriptor,
                           HANDLE ClientToken, DWORD DesiredAccess, DWORD GrantedAccess,
                           PPRIVILEGE_SET Privileges, BOOL ObjectCreation, BOOL AccessGranted,
                           LPBOOL GenerateOnClose)
{
    _cleanup_(owned_names_done) struct owned_names names = { NULL };
    nt_status st = owned_names_make(&names, SubsystemName, ObjectTypeName, ObjectName);

    if (nt_failed(st))
        return finish(st);
    return ObjectOpenAuditAlarmA(names.subsystem, HandleId, names.type, names.object,
                                 pSecurityDescriptor, ClientToken, DesiredAccess, GrantedAccess,
                                 Privileges, ObjectCreation, AccessGranted, GenerateOnClose);
}

/* Of a handle whose opening was reported; of others there is nothing to tell. */
static BOOL report_handle(enum audit_event event, LPCSTR subsystem, LPVOID handle_id, BOOL generate)
{
    const struct audit_record record = {
        .event = event, .success = true, .subsystem = subsystem, .handle_id = handle_id
    };
    nt_status st;

    if (!subsystem)
        return fail(ERROR_INVALID_PARAMETER);
    st = audit_allowed();
    if (!nt_failed(st) && generate)
        audit_report(&record);
    return finish(st);
}

static BOOL report_handle_wide(enum audit_event event, LPCWSTR subsystem, LPVOID handle_id,
                               BOOL generate)
{
    _cleanup_(text_done) char *text = NULL;
    nt_status st = text_from_wide(&text, subsystem);

    return nt_failed(st) ? finish(st) : report_handle(event, text, handle_id, generate);
}

BOOL ObjectCloseAuditAlarmA(LPCSTR SubsystemName, LPVOID HandleId, BOOL GenerateOnClose)
{
    return report_handle(AUDIT_HANDLE_CLOSED, SubsystemName, HandleId, GenerateOnClose);
}

BOOL ObjectCloseAuditAlarmW(LPCWSTR SubsystemName, LPVOID HandleId, BOOL GenerateOnClose)
{
    return report_handle_wide(AUDIT_HANDLE_CLOSED, SubsystemName, HandleId, GenerateOnClose);
}

BOOL ObjectDeleteAuditAlarmA(LPCSTR SubsystemName, LPVOID HandleId, BOOL GenerateOnClose)
{
    return report_handle(AUDIT_OBJECT_DELETED, SubsystemName, HandleId, GenerateOnClose);
}

BOOL ObjectDeleteAuditAlarmW(LPCWSTR SubsystemName, LPVOID HandleId, BOOL GenerateOnClose)
{
    return report_handle_wide(AUDIT_OBJECT_DELETED, SubsystemName, HandleId, GenerateOnClose);
}

BOOL ObjectPrivilegeAuditAlarmA(LPCSTR SubsystemName, LPVOID HandleId, HANDLE ClientToken,
                                DWORD DesiredAccess, PPRIVILEGE_SET Privileges, BOOL AccessGranted)
{
    struct audit_record record = { .event = AUDIT_PRIVILEGED_OBJECT,
                                   .success = AccessGranted,
                                   .subsystem = SubsystemName,
                                   .handle_id = HandleId,
                                   .desired = DesiredAccess };

    if (!SubsystemName || !Privileges)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(report_of_client(&record, ClientToken, Privileges));
}

BOOL ObjectPrivilegeAuditAlarmW(LPCWSTR SubsystemName, LPVOID HandleId, HANDLE ClientToken,
                                DWORD DesiredAccess, PPRIVILEGE_SET Privileges, BOOL AccessGranted)
{
    _cleanup_(text_done) char *subsystem = NULL;
    nt_status st = text_from_wide(&subsystem, SubsystemName);

    if (nt_failed(st))
        return finish(st);
    return ObjectPrivilegeAuditAlarmA(subsystem, HandleId, ClientToken, DesiredAccess, Privileges,
                                      AccessGranted);
}

BOOL PrivilegedServiceAuditAlarmA(LPCSTR SubsystemName, LPCSTR ServiceName, HANDLE ClientToken,
                                  PPRIVILEGE_SET Privileges, BOOL AccessGranted)
{
    struct audit_record record = { .event = AUDIT_PRIVILEGED_SERVICE,
                                   .success = AccessGranted,
                                   .subsystem = SubsystemName,
                                   .service = ServiceName };

    if (!SubsystemName || !ServiceName || !Privileges)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(report_of_client(&record, ClientToken, Privileges));
}

BOOL PrivilegedServiceAuditAlarmW(LPCWSTR SubsystemName, LPCWSTR ServiceName, HANDLE ClientToken,
                                  PPRIVILEGE_SET Privileges, BOOL AccessGranted)
{
    _cleanup_(owned_names_done) struct owned_names names = { NULL };
    nt_status st = owned_names_make(&names, SubsystemName, ServiceName, NULL);

    if (nt_failed(st))
        return finish(st);
    return PrivilegedServiceAuditAlarmA(names.subsystem, names.type, ClientToken, Privileges,
                                        AccessGranted);
}
