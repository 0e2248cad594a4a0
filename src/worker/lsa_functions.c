/* SPDX-License-Identifier: MIT */
#include "worker/lsa_functions.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "base/luid.h"
#include "worker/lsa_core.h"
#include "worker/lsa_heap.h"
#include "worker/lsa_packages.h"
#include "worker/lsa_threads.h"
#include "worker/lsa_tokens.h"
#include "worker/lsa_unsupported.h"

enum {
    LUID_BLOCK = 64,
    POSTED_SESSIONS_MAX = 8, /* of a job; openlogond may refuse to make more */
};

static struct {
    upstream *up;
    arena *memory;
    struct client_request *request;
    bool is_background; /* there is no client */
    pthread_t thread;   /* the only one that may ask openlogond */
    bool unload;
    uint64_t first_luid; /* of a block that openlogond gave */
    uint64_t made;       /* LUIDs of the block that a session was made with: a bit for each */
    uint64_t next_luid;
    uint32_t n_luids;
} lsa;

void lsa_functions_connect(upstream *up, arena *memory)
{
    lsa.up = up;
    lsa.memory = memory;
    lsa.request = NULL;
    lsa.first_luid = lsa.next_luid = 0;
    lsa.n_luids = 0;
    lsa.thread = pthread_self();
}

arena *lsa_memory(void)
{
    return lsa.memory;
}

void lsa_functions_set_request(struct client_request *request)
{
    lsa.request = request;
    lsa.is_background = false;
    lsa.thread = pthread_self();
}

void lsa_functions_set_background(struct client_request *request)
{
    lsa.request = request;
    lsa.is_background = request != NULL;
}

struct client_request *lsa_request(void)
{
    return lsa.is_background || !pthread_equal(lsa.thread, pthread_self()) ? NULL : lsa.request;
}

bool lsa_functions_take_unload(void)
{
    bool unload = lsa.unload;

    lsa.unload = false;
    return unload;
}

/* --- Calls to openlogond ---------------------------------------------------------------------- */

nt_status lsa_call(Openlogon__Worker__Call *call, Openlogon__Worker__CallResult **ret, size_t *mark)
{
    if (!pthread_equal(lsa.thread, pthread_self()) || !lsa.request || !lsa.up)
        return NT(INVALID_SERVER_STATE);
    *mark = arena_mark(lsa.memory);
    lsa.request->n_calls++;
    return upstream_call(lsa.up, call, ret);
}

/* For Calls whose status is all of the answer. */
static nt_status tell_openlogond(Openlogon__Worker__Call *call)
{
    Openlogon__Worker__CallResult *result = NULL;
    size_t mark = 0;
    nt_status st = lsa_call(call, &result, &mark);

    if (!NT_IS(st, INVALID_SERVER_STATE))
        arena_rewind(lsa.memory, mark);
    return st;
}

static nt_status ask_for_session(uint64_t luid)
{
    Openlogon__Worker__CreateSession create = OPENLOGON__WORKER__CREATE_SESSION__INIT;
    Openlogon__Worker__Call call = OPENLOGON__WORKER__CALL__INIT;

    create.luid = luid;
    call.call_case = OPENLOGON__WORKER__CALL__CALL_CREATE_SESSION;
    call.create_session = &create;
    return tell_openlogond(&call);
}

/* Asks for something whose answer is known, and does not wait for it. */
static void post(uint64_t luid, bool deletes)
{
    Openlogon__Worker__PostedCall posted = OPENLOGON__WORKER__POSTED_CALL__INIT;

    posted.luid = luid;
    posted.deletes = deletes;
    lsa.request->n_calls++;
    upstream_post(lsa.up, &posted);
}

/* Whether nobody but a package that guesses LUIDs can have a session of that LUID. */
static bool is_new(uint64_t luid)
{
    return luid >= lsa.first_luid && luid < lsa.next_luid &&
           (lsa.made >> (luid - lsa.first_luid) & 1) == 0;
}

static nt_status make_session(uint64_t luid)
{
    if (!lsa.request || !lsa.up || !is_new(luid) || lsa.request->n_sessions >= POSTED_SESSIONS_MAX)
        return ask_for_session(luid);
    lsa.made |= UINT64_C(1) << (luid - lsa.first_luid);
    post(luid, false);
    return NT_OK;
}

