/* SPDX-License-Identifier: MIT */
/*
 * A program of one's own in the kernel that sees the sessions of tasks, as an agent's (Falco's,
 * Tetragon's) can: it looks into OpenLogon's pinned map of labels. This one is an iterator that
 * writes a line for each process: its number, its name, its uid as the kernel has it, its session.
 * own_program.sh builds and loads it.
 */
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define FROM_KERNEL __attribute__((preserve_access_index))

enum { BPF_MAP_TYPE_TASK_STORAGE = 29, BPF_F_NO_PREALLOC = 1 };

struct cred {
    struct {
        unsigned int val;
    } euid;
} FROM_KERNEL;

struct task_struct {
    int pid, tgid;
    char comm[16];
    const struct cred *cred;
} FROM_KERNEL;

struct seq_file;

struct bpf_iter_meta {
    struct seq_file *seq;
} FROM_KERNEL;

struct bpf_iter__task {
    struct bpf_iter_meta *meta;
    struct task_struct *task;
} FROM_KERNEL;

/* As docs/for-other-tools.md has it. */
struct label {
    __u64 session;
    __u64 token;
};

/* In its place the pinned one is put when the program is loaded. */
struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct label);
} tasks SEC(".maps");

char program_license[] SEC("license") = "Dual MIT/GPL";

SEC("iter/task")
int list(struct bpf_iter__task *context)
{
    static const char line[] = "%d %s %u 0x%016llx\n";
    struct task_struct *task = context->task;
    struct label *label;
    __u64 values[4];

    if (!task || task->pid != task->tgid)
        return 0;
    label = bpf_task_storage_get(&tasks, task, 0, 0);
    values[0] = (__u64)task->pid;
    values[1] = (__u64)(long)task->comm;
    values[2] = task->cred->euid.val;
    values[3] = label ? label->session : 0;
    bpf_seq_printf(context->meta->seq, line, sizeof(line), values, sizeof(values));
    return 0;
}
