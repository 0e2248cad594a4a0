/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <errno.h>

#include <winerror.h>

static const struct {
    int32_t status;
    uint32_t win32;
} mappings[] = {
    { (int32_t)STATUS_SUCCESS, ERROR_SUCCESS },
    { (int32_t)STATUS_NOT_ALL_ASSIGNED, ERROR_NOT_ALL_ASSIGNED },
    { (int32_t)STATUS_BUFFER_OVERFLOW, ERROR_MORE_DATA },
    { (int32_t)STATUS_ACCESS_DENIED, ERROR_ACCESS_DENIED },
    { (int32_t)STATUS_OBJECT_TYPE_MISMATCH, ERROR_INVALID_HANDLE },
    { (int32_t)STATUS_WRONG_PASSWORD, ERROR_INVALID_PASSWORD },
    { (int32_t)STATUS_LOGON_FAILURE, ERROR_LOGON_FAILURE },
    { (int32_t)STATUS_NO_SUCH_LOGON_SESSION, ERROR_NO_SUCH_LOGON_SESSION },
    { (int32_t)STATUS_SMARTCARD_LOGON_REQUIRED, 0x8009033e },
    { (int32_t)STATUS_CTX_WINSTATION_NOT_FOUND, ERROR_CTX_WINSTATION_NOT_FOUND },
    { (int32_t)RPC_NT_SERVER_UNAVAILABLE, RPC_S_SERVER_UNAVAILABLE },
    { (int32_t)0xc0ffee00, ERROR_MR_MID_NOT_FOUND },
    { 1, ERROR_MR_MID_NOT_FOUND },
};

static void a_status_has_the_win32_code_that_windows_gives_it(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(mappings); i++)
        assert_int_equal(nt_to_win32(mappings[i].status), mappings[i].win32);
}

static void every_win32_code_of_a_small_status_has_a_sentence(void **state)
{
    size_t found = 0;

    for (uint32_t low = 0; low < 0x500; low++) {
        uint32_t code = nt_to_win32((int32_t)(0xc0000000 | low));

        if (code == ERROR_MR_MID_NOT_FOUND || !win32_name(code))
            continue;
        const char *message = win32_message(code);
        assert_non_null(message);
        assert_int_equal(message[strlen(message) - 1], '.');
        found++;
    }
    assert_true(found > 80);
}

static void names_are_those_of_the_headers(void **state)
{
    assert_string_equal(nt_status_name(NT(ACCESS_DENIED)), "STATUS_ACCESS_DENIED");
    assert_string_equal(nt_status_name(nt_make(0x7fff0000)), "unknown status");
    assert_string_equal(win32_name(ERROR_ACCESS_DENIED), "ERROR_ACCESS_DENIED");
    assert_string_equal(win32_message(ERROR_ACCESS_DENIED), "Access is denied.");
    assert_null(win32_name(0xffffffff));
    assert_null(win32_message(0xffffffff));
}

static void errors_and_warnings_are_failures_and_the_rest_is_not(void **state)
{
    assert_true(nt_failed(NT(ACCESS_DENIED)));
    assert_true(nt_failed(NT(BUFFER_OVERFLOW)));
    assert_false(nt_failed(NT(NOT_ALL_ASSIGNED)));
    assert_false(nt_failed(NT_OK));
    assert_true(NT_IS(NT(ACCESS_DENIED), ACCESS_DENIED));
    assert_false(NT_IS(NT(ACCESS_DENIED), NO_MEMORY));
}

static void an_errno_of_either_sign_becomes_a_status(void **state)
{
    static const struct {
        int error;
        int32_t status;
    } cases[] = {
        { 0, 0 },
        { ENOMEM, (int32_t)STATUS_NO_MEMORY },
        { EPERM, (int32_t)STATUS_ACCESS_DENIED },
        { ENOENT, (int32_t)STATUS_OBJECT_NAME_NOT_FOUND },
        { ENOTSUP, (int32_t)STATUS_NOT_SUPPORTED },
        { 99999, (int32_t)STATUS_UNSUCCESSFUL },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_status(nt_from_errno(cases[i].error), cases[i].status);
        assert_status(nt_from_errno(-cases[i].error), cases[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_has_the_win32_code_that_windows_gives_it),
        cmocka_unit_test(every_win32_code_of_a_small_status_has_a_sentence),
        cmocka_unit_test(names_are_those_of_the_headers),
        cmocka_unit_test(errors_and_warnings_are_failures_and_the_rest_is_not),
        cmocka_unit_test(an_errno_of_either_sign_becomes_a_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
