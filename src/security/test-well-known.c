/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "security/well_known.h"

static sid_buffer domain;

static int set_up(void **state)
{
    return nt_failed(sid_from_text(&domain, NULL, "S-1-5-21-1-2-3", 14)) ? -1 : 0;
}

static const struct {
    int type;
    const char *sid;
    const char *name; /* with its domain, when it has one of its own */
    SID_NAME_USE use;
    const char *alias;
} cases[] = {
    { WinNullSid, "S-1-0-0", "NULL SID", SidTypeWellKnownGroup, "" },
    { WinWorldSid, "S-1-1-0", "Everyone", SidTypeWellKnownGroup, "WD" },
    { WinConsoleLogonSid, "S-1-2-1", "console logon", SidTypeWellKnownGroup, "" },
    { WinCreatorOwnerRightsSid, "S-1-3-4", "OWNER RIGHTS", SidTypeWellKnownGroup, "OW" },
    { WinLocalSystemSid, "S-1-5-18", "NT AUTHORITY\\SYSTEM", SidTypeWellKnownGroup, "SY" },
    { WinBuiltinDomainSid, "S-1-5-32", "BUILTIN\\BUILTIN", SidTypeDomain, "" },
    { WinBuiltinAdministratorsSid, "S-1-5-32-544", "builtin\\administrators", SidTypeAlias, "BA" },
    { WinBuiltinUsersSid, "S-1-5-32-545", "Users", SidTypeAlias, "BU" },
    { WinNTLMAuthenticationSid, "S-1-5-64-10", "NTLM Authentication", SidTypeWellKnownGroup, "" },
    { WinUserModeDriversSid, "S-1-5-84-0-0-0-0-0", "USER MODE DRIVERS", SidTypeWellKnownGroup,
      "UD" },
    { WinLocalAccountSid, "S-1-5-113", "NT AUTHORITY\\Local account", SidTypeWellKnownGroup, "" },
    { WinHighLabelSid, "S-1-16-12288", "Mandatory Label\\High Mandatory Level", SidTypeLabel,
      "HI" },
    { WinBuiltinAnyPackageSid, "S-1-15-2-1", "ALL APPLICATION PACKAGES", SidTypeWellKnownGroup,
      "AC" },
    { WinAuthenticationServiceAssertedSid, "S-1-18-2", "Service asserted identity",
      SidTypeWellKnownGroup, "SS" },
    { WinAccountAdministratorSid, "S-1-5-21-1-2-3-500", "Administrator", SidTypeUser, "LA" },
    { WinAccountDomainAdminsSid, "S-1-5-21-1-2-3-512", "Domain Admins", SidTypeGroup, "DA" },
    { WinAccountRasAndIasServersSid, "S-1-5-21-1-2-3-553", "RAS and IAS Servers", SidTypeAlias,
      "RS" },
};

static void an_entry_is_found_by_all_that_it_is_called(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct well_known *entry = well_known_by_type(cases[i].type);
        char text[SID_TEXT_SIZE];
        sid_buffer sid;

        assert_non_null(entry);
        assert_ok(well_known_make(&sid, cases[i].type, &domain.sid));
        (void)sid_to_text(text, &sid.sid);
        assert_string_equal(text, cases[i].sid);
        assert_ptr_equal(well_known_by_sid(&sid.sid, &domain.sid), entry);
        assert_ptr_equal(well_known_by_name(cases[i].name, strlen(cases[i].name)), entry);
        assert_int_equal(entry->use, cases[i].use);
        assert_string_equal(entry->alias, cases[i].alias);
        if (entry->alias[0])
            assert_ptr_equal(well_known_by_alias(entry->alias), entry);
    }
}

