/* SPDX-License-Identifier: MIT */
/* All of the Net functions that there are. */
#ifndef OPENLOGON_LM_H
#define OPENLOGON_LM_H

#include <lmaccess.h>
#include <lmapibuf.h>
#include <lmcons.h>
#include <lmerr.h>

#endif
