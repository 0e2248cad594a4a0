/* SPDX-License-Identifier: MIT */
#include "cim/face.h"

#include "base/log.h"
#include "query/table.h"

bool exchange_act(const struct exchange *x, unsigned seconds)
{
    const query_status status = caller_act(x->caller);

    if (query_failed(status)) {
        log_error("cannot act for a caller: error %u; does this service's user have "
                  "SeImpersonatePrivilege? See openlogon-cim(8)",
                  status.code);
        return false;
    }
    query_time_limit(seconds);
    return true;
}

void exchange_act_end(void)
{
    query_time_limit(0);
    caller_act_end();
}
