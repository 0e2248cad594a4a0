/* SPDX-License-Identifier: MIT */
/*
 * WQL over real sessions: each line that scripts in public repositories really use gives the rows
 * that it should, then the rest of the language, then what is wrong.
 */
#include "queries.h"

#include <stdio.h>
#include <string.h>

/* --- lines that scripts really use ---------------------------------------------------------------
 */

struct line {
    const char *query, *column, *rows;
};

static const struct line lines[] = {
    { "SELECT * FROM Win32_LogonSession WHERE LogonType = 2 OR LogonType = 10", "LogonId",
      "$alice2|$bob2|$bob10" },
    { "SELECT * FROM Win32_LogonSession WHERE (LogonType = 2) OR (LogonType = 10)", "LogonId",
      "$alice2|$bob2|$bob10" },
    { "SELECT * FROM Win32_LogonSession WHERE LogonType='2'", "LogonId", "$alice2|$bob2" },
    { "select * from win32_logonsession where (logontype=2 or logontype=8 or logontype=10 "
      "or logontype=11 or logontype=12)",
      "LogonId", "$alice2|$alice8|$bob2|$bob10" },
    { "SELECT LogonId, Name, Status FROM Win32_LogonSession Where LogonType = 10", "LogonId",
      "$bob10" },
    { "SELECT * FROM Win32_LogonSession where LogonId='$bob10'", "LogonType", "10" },
    { "SELECT * FROM Win32_LogonSession where logonid=$alice8", "LogonType", "8" },
    { "SELECT LogonId FROM Win32_LogonSession WHERE LogonType = 2 or LogonType = 10", "LogonId",
      "$alice2|$bob2|$bob10" },
    { "ASSOCIATORS OF {Win32_LogonSession.LogonId=$bob10} Where AssocClass=Win32_LoggedOnUser "
      "Role=Dependent",
      "Name", "bob" },
    { "ASSOCIATORS OF {Win32_LogonSession.LogonId='$bob10'} Where AssocClass=Win32_LoggedOnUser "
      "Role=Dependent",
      "Caption", "$machine\\bob" },
    { "ASSOCIATORS OF {Win32_LogonSession.LogonId=\"$alice2\"} Where "
      "AssocClass=Win32_LoggedOnUser Role=Dependent",
      "FullName", "Alice A." },
    { "ASSOCIATORS OF {Win32_LogonSession.LogonId=$alice2} WHERE ResultClass=Win32_UserAccount",
      "Name", "alice" },
    { "ASSOCIATORS OF {Win32_Process.Handle=\"$pid\"} WHERE AssocClass=Win32_SessionProcess",
      "LogonId", "999" },
    { "REFERENCES OF {Win32_LogonSession.LogonId=$bob2} WHERE ResultClass=Win32_LoggedOnUser",
      "Antecedent", BOB },
    /* as Python's module wmi asks for .references("Win32_LoggedOnUser") */
    { "REFERENCES OF {\\\\$machine\\root\\cimv2:Win32_LogonSession.LogonId=\"$bob2\"} "
      "WHERE ResultClass = Win32_LoggedOnUser",
      "Antecedent", BOB },
};

/* Those without a condition: of alice, who sees nothing else. */
static const struct line lines_of_alice[] = {
    { "SELECT * FROM Win32_LogonSession", "LogonType", "2|8" },
    { "Select __PATH From Win32_LogonSession", "__PATH",
      "\\\\$machine\\root\\cimv2:Win32_LogonSession.LogonId=\"$alice2\"|"
      "\\\\$machine\\root\\cimv2:Win32_LogonSession.LogonId=\"$alice8\"" },
    { "SELECT * FROM Win32_LoggedOnUser", "Dependent", SESSION("$alice2") "|" SESSION("$alice8") },
    { "SELECT * FROM Win32_LoggedOnUser", "Antecedent", ALICE "|" ALICE },
};

/* --- the rest of the language -------------------------------------------------------------------
 */

