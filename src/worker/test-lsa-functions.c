/* SPDX-License-Identifier: MIT */
/* The tables as a package sees them; Calls to openlogond are tested with the whole worker. */
#include "base/test.h"

#include <handleapi.h>

#include "base/luid.h"
#include "worker/arena.h"
#include "worker/lsa_functions.h"

static void no_entry_is_missing(void **state)
{
    void *entries[sizeof(LSA_SECPKG_FUNCTION_TABLE) / sizeof(void *)];

    memcpy(entries, lsa_secpkg_function_table(), sizeof(entries));
    for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
        assert_non_null(entries[i]);
    for (size_t i = 0; i < sizeof(LSA_DISPATCH_TABLE) / sizeof(void *); i++) {
        void *basic;

        memcpy(&basic, (uint8_t *)lsa_dispatch_table() + i * sizeof(basic), sizeof(basic));
        assert_ptr_equal(basic, entries[i]);
    }
}

static void what_is_not_supported_says_so(void **state)
{
    const LSA_SECPKG_FUNCTION_TABLE *f = lsa_secpkg_function_table();
    PVOID pointer = NULL;
    HANDLE handle = NULL;
    LUID id = { 0 };

    assert_int_equal(f->ImpersonateClient(), STATUS_NOT_SUPPORTED);
    assert_int_equal(f->DuplicateHandle(NULL, &handle), STATUS_NOT_SUPPORTED);
    assert_int_equal(f->OpenTokenByLogonId(&id, &handle), STATUS_NOT_SUPPORTED);
    assert_int_equal(f->OpenSamUser(NULL, SecNameSamCompatible, NULL, FALSE, 0, &pointer),
                     STATUS_NOT_SUPPORTED);
    assert_null(f->CreateSharedMemory(4096, 4096));
    assert_false(f->DeleteSharedMemory(NULL));
}

static DWORD WINAPI do_nothing(LPVOID parameter)
{
    return 0;
}

static void without_a_logon_there_is_nobody_to_ask(void **state)
{
    const LSA_SECPKG_FUNCTION_TABLE *f = lsa_secpkg_function_table();
    struct client_request stranger = { 0 };
    UNICODE_STRING name = { .Length = 2, .Buffer = (WCHAR[]){ 'a', 0 } };
    SECPKG_CLIENT_INFO client;
    SECPKG_CALL_INFO call;
    NTSTATUS status = STATUS_SUCCESS;
    HANDLE handle = NULL;
    PVOID base = NULL;
    ULONG size = 0;
    LUID id = { 0 };

    assert_int_equal(f->CreateLogonSession(&id), STATUS_INVALID_SERVER_STATE);
    assert_int_equal(f->DeleteLogonSession(&id), STATUS_INVALID_SERVER_STATE);
    assert_int_equal(f->CreateLogonSession(NULL), STATUS_INVALID_PARAMETER);
    assert_int_equal(f->GetClientInfo(&client), STATUS_INVALID_SERVER_STATE);
    assert_false(f->GetCallInfo(&call));
    assert_int_equal(f->AllocateClientBuffer((PLSA_CLIENT_REQUEST)(void *)&stranger, 8, &base),
                     STATUS_INVALID_PARAMETER);
    assert_false(AllocateLocallyUniqueId(&id));
    assert_int_equal(f->CreateTokenEx(&id, NULL, Network, SecurityImpersonation,
                                      LsaTokenInformationV1, &base, NULL, NULL, NULL, NULL,
                                      SecSessionPrimaryCred, &handle, &status),
                     STATUS_INVALID_SERVER_STATE);
    assert_int_equal(f->CallPackage(&name, NULL, 0, &base, &size, &status),
                     STATUS_INVALID_SERVER_STATE);
    assert_false(CloseHandle((HANDLE)4));
    assert_false(CloseHandle((HANDLE)5));
}

/* What would wait for ever is not begun. */
static void registrations_that_make_no_sense_are_refused(void **state)
{
    const LSA_SECPKG_FUNCTION_TABLE *f = lsa_secpkg_function_table();
    static const ULONG types[] = { 0, NOTIFIER_TYPE_HANDLE_WAIT, NOTIFIER_TYPE_STATE_CHANGE,
                                   NOTIFIER_TYPE_NOTIFY_EVENT, NOTIFIER_TYPE_INTERVAL };
    HANDLE handle;

    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        assert_null(f->RegisterNotification(do_nothing, NULL, types[i], 0, 0, 0, NULL));
    assert_null(f->RegisterNotification(NULL, NULL, NOTIFIER_TYPE_IMMEDIATE, 0, 0, 0, NULL));
    assert_null(f->CreateThread(NULL, 0, NULL, NULL, 0, NULL));
    assert_null(f->CreateThread(NULL, 0, do_nothing, NULL, 4, NULL)); /* CREATE_SUSPENDED */
    handle = f->RegisterNotification(do_nothing, NULL, NOTIFIER_TYPE_INTERVAL, 0, 0, 60, NULL);
    assert_non_null(handle);
    assert_int_equal(f->CancelNotification(handle), STATUS_SUCCESS);
    assert_int_equal(f->CancelNotification(handle), STATUS_INVALID_HANDLE);
    assert_int_equal(f->CancelNotification(NULL), STATUS_INVALID_HANDLE);
}

