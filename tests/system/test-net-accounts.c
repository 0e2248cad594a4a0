/* SPDX-License-Identifier: MIT */
/* NetUser*, NetLocalGroup* and NetUserModals* against a real authority. */
#include "support.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lm.h>

static WCHAR USER[] = u"net-alice";
static WCHAR GROUP[] = u"net-group";
static WCHAR OTHER[] = u"net-other";
static WCHAR PASSWORD[] = u"right-Passw0rd";

static bool same(LPCWSTR a, LPCWSTR b)
{
    size_t i = 0;

    if (!a)
        return false;
    while (a[i] == b[i] && a[i] != 0)
        i++;
    return a[i] == b[i];
}

static void add_user(void)
{
    static BYTE hours[21] = { [3] = 0xf0, [20] = 1 };
    USER_INFO_3 info = { .usri3_name = USER,
                         .usri3_password = PASSWORD,
                         .usri3_home_dir = u"/home/alice",
                         .usri3_comment = u"a comment \u00fc",
                         .usri3_flags = UF_SCRIPT | UF_PASSWD_CANT_CHANGE,
                         .usri3_script_path = u"script",
                         .usri3_full_name = u"Alice L.",
                         .usri3_acct_expires = 1900000000,
                         .usri3_units_per_week = UNITS_PER_WEEK,
                         .usri3_logon_hours = hours,
                         .usri3_profile = u"profile" };

    assert_int_equal(NetUserAdd(NULL, 3, (LPBYTE)&info, NULL), NERR_Success);
}

static int delete_all(void **state)
{
    (void)state;
    (void)NetUserDel(NULL, USER);
    (void)NetLocalGroupDel(NULL, GROUP);
    (void)NetLocalGroupDel(NULL, OTHER);
    return 0;
}

static void what_was_added_is_told(void **state)
{
    USER_INFO_3 *info = NULL;
    USER_INFO_4 *with_sid = NULL;
    USER_INFO_23 *little = NULL;

    (void)state;
    add_user();
    assert_int_equal(NetUserGetInfo(NULL, u"NET-ALICE", 3, (LPBYTE *)&info), NERR_Success);
    assert_true(same(info->usri3_name, USER));
    assert_null(info->usri3_password);
    assert_true(same(info->usri3_home_dir, u"/home/alice"));
    assert_true(same(info->usri3_comment, u"a comment \u00fc"));
    assert_true(same(info->usri3_script_path, u"script"));
    assert_true(same(info->usri3_full_name, u"Alice L."));
    assert_true(same(info->usri3_profile, u"profile"));
    assert_int_equal(info->usri3_flags, UF_SCRIPT | UF_NORMAL_ACCOUNT | UF_PASSWD_CANT_CHANGE);
    assert_int_equal(info->usri3_priv, USER_PRIV_USER);
    assert_int_equal(info->usri3_acct_expires, 1900000000);
    assert_int_equal(info->usri3_units_per_week, UNITS_PER_WEEK);
    assert_int_equal(info->usri3_logon_hours[3], 0xf0);
    assert_int_equal(info->usri3_logon_hours[20], 1);
    assert_int_equal(info->usri3_num_logons, 0);
    assert_true(info->usri3_password_age < 3600);
    assert_false(info->usri3_password_expired);
    assert_int_equal(NetUserGetInfo(NULL, USER, 4, (LPBYTE *)&with_sid), NERR_Success);
    assert_true(IsValidSid(with_sid->usri4_user_sid));
    assert_int_equal(*GetSidSubAuthority(with_sid->usri4_user_sid, 4), info->usri3_user_id);
    assert_int_equal(with_sid->usri4_primary_group_id, info->usri3_primary_group_id);
    assert_true(same(with_sid->usri4_profile, u"profile"));
    assert_int_equal(NetUserGetInfo(NULL, USER, 23, (LPBYTE *)&little), NERR_Success);
    assert_true(EqualSid(little->usri23_user_sid, with_sid->usri4_user_sid));
    NetApiBufferFree(info);
    NetApiBufferFree(with_sid);
    NetApiBufferFree(little);
}

