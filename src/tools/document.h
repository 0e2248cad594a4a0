/* SPDX-License-Identifier: MIT */
/*
 * A JSON document that is written from top to bottom. It starts as an open object with the member
 * "version": 1. The first failure stays and shows at the end, so that nothing in between needs a
 * check. Text that is not valid UTF-8 is shown with U+FFFD.
 */
#ifndef OPENLOGON_TOOLS_DOCUMENT_H
#define OPENLOGON_TOOLS_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

typedef struct document document;

enum { DOCUMENT_VERSION = 1 };

document *document_new(void); /* NULL: no memory; the other functions take that */
/* An object that stands in a document which is written otherwise: without a version. */
document *document_new_part(void);
document *document_free(document *d);
DEFINE_CLEANUP(document *, document_free);

/* The key is ignored inside an array, and there it may be NULL. */
void document_open_object(document *d, const char *key);
void document_open_array(document *d, const char *key);
void document_close(document *d);

void document_text(document *d, const char *key, const char *text); /* NULL or "": null */
void document_number(document *d, const char *key, int64_t number);
void document_bool(document *d, const char *key, bool value);
void document_null(document *d, const char *key);

/* "0x3e7", and ISO 8601 or null: numbers of 64 bits do not survive every JSON reader. */
void document_luid(document *d, const char *key, uint64_t luid);
void document_time(document *d, const char *key, int64_t filetime);

/* Prints it to stdout with a line end. Returns the program's exit code, after complaining. */
int document_print(document *d);

/* The part in one line without its end. Returns 0 or negative errno, and does not complain. */
_must_check_ int document_print_part(document *d);

/* The same in one line. Returns 0 or negative errno, and does not complain. */
_must_check_ int document_print_line(document *d);

#endif
