/* SPDX-License-Identifier: MIT */
/* The LSA client functions about packages: connections, logons, messages. They return their status
 * instead of setting the last error. */
#include <windows.h>
#include <ntsecapi.h>

#include <stdlib.h>
#include <string.h>

#include "client/authority.h"
#include "client/client_window.h"
#include "client/handle.h"
#include "client/logon_call.h"
#include "client/process_token.h"
#include "security/privilege.h"

enum {
    NAME_MAX_SIZE = 127, /* ntsecapi.h: of a logon process, of a package */
    ORIGIN_SIZE_MAX = 1024,
};

/* --- connections -------------------------------------------------------------------------- */

/* What a handle means is that its holder has asked for one, and how. */
struct lsa_object {
    struct object base;
    bool is_logon_process;
};

static void lsa_object_destroy(struct object *object)
{
    free(object);
}

static nt_status lsa_handle_open(HANDLE *ret, bool is_logon_process)
{
    struct lsa_object *object = malloc(sizeof(*object));
    nt_status st;

    if (!object)
        return NT(NO_MEMORY);
    object_init(&object->base, OBJECT_LSA, lsa_object_destroy);
    object->is_logon_process = is_logon_process;
    st = handle_open(ret, &object->base, 0, 0);
    object_unref(&object->base);
    return st;
}

static nt_status lsa_handle_check(HANDLE handle, bool *ret_is_logon_process)
{
    struct object *object;
    nt_status st = handle_get(handle, OBJECT_LSA, 0, &object);

    if (nt_failed(st))
        return NT(INVALID_HANDLE);
    if (ret_is_logon_process)
        *ret_is_logon_process = ((struct lsa_object *)(void *)object)->is_logon_process;
    object_unref(object);
    return NT_OK;
}

NTSTATUS LsaConnectUntrusted(PHANDLE LsaHandle)
{
    _cleanup_(connection_unrefp) connection *c = NULL;
    nt_status st;

    if (!LsaHandle)
        return STATUS_INVALID_PARAMETER;
    st = connection_current(&c);
    return nt_failed(st) ? st.code : lsa_handle_open(LsaHandle, false).code;
}

/* The authority looks again where it matters. */
static nt_status check_logon_process(void)
{
    _cleanup_(token_object_unrefp) token_object *process = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = process_token_get(&process, NULL);

    if (!nt_failed(st))
        st = token_object_image(process, &image);
    if (nt_failed(st))
        return st;
    return token_image_privileges_enabled(image->image) & PRIVILEGE_BIT(PRIVILEGE_TCB)
               ? NT_OK
               : NT(PORT_CONNECTION_REFUSED);
}

NTSTATUS LsaRegisterLogonProcess(PLSA_STRING LogonProcessName, PHANDLE LsaHandle,
                                 PLSA_OPERATIONAL_MODE SecurityMode)
{
    nt_status st;

    if (!LogonProcessName || !LogonProcessName->Buffer || !LsaHandle || !SecurityMode)
        return STATUS_INVALID_PARAMETER;
    if (LogonProcessName->Length > NAME_MAX_SIZE)
        return STATUS_NAME_TOO_LONG;
    st = check_logon_process();
    if (!nt_failed(st))
        st = lsa_handle_open(LsaHandle, true);
    if (!nt_failed(st))
        *SecurityMode = 0;
    return st.code;
}

NTSTATUS LsaDeregisterLogonProcess(HANDLE LsaHandle)
{
    nt_status st = lsa_handle_check(LsaHandle, NULL);

    return nt_failed(st) ? st.code : handle_close(LsaHandle).code;
}

/* --- packages ----------------------------------------------------------------------------- */

