/* SPDX-License-Identifier: MIT */
/* The whole worker, driven over its socket, with the null package and msv1_0. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/test.h"
#include "base/utf16.h"
#include "fake_openlogond.h"
#include "ipc/channel.h"
#include "security/sid.h"
#include "worker/account_store.h"

typedef Openlogon__Worker__JobResult JobResult;
typedef Openlogon__Worker__LogonResult LogonResult;

static char *state_dir;

static int make_state(void **state)
{
    state_dir = fake_make_dir();
    return 0;
}

static int remove_state(void **state)
{
    fake_remove_dir(state_dir);
    return 0;
}

/* With the package whose path that variable has; NULL: none. */
static fake_openlogond *start(const char *variable)
{
    const struct fake_setup setup = { .state_dir = state_dir,
                                      .package = variable ? getenv(variable) : NULL };

    return fake_start(&setup);
}

static fake_openlogond *start_null(void)
{
    fake_openlogond *fake = start("OPENLOGON_TEST_NULL");

    assert_int_equal(fake_package_status(fake), 0);
    return fake;
}

static fake_openlogond *start_msv1_0(void)
{
    fake_openlogond *fake = start("OPENLOGON_TEST_MSV1_0");

    assert_int_equal(fake_package_status(fake), 0);
    return fake;
}

static void stop(fake_openlogond *fake)
{
    assert_int_equal(fake_stop(fake), 0);
}

static int32_t log_on_status(fake_openlogond *fake, const char *user, const char *password)
{
    const JobResult *result = fake_log_on(fake, user, "", password, Network);

    assert_non_null(result);
    return result->status;
}

static void assert_sid(ProtobufCBinaryData bytes, const char *expected)
{
    char text[SID_TEXT_SIZE];

    assert_true(sid_valid(bytes.data, bytes.len));
    assert_int_equal(sid_length((const SID *)bytes.data), bytes.len);
    (void)sid_to_text(text, (const SID *)bytes.data);
    assert_string_equal(text, expected);
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

/* --- the null package: what the host does ----------------------------------------------------- */

static void a_logon_makes_one_session(void **state)
{
    fake_openlogond *fake = start_null();
    const JobResult *result = fake_log_on(fake, "null-1234", "", "null", Interactive);

    assert_string_equal(fake_package_name(fake), "Null");
    assert_int_equal(result->status, 0);
    assert_string_equal(result->logon->account_name, "null-1234");
    assert_string_equal(result->logon->package, "Null");
    assert_sid(result->logon->user_sid, FAKE_MACHINE_SID "-3468");
    assert_sid(result->logon->primary_group, FAKE_MACHINE_SID "-3469");
    assert_int_equal(result->logon->expiration, 0x7fffffffffffffff);
    assert_true(result->logon->luid >= 0x10000);
    assert_int_equal(fake_n_sessions(fake), 1);
    stop(fake);
}

static const struct {
    const char *user;
    const char *password;
    int32_t status;
    size_t n_sessions; /* that are left */
} outcomes[] = {
    { "null-1", "null", STATUS_SUCCESS, 1 },
    { "null-1", "wrong", STATUS_WRONG_PASSWORD, 0 },
    { "null-1", "", STATUS_WRONG_PASSWORD, 0 },
    { "somebody", "null", STATUS_NO_SUCH_USER, 0 },
    { "", "null", STATUS_NO_SUCH_USER, 0 },
    { "null-leak", "null", STATUS_ACCOUNT_DISABLED, 0 },
    { "null-expired", "null", STATUS_ACCOUNT_EXPIRED, 0 },
    { "null-two", "null", STATUS_SUCCESS, 1 },
    { "null-collision", "null", STATUS_LOGON_SESSION_COLLISION, 0 },
    { "null-no-session", "null", STATUS_INTERNAL_ERROR, 0 },
    { "null-other-session", "null", STATUS_INTERNAL_ERROR, 0 },
    { "null-bad-type", "null", STATUS_INTERNAL_ERROR, 0 },
    { "null-no-token", "null", STATUS_INTERNAL_ERROR, 0 },
    { "null-bad-sid", "null", STATUS_INTERNAL_ERROR, 0 },
    { "null-bad-group-count", "null", STATUS_TOO_MANY_CONTEXT_IDS, 0 },
    { "null-bad-primary-group", "null", STATUS_INTERNAL_ERROR, 0 },
    { "null-bad-profile", "null", STATUS_INTERNAL_ERROR, 0 },
    { "null-long-profile", "null", STATUS_INTERNAL_ERROR, 0 },
    { "null-stray-profile", "null", STATUS_INTERNAL_ERROR, 0 },
    { "null-bad-name", "null", STATUS_INTERNAL_ERROR, 0 },
    { "null-own-profile", "null", STATUS_SUCCESS, 1 },
    { "null-many-luids", "null", STATUS_SUCCESS, 1 },
    { "null-null", "null", STATUS_SUCCESS, 1 },
    { "null-long-credential", "null", STATUS_SUCCESS, 1 },
    { "null-long-answer", "null", STATUS_INTERNAL_ERROR, 0 },
    { "null-credentials", "null", STATUS_SUCCESS, 1 },
    { "null-greedy", "null", STATUS_SUCCESS, 1 },
};

static void what_a_package_does_wrong_harms_nobody(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++) {
        fake_openlogond *fake = start_null();
        int32_t status = log_on_status(fake, outcomes[i].user, outcomes[i].password);

        if (status != outcomes[i].status || fake_n_sessions(fake) != outcomes[i].n_sessions)
            fail_msg("%s: %s, %zu sessions", outcomes[i].user, nt_status_name(nt_make(status)),
                     fake_n_sessions(fake));
        /* and the worker works on */
        assert_int_equal(log_on_status(fake, "null-1", "null"), STATUS_SUCCESS);
        stop(fake);
    }
}

