/* SPDX-License-Identifier: MIT */
/* An answer is read as the same whether it comes as a whole or in pieces. */
#include "fuzz.h"

#include "remote/row_store.h"

static bool keep(void *context, const struct answer_row *row)
{
    MUST(row->class_name);
    for (size_t i = 0; i < row->n; i++)
        MUST(row->names[i]);
    return row_store_add(context, row);
}

static enum answer_end read_all(struct row_store *store, const uint8_t *data, size_t size,
                                size_t piece)
{
    _cleanup_(answer_freep) answer *a = answer_new(keep, store);
    enum answer_end end;

    MUST(a);
    for (size_t at = 0; at < size; at += piece) {
        if (!answer_add(a, data + at, size - at < piece ? size - at : piece))
            break;
    }
    end = answer_finish(a);
    MUST(end != ANSWER_NOT_TAKEN);
    MUST(end != ANSWER_REFUSAL || answer_code(a) != 0);
    return end;
}

static void check_same(const struct row_store *one, const struct row_store *other)
{
    MUST(one->n == other->n);
    for (size_t i = 0; i < one->n; i++) {
        MUST(one->rows[i].shape->n == other->rows[i].shape->n);
        for (size_t v = 0; v < one->rows[i].shape->n; v++)
            MUST(one->rows[i].values[v].kind == other->rows[i].values[v].kind);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct row_store whole = { 0 }, pieces = { 0 };
    const enum answer_end end = read_all(&whole, data, size, size + 1);

    if (end == ANSWER_WHOLE) {
        MUST(read_all(&pieces, data, size, 5) == end);
        check_same(&whole, &pieces);
    }
    row_store_done(&whole);
    row_store_done(&pieces);
    return 0;
}