static nt_status lookup_package(const LSA_STRING *name, ULONG *ret)
{
    Openlogon__LookupPackageRequest lookup = OPENLOGON__LOOKUP_PACKAGE_REQUEST__INIT;
    Openlogon__Request request = REQUEST(LOOKUP_PACKAGE, lookup_package, &lookup);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    char text[NAME_MAX_SIZE + 1] = { 0 };
    nt_status st;

    if (name->Length > NAME_MAX_SIZE)
        return NT(NAME_TOO_LONG);
    memcpy(text, name->Buffer, name->Length);
    lookup.name = text;
    st = authority_call(AS_PROCESS, &request, REPLY_OF(PACKAGE), &reply, NULL);
    if (!nt_failed(st))
        *ret = reply.message->package->id;
    return st;
}

NTSTATUS LsaLookupAuthenticationPackage(HANDLE LsaHandle, PLSA_STRING PackageName,
                                        PULONG AuthenticationPackage)
{
    nt_status st = lsa_handle_check(LsaHandle, NULL);

    if (nt_failed(st))
        return st.code;
    if (!PackageName || !PackageName->Buffer || !AuthenticationPackage)
        return STATUS_INVALID_PARAMETER;
    return lookup_package(PackageName, AuthenticationPackage).code;
}

/* A buffer of the program's, as it is. */
static Openlogon__SubmitBuffer submit_of(ULONG package, void *buffer, ULONG size)
{
    Openlogon__SubmitBuffer submit = OPENLOGON__SUBMIT_BUFFER__INIT;

    submit.package = package;
    submit.address = (uintptr_t)buffer;
    submit.bytes = (ProtobufCBinaryData){ size, buffer };
    return submit;
}

/* --- messages to a package ---------------------------------------------------------------- */

static nt_status send_message(Openlogon__SubmitBuffer *submit, struct client_window *window,
                              struct reply *ret)
{
    Openlogon__CallPackageRequest call = OPENLOGON__CALL_PACKAGE_REQUEST__INIT;
    Openlogon__ClientWindow range = OPENLOGON__CLIENT_WINDOW__INIT;
    Openlogon__Request request = REQUEST(CALL_PACKAGE, call_package, &call);

    range.address = (uintptr_t)window->start;
    range.size = (uint32_t)window->size;
    call.submit = submit;
    call.window = &range;
    return authority_call(AS_THREAD, &request, REPLY_OF(CALL_PACKAGE), ret, NULL);
}

/* What a message was answered; each may be NULL. */
struct message_answer {
    void **buffer;
    ULONG *size;
    NTSTATUS *status;
};

static nt_status call_package(Openlogon__SubmitBuffer *submit, const struct message_answer *ret)
{
    _cleanup_(client_window_done) struct client_window window = { 0 };
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    const Openlogon__ReturnedBuffer *from;
    struct returned returned = { 0 };
    void *buffer = NULL;
    nt_status st = client_window_open(&window);

    if (!nt_failed(st))
        st = send_message(submit, &window, &reply);
    if (nt_failed(st))
        return st;
    from = reply.message->call_package->returned;
    if (from && ret->buffer)
        returned = (struct returned){ from->address, from->bytes.data, from->bytes.len };
    st = client_window_take(&buffer, &window, &returned);
    if (nt_failed(st))
        return st;
    if (ret->buffer)
        *ret->buffer = buffer;
    if (ret->size)
        *ret->size = (ULONG)returned.size;
    if (ret->status)
        *ret->status = reply.message->call_package->protocol_status;
    return NT_OK;
}

NTSTATUS LsaCallAuthenticationPackage(HANDLE LsaHandle, ULONG AuthenticationPackage,
                                      PVOID ProtocolSubmitBuffer, ULONG SubmitBufferLength,
                                      PVOID *ProtocolReturnBuffer, PULONG ReturnBufferLength,
                                      PNTSTATUS ProtocolStatus)
{
    Openlogon__SubmitBuffer submit =
        submit_of(AuthenticationPackage, ProtocolSubmitBuffer, SubmitBufferLength);
    const struct message_answer answer = { ProtocolReturnBuffer, ReturnBufferLength,
                                           ProtocolStatus };
    nt_status st = lsa_handle_check(LsaHandle, NULL);

    if (nt_failed(st))
        return st.code;
    if (!ProtocolSubmitBuffer || SubmitBufferLength == 0)
        return STATUS_INVALID_PARAMETER;
    return call_package(&submit, &answer).code;
}