/* The most memory that it has ever had: a hash takes 16 MB. */
static long peak_kb(fake_openlogond *fake)
{
    char path[64], line[128];
    long kb = -1;
    FILE *file;

    (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)fake_pid(fake));
    file = fopen(path, "re");
    assert_non_null(file);
    while (kb < 0 && fgets(line, sizeof(line), file))
        (void)sscanf(line, "VmHWM: %ld", &kb);
    fclose(file);
    assert_true(kb > 0);
    return kb;
}

static void a_refusal_that_hides_its_reason_costs_a_hash(void **state)
{
    enum { MUCH_KB = 8 * 1024 };
    fake_openlogond *fake = start_null();
    long before;

    assert_int_equal(log_on_status(fake, "null-1", "null"), STATUS_SUCCESS);
    before = peak_kb(fake);
    assert_int_equal(log_on_status(fake, "null-1", "null"), STATUS_SUCCESS);
    assert_int_equal(log_on_status(fake, "null-expired", "null"), STATUS_ACCOUNT_EXPIRED);
    assert_int_equal(log_on_status(fake, "somebody", "null"), STATUS_NO_SUCH_USER);
    assert_true(peak_kb(fake) < before + MUCH_KB);
    assert_int_equal(log_on_status(fake, "null-1", "wrong"), STATUS_WRONG_PASSWORD);
    assert_true(peak_kb(fake) > before + MUCH_KB);
    stop(fake);
}

static void a_failed_logon_names_the_account(void **state)
{
    fake_openlogond *fake = start_null();
    const JobResult *result = fake_log_on(fake, "null-leak", "", "null", Network);

    assert_int_equal(result->result_case, OPENLOGON__WORKER__JOB_RESULT__RESULT_LOGON);
    assert_string_equal(result->logon->account_name, "null-leak");
    assert_string_equal(result->logon->package, "Null");
    assert_int_equal(result->logon->luid, 0);
    result = fake_log_on(fake, "nobody-knows-me", "", "x", Network);
    assert_string_equal(result->logon->account_name, "nobody-knows-me");
    assert_string_equal(result->logon->package, "Null");
    stop(fake);
}

static void a_package_that_dies_takes_the_worker_with_it(void **state)
{
    fake_openlogond *fake = start_null();
    int status;

    assert_null(fake_log_on(fake, "null-die", "", "null", Network));
    assert_int_equal(fake_n_sessions(fake), 0); /* openlogond had not heard of it yet */
    status = fake_stop(fake);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
}

static void send_logon(fake_openlogond *fake, const char *user)
{
    Openlogon__Worker__ToWorker message = OPENLOGON__WORKER__TO_WORKER__INIT;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__LogonJob logon = OPENLOGON__WORKER__LOGON_JOB__INIT;

    logon.user = (char *)(uintptr_t)user;
    logon.password = (ProtobufCBinaryData){ .data = (uint8_t *)(uintptr_t) "null", .len = 4 };
    logon.logon_type = Network;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_LOGON;
    job.logon = &logon;
    message.message_case = OPENLOGON__WORKER__TO_WORKER__MESSAGE_JOB;
    message.job = &job;
    assert_int_equal(channel_send(fake_fd(fake), &message.base, NULL, 0), 0);
}

static void a_package_that_hangs_can_be_killed(void **state)
{
    fake_openlogond *fake = start_null();
    struct pollfd answer = { .fd = fake_fd(fake), .events = POLLIN };

    send_logon(fake, "null-hang");
    assert_int_equal(poll(&answer, 1, 100), 0);
    assert_int_equal(kill(fake_pid(fake), SIGKILL), 0);
    assert_int_equal(poll(&answer, 1, 10000), 1); /* the socket closes */
    assert_true(WIFSIGNALED(fake_stop(fake)));
}

