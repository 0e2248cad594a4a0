/* SPDX-License-Identifier: MIT */
#include "log_on.h"

#include <stdio.h>
#include <stdlib.h>

#include "complaint.h"
#include "secret_input.h"

bool log_on_password(secret **ret, const struct logon_request *request)
{
    char prompt[128];

    snprintf(prompt, sizeof(prompt), "Password for %s: ", request->user);
    return password_get(ret, request->password_fd, prompt);
}

int log_on(HANDLE *ret, const struct logon_request *request)
{
    _cleanup_(secret_freep) secret *password = NULL;

    if (!log_on_password(&password, request))
        return EXIT_FAILURE;
    if (!LogonUserA(request->user, request->domain, password_text(password), request->type,
                    LOGON32_PROVIDER_DEFAULT, ret))
        return complain_of(last_error(), "cannot log on \"%s\"", request->user);
    return EXIT_SUCCESS;
}
