/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "nsswitch.h"

static const struct {
    const char *before, *enabled, *disabled;
} cases[] = {
    { "passwd: files\ngroup: files\n", "passwd: files openlogon\ngroup: files openlogon\n",
      "passwd: files\ngroup: files\n" },
    { "# a comment\npasswd:\t\tfiles systemd # here, too\ngroup:files [SUCCESS=merge] systemd\n"
      "hosts: files dns\n",
      "# a comment\npasswd:\t\tfiles systemd openlogon # here, too\n"
      "group:files [SUCCESS=merge] systemd openlogon\nhosts: files dns\n",
      "# a comment\npasswd:\t\tfiles systemd # here, too\ngroup:files [SUCCESS=merge] systemd\n"
      "hosts: files dns\n" },
    { "passwd: files\ninitgroups: files\ngroup: files",
      "passwd: files openlogon\ninitgroups: files openlogon\ngroup: files openlogon",
      "passwd: files\ninitgroups: files\ngroup: files" },
    { "passwd: files openlogon [NOTFOUND=return] ldap\ngroup: openlogon files\n",
      "passwd: files openlogon [NOTFOUND=return] ldap\ngroup: openlogon files\n",
      "passwd: files ldap\ngroup: files\n" },
    { "", "passwd: files openlogon\ngroup: files openlogon\n", "" },
    { "passwd:\n#group: files openlogon",
      "passwd: openlogon\n#group: files openlogon\n"
      "group: files openlogon\n",
      "passwd:\n#group: files openlogon" },
    { "shadow: openlogon\npasswd: openlogonx\ngroup: x\n",
      "shadow: openlogon\npasswd: openlogonx openlogon\ngroup: x openlogon\n",
      "shadow: openlogon\npasswd: openlogonx\ngroup: x\n" },
};

static void the_source_is_added_and_taken_out(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char *enabled = nsswitch_enable(cases[i].before);
        char *again = nsswitch_enable(enabled);
        char *disabled = nsswitch_disable(cases[i].before);
        char *without = nsswitch_disable(disabled);

        assert_string_equal(enabled, cases[i].enabled);
        assert_string_equal(again, enabled);
        assert_string_equal(disabled, cases[i].disabled);
        assert_string_equal(without, disabled);
        assert_true(nsswitch_is_enabled(enabled));
        assert_false(nsswitch_is_enabled(disabled));
        free(enabled);
        free(again);
        free(disabled);
        free(without);
    }
}

static void half_is_not_enabled(void **state)
{
    assert_false(nsswitch_is_enabled("passwd: files openlogon\ngroup: files\n"));
    assert_false(nsswitch_is_enabled("passwd: openlogon\ngroup: openlogon\ninitgroups: files\n"));
    assert_true(nsswitch_is_enabled("passwd: openlogon\ngroup: openlogon\n"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_source_is_added_and_taken_out),
        cmocka_unit_test(half_is_not_enabled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