static void credentials_are_openlogonds_to_keep(void **state)
{
    fake_openlogond *fake = start_null();

    assert_int_equal(log_on_status(fake, "null-credentials", "null"), STATUS_SUCCESS);
    assert_int_equal(fake_n_credentials(fake), 0); /* added and deleted again */
    stop(fake);
}

static void a_profile_of_its_own_goes_out_as_it_is(void **state)
{
    fake_openlogond *fake = start_null();
    const JobResult *result = fake_log_on(fake, "null-own-profile", "", "null", Network);

    assert_int_equal(result->status, 0);
    assert_int_equal(result->logon->profile.len, sizeof("a profile of its own"));
    assert_memory_equal(result->logon->profile.data, "a profile of its own",
                        sizeof("a profile of its own"));
    stop(fake);
}

static void a_null_token_is_anonymous(void **state)
{
    fake_openlogond *fake = start_null();
    const JobResult *result = fake_log_on(fake, "null-null", "", "null", Network);

    assert_int_equal(result->status, 0);
    assert_sid(result->logon->user_sid, "S-1-5-7");
    stop(fake);
}

static char *ended_path(void)
{
    char *path = NULL;

    assert_true(asprintf(&path, "%s/null-ended", state_dir) > 0);
    return path;
}

static int forget_ended(void **state)
{
    _cleanup_(freep) char *path = ended_path();

    (void)unlink(path);
    return 0;
}

/* Compares the file that the null package writes. The worker has ended before. */
static void assert_ended(const char *expected)
{
    _cleanup_(freep) char *path = ended_path();
    char text[256] = "";
    FILE *file;

    file = fopen(path, "re");
    assert_non_null(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = 0;
    assert_int_equal(fclose(file), 0);
    assert_string_equal(text, expected);
}

static void packages_are_told_that_sessions_ended(void **state)
{
    fake_openlogond *fake = start_null();

    fake_session_ended(fake, 0xabc);
    fake_interrupt_calls(fake, 0xdef); /* in the midst of a job: told behind it */
    assert_int_equal(log_on_status(fake, "null-1", "null"), STATUS_SUCCESS);
    stop(fake);
    assert_ended("abc\ndef\n");
}

static void a_session_that_the_host_ends_is_told_too(void **state)
{
    fake_openlogond *fake = start_null();

    assert_int_equal(log_on_status(fake, "null-bad-sid", "null"), STATUS_INTERNAL_ERROR);
    stop(fake);
    assert_ended("10000\n");
}

static void unknown_logon_types_are_refused(void **state)
{
    fake_openlogond *fake = start_null();

    for (uint32_t type = 0; type < 16; type++) {
        bool is_known = type >= Interactive && type <= CachedUnlock && type != Proxy;

        fake_forget_sessions(fake);
        assert_int_equal(fake_log_on(fake, "null-1", "", "null", type)->status,
                         is_known ? STATUS_SUCCESS : STATUS_INVALID_LOGON_TYPE);
    }
    stop(fake);
}

static void texts_that_do_not_fit_are_refused(void **state)
{
    fake_openlogond *fake = start_null();
    char *text = calloc(1, 32 * 1024);

    assert_non_null(text);
    memset(text, 'x', 32 * 1024 - 1);
    assert_int_equal(log_on_status(fake, text, "null"), STATUS_NAME_TOO_LONG);
    assert_int_equal(log_on_status(fake, "null-1", text), STATUS_NAME_TOO_LONG);
    assert_int_equal(fake_log_on_bytes(fake, "null-1", "", "\xff", 1, Network)->status,
                     STATUS_INVALID_PARAMETER);
    free(text);
    stop(fake);
}

/* --- loading ---------------------------------------------------------------------------------- */

static void a_package_that_does_not_load_is_reported(void **state)
{
    const struct {
        const char *path;
        int32_t status;
    } cases[] = {
        { "relative.so", STATUS_OBJECT_PATH_SYNTAX_BAD },
        { "/nonexistent/package.so", STATUS_DLL_NOT_FOUND },
        { getenv("OPENLOGON_TEST_WORKER"), STATUS_DLL_NOT_FOUND }, /* no shared object */
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct fake_setup setup = { .state_dir = state_dir, .package = cases[i].path };
        fake_openlogond *fake = fake_start(&setup);

        assert_int_equal(fake_package_status(fake), cases[i].status);
        assert_int_equal(log_on_status(fake, "null-1", "null"), cases[i].status);
        stop(fake);
    }
}

static void without_packages_nobody_logs_on(void **state)
{
    fake_openlogond *fake = start(NULL);

    assert_int_equal(log_on_status(fake, "null-1", "null"), STATUS_NO_SUCH_PACKAGE);
    stop(fake);
}

static void what_is_no_message_ends_the_worker(void **state)
{
    static const char *const messages[] = { "\xff\xff\xff", "x",
                                            "\x12\x00" /* a job, before setup */ };

    for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
        fake_openlogond *fake = fake_start_raw();
        int status;

        fake_send_raw(fake, messages[i], i == 2 ? 2 : strlen(messages[i]));
        status = fake_stop(fake);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), EXIT_FAILURE);
    }
}

