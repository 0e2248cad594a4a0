/* SPDX-License-Identifier: MIT */
/* From arguments to the one string that CreateProcess functions take. */
#ifndef OPENLOGON_TOOLS_COMMAND_LINE_H
#define OPENLOGON_TOOLS_COMMAND_LINE_H

/**
 * Quotes arguments so that CommandLineToArgvW's rules give them back.
 * @argv  ends with NULL; not empty
 * Returns a new string, free with free(), or NULL: no memory (ENOMEM), or the program's name has
 * a quotation mark (EINVAL), which those rules have no way to write.
 */
char *command_line_build(char *const *argv);

#endif