static void levels_set_what_they_say(void **state)
{
    USER_INFO_1007 comment = { u"other" };
    USER_INFO_1017 expires = { TIMEQ_FOREVER };
    USER_INFO_1020 hours = { UNITS_PER_WEEK, NULL };
    USER_INFO_1003 password = { u"other-Passw0rd" };
    USER_INFO_0 name = { u"net-alice2" };
    USER_INFO_2 *info = NULL;
    HANDLE token = NULL;
    BYTE all[21];

    (void)state;
    add_user();
    memset(all, 0xff, sizeof(all));
    hours.usri1020_logon_hours = all;
    assert_int_equal(NetUserSetInfo(NULL, USER, 1007, (LPBYTE)&comment, NULL), NERR_Success);
    assert_int_equal(NetUserSetInfo(NULL, USER, 1017, (LPBYTE)&expires, NULL), NERR_Success);
    assert_int_equal(NetUserSetInfo(NULL, USER, 1020, (LPBYTE)&hours, NULL), NERR_Success);
    assert_int_equal(NetUserSetInfo(NULL, USER, 1003, (LPBYTE)&password, NULL), NERR_Success);
    assert_int_equal(NetUserSetInfo(NULL, USER, 0, (LPBYTE)&name, NULL), NERR_Success);
    assert_int_equal(NetUserGetInfo(NULL, USER, 2, (LPBYTE *)&info), NERR_UserNotFound);
    assert_int_equal(NetUserGetInfo(NULL, u"net-alice2", 2, (LPBYTE *)&info), NERR_Success);
    assert_true(same(info->usri2_comment, u"other"));
    assert_int_equal(info->usri2_acct_expires, TIMEQ_FOREVER);
    assert_int_equal(info->usri2_logon_hours[0], 0xff);
    assert_true(same(info->usri2_full_name, u"Alice L."));
    assert_int_equal(info->usri2_flags, UF_SCRIPT | UF_NORMAL_ACCOUNT | UF_PASSWD_CANT_CHANGE);
    NetApiBufferFree(info);
    assert_succeeds(LogonUserW(u"net-alice2", NULL, u"other-Passw0rd", LOGON32_LOGON_NETWORK,
                               LOGON32_PROVIDER_DEFAULT, &token));
    CloseHandle(token);
    assert_int_equal(NetUserDel(NULL, u"net-alice2"), NERR_Success);
}