/* --- msv1_0 ----------------------------------------------------------------------------------- */

static void an_account_logs_on_with_its_password(void **state)
{
    fake_openlogond *fake = start_msv1_0();
    const JobResult *result;

    assert_string_equal(fake_package_name(fake), "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0");
    assert_int_equal(fake_add_account(fake, "Lily", "pass\u00e9"), STATUS_SUCCESS);
    result = fake_log_on(fake, "lily", "testbox", "pass\u00e9", Interactive);
    assert_int_equal(result->status, STATUS_SUCCESS);
    assert_string_equal(result->logon->account_name, "Lily");
    assert_string_equal(result->logon->authority, FAKE_MACHINE_NAME);
    assert_string_equal(result->logon->package, "NTLM");
    assert_string_equal(result->logon->logon_server, FAKE_MACHINE_NAME);
    assert_sid(result->logon->user_sid, FAKE_MACHINE_SID "-3800001000");
    assert_sid(result->logon->primary_group, FAKE_MACHINE_SID "-3800001001");
    assert_true(has_group(result->logon, FAKE_MACHINE_SID "-3800001001"));
    assert_true(has_group(result->logon, "S-1-5-64-10"));
    assert_false(has_group(result->logon, "S-1-5-32-544"));
    assert_true(result->logon->password_last_set > 0);
    assert_int_equal(result->logon->password_must_change - result->logon->password_last_set,
                     INT64_C(42) * 24 * 3600 * 10000000);
    assert_int_equal(result->logon->kick_off_time, 0x7fffffffffffffff);
    assert_int_equal(result->logon->last_success, 0);
    assert_int_equal(fake_n_sessions(fake), 1);
    stop(fake);
}

static void the_profiles_pointers_are_offsets(void **state)
{
    fake_openlogond *fake = start_msv1_0();
    const JobResult *result = fake_log_on(fake, "lily", "", "pass\u00e9", Interactive);
    _cleanup_(freep) char *name = NULL;
    MSV1_0_INTERACTIVE_PROFILE profile;

    assert_int_equal(result->status, STATUS_SUCCESS);
    assert_true(result->logon->profile.len >= sizeof(profile));
    memcpy(&profile, result->logon->profile.data, sizeof(profile));
    assert_int_equal(profile.MessageType, MsV1_0InteractiveProfile);
    assert_true((uintptr_t)profile.FullName.Buffer + profile.FullName.Length <=
                result->logon->profile.len);
    assert_ok(utf16_to_utf8(&name, NULL,
                            (const WCHAR *)(const void *)(result->logon->profile.data +
                                                          (uintptr_t)profile.FullName.Buffer),
                            profile.FullName.Length / 2));
    assert_string_equal(name, "Full Name");
    assert_null(profile.HomeDirectory.Buffer);
    stop(fake);
}

/* What LsaLogonUser brings: a buffer with its pointers, and room for what comes back. */
static const JobResult *log_on_with_buffer(fake_openlogond *fake, uint64_t address, size_t size)
{
    static struct {
        MSV1_0_INTERACTIVE_LOGON logon;
        WCHAR user[4], password[5];
    } sent = { .user = { 'l', 'i', 'l', 'y' }, .password = { 'p', 'a', 's', 's', 0xe9 } };
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__LogonJob logon = OPENLOGON__WORKER__LOGON_JOB__INIT;
    Openlogon__Worker__SubmitBuffer submit = OPENLOGON__WORKER__SUBMIT_BUFFER__INIT;
    Openlogon__Worker__ClientWindow window = OPENLOGON__WORKER__CLIENT_WINDOW__INIT;

    sent.logon.MessageType = MsV1_0InteractiveLogon;
    sent.logon.UserName.Length = sizeof(sent.user);
    sent.logon.UserName.Buffer = (PWSTR)(uintptr_t)(address + offsetof(typeof(sent), user));
    sent.logon.Password.Length = sizeof(sent.password);
    sent.logon.Password.Buffer = (PWSTR)(uintptr_t)(address + offsetof(typeof(sent), password));
    submit.address = address;
    submit.bytes = (ProtobufCBinaryData){ size ? size : sizeof(sent), (uint8_t *)&sent };
    window.address = 0x20000;
    window.size = 0x10000;
    logon.submit = &submit;
    logon.window = &window;
    logon.logon_type = Interactive;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_LOGON;
    job.logon = &logon;
    return fake_run(fake, &job);
}

