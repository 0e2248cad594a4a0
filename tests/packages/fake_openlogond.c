/* SPDX-License-Identifier: MIT */
#include "fake_openlogond.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"
#include "ipc/channel.h"
#include "security/sid.h"

enum { CREDENTIALS_MAX = 16, TEXT_MAX = 64, WORKER_FD = 3 };

struct credential {
    char key[TEXT_MAX];
    char value[TEXT_MAX];
};

struct fake_openlogond {
    int fd;
    pid_t pid;
    uint64_t next_luid;
    uint64_t sessions[FAKE_SESSIONS_MAX];
    size_t n_sessions;
    struct credential credentials[CREDENTIALS_MAX];
    size_t n_credentials;
    size_t n_calls;
    uint64_t interrupt_with;
    Openlogon__Worker__FromWorker *ready;
    Openlogon__Worker__FromWorker *last;
    struct channel_buffer buffer;
};

/* --- messages --------------------------------------------------------------------------------- */

static Openlogon__Worker__FromWorker *receive(fake_openlogond *fake)
{
    struct channel_message message = { 0 };
    Openlogon__Worker__FromWorker *unpacked;

    if (channel_receive(fake->fd, &fake->buffer, &message) <= 0)
        return NULL;
    unpacked = openlogon__worker__from_worker__unpack(NULL, message.size, message.bytes);
    assert_non_null(unpacked);
    channel_message_done(&message);
    return unpacked;
}

static void free_message(Openlogon__Worker__FromWorker *message)
{
    if (message)
        openlogon__worker__from_worker__free_unpacked(message, NULL);
}

static void send_result(fake_openlogond *fake, Openlogon__Worker__CallResult *result)
{
    Openlogon__Worker__ToWorker message = OPENLOGON__WORKER__TO_WORKER__INIT;

    message.message_case = OPENLOGON__WORKER__TO_WORKER__MESSAGE_CALL_RESULT;
    message.call_result = result;
    assert_int_equal(channel_send(fake->fd, &message.base, NULL, 0), 0);
}

void fake_session_ended(fake_openlogond *fake, uint64_t luid)
{
    Openlogon__Worker__ToWorker message = OPENLOGON__WORKER__TO_WORKER__INIT;
    Openlogon__Worker__SessionsEnded ended = OPENLOGON__WORKER__SESSIONS_ENDED__INIT;

    ended.luids = &luid;
    ended.n_luids = 1;
    message.message_case = OPENLOGON__WORKER__TO_WORKER__MESSAGE_SESSIONS_ENDED;
    message.sessions_ended = &ended;
    assert_int_equal(channel_send(fake->fd, &message.base, NULL, 0), 0);
}

/* --- Calls ------------------------------------------------------------------------------------ */

static size_t find_session(const fake_openlogond *fake, uint64_t luid)
{
    size_t i = 0;

    while (i < fake->n_sessions && fake->sessions[i] != luid)
        i++;
    return i;
}

static int32_t create_session(fake_openlogond *fake, uint64_t luid)
{
    if (find_session(fake, luid) < fake->n_sessions)
        return STATUS_LOGON_SESSION_COLLISION;
    assert_true(fake->n_sessions < FAKE_SESSIONS_MAX);
    fake->sessions[fake->n_sessions++] = luid;
    return STATUS_SUCCESS;
}

static int32_t delete_session(fake_openlogond *fake, uint64_t luid)
{
    size_t i = find_session(fake, luid);

    if (i == fake->n_sessions)
        return STATUS_NO_SUCH_LOGON_SESSION;
    fake->sessions[i] = fake->sessions[--fake->n_sessions];
    return STATUS_SUCCESS;
}

static void copy_text(char ret[static TEXT_MAX], ProtobufCBinaryData bytes)
{
    assert_true(bytes.len < TEXT_MAX);
    memcpy(ret, bytes.data, bytes.len);
    ret[bytes.len] = 0;
}

