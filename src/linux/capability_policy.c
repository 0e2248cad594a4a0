/* SPDX-License-Identifier: MIT */
#include "linux/capability_policy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <linux/capability.h>

#define BIT(capability) (UINT64_C(1) << (capability))
#define ALL             (BIT(CAP_LAST_CAP + 1) - 1)
#define SEPARATORS      " \t,"

static const struct {
    uint32_t privilege;
    uint64_t capabilities;
} defaults[] = {
    { PRIVILEGE_BACKUP, BIT(CAP_DAC_READ_SEARCH) },
    { PRIVILEGE_RESTORE, BIT(CAP_DAC_OVERRIDE) | BIT(CAP_CHOWN) | BIT(CAP_FOWNER) },
    { PRIVILEGE_TAKE_OWNERSHIP, BIT(CAP_CHOWN) },
    { PRIVILEGE_DEBUG, BIT(CAP_SYS_PTRACE) | BIT(CAP_KILL) },
    { PRIVILEGE_SYSTEMTIME, BIT(CAP_SYS_TIME) },
    { PRIVILEGE_SHUTDOWN, BIT(CAP_SYS_BOOT) },
    { PRIVILEGE_LOAD_DRIVER, BIT(CAP_SYS_MODULE) },
    { PRIVILEGE_INCREASE_BASE_PRIORITY, BIT(CAP_SYS_NICE) },
    { PRIVILEGE_LOCK_MEMORY, BIT(CAP_IPC_LOCK) },
    { PRIVILEGE_AUDIT, BIT(CAP_AUDIT_WRITE) },
    { PRIVILEGE_SECURITY, BIT(CAP_AUDIT_CONTROL) },
    { PRIVILEGE_IMPERSONATE, BIT(CAP_SETUID) | BIT(CAP_SETGID) },
    { PRIVILEGE_ASSIGN_PRIMARY_TOKEN, BIT(CAP_SETUID) | BIT(CAP_SETGID) },
    { PRIVILEGE_TCB, ALL },
};

/* By their numbers. */
static const char *const names[] = {
    [CAP_CHOWN] = "chown",
    [CAP_DAC_OVERRIDE] = "dac_override",
    [CAP_DAC_READ_SEARCH] = "dac_read_search",
    [CAP_FOWNER] = "fowner",
    [CAP_FSETID] = "fsetid",
    [CAP_KILL] = "kill",
    [CAP_SETGID] = "setgid",
    [CAP_SETUID] = "setuid",
    [CAP_SETPCAP] = "setpcap",
    [CAP_LINUX_IMMUTABLE] = "linux_immutable",
    [CAP_NET_BIND_SERVICE] = "net_bind_service",
    [CAP_NET_BROADCAST] = "net_broadcast",
    [CAP_NET_ADMIN] = "net_admin",
    [CAP_NET_RAW] = "net_raw",
    [CAP_IPC_LOCK] = "ipc_lock",
    [CAP_IPC_OWNER] = "ipc_owner",
    [CAP_SYS_MODULE] = "sys_module",
    [CAP_SYS_RAWIO] = "sys_rawio",
    [CAP_SYS_CHROOT] = "sys_chroot",
    [CAP_SYS_PTRACE] = "sys_ptrace",
    [CAP_SYS_PACCT] = "sys_pacct",
    [CAP_SYS_ADMIN] = "sys_admin",
    [CAP_SYS_BOOT] = "sys_boot",
    [CAP_SYS_NICE] = "sys_nice",
    [CAP_SYS_RESOURCE] = "sys_resource",
    [CAP_SYS_TIME] = "sys_time",
    [CAP_SYS_TTY_CONFIG] = "sys_tty_config",
    [CAP_MKNOD] = "mknod",
    [CAP_LEASE] = "lease",
    [CAP_AUDIT_WRITE] = "audit_write",
    [CAP_AUDIT_CONTROL] = "audit_control",
    [CAP_SETFCAP] = "setfcap",
    [CAP_MAC_OVERRIDE] = "mac_override",
    [CAP_MAC_ADMIN] = "mac_admin",
    [CAP_SYSLOG] = "syslog",
    [CAP_WAKE_ALARM] = "wake_alarm",
    [CAP_BLOCK_SUSPEND] = "block_suspend",
    [CAP_AUDIT_READ] = "audit_read",
    [CAP_PERFMON] = "perfmon",
    [CAP_BPF] = "bpf",
    [CAP_CHECKPOINT_RESTORE] = "checkpoint_restore",
};
_Static_assert(ARRAY_SIZE(names) == CAP_LAST_CAP + 1, "a capability has no name");

void capability_policy_init(struct capability_policy *policy)
{
    *policy = (struct capability_policy){ 0 };
    for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
        policy->of[defaults[i].privilege] = defaults[i].capabilities;
}

/* 0: there is none of that name. */
static uint64_t capability_by_name(const char *name, size_t length)
{
    if (length > 4 && strncasecmp(name, "cap_", 4) == 0) {
        name += 4;
        length -= 4;
    }
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (strlen(names[i]) == length && strncasecmp(names[i], name, length) == 0)
            return BIT(i);
    }
    return 0;
}

static int parse_names(const char *text, uint64_t *ret)
{
    uint64_t mask = 0;

    if (strcasecmp(text, "none") == 0) {
        *ret = 0;
        return 0;
    }
    for (text += strspn(text, SEPARATORS); *text; text += strspn(text, SEPARATORS)) {
        size_t length = strcspn(text, SEPARATORS);
        uint64_t bit = capability_by_name(text, length);

        if (bit == 0)
            return -ENOENT;
        mask |= bit;
        text += length;
    }
    if (mask == 0)
        return -ENOENT; /* nothing said is no decision */
    *ret = mask;
    return 0;
}

int capability_policy_narrow(struct capability_policy *policy, const char *privilege,
                             const char *text)
{
    const struct privilege *found = privilege_by_name(privilege, strlen(privilege));
    struct capability_policy whole;
    uint64_t mask;
    int r;

    if (!found)
        return -ENOENT;
    r = parse_names(text, &mask);
    if (r < 0)
        return r;
    capability_policy_init(&whole);
    if (mask & ~whole.of[found->number])
        return -EPERM;
    policy->of[found->number] = mask;
    return 0;
}

uint64_t capability_policy_of(const struct capability_policy *policy, uint64_t privileges)
{
    uint64_t mask = 0;

    for (uint32_t number = PRIVILEGE_FIRST; number <= PRIVILEGE_LAST; number++) {
        if (privileges & PRIVILEGE_BIT(number))
            mask |= policy->of[number];
    }
    return mask;
}

void capability_mask_text(char ret[static CAPABILITY_TEXT_MAX], uint64_t mask)
{
    size_t size = 0;

    if (mask == 0 || mask == ALL) {
        (void)strcpy(ret, mask == 0 ? "none" : "all");
        return;
    }
    ret[0] = '\0';
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (mask & BIT(i))
            size += (size_t)snprintf(ret + size, CAPABILITY_TEXT_MAX - size, "%scap_%s",
                                     size > 0 ? " " : "", names[i]);
    }
}
