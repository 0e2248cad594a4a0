/* SPDX-License-Identifier: MIT */
/*
 * openlogon-spawn against whatever anybody may send it: the spawner runs in a process of its own,
 * and has to answer each hostile program with the failure that it is, keep no descriptor of it, and
 * go on. Where the kernel does not let the test change ids the last step fails instead.
 */
#include "spawn/spawner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"
#include "ipc/spawn_message.h"
#include "linux/fd_message.h"
#include "linux/process.h"
#include "linux/spawn.h"

enum {
    USER = 61500,
    LONG_ARGUMENT = 256 * 1024, /* more than execve(2) takes as one */
    LOOKS_MAX = 100,
    N_ARGUMENTS = 48 * 1024, /* of 96 bytes: what the message takes and execve(2) does not */
};

static struct {
    pid_t pid;
    int control;
} spawner;

static char *environment[] = { (char[]){ "A=b" }, NULL };
static char *doing_nothing[] = { (char[]){ "/bin/true" }, NULL };
static char *sleeping[] = { (char[]){ "/bin/sleep" }, (char[]){ "1000" }, NULL };
/* Overlong and cut off forms. */
static char *not_there[] = { (char[]){ "/\xff\xc0\xaf\x80" }, NULL };
static char *printing[] = { (char[]){ "/bin/sh" }, (char[]){ "-c" }, (char[]){ "printf %s \"$0\"" },
                            (char[]){ "\xff\xc0\xaf\x80" }, NULL };

/* --- messages --------------------------------------------------------------------------------- */

static void pair_open(int ret[static 2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret), 0);
}

static int start_spawner(void **state)
{
    int pair[2];

    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    pair_open(pair);
    spawner.pid = fork();
    assert_true(spawner.pid >= 0);
    if (spawner.pid == 0) {
        (void)close(pair[0]);
        _exit(spawner_run(pair[1]) < 0 ? 1 : 0);
    }
    (void)close(pair[1]);
    spawner.control = pair[0];
    return 0;
}

/* It ends by itself when there is nobody any more who could want something. */
static int stop_spawner(void **state)
{
    int status = -1;

    (void)state;
    (void)close(spawner.control);
    assert_int_equal(waitpid(spawner.pid, &status, 0), spawner.pid);
    assert_int_equal(status, 0);
    return 0;
}

static int own_pidfd(void)
{
    int fd = process_open(getpid());

    assert_true(fd >= 0);
    return fd;
}

/* Takes the client's end. */
static void order_with(int client, pid_t caller, int caller_fd)
{
    const struct spawn_order order = { .uid = USER, .gid = USER, .caller_pid = (uint32_t)caller };
    const int fds[] = { client, caller_fd };
    void *bytes = NULL;
    size_t size = 0;

    assert_ok(spawn_order_encode(&order, &bytes, &size));
    assert_int_equal(fd_message_send(spawner.control, bytes, size, fds, ARRAY_SIZE(fds), 0), 0);
    free(bytes);
    (void)close(client);
}

static void order(int client)
{
    int pidfd = own_pidfd();

    order_with(client, getpid(), pidfd);
    (void)close(pidfd);
}

static int file_of(const void *bytes, size_t size)
{
    int fd = memfd_create("program", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), (ssize_t)size);
    return fd;
}

static int file_of_program(const struct spawn_program *program)
{
    void *bytes = NULL;
    size_t size = 0;
    int fd;

    assert_ok(spawn_program_encode(program, &bytes, &size));
    fd = file_of(bytes, size);
    free(bytes);
    return fd;
}

static int directory_fd(void)
{
    int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

    assert_true(fd >= 0);
    return fd;
}

/* Sends descriptors as a program, closes them, and has the spawner make something of it. Returns
 * the client's end. */
static int send_program(const int *fds, size_t n)
{
    int pair[2];

    pair_open(pair);
    assert_int_equal(fd_message_send(pair[0], "", 1, fds, n, 0), 0);
    for (size_t i = 0; i < n; i++)
        (void)close(fds[i]);
    order(pair[1]);
    return pair[0];
}

static int start(const struct spawn_program *program)
{
    const int fds[] = { file_of_program(program), directory_fd() };

    return send_program(fds, ARRAY_SIZE(fds));
}

static struct spawn_news hear(int client)
{
    struct spawn_news news = { 0 };
    int pidfd = -1;
    size_t n_fds = 1;

    assert_int_equal(fd_message_receive(client, &news, sizeof(news), &pidfd, &n_fds, 0),
                     sizeof(news));
    assert_int_equal(n_fds, news.kind == SPAWN_NEWS_RUNS ? 1 : 0);
    if (n_fds > 0)
        (void)close(pidfd);
    return news;
}

