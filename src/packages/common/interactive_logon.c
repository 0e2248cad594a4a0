/* SPDX-License-Identifier: MIT */
#include "packages/common/interactive_logon.h"

#include <stdint.h>
#include <string.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/utf16.h"

/* A submit buffer: where its bytes are, and where the client had them. */
struct submit {
    const uint8_t *bytes;
    const void *client_base;
    size_t size;
};

struct text {
    const WCHAR *units;
    size_t n_units;
};

void interactive_logon_done(struct interactive_logon *l)
{
    free(l->domain);
    free(l->user);
    l->password = secret_free(l->password);
    *l = (struct interactive_logon){ 0 };
}

static nt_status find_text(struct text *ret, const struct submit *submit, UNICODE_STRING string)
{
    uintptr_t offset = (uintptr_t)string.Buffer - (uintptr_t)submit->client_base;

    *ret = (struct text){ 0 };
    if (string.Length == 0)
        return NT_OK;
    if (!string.Buffer || offset > submit->size || string.Length > submit->size - offset ||
        offset % sizeof(WCHAR) != 0 || string.Length % sizeof(WCHAR) != 0)
        return NT(INVALID_PARAMETER);
    ret->units = (const WCHAR *)(const void *)(submit->bytes + offset);
    ret->n_units = string.Length / sizeof(WCHAR);
    return NT_OK;
}

static nt_status read_name(char **ret, const struct submit *submit, UNICODE_STRING string)
{
    _cleanup_(freep) char *name = NULL;
    struct text text;
    size_t size = 0;
    nt_status st = find_text(&text, submit, string);

    if (!nt_failed(st))
        st = utf16_to_utf8(&name, &size, text.units, text.n_units);
    if (nt_failed(st))
        return st;
    if (strlen(name) != size)
        return NT(INVALID_PARAMETER);
    *ret = TAKE(name);
    return NT_OK;
}

static nt_status read_password(struct interactive_logon *ret, const struct submit *submit,
                               UNICODE_STRING string)
{
    struct text text;
    nt_status st = find_text(&text, submit, string);
    size_t room;

    if (nt_failed(st))
        return st;
    room = 3 * text.n_units + 1; /* no UTF-16 unit takes more than three bytes */
    st = secret_new(&ret->password, room);
    if (nt_failed(st))
        return st;
    return utf16_to_utf8_buffer((char *)secret_bytes(ret->password), room, &ret->password_size,
                                text.units, text.n_units);
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
    if (header.MessageType != MsV1_0InteractiveLogon)
        return NT(NOT_SUPPORTED);
    st = read_name(&read.domain, &submit, header.LogonDomainName);
    if (!nt_failed(st))
        st = read_name(&read.user, &submit, header.UserName);
    if (!nt_failed(st))
        st = read_password(&read, &submit, header.Password);
    if (nt_failed(st)) {
        interactive_logon_done(&read);
        return st;
    }
    *ret = read;
    return NT_OK;
}
