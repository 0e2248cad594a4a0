/* SPDX-License-Identifier: MIT */
#include "packages/common/interactive_logon.h"

#include <string.h>

#include "packages/common/submit.h"

void interactive_logon_done(struct interactive_logon *l)
{
    free(l->domain);
    free(l->user);
    l->password = secret_free(l->password);
    *l = (struct interactive_logon){ 0 };
}

static nt_status read_texts(struct interactive_logon *ret, const struct submit *submit,
                            const MSV1_0_INTERACTIVE_LOGON *header)
{
    struct submit_password password = { 0 };
    nt_status st = submit_name(&ret->domain, submit, header->LogonDomainName);

    if (!nt_failed(st))
        st = submit_name(&ret->user, submit, header->UserName);
    if (!nt_failed(st))
        st = submit_take_password(&password, submit, header->Password);
    ret->password = password.text;
    ret->password_size = password.size;
    return st;
}

/* All of them look alike. */
static bool kind_is_known(MSV1_0_LOGON_SUBMIT_TYPE kind)
{
    return kind == MsV1_0InteractiveLogon || kind == MsV1_0WorkstationUnlockLogon ||
           kind == MsV1_0NoElevationLogon;
}

nt_status interactive_logon_read(struct interactive_logon *ret, const void *submit_bytes,
                                 const void *client_base, size_t size)
{
    const struct submit submit = { submit_bytes, client_base, size };
    struct interactive_logon read = { 0 };
    MSV1_0_INTERACTIVE_LOGON header;
    nt_status st;

    if (size < sizeof(header))
        return NT(INVALID_PARAMETER);
    memcpy(&header, submit_bytes, sizeof(header));
    if (!kind_is_known(header.MessageType))
        return NT(NOT_SUPPORTED);
    read.user_flags = header.MessageType == MsV1_0NoElevationLogon ? LOGON_NO_ELEVATION : 0;
    st = read_texts(&read, &submit, &header);
    if (nt_failed(st)) {
        interactive_logon_done(&read);
        return st;
    }
    *ret = read;
    return NT_OK;
}
