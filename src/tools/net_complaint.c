/* SPDX-License-Identifier: MIT */
#include "net_complaint.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf16.h"

static const struct {
    NET_API_STATUS result;
    DWORD error;
} errors[] = {
    { NERR_UserNotFound, ERROR_NO_SUCH_USER },
    { NERR_UserExists, ERROR_USER_EXISTS },
    { NERR_GroupExists, ERROR_GROUP_EXISTS },
    { NERR_BadUsername, ERROR_INVALID_ACCOUNT_NAME },
    { NERR_PasswordTooShort, ERROR_PASSWORD_RESTRICTION },
    { NERR_SpeGroupOp, ERROR_SPECIAL_ACCOUNT },
};

DWORD net_error(NET_API_STATUS result)
{
    for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
        if (errors[i].result == result)
            return errors[i].error;
    }
    return result;
}

WCHAR *net_text(const char *text)
{
    WCHAR *wide = NULL;

    return nt_failed(utf8_to_utf16(&wide, NULL, text, strlen(text))) ? NULL : wide;
}

char *net_utf8(LPCWSTR text)
{
    char *utf8 = NULL;
    size_t units = 0;

    while (text && text[units])
        units++;
    if (units == 0)
        return strdup("");
    return nt_failed(utf16_to_utf8(&utf8, NULL, text, units)) ? strdup("?") : utf8;
}
