/* SPDX-License-Identifier: MIT */
/* What the benchmarks of several implementations of the security model work on alike. */
#ifndef OPENLOGON_BENCH_SECURITY_SCENE_H
#define OPENLOGON_BENCH_SECURITY_SCENE_H

#include <stdio.h>

#define SCENE_SID "S-1-5-21-1004336348-1177238915-682003330-1104"
#define SCENE_SDDL                                                                                 \
    "O:BAG:SYD:P(D;OICI;FA;;;BG)(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;" SCENE_SID ")(A;;FR;;;WD)"

enum {
    SCENE_GRANTED = 1, /* by the last ACE */
    SCENE_NOT_GRANTED = 2,
    SCENE_GROUPS_OF_ANY_LOGON = 8, /* that every network logon has beside the account's own */
    SCENE_TEXT_SIZE = 12000,
};

/* SDDL with so many ACEs, of which the last speaks of Everyone and the others of strangers. */
static inline void scene_descriptor(char text[SCENE_TEXT_SIZE], unsigned n_aces)
{
    int used = snprintf(text, SCENE_TEXT_SIZE, "O:SYG:SYD:");

    for (unsigned i = 1; i < n_aces; i++)
        used += snprintf(text + used, SCENE_TEXT_SIZE - (size_t)used,
                         "(A;;0x3;;;S-1-5-21-11-22-33-%u)", 5000 + i);
    snprintf(text + used, SCENE_TEXT_SIZE - (size_t)used, "(A;;0x1;;;WD)");
}

#endif
