/* SPDX-License-Identifier: MIT */
/* An attribute that is accepted holds a descriptor that can be stored and found again. */
#include "fuzz.h"

#include "security/ntacl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(ntacl_done) struct ntacl ntacl = { 0 }, again = { 0 };
    _cleanup_(freep) void *bytes = NULL, *expected = NULL;
    struct descriptor d;
    size_t bytes_size, expected_size;

    if (nt_failed(ntacl_parse(&ntacl, data, size))) {
        MUST(!ntacl.descriptor);
        return 0;
    }
    MUST(!nt_failed(descriptor_parse(&d, ntacl.descriptor, ntacl.size)));
    nt_status st = ntacl_build(&bytes, &bytes_size, &d, 0, ntacl.digest);
    if (nt_failed(st)) /* parts that overlap become larger when they are written apart */
        return 0;
    MUST(!nt_failed(ntacl_parse(&again, bytes, bytes_size)));
    MUST(!nt_failed(descriptor_build(&expected, &expected_size, &d)));
    MUST(again.size == expected_size && memcmp(again.descriptor, expected, expected_size) == 0);
    MUST(again.has_digest && memcmp(again.digest, ntacl.digest, SHA256_SIZE) == 0);
    return 0;
}
