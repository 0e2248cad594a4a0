/* SPDX-License-Identifier: MIT */
/*
 * Microsoft's printf language, for wide and narrow formats alike:
 *
 *     %[-+ #0][width][.precision][hh h l ll w L I I32 I64 j z t](d i u o x X p e f g a c s C S Z %)
 *
 * What differs from C: a plain %s or %c has the format's own width and %S or %C the other one; h, l
 * and w before any of them decide; %Z prints an ANSI_STRING, %wZ a UNICODE_STRING; `long` has 32
 * bits; I alone has the size of a pointer; %p prints 16 digits; flag 0 pads text too. %n is refused
 * with EINVAL. A letter without meaning is printed as it stands.
 *
 * A precision bounds what is read of a string, and a string of the other width is measured in its
 * own units. NULL is printed as (null).
 */
#ifndef OPENLOGON_WIN32_FORMAT_H
#define OPENLOGON_WIN32_FORMAT_H

#include <stdarg.h>

#include "win32/sink.h"

/* `format` has the sink's width and ends with a zero. Errors stick to the sink. */
void openlogon_w32_format(struct sink *sink, const void *format, va_list args);

#endif
