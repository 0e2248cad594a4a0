/* SPDX-License-Identifier: MIT */
#pragma GCC system_header
#include_next <wtsapi32.h>