static void the_clients_buffer_is_taken_and_its_window_filled(void **state)
{
    fake_openlogond *fake = start_msv1_0();
    const JobResult *result = log_on_with_buffer(fake, 0x555500001000, 0);
    MSV1_0_INTERACTIVE_PROFILE profile;

    assert_int_equal(result->status, STATUS_SUCCESS);
    assert_string_equal(result->logon->account_name, "Lily");
    assert_int_equal(result->logon->profile_address, 0x20000);
    memcpy(&profile, result->logon->profile.data, sizeof(profile));
    assert_in_range((uintptr_t)profile.FullName.Buffer, 0x20000 + sizeof(profile),
                    0x20000 + result->logon->profile.len - profile.FullName.Length);
    /* A text that is outside of what was sent, and an address that cannot be. */
    assert_true(
        log_on_with_buffer(fake, 0x555500001000, sizeof(MSV1_0_INTERACTIVE_LOGON) + 2)->status < 0);
    assert_true(log_on_with_buffer(fake, 0x555500001000, 8)->status < 0);
    assert_int_equal(log_on_with_buffer(fake, UINT64_MAX - 4, 0)->status, STATUS_INVALID_PARAMETER);
    stop(fake);
}

static void msv1_0_refuses_what_it_should(void **state)
{
    static const struct {
        const char *user;
        const char *domain;
        const char *password;
        int32_t status;
    } refusals[] = {
        { "lily", "", "wrong", STATUS_WRONG_PASSWORD },
        { "lily", ".", "", STATUS_WRONG_PASSWORD },
        { "lily", "ELSEWHERE", "pass\u00e9", STATUS_NO_SUCH_USER },
        { "lilly", "", "pass\u00e9", STATUS_NO_SUCH_USER },
        { "", "", "", STATUS_NO_SUCH_USER },
    };
    fake_openlogond *fake = start_msv1_0();

    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
        const JobResult *result =
            fake_log_on(fake, refusals[i].user, refusals[i].domain, refusals[i].password, Network);

        assert_int_equal(result->status, refusals[i].status);
        assert_int_equal(fake_n_sessions(fake), 0);
    }
    stop(fake);
}

static void a_logon_tells_of_those_before(void **state)
{
    fake_openlogond *fake = start_msv1_0();
    const JobResult *result;

    assert_int_equal(fake_add_account(fake, "counted", "right"), STATUS_SUCCESS);
    assert_int_equal(log_on_status(fake, "counted", "right"), STATUS_SUCCESS);
    assert_int_equal(log_on_status(fake, "counted", "wrong"), STATUS_WRONG_PASSWORD);
    assert_int_equal(log_on_status(fake, "counted", "wrong"), STATUS_WRONG_PASSWORD);
    result = fake_log_on(fake, "counted", "", "right", Network);
    assert_int_equal(result->status, STATUS_SUCCESS);
    assert_true(result->logon->last_success > 0);
    assert_int_equal(result->logon->failed_attempts, 2);
    result = fake_log_on(fake, "counted", "", "right", Network);
    assert_int_equal(result->logon->failed_attempts, 0);
    stop(fake);
}

static void a_blank_password_is_for_the_console_only(void **state)
{
    fake_openlogond *fake = start_msv1_0();

    assert_int_equal(fake_add_account(fake, "blank", ""), STATUS_SUCCESS);
    assert_int_equal(fake_log_on(fake, "blank", "", "", Interactive)->status, STATUS_SUCCESS);
    assert_int_equal(fake_log_on(fake, "blank", "", "", Network)->status,
                     STATUS_ACCOUNT_RESTRICTION);
    assert_int_equal(fake_log_on(fake, "blank", "", "x", Network)->status, STATUS_WRONG_PASSWORD);
    stop(fake);
}

static void a_disabled_account_is_told_so_after_its_password(void **state)
{
    fake_openlogond *fake = start_msv1_0();
    const struct account_change disable = { .flags = ACCOUNT_DISABLED,
                                            .flags_mask = ACCOUNT_DISABLED };
    _cleanup_(account_store_closep) account_store *store = NULL;
    const JobResult *result;

    assert_int_equal(fake_add_account(fake, "idle", "right"), STATUS_SUCCESS);
    assert_ok(account_store_open(&store, state_dir));
    assert_ok(account_store_change(store, "idle", &disable, 0));
    result = fake_log_on(fake, "idle", "", "right", Network);
    assert_int_equal(result->status, STATUS_ACCOUNT_RESTRICTION);
    assert_int_equal(result->sub_status, STATUS_ACCOUNT_DISABLED);
    assert_int_equal(log_on_status(fake, "idle", "wrong"), STATUS_WRONG_PASSWORD);
    assert_int_equal(fake_n_sessions(fake), 0);
    stop(fake);
}

