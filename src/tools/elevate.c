/* SPDX-License-Identifier: MIT */
#include "elevate.h"

#include <stdio.h>
#include <stdlib.h>

#include <openlogon.h>

#include "complaint.h"
#include "secret_input.h"
#include "token_view.h"

/* What starting a program with its own token takes of a process. */
enum { TOKEN_TO_START = TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_ASSIGN_PRIMARY };

static int elevate_by_password(HANDLE *ret, int password_fd, const char *user)
{
    _cleanup_(secret_freep) secret *password = NULL;
    char prompt[128];

    snprintf(prompt, sizeof(prompt), "Password for %s: ", user);
    if (!password_get(&password, password_fd, prompt))
        return EXIT_FAILURE;
    if (!openlogon_elevate(password_text(password), ret))
        return complain_of(last_error(), "cannot elevate \"%s\"", user);
    return EXIT_SUCCESS;
}

/* A token that is whole is what was asked for; one that is not cannot become so. */
static int use_own(HANDLE *ret, HANDLE own, const char *user)
{
    _cleanup_(freep) TOKEN_ELEVATION *elevation = token_information(own, TokenElevation);

    if (!elevation)
        return complain_of(last_error(), "cannot query the token of this process");
    if (!elevation->TokenIsElevated)
        return complain("cannot elevate \"%s\": this logon session has no full token beside its "
                        "own; only an administrator's interactive logon makes one",
                        user);
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_TO_START, ret))
        return complain_of(last_error(), "cannot open the token of this process");
    return EXIT_SUCCESS;
}

static int elevate_own(HANDLE *ret, HANDLE own, int password_fd)
{
    _cleanup_(token_view_done) struct token_view v = { 0 };
    DWORD error;

    if (!token_view_load(&v, own))
        return complain_of(last_error(), "cannot query the token of this process");
    if (openlogon_elevate(NULL, ret))
        return EXIT_SUCCESS;
    error = last_error();
    if (error == ERROR_ELEVATION_REQUIRED)
        return elevate_by_password(ret, password_fd, v.user.name);
    if (error == ERROR_NO_SUCH_LOGON_SESSION)
        return use_own(ret, own, v.user.name);
    return complain_of(error, "cannot elevate \"%s\"", v.user.name);
}

int elevate(HANDLE *ret, int password_fd)
{
    HANDLE own = NULL;
    int code;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own))
        return complain_of(last_error(), "cannot open the token of this process");
    code = elevate_own(ret, own, password_fd);
    CloseHandle(own);
    return code;
}
