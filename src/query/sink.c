/* SPDX-License-Identifier: MIT */
#include "query/sink.h"

#include <stdarg.h>
#include <stdio.h>

void query_problem_done(struct query_problem *problem)
{
    free(problem->message);
    *problem = (struct query_problem){ 0 };
}

static bool set(struct query_problem *problem, const char *format, va_list arguments)
{
    query_problem_done(problem);
    if (vasprintf(&problem->message, format, arguments) < 0)
        problem->message = NULL;
    return false;
}

bool query_problem_set(struct query_problem *problem, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set(problem, format, arguments);
    va_end(arguments);
    return false;
}

bool query_problem_at(struct query_problem *problem, size_t offset, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set(problem, format, arguments);
    va_end(arguments);
    problem->has_offset = true;
    problem->offset = offset;
    return false;
}

bool query_problem_of(struct query_problem *problem, query_status status)
{
    const char *message = win32_message(status.code);

    return message ? query_problem_set(problem, "%s", message)
                   : query_problem_set(problem, "error %u", (unsigned)status.code);
}
