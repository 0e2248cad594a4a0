/* SPDX-License-Identifier: MIT */
/*
 * The facts of a session, as a reader copies them out of the page of session data: what is decoded
 * lies within the bytes, and says the same when it is encoded again.
 */
#include "fuzz.h"

#include <string.h>

#include "ipc/session_record.h"

static void check_again(const Openlogon__SessionData *data)
{
    uint64_t slots[SESSION_FACTS_MAX];
    Openlogon__SessionData again = OPENLOGON__SESSION_DATA__INIT;
    size_t n = session_facts_encode(slots, data);

    MUST(n > 0);
    MUST(!nt_failed(session_facts_decode(&again, slots, n)));
    MUST(strcmp(again.user, data->user) == 0);
    MUST(strcmp(again.home_directory, data->home_directory) == 0);
    MUST(again.sid.len == data->sid.len);
    MUST(again.sid.len == 0 || memcmp(again.sid.data, data->sid.data, data->sid.len) == 0);
    MUST(again.password_must_change == data->password_must_change);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Openlogon__SessionData message = OPENLOGON__SESSION_DATA__INIT;
    size_t n = size / sizeof(uint64_t);
    uint64_t *slots = malloc(n * sizeof(*slots) + 1); /* no larger, so that a sanitizer sees */

    MUST(slots);
    memcpy(slots, data, n * sizeof(*slots));
    if (!nt_failed(session_facts_decode(&message, slots, n)))
        check_again(&message);
    free(slots);
    return 0;
}
