/* SPDX-License-Identifier: MIT */
/* A session's time as a picture in SVG: from its logon to when the record was made, a bar for each
 * of its processes, and what else happened. */
#ifndef OPENLOGON_TOOLS_RECORD_CHART_H
#define OPENLOGON_TOOLS_RECORD_CHART_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CHART_BARS_MAX = 40 };

/* Times are FILETIMEs. Texts are borrowed. */
struct chart_bar {
    const char *label;
    int64_t from; /* to the end of the chart */
};

struct chart_mark {
    const char *label;
    int64_t at;
};

struct chart {
    const char *title;
    int64_t from, to;
    const struct chart_bar *bars;
    size_t n_bars; /* of which CHART_BARS_MAX are drawn */
    const struct chart_mark *marks;
    size_t n_marks; /* those that are beyond it are left out */
};

void chart_print(FILE *to, const struct chart *chart);

#endif