/* --- logons ------------------------------------------------------------------------------- */

/* What LsaLogonUser() is given beside the connection. */
struct lsa_request {
    const LSA_STRING *origin;
    SECURITY_LOGON_TYPE type;
    Openlogon__SubmitBuffer submit;
    const TOKEN_GROUPS *groups;
    TOKEN_SOURCE *source;
};

static nt_status log_on(struct lsa_request *from, struct logon_answer *ret)
{
    Openlogon__LogonRequest logon = OPENLOGON__LOGON_REQUEST__INIT;
    Openlogon__LsaLogon lsa = OPENLOGON__LSA_LOGON__INIT;
    _cleanup_(logon_groups_done) struct logon_groups groups = { 0 };
    char origin[ORIGIN_SIZE_MAX + 1] = { 0 };
    nt_status st = logon_groups_make(&groups, from->groups);

    if (nt_failed(st))
        return st;
    if (from->origin->Length > ORIGIN_SIZE_MAX)
        return NT(NAME_TOO_LONG);
    memcpy(origin, from->origin->Buffer, from->origin->Length);
    lsa.submit = &from->submit;
    lsa.origin_name = origin;
    lsa.local_groups = groups.list;
    lsa.n_local_groups = groups.n;
    lsa.source_name.data = (uint8_t *)from->source->SourceName;
    lsa.source_name.len = sizeof(from->source->SourceName);
    memcpy(&lsa.source_id, &from->source->SourceIdentifier, sizeof(lsa.source_id));
    logon.logon_type = (uint32_t)from->type;
    logon.lsa = &lsa;
    return logon_call(&logon, LOGON_WITH_PROFILE_BUFFER, ret);
}

NTSTATUS LsaLogonUser(HANDLE LsaHandle, PLSA_STRING OriginName, SECURITY_LOGON_TYPE LogonType,
                      ULONG AuthenticationPackage, PVOID AuthenticationInformation,
                      ULONG AuthenticationInformationLength, PTOKEN_GROUPS LocalGroups,
                      PTOKEN_SOURCE SourceContext, PVOID *ProfileBuffer, PULONG ProfileBufferLength,
                      PLUID LogonId, PHANDLE Token, PQUOTA_LIMITS Quotas, PNTSTATUS SubStatus)
{
    struct lsa_request request = { OriginName, LogonType,
                                   submit_of(AuthenticationPackage, AuthenticationInformation,
                                             AuthenticationInformationLength),
                                   LocalGroups, SourceContext };
    _cleanup_(logon_answer_done) struct logon_answer answer = { 0 };
    bool is_logon_process;
    nt_status st = lsa_handle_check(LsaHandle, &is_logon_process);

    if (nt_failed(st))
        return st.code;
    if (!OriginName || (OriginName->Length > 0 && !OriginName->Buffer) ||
        !AuthenticationInformation || AuthenticationInformationLength == 0 || !SourceContext ||
        !ProfileBuffer || !ProfileBufferLength || !LogonId || !Token || !Quotas || !SubStatus)
        return STATUS_INVALID_PARAMETER;
    if (LocalGroups && !is_logon_process)
        return STATUS_PRIVILEGE_NOT_HELD;
    st = log_on(&request, &answer);
    if (NT_IS(st, ACCOUNT_RESTRICTION))
        *SubStatus = answer.sub_status;
    if (nt_failed(st))
        return st.code;
    *ProfileBufferLength = (ULONG)answer.profile_size;
    *ProfileBuffer = TAKE(answer.profile);
    *LogonId = answer.id;
    *Token = TAKE(answer.token);
    *Quotas = logon_no_quota;
    *SubStatus = STATUS_SUCCESS;
    return STATUS_SUCCESS;
}
