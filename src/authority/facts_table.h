/* SPDX-License-Identifier: MIT */
/* What sessions have in common, each once: sessions of one account, type and package share it. */
#ifndef OPENLOGON_AUTHORITY_FACTS_TABLE_H
#define OPENLOGON_AUTHORITY_FACTS_TABLE_H

#include "authority/session.h"

typedef struct FactsTable FactsTable;

_must_check_ nt_status facts_table_new(FactsTable **ret);
FactsTable *facts_table_free(FactsTable *table); /* after all of it was dropped */
DEFINE_CLEANUP(FactsTable *, facts_table_free);

/* The same facts, with texts and SID of the table's own; one reference more. NULL: no memory. */
const struct session_facts *facts_table_add(FactsTable *table, const struct session_facts *facts);

/* One reference less. NULL is fine. */
void facts_table_drop(FactsTable *table, const struct session_facts *facts);

size_t facts_table_size(const FactsTable *table); /* different ones */

#endif
