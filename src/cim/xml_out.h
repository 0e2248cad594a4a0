/* SPDX-License-Identifier: MIT */
/*
 * Writes XML: elements that are closed in turn, and text that is escaped, so that nothing that a
 * program calls itself becomes markup. The first failure stays; ask once, at the end.
 */
#ifndef OPENLOGON_CIM_XML_OUT_H
#define OPENLOGON_CIM_XML_OUT_H

#include "base/writer.h"

enum { XML_OUT_DEPTH_MAX = 32 };

/* Names are the caller's, for as long as the element is open. */
struct xml_out {
    struct writer writer;
    struct xml_name {
        const char *prefix, *name; /* no prefix is NULL */
    } open[XML_OUT_DEPTH_MAX];
    size_t depth;
    bool in_tag;
};

void xml_out_init(struct xml_out *out, size_t limit);
void xml_out_init_part(struct xml_out *out, size_t limit); /* that goes into a document */
void xml_out_done(struct xml_out *out);                    /* for _cleanup_() too */

void xml_open(struct xml_out *out, const char *name);
void xml_open_as(struct xml_out *out, const char *prefix, const char *name);
void xml_put(struct xml_out *out, const char *name, const char *value); /* an attribute */
void xml_text(struct xml_out *out, const char *text);
void xml_close(struct xml_out *out);
/* An element of nothing but text. */
void xml_element(struct xml_out *out, const char *name, const char *text);

/* Elements that are written already. */
void xml_part(struct xml_out *out, const void *bytes, size_t size);

/* A place to go back to: what has been written and opened since then is forgotten, and a
 * failure, too. */
struct xml_mark {
    size_t size, depth;
};
struct xml_mark xml_mark(struct xml_out *out); /* not in a tag: it is ended */
void xml_rewind(struct xml_out *out, struct xml_mark mark);

#endif
