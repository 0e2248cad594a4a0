/* SPDX-License-Identifier: MIT */
#include "daemon/config.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "authority/login_type.h"
#include "base/test.h"
#include "daemon/options.h"

static struct config config;

static int set_up(void **state)
{
    assert_int_equal(config_init(&config), 0);
    return 0;
}

static int tear_down(void **state)
{
    config_done(&config);
    return 0;
}

static void the_defaults_are_sound(void **state)
{
    assert_int_equal(config_check(&config), 0);
    assert_int_equal(config.packages.size, 2);
    assert_string_equal(config.packages.items[0], "msv1_0");
    assert_string_equal(config.administrators.items[0], "sudo");
    assert_string_equal(config.pam_confdir, "");
    assert_in_range(config.workers, 1, 4);
    assert_false(config.machine_sid_given);
    assert_string_equal(config.cgroup_root, "");
    assert_int_equal(config.tracker, CONFIG_TRACKER_AUTO);
}

static void keys_are_set_by_lines(void **state)
{
    static const char *const lines[] = {
        "",
        "   # a comment",
        "workers=3",
        "  logon_timeout_s =  5  ",
        "packages = /a/b.so\tunix\n",
        "machine_sid = S-1-5-21-1-2-3",
        "cgroup_root = /logins",
        "tracker = no",
        "pam_confdir = /x",
        "administrators = ",
        "b.user = otp",
        "b.network = yes",
        "b.writable = /srv/b /srv/c",
        "b.environment = A=1 B=2",
        "b.timeout_s = 9",
        "unix.workers = 2",
        "not-asked.workers = 7",
    };
    const struct package_config *package;

    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        assert_int_equal(config_line(&config, "test", lines[i]), 0);
    assert_int_equal(config.workers, 3);
    assert_int_equal(config.logon_timeout_s, 5);
    assert_int_equal(config.packages.size, 2);
    assert_string_equal(config.packages.items[0], "/a/b.so");
    assert_string_equal(config.packages.items[1], "unix");
    assert_string_equal(config.pam_confdir, "/x");
    assert_int_equal(config.administrators.size, 0);
    assert_true(config.machine_sid_given);
    assert_string_equal(config.cgroup_root, "/logins");
    assert_int_equal(config.tracker, CONFIG_TRACKER_NO);
    assert_int_equal(config_check(&config), 0);
    package = config_package(&config, 0);
    assert_string_equal(package->name, "b");
    assert_string_equal(package->path, "/a/b.so");
    assert_string_equal(package->user, "otp");
    assert_true(package->network);
    assert_false(package->keyrings);
    assert_string_equal(package->writable.items[1], "/srv/c");
    assert_string_equal(package->environment.items[1], "B=2");
    assert_int_equal(package->timeout_s, 9);
    assert_int_equal(package->workers, 1);
    package = config_package(&config, 1);
    assert_int_equal(package->workers, 2);
    assert_int_equal(package->timeout_s, 5);
}

static void privileges_are_narrowed(void **state)
{
    static const struct {
        const char *line;
        int result;
    } rows[] = {
        { "capabilities.SeRestorePrivilege = cap_chown, cap_fowner", 0 },
        { "capabilities.SeBackupPrivilege = none", 0 },
        { "capabilities.SeBackupPrivilege = cap_sys_admin", -EINVAL },
        { "capabilities.SeNoPrivilege = none", -EINVAL },
        { "capabilities. = none", -EINVAL },
        { "capabilities.SeBackupPrivilege =", -EINVAL },
    };
    char text[CAPABILITY_TEXT_MAX];

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(config_line(&config, "test", rows[i].line), rows[i].result);
    capability_mask_text(text, config.capabilities.of[PRIVILEGE_RESTORE]);
    assert_string_equal(text, "cap_chown cap_fowner");
    assert_int_equal(config.capabilities.of[PRIVILEGE_BACKUP], 0);
}

/* What is OpenLogon's own is known by its name; all others get the least. */
static void packages_have_defaults(void **state)
{
    const struct package_config *package;

    assert_int_equal(config_line(&config, "test", "packages = msv1_0 unix other"), 0);
    assert_int_equal(config_check(&config), 0);
    package = config_package(&config, 0);
    assert_null(package->path);
    assert_string_equal(package->user, "");
    assert_true(package->has_state_dir);
    assert_false(package->network);
    assert_int_equal(package->workers, config.workers);
    package = config_package(&config, 1);
    assert_false(package->has_state_dir);
    assert_true(package->network);
    assert_string_equal(package->writable.items[0], "/");
    package = config_package(&config, 2);
    assert_string_equal(package->user, "nobody");
    assert_false(package->has_state_dir);
    assert_false(package->network);
    assert_int_equal(package->writable.size, 0);
    assert_int_equal(package->capabilities.size, 0);
    assert_int_equal(package->workers, 1);
    assert_int_equal(package->timeout_s, config.logon_timeout_s);
}

static void wrong_lines_are_refused(void **state)
{
    static const char *const lines[] = {
        "workers",
        "= 3",
        "worker = 3",
        "workers = 0",
        "workers = 65",
        "workers = -1",
        "workers = 3x",
        "workers =",
        "logon_timeout_s = 99999999999999999999",
        "machine_sid = S-1-5-18",
        "machine_sid = S-1-5-21-1-2-3-4",
        "machine_sid = x",
        "tracker = perhaps",
        "account_uid_first = 0",
        "account_uid_last = 4000000000",
        "x.nonsense = 1",
        "x.network = maybe",
        "x.workers = 65",
        ".workers = 1",
        "a/b.workers = 1",
        "packages = a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a",
    };

    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        if (config_line(&config, "test", lines[i]) != -EINVAL)
            fail_msg("accepted: %s", lines[i]);
    }
}

