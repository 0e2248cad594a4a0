/* SPDX-License-Identifier: MIT */
/*
 * The tables of src/query over real sessions: the WQL that scripts really use gives the right rows,
 * what is looked up is not scanned for, and nobody sees what LsaGetLogonSessionData would refuse.
 */
#include "lsa.h"
#include "policy.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "query/sql.h"
#include "query/sql_tables.h"
#include "query/wql.h"

enum {
    MANY = 2000, /* OPENLOGON_TEST_SESSIONS: another number */
    TEXT_MAX = 1 << 16,
    QUERY_MAX = 512,
};

/* Sessions of two accounts of OpenLogon's, by the words that queries have for their LUIDs. */
static struct known_session {
    const char *word, *user;
    DWORD type;
    HANDLE token;
    char luid[24];
} known[] = {
    { "$alice2", "alice", LOGON32_LOGON_INTERACTIVE },
    { "$alice8", "alice", LOGON32_LOGON_NETWORK_CLEARTEXT },
    { "$bob2", "bob", LOGON32_LOGON_INTERACTIVE },
    { "$bob10", "bob", RemoteInteractive },
};

enum { N_KNOWN = sizeof(known) / sizeof(known[0]) };

static char machine[64], own_pid[16];

/* --- sessions ----------------------------------------------------------------------------------
 */

static HANDLE log_on_remotely(const char *user)
{
    struct lsa_submit submit;
    struct lsa_result result;
    HANDLE lsa = NULL;

    assert_nt(LsaConnectUntrusted(&lsa), STATUS_SUCCESS);
    lsa_submit_fill(&submit, MsV1_0InteractiveLogon, user, user);
    result =
        lsa_log_on(lsa, lsa_package(lsa, MSV1_0_PACKAGE_NAME), &submit, RemoteInteractive, NULL);
    assert_nt(result.status, STATUS_SUCCESS);
    LsaFreeReturnBuffer(result.profile);
    LsaDeregisterLogonProcess(lsa);
    return result.token;
}

static void log_on(struct known_session *k)
{
    LUID luid;

    if (k->type == RemoteInteractive)
        k->token = log_on_remotely(k->user);
    else
        assert_succeeds(
            LogonUserA(k->user, ".", k->user, k->type, LOGON32_PROVIDER_DEFAULT, &k->token));
    luid = support_session_of(k->token);
    snprintf(k->luid, sizeof(k->luid), "%" PRIu64,
             (uint64_t)(uint32_t)luid.HighPart << 32 | luid.LowPart);
}

static void grant_remote_logon(const char *user)
{
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    OPENLOGON_ACCOUNT *account = NULL;

    assert_succeeds(openlogon_account_get(user, &account));
    assert_nt(policy_grant(policy, account->sid, "SeRemoteInteractiveLogonRight"), STATUS_SUCCESS);
    LsaFreeReturnBuffer(account);
    LsaClose(policy);
}

static int set_up(void **state)
{
    OPENLOGON_AUTHORITY authority;

    if (geteuid() != 0)
        assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    assert_succeeds(openlogon_query_authority(&authority));
    snprintf(machine, sizeof(machine), "%s", authority.machine_name);
    snprintf(own_pid, sizeof(own_pid), "%d", (int)getpid());
    assert_succeeds(openlogon_account_add("alice", "Alice A.", "alice"));
    assert_succeeds(openlogon_account_add("bob", "", "bob"));
    grant_remote_logon("bob");
    for (size_t i = 0; i < N_KNOWN; i++)
        log_on(&known[i]);
    return 0;
}

static int tear_down(void **state)
{
    for (size_t i = 0; i < N_KNOWN; i++)
        assert_succeeds(CloseHandle(known[i].token));
    return 0;
}

/* --- asking ------------------------------------------------------------------------------------
 */