static double worker_ms(clockid_t clock)
{
    struct timespec now;

    assert_int_equal(clock_gettime(clock, &now), 0);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The worker's own time, and the shortest of some tries, so that a busy machine does not count. */
static double shortest_ms(fake_openlogond *fake, int32_t (*try)(fake_openlogond *fake))
{
    double best = 1e9;
    clockid_t clock;

    assert_int_equal(clock_getcpuclockid(fake_pid(fake), &clock), 0);
    for (int i = 0; i < 5; i++) {
        double from = worker_ms(clock), ms;

        (void)try(fake);
        ms = worker_ms(clock) - from;
        best = ms < best ? ms : best;
    }
    return best;
}

static int32_t try_wrong_password(fake_openlogond *fake)
{
    return log_on_status(fake, "lily", "not the password");
}

static int32_t spend(fake_openlogond *fake)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__SpendJob spend_job = OPENLOGON__WORKER__SPEND_JOB__INIT;

    job.work_case = OPENLOGON__WORKER__JOB__WORK_SPEND;
    job.spend = &spend_job;
    return fake_run(fake, &job)->status;
}

static void what_is_spent_is_a_wrong_passwords_time(void **state)
{
    fake_openlogond *fake = start_msv1_0();
    double known = shortest_ms(fake, try_wrong_password);
    double unknown = shortest_ms(fake, spend);

    assert_int_equal(spend(fake), STATUS_SUCCESS);
    if (unknown < 0.6 * known || unknown > 1.6 * known)
        fail_msg("wrong password %.2f ms, spent %.2f ms", known, unknown);
    print_message("wrong password %.2f ms, spent %.2f ms\n", known, unknown);
    stop(fake);
}

/* --- accounts and the directory --------------------------------------------------------------- */

static void accounts_are_added_under_names_that_are_free(void **state)
{
    fake_openlogond *fake = start_msv1_0();

    assert_int_equal(fake_add_account(fake, "LILY", "x"), STATUS_USER_EXISTS);
    assert_int_equal(fake_add_account(fake, "root", "x"), STATUS_USER_EXISTS);
    assert_int_equal(fake_add_account(fake, "Root", "x"), STATUS_USER_EXISTS);
    assert_int_equal(fake_add_account(fake, "system", "x"), STATUS_USER_EXISTS);
    assert_int_equal(fake_add_account(fake, "Administrators", "x"), STATUS_USER_EXISTS);
    assert_int_equal(fake_add_account(fake, "testbox", "x"), STATUS_INVALID_ACCOUNT_NAME);
    assert_int_equal(fake_add_account(fake, "a/b", "x"), STATUS_INVALID_ACCOUNT_NAME);
    stop(fake);
}

static int32_t set_password(fake_openlogond *fake, const char *name, const char *old,
                            const char *new)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__AccountSetPasswordJob set =
        OPENLOGON__WORKER__ACCOUNT_SET_PASSWORD_JOB__INIT;

    set.name = (char *)(uintptr_t)name;
    set.check_old = old != NULL;
    if (old)
        set.old_password =
            (ProtobufCBinaryData){ .data = (uint8_t *)(uintptr_t)old, .len = strlen(old) };
    set.new_password =
        (ProtobufCBinaryData){ .data = (uint8_t *)(uintptr_t) new, .len = strlen(new) };
    job.work_case = OPENLOGON__WORKER__JOB__WORK_ACCOUNT_SET_PASSWORD;
    job.account_set_password = &set;
    return fake_run(fake, &job)->status;
}

static void a_password_is_changed_with_the_old_or_without(void **state)
{
    fake_openlogond *fake = start_msv1_0();

    assert_int_equal(fake_add_account(fake, "changer", "one"), STATUS_SUCCESS);
    assert_int_equal(set_password(fake, "changer", "two", "three"), STATUS_WRONG_PASSWORD);
    assert_int_equal(set_password(fake, "changer", "one", "two"), STATUS_SUCCESS);
    assert_int_equal(log_on_status(fake, "changer", "one"), STATUS_WRONG_PASSWORD);
    assert_int_equal(set_password(fake, "changer", NULL, "three"), STATUS_SUCCESS);
    assert_int_equal(log_on_status(fake, "changer", "three"), STATUS_SUCCESS);
    assert_int_equal(set_password(fake, "nobody at all", "x", "y"), STATUS_NO_SUCH_USER);
    stop(fake);
}

static const JobResult *list(fake_openlogond *fake, uint32_t after, uint32_t max)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__AccountListRequest list_job = OPENLOGON__ACCOUNT_LIST_REQUEST__INIT;

    list_job.after_rid = after;
    list_job.max = max;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_ACCOUNT_LIST;
    job.account_list = &list_job;
    return fake_run(fake, &job);
}

