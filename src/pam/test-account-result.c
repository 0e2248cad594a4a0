/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <security/pam_modules.h>

#include <windows.h>
#include <lmaccess.h>

#include "base/filetime.h"
#include "pam/account_result.h"

enum { SUNDAY_0930 = 1795944600 }; /* 2026-11-29, UTC */

static int64_t now;

static Openlogon__AccountInfo usable(void)
{
    Openlogon__AccountInfo info = OPENLOGON__ACCOUNT_INFO__INIT;

    now = filetime_from_unix(SUNDAY_0930);
    info.details = true;
    info.password_must_change = FILETIME_NEVER;
    return info;
}

static int code_of(const Openlogon__AccountInfo *info)
{
    return account_result_of_info(info, now).code;
}

static void an_account_without_restrictions_may_log_in(void **state)
{
    Openlogon__AccountInfo info = usable();

    assert_int_equal(code_of(&info), PAM_SUCCESS);
    info.expires = now + 1;
    info.locked_until = now;
    info.password_must_change = now + 1;
    assert_int_equal(code_of(&info), PAM_SUCCESS);
}

static void restrictions_are_told_by_their_codes(void **state)
{
    Openlogon__AccountInfo info = usable();

    info.password_must_change = now;
    assert_int_equal(code_of(&info), PAM_NEW_AUTHTOK_REQD);
    info.expires = now;
    assert_int_equal(code_of(&info), PAM_ACCT_EXPIRED);
    info.flags = UF_ACCOUNTDISABLE;
    assert_int_equal(code_of(&info), PAM_PERM_DENIED);
    info.locked_until = FILETIME_NEVER;
    assert_int_equal(code_of(&info), PAM_MAXTRIES);
}

static void what_is_not_told_is_not_taken_for_granted(void **state)
{
    Openlogon__AccountInfo info = usable();

    info.details = false;
    assert_int_equal(code_of(&info), PAM_AUTHINFO_UNAVAIL);
    assert_int_equal(account_result_of_logon(NT(INTERNAL_ERROR)).code, PAM_AUTHINFO_UNAVAIL);
    assert_int_equal(account_result_of_change(NT(INTERNAL_ERROR)).code, PAM_AUTHTOK_ERR);
}

static void hours_are_those_of_the_week(void **state)
{
    uint8_t hours[21] = { 0 };
    Openlogon__AccountInfo info = usable();

    info.logon_hours.data = hours;
    info.logon_hours.len = sizeof(hours);
    assert_int_equal(code_of(&info), PAM_PERM_DENIED);
    hours[1] = 1 << 1; /* Sunday, the hour that begins at 9 */
    assert_int_equal(code_of(&info), PAM_SUCCESS);
    hours[1] = (uint8_t) ~(1 << 1);
    assert_int_equal(code_of(&info), PAM_PERM_DENIED);
    info.logon_hours.len = 20;
    assert_int_equal(code_of(&info), PAM_PERM_DENIED);
}

static void a_right_password_that_has_to_be_changed_is_right(void **state)
{
    assert_int_equal(account_result_of_logon(NT_OK).code, PAM_SUCCESS);
    assert_int_equal(account_result_of_logon(NT(PASSWORD_MUST_CHANGE)).code, PAM_SUCCESS);
    assert_int_equal(account_result_of_logon(NT(PASSWORD_EXPIRED)).code, PAM_SUCCESS);
    assert_int_equal(account_result_of_logon(NT(LOGON_FAILURE)).code, PAM_AUTH_ERR);
    assert_int_equal(account_result_of_logon(NT(ACCOUNT_LOCKED_OUT)).code, PAM_MAXTRIES);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_without_restrictions_may_log_in),
        cmocka_unit_test(restrictions_are_told_by_their_codes),
        cmocka_unit_test(what_is_not_told_is_not_taken_for_granted),
        cmocka_unit_test(hours_are_those_of_the_week),
        cmocka_unit_test(a_right_password_that_has_to_be_changed_is_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
