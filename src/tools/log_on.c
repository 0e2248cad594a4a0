/* SPDX-License-Identifier: MIT */
#include "log_on.h"

#include <stdio.h>
#include <stdlib.h>

#include "complaint.h"
#include "secret_input.h"

int log_on(HANDLE *ret, const struct logon_request *request)
{
    _cleanup_(secret_freep) secret *password = NULL;
    char prompt[128];

    snprintf(prompt, sizeof(prompt), "Password for %s: ", request->user);
    if (!password_get(&password, request->password_fd, prompt))
        return EXIT_FAILURE;
    if (!LogonUserA(request->user, request->domain, password_text(password), request->type,
                    LOGON32_PROVIDER_DEFAULT, ret))
        return complain_of(last_error(), "cannot log on \"%s\"", request->user);
    return EXIT_SUCCESS;
}
