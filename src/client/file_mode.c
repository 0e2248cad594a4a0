/* SPDX-License-Identifier: MIT */
#include "client/file_mode.h"

#include <openlogon.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "client/last_error.h"

enum { NOT_CHOSEN = -1 };

static atomic_int chosen = NOT_CHOSEN;

/* What the program has not chosen its environment has. */
static OPENLOGON_FILE_MODE environment_mode(void)
{
    const char *value = secure_getenv("OPENLOGON_FILES");

    return value && strcmp(value, "descriptor") == 0 ? OPENLOGON_FILES_DESCRIPTOR
                                                     : OPENLOGON_FILES_POSIX;
}

OPENLOGON_FILE_MODE openlogon_get_file_mode(void)
{
    int mode = NOT_CHOSEN;

    if (atomic_load(&chosen) == NOT_CHOSEN)
        (void)atomic_compare_exchange_strong(&chosen, &mode, (int)environment_mode());
    return (OPENLOGON_FILE_MODE)atomic_load(&chosen);
}

BOOL openlogon_set_file_mode(OPENLOGON_FILE_MODE mode)
{
    if (mode != OPENLOGON_FILES_POSIX && mode != OPENLOGON_FILES_DESCRIPTOR)
        return fail(ERROR_INVALID_PARAMETER);
    atomic_store(&chosen, (int)mode);
    return TRUE;
}

bool file_mode_keeps_descriptors(void)
{
    return openlogon_get_file_mode() == OPENLOGON_FILES_DESCRIPTOR;
}
