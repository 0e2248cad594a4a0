/* SPDX-License-Identifier: MIT */
/* What the tracker knows of a task: the same in the kernel, in openlogond and in other tools, see
 * docs/for-other-tools.md. */
#ifndef OPENLOGON_TRACKER_LABEL_H
#define OPENLOGON_TRACKER_LABEL_H

enum {
    TRACKER_LEAVES_MAX = 1 << 16, /* those beyond are known by their control group alone */
};

/* Two LUIDs, in the byte order of the machine. A session of 0: the process is in none. */
struct label {
    unsigned long long session;
    unsigned long long token; /* the leaf's, see linux/cgroup.h */
};

#endif
