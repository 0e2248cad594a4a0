/* SPDX-License-Identifier: MIT */
#include "client/environment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf16.h"

#define SOCKET_VARIABLE "OPENLOGON_SOCKET"

/* How many strings a block has, and how many bytes, without its own last zero. */
static size_t block_measure(const char *block, size_t *ret_size)
{
    const char *next = block;
    size_t n = 0;

    for (; *next; next += strlen(next) + 1)
        n++;
    *ret_size = (size_t)(next - block);
    return n;
}

static bool is_socket_variable(const char *text)
{
    return strncmp(text, SOCKET_VARIABLE "=", sizeof(SOCKET_VARIABLE)) == 0;
}

static size_t socket_variable_size(const char *value)
{
    return value ? sizeof(SOCKET_VARIABLE "=") + strlen(value) : 0;
}

static void socket_variable_write(char *to, const char *value)
{
    memcpy(to, SOCKET_VARIABLE "=", sizeof(SOCKET_VARIABLE));
    memcpy(to + sizeof(SOCKET_VARIABLE), value, strlen(value) + 1);
}

static nt_status environment_own(char ***ret)
{
    size_t n = 0;
    char **copy;

    while (environ && environ[n])
        n++;
    copy = calloc(n + ENVIRONMENT_ROOM + 1, sizeof(*copy));
    if (!copy)
        return NT(NO_MEMORY);
    if (n > 0)
        memcpy(copy, environ, n * sizeof(*copy));
    *ret = copy;
    return NT_OK;
}

nt_status environment_from_bytes(char ***ret, const char *block)
{
    const char *socket_path = getenv(SOCKET_VARIABLE);
    size_t size, n, n_pointers, i;
    char **envp, *text;

    if (!block)
        return environment_own(ret);
    n = block_measure(block, &size);
    n_pointers = n + ENVIRONMENT_ROOM + 2; /* the socket, and the end */
    envp = malloc(n_pointers * sizeof(*envp) + size + socket_variable_size(socket_path));
    if (!envp)
        return NT(NO_MEMORY);
    text = memcpy(envp + n_pointers, block, size);
    for (i = 0; i < n; i++, text += strlen(text) + 1) {
        envp[i] = text;
        if (is_socket_variable(text))
            socket_path = NULL;
    }
    if (socket_path) {
        socket_variable_write(text, socket_path);
        envp[i++] = text;
    }
    for (; i < n_pointers; i++)
        envp[i] = NULL;
    *ret = envp;
    return NT_OK;
}

nt_status environment_from_wide(char ***ret, const WCHAR *block)
{
    _cleanup_(freep) char *bytes = NULL;
    const WCHAR *end = block;
    nt_status st;

    if (!block)
        return environment_own(ret);
    while (*end)
        end += utf16_length(end) + 1;
    st = utf16_to_utf8(&bytes, NULL, block, (size_t)(end - block));
    return nt_failed(st) ? st : environment_from_bytes(ret, bytes);
}