static int32_t add_credential(fake_openlogond *fake, const Openlogon__Worker__AddCredential *add)
{
    struct credential *c = &fake->credentials[fake->n_credentials];

    if (find_session(fake, add->luid) == fake->n_sessions)
        return STATUS_NO_SUCH_LOGON_SESSION;
    assert_true(fake->n_credentials < CREDENTIALS_MAX);
    copy_text(c->key, add->key);
    copy_text(c->value, add->value);
    fake->n_credentials++;
    return STATUS_SUCCESS;
}

static size_t find_credential(const fake_openlogond *fake, ProtobufCBinaryData key)
{
    size_t i = 0;

    while (i < fake->n_credentials && (strlen(fake->credentials[i].key) != key.len ||
                                       memcmp(fake->credentials[i].key, key.data, key.len) != 0))
        i++;
    return i;
}

static int32_t get_credential(fake_openlogond *fake, const Openlogon__Worker__GetCredential *get,
                              Openlogon__Worker__CallResult *ret)
{
    size_t i = get->all ? get->context : find_credential(fake, get->key);
    struct credential *c = &fake->credentials[i];

    if (i >= fake->n_credentials)
        return STATUS_UNSUCCESSFUL;
    ret->context = (uint32_t)i + 1;
    ret->key = (ProtobufCBinaryData){ .data = (uint8_t *)c->key, .len = strlen(c->key) };
    ret->value = (ProtobufCBinaryData){ .data = (uint8_t *)c->value, .len = strlen(c->value) };
    return STATUS_SUCCESS;
}

static int32_t delete_credential(fake_openlogond *fake, ProtobufCBinaryData key)
{
    size_t i = find_credential(fake, key);

    if (i == fake->n_credentials)
        return STATUS_UNSUCCESSFUL;
    fake->credentials[i] = fake->credentials[--fake->n_credentials];
    return STATUS_SUCCESS;
}

static void answer_call(fake_openlogond *fake, const Openlogon__Worker__Call *call)
{
    Openlogon__Worker__CallResult result = OPENLOGON__WORKER__CALL_RESULT__INIT;

    fake->n_calls++;
    if (fake->interrupt_with)
        fake_session_ended(fake, fake->interrupt_with);
    fake->interrupt_with = 0;
    switch (call->call_case) {
    case OPENLOGON__WORKER__CALL__CALL_CREATE_SESSION:
        result.status = create_session(fake, call->create_session->luid);
        break;
    case OPENLOGON__WORKER__CALL__CALL_DELETE_SESSION:
        result.status = delete_session(fake, call->delete_session->luid);
        break;
    case OPENLOGON__WORKER__CALL__CALL_ADD_CREDENTIAL:
        result.status = add_credential(fake, call->add_credential);
        break;
    case OPENLOGON__WORKER__CALL__CALL_GET_CREDENTIAL:
        result.status = get_credential(fake, call->get_credential, &result);
        break;
    case OPENLOGON__WORKER__CALL__CALL_DELETE_CREDENTIAL:
        result.status = delete_credential(fake, call->delete_credential->key);
        break;
    case OPENLOGON__WORKER__CALL__CALL_ALLOCATE_LUID:
        result.luid = fake->next_luid;
        fake->next_luid += call->allocate_luid->count;
        break;
    default:
        fail_msg("a call that nobody knows");
    }
    send_result(fake, &result);
}

/* What the worker is so sure of that it does not wait. */
static void do_posted(fake_openlogond *fake, const Openlogon__Worker__FromWorker *message)
{
    for (size_t i = 0; i < message->n_posted; i++) {
        uint64_t luid = message->posted[i]->luid;

        fake->n_calls++;
        assert_int_equal(message->posted[i]->deletes ? delete_session(fake, luid)
                                                     : create_session(fake, luid),
                         STATUS_SUCCESS);
    }
}

/* --- jobs ------------------------------------------------------------------------------------- */

