#include <Windows.h>
#include <NTSecAPI.h>
#include <stdio.h>
#pragma comment(lib, "Secur32.lib")

int wmain(void)
{
    ULONG count = 0;
    PLUID sessions = NULL;
    NTSTATUS status = LsaEnumerateLogonSessions(&count, &sessions);
    if (status != 0) {
        wprintf(L"error %lu\n", LsaNtStatusToWinError(status));
        return 1;
    }
    for (ULONG i = 0; i < count; i++) {
        PSECURITY_LOGON_SESSION_DATA data = NULL;
        if (LsaGetLogonSessionData(&sessions[i], &data) != 0)
            continue;
        wprintf(L"%08lx:%08lx %.*s\\%.*s type %lu\n", data->LogonId.HighPart, data->LogonId.LowPart,
                data->LogonDomain.Length / (int)sizeof(WCHAR), data->LogonDomain.Buffer,
                data->UserName.Length / (int)sizeof(WCHAR), data->UserName.Buffer, data->LogonType);
        LsaFreeReturnBuffer(data);
    }
    LsaFreeReturnBuffer(sessions);
    return 0;
}
