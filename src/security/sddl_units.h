/* SPDX-License-Identifier: MIT */
/*
 * Names and strings inside of SDDL: UTF-8 in the text, UTF-16 in the bytes. A name writes what is
 * no letter, digit or one of a few signs as %XXXX; a string has no escapes.
 */
#ifndef OPENLOGON_SECURITY_SDDL_UNITS_H
#define OPENLOGON_SECURITY_SDDL_UNITS_H

#include "base/writer.h"
#include "security/sddl_cursor.h"

enum sddl_units {
    SDDL_UNITS_SIMPLE,   /* the name of a local attribute */
    SDDL_UNITS_PREFIXED, /* a name behind "@USER." and the like, or in quotes */
    SDDL_UNITS_STRING,
};

/* Takes the longest run that is of the kind (a string: up to its closing quote, which is left) and
 * appends its units. Errors: INVALID_PARAMETER (malformed UTF-8 or escape) */
_must_check_ nt_status sddl_take_units(struct sddl_cursor *c, enum sddl_units kind,
                                       struct writer *w);

/*
 * Prints units of any alignment. With `escape_first` the first one is an escape in any case. A
 * string has no escapes: one with a quote, a zero or half a surrogate fails with NOT_SUPPORTED.
 */
void sddl_print_units(struct writer *w, const uint8_t *bytes, size_t size, enum sddl_units kind,
                      bool escape_first);

#endif