static NTSTATUS NTAPI create_logon_session(PLUID logon_id)
{
    uint64_t luid;
    nt_status st;

    if (!logon_id)
        return STATUS_INVALID_PARAMETER;
    if (!lsa_request())
        return STATUS_INVALID_SERVER_STATE;
    if (lsa.request->n_sessions == CLIENT_SESSIONS_MAX)
        return STATUS_INSUFFICIENT_RESOURCES;
    luid = luid_to_u64(*logon_id);
    st = make_session(luid);
    if (!nt_failed(st) && !client_request_add_session(lsa.request, luid))
        return STATUS_INSUFFICIENT_RESOURCES;
    return st.code;
}

static nt_status ask_to_delete(uint64_t luid)
{
    Openlogon__Worker__DeleteSession delete = OPENLOGON__WORKER__DELETE_SESSION__INIT;
    Openlogon__Worker__Call call = OPENLOGON__WORKER__CALL__INIT;

    delete.luid = luid;
    call.call_case = OPENLOGON__WORKER__CALL__CALL_DELETE_SESSION;
    call.delete_session = &delete;
    return tell_openlogond(&call);
}

/* One that this job has made is there, and may be deleted. */
nt_status lsa_delete_session(uint64_t luid)
{
    if (!lsa_request() || !lsa.up || !client_request_has_session(lsa.request, luid))
        return ask_to_delete(luid);
    post(luid, true);
    client_request_remove_session(lsa.request, luid);
    return NT_OK;
}

static NTSTATUS NTAPI delete_logon_session(PLUID logon_id)
{
    return logon_id ? lsa_delete_session(luid_to_u64(*logon_id)).code : STATUS_INVALID_PARAMETER;
}

static ProtobufCBinaryData bytes_of_string(const LSA_STRING *string)
{
    return (ProtobufCBinaryData){ .data = (uint8_t *)string->Buffer, .len = string->Length };
}

static bool string_is_sound(const LSA_STRING *string)
{
    return string && (string->Length == 0 || string->Buffer);
}

static NTSTATUS NTAPI add_credential(PLUID logon_id, ULONG package, PLSA_STRING key,
                                     PLSA_STRING credentials)
{
    Openlogon__Worker__AddCredential add = OPENLOGON__WORKER__ADD_CREDENTIAL__INIT;
    Openlogon__Worker__Call call = OPENLOGON__WORKER__CALL__INIT;

    if (!logon_id || !string_is_sound(key) || !string_is_sound(credentials))
        return STATUS_INVALID_PARAMETER;
    add.luid = luid_to_u64(*logon_id);
    add.package = package;
    add.key = bytes_of_string(key);
    add.value = bytes_of_string(credentials);
    call.call_case = OPENLOGON__WORKER__CALL__CALL_ADD_CREDENTIAL;
    call.add_credential = &add;
    return tell_openlogond(&call).code;
}

/* Copies into an LSA_STRING whose buffer is the package's to free with FreeLsaHeap. */
static nt_status give_string(LSA_STRING *ret, ProtobufCBinaryData bytes)
{
    if (bytes.len >= UINT16_MAX)
        return NT(NAME_TOO_LONG);
    ret->Buffer = lsa_heap_allocate(bytes.len + 1);
    if (!ret->Buffer)
        return NT(NO_MEMORY);
    if (bytes.len > 0)
        memcpy(ret->Buffer, bytes.data, bytes.len);
    ret->Length = (USHORT)bytes.len;
    ret->MaximumLength = (USHORT)(bytes.len + 1);
    return NT_OK;
}

static nt_status give_credential(const Openlogon__Worker__CallResult *result, BOOLEAN all,
                                 LSA_STRING *key, LSA_STRING *credentials)
{
    LSA_STRING found = { 0 };
    nt_status st = give_string(&found, result->value);

    if (!nt_failed(st) && all)
        st = give_string(key, result->key);
    if (nt_failed(st)) {
        lsa_heap_free(found.Buffer);
        return st;
    }
    *credentials = found;
    return NT_OK;
}

static NTSTATUS NTAPI get_credentials(PLUID logon_id, ULONG package, PULONG context, BOOLEAN all,
                                      PLSA_STRING key, PULONG key_length, PLSA_STRING credentials)
{
    Openlogon__Worker__GetCredential get = OPENLOGON__WORKER__GET_CREDENTIAL__INIT;
    Openlogon__Worker__Call call = OPENLOGON__WORKER__CALL__INIT;
    Openlogon__Worker__CallResult *result = NULL;
    size_t mark = 0;
    nt_status st;

    if (!logon_id || !context || !key || !credentials || (!all && !string_is_sound(key)))
        return STATUS_INVALID_PARAMETER;
    get.luid = luid_to_u64(*logon_id);
    get.package = package;
    get.context = *context;
    get.all = all != 0;
    if (!all)
        get.key = bytes_of_string(key);
    call.call_case = OPENLOGON__WORKER__CALL__CALL_GET_CREDENTIAL;
    call.get_credential = &get;
    st = lsa_call(&call, &result, &mark);
    if (NT_IS(st, INVALID_SERVER_STATE))
        return st.code;
    if (!nt_failed(st)) {
        st = give_credential(result, all, key, credentials);
        *context = result->context;
        if (key_length)
            *key_length = (ULONG)result->key.len;
    }
    arena_rewind(lsa.memory, mark);
    return st.code;
}

