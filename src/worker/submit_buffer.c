/* SPDX-License-Identifier: MIT */
#include "worker/submit_buffer.h"

#include <string.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/utf16.h"

enum {
    /* Units of one text, with its terminating zero: three of them stay below CLIENT_BUFFER_MAX. */
    TEXT_UNITS_MAX = 10 * 1024,
};

struct text_in {
    const void *text;
    size_t size;
};

/* UTF-16 never has more units than UTF-8 has bytes. */
static nt_status measure(size_t *ret, const struct text_in *texts, size_t n)
{
    size_t size = sizeof(MSV1_0_INTERACTIVE_LOGON);

    for (size_t i = 0; i < n; i++) {
        if (texts[i].size >= TEXT_UNITS_MAX)
            return NT(NAME_TOO_LONG);
        size += (texts[i].size + 1) * sizeof(WCHAR);
    }
    *ret = size;
    return NT_OK;
}

/* Writes one text at *offset, and the string that points there in the client's memory. */
static nt_status put_text(UNICODE_STRING *string, struct submit_buffer *b, size_t *offset,
                          struct text_in text)
{
    WCHAR *to = (WCHAR *)(void *)((uint8_t *)b->copy + *offset);
    size_t units = 0;
    nt_status st = utf8_to_utf16_buffer(to, text.size + 1, &units, text.text, text.size);

    if (nt_failed(st))
        return st;
    string->Length = (USHORT)(units * sizeof(WCHAR));
    string->MaximumLength = (USHORT)(string->Length + sizeof(WCHAR));
    string->Buffer = (PWSTR)(void *)((uint8_t *)b->client_base + *offset);
    *offset += string->MaximumLength;
    return NT_OK;
}

static nt_status fill(struct submit_buffer *b, const struct text_in texts[static 3])
{
    MSV1_0_INTERACTIVE_LOGON *logon = b->copy;
    UNICODE_STRING *strings[] = { &logon->LogonDomainName, &logon->UserName, &logon->Password };
    size_t offset = sizeof(*logon);

    logon->MessageType = MsV1_0InteractiveLogon;
    for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
        nt_status st = put_text(strings[i], b, &offset, texts[i]);

        if (nt_failed(st))
            return st;
    }
    b->size = offset;
    return NT_OK;
}

static nt_status make_from_names(struct submit_buffer *ret, struct client_request *request,
                                 const Openlogon__Worker__LogonJob *job)
{
    const struct text_in texts[] = {
        { job->domain, strlen(job->domain) },
        { job->user, strlen(job->user) },
        { job->password.data, job->password.len },
    };
    struct submit_buffer b = { 0 };
    size_t room = 0;
    nt_status st = measure(&room, texts, ARRAY_SIZE(texts));

    if (!nt_failed(st))
        st = client_request_allocate(request, &b.client_base, room);
    if (nt_failed(st))
        return st;
    b.copy = arena_alloc(request->memory, room);
    if (!b.copy)
        return NT(NO_MEMORY);
    st = fill(&b, texts);
    if (!nt_failed(st))
        st = client_request_write(request, b.client_base, b.copy, b.size);
    if (!nt_failed(st))
        *ret = b;
    return st;
}

nt_status submit_buffer_take(struct submit_buffer *ret, struct client_request *request,
                             const Openlogon__Worker__SubmitBuffer *sent)
{
    struct submit_buffer b = { .client_base = (void *)(uintptr_t)sent->address, /* NOLINT */
                               .size = sent->bytes.len };
    nt_status st;

    if (b.size == 0) { /* a package may want nothing but the call itself */
        *ret = b;
        return NT_OK;
    }
    st = client_request_add_sent(request, sent->address, sent->bytes.data, b.size);
    if (nt_failed(st))
        return st;
    b.copy = arena_copy(request->memory, sent->bytes.data, b.size);
    if (!b.copy)
        return NT(NO_MEMORY);
    *ret = b;
    return NT_OK;
}

nt_status submit_buffer_make(struct submit_buffer *ret, struct client_request *request,
                             const Openlogon__Worker__LogonJob *job)
{
    return job->submit ? submit_buffer_take(ret, request, job->submit)
                       : make_from_names(ret, request, job);
}
