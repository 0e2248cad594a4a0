/* SPDX-License-Identifier: MIT */
/* The module as PAM loads it, and an openlogond of the test's own, which misbehaves on order. */
#include "base/test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <security/pam_appl.h>

#include "ipc/channel.h"
#include "ipc/login_record.h"
#include "ipc/openlogon.pb-c.h"

enum {
    LUID = 0x1002a,
    PATH_SIZE = 128,
    TIMEOUT_MS = 300, /* as the service files say */
};

enum behaviour {
    ANSWERS,
    REFUSES,     /* the type is not granted */
    HANGS,       /* takes connections, and says nothing */
    HANGS_LATER, /* after the hello */
    HANGS_UP,
    MUMBLES,    /* what it says is no message */
    MISTAKES_IT /* the reply is another request's */
};

static char dir[] = "/tmp/openlogon-pam-XXXXXX";
static char socket_path[PATH_SIZE], logins_path[PATH_SIZE], service_path[PATH_SIZE];
static const char *module;
static pid_t authority;

/* --- the authority -----------------------------------------------------------------------------
 */

static void answer(int fd, const Openlogon__Request *request, enum behaviour behaviour)
{
    static char machine[] = "TESTBOX";
    Openlogon__Reply reply = OPENLOGON__REPLY__INIT;
    Openlogon__HelloReply hello = OPENLOGON__HELLO_REPLY__INIT;
    Openlogon__LoginReply login = OPENLOGON__LOGIN_REPLY__INIT;

    reply.serial = request->serial + (behaviour == MISTAKES_IT);
    if (request->call_case == OPENLOGON__REQUEST__CALL_HELLO) {
        hello.version = 1;
        hello.machine_name = machine;
        reply.result_case = OPENLOGON__REPLY__RESULT_HELLO;
        reply.hello = &hello;
    } else if (behaviour == REFUSES) {
        reply.status = (int32_t)STATUS_LOGON_TYPE_NOT_GRANTED;
    } else if (request->call_case == OPENLOGON__REQUEST__CALL_LOGIN_OPEN &&
               strcmp(request->login_open->user, "root") == 0 &&
               strcmp(request->login_open->tty, "tty7") == 0) {
        login.luid = LUID;
        reply.result_case = OPENLOGON__REPLY__RESULT_LOGIN;
        reply.login = &login;
    } else if (request->call_case == OPENLOGON__REQUEST__CALL_LOGIN_CLOSE &&
               request->login_close->luid == LUID) {
        reply.result_case = OPENLOGON__REPLY__RESULT_LOGIN;
        reply.login = &login;
    } else {
        reply.status = (int32_t)STATUS_NOT_SUPPORTED;
    }
    int r = channel_send(fd, &reply.base, NULL, 0);
    if (r < 0 &&
        r != -EPIPE) /* the module sends its request before it has seen the hello's reply */
        _exit(1);
}

/* One connection to its end. */
static void serve(int fd, enum behaviour behaviour)
{
    static struct channel_buffer buffer;
    struct channel_message message;

    while (behaviour != HANGS_UP && channel_receive(fd, &buffer, &message) > 0) {
        Openlogon__Request *request = openlogon__request__unpack(NULL, message.size, message.bytes);

        if (!request || message.sender.uid != geteuid())
            _exit(1);
        if (behaviour == MUMBLES)
            (void)!write(fd, "\xff\xff\xff", 3);
        else if (behaviour != HANGS &&
                 (behaviour != HANGS_LATER || request->call_case == OPENLOGON__REQUEST__CALL_HELLO))
            answer(fd, request, behaviour);
        openlogon__request__free_unpacked(request, NULL);
        channel_message_done(&message);
    }
    (void)close(fd);
}

static void start_authority(enum behaviour behaviour)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    (void)unlink(socket_path);
    memcpy(address.sun_path, socket_path, strlen(socket_path));
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(channel_stamp_senders(listener), 0);
    assert_int_equal(listen(listener, 8), 0);
    authority = fork();
    assert_true(authority >= 0);
    for (int fd; authority == 0;) {
        fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            _exit(1);
        serve(fd, behaviour);
    }
    assert_int_equal(close(listener), 0);
}

static void stop_authority(void)
{
    int status;

    if (authority <= 0)
        return;
    assert_int_equal(kill(authority, SIGKILL), 0);
    assert_int_equal(waitpid(authority, &status, 0), authority);
    assert_true(WIFSIGNALED(status)); /* else it found something wrong itself */
    authority = 0;
    (void)unlink(socket_path);
}

