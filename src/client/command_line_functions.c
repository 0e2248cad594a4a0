/* SPDX-License-Identifier: MIT */
#include <windows.h>
#include <shellapi.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf16.h"
#include "client/command_line.h"
#include "client/last_error.h"
#include "client/text.h"

enum { PROGRAM_PATH_MAX = 4096 };

/* What an empty command line means: the running program. */
static nt_status own_program(char ***ret)
{
    char path[PROGRAM_PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);
    char **argv;

    if (size < 0)
        size = 0;
    argv = calloc(1, 2 * sizeof(*argv) + (size_t)size + 1);
    if (!argv)
        return NT(NO_MEMORY);
    argv[0] = memcpy(argv + 2, path, (size_t)size);
    *ret = argv;
    return NT_OK;
}

/* One block of wide arguments. */
static nt_status widen(WCHAR ***ret, char *const *argv, size_t argc)
{
    size_t units = 0;
    WCHAR **wide;
    WCHAR *next;
    nt_status st = NT_OK;

    for (size_t i = 0; i < argc; i++)
        units += strlen(argv[i]) + 1;
    wide = malloc((argc + 1) * sizeof(*wide) + units * sizeof(*next));
    if (!wide)
        return NT(NO_MEMORY);
    next = (WCHAR *)(wide + argc + 1);
    for (size_t i = 0; i < argc && !nt_failed(st); i++) {
        size_t size = strlen(argv[i]), written = 0;

        wide[i] = next;
        st = utf8_to_utf16_buffer(next, size + 1, &written, argv[i], size);
        next += written + 1;
    }
    wide[argc] = NULL;
    if (nt_failed(st))
        free(wide);
    else
        *ret = wide;
    return st;
}

LPWSTR *CommandLineToArgvW(LPCWSTR lpCmdLine, int *pNumArgs)
{
    _cleanup_(text_done) char *line = NULL;
    _cleanup_(freep) char **argv = NULL;
    WCHAR **wide = NULL;
    size_t argc = 1;
    nt_status st = lpCmdLine && pNumArgs ? text_from_wide(&line, lpCmdLine) : NT(INVALID_PARAMETER);

    if (!nt_failed(st))
        st = *line ? command_line_parse(&argv, &argc, line) : own_program(&argv);
    if (!nt_failed(st))
        st = widen(&wide, argv, argc);
    if (!finish(st))
        return NULL;
    *pNumArgs = (int)argc;
    return wide;
}
