/* SPDX-License-Identifier: MIT */
/* HTML on a stream. Text is whatever others wrote: it is escaped, and what could mislead replaced.
 */
#ifndef OPENLOGON_TOOLS_HTML_H
#define OPENLOGON_TOOLS_HTML_H

#include <stdint.h>
#include <stdio.h>

/* For content and for attributes in double quotes. NULL is empty. */
void html_text(FILE *to, const char *text);

/* <tag>text</tag>. The tag is a literal, and may have attributes. */
void html_element(FILE *to, const char *tag, const char *text);

/* "sha256-...": by which a Content-Security-Policy names a style or a script that is in the page.
 */
enum { HTML_HASH_SIZE = 64 };
void html_hash(char ret[HTML_HASH_SIZE], const char *text);

#endif