static void accounts_are_listed_and_deleted(void **state)
{
    fake_openlogond *fake = start_msv1_0();
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__AccountDeleteRequest delete = OPENLOGON__ACCOUNT_DELETE_REQUEST__INIT;
    const JobResult *result = list(fake, 0, 1);
    uint32_t rid;

    assert_int_equal(result->status, STATUS_SUCCESS);
    assert_int_equal(result->accounts->n_accounts, 1);
    assert_true(result->accounts->more);
    assert_string_equal(result->accounts->accounts[0]->name, "Lily");
    assert_int_equal(result->accounts->accounts[0]->uid, FAKE_UID_FIRST);
    rid = sid_rid((const SID *)result->accounts->accounts[0]->sid.data);
    result = list(fake, rid, 100);
    assert_false(result->accounts->more);
    assert_string_equal(result->accounts->accounts[0]->name, "blank");
    assert_int_equal(list(fake, 7, 1)->status, STATUS_INVALID_PARAMETER); /* no user's RID */

    delete.name = (char *)(uintptr_t) "BLANK";
    job.work_case = OPENLOGON__WORKER__JOB__WORK_ACCOUNT_DELETE;
    job.account_delete = &delete;
    assert_int_equal(fake_run(fake, &job)->status, STATUS_SUCCESS);
    assert_int_equal(fake_run(fake, &job)->status, STATUS_NO_SUCH_USER);
    assert_int_equal(log_on_status(fake, "blank", ""), STATUS_NO_SUCH_USER);
    stop(fake);
}

static const JobResult *lookup_sid(fake_openlogond *fake, const char *text)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__LookupSidJob lookup = OPENLOGON__WORKER__LOOKUP_SID_JOB__INIT;
    sid_buffer sid;

    assert_ok(sid_from_text(&sid, NULL, text, strlen(text)));
    lookup.sid = (ProtobufCBinaryData){ .data = sid.bytes, .len = sid_length(&sid.sid) };
    job.work_case = OPENLOGON__WORKER__JOB__WORK_LOOKUP_SID;
    job.lookup_sid = &lookup;
    return fake_run(fake, &job);
}

static const JobResult *lookup_name(fake_openlogond *fake, const char *domain, const char *name)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__LookupNameJob lookup = OPENLOGON__WORKER__LOOKUP_NAME_JOB__INIT;

    lookup.domain = (char *)(uintptr_t)domain;
    lookup.name = (char *)(uintptr_t)name;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_LOOKUP_NAME;
    job.lookup_name = &lookup;
    return fake_run(fake, &job);
}

static const struct {
    const char *domain;
    const char *name;
    const char *sid;
    uint32_t use;
    const char *found; /* the name that comes back */
} entries[] = {
    { "", "lily", FAKE_MACHINE_SID "-3800001000", SidTypeUser, "Lily" },
    { FAKE_MACHINE_NAME, "root", FAKE_MACHINE_SID "-500", SidTypeUser, "root" },
    { ".", "daemon", FAKE_MACHINE_SID "-1002", SidTypeUser, "daemon" },
    { "", "tty", FAKE_MACHINE_SID "-1011", SidTypeAlias, "tty" },
    { "", "testbox", FAKE_MACHINE_SID, SidTypeDomain, "" },
};

static void names_and_sids_are_looked_up(void **state)
{
    fake_openlogond *fake = start_msv1_0();

    for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
        const JobResult *result = lookup_name(fake, entries[i].domain, entries[i].name);

        assert_int_equal(result->status, STATUS_SUCCESS);
        assert_sid(result->name->sid, entries[i].sid);
        assert_int_equal(result->name->use, entries[i].use);
        result = lookup_sid(fake, entries[i].sid);
        assert_int_equal(result->status, STATUS_SUCCESS);
        assert_string_equal(result->name->name, entries[i].found);
        assert_string_equal(result->name->domain, FAKE_MACHINE_NAME);
        assert_int_equal(result->name->use, entries[i].use);
    }
    assert_string_equal(lookup_sid(fake, FAKE_MACHINE_SID "-3800001001")->name->name, "Lily");
    assert_int_equal(lookup_name(fake, "ELSEWHERE", "root")->status, STATUS_NONE_MAPPED);
    assert_int_equal(lookup_name(fake, "", "nobody at all")->status, STATUS_NONE_MAPPED);
    assert_int_equal(lookup_sid(fake, FAKE_MACHINE_SID "-3800001998")->status, STATUS_NONE_MAPPED);
    assert_int_equal(lookup_sid(fake, "S-1-5-21-9-9-9-1000")->status, STATUS_NONE_MAPPED);
    assert_int_equal(lookup_sid(fake, "S-1-5-18")->status, STATUS_NONE_MAPPED);
    stop(fake);
}

static const JobResult *describe(fake_openlogond *fake, uint32_t uid, uint32_t gid)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__UidJob uid_job = OPENLOGON__WORKER__UID_JOB__INIT;

    uid_job.uid = uid;
    uid_job.gid = gid;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_DESCRIBE_UID;
    job.describe_uid = &uid_job;
    return fake_run(fake, &job);
}

