/* SPDX-License-Identifier: MIT */
/*
 * A server in one file: it logs clients on, acts as each on its own thread, and starts a process as
 * each. Written as on Windows; build it with
 *     cc first_logon.c $(pkg-config --cflags --libs openlogon)
 *
 * usage: first_logon USER:PASSWORD... -- COMMAND
 * COMMAND runs while the clients' processes live; `logonsessions -p` shows them.
 */
#include <openlogon.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CLIENTS_MAX = 8,
};

struct client {
    char *name;
    HANDLE token;
    PROCESS_INFORMATION process;
};

static void die(const char *what, const char *on)
{
    DWORD error = GetLastError();
    char text[256] = "";

    FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, error, 0, text,
                   sizeof(text), NULL);
    text[strcspn(text, "\r\n")] = '\0';
    fprintf(stderr, "first_logon: %s \"%s\": %s (error %u)\n", what, on, text, (unsigned)error);
    exit(1);
}

static void log_on(struct client *client, char *name_and_password)
{
    char *password = strchr(name_and_password, ':');
    TOKEN_STATISTICS statistics;
    DWORD size;

    if (!password) {
        fprintf(stderr, "first_logon: \"%s\" is not USER:PASSWORD\n", name_and_password);
        exit(2);
    }
    *password++ = '\0';
    client->name = name_and_password;
    if (!LogonUserA(client->name, ".", password, LOGON32_LOGON_INTERACTIVE,
                    LOGON32_PROVIDER_DEFAULT, &client->token))
        die("cannot log on", client->name);
    explicit_bzero(password, strlen(password));
    if (!GetTokenInformation(client->token, TokenStatistics, &statistics, sizeof(statistics),
                             &size))
        die("cannot query the token of", client->name);
    printf("%s is logged on: session %08x:%08x, %u groups, %u privileges\n", client->name,
           (unsigned)statistics.AuthenticationId.HighPart,
           (unsigned)statistics.AuthenticationId.LowPart, (unsigned)statistics.GroupCount,
           (unsigned)statistics.PrivilegeCount);
}

static const char *may_read(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return "refused";
    close(fd);
    return "opened";
}

static void act_as(const struct client *client)
{
    char as_client[64], user[64];
    DWORD size = sizeof(user);

    if (!ImpersonateLoggedOnUser(client->token))
        die("cannot impersonate", client->name);
    if (!GetUserNameA(user, &size))
        die("cannot tell the name of", client->name);
    snprintf(as_client, sizeof(as_client), "uid %u: /etc/shadow %s", (unsigned)geteuid(),
             may_read("/etc/shadow"));
    if (!RevertToSelf())
        die("cannot stop impersonating", client->name);
    printf("as %s, %s; after RevertToSelf, uid %u: /etc/shadow %s\n", user, as_client,
           (unsigned)geteuid(), may_read("/etc/shadow"));
}

static void start_process(struct client *client)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    char command[] = "sleep 600";

    if (!CreateProcessAsUserA(client->token, NULL, command, NULL, NULL, FALSE, 0, NULL, "/",
                              &startup, &client->process))
        die("cannot start a process as", client->name);
    printf("process %u runs as %s\n", (unsigned)client->process.dwProcessId, client->name);
}

static void show_kernel_view(const struct client *client)
{
    static const char *const keys[] = { "Uid:", "Gid:", "Groups:", "CapEff:" };
    char path[64], line[512];
    FILE *status;

    snprintf(path, sizeof(path), "/proc/%u/status", (unsigned)client->process.dwProcessId);
    status = fopen(path, "re");
    if (!status)
        return;
    printf("%s (process of %s):\n", path, client->name);
    while (fgets(line, sizeof(line), status)) {
        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
            if (strncmp(line, keys[i], strlen(keys[i])) == 0)
                printf("    %s", line);
        }
    }
    fclose(status);
}

static void log_off(struct client *client)
{
    TerminateProcess(client->process.hProcess, 0);
    WaitForSingleObject(client->process.hProcess, INFINITE);
    CloseHandle(client->process.hThread);
    CloseHandle(client->process.hProcess);
    CloseHandle(client->token);
}

int main(int argc, char **argv)
{
    struct client clients[CLIENTS_MAX] = { 0 };
    OPENLOGON_AUTHORITY authority;
    size_t n = 0;
    int i, status = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!openlogon_query_authority(&authority))
        die("cannot reach", "the authority");
    if (!authority.enforces_identity) {
        printf("(token only: without root the kernel's identities stay as they are)\n");
        openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY);
    }
    for (i = 1; i < argc && strcmp(argv[i], "--") != 0 && n < CLIENTS_MAX; i++)
        log_on(&clients[n++], argv[i]);
    for (size_t c = 0; c < n; c++)
        act_as(&clients[c]);
    for (size_t c = 0; c < n; c++)
        start_process(&clients[c]);
    for (size_t c = 0; c < n; c++)
        show_kernel_view(&clients[c]);
    if (i + 1 < argc)
        status = system(argv[i + 1]);
    for (size_t c = 0; c < n; c++)
        log_off(&clients[c]);
    return status == 0 ? 0 : 1;
}
