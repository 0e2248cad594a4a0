/* SPDX-License-Identifier: MIT */
/* AllocateLsaHeap and AllocatePrivateHeap: zero-filled, and wiped when freed. */
#ifndef OPENLOGON_WORKER_LSA_HEAP_H
#define OPENLOGON_WORKER_LSA_HEAP_H

#include <stddef.h>

/* NULL when there is no memory. */
void *lsa_heap_allocate(size_t size);
void lsa_heap_free(void *base); /* NULL is fine */

#endif
