/* SPDX-License-Identifier: MIT */
/* The types of access control by trustees. */
#ifndef OPENLOGON_ACLAPI_H
#define OPENLOGON_ACLAPI_H

#include <windows.h>
#include <accctrl.h>

#endif