/* Replaces "$alice2" and the like. */
static const char *with_words(char ret[QUERY_MAX], const char *text)
{
    char *to = ret;

    while (*text) {
        const char *value = NULL;
        size_t size = 0;

        for (size_t i = 0; i < N_KNOWN && !value; i++) {
            size = strlen(known[i].word);
            value = strncmp(text, known[i].word, size) == 0 ? known[i].luid : NULL;
        }
        if (!value && strncmp(text, "$machine", 8) == 0)
            value = machine, size = 8;
        if (!value && strncmp(text, "$pid", 4) == 0)
            value = own_pid, size = 4;
        to = value ? stpcpy(to, value) : (*to = *text, to + 1);
        text += value ? size : 1;
        assert_true(to < ret + QUERY_MAX - 64);
    }
    *to = '\0';
    return ret;
}

/* The values of one column, each in brackets, in the order of their texts. */
struct answer {
    const char *column; /* NULL: the first */
    size_t at;          /* of it, in the rows that come */
    char *values[4096];
    size_t n;
};

static bool take_columns(void *context, const char *const *names, size_t n)
{
    struct answer *a = context;

    assert_true(n > 0);
    for (a->at = 0; a->column && strcmp(names[a->at], a->column) != 0; a->at++)
        assert_true(a->at + 1 < n);
    return true;
}

/* Processes of another test may have the uid of one of these accounts, and so a session of it that
 * nobody here has made. "999", or a path that ends in ="999". */
static bool is_implicit_session(const char *value)
{
    static const char package[] = "Kernel";
    const char *digits = strstr(value, "LogonId=\"");
    const uint64_t number = strtoull(digits ? digits + 9 : value, NULL, 10);
    LUID luid = { (DWORD)number, (LONG)(number >> 32) };
    SECURITY_LOGON_SESSION_DATA *data = NULL;
    bool is_one;

    if (number == 0 || LsaGetLogonSessionData(&luid, &data) != STATUS_SUCCESS)
        return false;
    is_one = data->AuthenticationPackage.Length == (sizeof(package) - 1) * sizeof(WCHAR) &&
             data->AuthenticationPackage.Buffer[0] == 'K';
    LsaFreeReturnBuffer(data);
    return is_one;
}

