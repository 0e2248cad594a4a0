/* SPDX-License-Identifier: MIT */
/* The processes of a session as a tree. */
#ifndef OPENLOGON_TOOLS_RECORD_TREE_H
#define OPENLOGON_TOOLS_RECORD_TREE_H

#include "record.h"

struct tree_row {
    size_t row; /* of the record's processes */
    size_t depth;
};

/**
 * The rows from `first` on, each below its parent if that is among them, children as they started.
 * Returns n rows, free with free(); NULL: no memory.
 */
struct tree_row *record_tree(const struct record *r, size_t first, size_t n);

#endif
