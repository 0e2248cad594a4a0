/* SPDX-License-Identifier: MIT */
/*
 * The unix package with accounts of its own: passwd, shadow and group are mounted over the
 * machine's in a mount namespace that only this process and its children see. Needs root; skips
 * without.
 */
#include <crypt.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/test.h"
#include "fake_openlogond.h"
#include "security/sid.h"

typedef Openlogon__Worker__JobResult JobResult;
typedef Openlogon__Worker__LogonResult LogonResult;

static char *state_dir;
static bool ready; /* the namespace stands */

enum { PATH_SIZE = 256 };

static void write_file(const char *name, const char *text, mode_t mode)
{
    char path[PATH_SIZE];
    int fd;

    (void)snprintf(path, sizeof(path), "%s/%s", state_dir, name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(close(fd), 0);
}

static bool cover(const char *name, const char *target)
{
    char path[PATH_SIZE];

    (void)snprintf(path, sizeof(path), "%s/%s", state_dir, name);
    return mount(path, target, NULL, MS_BIND, NULL) == 0;
}

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
                             "alice:x:4001:4101:Alice Liddell,Room 1:/home/alice:/bin/sh\n"
                             "bob:x:4002:4102::/home/bob:/bin/sh\n"
                             "locked:x:4003:4103::/:/bin/sh\n"
                             "expired:x:4004:4104::/:/bin/sh\n"
                             "aged:x:4005:4105::/:/bin/sh\n"
                             "blank:x:4006:4106::/:/bin/sh\n"
                             "latin:x:4007:4107:J\xfcrgen:/home/j\xfcrgen:/bin/sh\n";
static const char group[] = "root:x:0:\n"
                            "alice:x:4101:\n"
                            "bob:x:4102:\n"
                            "staff:x:4200:alice,bob\n"
                            "wardens:x:4300:alice\n";
static const char pam_unix[] = "auth required pam_unix.so nullok\n"
                               "account required pam_unix.so\n"
                               "password required pam_deny.so\n"
                               "session required pam_deny.so\n";

static void write_shadow(void)
{
    static struct crypt_data data;
    char shadow[4096];
    const char *hash = crypt_rn("rabbit", "$6$saltsaltsalt", &data, (int)sizeof(data));

    assert_non_null(hash);
    (void)snprintf(shadow, sizeof(shadow),
                   "root:*:19000:0:99999:7:::\n"
                   "alice:%s:19000:0:99999:7:::\n"
                   "bob:%s:19000:0:99999:7:::\n"
                   "locked:!%s:19000:0:99999:7:::\n"
                   "expired:%s:19000:0:99999:7::1:\n"
                   "aged:%s:0:0:99999:7:::\n"
                   "blank::19000:0:99999:7:::\n"
                   "latin:%s:19000:0:99999:7:::\n",
                   hash, hash, hash, hash, hash, hash);
    write_file("shadow", shadow, 0600);
}

static int set_up(void **state)
{
    char path[PATH_SIZE];

    state_dir = fake_make_dir();
    write_file("passwd", passwd, 0644);
    write_file("group", group, 0644);
    write_file("nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\n", 0644);
    write_shadow();
    (void)snprintf(path, sizeof(path), "%s/pam.d", state_dir);
    assert_int_equal(mkdir(path, 0700), 0);
    write_file("pam.d/openlogon", pam_unix, 0644);
    ready = geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
            mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
            cover("passwd", "/etc/passwd") && cover("group", "/etc/group") &&
            cover("shadow", "/etc/shadow") && cover("nsswitch.conf", "/etc/nsswitch.conf");
    return 0;
}

static int tear_down(void **state)
{
    fake_remove_dir(state_dir);
    return 0;
}

static fake_openlogond *start(void)
{
    char confdir[PATH_SIZE];
    const struct fake_setup setup = { .state_dir = state_dir,
                                      .pam_confdir = confdir,
                                      .package = getenv("OPENLOGON_TEST_UNIX"),
                                      .administrators = "wardens" };
    fake_openlogond *fake;

    if (!ready)
        skip();
    (void)snprintf(confdir, sizeof(confdir), "%s/pam.d", state_dir);
    fake = fake_start(&setup);
    assert_int_equal(fake_package_status(fake), STATUS_SUCCESS);
    assert_string_equal(fake_package_name(fake), "Unix");
    return fake;
}

static void stop(fake_openlogond *fake)
{
    assert_int_equal(fake_stop(fake), 0);
}

static bool has_group(const LogonResult *logon, const char *expected)
{
    for (size_t i = 0; i < logon->n_groups; i++) {
        char text[SID_TEXT_SIZE];

        (void)sid_to_text(text, (const SID *)logon->groups[i]->sid.data);
        if (strcmp(text, expected) == 0)
            return true;
    }
    return false;
}

static void assert_sid(ProtobufCBinaryData bytes, const char *expected)
{
    char text[SID_TEXT_SIZE];

    (void)sid_to_text(text, (const SID *)bytes.data);
    assert_string_equal(text, expected);
}

static void an_account_of_the_machine_logs_on(void **state)
{
    fake_openlogond *fake = start();
    const JobResult *result = fake_log_on(fake, "alice", "testbox", "rabbit", Network);
    const LogonResult *logon = result->logon;

    assert_int_equal(result->status, STATUS_SUCCESS);
    assert_string_equal(logon->account_name, "alice");
    assert_string_equal(logon->authority, FAKE_MACHINE_NAME);
    assert_string_equal(logon->package, "Unix");
    assert_string_equal(logon->home_directory, "/home/alice");
    assert_string_equal(logon->logon_server, FAKE_MACHINE_NAME);
    assert_sid(logon->user_sid, FAKE_MACHINE_SID "-9002");
    assert_sid(logon->primary_group, FAKE_MACHINE_SID "-9203");
    assert_true(has_group(logon, FAKE_MACHINE_SID "-9203"));
    assert_true(has_group(logon, FAKE_MACHINE_SID "-9401"));
    assert_int_equal(fake_n_sessions(fake), 1);
    stop(fake);
}

static void members_of_the_configured_group_are_administrators(void **state)
{
    fake_openlogond *fake = start();

    assert_true(has_group(fake_log_on(fake, "alice", "", "rabbit", Batch)->logon, "S-1-5-32-544"));
    assert_false(has_group(fake_log_on(fake, "bob", "", "rabbit", Batch)->logon, "S-1-5-32-544"));
    stop(fake);
}

static const struct {
    const char *user;
    const char *password;
    uint32_t type;
    int32_t status;
} outcomes[] = {
    { "alice", "Rabbit", Network, STATUS_WRONG_PASSWORD },
    { "alice", "", Network, STATUS_WRONG_PASSWORD },
    { "ALICE", "rabbit", Network, STATUS_NO_SUCH_USER },
    { "nobody at all", "rabbit", Network, STATUS_NO_SUCH_USER },
    { "", "rabbit", Network, STATUS_NO_SUCH_USER },
    { "root", "", Interactive, STATUS_WRONG_PASSWORD },
    { "locked", "rabbit", Network, STATUS_WRONG_PASSWORD },
    { "expired", "rabbit", Network, STATUS_ACCOUNT_EXPIRED },
    { "expired", "wrong", Network, STATUS_WRONG_PASSWORD },
    { "aged", "rabbit", Network, STATUS_PASSWORD_MUST_CHANGE },
    { "aged", "wrong", Network, STATUS_WRONG_PASSWORD },
    { "blank", "", Interactive, STATUS_SUCCESS },
    { "blank", "", Network, STATUS_WRONG_PASSWORD },
    { "latin", "rabbit", Network, STATUS_SUCCESS },
};

static void pams_answers_become_statuses(void **state)
{
    fake_openlogond *fake = start();

    for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++) {
        int32_t status =
            fake_log_on(fake, outcomes[i].user, "", outcomes[i].password, outcomes[i].type)->status;

        if (status != outcomes[i].status)
            fail_msg("%s, \"%s\": %s", outcomes[i].user, outcomes[i].password,
                     nt_status_name(nt_make(status)));
    }
    assert_int_equal(fake_log_on(fake, "alice", "ELSEWHERE", "rabbit", Network)->status,
                     STATUS_NO_SUCH_USER);
    assert_int_equal(fake_log_on_bytes(fake, "alice", "", "rabbit\0hole", 11, Network)->status,
                     STATUS_WRONG_PASSWORD);
    stop(fake);
}

