/* SPDX-License-Identifier: MIT */
/*
 * What the tracker's programs use of the kernel, by name: of each struct only the members that are
 * used. Where these lie is found when the programs are loaded (CO-RE), so that they are built
 * without the headers of any kernel.
 */
#ifndef OPENLOGON_TRACKER_KERNEL_BPF_H
#define OPENLOGON_TRACKER_KERNEL_BPF_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __wsum;

/* The kernel's ABI, bpf(2). */
enum {
    BPF_MAP_TYPE_HASH = 1,
    BPF_MAP_TYPE_TASK_STORAGE = 29,
    BPF_F_NO_PREALLOC = 1,
    BPF_LOCAL_STORAGE_GET_F_CREATE = 1,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct kernfs_node {
    __u64 id;
};

struct cgroup_root {
    int hierarchy_id; /* 0: of cgroup v2 */
};

struct cgroup {
    struct kernfs_node *kn;
    struct cgroup_root *root;
};

struct css_set {
    struct cgroup *dfl_cgrp; /* of cgroup v2 */
};

struct task_struct {
    int pid;  /* of the thread */
    int tgid; /* of the process */
    struct task_struct *group_leader;
    struct css_set *cgroups;
};

struct linux_binprm;
struct seq_file;

struct bpf_iter_meta {
    struct seq_file *seq;
};

struct bpf_iter__task {
    struct bpf_iter_meta *meta;
    struct task_struct *task; /* NULL: the end */
};

#pragma clang attribute pop

#endif
