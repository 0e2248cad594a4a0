/* SPDX-License-Identifier: MIT */
/* Buffers that the Net functions return. */
#ifndef OPENLOGON_LMAPIBUF_H
#define OPENLOGON_LMAPIBUF_H

#include <lmcons.h>
#include <winbase.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Frees what a Net function returned; NULL is fine. Always succeeds. */
OPENLOGON_API NET_API_STATUS NetApiBufferFree(LPVOID Buffer);

#ifdef __cplusplus
}
#endif

#endif
