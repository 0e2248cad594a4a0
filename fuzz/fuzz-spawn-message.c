/* SPDX-License-Identifier: MIT */
/*
 * What openlogon-spawn reads: a program, which anybody may have written, and an order. What is
 * decoded is encoded again as it was.
 */
#include "fuzz.h"

#include "ipc/spawn_message.h"

static void check_program(const uint8_t *data, size_t size)
{
    struct spawn_program program;
    void *again = NULL;
    size_t again_size;

    if (nt_failed(spawn_program_decode(&program, data, size)))
        return;
    MUST(program.argv[0] && *program.path);
    MUST(!nt_failed(spawn_program_encode(&program, &again, &again_size)));
    MUST(again_size == size && memcmp(again, data, size) == 0);
    free(again);
    spawn_program_done(&program);
}

static void check_order(const uint8_t *data, size_t size)
{
    struct spawn_order order;
    void *again = NULL;
    size_t again_size;

    if (nt_failed(spawn_order_decode(&order, data, size)))
        return;
    MUST(!nt_failed(spawn_order_encode(&order, &again, &again_size)));
    MUST(again_size == size && memcmp(again, data, size) == 0);
    free(again);
    spawn_order_done(&order);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1); /* no larger than is said, so that a sanitizer sees */

    MUST(copy);
    memcpy(copy, data, size);
    check_program(copy, size);
    check_order(copy, size);
    free(copy);
    return 0;
}
