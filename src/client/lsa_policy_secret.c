/* SPDX-License-Identifier: MIT */
/* Private data: secrets that the authority keeps. */
#include <windows.h>
#include <ntsecapi.h>

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "client/lsa_string.h"
#include "client/policy_handle.h"
#include "client/text.h"

static nt_status read_name(char **ret, const LSA_UNICODE_STRING *name)
{
    return name && name->Length > 0 ? lsa_string_read(ret, name) : NT(INVALID_PARAMETER);
}

NTSTATUS LsaStorePrivateData(LSA_HANDLE PolicyHandle, PLSA_UNICODE_STRING KeyName,
                             PLSA_UNICODE_STRING PrivateData)
{
    Openlogon__PolicyStoreSecretRequest message = OPENLOGON__POLICY_STORE_SECRET_REQUEST__INIT;
    Openlogon__Request request = REQUEST(POLICY_STORE_SECRET, policy_store_secret, &message);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    _cleanup_(text_done) char *name = NULL;
    nt_status st = read_name(&name, KeyName);

    if (nt_failed(st))
        return st.code;
    if (PrivateData && PrivateData->Length > 0 && !PrivateData->Buffer)
        return STATUS_INVALID_PARAMETER;
    message.name = name;
    message.remove = !PrivateData;
    if (PrivateData)
        message.value =
            (ProtobufCBinaryData){ PrivateData->Length, (uint8_t *)PrivateData->Buffer };
    return policy_handle_call(PolicyHandle, &request, &message.handle, REPLY_EMPTY, &reply).code;
}

/* The data are any bytes, a zero character behind them as everywhere. */
static nt_status build(LSA_UNICODE_STRING **ret, const ProtobufCBinaryData *value)
{
    LSA_UNICODE_STRING *data;

    if (value->len > USHRT_MAX)
        return NT(REPLY_MESSAGE_MISMATCH);
    data = calloc(1, sizeof(*data) + value->len + sizeof(WCHAR));
    if (!data)
        return NT(NO_MEMORY);
    data->Buffer = (WCHAR *)(void *)(data + 1);
    data->Length = data->MaximumLength = (USHORT)value->len;
    if (value->len > 0)
        memcpy(data->Buffer, value->data, value->len);
    *ret = data;
    return NT_OK;
}

NTSTATUS LsaRetrievePrivateData(LSA_HANDLE PolicyHandle, PLSA_UNICODE_STRING KeyName,
                                PLSA_UNICODE_STRING *PrivateData)
{
    Openlogon__PolicyRetrieveSecretRequest message =
        OPENLOGON__POLICY_RETRIEVE_SECRET_REQUEST__INIT;
    Openlogon__Request request = REQUEST(POLICY_RETRIEVE_SECRET, policy_retrieve_secret, &message);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    _cleanup_(text_done) char *name = NULL;
    nt_status st = read_name(&name, KeyName);

    if (nt_failed(st))
        return st.code;
    if (!PrivateData)
        return STATUS_INVALID_PARAMETER;
    message.name = name;
    st = policy_handle_call(PolicyHandle, &request, &message.handle, REPLY_OF(POLICY_SECRET),
                            &reply);
    if (nt_failed(st))
        return st.code;
    st = build(PrivateData, &reply.message->policy_secret->value);
    secret_wipe(reply.message->policy_secret->value.data, reply.message->policy_secret->value.len);
    return st.code;
}