static void no_two_entries_share_a_sid_a_type_or_an_alias(void **state)
{
    const struct well_known *entry;

    for (size_t i = 0; (entry = well_known_at(i)) != NULL; i++) {
        sid_buffer sid;

        if (entry->recipe != WELL_KNOWN_PATTERN) {
            assert_ok(well_known_sid(&sid, entry, &domain.sid));
            assert_ptr_equal(well_known_by_sid(&sid.sid, &domain.sid), entry);
        }
        if (entry->type != WELL_KNOWN_NO_TYPE)
            assert_ptr_equal(well_known_by_type(entry->type), entry);
        if (entry->alias[0])
            assert_ptr_equal(well_known_by_alias(entry->alias), entry);
    }
}

static void every_number_but_the_local_logon_has_an_entry(void **state)
{
    for (int type = 0; type <= 119; type++) {
        if (type != WinLocalLogonSid)
            assert_non_null(well_known_by_type(type));
    }
    assert_null(well_known_by_type(WinLocalLogonSid));
    assert_null(well_known_by_type(120));
    assert_null(well_known_by_type(WELL_KNOWN_NO_TYPE));
}

static void what_is_not_there_is_not_found(void **state)
{
    sid_buffer sid;

    assert_null(well_known_by_alias("ZZ"));
    assert_null(well_known_by_alias("B\0"));
    assert_null(well_known_by_name("", 0));
    assert_null(well_known_by_name("SYSTEMX", 7));
    assert_null(well_known_by_name("SYSTE", 5));
    assert_null(well_known_by_name("BUILTIN\\SYSTEM", 14));
    assert_null(well_known_by_name("X\\Administrator", 15));
    assert_status(well_known_make(&sid, 1000, &domain.sid), STATUS_INVALID_PARAMETER);
    assert_status(well_known_make(&sid, WinLogonIdsSid, &domain.sid), STATUS_INVALID_PARAMETER);
    assert_status(well_known_make(&sid, WinAccountGuestSid, NULL), STATUS_INVALID_PARAMETER);
    assert_ok(sid_append_rid(&sid, &domain.sid, 500));
    assert_null(well_known_by_sid(&sid.sid, NULL));
    assert_ok(sid_append_rid(&sid, &domain.sid, 1000));
    assert_null(well_known_by_sid(&sid.sid, &domain.sid));
}

static void logon_sids_labels_and_powerful_groups_are_told_apart(void **state)
{
    static const struct {
        const char *text;
        bool logon, integrity, powerful;
    } sids[] = {
        { "S-1-5-5-0-1234", true, false, false },
        { "S-1-5-5-0", false, false, false },
        { "S-1-5-5-0-1-2", false, false, false },
        { "S-1-4-5-0-1234", false, false, false },
        { "S-1-16-8192", false, true, false },
        { "S-1-16-1-2", false, false, false },
        { "S-1-5-32-544", false, false, true },
        { "S-1-5-32-545", false, false, false },
        { "S-1-5-33-544", false, false, false },
        { "S-1-5-21-1-2-3-512", false, false, true },
        { "S-1-5-21-1-2-3-513", false, false, false },
        { "S-1-5-22-1-2-3-512", false, false, false },
        { "S-1-5-21-1-2-512", false, false, false },
        { "S-1-5-544", false, false, false },
    };

    for (size_t i = 0; i < ARRAY_SIZE(sids); i++) {
        sid_buffer sid;

        assert_ok(sid_from_text(&sid, NULL, sids[i].text, strlen(sids[i].text)));
        assert_int_equal(sid_is_logon(&sid.sid), sids[i].logon);
        assert_int_equal(sid_is_integrity(&sid.sid), sids[i].integrity);
        assert_int_equal(sid_is_powerful(&sid.sid), sids[i].powerful);
        assert_int_equal(well_known_by_sid(&sid.sid, NULL) == well_known_by_type(WinLogonIdsSid),
                         sids[i].logon);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_is_found_by_all_that_it_is_called),
        cmocka_unit_test(no_two_entries_share_a_sid_a_type_or_an_alias),
        cmocka_unit_test(every_number_but_the_local_logon_has_an_entry),
        cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(logon_sids_labels_and_powerful_groups_are_told_apart),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