static bool take_row(void *context, const struct query_value *values, size_t n)
{
    struct answer *a = context;
    char *text = query_value_text(&values[a->at]);

    assert_true(a->at < n);
    assert_non_null(text);
    if (a->n == sizeof(a->values) / sizeof(a->values[0]) || is_implicit_session(text))
        free(text);
    else
        a->values[a->n++] = text;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static const char *told(struct answer *a)
{
    static char text[TEXT_MAX];
    char *to = text;

    qsort(a->values, a->n, sizeof(a->values[0]), by_text);
    *to = '\0';
    for (size_t i = 0; i < a->n; i++) {
        assert_true(strlen(a->values[i]) + 4 < (size_t)(text + TEXT_MAX - to));
        to += sprintf(to, "[%s]", a->values[i]);
        free(a->values[i]);
    }
    a->n = 0;
    return text;
}

static const char *wql(const char *column, const char *query)
{
    static struct answer answer;
    const struct query_sink sink = { take_columns, take_row, &answer };
    struct query_problem problem = { 0 };
    char text[QUERY_MAX];

    answer = (struct answer){ .column = column };
    if (!wql_run(with_words(text, query), &sink, &problem))
        fail_msg("%s: %s", text, problem.message);
    return told(&answer);
}

static const char *sql(const char *query)
{
    static struct answer answer;
    const struct query_sink sink = { take_columns, take_row, &answer };
    struct query_problem problem = { 0 };
    query_sql *db = query_sql_new();
    char text[QUERY_MAX];

    answer = (struct answer){ 0 };
    assert_non_null(db);
    if (!query_sql_run(db, with_words(text, query), &sink, &problem))
        fail_msg("%s: %s", text, problem.message);
    query_sql_free(db);
    return told(&answer);
}

/* Brackets around each word, in the order of their texts. */
static const char *expected(const char *words)
{
    static struct answer answer;
    char text[QUERY_MAX];

    answer.n = 0;
    with_words(text, words);
    for (char *word = strtok(text, "|"); word; word = strtok(NULL, "|"))
        assert_non_null(answer.values[answer.n++] = strdup(word));
    return told(&answer);
}

static void assert_told(const char *what, const char *is, const char *words)
{
    char *copy = strdup(is);

    assert_non_null(copy);
    if (strcmp(copy, expected(words)) != 0)
        fail_msg("%s gives %s, not %s", what, copy, expected(words));
    free(copy);
}

/* --- what scripts ask ---------------------------------------------------------------------------
 */

#define ALICE         "\\\\.\\root\\cimv2:Win32_Account.Domain=\"$machine\",Name=\"alice\""
#define BOB           "\\\\.\\root\\cimv2:Win32_Account.Domain=\"$machine\",Name=\"bob\""
#define SESSION(luid) "\\\\.\\root\\cimv2:Win32_LogonSession.LogonId=\"" luid "\""

static const struct {
    const char *query, *column, *rows;
} cases[] = {
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
    { "Select __PATH From Win32_LogonSession Where LogonType = 10", "__PATH",
      "\\\\$machine\\root\\cimv2:Win32_LogonSession.LogonId=\"$bob10\"" },
    { "SELECT * FROM Win32_LogonSession where LogonId='$bob10'", "LogonType", "10" },
    { "SELECT * FROM Win32_LogonSession where logonid=$alice8", "LogonType", "8" },
    { "SELECT LogonId FROM Win32_LogonSession WHERE LogonType = 2 or LogonType = 10", "LogonId",
      "$alice2|$bob2|$bob10" },
    { "SELECT * FROM Win32_LoggedOnUser WHERE Dependent = '\\\\\\\\.\\\\root\\\\cimv2:"
      "Win32_LogonSession.LogonId=\"$bob10\"'",
      "Antecedent", BOB },
    { "SELECT * FROM Win32_LoggedOnUser WHERE Antecedent = 'Win32_Account.Domain=\"$machine\","
      "Name=\"alice\"'",
      "Dependent", SESSION("$alice2") "|" SESSION("$alice8") },
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
    { "ASSOCIATORS OF {Win32_Process.Handle=\"$pid\"} WHERE AssocClass=Win32_SessionProcess",
      "LogonId", "999" },
    { "ASSOCIATORS OF {Win32_LogonSession.LogonId=$bob2} WHERE RequiredQualifier=Abstract", "Name",
      "bob" },
    { "REFERENCES OF {Win32_LogonSession.LogonId=$bob2} WHERE ResultClass=Win32_LoggedOnUser",
      "Antecedent", BOB },
    { "REFERENCES OF {Win32_UserAccount.Domain='$machine',Name='alice'}", "Dependent",
      SESSION("$alice2") "|" SESSION("$alice8") },
    { "REFERENCES OF {Win32_LogonSession.LogonId=$bob2} WHERE Role=Antecedent", NULL, "" },
    { "REFERENCES OF {Win32_Process='$pid'} WHERE ClassDefsOnly", NULL, "Win32_SessionProcess" },
    /* the rest of the language */
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

static void scripts_get_the_rows_that_they_ask_for(void **state)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_told(cases[i].query, wql(cases[i].column, cases[i].query), cases[i].rows);
}

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
    struct answer answer = { 0 };
    const struct query_sink sink = { take_columns, take_row, &answer };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const size_t at = (size_t)(strchr(wrong[i].query, '^') - wrong[i].query);
        struct query_problem problem = { 0 };
        char text[QUERY_MAX];

        snprintf(text, sizeof(text), "%.*s%s", (int)at, wrong[i].query, wrong[i].query + at + 1);
        if (wql_run(text, &sink, &problem))
            fail_msg("%s goes through", text);
        assert_string_equal(problem.message, wrong[i].message);
        assert_true(problem.has_offset);
        if (problem.offset != at)
            fail_msg("%s: %zu, not %zu", wrong[i].query, problem.offset, at);
        query_problem_done(&problem);
    }
    assert_int_equal(answer.n, 0);
}

/* --- who sees what ------------------------------------------------------------------------------
 */

