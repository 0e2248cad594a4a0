/* SPDX-License-Identifier: MIT */
#include "worker/lsa_packages.h"

#include <string.h>

#include "base/utf16.h"
#include "worker/lsa_core.h"
#include "worker/lsa_heap.h"

enum { RETURNS_MAX = 64 };

/* What came back and was not freed: the other package chose where in the block it lies. */
static struct returned {
    void *block;
    void *given;
} returns[RETURNS_MAX];

static struct returned *find_return(const void *given)
{
    for (size_t i = 0; i < ARRAY_SIZE(returns); i++) {
        if (returns[i].given == given)
            return &returns[i];
    }
    return NULL;
}

static VOID NTAPI free_return_buffer(PVOID base)
{
    struct returned *found = base ? find_return(base) : NULL;

    if (!found) {
        lsa_heap_free(base);
        return;
    }
    lsa_heap_free(found->block);
    *found = (struct returned){ 0 };
}

/* --- calls -------------------------------------------------------------------------------------
 */

/* One call: what goes in, and where what comes back may lie. */
struct message {
    const UNICODE_STRING *package;
    const void *base;
    const void *submit;
    ULONG size;
    bool passthrough;

    struct returned *slot;
    void *window;
    PVOID *returned;
    PULONG returned_size;
    PNTSTATUS protocol_status;
};

static nt_status take_return(struct message *m, const Openlogon__Worker__CallResult *result)
{
    const uint64_t offset = result->address - (uintptr_t)m->window;

    if (m->protocol_status)
        *m->protocol_status = result->protocol_status;
    if (result->value.len == 0)
        return NT_OK;
    if (offset > CLIENT_BUFFER_MAX || result->value.len > CLIENT_BUFFER_MAX - offset)
        return NT(INTERNAL_ERROR);
    memcpy((uint8_t *)m->window + offset, result->value.data, result->value.len);
    *m->slot = (struct returned){ m->window, (uint8_t *)m->window + offset };
    *m->returned = m->slot->given;
    *m->returned_size = (ULONG)result->value.len;
    m->window = NULL;
    return NT_OK;
}

static nt_status send_message(struct message *m, char *package)
{
    Openlogon__Worker__CallPackage call_package = OPENLOGON__WORKER__CALL_PACKAGE__INIT;
    Openlogon__Worker__SubmitBuffer submit = OPENLOGON__WORKER__SUBMIT_BUFFER__INIT;
    Openlogon__Worker__ClientWindow window = OPENLOGON__WORKER__CLIENT_WINDOW__INIT;
    Openlogon__Worker__Call call = OPENLOGON__WORKER__CALL__INIT;
    Openlogon__Worker__CallResult *result = NULL;
    size_t mark = 0;
    nt_status st;

    submit.address = (uintptr_t)m->base;
    submit.bytes = (ProtobufCBinaryData){ m->size, (uint8_t *)(uintptr_t)m->submit };
    window.address = (uintptr_t)m->window;
    window.size = CLIENT_BUFFER_MAX;
    call_package.package = package;
    call_package.submit = &submit;
    call_package.window = &window;
    call_package.passthrough = m->passthrough;
    call.call_case = OPENLOGON__WORKER__CALL__CALL_CALL_PACKAGE;
    call.call_package = &call_package;
    st = lsa_call(&call, &result, &mark);
    if (NT_IS(st, INVALID_SERVER_STATE))
        return st;
    if (!nt_failed(st))
        st = take_return(m, result);
    arena_rewind(lsa_memory(), mark);
    return st;
}

static NTSTATUS call(struct message *m)
{
    _cleanup_(freep) char *package = NULL;
    nt_status st;

    if (!m->package || !m->package->Buffer || m->package->Length % sizeof(WCHAR) ||
        (m->size > 0 && !m->submit) || !m->returned || !m->returned_size)
        return STATUS_INVALID_PARAMETER;
    if (!lsa_request())
        return STATUS_INVALID_SERVER_STATE;
    st = utf16_to_utf8(&package, NULL, m->package->Buffer, m->package->Length / sizeof(WCHAR));
    if (nt_failed(st))
        return st.code;
    *m->returned = NULL;
    *m->returned_size = 0;
    m->slot = find_return(NULL);
    m->window = m->slot ? lsa_heap_allocate(CLIENT_BUFFER_MAX) : NULL;
    if (!m->window)
        return STATUS_INSUFFICIENT_RESOURCES;
    st = send_message(m, package);
    lsa_heap_free(m->window);
    return st.code;
}

static NTSTATUS NTAPI call_package(PUNICODE_STRING package, PVOID submit, ULONG submit_size,
                                   PVOID *returned, PULONG returned_size, PNTSTATUS protocol_status)
{
    struct message m = { .package = package,
                         .base = submit,
                         .submit = submit,
                         .size = submit_size,
                         .returned = returned,
                         .returned_size = returned_size,
                         .protocol_status = protocol_status };

    return call(&m);
}

static NTSTATUS NTAPI call_package_ex(PUNICODE_STRING package, PVOID client_base, PVOID submit,
                                      ULONG submit_size, PVOID *returned, PULONG returned_size,
                                      PNTSTATUS protocol_status)
{
    struct message m = { .package = package,
                         .base = client_base,
                         .submit = submit,
                         .size = submit_size,
                         .returned = returned,
                         .returned_size = returned_size,
                         .protocol_status = protocol_status };

    return call(&m);
}

static NTSTATUS NTAPI call_package_passthrough(PUNICODE_STRING package, PVOID client_base,
                                               PVOID submit, ULONG submit_size, PVOID *returned,
                                               PULONG returned_size, PNTSTATUS protocol_status)
{
    struct message m = { .package = package,
                         .base = client_base,
                         .submit = submit,
                         .size = submit_size,
                         .passthrough = true,
                         .returned = returned,
                         .returned_size = returned_size,
                         .protocol_status = protocol_status };

    return call(&m);
}

/* --- the client's memory -----------------------------------------------------------------------
 */

/* A buffer that lies with the client is copied from what it sent, into memory that FreeLsaHeap
 * frees; any other is here already. */
static NTSTATUS NTAPI map_buffer(PSecBuffer input, PSecBuffer output)
{
    void *copy;
    nt_status st;

    if (!input || !output)
        return STATUS_INVALID_PARAMETER;
    if (!(input->BufferType & SECBUFFER_UNMAPPED)) {
        *output = *input;
        return STATUS_SUCCESS;
    }
    if (!lsa_request())
        return STATUS_INVALID_SERVER_STATE;
    copy = lsa_heap_allocate(input->cbBuffer);
    if (!copy)
        return STATUS_NO_MEMORY;
    st = client_request_read(lsa_request(), copy, input->pvBuffer, input->cbBuffer);
    if (nt_failed(st)) {
        lsa_heap_free(copy);
        return st.code;
    }
    *output = (SecBuffer){ .cbBuffer = input->cbBuffer,
                           .BufferType = input->BufferType & ~(ULONG)SECBUFFER_UNMAPPED,
                           .pvBuffer = copy };
    return STATUS_SUCCESS;
}

void lsa_fill_packages(LSA_SECPKG_FUNCTION_TABLE *table)
{
    table->CallPackage = call_package;
    table->CallPackageEx = call_package_ex;
    table->CallPackagePassthrough = call_package_passthrough;
    table->FreeReturnBuffer = free_return_buffer;
    table->MapBuffer = map_buffer;
}
