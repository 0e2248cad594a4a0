/* SPDX-License-Identifier: MIT */
#include "security/access_explain.h"

void access_trace_start(struct access_trace *trace)
{
    for (size_t i = 0; i < ACCESS_RIGHTS_N; i++) {
        trace->reasons[i] =
            (struct access_reason){ .view = ACCESS_VIEW_TOKEN, .ace = ACCESS_NO_ACE };
        trace->restricted[i] =
            (struct access_reason){ .view = ACCESS_VIEW_RESTRICTED, .ace = ACCESS_NO_ACE };
    }
    trace->granted = 0;
}

void access_trace_record(struct access_trace *trace, uint32_t rights,
                         const struct access_reason *reason)
{
    struct access_reason *reasons =
        reason->view == ACCESS_VIEW_RESTRICTED ? trace->restricted : trace->reasons;

    for (; rights; rights &= rights - 1)
        reasons[__builtin_ctz(rights)] = *reason;
}

void access_trace_restrict(struct access_trace *trace, uint32_t rights)
{
    for (; rights; rights &= rights - 1) {
        int bit = __builtin_ctz(rights);

        trace->reasons[bit] = trace->restricted[bit];
    }
}
