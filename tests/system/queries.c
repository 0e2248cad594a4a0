/* SPDX-License-Identifier: MIT */
#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lsa.h"
#include "policy.h"
#include "query/sql.h"
#include "query/wql.h"

struct known_session known[N_KNOWN] = {
    { "$alice2", "alice", LOGON32_LOGON_INTERACTIVE },
    { "$alice8", "alice", LOGON32_LOGON_NETWORK_CLEARTEXT },
    { "$bob2", "bob", LOGON32_LOGON_INTERACTIVE },
    { "$bob10", "bob", RemoteInteractive },
};

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

int queries_set_up(void **state)
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

int queries_tear_down(void **state)
{
    for (size_t i = 0; i < N_KNOWN; i++)
        assert_succeeds(CloseHandle(known[i].token));
    return 0;
}

/* --- asking ------------------------------------------------------------------------------------
 */

const char *with_words(char ret[QUERY_MAX], const char *text)
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

static bool take_row(void *context, const struct query_value *values, size_t n)
{
    struct answer *a = context;
    char *text = query_value_text(&values[a->at]);

    assert_true(a->at < n);
    assert_non_null(text);
    assert_true(a->n < sizeof(a->values) / sizeof(a->values[0]));
    a->values[a->n++] = text;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static const char *told(struct answer *a)
{
    static char text[QUERIES_TEXT_MAX];
    char *to = text;

    qsort(a->values, a->n, sizeof(a->values[0]), by_text);
    *to = '\0';
    for (size_t i = 0; i < a->n; i++) {
        assert_true(strlen(a->values[i]) + 4 < (size_t)(text + QUERIES_TEXT_MAX - to));
        to += sprintf(to, "[%s]", a->values[i]);
        free(a->values[i]);
    }
    a->n = 0;
    return text;
}

const char *wql(const char *column, const char *query)
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

const char *sql(const char *query)
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

struct query_problem wql_problem(const char *query)
{
    static struct answer answer;
    const struct query_sink sink = { take_columns, take_row, &answer };
    struct query_problem problem = { 0 };
    char text[QUERY_MAX];

    answer = (struct answer){ 0 };
    if (wql_run(with_words(text, query), &sink, &problem))
        fail_msg("%s goes through", text);
    assert_int_equal(answer.n, 0);
    return problem;
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

void assert_told(const char *what, const char *is, const char *words)
{
    char *copy = strdup(is);

    assert_non_null(copy);
    if (strcmp(copy, expected(words)) != 0)
        fail_msg("%s gives %s, not %s", what, copy, expected(words));
    free(copy);
}
