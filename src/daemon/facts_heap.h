/* SPDX-License-Identifier: MIT */
/*
 * What sessions have in common, each once, in the page of session data: rows of 64-bit numbers,
 * counted. Their book-keeping lies beside them in the page, which nobody else can write. Main
 * thread only.
 */
#ifndef OPENLOGON_DAEMON_FACTS_HEAP_H
#define OPENLOGON_DAEMON_FACTS_HEAP_H

#include "base/status.h"
#include "ipc/session_record.h"
#include "linux/shared_page.h"

typedef struct FactsHeap FactsHeap;

/* Borrows the publisher's end of a page of SESSION_DATA_SIZE slots. */
_must_check_ nt_status facts_heap_new(FactsHeap **ret, SharedPage *page);
FactsHeap *facts_heap_free(FactsHeap *heap);
DEFINE_CLEANUP(FactsHeap *, facts_heap_free);

/* The slot of the page where these facts (1 to SESSION_FACTS_MAX of them) lie, one reference more;
 * 0: there is no room. */
uint32_t facts_heap_add(FactsHeap *heap, const uint64_t *facts, size_t n);

/* One reference less; with the last the slots may become another's. */
void facts_heap_drop(FactsHeap *heap, uint32_t slot);

#endif
