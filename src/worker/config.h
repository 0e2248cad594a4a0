/* SPDX-License-Identifier: MIT */
/* What openlogond tells a worker once, at its start. */
#ifndef OPENLOGON_WORKER_CONFIG_H
#define OPENLOGON_WORKER_CONFIG_H

#include "ipc/worker.pb-c.h"
#include "security/sid.h"

typedef struct worker_config worker_config;

/* Errors: INVALID_SID, INVALID_COMPUTER_NAME, OBJECT_PATH_SYNTAX_BAD (a path that is not absolute),
 * INVALID_PARAMETER (the range of uids), NO_MEMORY */
_must_check_ nt_status worker_config_new(worker_config **ret,
                                         const Openlogon__Worker__Setup *setup);
worker_config *worker_config_free(worker_config *c); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(worker_config *, worker_config_free);

/* All borrowed from the config. */
const SID *worker_config_machine_sid(const worker_config *c);
const char *worker_config_machine_name(const worker_config *c);
const char *worker_config_state_dir(const worker_config *c);
const char *worker_config_administrators(const worker_config *c, size_t i); /* NULL: no more */
uint32_t worker_config_uid_first(const worker_config *c);
uint32_t worker_config_uid_last(const worker_config *c);

/* Whether the domain of a name means this machine: empty, ".", or the machine's name. */
bool worker_config_is_local(const worker_config *c, const char *domain);

/**
 * Tells packages what ntsecpkg.h has no place for, in their environment: OPENLOGON_STATE_DIR,
 * OPENLOGON_MACHINE_NAME, OPENLOGON_MACHINE_SID (as text) and, when it is set,
 * OPENLOGON_PAM_CONFDIR. Before any package is loaded. Errors: NO_MEMORY
 */
_must_check_ nt_status worker_config_export(const worker_config *c);

#endif