static void a_wrong_password_is_answered_without_delay(void **state)
{
    fake_openlogond *fake = start();
    time_t before = time(NULL);

    assert_int_equal(fake_log_on(fake, "alice", "", "wrong", Network)->status,
                     STATUS_WRONG_PASSWORD);
    assert_true(time(NULL) - before < 2); /* pam_unix asks for two seconds */
    stop(fake);
}

static void pam_that_denies_everybody_is_obeyed(void **state)
{
    fake_openlogond *fake;

    write_file("pam.d/openlogon", "auth required pam_permit.so\naccount required pam_deny.so\n",
               0644);
    fake = start();
    assert_true(fake_log_on(fake, "alice", "", "rabbit", Network)->status < 0);
    assert_int_equal(fake_n_sessions(fake), 0);
    stop(fake);
    write_file("pam.d/openlogon", pam_unix, 0644);
}

/* PAM then takes the service "other". */
static void without_a_pam_service_nobody_logs_on(void **state)
{
    char path[PATH_SIZE];
    fake_openlogond *fake = start();

    write_file("pam.d/other", "auth required pam_deny.so\naccount required pam_deny.so\n", 0644);
    (void)snprintf(path, sizeof(path), "%s/pam.d/openlogon", state_dir);
    assert_int_equal(unlink(path), 0);
    assert_true(fake_log_on(fake, "alice", "", "rabbit", Network)->status < 0);
    write_file("pam.d/openlogon", pam_unix, 0644);
    assert_int_equal(fake_log_on(fake, "alice", "", "rabbit", Network)->status, STATUS_SUCCESS);
    stop(fake);
}

