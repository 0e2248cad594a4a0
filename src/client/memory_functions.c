/* SPDX-License-Identifier: MIT */
/*
 * Windows' heaps, all of them the C library's: what one function allocates any other may free, as
 * programs that mix LocalFree() and HeapFree() expect. There are no movable blocks: a block's
 * handle is its address.
 */
#include <windows.h>

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "client/last_error.h"

static void *const process_heap = (void *)(uintptr_t)0x10000; /* a token, never followed */

/*
 * The library may give more than was asked for. That rest is kept zero, so that a block can later
 * grow "with zeros" although nobody knows any more how large it was asked to be.
 */
static void *clear_rest(void *block, size_t size)
{
    /* Hides the size from the compiler, which would take the rest for out of bounds. */
    uint8_t *volatile bytes = block;

    if (block)
        memset(bytes + size, 0, malloc_usable_size(block) - size);
    return block;
}

static void *fail_no_memory(void *block)
{
    if (!block)
        (void)fail(ERROR_NOT_ENOUGH_MEMORY);
    return block;
}

static void *allocate(size_t size, BOOL zeroed)
{
    return fail_no_memory(
        clear_rest(zeroed ? calloc(1, size ? size : 1) : malloc(size ? size : 1), size));
}

/* On failure the old block is as it was, and still the caller's. */
static void *reallocate(void *block, size_t size, BOOL zeroed)
{
    size_t old_size = malloc_usable_size(block);
    uint8_t *grown = realloc(block, size ? size : 1);

    if (grown && zeroed && size > old_size)
        memset(grown + old_size, 0, size - old_size);
    return fail_no_memory(clear_rest(grown, size));
}

HLOCAL LocalAlloc(UINT uFlags, SIZE_T uBytes)
{
    return allocate(uBytes, uFlags & LMEM_ZEROINIT);
}

HLOCAL LocalFree(HLOCAL hMem)
{
    free(hMem);
    return NULL;
}

SIZE_T LocalSize(HLOCAL hMem)
{
    if (!hMem) {
        (void)fail(ERROR_INVALID_HANDLE);
        return 0;
    }
    return malloc_usable_size(hMem);
}

HANDLE GetProcessHeap(void)
{
    return process_heap;
}

static BOOL check_heap(HANDLE heap)
{
    return heap == process_heap ? TRUE : fail(ERROR_INVALID_HANDLE);
}

LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes)
{
    return check_heap(hHeap) ? allocate(dwBytes, dwFlags & HEAP_ZERO_MEMORY) : NULL;
}

BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem)
{
    if (!check_heap(hHeap))
        return FALSE;
    free(lpMem);
    return TRUE;
}

LPVOID HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes)
{
    if (!check_heap(hHeap))
        return NULL;
    if (!lpMem || (dwFlags & HEAP_REALLOC_IN_PLACE_ONLY)) {
        (void)fail(lpMem ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER);
        return NULL;
    }
    return reallocate(lpMem, dwBytes, dwFlags & HEAP_ZERO_MEMORY);
}
