/* SPDX-License-Identifier: MIT */
#include "base/sha256.h"

#include <string.h>

enum {
    BLOCK = 64,
    LENGTH = 8, /* bytes of the length at the end of the last block */
};

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes, 4.2.2. */
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static uint32_t load_big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Number to bytes, the highest first. */
static void store_big_endian(uint8_t *bytes, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> 8 * (size - 1 - i));
}

static void schedule(uint32_t w[64], const uint8_t *block)
{
    for (size_t i = 0; i < 16; i++)
        w[i] = load_big_endian(block + 4 * i);
    for (size_t i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];

        w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] +
               (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
}

/* 6.2.2, steps 1 to 4; v[0] to v[7] are the standard's a to h. */
static void hash_block(uint32_t hash[8], const uint8_t *block)
{
    uint32_t w[64], v[8];

    schedule(w, block);
    memcpy(v, hash, sizeof(v));
    for (size_t i = 0; i < 64; i++) {
        uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
        uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
        uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
        uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
        uint32_t t = v[7] + s1 + choice + constants[i] + w[i];

        memmove(v + 1, v, 7 * sizeof(v[0]));
        v[4] += t;
        v[0] = t + s0 + majority;
    }
    for (size_t i = 0; i < 8; i++)
        hash[i] += v[i];
}

/* The rest, a one bit, zeros, and the length in bits: one block or two. */
static void hash_end(uint32_t hash[8], const uint8_t *rest, size_t rest_size, size_t size)
{
    uint8_t blocks[2 * BLOCK] = { 0 };
    size_t end = rest_size + 1 + LENGTH <= BLOCK ? BLOCK : 2 * BLOCK;

    if (rest_size > 0)
        memcpy(blocks, rest, rest_size);
    blocks[rest_size] = 0x80;
    store_big_endian(blocks + end - LENGTH, (uint64_t)size * 8, LENGTH);
    for (size_t i = 0; i < end; i += BLOCK)
        hash_block(hash, blocks + i);
}

void sha256(uint8_t ret[SHA256_SIZE], const void *bytes, size_t size)
{
    uint32_t hash[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
    const uint8_t *next = bytes;
    size_t left = size;

    for (; left >= BLOCK; next += BLOCK, left -= BLOCK)
        hash_block(hash, next);
    hash_end(hash, next, left, size);
    for (size_t i = 0; i < 8; i++)
        store_big_endian(ret + 4 * i, hash[i], 4);
}
