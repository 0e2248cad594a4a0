/* SPDX-License-Identifier: MIT */
/* Whether whole descriptors are stored beside files' permissions: openlogon_set_file_mode(). */
#ifndef OPENLOGON_CLIENT_FILE_MODE_H
#define OPENLOGON_CLIENT_FILE_MODE_H

#include <stdbool.h>

bool file_mode_keeps_descriptors(void);

#endif