static NTSTATUS NTAPI delete_credential(PLUID logon_id, ULONG package, PLSA_STRING key)
{
    Openlogon__Worker__DeleteCredential delete = OPENLOGON__WORKER__DELETE_CREDENTIAL__INIT;
    Openlogon__Worker__Call call = OPENLOGON__WORKER__CALL__INIT;

    if (!logon_id || !string_is_sound(key))
        return STATUS_INVALID_PARAMETER;
    delete.luid = luid_to_u64(*logon_id);
    delete.package = package;
    delete.key = bytes_of_string(key);
    call.call_case = OPENLOGON__WORKER__CALL__CALL_DELETE_CREDENTIAL;
    call.delete_credential = &delete;
    return tell_openlogond(&call).code;
}

static nt_status fetch_luids(void)
{
    Openlogon__Worker__AllocateLuid allocate = OPENLOGON__WORKER__ALLOCATE_LUID__INIT;
    Openlogon__Worker__Call call = OPENLOGON__WORKER__CALL__INIT;
    Openlogon__Worker__CallResult *result = NULL;
    size_t mark = 0;
    nt_status st;

    allocate.count = LUID_BLOCK;
    call.call_case = OPENLOGON__WORKER__CALL__CALL_ALLOCATE_LUID;
    call.allocate_luid = &allocate;
    st = lsa_call(&call, &result, &mark);
    if (NT_IS(st, INVALID_SERVER_STATE))
        return st;
    if (!nt_failed(st)) {
        lsa.first_luid = lsa.next_luid = result->luid;
        lsa.made = 0;
        lsa.n_luids = LUID_BLOCK;
    }
    arena_rewind(lsa.memory, mark);
    return st;
}

/* The worker's own, for packages: they find it in the executable. securitybaseapi.h */
_public_ BOOL WINAPI AllocateLocallyUniqueId(PLUID luid)
{
    if (!luid || !pthread_equal(lsa.thread, pthread_self()) ||
        (lsa.n_luids == 0 && nt_failed(fetch_luids())))
        return FALSE;
    *luid = luid_from_u64(lsa.next_luid++);
    lsa.n_luids--;
    return TRUE;
}

/* --- memory ----------------------------------------------------------------------------------- */

static PVOID NTAPI allocate_lsa_heap(ULONG length)
{
    return lsa_heap_allocate(length);
}

static PVOID NTAPI allocate_private_heap(SIZE_T length)
{
    return lsa_heap_allocate(length);
}

static VOID NTAPI free_heap(PVOID base)
{
    lsa_heap_free(base);
}

static struct client_request *request_of(PLSA_CLIENT_REQUEST request)
{
    struct client_request *own = lsa_request();

    return own && (void *)request == (void *)own ? own : NULL;
}

static NTSTATUS NTAPI allocate_client_buffer(PLSA_CLIENT_REQUEST request, ULONG length, PVOID *base)
{
    if (!request_of(request) || !base)
        return STATUS_INVALID_PARAMETER;
    return client_request_allocate(request_of(request), base, length).code;
}

static NTSTATUS NTAPI free_client_buffer(PLSA_CLIENT_REQUEST request, PVOID base)
{
    if (!request_of(request))
        return STATUS_INVALID_PARAMETER;
    return client_request_free(request_of(request), base).code;
}

static NTSTATUS NTAPI copy_to_client_buffer(PLSA_CLIENT_REQUEST request, ULONG length, PVOID base,
                                            PVOID bytes)
{
    if (!request_of(request) || (length > 0 && !bytes))
        return STATUS_INVALID_PARAMETER;
    return client_request_write(request_of(request), base, bytes, length).code;
}

static NTSTATUS NTAPI copy_from_client_buffer(PLSA_CLIENT_REQUEST request, ULONG length,
                                              PVOID bytes, PVOID base)
{
    if (!request_of(request) || (length > 0 && !bytes))
        return STATUS_INVALID_PARAMETER;
    return client_request_read(request_of(request), bytes, base, length).code;
}

