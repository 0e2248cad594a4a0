/* SPDX-License-Identifier: MIT */
/*
 * pam-login CONFDIR SERVICE USER HOST UID COMMAND [ARGUMENTS]: what a login program does. It opens
 * a PAM session for USER, who comes from HOST, becomes UID and runs COMMAND in its own place.
 */
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <security/pam_appl.h>

enum { CONFDIR = 1, SERVICE, USER, HOST, UID, COMMAND };

static int converse(int n, const struct pam_message **messages, struct pam_response **ret,
                    void *data)
{
    return PAM_CONV_ERR; /* nothing is to be asked */
}

int main(int argc, char **argv)
{
    static const struct pam_conv converser = { converse, NULL };
    pam_handle_t *pam = NULL;
    uid_t uid;
    int r;

    if (argc <= COMMAND)
        return 2;
    uid = (uid_t)strtoul(argv[UID], NULL, 10);
    r = pam_start_confdir(argv[SERVICE], argv[USER], &converser, argv[CONFDIR], &pam);
    if (r == PAM_SUCCESS)
        r = pam_set_item(pam, PAM_RHOST, argv[HOST]);
    if (r == PAM_SUCCESS)
        r = pam_open_session(pam, 0);
    if (r != PAM_SUCCESS) {
        fprintf(stderr, "pam-login: %s\n", pam_strerror(pam, r));
        return 1;
    }
    if (setgroups(0, NULL) == 0 && setresgid(uid, uid, uid) == 0 && setresuid(uid, uid, uid) == 0)
        execv(argv[COMMAND], &argv[COMMAND]);
    perror("pam-login");
    return 1;
}
