/* SPDX-License-Identifier: MIT */
/* What every Windows program includes. */
#ifndef OPENLOGON_WINDOWS_H
#define OPENLOGON_WINDOWS_H

#include <stdarg.h>
#include <windef.h>
#include <winbase.h>
#include <winerror.h>
#include <winnls.h>

#ifndef WIN32_LEAN_AND_MEAN
#include <shellapi.h>
#endif

#endif