/* Nothing follows. */
static void assert_over(int client)
{
    char byte;

    assert_int_equal(recv(client, &byte, 1, 0), 0);
    (void)close(client);
}

static void assert_fails_with(int client, enum spawn_step step, int error)
{
    struct spawn_news news = hear(client);

    assert_int_equal(news.kind, SPAWN_NEWS_FAILED);
    if (geteuid() != 0 && step > SPAWN_STEP_IDENTITY) {
        assert_int_equal(news.step, SPAWN_STEP_IDENTITY);
    } else {
        assert_int_equal(news.step, step);
        assert_int_equal(news.error, error);
    }
    assert_over(client);
}

/* --- that it goes on -------------------------------------------------------------------------- */

static struct spawn_program program_of(char **argv)
{
    return (struct spawn_program){ .path = argv[0], .argv = argv, .envp = environment };
}

static size_t n_descriptors(void)
{
    char path[64];
    size_t n = 0;

    for (int fd = 0; fd < 256; fd++) {
        struct stat link;

        (void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)spawner.pid, fd);
        n += lstat(path, &link) == 0;
    }
    return n;
}

/* How many descriptors it has while one good program runs, which had to be started for that: it
 * does one thing at a time. */
static size_t descriptors_while_one_runs(void)
{
    const struct spawn_signal end = { SIGKILL };
    const struct spawn_program program = program_of(sleeping);
    int client = start(&program);
    struct spawn_news news = hear(client);
    size_t n;

    if (geteuid() != 0) {
        assert_int_equal(news.kind, SPAWN_NEWS_FAILED);
        assert_int_equal(news.step, SPAWN_STEP_IDENTITY);
        assert_over(client);
        return 0;
    }
    assert_int_equal(news.kind, SPAWN_NEWS_RUNS);
    n = n_descriptors();
    assert_int_equal(send(client, &end, sizeof(end), 0), sizeof(end));
    news = hear(client);
    assert_int_equal(news.kind, SPAWN_NEWS_SIGNALLED);
    assert_int_equal(news.value, SIGKILL);
    assert_over(client);
    return n;
}

static size_t n_before;

static int note_descriptors(void **state)
{
    (void)state;
    n_before = descriptors_while_one_runs();
    return 0;
}

static int check_descriptors(void **state)
{
    size_t n = descriptors_while_one_runs();

    (void)state;
    /* Of ends that nobody was told the spawner may not have heard yet; what it leaks stays. */
    for (int i = 0; n != n_before && i < LOOKS_MAX; i++)
        n = descriptors_while_one_runs();
    assert_int_equal(n, n_before);
    return 0;
}

/* --- programs --------------------------------------------------------------------------------- */

static void another_number_of_descriptors_is_refused(void **state)
{
    const struct spawn_program program = program_of(doing_nothing);
    struct spawn_program claiming = program;

    (void)state;
    for (size_t n = 0; n <= FD_MESSAGE_FDS_MAX; n++) {
        int fds[FD_MESSAGE_FDS_MAX];

        if (n == PROGRAM_FD_STDIO)
            continue; /* that is how many there have to be */
        for (size_t i = 0; i < n; i++)
            fds[i] = i == PROGRAM_FD_TEXT ? file_of_program(&program) : directory_fd();
        assert_fails_with(send_program(fds, n), SPAWN_STEP_PREPARE,
                          n > PROGRAM_FDS_MAX ? -EBADMSG : -EINVAL);
    }
    claiming.stdio = 7; /* and brings none */
    assert_fails_with(start(&claiming), SPAWN_STEP_PREPARE, -EINVAL);
}

static void a_program_that_is_not_there_is_not_waited_for(void **state)
{
    int pair[2], fds[] = { -1, -1 };

    (void)state;
    pair_open(pair);
    order(pair[1]);
    assert_fails_with(pair[0], SPAWN_STEP_PREPARE, -EAGAIN);
    /* A message that is longer than it may be. */
    pair_open(pair);
    fds[0] = file_of("x", 1);
    fds[1] = directory_fd();
    assert_int_equal(fd_message_send(pair[0], "too long", 8, fds, 2, 0), 0);
    (void)close(fds[0]);
    (void)close(fds[1]);
    order(pair[1]);
    assert_fails_with(pair[0], SPAWN_STEP_PREPARE, -EBADMSG);
}

static int read_end_of_pipe(void)
{
    int pair[2];

    assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
    (void)close(pair[1]);
    return pair[0];
}

/* Reading from it would wait for ever. */
static int silent_pipe(void)
{
    static int kept[2] = { -1, -1 };

    if (kept[0] < 0)
        assert_int_equal(pipe2(kept, O_CLOEXEC), 0);
    return dup(kept[0]);
}

static int ordinary_file(void)
{
    return open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
}

static int endless_file(void)
{
    return open("/dev/zero", O_RDONLY | O_CLOEXEC);
}

