/* SPDX-License-Identifier: MIT */
#include "ipc/login_record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/test.h"

static const struct login_record alice = { .pid = 4711,
                                           .start_time = 123456789,
                                           .opened_usec = 1790000000000000,
                                           .service = "sshd",
                                           .user = "alice",
                                           .tty = "ssh",
                                           .remote_host = "192.0.2.7" };

static void what_is_written_is_read(void **state)
{
    struct login_record again = { 0 };
    char text[LOGIN_RECORD_SIZE_MAX];
    int n = login_record_write(&alice, text);

    assert_true(n > 0);
    assert_int_equal(login_record_parse(&again, text, (size_t)n), 0);
    assert_memory_equal(&again, &alice, sizeof(again));
}

static void the_longest_texts_fit(void **state)
{
    struct login_record record = alice, again;
    char text[LOGIN_RECORD_SIZE_MAX];
    int n;

    memset(record.service, 's', sizeof(record.service) - 1);
    memset(record.user, 'u', sizeof(record.user) - 1);
    memset(record.tty, 't', sizeof(record.tty) - 1);
    memset(record.remote_host, '\xff', sizeof(record.remote_host) - 1);
    memset(record.remote_user, '\n', sizeof(record.remote_user) - 1);
    n = login_record_write(&record, text);
    assert_true(n > 0);
    assert_int_equal(login_record_parse(&again, text, (size_t)n), 0);
    assert_string_equal(again.user, record.user);
    assert_int_equal(strspn(again.remote_user, "?"), sizeof(record.remote_user) - 1);
}

static void nobody_in_particular_is_not_written(void **state)
{
    char text[LOGIN_RECORD_SIZE_MAX];
    struct login_record record = alice;

    record.user[0] = '\0';
    assert_int_equal(login_record_write(&record, text), -EINVAL);
    record = alice;
    record.user[2] = '\n'; /* not another user's name */
    assert_int_equal(login_record_write(&record, text), -EINVAL);
    record = alice;
    record.service[0] = '\0';
    assert_int_equal(login_record_write(&record, text), -EINVAL);
    record = alice;
    record.pid = 0;
    assert_int_equal(login_record_write(&record, text), -EINVAL);
}

static void what_is_no_record_is_refused(void **state)
{
#define HEAD "openlogon-login 1\nleader 1 2\nopened 3\n"
    static const char *const texts[] = {
        "",
        "openlogon-login 1\n",
        HEAD "service s\n",
        HEAD "user u\n",
        HEAD "service s\nuser u",
        HEAD "service s\nuser u\n\n",
        HEAD "service s\nuser u\nuser v\n",
        HEAD "service s\nuser u\nmore m\n",
        HEAD "service s\nuser u\ntty \n",
        HEAD "service s\nuser u\ntty a\tb\n",
        "openlogon-login 2\nleader 1 2\nopened 3\nservice s\nuser u\n",
        "openlogon-login 1\nleader 0 2\nopened 3\nservice s\nuser u\n",
        "openlogon-login 1\nleader -1 2\nopened 3\nservice s\nuser u\n",
        "openlogon-login 1\nleader 1\nopened 3\nservice s\nuser u\n",
        "openlogon-login 1\nleader 2147483648 2\nopened 3\nservice s\nuser u\n",
        "openlogon-login 1\nleader 1 18446744073709551616\nopened 3\nservice s\nuser u\n",
        "openlogon-login 1\nleader 1 2\nopened 9223372036854775808\nservice s\nuser u\n",
        "openlogon-login 1\nleader 1 2 3\nopened 3\nservice s\nuser u\n",
    };
    struct login_record record = { .pid = 99 };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        assert_int_equal(login_record_parse(&record, texts[i], strlen(texts[i])), -EINVAL);
    assert_int_equal(record.pid, 99);
    assert_int_equal(
        login_record_parse(&record, HEAD "service s\nuser u\n", strlen(HEAD "service s\nuser u\n")),
        0);
#undef HEAD
}

static void a_file_is_whole_or_not_there(void **state)
{
    char path[] = "/tmp/openlogon-record.XXXXXX", name[LOGIN_RECORD_NAME_SIZE];
    char text[LOGIN_RECORD_SIZE_MAX];
    struct login_record record = alice, again;
    ssize_t n;
    int dirfd, fd;

    assert_non_null(mkdtemp(path));
    dirfd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(login_record_set_leader(&record), 0);
    assert_int_equal(record.pid, getpid());
    assert_true(record.start_time > 0);
    assert_int_equal(login_record_remove(&record, dirfd), -ENOENT);
    assert_int_equal(login_record_save(&record, dirfd), 0);
    assert_int_equal(login_record_save(&record, dirfd), 0);
    login_record_name(&record, name);
    fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);
    n = read(fd, text, sizeof(text));
    assert_true(n > 0);
    assert_int_equal(login_record_parse(&again, text, (size_t)n), 0);
    assert_int_equal(again.start_time, record.start_time);
    assert_int_equal(login_record_remove(&record, dirfd), 0);
    (void)close(fd);
    (void)close(dirfd);
    assert_int_equal(rmdir(path), 0); /* nothing else is left in it */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(the_longest_texts_fit),
        cmocka_unit_test(nobody_in_particular_is_not_written),
        cmocka_unit_test(what_is_no_record_is_refused),
        cmocka_unit_test(a_file_is_whole_or_not_there),
    };

    return cmocka_run_group_tests_name("login_record", tests, NULL, NULL);
}