static const struct line rest[] = {
    { "Select __PATH From Win32_LogonSession Where LogonType = 10", "__PATH",
      "\\\\$machine\\root\\cimv2:Win32_LogonSession.LogonId=\"$bob10\"" },
    { "SELECT * FROM Win32_LoggedOnUser WHERE Dependent = '\\\\\\\\.\\\\root\\\\cimv2:"
      "Win32_LogonSession.LogonId=\"$bob10\"'",
      "Antecedent", BOB },
    { "SELECT * FROM Win32_LoggedOnUser WHERE Antecedent = 'Win32_Account.Domain=\"$machine\","
      "Name=\"alice\"'",
      "Dependent", SESSION("$alice2") "|" SESSION("$alice8") },
    { "ASSOCIATORS OF {Win32_LogonSession.LogonId=$alice2} WHERE ResultClass=Win32_Group", NULL,
      "" },
    { "ASSOCIATORS OF {Win32_LogonSession.LogonId=$alice2} WHERE Role=Antecedent "
      "AssocClass=Win32_LoggedOnUser",
      NULL, "" },
    { "ASSOCIATORS OF {Win32_UserAccount.Domain='$machine',Name='alice'} "
      "WHERE ResultRole=Dependent",
      "LogonId", "$alice2|$alice8" },
    { "ASSOCIATORS OF {\\\\.\\root\\cimv2:Win32_UserAccount.Name='alice',Domain='$machine'}",
      "LogonId", "$alice2|$alice8" },
    { "ASSOCIATORS OF {Win32_UserAccount.Name='alice',Domain='$machine'} WHERE ClassDefsOnly", NULL,
      "Win32_LogonSession" },
    { "ASSOCIATORS OF {Win32_UserAccount.Name='alice',Domain='$machine'} WHERE KeysOnly", "LogonId",
      "$alice2|$alice8" },
    { "ASSOCIATORS OF {Win32_LogonSession.LogonId=$bob2} WHERE RequiredQualifier=Abstract", "Name",
      "bob" },
    { "REFERENCES OF {Win32_UserAccount.Domain='$machine',Name='alice'}", "Dependent",
      SESSION("$alice2") "|" SESSION("$alice8") },
    { "REFERENCES OF {Win32_LogonSession.LogonId=$bob2} WHERE Role=Antecedent", NULL, "" },
    { "REFERENCES OF {Win32_Process='$pid'} WHERE ClassDefsOnly", NULL, "Win32_SessionProcess" },
    { "SELECT LogonId FROM Win32_LogonSession WHERE 10 = LogonType", NULL, "$bob10" },
    { "SELECT LogonId FROM Win32_LogonSession WHERE LogonType > 9", NULL, "$bob10" },
    { "SELECT LogonId FROM Win32_LogonSession WHERE NOT (LogonType <> 10)", NULL, "$bob10" },
    { "SELECT LogonId FROM Win32_LogonSession WHERE LogonType = 2 AND LogonId <> '$bob2'", NULL,
      "$alice2" },
    { "SELECT LogonId FROM Win32_LogonSession WHERE LogonType = 10 AND Caption IS NULL", NULL,
      "$bob10" },
    { "SELECT LogonId FROM Win32_LogonSession WHERE LogonType = 10 AND Caption IS NOT NULL", NULL,
      "" },
    { "SELECT LogonId FROM Win32_LogonSession WHERE LogonType = 10 AND NOT Caption = 'x'", NULL,
      "" },
    { "SELECT LogonId FROM Win32_LogonSession WHERE LogonType = 10 AND StartTime > "
      "'20200101000000.000000+000' AND StartTime < '21200101000000.000000+060'",
      NULL, "$bob10" },
    { "SELECT Name FROM Win32_UserAccount WHERE Name LIKE 'ALI%'", NULL, "alice" },
    { "SELECT Name FROM Win32_UserAccount WHERE Name LIKE '_o[abc]' AND LocalAccount = TRUE", NULL,
      "bob" },
    { "SELECT __CLASS FROM Win32_Account WHERE Name = 'Bob'", NULL, "Win32_UserAccount" },
    { "SELECT * FROM Win32_Account WHERE SID = 'S-1-5-18'", "__CLASS", "Win32_SystemAccount" },
    { "SELECT SIDType FROM Win32_Group WHERE SID = 'S-1-5-32-544'", NULL, "4" },
    { "SELECT Handle FROM Win32_Process WHERE ProcessId = $pid", NULL, "$pid" },
};

static void check(const struct line *of, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_told(of[i].query, wql(of[i].column, of[i].query), of[i].rows);
}

