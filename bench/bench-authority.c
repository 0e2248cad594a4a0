/* SPDX-License-Identifier: MIT */
/*
 * What sessions cost openlogond as they become more: its memory, and how long calls take beside so
 * many of them. Runs under `logon private` with the package of the tests that hashes nothing, see
 * run.sh. Goals are docs/performance.md's; nothing fails here when one is missed.
 *
 * One process holds the sessions; others, made for each figure, are the clients. This one uses no
 * authority itself, so that they are its children without inheriting anything.
 */
#define _GNU_SOURCE
#include <openlogon.h>
#include <ntsecapi.h>

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "measure.h"

enum {
    STEPS = 4, /* 1,000 sessions, and ten times as many at each step */
    FIRST_STEP = 1000,
    HOLDER_THREADS = 8,
    CLIENTS = 8,
    CLIENT_MS = 3000,
    CHURN = 50000,
    TRIES = 5,
    PATH_SIZE = 4096,
};

static double read_ms(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double now_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

/* --- openlogond seen from outside ------------------------------------------------------------- */

static const char *socket_path(void)
{
    const char *path = getenv("OPENLOGON_SOCKET");

    must(path != NULL, "OPENLOGON_SOCKET");
    return path;
}

static int authority_pid(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct ucred peer;
    socklen_t size = sizeof(peer);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", socket_path());
    must(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
             getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0,
         "reaching openlogond");
    close(fd);
    return (int)peer.pid;
}

/* Bytes of one kind, RssAnon or RssShmem. */
static double memory(int pid, const char *kind)
{
    char path[64], line[256];
    double kib = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    file = fopen(path, "r");
    must(file != NULL, path);
    while (fgets(line, sizeof(line), file)) {
        if (strncmp(line, kind, strlen(kind)) == 0)
            kib = strtod(line + strlen(kind) + 1, NULL);
    }
    fclose(file);
    return kib * 1024;
}

static double folder_size(const char *folder)
{
    char path[2 * PATH_SIZE];
    struct dirent *entry;
    struct stat info;
    double bytes = 0;
    DIR *directory = opendir(folder);

    while (directory && (entry = readdir(directory))) {
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (stat(path, &info) == 0 && S_ISREG(info.st_mode))
            bytes += (double)info.st_blocks * 512;
    }
    if (directory)
        closedir(directory);
    return bytes;
}

/* Bytes of the journal: `logon private` has it in the folder "run" beside the socket. */
static double journal(void)
{
    char folder[PATH_SIZE], *slash;

    snprintf(folder, sizeof(folder) - sizeof("/run"), "%s", socket_path());
    slash = strrchr(folder, '/');
    must(slash != NULL, folder);
    strcpy(slash, "/run");
    return folder_size(folder);
}

/* --- who holds the sessions ------------------------------------------------------------------- */

/* What the holder is asked, and answers with a number. */
enum question {
    HOLD,          /* that many sessions in all; milliseconds that took */
    ENUMERATE,     /* milliseconds for all sessions */
    ENUMERATE_CPU, /* of the CPU */
    GET_DATA,      /* milliseconds for the data of each of them */
    GET_DATA_CPU,
};

struct ask {
    enum question question;
    int n;
};

static struct {
    int requests, answers; /* this process's ends */
} holder;

static atomic_int n_held;
static int to_hold;
static int n_accounts;

static BOOL log_on(const char *user, HANDLE *token)
{
    return LogonUserA(user, ".", "null", LOGON32_LOGON_NETWORK_CLEARTEXT, LOGON32_PROVIDER_DEFAULT,
                      token);
}

static void *hold_some(void *context)
{
    for (;;) {
        int i = atomic_fetch_add(&n_held, 1);
        char user[32];
        HANDLE token;

        if (i >= to_hold) {
            atomic_fetch_sub(&n_held, 1);
            return context;
        }
        snprintf(user, sizeof(user), "null-%d", 100000 + i % n_accounts);
        must(log_on(user, &token), "a logon to hold");
    }
}

static double hold(int n)
{
    pthread_t threads[HOLDER_THREADS];
    double start = now_ms();

    to_hold = n;
    for (int i = 0; i < HOLDER_THREADS; i++)
        must(pthread_create(&threads[i], NULL, hold_some, NULL) == 0, "a thread");
    for (int i = 0; i < HOLDER_THREADS; i++)
        pthread_join(threads[i], NULL);
    return now_ms() - start;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double (*run)(void))
{
    double times[TRIES];

    for (int i = 0; i < TRIES; i++)
        times[i] = run();
    qsort(times, TRIES, sizeof(times[0]), compare);
    return times[TRIES / 2];
}

/* What the calls that only read are timed by; on a busy machine the two differ. */
static clockid_t reading_clock;

static double enumerate(void)
{
    double start = read_ms(reading_clock), took;
    ULONG n;
    PLUID list;

    must(LsaEnumerateLogonSessions(&n, &list) == 0 && (int)n >= atomic_load(&n_held),
         "LsaEnumerateLogonSessions");
    took = read_ms(reading_clock) - start;
    LsaFreeReturnBuffer(list);
    return took;
}

/* Of all that are listed, by somebody who may see all. */
static double get_data(void)
{
    double start;
    ULONG n;
    PLUID list;

    must(LsaEnumerateLogonSessions(&n, &list) == 0, "LsaEnumerateLogonSessions");
    start = read_ms(reading_clock);
    for (ULONG i = 0; i < n; i++) {
        PSECURITY_LOGON_SESSION_DATA data;

        must(LsaGetLogonSessionData(&list[i], &data) == 0, "LsaGetLogonSessionData");
        LsaFreeReturnBuffer(data);
    }
    LsaFreeReturnBuffer(list);
    return read_ms(reading_clock) - start;
}

static double answer(struct ask ask)
{
    bool of_cpu = ask.question == ENUMERATE_CPU || ask.question == GET_DATA_CPU;

    if (ask.question == HOLD)
        return hold(ask.n);
    reading_clock = of_cpu ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC;
    return median(ask.question == ENUMERATE || ask.question == ENUMERATE_CPU ? enumerate
                                                                             : get_data);
}

static void be_holder(int requests, int answers)
{
    struct ask ask;

    while (read(requests, &ask, sizeof(ask)) == sizeof(ask)) {
        double value = answer(ask);

        must(write(answers, &value, sizeof(value)) == sizeof(value), "an answer");
    }
    _exit(0); /* the authority lets go of all at once */
}

static void start_holder(void)
{
    int down[2], up[2];

    must(pipe(down) == 0 && pipe(up) == 0, "pipe");
    fflush(stdout);
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(down[1]);
        close(up[0]);
        be_holder(down[0], up[1]);
    }
    close(down[0]);
    close(up[1]);
    holder.requests = down[1];
    holder.answers = up[0];
}

