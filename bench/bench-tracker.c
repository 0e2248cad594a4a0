/* SPDX-License-Identifier: MIT */
/*
 * What the tracker's programs add to fork and exit: without them, with them for a process of no
 * session, and for one of a session. The three take turns, so that what else the machine does
 * concerns all. As root, with a BPF file system of its own.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <bpf/bpf.h>

#include "tracker/tracker.h"

enum {
    N_ROUNDS = 40,
    FORKS_PER_ROUND = 100,
    N_SAMPLES = N_ROUNDS * FORKS_PER_ROUND,
    N_MODES = 3,
};

static const char *const modes[N_MODES] = { "without the tracker", "with it, of no session",
                                            "with it, of a session" };
static double samples[N_MODES][N_SAMPLES];

static void must(int is_fine, const char *what)
{
    if (is_fine)
        return;
    (void)fprintf(stderr, "bench-tracker: %s: %s\n", what, strerror(errno));
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

static void fork_and_exit(double *times)
{
    for (int i = 0; i < FORKS_PER_ROUND; i++) {
        double start = now_us();
        pid_t pid = fork();

        must(pid >= 0, "fork");
        if (pid == 0)
            _exit(0);
        must(waitpid(pid, NULL, 0) == pid, "wait");
        times[i] = now_us() - start;
    }
}

/* In a child, so that this process is of no session in the next round. */
static void fork_in_session(CgroupTree *tree, Tracker *tracker, double *times)
{
    const struct cgroup_leaf leaf = { 1, 2 };
    int results[2];
    int dirfd;
    pid_t pid;

    must(pipe(results) == 0, "pipe");
    must(cgroup_make(tree, leaf, NULL, &dirfd) == 0, "making a control group");
    must(tracker_add_leaf(tracker, dirfd, leaf) == 0, "telling of it");
    pid = fork();
    must(pid >= 0, "fork");
    if (pid == 0) {
        must(cgroup_move(tree, leaf, getpid()) == 0, "moving into a control group");
        fork_and_exit(times);
        must(write(results[1], times, FORKS_PER_ROUND * sizeof(*times)) > 0, "writing");
        _exit(0);
    }
    must(read(results[0], times, FORKS_PER_ROUND * sizeof(*times)) ==
             (ssize_t)(FORKS_PER_ROUND * sizeof(*times)),
         "reading");
    must(waitpid(pid, NULL, 0) == pid, "wait");
    must(cgroup_remove(tree, leaf) == 0, "removing a control group");
    (void)close(dirfd);
    (void)close(results[0]);
    (void)close(results[1]);
}

/* What the kernel counts of the tracker's program at fork, while somebody asks it to. */
static struct {
    unsigned long long ns, runs;
} counted;

static void count_runs(void)
{
    unsigned int id = 0;

    while (bpf_prog_get_next_id(id, &id) == 0) {
        struct bpf_prog_info info = { 0 };
        unsigned int size = sizeof(info);
        int fd = bpf_prog_get_fd_by_id(id);

        if (fd < 0)
            continue;
        if (bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && strcmp(info.name, "on_fork") == 0) {
            counted.ns += info.run_time_ns;
            counted.runs += info.run_cnt;
        }
        (void)close(fd);
    }
}

static void run_round(CgroupTree *tree, const char *tag, int round)
{
    const int first = round * FORKS_PER_ROUND;
    Tracker *tracker;
    int r;

    fork_and_exit(&samples[0][first]);
    r = tracker_open(&tracker, tag);
    errno = -r;
    must(r >= 0, "opening the tracker");
    fork_and_exit(&samples[1][first]);
    fork_in_session(tree, tracker, &samples[2][first]);
    count_runs();
    tracker_close(tracker);
    tracker_remove(tag);
}

int main(void)
{
    CgroupTree *tree;
    char tag[32];
    int stats;

    (void)snprintf(tag, sizeof(tag), "bench-%d", (int)getpid());
    must(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
             mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL) == 0,
         "mounting a BPF file system");
    must(cgroup_tree_open(&tree, tag) == 0, "making control groups");
    stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
    for (int i = 0; i < N_ROUNDS; i++)
        run_round(tree, tag, i);
    (void)close(stats);
    cgroup_tree_close(tree);
    (void)printf("%-30s %10s %10s %10s\n", "fork, exit, wait (us)", "median", "p5", "p95");
    for (int i = 0; i < N_MODES; i++) {
        qsort(samples[i], N_SAMPLES, sizeof(samples[i][0]), compare);
        (void)printf("%-30s %10.1f %10.1f %10.1f\n", modes[i], samples[i][N_SAMPLES / 2],
                     samples[i][N_SAMPLES / 20], samples[i][N_SAMPLES - N_SAMPLES / 20]);
    }
    (void)printf("%-30s %10.2f, a mean of %llu\n", "the program at fork itself",
                 (double)counted.ns / 1e3 / (double)counted.runs, counted.runs);
    return 0;
}