static void scripts_get_the_rows_that_they_ask_for(void **state)
{
    check(lines, sizeof(lines) / sizeof(lines[0]));
}

static void scripts_of_an_ordinary_user_get_his_rows(void **state)
{
    assert_succeeds(ImpersonateLoggedOnUser(known[0].token));
    check(lines_of_alice, sizeof(lines_of_alice) / sizeof(lines_of_alice[0]));
    assert_succeeds(RevertToSelf());
}

static void the_rest_of_the_language_gives_its_rows(void **state)
{
    check(rest, sizeof(rest) / sizeof(rest[0]));
}

/* --- what is wrong ------------------------------------------------------------------------------
 */

/* The text, and where in it the complaint points; "^" marks the place. */
static const struct {
    const char *query, *message;
} wrong[] = {
    { "^", "SELECT, ASSOCIATORS OF or REFERENCES OF is missing at the end" },
    { "^DELETE FROM Win32_Process", "SELECT, ASSOCIATORS OF or REFERENCES OF is expected here" },
    { "SELECT * FROM ^Win32_Nothing", "there is no class Win32_Nothing" },
    { "SELECT LogonId, ^Handle FROM Win32_LogonSession",
      "Win32_LogonSession has no property Handle" },
    { "SELECT * FROM Win32_Process WHERE ^LogonId = 1", "Win32_Process has no property LogonId" },
    { "SELECT * FROM Win32_Process WHERE ProcessId = ^'many'", "\"many\" is no whole number" },
    { "SELECT * FROM Win32_Process WHERE Name = ^'x", "a text without its closing quote" },
    { "SELECT * FROM Win32_Process WHERE (Name = 'x'^", ") is missing at the end" },
    { "SELECT * FROM Win32_Process WHERE Name = 'x' ^Name", "the end is expected here" },
    { "SELECT * FROM Win32_Process WHERE Name ^'x'", "a comparison is expected here" },
    { "SELECT * FROM Win32_Process WHERE CreationDate > ^'yesterday'",
      "a time is written as yyyymmddHHMMSS.mmmmmm+UUU" },
    { "SELECT * FROM Win32_Process ^WITHIN 2", "there are no events to wait for" },
    { "SELECT * FROM Win32_Process WHERE Name ^ISA 'x'", "ISA goes with events and classes only" },
    { "ASSOCIATORS OF {^Win32_LogonSession.LogonId=1}", "there is no such object" },
    { "ASSOCIATORS OF {^Win32_LogonSession}",
      "a class has no associations: name an object, Class.Key=\"value\"" },
    { "ASSOCIATORS OF {Win32_LogonSession.^}",
      "the path of an object goes on otherwise: Class.Key=\"value\"" },
    { "ASSOCIATORS OF {Win32_LogonSession=999} WHERE ^Colour=Blue",
      "AssocClass, ResultClass, Role, ResultRole, ClassDefsOnly or KeysOnly is expected here" },
    { "REFERENCES OF {Win32_LogonSession=999} WHERE ^AssocClass=Win32_LoggedOnUser",
      "ResultClass, Role, RequiredQualifier, ClassDefsOnly or KeysOnly is expected here" },
    { "ASSOCIATORS OF {Win32_LogonSession=999} WHERE AssocClass=^Nonsense",
      "there is no class Nonsense" },
};

static void what_is_wrong_is_told_with_its_place(void **state)
{
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const size_t at = (size_t)(strchr(wrong[i].query, '^') - wrong[i].query);
        struct query_problem problem;
        char text[QUERY_MAX];

        snprintf(text, sizeof(text), "%.*s%s", (int)at, wrong[i].query, wrong[i].query + at + 1);
        problem = wql_problem(text);
        assert_string_equal(problem.message, wrong[i].message);
        assert_true(problem.has_offset);
        if (problem.offset != at)
            fail_msg("%s: %zu, not %zu", wrong[i].query, problem.offset, at);
        query_problem_done(&problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scripts_get_the_rows_that_they_ask_for),
        cmocka_unit_test(scripts_of_an_ordinary_user_get_his_rows),
        cmocka_unit_test(the_rest_of_the_language_gives_its_rows),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
    };

    return cmocka_run_group_tests(tests, queries_set_up, queries_tear_down);
}
