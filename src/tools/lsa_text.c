/* SPDX-License-Identifier: MIT */
#include "lsa_text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <ntstatus.h>
#include <sddl.h>

#include "base/utf16.h"
#include "complaint.h"
#include "text.h"

enum { NAME_SIZE = 1024 };

bool lsa_text_make(LSA_UNICODE_STRING *ret, const char *text)
{
    WCHAR *units = NULL;
    size_t n = 0;

    if (nt_failed(utf8_to_utf16(&units, &n, text, strlen(text))))
        return false;
    if (n * sizeof(WCHAR) > USHRT_MAX) {
        free(units);
        return false;
    }
    *ret = (LSA_UNICODE_STRING){ .Length = (USHORT)(n * sizeof(WCHAR)),
                                 .MaximumLength = (USHORT)(n * sizeof(WCHAR)),
                                 .Buffer = units };
    return true;
}

void lsa_text_done(LSA_UNICODE_STRING *string)
{
    free(string->Buffer);
    *string = (LSA_UNICODE_STRING){ 0 };
}

static bool find_sid(PSID ret, const char *text)
{
    PSID sid = NULL;
    BOOL copied;

    if (!ConvertStringSidToSidA(text, &sid)) {
        complain_of(last_error(), "\"%s\"", text);
        return false;
    }
    copied = CopySid(ACCOUNT_SID_SIZE, ret, sid);
    LocalFree(sid);
    return copied;
}

bool lsa_account_find(PSID ret, const char *name)
{
    char domain[NAME_SIZE];
    DWORD sid_size = ACCOUNT_SID_SIZE, domain_size = sizeof(domain);
    SID_NAME_USE use;

    if (strncmp(name, "S-1-", 4) == 0)
        return find_sid(ret, name);
    if (LookupAccountNameA(NULL, name, ret, &sid_size, domain, &domain_size, &use))
        return true;
    complain_of(last_error(), "cannot find the account \"%s\"", name);
    return false;
}

char *lsa_account_name(PSID sid)
{
    char name[NAME_SIZE], domain[NAME_SIZE];
    DWORD name_size = sizeof(name), domain_size = sizeof(domain);
    SID_NAME_USE use;

    if (!LookupAccountSidA(NULL, sid, name, &name_size, domain, &domain_size, &use))
        return NULL;
    return text_account(domain, name);
}

bool lsa_policy_open(LSA_HANDLE *ret, ACCESS_MASK desired)
{
    NTSTATUS status = LsaOpenPolicy(NULL, NULL, desired, ret);

    if (status == STATUS_SUCCESS)
        return true;
    complain_of(LsaNtStatusToWinError(status), "cannot open the policy");
    return false;
}

void lsa_policy_closep(LSA_HANDLE *policy)
{
    if (*policy)
        (void)LsaClose(*policy);
}
