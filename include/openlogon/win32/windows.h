/* SPDX-License-Identifier: MIT */
/* See openlogon-windows.h. */
#pragma GCC system_header

#include <openlogon-windows.h>
