/* SPDX-License-Identifier: MIT */
/* A Windows command line cut into arguments, by the rules of CommandLineToArgvW(). Pure. */
#ifndef OPENLOGON_CLIENT_COMMAND_LINE_H
#define OPENLOGON_CLIENT_COMMAND_LINE_H

#include <stddef.h>

#include "base/status.h"

/**
 * The first argument, the program, ends at its closing quote or at the first blank; backslashes
 * mean nothing in it. In the others 2n backslashes before a quote are n, and an odd one more makes
 * the quote an ordinary character; other backslashes stand for themselves. Two quotes in a quoted
 * part are one quote, and end the part.
 * @ret      one block, with NULL behind the last argument; free with free()
 * @ret_argc at least 1: an empty line has one empty argument; may be NULL
 * @line     UTF-8 or any bytes that agree with ASCII
 * Errors:   NO_MEMORY
 */
_must_check_ nt_status command_line_parse(char ***ret, size_t *ret_argc, const char *line);

#endif
