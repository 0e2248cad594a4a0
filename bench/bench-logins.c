/* SPDX-License-Identifier: MIT */
/*
 * What a login costs: a PAM session opened and closed, without the module, with it, and with it
 * while openlogond is down. Argument: the directory with the services "without", "login", "down".
 * As root.
 */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include <security/pam_appl.h>

#include "measure.h"

static const char *confdir;

static int converse(int n, const struct pam_message **messages, struct pam_response **ret,
                    void *data)
{
    return PAM_CONV_ERR;
}

static int open_and_close(const char *service)
{
    static const struct pam_conv converser = { converse, NULL };
    pam_handle_t *pam = NULL;
    int r = pam_start_confdir(service, "root", &converser, confdir, &pam);

    if (r != PAM_SUCCESS)
        return 0;
    r = pam_open_session(pam, PAM_SILENT);
    if (r == PAM_SUCCESS)
        r = pam_close_session(pam, PAM_SILENT);
    return pam_end(pam, r) == PAM_SUCCESS && r == PAM_SUCCESS;
}

static int without(void)
{
    return open_and_close("without");
}

static int with(void)
{
    return open_and_close("login");
}

static int down(void)
{
    return open_and_close("down");
}

#define WITHOUT "PAM session, without the module"

static const struct operation operations[] = {
    { WITHOUT, without, 0, NULL, "" },
    { "PAM session, with it", with, 1e6, WITHOUT, "pam_systemd: 5.4 ms more" },
    { "PAM session, openlogond is down", down, 0, NULL, "" },
};

int main(int argc, char **argv)
{
    must(argc > 1, "the directory of PAM services");
    confdir = argv[1];
    measure_in_turns(operations, sizeof(operations) / sizeof(operations[0]),
                     argc > 2 ? argv[2] : "");
    return 0;
}
