/* SPDX-License-Identifier: MIT */
/*
 * openlogon-spawn's one loop: takes orders, makes a process for each, tells its starter how it
 * went, and waits for the ends. It is the parent of all that it started, reads nothing that a
 * program wrote but signal numbers, and waits for nobody: what a program wrote is read in the
 * process that becomes it.
 */
#ifndef OPENLOGON_SPAWN_SPAWNER_H
#define OPENLOGON_SPAWN_SPAWNER_H

#include "base/macros.h"

/**
 * Runs until openlogond is gone and of nothing that was started somebody waits for the end.
 * @control  where orders come
 * Returns:  0; negative: it was logged what failed
 */
_must_check_ int spawner_run(int control);

#endif
