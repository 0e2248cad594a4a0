/* SPDX-License-Identifier: MIT */
#include "packages/unix/pam_check.h"

#include <stdlib.h>
#include <string.h>

#include <security/pam_appl.h>

#include "base/secret.h"

static const char service[] = "openlogon";

static const struct {
    int result;
    nt_status status;
} result_statuses[] = {
    { PAM_SUCCESS, { STATUS_SUCCESS } },
    { PAM_AUTH_ERR, { STATUS_WRONG_PASSWORD } },
    { PAM_USER_UNKNOWN, { STATUS_NO_SUCH_USER } },
    { PAM_MAXTRIES, { STATUS_ACCOUNT_LOCKED_OUT } },
    { PAM_ACCT_EXPIRED, { STATUS_ACCOUNT_EXPIRED } },
    { PAM_NEW_AUTHTOK_REQD, { STATUS_PASSWORD_MUST_CHANGE } },
    { PAM_AUTHTOK_EXPIRED, { STATUS_PASSWORD_EXPIRED } },
    { PAM_CRED_EXPIRED, { STATUS_PASSWORD_EXPIRED } },
    { PAM_PERM_DENIED, { STATUS_ACCOUNT_RESTRICTION } },
    { PAM_CRED_INSUFFICIENT, { STATUS_ACCESS_DENIED } },
    { PAM_AUTHINFO_UNAVAIL, { STATUS_NO_LOGON_SERVERS } },
    { PAM_BUF_ERR, { STATUS_NO_MEMORY } },
};

/* Unknown means denied: everything else is an error of the PAM stack. */
static nt_status status_of(int result)
{
    for (size_t i = 0; i < ARRAY_SIZE(result_statuses); i++) {
        if (result_statuses[i].result == result)
            return result_statuses[i].status;
    }
    return NT(INTERNAL_ERROR);
}

/* --- the conversation ------------------------------------------------------------------------- */

/* The password as a C string, given once: a second prompt asks for something else (a code, a new
 * password), and that is not known. */
struct conversation {
    secret *password;
    bool given;
};

static char *answer_prompt(struct conversation *c, const struct pam_message *message)
{
    if (message->msg_style != PAM_PROMPT_ECHO_OFF || c->given)
        return strdup("");
    c->given = true;
    return strdup((const char *)secret_bytes(c->password));
}

static void responses_free(struct pam_response *responses, int n)
{
    for (int i = 0; i < n; i++) {
        if (responses[i].resp)
            secret_wipe(responses[i].resp, strlen(responses[i].resp));
        free(responses[i].resp);
    }
    free(responses);
}

static int converse(int n, const struct pam_message **messages, struct pam_response **ret,
                    void *data)
{
    struct pam_response *responses;

    if (n <= 0 || n > PAM_MAX_NUM_MSG)
        return PAM_CONV_ERR;
    responses = calloc((size_t)n, sizeof(*responses));
    if (!responses)
        return PAM_BUF_ERR;
    for (int i = 0; i < n; i++) {
        responses[i].resp = answer_prompt(data, messages[i]);
        if (!responses[i].resp) {
            responses_free(responses, n);
            return PAM_BUF_ERR;
        }
    }
    *ret = responses; /* PAM's to wipe and free */
    return PAM_SUCCESS;
}

/* A zero byte would cut the password short, so that its beginning alone were checked. */
static nt_status conversation_start(struct conversation *ret,
                                    const struct pam_check_request *request)
{
    nt_status st = secret_new(&ret->password, request->password_size + 1);
    uint8_t *text;

    if (nt_failed(st))
        return st;
    text = secret_bytes(ret->password);
    for (size_t i = 0; i < request->password_size; i++) {
        uint8_t byte = ((const uint8_t *)request->password)[i];

        text[i] = byte ? byte : 0x01;
    }
    return NT_OK;
}

static void conversation_done(struct conversation *c)
{
    c->password = secret_free(c->password);
}

/* --- the check -------------------------------------------------------------------------------- */

/* Stands in for PAM's sleep after a wrong password: whoever slows guessing down does it where a
 * waiting client holds up nobody else. */
static void no_delay(int result, unsigned int microseconds, void *data)
{
}

static int set_no_delay(pam_handle_t *pam)
{
    void (*const delay)(int, unsigned int, void *) = no_delay;
    const void *item;

    memcpy(&item, &delay, sizeof(item));
    return pam_set_item(pam, PAM_FAIL_DELAY, item);
}

static nt_status read_user(char **ret, pam_handle_t *pam)
{
    const void *user = NULL;

    if (pam_get_item(pam, PAM_USER, &user) != PAM_SUCCESS || !user)
        return NT(INTERNAL_ERROR);
    *ret = strdup(user);
    return *ret ? NT_OK : NT(NO_MEMORY);
}

static int check(pam_handle_t *pam, enum pam_check_blank blank)
{
    const unsigned int refuse_blank =
        blank == PAM_CHECK_BLANK_REFUSED ? PAM_DISALLOW_NULL_AUTHTOK : 0;
    const int flags = (int)(PAM_SILENT | refuse_blank);
    int r = set_no_delay(pam);

    if (r == PAM_SUCCESS)
        r = pam_authenticate(pam, flags);
    if (r == PAM_SUCCESS)
        r = pam_acct_mgmt(pam, flags);
    return r;
}

nt_status pam_check(char **ret_user, const struct pam_check_request *request)
{
    _cleanup_(conversation_done) struct conversation conversation = { 0 };
    const struct pam_conv converser = { converse, &conversation };
    pam_handle_t *pam = NULL;
    nt_status st = conversation_start(&conversation, request);
    int r;

    if (nt_failed(st))
        return st;
    r = pam_start_confdir(service, request->user, &converser, request->confdir, &pam);
    if (r == PAM_SUCCESS)
        r = check(pam, request->blank);
    st = status_of(r);
    if (!nt_failed(st))
        st = read_user(ret_user, pam);
    if (pam)
        (void)pam_end(pam, r);
    return st;
}
