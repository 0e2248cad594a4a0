/* SPDX-License-Identifier: MIT */
#include "pam/account_phase.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <security/pam_ext.h>
#include <security/pam_modutil.h>

#include "base/filetime.h"
#include "pam/account_result.h"
#include "pam/patience.h"

enum {
    PASSWORD_TIMEOUT_MS = 30000, /* its check takes a while on purpose, and others may be before */
    FAIL_DELAY_USEC = 2000000,
};

/* Logged unless openlogond is simply not there: then every login would tell so. */
static int unavailable(pam_handle_t *pam, const struct module_options *options, int error)
{
    bool not_there = error == ENOENT || error == ECONNREFUSED;

    patience_lose(pam, error);
    if (!not_there || options->debug)
        pam_syslog(pam, not_there ? LOG_DEBUG : LOG_ERR, "cannot ask openlogond: %s",
                   strerror(error));
    return PAM_AUTHINFO_UNAVAIL;
}

static int tell(pam_handle_t *pam, unsigned flags, struct account_result result)
{
    if (result.text && !(flags & PAM_SILENT))
        pam_error(pam, "%s", result.text);
    return result.code;
}

/* --- whose account it is -----------------------------------------------------------------------
 */

/* A Unix account that has the same name has nothing to do with it: its password is not this one's.
 */
static bool is_programs_user(pam_handle_t *pam, const char *name,
                             const struct account_facts *account)
{
    const struct passwd *user = pam_modutil_getpwnam(pam, name);

    return user && user->pw_uid == account->uid;
}

static int ask_account(AuthorityLink *link, const char *name, struct authority_reply *ret)
{
    request_account(authority_link_request(link), name);
    return authority_link_ask(link, ret);
}

/* PAM_SUCCESS: it is there, and the program's user. */
static int find_account(pam_handle_t *pam, const struct module_options *options, const char *name,
                        struct account_facts *ret)
{
    _cleanup_(authority_link_closep) AuthorityLink *link = NULL;
    struct authority_reply reply;
    int r = patience_connect(&link, pam, options);

    if (r >= 0)
        r = authority_link_hello(link);
    if (r >= 0)
        r = ask_account(link, name, &reply);
    if (r < 0)
        return unavailable(pam, options, -r);
    if (NT_IS(nt_make(reply.status), NO_SUCH_USER))
        return PAM_USER_UNKNOWN;
    if (reply.status < 0 || reply.n_accounts != 1) {
        pam_syslog(pam, LOG_ERR, "openlogond does not tell of the account %s: %s", name,
                   nt_status_name(nt_make(reply.status)));
        return PAM_AUTHINFO_UNAVAIL;
    }
    if (!is_programs_user(pam, name, &reply.account)) {
        if (options->debug)
            pam_syslog(pam, LOG_DEBUG, "%s is not the account of this name that NSS knows", name);
        return PAM_USER_UNKNOWN;
    }
    *ret = reply.account;
    return PAM_SUCCESS;
}

static int find_user(pam_handle_t *pam, const struct module_options *options, const char **ret_name,
                     struct account_facts *ret)
{
    int r = pam_get_user(pam, ret_name, NULL);

    if (r != PAM_SUCCESS)
        return r;
    return **ret_name ? find_account(pam, options, *ret_name, ret) : PAM_USER_UNKNOWN;
}

/* --- the phases --------------------------------------------------------------------------------
 */

static int check_password(const struct module_options *options, const char *name,
                          const char *password, nt_status *ret)
{
    _cleanup_(authority_link_closep) AuthorityLink *link = NULL;
    struct authority_reply reply;
    const char *machine;
    int r = authority_link_open(&link, options->socket, PASSWORD_TIMEOUT_MS);

    if (r >= 0)
        r = authority_link_hello(link);
    if (r >= 0)
        r = authority_link_machine(link, &machine);
    if (r < 0)
        return r;
    request_password_check(authority_link_request(link), name, machine, password);
    r = authority_link_ask(link, &reply);
    if (r >= 0)
        *ret = nt_make(reply.status);
    return r;
}

int account_authenticate(pam_handle_t *pam, unsigned flags, const struct module_options *options)
{
    struct account_facts account;
    struct account_result result;
    nt_status status = NT_OK;
    const char *name, *password;
    int r = find_user(pam, options, &name, &account);

    if (r == PAM_SUCCESS)
        r = pam_get_authtok(pam, PAM_AUTHTOK, &password, NULL);
    if (r != PAM_SUCCESS)
        return r;
    if (!*password && (flags & PAM_DISALLOW_NULL_AUTHTOK))
        return PAM_AUTH_ERR;
    r = check_password(options, name, password, &status);
    if (r < 0)
        return unavailable(pam, options, -r);
    result = account_result_of_logon(status);
    if (result.code == PAM_AUTH_ERR)
        (void)pam_fail_delay(pam, FAIL_DELAY_USEC);
    if (result.code != PAM_SUCCESS)
        pam_syslog(pam, LOG_NOTICE, "%s is not authenticated: %s", name, nt_status_name(status));
    return tell(pam, flags, result);
}

int account_check(pam_handle_t *pam, unsigned flags, const struct module_options *options)
{
    struct account_facts account;
    struct account_result result;
    const char *name;
    int r = find_user(pam, options, &name, &account);

    if (r != PAM_SUCCESS)
        return r;
    result = account_result_of_facts(&account, filetime_now());
    if (result.code != PAM_SUCCESS && result.code != PAM_NEW_AUTHTOK_REQD)
        pam_syslog(pam, LOG_NOTICE, "%s may not log in: %s", name,
                   result.text ? result.text : "nothing is told of the account");
    return tell(pam, flags, result);
}

/* Root sets another's password without the old one; who logs in and has to change his knows it. */
static bool needs_old(unsigned flags)
{
    return getuid() != 0 || (flags & PAM_CHANGE_EXPIRED_AUTHTOK);
}

static int set_password(const struct module_options *options, const char *name, const char *old,
                        const char *new, nt_status *ret)
{
    _cleanup_(authority_link_closep) AuthorityLink *link = NULL;
    struct authority_reply reply;
    int r = authority_link_open(&link, options->socket, PASSWORD_TIMEOUT_MS);

    if (r >= 0)
        r = authority_link_hello(link);
    if (r < 0)
        return r;
    request_password_change(authority_link_request(link), name, old, new);
    r = authority_link_ask(link, &reply);
    if (r >= 0)
        *ret = nt_make(reply.status);
    return r;
}

int account_change_password(pam_handle_t *pam, unsigned flags, const struct module_options *options)
{
    struct account_facts account;
    const char *name, *old = NULL, *new;
    nt_status status = NT_OK;
    int r = find_user(pam, options, &name, &account);

    if (r == PAM_SUCCESS && needs_old(flags))
        r = pam_get_authtok(pam, PAM_OLDAUTHTOK, &old, NULL);
    if (r != PAM_SUCCESS || (flags & PAM_PRELIM_CHECK))
        return r;
    r = pam_get_authtok(pam, PAM_AUTHTOK, &new, NULL);
    if (r != PAM_SUCCESS)
        return r;
    r = set_password(options, name, old, new, &status);
    if (r < 0)
        return unavailable(pam, options, -r);
    return tell(pam, flags, account_result_of_change(status));
}