/* Statements that would give away a session of bob's or of SYSTEM's, or somebody else's process. */
static const char *const hidden_from_alice[] = {
    "SELECT luid FROM sessions WHERE luid = 999",
    "SELECT luid FROM sessions WHERE luid IN ($bob2, $bob10)",
    "SELECT luid FROM sessions WHERE user = 'bob'",
    "SELECT luid FROM sessions WHERE sid = 'S-1-5-18'",
    "SELECT luid FROM sessions WHERE user LIKE '%o%'",
    "SELECT tokens FROM sessions WHERE user = 'SYSTEM' OR luid = 997",
    "SELECT LogonId FROM Win32_LogonSession WHERE LogonType = 10 OR LogonId = '999'",
    "SELECT Antecedent FROM Win32_LoggedOnUser WHERE Antecedent LIKE '%bob%'",
    "SELECT Dependent FROM Win32_LoggedOnUser WHERE Dependent = '" SESSION("$bob2") "'",
    "SELECT Dependent FROM Win32_SessionProcess WHERE Antecedent = '" SESSION("999") "'",
    "SELECT pid FROM processes WHERE pid = 1",
    "SELECT pid FROM processes WHERE session = 999",
    "SELECT Handle FROM Win32_Process WHERE Handle = '1'",
    "SELECT pid FROM tokens WHERE pid = 1 OR pid = $pid",
    "SELECT sid FROM groups WHERE pid = $pid",
    "SELECT name FROM privileges WHERE pid = $pid",
    "SELECT password_last_set FROM accounts WHERE name = 'bob' AND password_last_set > ''",
    "SELECT p.pid FROM processes p LEFT JOIN sessions s ON s.luid = p.session WHERE s.luid IS NULL",
};

static void an_ordinary_user_sees_his_own_only(void **state)
{
    assert_succeeds(ImpersonateLoggedOnUser(known[0].token));
    assert_told("all sessions", sql("SELECT luid FROM sessions"), "$alice2|$alice8");
    assert_told("his name", sql("SELECT luid FROM sessions WHERE user = 'Alice'"),
                "$alice2|$alice8");
    assert_told("his LUID", sql("SELECT user FROM sessions WHERE luid = $alice8"), "alice");
    assert_told("the class", wql(NULL, "SELECT LogonId FROM Win32_LogonSession"),
                "$alice2|$alice8");
    assert_told("the users", sql("SELECT DISTINCT Antecedent FROM Win32_LoggedOnUser"), ALICE);
    for (size_t i = 0; i < sizeof(hidden_from_alice) / sizeof(hidden_from_alice[0]); i++)
        assert_told(hidden_from_alice[i], sql(hidden_from_alice[i]), "");
    assert_succeeds(RevertToSelf());
}

static void what_is_refused_looks_as_if_it_were_not_there(void **state)
{
    struct answer answer = { 0 };
    const struct query_sink sink = { take_columns, take_row, &answer };
    struct query_problem problem = { 0 };
    char text[QUERY_MAX];

    assert_succeeds(ImpersonateLoggedOnUser(known[0].token));
    assert_false(wql_run(with_words(text, "REFERENCES OF {Win32_LogonSession.LogonId=$bob2}"),
                         &sink, &problem));
    assert_succeeds(RevertToSelf());
    assert_string_equal(problem.message, "there is no such object");
    query_problem_done(&problem);
}

/* The function that the tables find sessions by. */
static DWORD count_found(const char *user, PSID sid)
{
    LUID *sessions = NULL;
    DWORD n = 0, n_made = 0;

    assert_succeeds(openlogon_find_sessions(user, sid, &sessions, &n));
    for (DWORD i = 0; i < n; i++) {
        char text[24];

        snprintf(text, sizeof(text), "%u", (unsigned)sessions[i].LowPart);
        n_made += !is_implicit_session(text);
        assert_true(i == 0 || sessions[i - 1].LowPart < sessions[i].LowPart);
    }
    LsaFreeReturnBuffer(sessions);
    return n_made;
}

