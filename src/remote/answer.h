/* SPDX-License-Identifier: MIT */
/*
 * What a machine answers to ExecQuery in CIM-XML, read as it comes, row after row. The machine is
 * not trusted: there is no DTD and nothing is fetched; depth, properties and the length of a text
 * are bounded here, the whole answer by who reads it. Source: DSP0201.
 */
#ifndef OPENLOGON_REMOTE_ANSWER_H
#define OPENLOGON_REMOTE_ANSWER_H

#include <stddef.h>

#include "base/macros.h"
#include "query/value.h"

enum {
    ANSWER_DEPTH_MAX = 32,
    ANSWER_PROPERTIES_MAX = 256, /* of a row */
    ANSWER_NAME_MAX = 256,       /* bytes of a class's or a property's name */
    ANSWER_TEXT_MAX = 1 << 20,   /* bytes of a value */
};

/* One object. Borrowed, for the call. */
struct answer_row {
    const char *class_name;
    char *const *names;
    const struct query_value *values;
    size_t n;
};

/* False: it cannot be taken, and reading ends. */
typedef bool (*answer_visit)(void *context, const struct answer_row *row);

enum answer_end {
    ANSWER_WHOLE,
    ANSWER_REFUSAL,  /* a CIM error: answer_code(), answer_description() */
    ANSWER_NONE,     /* it is no answer to a query, or only a part of one */
    ANSWER_NOT_TAKEN /* the visit said so, or there is no memory */
};

typedef struct answer answer;

answer *answer_new(answer_visit visit, void *context); /* NULL: no memory */
answer *answer_free(answer *a);
DEFINE_CLEANUP(answer *, answer_free);

/* False: more would be in vain; answer_end() tells why. */
_must_check_ bool answer_add(answer *a, const void *bytes, size_t size);

/* Nothing follows. */
enum answer_end answer_finish(answer *a);

unsigned answer_code(const answer *a);           /* of CIM: 1 FAILED, 2 ACCESS_DENIED ... */
const char *answer_description(const answer *a); /* "" where there is none */

#endif
