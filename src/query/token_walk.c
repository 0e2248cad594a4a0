/* SPDX-License-Identifier: MIT */
#include "query/token_walk.h"

#include <openlogon.h>

#include "query/tables.h"

static void leave(struct token_walk *walk)
{
    if (walk->token)
        CloseHandle(walk->token);
    walk->token = NULL;
}

void token_walk_done(struct token_walk *walk)
{
    leave(walk);
    query_cursor_free(walk->processes);
    *walk = (struct token_walk){ 0 };
}

query_status token_walk_start(struct token_walk *walk, const struct query_value *pid)
{
    const struct query_match match = { QUERY_PROCESSES_PID, pid };
    query_status status = QUERY_OK;

    leave(walk);
    if (!walk->processes)
        status = query_cursor_new(&walk->processes, &query_processes_table);
    return query_failed(status) ? status
                                : query_cursor_filter(walk->processes, &match, pid ? 1 : 0);
}

static query_status read_pid(struct token_walk *walk)
{
    _cleanup_(query_value_done) struct query_value pid = { 0 };
    query_status status = query_cursor_value(walk->processes, QUERY_PROCESSES_PID, &pid);

    walk->pid = pid.number;
    return status;
}

query_status token_walk_next(struct token_walk *walk, bool *ret_found)
{
    query_status status = QUERY_OK;
    DWORD error;

    leave(walk);
    for (;;) {
        status = query_cursor_next(walk->processes, ret_found);
        if (query_failed(status) || !*ret_found)
            return status;
        status = read_pid(walk);
        if (query_failed(status) ||
            openlogon_open_process_token((DWORD)walk->pid, TOKEN_QUERY | TOKEN_QUERY_SOURCE,
                                         &walk->token))
            return status;
        error = GetLastError();
        walk->token = NULL;
        if (error != ERROR_ACCESS_DENIED && error != ERROR_INVALID_PARAMETER)
            return (query_status){ error };
    }
}

/* What a change between the two calls could make it need more than once is tried again. */
void *token_walk_read(const struct token_walk *walk, TOKEN_INFORMATION_CLASS class)
{
    void *buffer = NULL;
    DWORD size = 0;

    while (!GetTokenInformation(walk->token, class, buffer, size, &size)) {
        const DWORD error = GetLastError();

        free(TAKE(buffer));
        if (error != ERROR_INSUFFICIENT_BUFFER && error != ERROR_BAD_LENGTH)
            return NULL;
        buffer = calloc(1, size ? size : 1);
        if (!buffer) {
            SetLastError(ERROR_NOT_ENOUGH_MEMORY);
            return NULL;
        }
    }
    return buffer;
}