/* Linux keeps secrets by where they lie: the pages stay out of the swap area and of core dumps.
 * The bytes are not encrypted, so LsaUnprotectMemory has nothing to undo; the pages stay locked,
 * for other secrets may share them. */
static VOID NTAPI protect_memory(PVOID buffer, ULONG size)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t first = (uintptr_t)buffer & ~(page - 1);
    size_t length = (uintptr_t)buffer + size - first;

    if (!buffer || size == 0)
        return;
    if (mlock(buffer, size) < 0)
        log_warning("LsaProtectMemory: cannot lock %u bytes: %s (RLIMIT_MEMLOCK)", size,
                    strerror(errno));
    (void)madvise((void *)first, length, MADV_DONTDUMP);
}

static VOID NTAPI unprotect_memory(PVOID buffer, ULONG size)
{
    (void)buffer;
    (void)size;
}

/* --- who asks --------------------------------------------------------------------------------- */

static NTSTATUS NTAPI get_client_info(PSECPKG_CLIENT_INFO info)
{
    if (!info)
        return STATUS_INVALID_PARAMETER;
    if (!lsa_request())
        return STATUS_INVALID_SERVER_STATE;
    *info = (SECPKG_CLIENT_INFO){
        .LogonId = luid_from_u64(lsa_request()->luid),
        .ProcessID = lsa_request()->pid,
        .HasTcbPrivilege = lsa_request()->has_tcb,
        .ImpersonationLevel = SecurityImpersonation,
    };
    return STATUS_SUCCESS;
}

static BOOLEAN NTAPI get_call_info(PSECPKG_CALL_INFO info)
{
    if (!info || !lsa_request())
        return FALSE;
    *info = (SECPKG_CALL_INFO){
        .ProcessId = lsa_request()->pid,
        .Attributes = lsa_request()->has_tcb ? SECPKG_CALL_IS_TCB : 0,
        .CallCount = lsa_request()->n_calls,
    };
    return TRUE;
}

/* Takes effect when the package has returned: its code is running. */
static NTSTATUS NTAPI unload_package(void)
{
    lsa.unload = true;
    return STATUS_SUCCESS;
}

/* --- the tables ------------------------------------------------------------------------------- */

LSA_DISPATCH_TABLE *lsa_dispatch_table(void)
{
    static LSA_DISPATCH_TABLE functions = {
        .CreateLogonSession = create_logon_session,
        .DeleteLogonSession = delete_logon_session,
        .AddCredential = add_credential,
        .GetCredentials = get_credentials,
        .DeleteCredential = delete_credential,
        .AllocateLsaHeap = allocate_lsa_heap,
        .FreeLsaHeap = free_heap,
        .AllocateClientBuffer = allocate_client_buffer,
        .FreeClientBuffer = free_client_buffer,
        .CopyToClientBuffer = copy_to_client_buffer,
        .CopyFromClientBuffer = copy_from_client_buffer,
    };

    return &functions;
}

LSA_SECPKG_FUNCTION_TABLE *lsa_secpkg_function_table(void)
{
    static LSA_SECPKG_FUNCTION_TABLE given;
    const LSA_DISPATCH_TABLE *basic = lsa_dispatch_table();

    lsa_fill_unsupported(&given);
    lsa_fill_packages(&given);
    lsa_fill_threads(&given);
    lsa_fill_tokens(&given);
    given.CreateLogonSession = basic->CreateLogonSession;
    given.DeleteLogonSession = basic->DeleteLogonSession;
    given.AddCredential = basic->AddCredential;
    given.GetCredentials = basic->GetCredentials;
    given.DeleteCredential = basic->DeleteCredential;
    given.AllocateLsaHeap = basic->AllocateLsaHeap;
    given.FreeLsaHeap = basic->FreeLsaHeap;
    given.AllocateClientBuffer = basic->AllocateClientBuffer;
    given.FreeClientBuffer = basic->FreeClientBuffer;
    given.CopyToClientBuffer = basic->CopyToClientBuffer;
    given.CopyFromClientBuffer = basic->CopyFromClientBuffer;
    given.UnloadPackage = unload_package;
    given.GetClientInfo = get_client_info;
    given.GetCallInfo = get_call_info;
    given.LsaProtectMemory = protect_memory;
    given.LsaUnprotectMemory = unprotect_memory;
    given.AllocatePrivateHeap = allocate_private_heap;
    given.FreePrivateHeap = free_heap;
    return &given;
}