static void an_account_may_not_be_named_like_a_user_or_group(void **state)
{
    fake_openlogond *fake = start();

    assert_int_equal(fake_add_account(fake, "Alice", "x"), STATUS_USER_EXISTS);
    assert_int_equal(fake_add_account(fake, "STAFF", "x"), STATUS_GROUP_EXISTS);
    assert_int_equal(fake_add_account(fake, "dormouse", "tea"), STATUS_SUCCESS);
    assert_string_equal(fake_log_on(fake, "alice", "", "rabbit", Network)->logon->package, "Unix");
    stop(fake);
}

static const JobResult *describe(fake_openlogond *fake, uint32_t uid)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__UidJob uid_job = OPENLOGON__WORKER__UID_JOB__INIT;

    uid_job.uid = uid;
    uid_job.gid = 1;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_DESCRIBE_UID;
    job.describe_uid = &uid_job;
    return fake_run(fake, &job);
}

static void a_uid_is_described_with_its_groups(void **state)
{
    fake_openlogond *fake = start();
    const Openlogon__Worker__UidResult *uid = describe(fake, 4001)->uid;

    assert_string_equal(uid->name, "alice");
    assert_sid(uid->primary_group, FAKE_MACHINE_SID "-9203");
    assert_int_equal(uid->n_groups, 4); /* alice, staff, wardens, Administrators */
    assert_sid(uid->groups[3]->sid, "S-1-5-32-544");
    stop(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_of_the_machine_logs_on),
        cmocka_unit_test(members_of_the_configured_group_are_administrators),
        cmocka_unit_test(pams_answers_become_statuses),
        cmocka_unit_test(a_wrong_password_is_answered_without_delay),
        cmocka_unit_test(pam_that_denies_everybody_is_obeyed),
        cmocka_unit_test(without_a_pam_service_nobody_logs_on),
        cmocka_unit_test(an_account_may_not_be_named_like_a_user_or_group),
        cmocka_unit_test(a_uid_is_described_with_its_groups),
    };

    return cmocka_run_group_tests_name("unix", tests, set_up, tear_down);
}
