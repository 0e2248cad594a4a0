/* SPDX-License-Identifier: MIT */
#include "worker/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "security/idmap.h"

enum {
    MACHINE_NAME_MAX = 255,
    ADMINISTRATORS_MAX = 64,
    MACHINE_SID_SUBS = 4, /* S-1-5-21-a-b-c */
};

struct worker_config {
    sid_buffer machine_sid;
    char *machine_name;
    char *state_dir;
    char *pam_confdir; /* empty: the system's own */
    char **administrators;
    size_t n_administrators;
    uint32_t uid_first;
    uint32_t uid_last;
};

static nt_status check(const Openlogon__Worker__Setup *setup)
{
    const SID *sid = (const SID *)setup->machine_sid.data;

    if (!sid_valid(sid, setup->machine_sid.len) || sid_length(sid) != setup->machine_sid.len ||
        sid_n_subs(sid) != MACHINE_SID_SUBS)
        return NT(INVALID_SID);
    if (!*setup->machine_name || strlen(setup->machine_name) > MACHINE_NAME_MAX)
        return NT(INVALID_COMPUTER_NAME);
    if (setup->state_dir[0] != '/' || (*setup->pam_confdir && setup->pam_confdir[0] != '/'))
        return NT(OBJECT_PATH_SYNTAX_BAD);
    if (setup->account_uid_first == 0 || setup->account_uid_first > setup->account_uid_last ||
        setup->account_uid_last > IDMAP_ID_MAX || setup->n_administrators > ADMINISTRATORS_MAX)
        return NT(INVALID_PARAMETER);
    return NT_OK;
}

static nt_status copy_texts(worker_config *c, const Openlogon__Worker__Setup *setup)
{
    c->machine_name = strdup(setup->machine_name);
    c->state_dir = strdup(setup->state_dir);
    c->pam_confdir = strdup(setup->pam_confdir);
    c->administrators = calloc(setup->n_administrators + 1, sizeof(*c->administrators));
    if (!c->machine_name || !c->state_dir || !c->pam_confdir || !c->administrators)
        return NT(NO_MEMORY);
    for (; c->n_administrators < setup->n_administrators; c->n_administrators++) {
        c->administrators[c->n_administrators] = strdup(setup->administrators[c->n_administrators]);
        if (!c->administrators[c->n_administrators])
            return NT(NO_MEMORY);
    }
    return NT_OK;
}

nt_status worker_config_new(worker_config **ret, const Openlogon__Worker__Setup *setup)
{
    _cleanup_(worker_config_freep) worker_config *c = NULL;
    nt_status st = check(setup);

    if (nt_failed(st))
        return st;
    c = calloc(1, sizeof(*c));
    if (!c)
        return NT(NO_MEMORY);
    memcpy(&c->machine_sid, setup->machine_sid.data, setup->machine_sid.len);
    c->uid_first = setup->account_uid_first;
    c->uid_last = setup->account_uid_last;
    st = copy_texts(c, setup);
    if (nt_failed(st))
        return st;
    *ret = TAKE(c);
    return NT_OK;
}

worker_config *worker_config_free(worker_config *c)
{
    if (!c)
        return NULL;
    for (size_t i = 0; i < c->n_administrators; i++)
        free(c->administrators[i]);
    free(c->administrators);
    free(c->machine_name);
    free(c->state_dir);
    free(c->pam_confdir);
    free(c);
    return NULL;
}

const SID *worker_config_machine_sid(const worker_config *c)
{
    return &c->machine_sid.sid;
}

const char *worker_config_machine_name(const worker_config *c)
{
    return c->machine_name;
}

const char *worker_config_state_dir(const worker_config *c)
{
    return c->state_dir;
}

const char *worker_config_administrators(const worker_config *c, size_t i)
{
    return i < c->n_administrators ? c->administrators[i] : NULL;
}

uint32_t worker_config_uid_first(const worker_config *c)
{
    return c->uid_first;
}

uint32_t worker_config_uid_last(const worker_config *c)
{
    return c->uid_last;
}

bool worker_config_is_local(const worker_config *c, const char *domain)
{
    return !*domain || strcmp(domain, ".") == 0 || strcasecmp(domain, c->machine_name) == 0;
}

nt_status worker_config_export(const worker_config *c)
{
    char sid_text[SID_TEXT_SIZE];
    const struct {
        const char *name;
        const char *value;
    } variables[] = {
        { "OPENLOGON_STATE_DIR", c->state_dir },
        { "OPENLOGON_MACHINE_NAME", c->machine_name },
        { "OPENLOGON_MACHINE_SID", sid_text },
        { "OPENLOGON_PAM_CONFDIR", *c->pam_confdir ? c->pam_confdir : NULL },
    };

    (void)sid_to_text(sid_text, &c->machine_sid.sid);
    for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
        int r = variables[i].value ? setenv(variables[i].name, variables[i].value, 1)
                                   : unsetenv(variables[i].name);

        if (r < 0)
            return nt_from_errno(errno);
    }
    return NT_OK;
}
