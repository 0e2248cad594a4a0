/* SPDX-License-Identifier: MIT */
#include "packages/common/submit.h"

#include <string.h>

#include "base/utf16.h"

struct text {
    const WCHAR *units;
    size_t n_units;
};

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

nt_status submit_name(char **ret, const struct submit *submit, UNICODE_STRING string)
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

void submit_password_done(struct submit_password *password)
{
    password->text = secret_free(password->text);
    password->size = 0;
}

nt_status submit_take_password(struct submit_password *ret, const struct submit *submit,
                               UNICODE_STRING string)
{
    _cleanup_(submit_password_done) struct submit_password password = { 0 };
    struct text text;
    nt_status st = find_text(&text, submit, string);
    size_t room;

    if (nt_failed(st))
        return st;
    room = 3 * text.n_units + 1; /* no UTF-16 unit takes more than three bytes */
    st = secret_new(&password.text, room);
    if (!nt_failed(st))
        st = utf16_to_utf8_buffer((char *)secret_bytes(password.text), room, &password.size,
                                  text.units, text.n_units);
    if (nt_failed(st))
        return st;
    *ret = password;
    password = (struct submit_password){ 0 };
    return NT_OK;
}