static void wrong_requests_are_told_apart(void **state)
{
    USER_INFO_1 nameless = { .usri1_password = PASSWORD };
    USER_INFO_1020 hours = { 24, NULL };
    USER_INFO_1 again = { .usri1_name = USER, .usri1_password = PASSWORD };
    USER_INFO_1 bad = { .usri1_name = u"a*b", .usri1_password = PASSWORD };
    DWORD parameter = 0;
    LPBYTE buffer = NULL;

    (void)state;
    add_user();
    assert_int_equal(NetUserGetInfo(NULL, USER, 99, &buffer), ERROR_INVALID_LEVEL);
    assert_int_equal(NetUserGetInfo(NULL, USER, 1003, &buffer), ERROR_INVALID_LEVEL);
    assert_int_equal(NetUserGetInfo(NULL, NULL, 0, &buffer), ERROR_INVALID_PARAMETER);
    assert_int_equal(NetUserGetInfo(u"\\\\elsewhere", USER, 0, &buffer), RPC_S_SERVER_UNAVAILABLE);
    assert_int_equal(NetUserAdd(NULL, 0, (LPBYTE)&nameless, NULL), ERROR_INVALID_LEVEL);
    assert_int_equal(NetUserAdd(NULL, 1, (LPBYTE)&nameless, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(NetUserAdd(NULL, 1, (LPBYTE)&again, NULL), NERR_UserExists);
    assert_int_equal(NetUserAdd(NULL, 1, (LPBYTE)&bad, NULL), NERR_BadUsername);
    assert_int_equal(NetUserSetInfo(NULL, USER, 1020, (LPBYTE)&hours, &parameter),
                     ERROR_INVALID_PARAMETER);
    assert_int_equal(parameter, 19);
    assert_int_equal(NetUserDel(NULL, u"net-nobody"), NERR_UserNotFound);
    assert_null(buffer);
}

static void a_password_is_changed_by_who_knows_the_old_one(void **state)
{
    USER_INFO_1008 may = { UF_SCRIPT };
    HANDLE token = NULL;

    (void)state;
    add_user();
    assert_int_equal(NetUserChangePassword(NULL, USER, PASSWORD, u"new-Passw0rd"),
                     ERROR_ACCESS_DENIED); /* UF_PASSWD_CANT_CHANGE */
    assert_int_equal(NetUserSetInfo(NULL, USER, 1008, (LPBYTE)&may, NULL), NERR_Success);
    assert_int_equal(NetUserChangePassword(NULL, USER, u"wrong", u"new-Passw0rd"),
                     ERROR_INVALID_PASSWORD);
    assert_int_equal(NetUserChangePassword(NULL, USER, u"", u"new-Passw0rd"),
                     ERROR_INVALID_PASSWORD);
    assert_int_equal(NetUserChangePassword(NULL, USER, PASSWORD, u"new-Passw0rd"), NERR_Success);
    assert_false(
        LogonUserW(USER, NULL, PASSWORD, LOGON32_LOGON_NETWORK, LOGON32_PROVIDER_DEFAULT, &token));
}

static void the_policy_holds_for_new_passwords(void **state)
{
    USER_MODALS_INFO_0 *before = NULL;
    USER_MODALS_INFO_0 strict;
    USER_INFO_1008 may = { UF_SCRIPT };
    USER_MODALS_INFO_0 bad;

    (void)state;
    assert_int_equal(NetUserModalsGet(NULL, 0, (LPBYTE *)&before), NERR_Success);
    assert_int_equal(before->usrmod0_max_passwd_age, 42 * 24 * 3600);
    assert_int_equal(before->usrmod0_force_logoff, TIMEQ_FOREVER);
    strict = *before;
    strict.usrmod0_min_passwd_len = 8;
    strict.usrmod0_password_hist_len = 2;
    bad = strict;
    bad.usrmod0_min_passwd_age = bad.usrmod0_max_passwd_age;
    assert_int_equal(NetUserModalsSet(NULL, 0, (LPBYTE)&bad, NULL), ERROR_INVALID_PARAMETER);
    add_user();
    assert_int_equal(NetUserSetInfo(NULL, USER, 1008, (LPBYTE)&may, NULL), NERR_Success);
    assert_int_equal(NetUserModalsSet(NULL, 0, (LPBYTE)&strict, NULL), NERR_Success);
    assert_int_equal(NetUserChangePassword(NULL, USER, PASSWORD, u"short"), NERR_PasswordTooShort);
    assert_int_equal(NetUserChangePassword(NULL, USER, PASSWORD, PASSWORD), NERR_PasswordTooShort);
    assert_int_equal(NetUserChangePassword(NULL, USER, PASSWORD, u"second-one"), NERR_Success);
    assert_int_equal(NetUserChangePassword(NULL, USER, u"second-one", PASSWORD),
                     NERR_PasswordTooShort);
    assert_int_equal(NetUserChangePassword(NULL, USER, u"second-one", u"third-one"), NERR_Success);
    assert_int_equal(NetUserChangePassword(NULL, USER, u"third-one", PASSWORD), NERR_Success);
    assert_int_equal(NetUserModalsSet(NULL, 0, (LPBYTE)before, NULL), NERR_Success);
    NetApiBufferFree(before);
}

static void add_group(WCHAR *name)
{
    LOCALGROUP_INFO_1 info = { name, u"a group" };

    assert_int_equal(NetLocalGroupAdd(NULL, 1, (LPBYTE)&info, NULL), NERR_Success);
}

static NET_API_STATUS add_member(LPCWSTR group, WCHAR *member)
{
    LOCALGROUP_MEMBERS_INFO_3 info = { member };

    return NetLocalGroupAddMembers(NULL, group, 3, (LPBYTE)&info, 1);
}

static void groups_have_members_of_all_kinds(void **state)
{
    LOCALGROUP_MEMBERS_INFO_1 *members = NULL;
    LOCALGROUP_INFO_1 *info = NULL;
    DWORD n = 0, total = 0;

    (void)state;
    add_user();
    add_group(GROUP);
    add_group(OTHER);
    assert_int_equal(add_member(GROUP, USER), NERR_Success);
    assert_int_equal(add_member(GROUP, u"S-1-5-21-1-2-3-4"), NERR_Success);
    assert_int_equal(add_member(GROUP, u"BUILTIN\\Guests"), NERR_Success);
    assert_int_equal(add_member(OTHER, GROUP), NERR_Success);
    assert_int_equal(add_member(GROUP, OTHER), ERROR_INVALID_MEMBER);
    assert_int_equal(add_member(GROUP, USER), ERROR_MEMBER_IN_ALIAS);
    assert_int_equal(add_member(GROUP, u"net-nobody"), ERROR_NO_SUCH_MEMBER);
    assert_int_equal(add_member(u"net-nowhere", USER), ERROR_NO_SUCH_ALIAS);
    assert_int_equal(
        NetLocalGroupGetMembers(NULL, GROUP, 1, (LPBYTE *)&members, (DWORD)-1, &n, &total, NULL),
        NERR_Success);
    assert_int_equal(n, 3);
    assert_true(same(members[0].lgrmi1_name, USER));
    assert_int_equal(members[0].lgrmi1_sidusage, SidTypeUser);
    assert_true(same(members[1].lgrmi1_name, u"S-1-5-21-1-2-3-4"));
    assert_int_equal(members[1].lgrmi1_sidusage, SidTypeUnknown);
    assert_true(same(members[2].lgrmi1_name, u"Guests"));
    NetApiBufferFree(members);
    assert_int_equal(NetLocalGroupGetInfo(NULL, GROUP, 1, (LPBYTE *)&info), NERR_Success);
    assert_true(same(info->lgrpi1_comment, u"a group"));
    NetApiBufferFree(info);
}

static void a_user_is_told_its_groups(void **state)
{
    LOCALGROUP_USERS_INFO_0 *groups = NULL;
    USER_INFO_1 *info = NULL;
    DWORD n = 0, total = 0;

    (void)state;
    add_user();
    add_group(GROUP);
    add_group(OTHER);
    assert_int_equal(add_member(GROUP, USER), NERR_Success);
    assert_int_equal(add_member(OTHER, GROUP), NERR_Success);
    assert_int_equal(add_member(u"Administrators", OTHER), NERR_Success);
    assert_int_equal(
        NetUserGetLocalGroups(NULL, USER, 0, 0, (LPBYTE *)&groups, (DWORD)-1, &n, &total),
        NERR_Success);
    assert_int_equal(n, 1);
    assert_true(same(groups[0].lgrui0_name, GROUP));
    NetApiBufferFree(groups);
    assert_int_equal(NetUserGetLocalGroups(NULL, USER, 0, LG_INCLUDE_INDIRECT, (LPBYTE *)&groups,
                                           (DWORD)-1, &n, &total),
                     NERR_Success);
    assert_int_equal(n, 3);
    NetApiBufferFree(groups);
    assert_int_equal(NetUserGetInfo(NULL, USER, 1, (LPBYTE *)&info), NERR_Success);
    assert_int_equal(info->usri1_priv, USER_PRIV_ADMIN);
    NetApiBufferFree(info);
    assert_int_equal(
        NetUserGetLocalGroups(NULL, u"net-nobody", 0, 0, (LPBYTE *)&groups, (DWORD)-1, &n, &total),
        NERR_UserNotFound);
}

static void groups_are_known_by_name_and_sid(void **state)
{
    DWORD sid[17], sid_size = sizeof(sid), domain_size = 64, name_size = 64;
    WCHAR domain[64], name[64];
    SID_NAME_USE use;

    (void)state;
    add_group(GROUP);
    assert_succeeds(LookupAccountNameW(NULL, GROUP, sid, &sid_size, domain, &domain_size, &use));
    assert_int_equal(use, SidTypeAlias);
    domain_size = 64;
    assert_succeeds(LookupAccountSidW(NULL, sid, name, &name_size, domain, &domain_size, &use));
    assert_true(same(name, GROUP));
    assert_int_equal(use, SidTypeAlias);
    assert_int_equal(NetLocalGroupDel(NULL, GROUP), NERR_Success);
    name_size = domain_size = 64;
    assert_fails(LookupAccountSidW(NULL, sid, name, &name_size, domain, &domain_size, &use),
                 ERROR_NONE_MAPPED);
}

static void all_are_enumerated(void **state)
{
    USER_INFO_0 *users = NULL;
    LOCALGROUP_INFO_0 *groups = NULL;
    DWORD n = 0, total = 0, found = 0;

    (void)state;
    add_user();
    assert_int_equal(
        NetUserEnum(NULL, 0, FILTER_NORMAL_ACCOUNT, (LPBYTE *)&users, (DWORD)-1, &n, &total, NULL),
        NERR_Success);
    for (DWORD i = 0; i < n; i++)
        found += (DWORD)same(users[i].usri0_name, USER);
    assert_int_equal(found, 1);
    NetApiBufferFree(users);
    assert_int_equal(NetLocalGroupEnum(NULL, 0, (LPBYTE *)&groups, (DWORD)-1, &n, &total, NULL),
                     NERR_Success);
    assert_true(n >= 15);
    assert_true(same(groups[0].lgrpi0_name, u"Administrators"));
    NetApiBufferFree(groups);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_was_added_is_told, delete_all),
        cmocka_unit_test_teardown(levels_set_what_they_say, delete_all),
        cmocka_unit_test_teardown(wrong_requests_are_told_apart, delete_all),
        cmocka_unit_test_teardown(a_password_is_changed_by_who_knows_the_old_one, delete_all),
        cmocka_unit_test_teardown(the_policy_holds_for_new_passwords, delete_all),
        cmocka_unit_test_teardown(groups_have_members_of_all_kinds, delete_all),
        cmocka_unit_test_teardown(a_user_is_told_its_groups, delete_all),
        cmocka_unit_test_teardown(groups_are_known_by_name_and_sid, delete_all),
        cmocka_unit_test_teardown(all_are_enumerated, delete_all),
    };

    return cmocka_run_group_tests_name("net-accounts", tests, NULL, NULL);
}
