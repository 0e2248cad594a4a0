/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <windows.h>
#include <ntsecapi.h>

#include "packages/common/interactive_logon.h"

/* Where the client had the buffer: nothing may ever be read there. */
static uint8_t *const client = (uint8_t *)(uintptr_t)0x10000;

struct buffer {
    MSV1_0_INTERACTIVE_LOGON header;
    WCHAR texts[16];
};

/* Units of `texts` behind the header, as a string of the client. */
static UNICODE_STRING at(size_t first, size_t n)
{
    return (UNICODE_STRING){ .Buffer = (PWSTR)(void *)(client + offsetof(struct buffer, texts) +
                                                       first * sizeof(WCHAR)),
                             .Length = (USHORT)(n * sizeof(WCHAR)),
                             .MaximumLength = (USHORT)(n * sizeof(WCHAR)) };
}

static struct buffer sample(void)
{
    static const WCHAR texts[16] = u"BOXalicep\u00e4ss";
    struct buffer b = { .header = { .MessageType = MsV1_0InteractiveLogon,
                                    .LogonDomainName = at(0, 3),
                                    .UserName = at(3, 5),
                                    .Password = at(8, 4) } };

    memcpy(b.texts, texts, sizeof(texts));
    return b;
}

static nt_status read_logon(struct interactive_logon *ret, const struct buffer *b)
{
    return interactive_logon_read(ret, b, client, sizeof(*b));
}

static void the_texts_are_read(void **state)
{
    _cleanup_(interactive_logon_done) struct interactive_logon logon = { 0 };
    struct buffer b = sample();

    assert_ok(read_logon(&logon, &b));
    assert_string_equal(logon.domain, "BOX");
    assert_string_equal(logon.user, "alice");
    assert_int_equal(logon.password_size, 5);
    assert_memory_equal(secret_bytes(logon.password), "p\u00e4ss", 6);
}

static void a_text_may_be_empty(void **state)
{
    _cleanup_(interactive_logon_done) struct interactive_logon logon = { 0 };
    struct buffer b = sample();

    b.header.LogonDomainName = (UNICODE_STRING){ 0 };
    b.header.Password = (UNICODE_STRING){ 0 };
    assert_ok(read_logon(&logon, &b));
    assert_string_equal(logon.domain, "");
    assert_int_equal(logon.password_size, 0);
    assert_int_equal(secret_bytes(logon.password)[0], 0);
}

static void bend_kind(struct buffer *b)
{
    b->header.MessageType = MsV1_0Lm20Logon;
}

static void bend_before(struct buffer *b)
{
    b->header.UserName.Buffer = (PWSTR)(void *)(client - 2);
}

static void bend_behind(struct buffer *b)
{
    b->header.UserName = at(12, 5);
}

static void bend_far_behind(struct buffer *b)
{
    b->header.Password.Buffer = (PWSTR)UINTPTR_MAX;
}

static void bend_null(struct buffer *b)
{
    b->header.UserName.Buffer = NULL;
}

static void bend_odd_length(struct buffer *b)
{
    b->header.UserName.Length = 3;
}

static void bend_odd_address(struct buffer *b)
{
    b->header.UserName.Buffer = (PWSTR)((uintptr_t)b->header.UserName.Buffer + 1);
}

static void bend_zero_inside(struct buffer *b)
{
    b->texts[4] = 0;
}

static void bend_lone_surrogate(struct buffer *b)
{
    b->texts[9] = 0xd800;
}

static const struct {
    void (*bend)(struct buffer *b);
    int32_t status;
} malformed[] = {
    { bend_kind, STATUS_NOT_SUPPORTED },
    { bend_before, STATUS_INVALID_PARAMETER },
    { bend_behind, STATUS_INVALID_PARAMETER },
    { bend_far_behind, STATUS_INVALID_PARAMETER },
    { bend_null, STATUS_INVALID_PARAMETER },
    { bend_odd_length, STATUS_INVALID_PARAMETER },
    { bend_odd_address, STATUS_INVALID_PARAMETER },
    { bend_zero_inside, STATUS_INVALID_PARAMETER },
    { bend_lone_surrogate, STATUS_INVALID_PARAMETER },
};

static void what_is_malformed_is_refused(void **state)
{
    struct buffer good = sample();
    struct interactive_logon logon = { 0 };

    for (size_t i = 0; i < ARRAY_SIZE(malformed); i++) {
        struct buffer b = sample();

        malformed[i].bend(&b);
        assert_status(read_logon(&logon, &b), malformed[i].status);
        assert_null(logon.user);
    }
    for (size_t size = 0; size < sizeof(good.header); size++)
        assert_status(interactive_logon_read(&logon, &good, client, size),
                      STATUS_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_texts_are_read),
        cmocka_unit_test(a_text_may_be_empty),
        cmocka_unit_test(what_is_malformed_is_refused),
    };

    return cmocka_run_group_tests_name("interactive-logon", tests, NULL, NULL);
}
