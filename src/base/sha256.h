/* SPDX-License-Identifier: MIT */
/* SHA-256, FIPS 180-4, for telling whether bytes are what they were. Not for secrets. */
#ifndef OPENLOGON_BASE_SHA256_H
#define OPENLOGON_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32 };

void sha256(uint8_t ret[SHA256_SIZE], const void *bytes, size_t size);

#endif