static void keys_that_contradict_are_refused(void **state)
{
    static const char *const lines[] = {
        "packages =",        "packages = a /b/a.so", "packages = b/a.so", "pam_confdir = x",
        "packages = /a/.so", "a.path = b",           "a.writable = b",    "account_uid_first = 5",
    };

    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        struct config other;

        assert_int_equal(config_init(&other), 0);
        assert_int_equal(config_line(&other, "test", "packages = a"), 0);
        assert_int_equal(config_line(&other, "test", "account_uid_last = 6"), 0);
        assert_int_equal(config_line(&other, "test", "account_uid_first = 1"), 0);
        assert_int_equal(config_line(&other, "test", lines[i]), 0);
        assert_int_equal(config_line(&other, "test", "account_uid_last = 4"), 0);
        assert_int_equal(config_check(&other), -EINVAL);
        config_done(&other);
    }
}

static void a_file_is_read_up_to_its_first_error(void **state)
{
    char path[] = "/tmp/openlogon-config.XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(dprintf(fd, "# comment\nworkers = 2\n"), 22);
    assert_int_equal(config_load(&config, path), 0);
    assert_int_equal(config.workers, 2);
    assert_int_equal(dprintf(fd, "nonsense\n"), 9);
    assert_int_equal(config_load(&config, path), -EINVAL);
    (void)close(fd);
    (void)unlink(path);
    assert_int_equal(config_load(&config, path), -ENOENT);
}

static enum options_result read_options(struct options *options, const char *const *argv)
{
    int argc = 0;

    while (argv[argc])
        argc++;
    optind = 0;
    return options_read(options, argc, (char **)(uintptr_t)argv);
}

static void options_have_defaults_and_take_values(void **state)
{
    struct options options;

    assert_int_equal(read_options(&options, (const char *const[]){ "openlogond", NULL }),
                     OPTIONS_RUN);
    assert_false(options.private);
    assert_false(options.config_given);
    assert_null(options.socket);
    assert_int_equal(options.ready_fd, -1);
    assert_int_equal(
        read_options(&options,
                     (const char *const[]){ "openlogond", "--private", "--socket=/s", "--set",
                                            "a=b", "--set", "c=d", "--ready-fd", "7", NULL }),
        OPTIONS_RUN);
    assert_true(options.private);
    assert_string_equal(options.socket, "/s");
    assert_int_equal(options.n_settings, 2);
    assert_string_equal(options.settings[1], "c=d");
    assert_int_equal(options.ready_fd, 7);
}

static void wrong_options_are_refused(void **state)
{
    static const char *const lines[][4] = {
        { "openlogond", "--nonsense" },      { "openlogond", "more" },
        { "openlogond", "--ready-fd", "1" }, { "openlogond", "--ready-fd", "x" },
        { "openlogond", "--socket" },
    };
    struct options options;

    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        assert_int_equal(read_options(&options, lines[i]), OPTIONS_WRONG);
}

static void logins_have_rules_by_service(void **state)
{
    assert_int_equal(config_login_rule(&config, "sshd"), LOGIN_RULE_REMOTE);
    assert_false(config.login.enforce_rights);
    assert_int_equal(config_line(&config, "test", "login.sshd = Network"), 0);
    assert_int_equal(config_line(&config, "test", "login.vsftpd = networkcleartext"), 0);
    assert_int_equal(config_line(&config, "test", "login.sshd = caller"), 0);
    assert_int_equal(config_line(&config, "test", "login.enforce_rights = yes"), 0);
    assert_int_equal(config_check(&config), 0); /* login is no package */
    assert_int_equal(config_login_rule(&config, "sshd"), LOGIN_RULE_CALLER);
    assert_int_equal(config_login_rule(&config, "vsftpd"), 8);
    assert_int_equal(config_login_rule(&config, "cron"), 4);
    assert_true(config.login.enforce_rights);
    assert_int_equal(config_line(&config, "test", "login.sshd = Sometimes"), -EINVAL);
    assert_int_equal(config_line(&config, "test", "login. = Batch"), -EINVAL);
    assert_int_equal(config_line(&config, "test", "login.enforce_rights = Batch"), -EINVAL);
}

static void not_too_many_services_have_rules(void **state)
{
    char line[64];

    for (int i = 0; i < CONFIG_LOGINS_MAX; i++) {
        (void)snprintf(line, sizeof(line), "login.service-%d = Batch", i);
        assert_int_equal(config_line(&config, "test", line), 0);
    }
    assert_int_equal(config_line(&config, "test", "login.service-0 = Network"), 0);
    assert_int_equal(config_line(&config, "test", "login.more = Network"), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_defaults_are_sound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keys_are_set_by_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(privileges_are_narrowed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(packages_have_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_lines_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(logins_have_rules_by_service, set_up, tear_down),
        cmocka_unit_test_setup_teardown(not_too_many_services_have_rules, set_up, tear_down),
        cmocka_unit_test(keys_that_contradict_are_refused),
        cmocka_unit_test_setup_teardown(a_file_is_read_up_to_its_first_error, set_up, tear_down),
        cmocka_unit_test(options_have_defaults_and_take_values),
        cmocka_unit_test(wrong_options_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
