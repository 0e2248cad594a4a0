/* SPDX-License-Identifier: MIT */
#ifndef OPENLOGON_LINUX_RANDOM_H
#define OPENLOGON_LINUX_RANDOM_H

#include <stddef.h>

#include "base/macros.h"

/* Fills with the kernel's random bytes, fit for keys. Waits for the pool at an early boot. */
_must_check_ int random_fill(void *ret, size_t size);

#endif