static int a_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int a_directory(void)
{
    return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int empty_text(void)
{
    return file_of("", 0);
}

static int garbage(void)
{
    return file_of("\xff\xfe\0garbage that is no program at all", 37);
}

static int huge_text(void)
{
    int fd = empty_text();

    assert_int_equal(ftruncate(fd, (off_t)SPAWN_PROGRAM_MAX + 1), 0);
    return fd;
}

static int vast_text(void)
{
    int fd = empty_text();

    assert_int_equal(ftruncate(fd, (off_t)1 << 40), 0);
    return fd;
}

static int text_that_may_not_be_read(void)
{
    int fd = file_of("x", 1), written;
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    written = open(path, O_WRONLY | O_CLOEXEC);
    (void)close(fd);
    assert_true(written >= 0);
    return written;
}

static void only_memory_is_read(void **state)
{
    static const struct {
        int (*make)(void);
        int error;
    } texts[] = {
        { a_directory, -EINVAL },      { directory_fd, -EINVAL },
        { read_end_of_pipe, -EINVAL }, { silent_pipe, -EINVAL },
        { a_socket, -EINVAL },         { ordinary_file, -EINVAL },
        { endless_file, -EINVAL },     { empty_text, -E2BIG },
        { huge_text, -E2BIG },         { vast_text, -E2BIG },
        { garbage, -EINVAL },          { text_that_may_not_be_read, -EINVAL },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        const int fds[] = { texts[i].make(), directory_fd() };

        assert_true(fds[0] >= 0);
        assert_fails_with(send_program(fds, 2), SPAWN_STEP_PREPARE, texts[i].error);
    }
}

static void a_directory_that_is_none_is_refused(void **state)
{
    static int (*const made[])(void) = { read_end_of_pipe, silent_pipe, a_socket, ordinary_file,
                                         empty_text };
    const struct spawn_program program = program_of(doing_nothing);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(made); i++) {
        const int fds[] = { file_of_program(&program), made[i]() };

        assert_fails_with(send_program(fds, 2), SPAWN_STEP_DIRECTORY, -ENOTDIR);
    }
}

static void what_execve_does_not_take_is_refused(void **state)
{
    char *argument = malloc(LONG_ARGUMENT + 1);
    char *argv[] = { (char[]){ "/bin/true" }, argument, NULL };
    static char *many[N_ARGUMENTS + 1];
    struct spawn_program program = program_of(argv);

    (void)state;
    assert_non_null(argument);
    memset(argument, 'x', LONG_ARGUMENT);
    argument[LONG_ARGUMENT] = '\0';
    assert_fails_with(start(&program), SPAWN_STEP_EXECUTE, -E2BIG);
    /* Together too long, though each is short. */
    argument[96] = '\0';
    for (size_t i = 0; i < N_ARGUMENTS; i++)
        many[i] = argument;
    program.argv = many;
    assert_fails_with(start(&program), SPAWN_STEP_EXECUTE, -E2BIG);
    free(argument);
}

/* A text is bytes: what they mean is the program's affair. */
static void what_is_no_utf8_stays_as_it_is(void **state)
{
    struct spawn_program program = program_of(not_there);
    char text[16] = "";
    int out[2];

    (void)state;
    assert_fails_with(start(&program), SPAWN_STEP_EXECUTE, -ENOENT);
    if (geteuid() != 0)
        return;
    program.path = "relative-and-not-searched";
    assert_fails_with(start(&program), SPAWN_STEP_EXECUTE, -ENOENT);
    program = program_of(printing);
    program.stdio = 2;
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    {
        const int fds[] = { file_of_program(&program), directory_fd(), out[1] };
        int client = send_program(fds, 3);

        assert_int_equal(hear(client).kind, SPAWN_NEWS_RUNS);
        assert_int_equal(read(out[0], text, sizeof(text)), 4);
        assert_memory_equal(text, printing[3], 4);
        assert_int_equal(hear(client).kind, SPAWN_NEWS_EXITED);
        assert_over(client);
    }
    (void)close(out[0]);
}

static void a_caller_that_is_no_more_gets_nothing(void **state)
{
    pid_t pid = fork();
    int pair[2], pidfd;

    (void)state;
    if (pid == 0)
        _exit(0);
    pidfd = process_open(pid);
    assert_true(pidfd >= 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    pair_open(pair);
    {
        const struct spawn_program program = program_of(doing_nothing);
        const int fds[] = { file_of_program(&program), directory_fd() };

        assert_int_equal(fd_message_send(pair[0], "", 1, fds, 2, 0), 0);
        (void)close(fds[0]);
        (void)close(fds[1]);
    }
    order_with(pair[1], pid, pidfd);
    (void)close(pidfd);
    assert_fails_with(pair[0], SPAWN_STEP_PREPARE, -ESRCH);
}

/* --- clients ---------------------------------------------------------------------------------- */

static void a_client_that_is_no_socket_or_gone_is_told_nothing(void **state)
{
    static int (*const made[])(void) = { read_end_of_pipe, silent_pipe, ordinary_file,
                                         a_directory,      a_socket,    empty_text };
    int pair[2];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(made); i++)
        order(made[i]());
    pair_open(pair);
    (void)close(pair[0]);
    order(pair[1]);
}

