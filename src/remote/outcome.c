/* SPDX-License-Identifier: MIT */
#include "remote/remote.h"

const char *remote_outcome_word(enum remote_outcome outcome)
{
    static const char *const words[REMOTE_OUTCOMES] = {
        [REMOTE_ANSWERED] = "answered",
        [REMOTE_NO_SUCH_HOST] = "no-such-host",
        [REMOTE_REFUSED] = "refused",
        [REMOTE_UNREACHABLE] = "unreachable",
        [REMOTE_TIMEOUT] = "timeout",
        [REMOTE_TLS] = "tls",
        [REMOTE_AUTHENTICATION] = "authentication",
        [REMOTE_NOT_OPENLOGON] = "not-openlogon",
        [REMOTE_ERROR] = "error",
        [REMOTE_TOO_LARGE] = "too-large",
    };

    return words[outcome];
}
