/* SPDX-License-Identifier: MIT */
/* Prometheus' text exposition format, version 0.0.4. */
#ifndef OPENLOGON_TOOLS_EXPOSITION_H
#define OPENLOGON_TOOLS_EXPOSITION_H

#include <stddef.h>
#include <stdio.h>

#include <openlogon.h>

/* A metric whose name or label is none by the format's rules, or of a kind that it does not know,
 * is left out: the whole page would be refused otherwise. */
void exposition_print(FILE *to, const OPENLOGON_METRIC *metrics, size_t n);

#endif
