/* SPDX-License-Identifier: MIT */
#include "ipc/spawn_message.h"

#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "base/writer.h"

#define ORDER_MAGIC   UINT32_C(0x4f4c5331)
#define PROGRAM_MAGIC UINT32_C(0x4f4c5032)

enum {
    HAS_SEARCH_PATH = 1 << 0,
    HAS_DIRECTORY = 1 << 1,
    HAS_ALL = (1 << 2) - 1,

    STDIO_ALL = (1 << 3) - 1,
};

/* --- orders ------------------------------------------------------------------------------- */

nt_status spawn_order_encode(const struct spawn_order *order, void **ret, size_t *ret_size)
{
    _cleanup_(writer_done) struct writer w;

    writer_init(&w, SPAWN_ORDER_MAX);
    writer_u32(&w, ORDER_MAGIC);
    writer_u32(&w, order->uid);
    writer_u32(&w, order->gid);
    writer_u32(&w, order->flags);
    writer_u32(&w, order->caller_pid);
    writer_u64(&w, order->capabilities);
    if (order->n_gids > SPAWN_GIDS_MAX)
        writer_fail(&w, NT(BUFFER_TOO_SMALL));
    writer_u32(&w, (uint32_t)order->n_gids);
    for (size_t i = 0; i < order->n_gids; i++)
        writer_u32(&w, order->gids[i]);
    return writer_take(&w, ret, ret_size);
}

static nt_status read_gids(struct spawn_order *order, struct reader *r)
{
    uint32_t n = reader_u32(r);

    if (n > SPAWN_GIDS_MAX || reader_left(r) != 4 * (size_t)n)
        return NT(INVALID_PARAMETER);
    order->gids = calloc((size_t)n + 1, sizeof(*order->gids));
    if (!order->gids)
        return NT(NO_MEMORY);
    for (order->n_gids = 0; order->n_gids < n; order->n_gids++)
        order->gids[order->n_gids] = reader_u32(r);
    return NT_OK;
}

nt_status spawn_order_decode(struct spawn_order *ret, const void *bytes, size_t size)
{
    _cleanup_(spawn_order_done) struct spawn_order order = { 0 };
    struct reader r;
    bool is_order;
    nt_status st;

    reader_init(&r, bytes, size);
    is_order = reader_u32(&r) == ORDER_MAGIC;
    order.uid = reader_u32(&r);
    order.gid = reader_u32(&r);
    order.flags = reader_u32(&r);
    order.caller_pid = reader_u32(&r);
    order.capabilities = reader_u64(&r);
    if (!is_order || (order.flags & ~(uint32_t)SPAWN_ORDER_FLAGS_ALL))
        return NT(INVALID_PARAMETER);
    st = read_gids(&order, &r);
    if (!nt_failed(st) && !reader_finished(&r))
        st = NT(INVALID_PARAMETER);
    if (nt_failed(st))
        return st;
    *ret = order;
    order.gids = NULL;
    return NT_OK;
}

void spawn_order_done(struct spawn_order *order)
{
    free(order->gids);
    *order = (struct spawn_order){ 0 };
}

/* --- programs ----------------------------------------------------------------------------- */

/* The zero at the end is written, too, so that texts are used where they lie. */
static void write_text(struct writer *w, const char *text)
{
    size_t length = strlen(text);

    if (length > SPAWN_PROGRAM_MAX)
        writer_fail(w, NT(BUFFER_TOO_SMALL));
    writer_u32(w, (uint32_t)length);
    writer_bytes(w, text, length + 1);
}

static void write_vector(struct writer *w, char *const *vector)
{
    size_t n = 0;

    while (vector[n])
        n++;
    if (n > SPAWN_PROGRAM_MAX)
        writer_fail(w, NT(BUFFER_TOO_SMALL));
    writer_u32(w, (uint32_t)n);
    for (size_t i = 0; i < n; i++)
        write_text(w, vector[i]);
}

nt_status spawn_program_encode(const struct spawn_program *program, void **ret, size_t *ret_size)
{
    _cleanup_(writer_done) struct writer w;

    writer_init(&w, SPAWN_PROGRAM_MAX);
    writer_u32(&w, PROGRAM_MAGIC);
    writer_u32(&w, program->flags);
    writer_u32(&w, program->stdio);
    writer_u32(&w, (program->search_path ? (uint32_t)HAS_SEARCH_PATH : 0) |
                       (program->directory ? (uint32_t)HAS_DIRECTORY : 0));
    write_text(&w, program->path);
    if (program->search_path)
        write_text(&w, program->search_path);
    if (program->directory)
        write_text(&w, program->directory);
    write_vector(&w, program->argv);
    write_vector(&w, program->envp);
    return writer_take(&w, ret, ret_size);
}

/* "" after a failure, which the reader remembers. */
static const char *read_text(struct reader *r)
{
    size_t length = reader_u32(r);
    const char *text;

    if (length >= reader_left(r)) {
        reader_fail(r);
        return "";
    }
    text = reader_bytes(r, length + 1);
    if (!text || strnlen(text, length + 1) != length) {
        reader_fail(r);
        return "";
    }
    return text;
}

static nt_status read_vector(char ***ret, struct reader *r)
{
    size_t n = reader_u32(r);
    char **vector;

    if (n > reader_left(r) / 5) /* each text has a length and a zero */
        return NT(INVALID_PARAMETER);
    vector = calloc(n + 1, sizeof(*vector));
    if (!vector)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < n; i++)
        vector[i] = (char *)(uintptr_t)read_text(r);
    *ret = vector;
    return NT_OK;
}

static bool read_head(struct spawn_program *program, struct reader *r)
{
    bool is_program = reader_u32(r) == PROGRAM_MAGIC;
    uint32_t has;

    program->flags = reader_u32(r);
    program->stdio = reader_u32(r);
    has = reader_u32(r);
    if (!is_program || (program->flags & ~(uint32_t)SPAWN_PROGRAM_FLAGS_ALL) ||
        (program->stdio & ~(uint32_t)STDIO_ALL) || (has & ~(uint32_t)HAS_ALL))
        return false;
    program->path = read_text(r);
    program->search_path = has & HAS_SEARCH_PATH ? read_text(r) : NULL;
    program->directory = has & HAS_DIRECTORY ? read_text(r) : NULL;
    return reader_ok(r);
}

nt_status spawn_program_decode(struct spawn_program *ret, const void *bytes, size_t size)
{
    _cleanup_(spawn_program_done) struct spawn_program program = { 0 };
    struct reader r;
    nt_status st;

    if (size > SPAWN_PROGRAM_MAX)
        return NT(INVALID_PARAMETER);
    reader_init(&r, bytes, size);
    if (!read_head(&program, &r))
        return NT(INVALID_PARAMETER);
    st = read_vector(&program.argv, &r);
    if (!nt_failed(st))
        st = read_vector(&program.envp, &r);
    if (!nt_failed(st) && (!reader_finished(&r) || !program.argv[0] || !*program.path))
        st = NT(INVALID_PARAMETER);
    if (nt_failed(st))
        return st;
    *ret = program;
    program.argv = program.envp = NULL;
    return NT_OK;
}

void spawn_program_done(struct spawn_program *program)
{
    free(program->argv);
    free(program->envp);
    *program = (struct spawn_program){ 0 };
}
