/* SPDX-License-Identifier: MIT */
#pragma GCC system_header
#include "crt/sal.h"
