/* SPDX-License-Identifier: MIT */
#include "complaint.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "base/status.h"

static const char DEFAULT_SOCKET[] = "/run/openlogon/socket";

/* Where the general sentence of a code does not tell a user of these tools what to do. */
static const struct cause {
    uint32_t error;
    const char *text;
} causes[] = {
    { ERROR_LOGON_FAILURE, "the user name or password is incorrect" },
    { ERROR_ACCESS_DENIED, "access is denied; it takes an administrator or SYSTEM" },
    { ERROR_PRIVILEGE_NOT_HELD, "a privilege is missing; see \"logon whoami --priv\"" },
    { ERROR_INVALID_PASSWORD, "the old password is incorrect" },
    { ERROR_NO_SUCH_USER, "there is no such account; see \"logon account list\"" },
    { ERROR_USER_EXISTS, "an account of this name exists already, here or in the system" },
    { ERROR_GROUP_EXISTS, "the system has a group of this name" },
    { ERROR_NO_SUCH_ALIAS, "there is no such group; see \"logon group list\"" },
    { ERROR_NO_SUCH_MEMBER, "there is no such account or group" },
    { ERROR_INVALID_MEMBER, "the group would be a member of itself" },
    { ERROR_SPECIAL_ACCOUNT, "the group is built in" },
};

static void print_message(const char *format, va_list arguments)
{
    fprintf(stderr, "%s: ", program_invocation_short_name);
    vfprintf(stderr, format, arguments);
}

static void print_cause(uint32_t error)
{
    const char *text = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(causes) && !text; i++) {
        if (causes[i].error == error)
            text = causes[i].text;
    }
    if (text) {
        fprintf(stderr, ": %s\n", text);
        return;
    }
    text = win32_message(error);
    if (!text)
        fprintf(stderr, ": error %u\n", (unsigned)error);
    else
        fprintf(stderr, ": %c%.*s (error %u)\n", tolower((unsigned char)text[0]),
                (int)strcspn(text + 1, "."), text + 1, (unsigned)error);
}

int complain(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_message(format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return EXIT_FAILURE;
}

int complain_of(uint32_t error, const char *format, ...)
{
    const char *socket = secure_getenv("OPENLOGON_SOCKET");
    va_list arguments;

    if (error == RPC_S_SERVER_UNAVAILABLE)
        return complain("no authority answers on %s; is openlogond running? try \"logon private -- "
                        "COMMAND\"",
                        socket && *socket ? socket : DEFAULT_SOCKET);
    va_start(arguments, format);
    print_message(format, arguments);
    va_end(arguments);
    print_cause(error);
    return EXIT_FAILURE;
}

int complain_of_errno(int error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_message(format, arguments);
    va_end(arguments);
    fprintf(stderr, ": %s\n", strerror(abs(error)));
    return EXIT_FAILURE;
}

uint32_t last_error(void)
{
    uint32_t error = GetLastError();

    return error ? error : ERROR_GEN_FAILURE;
}
