/* SPDX-License-Identifier: MIT */
/* The module's functions, by the names that PAM calls them (pam(3), pam_sm_authenticate(3) ...). */
#include <string.h>

#include <security/pam_modules.h>

#include "base/macros.h"
#include "pam/account_phase.h"
#include "pam/login_session.h"

/* The service by which openlogond's own workers check passwords of Unix accounts. */
static const char own_service[] = "openlogon";

typedef int phase(pam_handle_t *pam, unsigned flags, const struct module_options *options);

static int run(phase *run_phase, pam_handle_t *pam, int flags, int argc, const char **argv)
{
    struct module_options options;
    const void *service = NULL;

    if (pam_get_item(pam, PAM_SERVICE, &service) == PAM_SUCCESS && service &&
        strcmp(service, own_service) == 0)
        return PAM_IGNORE;
    module_options_read(&options, pam, argc, argv);
    return run_phase(pam, (unsigned)flags, &options);
}

static int open_session(pam_handle_t *pam, unsigned flags, const struct module_options *options)
{
    return login_session_open(pam, options);
}

static int close_session(pam_handle_t *pam, unsigned flags, const struct module_options *options)
{
    return login_session_close(pam, options);
}

_public_ int pam_sm_authenticate(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    return run(account_authenticate, pam, flags, argc, argv);
}

/* An account has no credentials besides its session. */
_public_ int pam_sm_setcred(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    return PAM_IGNORE;
}

_public_ int pam_sm_acct_mgmt(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    return run(account_check, pam, flags, argc, argv);
}

_public_ int pam_sm_chauthtok(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    return run(account_change_password, pam, flags, argc, argv);
}

_public_ int pam_sm_open_session(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    return run(open_session, pam, flags, argc, argv);
}

_public_ int pam_sm_close_session(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    return run(close_session, pam, flags, argc, argv);
}