static int tear_down(void **state)
{
    stop_authority();
    return 0;
}

/* --- the application ---------------------------------------------------------------------------
 */

static int converse(int n, const struct pam_message **messages, struct pam_response **ret,
                    void *data)
{
    return PAM_CONV_ERR; /* nothing is to be asked */
}

static pam_handle_t *start_pam(const char *service)
{
    static const struct pam_conv converser = { converse, NULL };
    pam_handle_t *pam = NULL;

    assert_int_equal(pam_start_confdir(service, "root", &converser, dir, &pam), PAM_SUCCESS);
    assert_int_equal(pam_set_item(pam, PAM_TTY, "tty7"), PAM_SUCCESS);
    return pam;
}

static void write_service(const char *name, const char *options)
{
    char path[PATH_SIZE * 2];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    file = fopen(path, "we");
    assert_non_null(file);
    (void)fprintf(file,
                  "auth required %s socket=%s %s\naccount required %s socket=%s %s\n"
                  "session required %s socket=%s %s\n",
                  module, socket_path, options, module, socket_path, options, module, socket_path,
                  options);
    assert_int_equal(fclose(file), 0);
}

static int64_t now_ms(void)
{
    struct timespec now;

    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The path of this process' file for an openlogond to come. */
static void record_path(char path[static PATH_SIZE * 2])
{
    struct login_record record = { 0 };
    char name[LOGIN_RECORD_NAME_SIZE];

    assert_int_equal(login_record_set_leader(&record), 0);
    login_record_name(&record, name);
    (void)snprintf(path, PATH_SIZE * 2, "%s/%s", logins_path, name);
}

/* --- tests -------------------------------------------------------------------------------------
 */

/* The boot id's first three groups, and LUID. */
static const char *expected_guid(void)
{
    static char text[64];
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

    assert_non_null(file);
    assert_non_null(fgets(text, sizeof(text), file));
    assert_int_equal(fclose(file), 0);
    assert_int_equal(text[18], '-');
    (void)snprintf(text + 19, sizeof(text) - 19, "0000-00000001002a");
    return text;
}

static void a_session_is_told_of_and_its_luid_is_in_the_environment(void **state)
{
    pam_handle_t *pam;

    start_authority(ANSWERS);
    pam = start_pam("test");
    assert_int_equal(pam_open_session(pam, PAM_SILENT), PAM_SUCCESS);
    assert_string_equal(pam_getenv(pam, "OPENLOGON_LUID"), "00000000:0001002a");
    assert_string_equal(pam_getenv(pam, "OPENLOGON_LOGON_GUID"), expected_guid());
    assert_int_equal(pam_close_session(pam, PAM_SILENT), PAM_SUCCESS);
    assert_int_equal(pam_end(pam, PAM_SUCCESS), PAM_SUCCESS);
}

static void a_type_that_is_not_granted_is_the_stacks_to_judge(void **state)
{
    pam_handle_t *pam;

    start_authority(REFUSES);
    pam = start_pam("test");
    assert_int_equal(pam_open_session(pam, PAM_SILENT), PAM_SESSION_ERR);
    assert_null(pam_getenv(pam, "OPENLOGON_LUID"));
    assert_int_equal(pam_end(pam, PAM_SUCCESS), PAM_SUCCESS);
}

/* Opens with whatever is there: it goes on, and a file tells of it until it is closed. */
static void check_let_in(void)
{
    char path[PATH_SIZE * 2], text[LOGIN_RECORD_SIZE_MAX];
    pam_handle_t *pam = start_pam("test");
    struct login_record record;
    struct stat status;
    ssize_t n;
    int fd;

    record_path(path);
    assert_int_equal(pam_open_session(pam, PAM_SILENT), PAM_SUCCESS);
    assert_null(pam_getenv(pam, "OPENLOGON_LUID"));
    assert_int_equal(stat(logins_path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    n = read(fd, text, sizeof(text));
    assert_true(n > 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(login_record_parse(&record, text, (size_t)n), 0);
    assert_int_equal(record.pid, getpid());
    assert_string_equal(record.user, "root");
    assert_string_equal(record.service, "test");
    assert_string_equal(record.tty, "tty7");
    assert_int_equal(pam_close_session(pam, PAM_SILENT), PAM_SUCCESS);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(pam_end(pam, PAM_SUCCESS), PAM_SUCCESS);
}

static void without_an_authority_a_file_tells_later(void **state)
{
    check_let_in();
}

static void one_that_misbehaves_lets_in_all_the_same(void **state)
{
    static const enum behaviour behaviours[] = { HANGS_UP, MUMBLES, MISTAKES_IT };

    for (size_t i = 0; i < ARRAY_SIZE(behaviours); i++) {
        start_authority(behaviours[i]);
        check_let_in();
        stop_authority();
    }
}

static void one_that_hangs_is_waited_for_once(void **state)
{
    static const enum behaviour behaviours[] = { HANGS, HANGS_LATER };

    for (size_t i = 0; i < ARRAY_SIZE(behaviours); i++) {
        int64_t start = now_ms();
        pam_handle_t *pam;

        start_authority(behaviours[i]);
        pam = start_pam("test");
        assert_int_equal(pam_acct_mgmt(pam, PAM_SILENT), PAM_AUTHINFO_UNAVAIL);
        assert_true(now_ms() - start >= TIMEOUT_MS);
        assert_int_equal(kill(authority, SIGSTOP), 0); /* what is asked now is asked in vain */
        assert_int_equal(pam_open_session(pam, PAM_SILENT), PAM_SUCCESS);
        assert_int_equal(pam_close_session(pam, PAM_SILENT), PAM_SUCCESS);
        assert_int_equal(pam_end(pam, PAM_SUCCESS), PAM_SUCCESS);
        stop_authority();
    }
}

static void its_own_service_asks_nothing(void **state)
{
    pam_handle_t *pam = start_pam("openlogon");
    char path[PATH_SIZE * 2];

    record_path(path);
    (void)pam_open_session(pam, PAM_SILENT);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(pam_end(pam, PAM_SUCCESS), PAM_SUCCESS);
}

static void a_wrong_option_locks_nobody_out(void **state)
{
    pam_handle_t *pam;

    start_authority(ANSWERS);
    pam = start_pam("mistyped");
    assert_int_equal(pam_open_session(pam, PAM_SILENT), PAM_SUCCESS);
    assert_non_null(pam_getenv(pam, "OPENLOGON_LUID"));
    assert_int_equal(pam_close_session(pam, PAM_SILENT), PAM_SUCCESS);
    assert_int_equal(pam_end(pam, PAM_SUCCESS), PAM_SUCCESS);
}

static void others_may_not_write_the_files(void **state)
{
    pam_handle_t *pam;
    char path[PATH_SIZE * 2];

    (void)mkdir(logins_path, 0700);
    assert_int_equal(chmod(logins_path, 0770), 0);
    record_path(path);
    pam = start_pam("test");
    assert_int_equal(pam_open_session(pam, PAM_SILENT), PAM_SUCCESS);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(pam_close_session(pam, PAM_SILENT), PAM_SUCCESS);
    assert_int_equal(pam_end(pam, PAM_SUCCESS), PAM_SUCCESS);
    assert_int_equal(chmod(logins_path, 0700), 0);
}

static int make_dir(void **state)
{
    char options[32];

    if (!mkdtemp(dir))
        return -1;
    (void)snprintf(socket_path, sizeof(socket_path), "%s/socket", dir);
    (void)snprintf(logins_path, sizeof(logins_path), "%s/" LOGIN_RECORD_DIR, dir);
    (void)snprintf(options, sizeof(options), "timeout=%d", TIMEOUT_MS);
    write_service("test", options);
    write_service("openlogon", options);
    write_service("mistyped", "timeout=0 timeout=5s nonsense socket=relative debugging");
    return 0;
}

static int remove_dir(void **state)
{
    static const char *const services[] = { "test", "openlogon", "mistyped" };

    for (size_t i = 0; i < ARRAY_SIZE(services); i++) {
        (void)snprintf(service_path, sizeof(service_path), "%s/%s", dir, services[i]);
        (void)unlink(service_path);
    }
    (void)rmdir(logins_path);
    return rmdir(dir);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_session_is_told_of_and_its_luid_is_in_the_environment,
                                  tear_down),
        cmocka_unit_test_teardown(a_type_that_is_not_granted_is_the_stacks_to_judge, tear_down),
        cmocka_unit_test_teardown(without_an_authority_a_file_tells_later, tear_down),
        cmocka_unit_test_teardown(one_that_misbehaves_lets_in_all_the_same, tear_down),
        cmocka_unit_test_teardown(one_that_hangs_is_waited_for_once, tear_down),
        cmocka_unit_test_teardown(its_own_service_asks_nothing, tear_down),
        cmocka_unit_test_teardown(a_wrong_option_locks_nobody_out, tear_down),
        cmocka_unit_test_teardown(others_may_not_write_the_files, tear_down),
    };

    if (argc < 2)
        return 1;
    module = argv[1];
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
