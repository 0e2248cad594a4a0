/* SPDX-License-Identifier: MIT */
/* What the module packs by hand, beside what protobuf-c makes of the schema. */
#include "base/test.h"

#include <windows.h>

#include "ipc/message_text.h"
#include "ipc/openlogon.pb-c.h"
#include "pam/authority_message.h"

enum {
    SIZE_MAX_HERE = 4096,
    SERIAL = 300, /* two bytes */
};

static struct wire_writer writer;
static uint8_t packed[SIZE_MAX_HERE];

static struct wire_writer *begin(void)
{
    wire_writer_init(&writer, packed, sizeof(packed));
    request_begin(&writer, SERIAL);
    return &writer;
}

static void check_same(Openlogon__Request *request)
{
    uint8_t expected[SIZE_MAX_HERE];
    size_t size;

    request->serial = SERIAL;
    size = openlogon__request__get_packed_size(request);
    assert_in_range(size, 1, sizeof(expected));
    assert_int_equal(openlogon__request__pack(request, expected), size);
    assert_false(writer.failed);
    assert_int_equal(writer.size, size);
    assert_memory_equal(packed, expected, size);
}

/* --- requests ---------------------------------------------------------------------------------
 */

static void a_hello_is_packed_as_the_schema_says(void **state)
{
    Openlogon__HelloRequest hello = OPENLOGON__HELLO_REQUEST__INIT;
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;

    hello.version = 1;
    hello.passing = true;
    request.call_case = OPENLOGON__REQUEST__CALL_HELLO;
    request.hello = &hello;
    request_hello(begin());
    check_same(&request);
}

static void check_login(const struct login_texts *login)
{
    Openlogon__LoginOpenRequest opening = OPENLOGON__LOGIN_OPEN_REQUEST__INIT;
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;

    opening.service = message_text(login->service);
    opening.user = message_text(login->user);
    opening.tty = message_text(login->tty);
    opening.remote_host = message_text(login->remote_host);
    opening.remote_user = message_text(login->remote_user);
    request.call_case = OPENLOGON__REQUEST__CALL_LOGIN_OPEN;
    request.login_open = &opening;
    request_login_open(begin(), login);
    check_same(&request);
}

static void the_opening_of_a_login_too_whatever_its_texts(void **state)
{
    char text[201];

    check_login(&(struct login_texts){ "", "", "", "", "" });
    check_login(&(struct login_texts){ "sshd", "alice", "ssh", "192.0.2.7", "bob" });
    for (size_t n = 1; n < sizeof(text); n++) { /* lengths of one byte and of two */
        memset(text, 'x', n);
        text[n] = '\0';
        check_login(&(struct login_texts){ "sshd", text, "", text, "" });
    }
}

static void the_closing_and_the_question_whose_it_is_too(void **state)
{
    static const uint64_t luids[] = { 0, 1, 0x1002a, UINT64_MAX };
    Openlogon__LoginCloseRequest closing = OPENLOGON__LOGIN_CLOSE_REQUEST__INIT;
    Openlogon__ProcessSessionRequest own = OPENLOGON__PROCESS_SESSION_REQUEST__INIT;
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;

    request.call_case = OPENLOGON__REQUEST__CALL_LOGIN_CLOSE;
    request.login_close = &closing;
    for (size_t i = 0; i < ARRAY_SIZE(luids); i++) {
        closing.luid = luids[i];
        request_login_close(begin(), luids[i]);
        check_same(&request);
    }
    request.call_case = OPENLOGON__REQUEST__CALL_PROCESS_SESSION;
    request.process_session = &own;
    request_own_session(begin());
    check_same(&request);
}

static ProtobufCBinaryData bytes_of(char *text)
{
    return (ProtobufCBinaryData){ strlen(text), (uint8_t *)text };
}

