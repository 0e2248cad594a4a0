/* SPDX-License-Identifier: MIT */
/* A text that is a SID prints as a text that is the same SID; bytes that are one print at all. */
#include "fuzz.h"

#include "security/sid.h"
#include "security/well_known.h"

static void check_round_trip(const sid_buffer *sid)
{
    char text[SID_TEXT_SIZE];
    sid_buffer again;
    size_t length = sid_to_text(text, &sid->sid);

    MUST(length < sizeof(text) && text[length] == 0);
    MUST(sid_valid(sid->bytes, sid_length(&sid->sid)));
    MUST(!nt_failed(sid_from_text(&again, NULL, text, length)));
    MUST(sid_equal(&again.sid, &sid->sid));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    sid_buffer sid, rest;
    size_t used;
    uint32_t rid;

    if (!nt_failed(sid_from_text(&sid, NULL, text, size)))
        check_round_trip(&sid);
    if (!nt_failed(sid_from_text(&sid, &used, text, size))) {
        MUST(used <= size);
        MUST(!nt_failed(sid_from_text(&rest, NULL, text, used)));
        check_round_trip(&sid);
    }
    if (sid_valid(data, size)) {
        const SID *raw = (const SID *)(const void *)data;
        char printed[SID_TEXT_SIZE];

        MUST(sid_to_text(printed, raw) < sizeof(printed));
        MUST(sid_equal(raw, raw) && sid_hash(raw) == sid_hash(raw));
        (void)well_known_by_sid(raw, NULL);
        if (!nt_failed(sid_split(&rest, &rid, raw)))
            MUST(sid_in_domain(raw, &rest.sid) && rid == sid_rid(raw));
    }
    if (size > 0)
        (void)well_known_by_name(text, size);
    return 0;
}
