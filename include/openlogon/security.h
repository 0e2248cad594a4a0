/* SPDX-License-Identifier: MIT */
/* The header that programs include for SSPI. */
#ifndef OPENLOGON_SECURITY_H
#define OPENLOGON_SECURITY_H

#include <windows.h>
#include <sspi.h>
#include <secext.h>

#endif
