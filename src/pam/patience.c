/* SPDX-License-Identifier: MIT */
#include "pam/patience.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define DATA_NAME "openlogon_hangs"

enum { KEPT_IN_MIND_S = 60 };

static time_t now_s(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void time_free(pam_handle_t *pam, void *data, int error_status)
{
    free(data);
}

static bool is_lost(pam_handle_t *pam)
{
    const void *when = NULL;

    return pam_get_data(pam, DATA_NAME, &when) == PAM_SUCCESS && when &&
           now_s() - *(const time_t *)when < KEPT_IN_MIND_S;
}

void patience_lose(pam_handle_t *pam, int error)
{
    time_t *when = error == ETIMEDOUT && !is_lost(pam) ? malloc(sizeof(*when)) : NULL;

    if (!when)
        return;
    *when = now_s();
    if (pam_set_data(pam, DATA_NAME, when, time_free) != PAM_SUCCESS)
        free(when);
}

int patience_connect(AuthorityLink **ret, pam_handle_t *pam, const struct module_options *options)
{
    int r;

    if (is_lost(pam))
        return -ETIMEDOUT;
    r = authority_link_open(ret, options->socket, options->timeout_ms);
    if (r < 0)
        patience_lose(pam, -r);
    return r;
}
