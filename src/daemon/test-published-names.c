/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <stdlib.h>

#include "daemon/published_names.h"

static const char *const fit[] = { "alice", "a.b", "a-b", "4ever", "svc$", "J\xc3\xbcrgen" };
static const char *const unfit[] = { "",   "12",  "-rf", "+nis", "~root", "#1",   "!x",  ".",
                                     "..", "a b", "a:b", "a,b",  "a/b",   "a\nb", "\x7f" };

static sid_buffer sid_of(const char *text)
{
    sid_buffer sid;

    assert_ok(sid_from_text(&sid, NULL, text, strlen(text)));
    return sid;
}

static ProtobufCBinaryData bytes_of(sid_buffer *sid)
{
    return (ProtobufCBinaryData){ sid_length(&sid->sid), (uint8_t *)sid };
}

static nt_status add_group(PublishedNames *names, const char *name, const char *sid, uint32_t gid)
{
    Openlogon__AliasInfo info = OPENLOGON__ALIAS_INFO__INIT;
    sid_buffer buffer = sid_of(sid);

    info.name = (char *)(uintptr_t)name;
    info.sid = bytes_of(&buffer);
    info.gid = gid;
    return published_names_add_group(names, &info);
}

struct account {
    const char *name, *full_name, *home, *sid;
    uint32_t uid;
};

static nt_status add_account(PublishedNames *names, const struct account *account,
                             const Membership *membership)
{
    Openlogon__AccountInfo info = OPENLOGON__ACCOUNT_INFO__INIT;
    sid_buffer buffer = sid_of(account->sid);

    info.name = (char *)(uintptr_t)account->name;
    info.full_name = (char *)(uintptr_t)account->full_name;
    info.home_directory = (char *)(uintptr_t)account->home;
    info.uid = account->uid;
    info.sid = bytes_of(&buffer);
    return published_names_add_account(names, &info, membership);
}

static const struct account accounts[] = {
    { "alice", "Alice Adams", "/srv/alice", "S-1-5-21-1-2-3-1000", 1900000000 },
    { "bob", "with: a colon", "\\\\SERVER\\bob", "S-1-5-21-1-2-3-1002", 1900000001 },
    { "two words", "", "", "S-1-5-21-1-2-3-1004", 1900000002 },
};

/* alice is in writers, which are in readers, as bob is himself. */
static nt_status link_groups(Membership *membership)
{
    static const char *const links[][2] = {
        { "S-1-5-21-1-2-3-2001", "S-1-5-21-1-2-3-1000" },
        { "S-1-5-21-1-2-3-2003", "S-1-5-21-1-2-3-2001" },
        { "S-1-5-21-1-2-3-2003", "S-1-5-21-1-2-3-1002" },
        { "S-1-5-32-545", "S-1-5-21-1-2-3-1000" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
        sid_buffer alias = sid_of(links[i][0]), member = sid_of(links[i][1]);
        nt_status st = membership_add(membership, &alias.sid, &member.sid);

        if (nt_failed(st))
            return st;
    }
    membership_seal(membership);
    return NT_OK;
}

static nt_status publish(struct published_text *ret)
{
    _cleanup_(published_names_freep) PublishedNames *names = NULL;
    _cleanup_(membership_freep) Membership *membership = NULL;
    nt_status st = published_names_new(&names);

    if (!nt_failed(st))
        st = membership_new(&membership);
    if (!nt_failed(st))
        st = link_groups(membership);
    if (!nt_failed(st))
        st = add_group(names, "Users", "S-1-5-32-545", 0);
    if (!nt_failed(st))
        st = add_group(names, "writers", "S-1-5-21-1-2-3-2001", 1900000010);
    if (!nt_failed(st))
        st = add_group(names, "readers", "S-1-5-21-1-2-3-2003", 1900000011);
    for (size_t i = 0; !nt_failed(st) && i < ARRAY_SIZE(accounts); i++)
        st = add_account(names, &accounts[i], membership);
    return nt_failed(st) ? st : published_names_text(names, ret);
}

static void accounts_and_groups_become_lines(void **state)
{
    _cleanup_(published_text_done) struct published_text text = { 0 };

    assert_ok(publish(&text));
    assert_string_equal(text.passwd,
                        "alice:x:1900000000:1900000000:Alice Adams:/srv/alice:/bin/sh\n"
                        "bob:x:1900000001:1900000001::/home/bob:/bin/sh\n");
    assert_string_equal(text.group, "alice:x:1900000000:\n"
                                    "bob:x:1900000001:\n"
                                    "writers:x:1900000010:alice\n"
                                    "readers:x:1900000011:alice,bob\n");
    assert_int_equal(text.passwd_size, strlen(text.passwd));
    assert_int_equal(text.group_size, strlen(text.group));
}

static void short_memory_leaves_nothing_behind(void **state)
{
    struct published_text text = { 0 };

    FOR_EACH_FAILING_ALLOCATION(st, publish(&text))
    {
        assert_null(text.passwd);
        assert_null(text.group);
    }
    published_text_done(&text);
}

static void names_that_mean_something_else_are_left_out(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(fit); i++)
        assert_true(published_name_is_fit(fit[i]));
    for (size_t i = 0; i < ARRAY_SIZE(unfit); i++)
        assert_false(published_name_is_fit(unfit[i]));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_and_groups_become_lines),
        cmocka_unit_test(short_memory_leaves_nothing_behind),
        cmocka_unit_test(names_that_mean_something_else_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
