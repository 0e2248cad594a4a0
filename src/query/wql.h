/* SPDX-License-Identifier: MIT */
/* WQL over the CIM classes, as WMI understands it. */
#ifndef OPENLOGON_QUERY_WQL_H
#define OPENLOGON_QUERY_WQL_H

#include "query/sink.h"

/**
 * Runs one query. Texts are compared without regard to the case of ASCII letters. Where rows may be
 * of several classes, and all properties are asked for, __CLASS is the first column, and each
 * class has columns of its own.
 * Returns false and what was wrong; what rows there were until then the sink has got.
 */
_must_check_ bool wql_run(const char *text, const struct query_sink *sink,
                          struct query_problem *problem);

#endif
