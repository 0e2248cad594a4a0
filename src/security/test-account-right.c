/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "security/account_right.h"

#include <windows.h>
#include <ntsecapi.h>

static void every_right_is_found_by_its_name(void **state)
{
    struct account_rights all = { 0 }, rights, found;
    const char *name;

    for (size_t i = 0; (name = account_right_at(i, &rights)); i++) {
        assert_true(account_rights_valid(rights));
        assert_false(account_rights_empty(rights));
        assert_true(account_right_by_name(&found, name, strlen(name)));
        assert_int_equal(found.logon, rights.logon);
        assert_int_equal(found.privileges, rights.privileges);
        assert_int_equal(all.logon & rights.logon, 0);
        assert_int_equal(all.privileges & rights.privileges, 0);
        all = account_rights_add(all, rights);
    }
    assert_int_equal(all.logon, LOGON_RIGHT_MASK_ALL);
    assert_int_equal(all.privileges, PRIVILEGE_MASK_ALL);
}

static void names_are_those_of_windows(void **state)
{
    static const char *const unknown[] = { "", "Se", "SeBatchLogonRight ", "SeProxyLogonRight" };
    struct account_rights rights;

    assert_true(account_right_by_name(&rights, "sebatchLOGONRIGHT", 17));
    assert_int_equal(rights.logon, 4);
    assert_true(account_right_by_name(&rights, "SeDenyRemoteInteractiveLogonRight", 33));
    assert_int_equal(rights.logon, 0x800);
    assert_true(account_right_by_name(&rights, "SeTcbPrivilege", 14));
    assert_int_equal(rights.privileges, 1 << 7);
    for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
        assert_false(account_right_by_name(&rights, unknown[i], strlen(unknown[i])));
}

static void bits_without_a_meaning_are_not_valid(void **state)
{
    assert_true(account_rights_valid((struct account_rights){ 0 }));
    assert_false(account_rights_valid((struct account_rights){ .logon = 0x8 }));
    assert_false(account_rights_valid((struct account_rights){ .logon = 0x1000 }));
    assert_false(account_rights_valid((struct account_rights){ .privileges = 1 << 1 }));
    assert_false(account_rights_valid((struct account_rights){ .privileges = UINT64_C(1) << 37 }));
}

static void defaults_are_valid_and_name_each_account_once(void **state)
{
    sid_buffer sids[32];
    struct account_rights rights;
    size_t n = 0;

    for (; n < ARRAY_SIZE(sids) && account_rights_default(n, &sids[n], &rights); n++) {
        assert_true(account_rights_valid(rights));
        assert_false(account_rights_empty(rights));
        assert_int_equal(rights.privileges & PRIVILEGE_BIT(PRIVILEGE_TCB), 0);
        for (size_t i = 0; i < n; i++)
            assert_false(sid_equal(&sids[i].sid, &sids[n].sid));
    }
    assert_int_equal(n, 10);
}

/* --- at a logon: type, what it needs, what denies it -------------------------------------------
 */

static const struct {
    uint32_t type, needed, denied;
} types[] = {
    { Interactive, 0x1, 0x40 },
    { Network, 0x2, 0x80 },
    { Batch, 0x4, 0x100 },
    { Service, 0x10, 0x200 },
    { Unlock, 0x1, 0x40 },
    { NetworkCleartext, 0x2, 0x80 },
    { RemoteInteractive, 0x400, 0x800 },
    { CachedInteractive, 0x1, 0x40 },
    { CachedRemoteInteractive, 0x400, 0x800 },
    { CachedUnlock, 0x1, 0x40 },
};

static nt_status check(uint32_t logon, uint32_t type)
{
    return account_rights_check((struct account_rights){ .logon = logon }, type);
}

static void a_type_needs_its_right_and_a_denial_wins(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        uint32_t others = LOGON_RIGHT_MASK_ALL & ~types[i].needed & ~types[i].denied;

        assert_ok(check(types[i].needed, types[i].type));
        assert_ok(check(types[i].needed | others, types[i].type));
        assert_status(check(0, types[i].type), STATUS_LOGON_TYPE_NOT_GRANTED);
        assert_status(check(others, types[i].type), STATUS_LOGON_TYPE_NOT_GRANTED);
        assert_status(check(types[i].denied, types[i].type), STATUS_LOGON_TYPE_NOT_GRANTED);
        assert_status(check(types[i].needed | types[i].denied, types[i].type),
                      STATUS_LOGON_TYPE_NOT_GRANTED);
    }
}

static void new_credentials_need_no_right(void **state)
{
    assert_ok(check(0, NewCredentials));
    assert_ok(check(LOGON_RIGHT_MASK_ALL, NewCredentials));
}

static void other_types_are_no_logons(void **state)
{
    static const uint32_t none[] = { UndefinedLogonType, 1, Proxy, 14, UINT32_MAX };

    for (size_t i = 0; i < ARRAY_SIZE(none); i++)
        assert_status(check(LOGON_RIGHT_MASK_ALL, none[i]), STATUS_INVALID_LOGON_TYPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_right_is_found_by_its_name),
        cmocka_unit_test(names_are_those_of_windows),
        cmocka_unit_test(bits_without_a_meaning_are_not_valid),
        cmocka_unit_test(defaults_are_valid_and_name_each_account_once),
        cmocka_unit_test(a_type_needs_its_right_and_a_denial_wins),
        cmocka_unit_test(new_credentials_need_no_right),
        cmocka_unit_test(other_types_are_no_logons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