static void sessions_are_found_by_whose_they_are(void **state)
{
    const SID nonsense = { .Revision = 7 };
    OPENLOGON_ACCOUNT *bob = NULL;
    LUID *sessions = NULL;
    DWORD n;

    assert_succeeds(openlogon_account_get("bob", &bob));
    assert_int_equal(count_found("BOB", NULL), 2);
    assert_int_equal(count_found(NULL, bob->sid), 2);
    assert_int_equal(count_found("bob", bob->sid), 2);
    assert_int_equal(count_found("alice", bob->sid), 0);
    assert_true(count_found(NULL, NULL) >= N_KNOWN + 4);
    assert_fails(openlogon_find_sessions("", NULL, &sessions, &n), ERROR_INVALID_PARAMETER);
    assert_fails(openlogon_find_sessions(NULL, NULL, NULL, &n), ERROR_INVALID_PARAMETER);
    assert_fails(openlogon_find_sessions(NULL, (PSID)&nonsense, &sessions, &n), ERROR_INVALID_SID);
    assert_succeeds(ImpersonateLoggedOnUser(known[0].token));
    assert_int_equal(count_found("bob", NULL), 0);
    assert_int_equal(count_found(NULL, bob->sid), 0);
    assert_int_equal(count_found("alice", NULL), 2);
    assert_int_equal(count_found(NULL, NULL), 2);
    assert_succeeds(RevertToSelf());
    LsaFreeReturnBuffer(bob);
}

/* --- what is read -------------------------------------------------------------------------------
 */

static const struct {
    const char *query;
    size_t rows_read; /* at most, and a few implicit sessions */
} cheap[] = {
    { "SELECT user FROM sessions WHERE luid = $bob10", 1 },
    { "SELECT luid FROM sessions WHERE user = 'bob'", 2 },
    { "SELECT luid FROM sessions WHERE user = 'bob' AND logon_type = 10", 2 },
    { "SELECT luid FROM sessions WHERE user IN ('alice', 'bob')", 4 },
    { "SELECT luid FROM sessions WHERE luid = $bob2 OR luid = $bob10", 2 },
    { "SELECT LogonType FROM Win32_LogonSession WHERE LogonId = '$bob10'", 1 },
    { "SELECT LogonType FROM Win32_LogonSession WHERE LogonId = $bob10", 1 },
    { "SELECT Dependent FROM Win32_LoggedOnUser WHERE Antecedent = '" BOB "'", 2 },
    { "SELECT s.user FROM processes p JOIN sessions s ON s.luid = p.session WHERE p.pid = $pid",
      2 },
    { "SELECT w.LogonType FROM sessions s JOIN Win32_LogonSession w ON w.LogonId = s.luid "
      "WHERE s.user = 'bob'",
      4 },
};

static void check_cheap(void)
{
    for (size_t i = 0; i < sizeof(cheap) / sizeof(cheap[0]); i++) {
        const size_t before = query_sql_rows_read();
        const double start = support_seconds();
        const bool has_rows = *sql(cheap[i].query) != '\0';
        const size_t n = query_sql_rows_read() - before;

        print_message("%5.2f ms, %zu rows: %s\n", (support_seconds() - start) * 1000, n,
                      cheap[i].query);
        assert_true(has_rows);
        if (n > cheap[i].rows_read + 8)
            fail_msg("%s reads %zu rows", cheap[i].query, n);
    }
}

static void what_is_looked_up_is_not_scanned_for(void **state)
{
    const char *wanted = getenv("OPENLOGON_TEST_SESSIONS");
    const size_t n = wanted ? strtoul(wanted, NULL, 10) : MANY;
    HANDLE *tokens = calloc(n, sizeof(*tokens));
    size_t before = query_sql_rows_read();
    double start;

    assert_non_null(tokens);
    for (size_t i = 0; i < n; i++) {
        char name[16];

        snprintf(name, sizeof(name), "%zu", 10000 + i % 1000);
        tokens[i] = support_logon(name, LOGON32_LOGON_NETWORK_CLEARTEXT);
    }
    start = support_seconds();
    (void)sql("SELECT count(*) FROM sessions");
    print_message("%5.2f ms for all %zu sessions\n", (support_seconds() - start) * 1000, n);
    assert_true(query_sql_rows_read() - before >= n);
    check_cheap();
    for (size_t i = 0; i < n; i++)
        assert_succeeds(CloseHandle(tokens[i]));
    free(tokens);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scripts_get_the_rows_that_they_ask_for),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(an_ordinary_user_sees_his_own_only),
        cmocka_unit_test(what_is_refused_looks_as_if_it_were_not_there),
        cmocka_unit_test(sessions_are_found_by_whose_they_are),
        cmocka_unit_test(what_is_looked_up_is_not_scanned_for),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
