/* SPDX-License-Identifier: MIT */
#include "daemon/test-link.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"

enum { ARGUMENTS_MAX = 32 };

static struct channel_buffer buffer;
static uint32_t last_serial;

/* --- the daemon --------------------------------------------------------------------------------
 */

static void run_daemon(const struct test_daemon *daemon, const char *const *extra, int ready_fd)
{
    char state[96], runtime[96], config[96], number[16];
    const char *argv[ARGUMENTS_MAX] = { OPENLOGOND, "--state",    state,          "--runtime",
                                        runtime,    "--socket",   daemon->socket, "--config",
                                        config,     "--ready-fd", number,         "--worker",
                                        FAKE_WORKER };
    size_t n = 0;

    (void)snprintf(state, sizeof(state), "%s/state", daemon->dir);
    (void)snprintf(runtime, sizeof(runtime), "%s/run", daemon->dir);
    (void)snprintf(config, sizeof(config), "%s/config", daemon->dir);
    (void)snprintf(number, sizeof(number), "%d", ready_fd);
    (void)close(open(config, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    while (argv[n])
        n++;
    for (; extra && *extra; extra++)
        argv[n++] = *extra;
    (void)setenv("FAKE_WORKER_LOG", daemon->worker_log, 1);
    (void)execv(OPENLOGOND, (char **)(uintptr_t)argv);
    _exit(127);
}

bool test_daemon_restart(struct test_daemon *daemon, const char *const *extra)
{
    int ready[2];
    char byte;
    bool is_ready;

    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    daemon->pid = fork();
    assert_true(daemon->pid >= 0);
    if (daemon->pid == 0)
        run_daemon(daemon, extra, dup(ready[1]));
    (void)close(ready[1]);
    is_ready = read(ready[0], &byte, 1) == 1;
    (void)close(ready[0]);
    if (!is_ready)
        assert_int_equal(waitpid(daemon->pid, NULL, 0), daemon->pid);
    return is_ready;
}

void test_daemon_start(struct test_daemon *daemon, const char *const *extra)
{
    (void)snprintf(daemon->dir, sizeof(daemon->dir), "/tmp/openlogond-test.XXXXXX");
    assert_non_null(mkdtemp(daemon->dir));
    assert_int_equal(chmod(daemon->dir, 0755), 0);
    (void)snprintf(daemon->socket, sizeof(daemon->socket), "%s/socket", daemon->dir);
    (void)snprintf(daemon->worker_log, sizeof(daemon->worker_log), "%s/worker.log", daemon->dir);
    assert_true(test_daemon_restart(daemon, extra));
}

static void remove_dir(const char *dir)
{
    char command[128];

    (void)snprintf(command, sizeof(command), "rm -rf -- '%s'", dir);
    assert_int_equal(system(command), 0);
}

void test_daemon_kill(struct test_daemon *daemon)
{
    assert_int_equal(kill(daemon->pid, SIGKILL), 0);
    assert_int_equal(waitpid(daemon->pid, NULL, 0), daemon->pid);
}

void test_daemon_end(struct test_daemon *daemon)
{
    int status = -1;

    assert_int_equal(kill(daemon->pid, SIGTERM), 0);
    assert_int_equal(waitpid(daemon->pid, &status, 0), daemon->pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(access(daemon->socket, F_OK), -1);
}

void test_daemon_remove(struct test_daemon *daemon)
{
    remove_dir(daemon->dir);
}

void test_daemon_stop(struct test_daemon *daemon)
{
    test_daemon_end(daemon);
    test_daemon_remove(daemon);
}

size_t test_daemon_n_fds(const struct test_daemon *daemon)
{
    char path[64];
    size_t n = 0;
    DIR *dir;

    (void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)daemon->pid);
    dir = opendir(path);
    assert_non_null(dir);
    while (readdir(dir))
        n++;
    (void)closedir(dir);
    return n;
}

size_t test_daemon_rss_kb(const struct test_daemon *daemon)
{
    char path[64];
    size_t pages = 0;
    FILE *file;

    (void)snprintf(path, sizeof(path), "/proc/%d/statm", (int)daemon->pid);
    file = fopen(path, "re");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*u %zu", &pages), 1);
    (void)fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE) / 1024;
}

size_t test_daemon_n_told_ended(const struct test_daemon *daemon)
{
    FILE *file = fopen(daemon->worker_log, "re");
    size_t n = 0;
    int c;

    if (!file)
        return 0;
    while ((c = fgetc(file)) != EOF)
        n += c == '\n';
    (void)fclose(file);
    return n;
}

/* --- connections -------------------------------------------------------------------------------
 */

int link_connect(const struct test_daemon *daemon)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    memcpy(address.sun_path, daemon->socket, strlen(daemon->socket));
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

int link_open(const struct test_daemon *daemon)
{
    int fd = link_connect(daemon);

    assert_int_equal(link_hello(fd, 1), 0);
    return fd;
}

void link_send_bytes(int fd, const void *bytes, size_t size)
{
    assert_int_equal(send(fd, bytes, size, MSG_NOSIGNAL), size);
}

void link_send(int fd, Openlogon__Request *request)
{
    request->serial = ++last_serial;
    assert_int_equal(channel_send(fd, &request->base, NULL, 0), 0);
}

Openlogon__Reply *link_receive(int fd, int *ret_fd)
{
    struct channel_message message = { 0 };
    Openlogon__Reply *reply = NULL;
    int r = channel_receive(fd, &buffer, &message);

    if (r <= 0) {
        assert_true(r == 0 || r == -ECONNRESET);
        return NULL;
    }
    reply = openlogon__reply__unpack(NULL, message.size, message.bytes);
    assert_non_null(reply);
    if (ret_fd)
        *ret_fd = channel_message_take_fd(&message, 0);
    channel_message_done(&message);
    return reply;
}

Openlogon__Reply *link_call(int fd, Openlogon__Request *request)
{
    Openlogon__Reply *reply;

    link_send(fd, request);
    reply = link_receive(fd, NULL);
    if (reply)
        assert_int_equal(reply->serial, request->serial);
    return reply;
}

void reply_free(Openlogon__Reply *reply)
{
    if (reply)
        openlogon__reply__free_unpacked(reply, NULL);
}

/* The status of a reply, which is freed; a token's id goes to *ret_token. */
static int32_t status_of(Openlogon__Reply *reply, uint64_t *ret_token)
{
    int32_t status = reply ? reply->status : INT32_MAX;

    if (ret_token && reply && reply->result_case == OPENLOGON__REPLY__RESULT_TOKEN)
        *ret_token = reply->token->token_id;
    reply_free(reply);
    return status;
}

int32_t link_hello(int fd, uint32_t version)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__HelloRequest hello = OPENLOGON__HELLO_REQUEST__INIT;

    hello.version = version;
    request.call_case = OPENLOGON__REQUEST__CALL_HELLO;
    request.hello = &hello;
    return status_of(link_call(fd, &request), NULL);
}

