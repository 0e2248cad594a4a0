/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <security/pam_modules.h>

#include <windows.h>
#include <lmaccess.h>

#include "base/filetime.h"
#include "pam/account_result.h"

enum { SUNDAY_0930 = 1795944600 }; /* 2026-11-29, UTC */

static int64_t now;

static struct account_facts usable(void)
{
    struct account_facts account = { 0 };

    now = filetime_from_unix(SUNDAY_0930);
    account.details = true;
    account.password_must_change = FILETIME_NEVER;
    return account;
}

static int code_of(const struct account_facts *account)
{
    return account_result_of_facts(account, now).code;
}

static void an_account_without_restrictions_may_log_in(void **state)
{
    struct account_facts account = usable();

    assert_int_equal(code_of(&account), PAM_SUCCESS);
    account.expires = now + 1;
    account.locked_until = now;
    account.password_must_change = now + 1;
    assert_int_equal(code_of(&account), PAM_SUCCESS);
}

static void restrictions_are_told_by_their_codes(void **state)
{
    struct account_facts account = usable();

    account.password_must_change = now;
    assert_int_equal(code_of(&account), PAM_NEW_AUTHTOK_REQD);
    account.expires = now;
    assert_int_equal(code_of(&account), PAM_ACCT_EXPIRED);
    account.flags = UF_ACCOUNTDISABLE;
    assert_int_equal(code_of(&account), PAM_PERM_DENIED);
    account.locked_until = FILETIME_NEVER;
    assert_int_equal(code_of(&account), PAM_MAXTRIES);
}

static void what_is_not_told_is_not_taken_for_granted(void **state)
{
    struct account_facts account = usable();

    account.details = false;
    assert_int_equal(code_of(&account), PAM_AUTHINFO_UNAVAIL);
    assert_int_equal(account_result_of_logon(NT(INTERNAL_ERROR)).code, PAM_AUTHINFO_UNAVAIL);
    assert_int_equal(account_result_of_change(NT(INTERNAL_ERROR)).code, PAM_AUTHTOK_ERR);
}

static void hours_are_those_of_the_week(void **state)
{
    struct account_facts account = usable();

    account.n_hours = LOGON_HOURS_SIZE;
    assert_int_equal(code_of(&account), PAM_PERM_DENIED);
    account.hours[1] = 1 << 1; /* Sunday, the hour that begins at 9 */
    assert_int_equal(code_of(&account), PAM_SUCCESS);
    account.hours[1] = (uint8_t) ~(1 << 1);
    assert_int_equal(code_of(&account), PAM_PERM_DENIED);
    account.n_hours = 20;
    assert_int_equal(code_of(&account), PAM_PERM_DENIED);
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
