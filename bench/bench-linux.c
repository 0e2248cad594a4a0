/* SPDX-License-Identifier: MIT */
/*
 * What the Linux layer adds to the bare system calls: wearing an identity and going home against
 * the six calls that it takes, and starting a program against vfork() and exec. Prints medians. As
 * root.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "linux/cgroup.h"
#include "linux/credentials.h"
#include "linux/spawn.h"

enum {
    N_WEAR_SAMPLES = 1001,
    WEARS_PER_SAMPLE = 20,
    N_SPAWN_SAMPLES = 501,
    N_GIDS_MAX = 256,
    N_WORN = 32,
};

static gid_t gids[N_GIDS_MAX];
static struct credentials home;
static int cgroup_fd = -1;
static char *const arguments[] = { (char[]){ "true" }, NULL };
static char *const environment[] = { NULL };

static void must(int is_fine, const char *what)
{
    if (is_fine)
        return;
    (void)fprintf(stderr, "bench-linux: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *samples, size_t n)
{
    qsort(samples, n, sizeof(*samples), compare);
    return samples[n / 2];
}

static void bare_calls(size_t n_gids)
{
    must(syscall(SYS_setgroups, n_gids, gids) == 0, "setgroups");
    must(syscall(SYS_setresgid, -1, 1500, -1) == 0, "setresgid");
    must(syscall(SYS_setresuid, -1, 1500, -1) == 0, "setresuid");
    must(syscall(SYS_setresuid, -1, 0, -1) == 0, "setresuid");
    must(syscall(SYS_setresgid, -1, 0, -1) == 0, "setresgid");
    must(syscall(SYS_setgroups, home.n_gids, home.gids) == 0, "setgroups");
}

static void wear_and_restore(size_t n_gids)
{
    const struct kernel_identity identity = { 1500, 1500, n_gids, gids };

    must(credentials_wear(&identity, NULL, &home) == 0, "credentials_wear");
    credentials_restore(&home);
}

static void read_wear_and_restore(size_t n_gids)
{
    must(credentials_read(&home) == 0, "credentials_read");
    wear_and_restore(n_gids);
}

static void start_by_vfork(size_t n_gids)
{
    int status;
    pid_t pid = vfork();

    if (pid == 0) {
        (void)execve("/bin/true", arguments, environment);
        _exit(127);
    }
    must(waitpid(pid, &status, 0) == pid && status == 0, "vfork");
}

static void start(const struct spawn_spec *spec)
{
    struct spawn_result child;
    struct spawn_status status;

    must(spawn_process(spec, &child) == 0, "spawn_process");
    must(spawn_wait(child.pidfd, -1, &status) == 0 && status.exit_code == 0, "spawn_wait");
    (void)close(child.pidfd);
}

static struct spawn_spec spec_of_true(void)
{
    return (struct spawn_spec){ .path = "/bin/true",
                                .argv = arguments,
                                .envp = environment,
                                .fds = { -1, -1, -1 },
                                .cgroup_fd = -1 };
}

static void start_sharing(size_t n_gids)
{
    struct spawn_spec spec = spec_of_true();

    start(&spec);
}

static void start_as_somebody_in_a_cgroup(size_t n_gids)
{
    const struct kernel_identity identity = { 1500, 1500, n_gids, gids };
    struct spawn_spec spec = spec_of_true();

    spec.identity = &identity;
    spec.cgroup_fd = cgroup_fd;
    start(&spec);
}

static void start_copying(size_t n_gids)
{
    struct spawn_spec spec = spec_of_true();

    spec.flags = SPAWN_FORK;
    start(&spec);
}

/* One thing to measure; several take turns, so that the machine's other load hits all alike. */
struct contender {
    const char *name;
    void (*once)(size_t n_gids);
    double samples[N_WEAR_SAMPLES];
};

static void race(struct contender *contenders, size_t n, size_t n_samples, int repeats,
                 size_t n_gids)
{
    for (size_t i = 0; i < n_samples * n; i++) {
        struct contender *contender = &contenders[i % n];
        double begin = now_us();

        for (int j = 0; j < repeats; j++)
            contender->once(n_gids);
        contender->samples[i / n] = (now_us() - begin) / repeats;
    }
    for (size_t i = 0; i < n; i++) {
        double result = median(contenders[i].samples, n_samples);

        /* Sorted by median(): the first one's median is its middle. */
        printf("  %-42s %9.2f us  %.2fx\n", contenders[i].name, result,
               result / contenders[0].samples[n_samples / 2]);
    }
}

static void bench_wearing(void)
{
    static struct contender contenders[] = {
        { .name = "the six system calls", .once = bare_calls },
        { .name = "wear, restore", .once = wear_and_restore },
        { .name = "read, wear, restore", .once = read_wear_and_restore },
    };
    static const size_t counts[] = { 1, 32, N_GIDS_MAX };

    for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
        printf("%zu supplementary groups\n", counts[i]);
        race(contenders, ARRAY_SIZE(contenders), N_WEAR_SAMPLES, WEARS_PER_SAMPLE, counts[i]);
    }
}

static void bench_starting(void)
{
    static struct contender contenders[] = {
        { .name = "vfork, exec, wait", .once = start_by_vfork },
        { .name = "spawn, wait", .once = start_sharing },
        { .name = "spawn (copying), wait", .once = start_copying },
        { .name = "spawn as a user into a control group, wait",
          .once = start_as_somebody_in_a_cgroup },
    };
    const struct cgroup_leaf leaf = { 1, 1 };
    _cleanup_(cgroup_tree_closep) CgroupTree *tree = NULL;
    size_t n = ARRAY_SIZE(contenders);

    if (cgroup_tree_open(&tree, "bench") < 0 || cgroup_make(tree, leaf, NULL, &cgroup_fd) < 0)
        n--; /* no control groups here */
    printf("/bin/true\n");
    race(contenders, n, N_SPAWN_SAMPLES, 1, N_WORN);
    if (cgroup_fd >= 0)
        (void)close(cgroup_fd);
}

int main(void)
{
    if (geteuid() != 0) {
        (void)fprintf(stderr, "bench-linux: must be root to change identities; try sudo\n");
        return 1;
    }
    for (size_t i = 0; i < N_GIDS_MAX; i++)
        gids[i] = (gid_t)(2000 + i);
    must(credentials_read(&home) == 0, "credentials_read");
    bench_wearing();
    bench_starting();
    credentials_done(&home);
    return 0;
}
