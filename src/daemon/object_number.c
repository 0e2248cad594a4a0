/* SPDX-License-Identifier: MIT */
#include "daemon/object_number.h"

#include <string.h>

#include "base/sha256.h"
#include "linux/random.h"

/* Four rounds of a Feistel network with a pseudorandom function are a pseudorandom permutation, and
 * one that who asks for inverses cannot tell from a random one [Luby, Rackoff 1988]. */
enum { ROUNDS = 4 };

int object_key_make(struct object_key *ret)
{
    return random_fill(ret->bytes, sizeof(ret->bytes));
}

/* All that is hashed has one length, so that nothing can be put behind it. */
static uint32_t round_function(const struct object_key *key, uint32_t round, uint32_t half)
{
    struct {
        uint8_t key[OBJECT_KEY_SIZE];
        uint32_t round, half;
    } input;
    uint8_t hash[SHA256_SIZE];
    uint32_t result;

    memcpy(input.key, key->bytes, sizeof(input.key));
    input.round = round;
    input.half = half;
    sha256(hash, &input, sizeof(input));
    memcpy(&result, hash, sizeof(result));
    return result;
}

static uint64_t encipher(const struct object_key *key, uint64_t plain)
{
    uint32_t left = (uint32_t)(plain >> 32), right = (uint32_t)plain;

    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t next = left ^ round_function(key, round, right);

        left = right;
        right = next;
    }
    return (uint64_t)left << 32 | right;
}

/* The one address whose number is 0 gets that of NULL, which no object has. */
uint64_t object_number(const struct object_key *key, const void *object)
{
    uint64_t number;

    if (!object)
        return 0;
    number = encipher(key, (uint64_t)(uintptr_t)object);
    return number ? number : encipher(key, 0);
}