static double ask_holder(enum question question, int n)
{
    struct ask ask = { .question = question, .n = n };
    double value;

    must(write(holder.requests, &ask, sizeof(ask)) == sizeof(ask) &&
             read(holder.answers, &value, sizeof(value)) == sizeof(value),
         "the holder");
    return value;
}

/* --- clients ---------------------------------------------------------------------------------- */

/* Logs on and off until the time is over; operations a second, to `out`. */
static void be_client(int out, int n_clients)
{
    double start, rate;
    HANDLE token;
    long n = 0;

    must(log_on("null-1000", &token) && CloseHandle(token), "a logon"); /* connects */
    start = now_ms();
    while (now_ms() - start < CLIENT_MS) {
        must(log_on("null-1000", &token) && CloseHandle(token), "a logon");
        n++;
    }
    rate = (double)n / (now_ms() - start) * 1e3;
    must(write(out, &rate, sizeof(rate)) == sizeof(rate), "a result");
    _exit(n_clients < 0);
}

/* A package makes and deletes sessions. */
static void be_churner(int out, int n_clients)
{
    char user[32];
    HANDLE token;
    double start, rate;

    must(log_on("null-1000", &token) && CloseHandle(token), "a logon");
    snprintf(user, sizeof(user), "null-churn-%d", CHURN / n_clients);
    start = now_ms();
    must(log_on(user, &token) && CloseHandle(token), user);
    rate = (double)(CHURN / n_clients) / (now_ms() - start) * 1e3;
    must(write(out, &rate, sizeof(rate)) == sizeof(rate), "a result");
    _exit(0);
}

static double run_clients(void (*body)(int out, int n_clients), int n)
{
    double rate, sum = 0;
    int results[2], status;

    must(pipe(results) == 0, "pipe");
    fflush(stdout);
    for (int i = 0; i < n; i++) {
        if (fork() == 0) {
            close(holder.requests);
            body(results[1], n);
        }
    }
    for (int i = 0; i < n; i++) {
        must(read(results[0], &rate, sizeof(rate)) == sizeof(rate), "a client");
        sum += rate;
    }
    for (int i = 0; i < n; i++)
        wait(&status);
    close(results[0]);
    close(results[1]);
    return sum;
}

/* --- the table -------------------------------------------------------------------------------- */

enum goal { NO_GOAL, AT_MOST, AT_LEAST };

enum row {
    ANONYMOUS,
    SHARED,
    JOURNAL,
    MAKING,
    ONE_CLIENT,
    EIGHT_CLIENTS,
    PACKAGE,
    LISTING,
    LISTING_CPU,
    DATA,
    DATA_CPU,
    FIRST_LINE,
    WHOLE_LIST,
    ROWS,
};

