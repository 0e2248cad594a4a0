/* SPDX-License-Identifier: MIT */
/* The former home of the annotations in <sal.h>. */
#pragma GCC system_header

#include "crt/sal.h"