static void questions_about_accounts_too(void **state)
{
    char name[] = "olga", machine[] = "TESTBOX", password[] = "0ld-Passw0rd", new[] = "n3w";
    Openlogon__AccountGetRequest get = OPENLOGON__ACCOUNT_GET_REQUEST__INIT;
    Openlogon__LogonRequest logon = OPENLOGON__LOGON_REQUEST__INIT;
    Openlogon__AccountSetPasswordRequest set = OPENLOGON__ACCOUNT_SET_PASSWORD_REQUEST__INIT;
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;

    get.name = logon.user = set.name = name;
    request.call_case = OPENLOGON__REQUEST__CALL_ACCOUNT_GET;
    request.account_get = &get;
    request_account(begin(), name);
    check_same(&request);

    logon.domain = machine;
    logon.domain_given = true;
    logon.password = bytes_of(password);
    logon.logon_type = 8; /* NetworkCleartext */
    request.call_case = OPENLOGON__REQUEST__CALL_LOGON;
    request.logon = &logon;
    request_password_check(begin(), name, machine, password);
    check_same(&request);

    set.new_password = bytes_of(new);
    request.call_case = OPENLOGON__REQUEST__CALL_ACCOUNT_SET_PASSWORD;
    request.account_set_password = &set;
    request_password_change(begin(), name, NULL, new);
    check_same(&request);
    set.check_old = true;
    request_password_change(begin(), name, "", new);
    check_same(&request);
    set.old_password = bytes_of(password);
    request_password_change(begin(), name, password, new);
    check_same(&request);
}

static void what_does_not_fit_is_not_sent_in_part(void **state)
{
    const struct login_texts login = { "sshd", "alice", "ssh", "192.0.2.7", "bob" };
    uint8_t small[64];
    size_t whole;

    request_login_open(begin(), &login);
    whole = writer.size;
    assert_in_range(whole, 1, sizeof(small) - 1);
    for (size_t capacity = 0; capacity <= whole; capacity++) {
        memset(small, 0xa5, sizeof(small));
        wire_writer_init(&writer, small, capacity);
        request_begin(&writer, SERIAL);
        request_login_open(&writer, &login);
        assert_int_equal(writer.failed, capacity < whole);
        for (size_t i = capacity; i < sizeof(small); i++)
            assert_int_equal(small[i], 0xa5);
    }
}

/* --- replies ----------------------------------------------------------------------------------
 */

static size_t pack(const Openlogon__Reply *reply)
{
    size_t size = openlogon__reply__get_packed_size(reply);

    assert_in_range(size, 0, sizeof(packed));
    return openlogon__reply__pack(reply, packed);
}

static void a_reply_is_understood(void **state)
{
    Openlogon__Reply reply = OPENLOGON__REPLY__INIT;
    Openlogon__LoginReply login = OPENLOGON__LOGIN_REPLY__INIT;
    Openlogon__HelloReply hello = OPENLOGON__HELLO_REPLY__INIT;
    struct authority_reply got;

    reply.serial = SERIAL;
    reply.status = (int32_t)STATUS_LOGON_TYPE_NOT_GRANTED;
    assert_true(authority_reply_parse(&got, packed, pack(&reply)));
    assert_int_equal(got.serial, SERIAL);
    assert_int_equal(got.status, (int32_t)STATUS_LOGON_TYPE_NOT_GRANTED);
    assert_int_equal(got.n_hellos + got.n_logins + got.n_sessions + got.n_accounts, 0);

    reply.status = 0;
    login.luid = UINT64_C(0x8000000000000001);
    login.logon_type = 10;
    reply.result_case = OPENLOGON__REPLY__RESULT_LOGIN;
    reply.login = &login;
    assert_true(authority_reply_parse(&got, packed, pack(&reply)));
    assert_int_equal(got.n_logins, 1);
    assert_true(got.luid == login.luid);

    hello.version = 1;
    hello.machine_name = (char[]){ "TESTBOX" };
    hello.holder = 7;
    reply.result_case = OPENLOGON__REPLY__RESULT_HELLO;
    reply.hello = &hello;
    assert_true(authority_reply_parse(&got, packed, pack(&reply)));
    assert_int_equal(got.n_hellos, 1);
    assert_int_equal(got.version, 1);
    assert_string_equal(got.machine_name, "TESTBOX");
}

