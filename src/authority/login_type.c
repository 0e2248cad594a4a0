/* SPDX-License-Identifier: MIT */
#include "authority/login_type.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/macros.h"

static const struct {
    const char *name;
    uint32_t rule;
} names[] = {
    { "Interactive", Interactive },
    { "Network", Network },
    { "Batch", Batch },
    { "Service", Service },
    { "Unlock", Unlock },
    { "NetworkCleartext", NetworkCleartext },
    { "RemoteInteractive", RemoteInteractive },
    { "remote", LOGIN_RULE_REMOTE },
    { "caller", LOGIN_RULE_CALLER },
};

/* All that are not here are Service. */
static const struct {
    const char *service;
    uint32_t rule;
} services[] = {
    { "sshd", LOGIN_RULE_REMOTE },
    { "dropbear", LOGIN_RULE_REMOTE },
    { "remote", LOGIN_RULE_REMOTE }, /* login -h */
    { "xrdp-sesman", RemoteInteractive },
    { "cockpit", RemoteInteractive },
    { "login", Interactive },
    { "getty", Interactive },
    { "agetty", Interactive },
    { "gdm", Interactive },
    { "gdm-autologin", Interactive },
    { "gdm-fingerprint", Interactive },
    { "gdm-launch-environment", Service },
    { "gdm-password", Interactive },
    { "gdm-smartcard", Interactive },
    { "greetd", Interactive },
    { "kde", Interactive },
    { "lightdm", Interactive },
    { "lightdm-autologin", Interactive },
    { "lxdm", Interactive },
    { "ly", Interactive },
    { "sddm", Interactive },
    { "sddm-autologin", Interactive },
    { "slim", Interactive },
    { "xdm", Interactive },
    { "atd", Batch },
    { "cron", Batch },
    { "crond", Batch },
    { "doas", LOGIN_RULE_CALLER },
    { "polkit-1", LOGIN_RULE_CALLER },
    { "runuser", LOGIN_RULE_CALLER },
    { "runuser-l", LOGIN_RULE_CALLER },
    { "su", LOGIN_RULE_CALLER },
    { "su-l", LOGIN_RULE_CALLER },
    { "sudo", LOGIN_RULE_CALLER },
    { "sudo-i", LOGIN_RULE_CALLER },
};

bool login_rule_parse(const char *text, uint32_t *ret)
{
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (strcasecmp(names[i].name, text) != 0)
            continue;
        *ret = names[i].rule;
        return true;
    }
    return false;
}

uint32_t login_rule_of(const char *service)
{
    for (size_t i = 0; i < ARRAY_SIZE(services); i++) {
        if (strcmp(services[i].service, service) == 0)
            return services[i].rule;
    }
    return Service;
}

/* Of NewCredentials and the types that no package is asked for nobody logs on. */
static uint32_t like(uint32_t callers)
{
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (names[i].rule == callers)
            return callers;
    }
    return callers == NewCredentials ? Interactive : Service;
}

uint32_t login_type_decide(uint32_t rule, const char *tty, uint32_t callers)
{
    if (rule == LOGIN_RULE_REMOTE)
        return *tty ? RemoteInteractive : Network;
    return rule == LOGIN_RULE_CALLER ? like(callers) : rule;
}