int32_t link_hello_again(int fd, uint64_t *holder, bool *ret_reclaimed)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__HelloRequest hello = OPENLOGON__HELLO_REQUEST__INIT;
    Openlogon__Reply *reply;

    hello.version = 1;
    hello.holder = *holder;
    request.call_case = OPENLOGON__REQUEST__CALL_HELLO;
    request.hello = &hello;
    reply = link_call(fd, &request);
    if (reply && reply->status >= 0) {
        *holder = reply->hello->holder;
        *ret_reclaimed = reply->hello->reclaimed;
    }
    return status_of(reply, NULL);
}

int32_t link_reclaim(int fd, const uint64_t *tokens, const uint32_t *counts, size_t n, bool more)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__ReclaimRequest reclaim = OPENLOGON__RECLAIM_REQUEST__INIT;

    reclaim.token_ids = (uint64_t *)(uintptr_t)tokens;
    reclaim.n_token_ids = n;
    reclaim.counts = (uint32_t *)(uintptr_t)counts;
    reclaim.n_counts = n;
    reclaim.more = more;
    request.call_case = OPENLOGON__REQUEST__CALL_RECLAIM;
    request.reclaim = &reclaim;
    return status_of(link_call(fd, &request), NULL);
}

int32_t link_logon(int fd, const char *user, uint32_t type, uint64_t *ret_token)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LogonRequest logon = OPENLOGON__LOGON_REQUEST__INIT;

    logon.user = (char *)(uintptr_t)user;
    logon.password = (ProtobufCBinaryData){ 4, (uint8_t *)(uintptr_t) "pass" };
    logon.logon_type = type;
    request.call_case = OPENLOGON__REQUEST__CALL_LOGON;
    request.logon = &logon;
    return status_of(link_call(fd, &request), ret_token);
}

int32_t link_release(int fd, uint64_t token, uint32_t count)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__ReleaseTokenRequest release = OPENLOGON__RELEASE_TOKEN_REQUEST__INIT;

    release.token_id = token;
    release.count = count;
    request.call_case = OPENLOGON__REQUEST__CALL_RELEASE_TOKEN;
    request.release_token = &release;
    return status_of(link_call(fd, &request), NULL);
}

int32_t link_open_token(int fd, uint32_t pid, uint32_t access, uint64_t *ret_token)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__OpenProcessTokenRequest open = OPENLOGON__OPEN_PROCESS_TOKEN_REQUEST__INIT;

    open.pid = pid;
    open.desired_access = access;
    request.call_case = OPENLOGON__REQUEST__CALL_OPEN_PROCESS_TOKEN;
    request.open_process_token = &open;
    return status_of(link_call(fd, &request), ret_token);
}

size_t link_count_sessions(int fd)
{
    uint64_t after = 0;
    size_t total = 0;
    bool more = true;

    while (more) {
        Openlogon__Request request = OPENLOGON__REQUEST__INIT;
        Openlogon__EnumerateSessionsRequest enumerate = OPENLOGON__ENUMERATE_SESSIONS_REQUEST__INIT;
        Openlogon__Reply *reply;

        enumerate.after = after;
        enumerate.max = 100;
        request.call_case = OPENLOGON__REQUEST__CALL_ENUMERATE_SESSIONS;
        request.enumerate_sessions = &enumerate;
        reply = link_call(fd, &request);
        assert_non_null(reply);
        assert_int_equal(reply->status, 0);
        for (size_t i = 0; i < reply->sessions->n_luids; i++) {
            assert_true(reply->sessions->luids[i] > after);
            after = reply->sessions->luids[i];
        }
        total += reply->sessions->n_luids;
        more = reply->sessions->more;
        reply_free(reply);
    }
    return total;
}
