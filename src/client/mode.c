/* SPDX-License-Identifier: MIT */
#include "client/mode.h"

#include <openlogon.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "client/last_error.h"

/*
 * The mode, and how many threads impersonate, in one number, so that a change of the former sees
 * the latter: bit 0 is the mode, each impersonating thread counts two.
 */
enum { TOKEN_ONLY = 1, ONE_PIN = 2 };

static atomic_uint mode_and_pins;
static pthread_once_t environment_once = PTHREAD_ONCE_INIT;

static void read_environment(void)
{
    const char *value = secure_getenv("OPENLOGON_TOKEN_ONLY");

    if (value && strcmp(value, "1") == 0)
        atomic_fetch_or(&mode_and_pins, TOKEN_ONLY);
}

bool mode_is_token_only(void)
{
    (void)pthread_once(&environment_once, read_environment);
    return atomic_load_explicit(&mode_and_pins, memory_order_relaxed) & TOKEN_ONLY;
}

void mode_pin(void)
{
    (void)pthread_once(&environment_once, read_environment);
    atomic_fetch_add_explicit(&mode_and_pins, ONE_PIN, memory_order_relaxed);
}

void mode_unpin(void)
{
    atomic_fetch_sub_explicit(&mode_and_pins, ONE_PIN, memory_order_relaxed);
}

void mode_after_fork_in_child(bool impersonates)
{
    unsigned mode = atomic_load(&mode_and_pins) & TOKEN_ONLY;

    atomic_store(&mode_and_pins, mode | (impersonates ? ONE_PIN : 0));
}

OPENLOGON_MODE openlogon_get_mode(void)
{
    return mode_is_token_only() ? OPENLOGON_MODE_TOKEN_ONLY : OPENLOGON_MODE_ENFORCE;
}

BOOL openlogon_set_mode(OPENLOGON_MODE mode)
{
    unsigned unpinned = mode_is_token_only() ? TOKEN_ONLY : 0;

    if (mode != OPENLOGON_MODE_ENFORCE && mode != OPENLOGON_MODE_TOKEN_ONLY)
        return fail(ERROR_INVALID_PARAMETER);
    if (!atomic_compare_exchange_strong(&mode_and_pins, &unpinned, (unsigned)mode))
        return fail(ERROR_BUSY);
    return TRUE;
}