static void fill_account(Openlogon__AccountInfo *account, uint8_t hours[static LOGON_HOURS_SIZE])
{
    static char name[] = "olga", home[] = "/home/olga";

    memset(hours, 0x5a, LOGON_HOURS_SIZE);
    account->name = name;
    account->uid = 70001;
    account->flags = 0x10200;
    account->details = true;
    account->password_must_change = INT64_MAX;
    account->expires = -1; /* no time at all, but the sign is kept */
    account->locked_until = 133000000000000000;
    account->logon_hours = (ProtobufCBinaryData){ LOGON_HOURS_SIZE, hours };
    account->home_directory = home;
}

static void an_account_is_understood(void **state)
{
    uint8_t hours[LOGON_HOURS_SIZE];
    Openlogon__AccountInfo account = OPENLOGON__ACCOUNT_INFO__INIT,
                           *list[] = { &account, &account };
    Openlogon__AccountListReply accounts = OPENLOGON__ACCOUNT_LIST_REPLY__INIT;
    Openlogon__Reply reply = OPENLOGON__REPLY__INIT;
    struct authority_reply got;

    fill_account(&account, hours);
    accounts.accounts = list;
    accounts.n_accounts = 1;
    reply.result_case = OPENLOGON__REPLY__RESULT_ACCOUNTS;
    reply.accounts = &accounts;
    assert_true(authority_reply_parse(&got, packed, pack(&reply)));
    assert_int_equal(got.n_accounts, 1);
    assert_int_equal(got.account.uid, account.uid);
    assert_int_equal(got.account.flags, account.flags);
    assert_true(got.account.details);
    assert_true(got.account.password_must_change == account.password_must_change);
    assert_true(got.account.expires == account.expires);
    assert_true(got.account.locked_until == account.locked_until);
    assert_int_equal(got.account.n_hours, LOGON_HOURS_SIZE);
    assert_memory_equal(got.account.hours, hours, sizeof(hours));
    accounts.n_accounts = 2;
    assert_true(authority_reply_parse(&got, packed, pack(&reply)));
    assert_int_equal(got.n_accounts, 2);
}

static void what_is_no_reply_leaves_the_result_alone(void **state)
{
    static const struct {
        const char *what;
        uint8_t bytes[16];
        size_t size;
    } cases[] = {
        { "an end within a number", { 0x08, 0x80 }, 2 },
        { "a number of more than 64 bits",
          { 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02 },
          11 },
        { "field 0", { 0x00, 0x01 }, 2 },
        { "a group", { 0x0b, 0x0c }, 2 },
        { "a serial that is a text", { 0x0a, 0x01, 0x01 }, 3 },
        { "a text that is longer than the message", { 0x52, 0x05, 0x08, 0x01 }, 4 },
        { "a name with a zero", { 0x52, 0x04, 0x1a, 0x02, 'a', 0x00 }, 6 },
        { "an end within a message within", { 0x52, 0x02, 0x08, 0x80 }, 4 },
    };
    const struct authority_reply before = { .serial = 42 };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct authority_reply got = before;

        if (authority_reply_parse(&got, cases[i].bytes, cases[i].size))
            fail_msg("%s is taken for a reply", cases[i].what);
        assert_memory_equal(&got, &before, sizeof(got));
    }
}

static void fields_of_other_versions_are_skipped(void **state)
{
    static const uint8_t bytes[] = { 0x08, 0x05, 0xf8, 0x3f, 0x07, 0xfd, 0x3f, 1, 2,
                                     3,    4,    0xf9, 0x3f, 1,    2,    3,    4, 5,
                                     6,    7,    8,    0xfa, 0x3f, 0x01, 'x' };
    struct authority_reply got;

    assert_true(authority_reply_parse(&got, bytes, sizeof(bytes)));
    assert_int_equal(got.serial, 5);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hello_is_packed_as_the_schema_says),
        cmocka_unit_test(the_opening_of_a_login_too_whatever_its_texts),
        cmocka_unit_test(the_closing_and_the_question_whose_it_is_too),
        cmocka_unit_test(questions_about_accounts_too),
        cmocka_unit_test(what_does_not_fit_is_not_sent_in_part),
        cmocka_unit_test(a_reply_is_understood),
        cmocka_unit_test(an_account_is_understood),
        cmocka_unit_test(what_is_no_reply_leaves_the_result_alone),
        cmocka_unit_test(fields_of_other_versions_are_skipped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
