/* SPDX-License-Identifier: MIT */
/* The file of a login that was let in while openlogond was down: what is read is written the same.
 */
#include "fuzz.h"

#include <string.h>

#include "ipc/login_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct login_record record = { 0 }, again = { 0 };
    char text[LOGIN_RECORD_SIZE_MAX];
    int n;

    if (login_record_parse(&record, data, size) < 0)
        return 0;
    n = login_record_write(&record, text);
    MUST(n > 0);
    MUST(login_record_parse(&again, text, (size_t)n) == 0);
    MUST(memcmp(&record, &again, sizeof(record)) == 0);
    return 0;
}
