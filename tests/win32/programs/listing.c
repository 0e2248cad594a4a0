/* SPDX-License-Identifier: MIT */
/* Compiled and linked only: it needs an authority to run. */
#include <Windows.h>
#include <NTSecAPI.h>

#pragma comment(lib, "secur32.lib")

int main()
{
    ULONG count;
    PLUID sessions;

    if (LsaEnumerateLogonSessions(&count, &sessions) != 0)
        return 1;
    for (ULONG i = 0; i < count; i++) {
        PSECURITY_LOGON_SESSION_DATA data;
        if (LsaGetLogonSessionData(&sessions[i], &data) != 0)
            continue;
        wprintf(L"%08X-%08X %.*s\\%wZ type %u\n", data->LogonId.HighPart, data->LogonId.LowPart,
                data->LogonDomain.Length / sizeof(WCHAR), data->LogonDomain.Buffer, &data->UserName,
                data->LogonType);
        LsaFreeReturnBuffer(data);
    }
    LsaFreeReturnBuffer(sessions);
    return 0;
}