/* What a client says once its program runs. */
static void signals_that_make_no_sense_end_nothing_but_the_talk(void **state)
{
    static const uint32_t ignored[] = { 65, 1000, UINT32_MAX };
    const struct spawn_program program = program_of(sleeping);
    const struct spawn_signal end = { SIGKILL };
    int fds[FD_MESSAGE_FDS_MAX], client;
    struct spawn_news news;

    (void)state;
    if (geteuid() != 0)
        skip();
    client = start(&program);
    assert_int_equal(hear(client).kind, SPAWN_NEWS_RUNS);
    for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
        assert_int_equal(send(client, &ignored[i], sizeof(ignored[i]), 0), sizeof(ignored[i]));
    assert_int_equal(send(client, &end, sizeof(end), 0), sizeof(end));
    news = hear(client);
    assert_int_equal(news.kind, SPAWN_NEWS_SIGNALLED);
    assert_int_equal(news.value, SIGKILL);
    assert_over(client);
    /* Descriptors that nobody asked for, and a message of another size. */
    for (int round = 0; round < 2; round++) {
        int pidfd;

        client = start(&program);
        news = hear(client);
        assert_int_equal(news.kind, SPAWN_NEWS_RUNS);
        pidfd = (int)syscall(SYS_pidfd_open, (pid_t)news.pid, 0);
        assert_true(pidfd >= 0);
        for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
            fds[i] = directory_fd();
        assert_int_equal(round == 0
                             ? fd_message_send(client, &end, sizeof(end), fds, ARRAY_SIZE(fds), 0)
                             : fd_message_send(client, "x", 1, NULL, 0, 0),
                         0);
        for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
            (void)close(fds[i]);
        assert_over(client);
        /* It still was there, and now is not. */
        assert_int_equal(syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0), 0);
        assert_int_equal(poll(&(struct pollfd){ .fd = pidfd, .events = POLLIN }, 1, -1), 1);
        (void)close(pidfd);
    }
}

/* --- orders ----------------------------------------------------------------------------------- */

/* openlogond makes none of these; the spawner takes none all the same. */
static void orders_that_make_no_sense_are_left_out(void **state)
{
    static uint8_t long_one[SPAWN_ORDER_MAX + 1];
    const int fds[] = { 0, 0, 0, 0 };
    const struct spawn_order good = { .uid = USER, .gid = USER };
    const int size_max = 2 * SPAWN_ORDER_MAX;
    void *bytes = NULL;
    size_t size = 0;

    (void)state;
    assert_ok(spawn_order_encode(&good, &bytes, &size));
    assert_int_equal(fd_message_send(spawner.control, bytes, size, NULL, 0, 0), 0);
    assert_int_equal(fd_message_send(spawner.control, bytes, size, fds, 1, 0), 0);
    assert_int_equal(fd_message_send(spawner.control, bytes, size, fds, 4, 0), 0);
    assert_int_equal(fd_message_send(spawner.control, bytes, size - 1, fds, 2, 0), 0);
    assert_int_equal(fd_message_send(spawner.control, "order", 5, fds, 2, 0), 0);
    assert_int_equal(setsockopt(spawner.control, SOL_SOCKET, SO_SNDBUF, &size_max, sizeof(int)), 0);
    (void)!fd_message_send(spawner.control, long_one, sizeof(long_one), fds, 2, 0);
    free(bytes);
}

#define HOSTILE(test) cmocka_unit_test_setup_teardown(test, note_descriptors, check_descriptors)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOSTILE(another_number_of_descriptors_is_refused),
        HOSTILE(a_program_that_is_not_there_is_not_waited_for),
        HOSTILE(only_memory_is_read),
        HOSTILE(a_directory_that_is_none_is_refused),
        HOSTILE(what_execve_does_not_take_is_refused),
        HOSTILE(what_is_no_utf8_stays_as_it_is),
        HOSTILE(a_caller_that_is_no_more_gets_nothing),
        HOSTILE(a_client_that_is_no_socket_or_gone_is_told_nothing),
        HOSTILE(signals_that_make_no_sense_end_nothing_but_the_talk),
        HOSTILE(orders_that_make_no_sense_are_left_out),
    };

    return cmocka_run_group_tests(tests, start_spawner, stop_spawner);
}
