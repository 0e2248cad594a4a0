/* SPDX-License-Identifier: MIT */
/* A record of the journal that is accepted is written as the same bytes again. The first byte tells
 * of which kind it is. */
#include "fuzz.h"

#include "authority/journal.h"
#include "authority/journal_record.h"

static void check_same(struct writer *writer, const uint8_t *data, size_t size)
{
    MUST(!nt_failed(writer->status) && writer->size == size);
    MUST(size == 0 || memcmp(writer->bytes, data, size) == 0);
}

#define CHECK(kind)                                                                                \
    static void check_##kind(const uint8_t *data, size_t size, struct writer *writer)              \
    {                                                                                              \
        struct kind##_record record;                                                               \
                                                                                                   \
        if (nt_failed(kind##_record_decode(&record, data, size)))                                  \
            return;                                                                                \
        kind##_record_encode(&record, writer);                                                     \
        check_same(writer, data, size);                                                            \
    }

CHECK(session)
CHECK(token)
CHECK(holder)
CHECK(reference)
CHECK(lease)
CHECK(leaf)
CHECK(process)
CHECK(service)
CHECK(login_state)

static void (*const checks[])(const uint8_t *data, size_t size, struct writer *writer) = {
    check_session, check_token,   check_holder,  check_reference,   check_lease,
    check_leaf,    check_process, check_service, check_login_state,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct writer writer;

    if (size == 0 || data[0] >= sizeof(checks) / sizeof(checks[0]))
        return 0;
    writer_init(&writer, JOURNAL_RECORD_MAX);
    checks[data[0]](data + 1, size - 1, &writer);
    writer_done(&writer);
    return 0;
}
