/* SPDX-License-Identifier: MIT */
/* Lengths of names, without the terminating zero. */
#ifndef OPENLOGON_LMCONS_H
#define OPENLOGON_LMCONS_H

#include <windef.h>

#define CNLEN                15
#define UNCLEN               (CNLEN + 2)
#define DNLEN                CNLEN
#define UNLEN                256
#define GNLEN                UNLEN
#define PWLEN                256
#define LM20_UNLEN           20
#define LM20_PWLEN           14
#define MAXCOMMENTSZ         256
#define NET_API_STATUS       DWORD
#define MAX_PREFERRED_LENGTH ((DWORD)-1)

#endif
