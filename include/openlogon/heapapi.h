/* SPDX-License-Identifier: MIT */
/* The heap of the process: one, that of malloc(). */
#ifndef OPENLOGON_HEAPAPI_H
#define OPENLOGON_HEAPAPI_H

#include <windef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A token for the functions below. Never closed. Source: Learn, GetProcessHeap */
OPENLOGON_API HANDLE GetProcessHeap(void);

/**
 * Allocates; zeroed with HEAP_ZERO_MEMORY. The block is the caller's: HeapFree.
 * Errors: NULL, and ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, HeapAlloc
 */
OPENLOGON_API LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes);

/**
 * Resizes a block; on failure the old one stays the caller's. What is new is zero with
 * HEAP_ZERO_MEMORY.
 * Errors: NULL, and ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, HeapReAlloc
 */
OPENLOGON_API LPVOID HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes);

/** Frees a block; NULL is fine. Source: Learn, HeapFree */
OPENLOGON_API BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem);

#ifdef __cplusplus
}
#endif

#endif