const Openlogon__Worker__JobResult *fake_run(fake_openlogond *fake, Openlogon__Worker__Job *job)
{
    static uint64_t next_id = 1;
    Openlogon__Worker__ToWorker message = OPENLOGON__WORKER__TO_WORKER__INIT;

    job->id = next_id++;
    message.message_case = OPENLOGON__WORKER__TO_WORKER__MESSAGE_JOB;
    message.job = job;
    assert_int_equal(channel_send(fake->fd, &message.base, NULL, 0), 0);
    for (;;) {
        free_message(fake->last);
        fake->last = receive(fake);
        if (!fake->last)
            return NULL;
        do_posted(fake, fake->last);
        if (fake->last->message_case == OPENLOGON__WORKER__FROM_WORKER__MESSAGE_CALL)
            answer_call(fake, fake->last->call);
        else if (fake->last->message_case != OPENLOGON__WORKER__FROM_WORKER__MESSAGE__NOT_SET)
            break;
    }
    assert_int_equal(fake->last->message_case, OPENLOGON__WORKER__FROM_WORKER__MESSAGE_JOB_RESULT);
    assert_int_equal(fake->last->job_result->id, job->id);
    return fake->last->job_result;
}

const Openlogon__Worker__JobResult *fake_log_on_bytes(fake_openlogond *fake, const char *user,
                                                      const char *domain, const void *password,
                                                      size_t size, uint32_t type)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__LogonJob logon = OPENLOGON__WORKER__LOGON_JOB__INIT;

    logon.user = (char *)(uintptr_t)user;
    logon.domain = (char *)(uintptr_t)domain;
    logon.password.data = (uint8_t *)(uintptr_t)password;
    logon.password.len = size;
    logon.logon_type = type;
    logon.client_luid = 0x3e7;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_LOGON;
    job.logon = &logon;
    return fake_run(fake, &job);
}

const Openlogon__Worker__JobResult *fake_log_on(fake_openlogond *fake, const char *user,
                                                const char *domain, const char *password,
                                                uint32_t type)
{
    return fake_log_on_bytes(fake, user, domain, password, strlen(password), type);
}

int32_t fake_add_account(fake_openlogond *fake, const char *name, const char *password)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__AccountAddRequest add = OPENLOGON__ACCOUNT_ADD_REQUEST__INIT;
    const Openlogon__Worker__JobResult *result;

    add.name = (char *)(uintptr_t)name;
    add.full_name = (char *)(uintptr_t) "Full Name";
    add.password.data = (uint8_t *)(uintptr_t)password;
    add.password.len = strlen(password);
    job.work_case = OPENLOGON__WORKER__JOB__WORK_ACCOUNT_ADD;
    job.account_add = &add;
    result = fake_run(fake, &job);
    assert_non_null(result);
    return result->status;
}

/* --- start and end ---------------------------------------------------------------------------- */

fake_openlogond *fake_start_raw(void)
{
    const char *worker = getenv("OPENLOGON_TEST_WORKER");
    fake_openlogond *fake = calloc(1, sizeof(*fake));
    int pair[2];

    assert_non_null(worker);
    assert_non_null(fake);
    assert_int_equal(channel_pair(pair), 0);
    fake->next_luid = 0x10000;
    fake->fd = pair[0];
    fake->pid = fork();
    assert_true(fake->pid >= 0);
    if (fake->pid == 0) {
        int fd = fcntl(pair[1], F_DUPFD, WORKER_FD + 1);

        if (fd >= 0 && dup2(fd, WORKER_FD) == WORKER_FD && close(fd) == 0)
            (void)execl(worker, worker, (char *)NULL);
        _exit(127);
    }
    (void)close(pair[1]);
    return fake;
}

void fake_send_raw(fake_openlogond *fake, const void *bytes, size_t size)
{
    assert_int_equal(send(fake->fd, bytes, size, MSG_NOSIGNAL), (ssize_t)size);
}