static const struct {
    const char *name;
    enum goal kind;
    double goal; /* with a million sessions */
    int digits;
} rows[ROWS] = {
    [ANONYMOUS] = { "openlogond's own memory, bytes a session", AT_MOST, 300, 0 },
    [SHARED] = { "pages shared with programs, bytes a session", NO_GOAL, 0, 0 },
    [JOURNAL] = { "journal, bytes a session", NO_GOAL, 0, 0 },
    [MAKING] = { "LogonUser, 8 threads of one client, a second", NO_GOAL, 0, 0 },
    [ONE_CLIENT] = { "LogonUser+CloseHandle, 1 client, a second", NO_GOAL, 0, 0 },
    [EIGHT_CLIENTS] = { "LogonUser+CloseHandle, 8 clients, a second", AT_LEAST, 12000, 0 },
    [PACKAGE] = { "CreateLogonSession+DeleteLogonSession, a second", AT_LEAST, 50000, 0 },
    [LISTING] = { "LsaEnumerateLogonSessions, ms", AT_MOST, 5, 2 },
    [LISTING_CPU] = { "  of it CPU time, ms", NO_GOAL, 0, 2 },
    [DATA] = { "LsaGetLogonSessionData of all, ms", AT_MOST, 1000, 1 },
    [DATA_CPU] = { "  of it CPU time, ms", NO_GOAL, 0, 1 },
    [FIRST_LINE] = { "logonsessions, its first line, ms", AT_MOST, 50, 1 },
    [WHOLE_LIST] = { "logonsessions, all of it, us a session", AT_MOST, 10, 1 },
};

static double cells[ROWS][STEPS];

/* What openlogond needs before there are sessions, but after all its parts have worked once. */
static struct {
    double anonymous, shared, journal;
} base;

static void measure_base(int pid)
{
    (void)run_clients(be_client, CLIENTS);
    base.anonymous = memory(pid, "RssAnon:");
    base.shared = memory(pid, "RssShmem:");
    base.journal = journal();
}

/* The program as it is installed, read by a program. The best of some: others run beside it. */
static void measure_program(int step, int n)
{
    static char line[65536];

    for (int i = 0; i < TRIES; i++) {
        double start = now_ms(), first, all;
        FILE *list = popen("logonsessions", "r");

        must(list && fgets(line, sizeof(line), list), "logonsessions");
        first = now_ms() - start;
        while (fread(line, 1, sizeof(line), list) > 0) {
        }
        must(pclose(list) == 0, "logonsessions");
        all = (now_ms() - start) * 1e3 / n;
        if (i == 0 || first < cells[FIRST_LINE][step])
            cells[FIRST_LINE][step] = first;
        if (i == 0 || all < cells[WHOLE_LIST][step])
            cells[WHOLE_LIST][step] = all;
    }
}

static void measure_step(int pid, int step, int n, int n_before)
{
    cells[MAKING][step] = (n - n_before) / ask_holder(HOLD, n) * 1e3;
    cells[ANONYMOUS][step] = (memory(pid, "RssAnon:") - base.anonymous) / n;
    cells[SHARED][step] = (memory(pid, "RssShmem:") - base.shared) / n;
    cells[JOURNAL][step] = (journal() - base.journal) / n;
    cells[ONE_CLIENT][step] = run_clients(be_client, 1);
    cells[EIGHT_CLIENTS][step] = run_clients(be_client, CLIENTS);
    cells[PACKAGE][step] = run_clients(be_churner, 1);
    cells[LISTING][step] = ask_holder(ENUMERATE, 0);
    cells[LISTING_CPU][step] = ask_holder(ENUMERATE_CPU, 0);
    cells[DATA][step] = ask_holder(GET_DATA, 0);
    cells[DATA_CPU][step] = ask_holder(GET_DATA_CPU, 0);
    measure_program(step, n);
}

static void print_goal(enum row row, double value)
{
    static const char *const signs[] = { [AT_MOST] = "<=", [AT_LEAST] = ">=" };
    double goal = rows[row].goal;

    if (rows[row].kind == NO_GOAL)
        return;
    printf("  %s %.0f %s", signs[rows[row].kind], goal,
           (rows[row].kind == AT_MOST ? value <= goal : value >= goal) ? "met" : "MISSED");
}

static void print_table(int n_steps)
{
    int n = FIRST_STEP;

    printf("%-50s", "sessions");
    for (int step = 0; step < n_steps; step++, n *= 10)
        printf(" %10d", n);
    printf("  goal\n");
    for (enum row row = 0; row < ROWS; row++) {
        printf("%-50s", rows[row].name);
        for (int step = 0; step < n_steps; step++)
            printf(" %10.*f", rows[row].digits, cells[row][step]);
        print_goal(row, cells[row][n_steps - 1]);
        printf("\n");
    }
}

static int number(const char *name, int otherwise)
{
    const char *text = getenv(name);

    return text ? atoi(text) : otherwise;
}

int main(void)
{
    int max = number("BENCH_SESSIONS", 1000000), pid = authority_pid(), n = FIRST_STEP, step = 0;

    n_accounts = number("BENCH_ACCOUNTS", 1000);
    must(max >= FIRST_STEP && n_accounts > 0, "BENCH_SESSIONS or BENCH_ACCOUNTS");
    measure_base(pid);
    start_holder();
    printf("%d accounts; clients run for %d s each\n", n_accounts, CLIENT_MS / 1000);
    for (; step < STEPS && n <= max; step++, n *= 10) {
        fprintf(stderr, "%d sessions ...\n", n);
        measure_step(pid, step, n, step == 0 ? 0 : n / 10);
    }
    print_table(step);
    close(holder.requests);
    return 0;
}
