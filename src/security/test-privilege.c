/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "security/privilege.h"

static void a_privilege_is_found_by_number_and_name(void **state)
{
    for (uint32_t number = PRIVILEGE_FIRST; number <= PRIVILEGE_LAST; number++) {
        const struct privilege *p = privilege_by_number(number);

        assert_non_null(p);
        assert_int_equal(p->number, number);
        assert_ptr_equal(privilege_by_name(p->name, strlen(p->name)), p);
        assert_int_equal(strncmp(p->name, "Se", 2), 0);
        assert_string_equal(p->name + strlen(p->name) - 9, "Privilege");
        assert_true(strlen(p->display_name) > 10);
        assert_int_equal(privilege_bit_of_luid(privilege_luid(number)), PRIVILEGE_BIT(number));
    }
}

static void numbers_are_those_of_windows(void **state)
{
    static const struct {
        const char *name;
        uint32_t number;
    } cases[] = {
        { "SeCreateTokenPrivilege", 2 },   { "setcbprivilege", 7 },
        { "SeSecurityPrivilege", 8 },      { "SETAKEOWNERSHIPPRIVILEGE", 9 },
        { "SeBackupPrivilege", 17 },       { "SeDebugPrivilege", 20 },
        { "SeChangeNotifyPrivilege", 23 }, { "SeImpersonatePrivilege", 29 },
        { "SeCreateGlobalPrivilege", 30 }, { "SeRelabelPrivilege", 32 },
        { "SeTimeZonePrivilege", 34 },     { "SeDelegateSessionUserImpersonatePrivilege", 36 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(privilege_by_name(cases[i].name, strlen(cases[i].name))->number,
                         cases[i].number);
}

static void others_are_unknown(void **state)
{
    assert_null(privilege_by_number(0));
    assert_null(privilege_by_number(1));
    assert_null(privilege_by_number(37));
    assert_null(privilege_by_number(UINT64_C(0x100000002)));
    assert_null(privilege_by_name("SeInteractiveLogonRight", 23));
    assert_null(privilege_by_name("SeTcbPrivilegeX", 15));
    assert_null(privilege_by_name("", 0));
    assert_int_equal(privilege_bit_of_luid((LUID){ .LowPart = 7, .HighPart = 1 }), 0);
    assert_int_equal(PRIVILEGE_MASK_ALL, UINT64_C(0x1ffffffffc));
    assert_int_equal(__builtin_popcountll(PRIVILEGE_MASK_FILTERED), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_privilege_is_found_by_number_and_name),
        cmocka_unit_test(numbers_are_those_of_windows),
        cmocka_unit_test(others_are_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