/* One that is here already stays where it is; one of the client's is copied from what it sent. */
static void buffers_are_mapped_from_the_client(void **state)
{
    const LSA_SECPKG_FUNCTION_TABLE *f = lsa_secpkg_function_table();
    arena *memory = NULL;
    struct client_request request = { 0 };
    SecBuffer here = { .cbBuffer = 4, .BufferType = SECBUFFER_TOKEN, .pvBuffer = &request };
    SecBuffer there = { .cbBuffer = 4,
                        .BufferType = SECBUFFER_TOKEN | SECBUFFER_UNMAPPED,
                        .pvBuffer = (void *)0x1000 };
    SecBuffer mapped;

    assert_ok(arena_new(&memory));
    request.memory = memory;
    assert_ok(client_request_add_sent(&request, 0x1000, "text", 4));
    assert_int_equal(f->MapBuffer(&here, &mapped), STATUS_SUCCESS);
    assert_ptr_equal(mapped.pvBuffer, &request);
    assert_int_equal(f->MapBuffer(&there, &mapped), STATUS_INVALID_SERVER_STATE);
    lsa_functions_set_request(&request);
    assert_int_equal(f->MapBuffer(&there, &mapped), STATUS_SUCCESS);
    assert_memory_equal(mapped.pvBuffer, "text", 4);
    assert_int_equal(mapped.BufferType, SECBUFFER_TOKEN);
    f->FreeLsaHeap(mapped.pvBuffer);
    there.cbBuffer = 5;
    assert_int_equal(f->MapBuffer(&there, &mapped), STATUS_ACCESS_VIOLATION);
    lsa_functions_set_request(NULL);
    (void)arena_free(memory);
}

static void a_package_learns_who_asks(void **state)
{
    const LSA_SECPKG_FUNCTION_TABLE *f = lsa_secpkg_function_table();
    struct client_request request = { .luid = 0x1000003e7, .pid = 42, .has_tcb = true };
    struct client_request stranger = { 0 };
    SECPKG_CLIENT_INFO client;
    SECPKG_CALL_INFO call;
    PVOID base = NULL;

    lsa_functions_set_request(&request);
    assert_int_equal(f->GetClientInfo(&client), STATUS_SUCCESS);
    assert_true(f->GetCallInfo(&call));
    assert_int_equal(f->AllocateClientBuffer((PLSA_CLIENT_REQUEST)(void *)&stranger, 8, &base),
                     STATUS_INVALID_PARAMETER);
    lsa_functions_set_request(NULL);
    assert_int_equal(luid_to_u64(client.LogonId), 0x1000003e7);
    assert_int_equal(client.ProcessID, 42);
    assert_true(client.HasTcbPrivilege);
    assert_false(client.Impersonating);
    assert_int_equal(call.ProcessId, 42);
    assert_int_equal(call.Attributes, SECPKG_CALL_IS_TCB);
}

static void memory_comes_zeroed(void **state)
{
    const LSA_SECPKG_FUNCTION_TABLE *f = lsa_secpkg_function_table();
    static const uint8_t zeros[100];
    void *lsa = f->AllocateLsaHeap(sizeof(zeros));
    void *private = f->AllocatePrivateHeap(sizeof(zeros));

    assert_memory_equal(lsa, zeros, sizeof(zeros));
    assert_memory_equal(private, zeros, sizeof(zeros));
    memset(lsa, 1, sizeof(zeros));
    f->LsaProtectMemory(lsa, sizeof(zeros));
    f->LsaUnprotectMemory(lsa, sizeof(zeros));
    assert_int_equal(*(uint8_t *)lsa, 1);
    f->FreeReturnBuffer(lsa);
    f->FreePrivateHeap(private);
    f->FreeLsaHeap(NULL);
    assert_null(f->AllocatePrivateHeap(SIZE_MAX));
}

static void unloading_is_asked_for_once(void **state)
{
    assert_false(lsa_functions_take_unload());
    assert_int_equal(lsa_secpkg_function_table()->UnloadPackage(), STATUS_SUCCESS);
    assert_true(lsa_functions_take_unload());
    assert_false(lsa_functions_take_unload());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_entry_is_missing),
        cmocka_unit_test(what_is_not_supported_says_so),
        cmocka_unit_test(without_a_logon_there_is_nobody_to_ask),
        cmocka_unit_test(a_package_learns_who_asks),
        cmocka_unit_test(memory_comes_zeroed),
        cmocka_unit_test(registrations_that_make_no_sense_are_refused),
        cmocka_unit_test(buffers_are_mapped_from_the_client),
        cmocka_unit_test(unloading_is_asked_for_once),
    };

    return cmocka_run_group_tests_name("lsa-functions", tests, NULL, NULL);
}