static void uids_are_described(void **state)
{
    fake_openlogond *fake = start_msv1_0();
    const JobResult *result = describe(fake, 0, 0);
    const Openlogon__Worker__UidResult *uid = result->uid;

    assert_int_equal(result->status, STATUS_SUCCESS);
    assert_string_equal(uid->name, "root");
    assert_sid(uid->user_sid, FAKE_MACHINE_SID "-500");
    assert_sid(uid->primary_group, FAKE_MACHINE_SID "-1001");
    assert_sid(uid->groups[uid->n_groups - 1]->sid, "S-1-5-32-544");

    uid = describe(fake, FAKE_UID_FIRST, 77)->uid;
    assert_string_equal(uid->name, "Lily");
    assert_sid(uid->primary_group, FAKE_MACHINE_SID "-3800001001");

    uid = describe(fake, 1999999999, 77)->uid;
    assert_string_equal(uid->name, "");
    assert_sid(uid->primary_group, FAKE_MACHINE_SID "-1155");
    assert_int_equal(uid->n_groups, 1);

    assert_int_equal(describe(fake, UINT32_MAX, 0)->status, STATUS_INVALID_PARAMETER);
    stop(fake);
}

static const JobResult *describe_user(fake_openlogond *fake, const char *name)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__DescribeUserJob user_job = OPENLOGON__WORKER__DESCRIBE_USER_JOB__INIT;

    user_job.name = (char *)(uintptr_t)name;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_DESCRIBE_USER;
    job.describe_user = &user_job;
    return fake_run(fake, &job);
}

static void users_are_described_by_name(void **state)
{
    fake_openlogond *fake = start_msv1_0();
    const JobResult *result = describe_user(fake, "root");
    const Openlogon__Worker__UidResult *user = result->uid;

    assert_int_equal(result->status, STATUS_SUCCESS);
    assert_string_equal(user->name, "root");
    assert_sid(user->user_sid, FAKE_MACHINE_SID "-500");
    assert_sid(user->groups[user->n_groups - 1]->sid, "S-1-5-32-544");

    user = describe_user(fake, "Lily")->uid; /* an OpenLogon account */
    assert_string_equal(user->name, "Lily");
    assert_sid(user->user_sid, FAKE_MACHINE_SID "-3800001000");
    assert_sid(user->primary_group, FAKE_MACHINE_SID "-3800001001");

    assert_int_equal(describe_user(fake, "nobody at all")->status, STATUS_NO_SUCH_USER);
    assert_int_equal(describe_user(fake, "")->status, STATUS_NO_SUCH_USER);
    stop(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_logon_makes_one_session),
        cmocka_unit_test(what_a_package_does_wrong_harms_nobody),
        cmocka_unit_test(a_refusal_that_hides_its_reason_costs_a_hash),
        cmocka_unit_test(a_failed_logon_names_the_account),
        cmocka_unit_test(a_package_that_dies_takes_the_worker_with_it),
        cmocka_unit_test(a_package_that_hangs_can_be_killed),
        cmocka_unit_test(credentials_are_openlogonds_to_keep),
        cmocka_unit_test(a_profile_of_its_own_goes_out_as_it_is),
        cmocka_unit_test(a_null_token_is_anonymous),
        cmocka_unit_test_setup(packages_are_told_that_sessions_ended, forget_ended),
        cmocka_unit_test_setup(a_session_that_the_host_ends_is_told_too, forget_ended),
        cmocka_unit_test(unknown_logon_types_are_refused),
        cmocka_unit_test(texts_that_do_not_fit_are_refused),
        cmocka_unit_test(a_package_that_does_not_load_is_reported),
        cmocka_unit_test(without_packages_nobody_logs_on),
        cmocka_unit_test(what_is_no_message_ends_the_worker),
    };
    /* These build on each other's accounts. */
    const struct CMUnitTest account_tests[] = {
        cmocka_unit_test(an_account_logs_on_with_its_password),
        cmocka_unit_test(the_profiles_pointers_are_offsets),
        cmocka_unit_test(the_clients_buffer_is_taken_and_its_window_filled),
        cmocka_unit_test(msv1_0_refuses_what_it_should),
        cmocka_unit_test(a_blank_password_is_for_the_console_only),
        cmocka_unit_test(accounts_are_listed_and_deleted),
        cmocka_unit_test(a_logon_tells_of_those_before),
        cmocka_unit_test(a_disabled_account_is_told_so_after_its_password),
        cmocka_unit_test(what_is_spent_is_a_wrong_passwords_time),
        cmocka_unit_test(accounts_are_added_under_names_that_are_free),
        cmocka_unit_test(a_password_is_changed_with_the_old_or_without),
        cmocka_unit_test(names_and_sids_are_looked_up),
        cmocka_unit_test(uids_are_described),
        cmocka_unit_test(users_are_described_by_name),
    };

    return cmocka_run_group_tests_name("worker", tests, make_state, remove_state) +
           cmocka_run_group_tests_name("worker accounts", account_tests, make_state, remove_state);
}