static void send_setup(fake_openlogond *fake, const struct fake_setup *from)
{
    Openlogon__Worker__ToWorker message = OPENLOGON__WORKER__TO_WORKER__INIT;
    Openlogon__Worker__Setup setup = OPENLOGON__WORKER__SETUP__INIT;
    Openlogon__Worker__PackageConfig package = OPENLOGON__WORKER__PACKAGE_CONFIG__INIT;
    char *administrators = (char *)(uintptr_t)from->administrators;
    sid_buffer sid;

    assert_ok(sid_from_text(&sid, NULL, FAKE_MACHINE_SID, strlen(FAKE_MACHINE_SID)));
    setup.machine_sid.data = sid.bytes;
    setup.machine_sid.len = sid_length(&sid.sid);
    setup.machine_name = (char *)(uintptr_t)FAKE_MACHINE_NAME;
    setup.state_dir = (char *)(uintptr_t)from->state_dir;
    setup.pam_confdir = (char *)(uintptr_t)(from->pam_confdir ? from->pam_confdir : "");
    setup.account_uid_first = FAKE_UID_FIRST;
    setup.account_uid_last = FAKE_UID_LAST;
    setup.administrators = &administrators;
    setup.n_administrators = administrators ? 1 : 0;
    setup.sandbox = from->sandbox;
    package.id = 1;
    package.name = (char *)(uintptr_t) "configured";
    package.path = (char *)(uintptr_t)from->package;
    if (from->package)
        setup.package = &package;
    message.message_case = OPENLOGON__WORKER__TO_WORKER__MESSAGE_SETUP;
    message.setup = &setup;
    assert_int_equal(channel_send(fake->fd, &message.base, NULL, 0), 0);
}

fake_openlogond *fake_start(const struct fake_setup *setup)
{
    fake_openlogond *fake = fake_start_raw();

    send_setup(fake, setup);
    fake->ready = receive(fake);
    assert_non_null(fake->ready);
    assert_int_equal(fake->ready->message_case, OPENLOGON__WORKER__FROM_WORKER__MESSAGE_READY);
    return fake;
}

int fake_start_and_fail(const struct fake_setup *setup)
{
    fake_openlogond *fake = fake_start_raw();

    send_setup(fake, setup);
    assert_null(receive(fake));
    return fake_stop(fake);
}

int fake_stop(fake_openlogond *fake)
{
    int status = 0;

    (void)close(fake->fd);
    assert_int_equal(waitpid(fake->pid, &status, 0), fake->pid);
    free_message(fake->ready);
    free_message(fake->last);
    free(fake);
    return status;
}

int32_t fake_package_status(const fake_openlogond *fake)
{
    return fake->ready->ready->package->status;
}

const char *fake_package_name(const fake_openlogond *fake)
{
    return fake->ready->ready->package->name;
}

const char *fake_unprotected(const fake_openlogond *fake)
{
    return fake->ready->ready->unprotected;
}

void fake_interrupt_calls(fake_openlogond *fake, uint64_t ended_luid)
{
    fake->interrupt_with = ended_luid;
}

size_t fake_n_sessions(const fake_openlogond *fake)
{
    return fake->n_sessions;
}

void fake_forget_sessions(fake_openlogond *fake)
{
    fake->n_sessions = 0;
}

size_t fake_n_credentials(const fake_openlogond *fake)
{
    return fake->n_credentials;
}

size_t fake_n_calls(const fake_openlogond *fake)
{
    return fake->n_calls;
}

pid_t fake_pid(const fake_openlogond *fake)
{
    return fake->pid;
}

int fake_fd(const fake_openlogond *fake)
{
    return fake->fd;
}

/* --- directories ------------------------------------------------------------------------------ */

char *fake_make_dir(void)
{
    char *path = strdup("/tmp/openlogon-worker-XXXXXX");

    assert_non_null(path);
    assert_non_null(mkdtemp(path));
    return path;
}

static int remove_entry(const char *path, const struct stat *entry, int kind, struct FTW *where)
{
    return remove(path);
}

void fake_remove_dir(char *path)
{
    (void)nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    free(path);
}
