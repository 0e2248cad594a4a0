/* SPDX-License-Identifier: MIT */
/*
 * Labels every task with the leaf that it came from, from fork on. A task that was put into a leaf
 * has its label; its children have that of their parent, also after one of them has left the
 * control group. Nothing is refused here and nothing waits.
 *
 * A label that cannot be made (memory is short, or this CPU is just changing another) is missing:
 * then the control group tells alone, as it does without the tracker.
 */
#include "tracker/kernel.bpf.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "tracker/label.h"

char program_license[] SEC("license") = "Dual MIT/GPL";

/* By task. */
struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct label);
} tasks SEC(".maps");

/* By the id of the leaf's control group. openlogond puts them in; they go with the group. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, TRACKER_LEAVES_MAX);
    __type(key, __u64);
    __type(value, struct label);
} leaves SEC(".maps");

static struct label *label_of_group(struct task_struct *task)
{
    __u64 id = task->cgroups->dfl_cgrp->kn->id;

    return bpf_map_lookup_elem(&leaves, &id);
}

static struct label *label_of_task(struct task_struct *task)
{
    return bpf_task_storage_get(&tasks, task, 0, 0);
}

/* A new one is published whole; one that is changed in place could be read half. */
static void label_set(struct task_struct *task, const struct label *label)
{
    struct label copy = *label;

    bpf_task_storage_delete(&tasks, task);
    bpf_task_storage_get(&tasks, task, &copy, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

/* The process' label is its leader's: only that one is changed when the process is put into another
 * leaf. Threads have one for the case that they exec and become the leader. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
    struct label *label = label_of_group(child);

    if (!label)
        label = label_of_task(parent->group_leader);
    if (!label)
        label = label_of_task(parent);
    if (label && label->session)
        label_set(child, label);
    return 0;
}

/* Another thread than the leader that execs takes the leader's place. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *program)
{
    struct label *label = old_pid == task->pid ? 0 : label_of_group(task);

    if (label)
        label_set(task, label);
    return 0;
}

/* The process is in its new group by now. Out of a leaf it keeps its label. */
SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(on_attach, struct cgroup *group, const char *path, struct task_struct *task)
{
    struct label *label = label_of_group(task);

    if (label)
        label_set(task, label);
    return 0;
}

/* Ids of other hierarchies may be the same. */
SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(on_rmdir, struct cgroup *group)
{
    __u64 id = group->kn->id;

    if (group->root->hierarchy_id == 0)
        bpf_map_delete_elem(&leaves, &id);
    return 0;
}

/* Read once through, it labels the tasks that are in leaves already. */
SEC("iter/task")
int take_in(struct bpf_iter__task *context)
{
    struct task_struct *task = context->task;
    struct label *label;

    if (!task || label_of_task(task))
        return 0;
    label = label_of_group(task);
    if (label)
        label_set(task, label);
    return 0;
}

/* For other tools: a line for each process that has a label. */
SEC("iter/task")
int processes(struct bpf_iter__task *context)
{
    static const char line[] = "%d %016llx %016llx\n";
    struct task_struct *task = context->task;
    struct label *label;
    __u64 values[3];

    if (!task || task->pid != task->tgid)
        return 0;
    label = label_of_task(task);
    if (!label || !label->session)
        return 0;
    values[0] = (__u64)task->pid;
    values[1] = label->session;
    values[2] = label->token;
    bpf_seq_printf(context->meta->seq, line, sizeof(line), values, sizeof(values));
    return 0;
}
