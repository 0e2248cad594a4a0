/* SPDX-License-Identifier: MIT */
/*
 * What the authority and the process whose primary token it is share of a token: which of the
 * privileges that are present are enabled is nobody's business to permit, so the process changes it
 * without asking. The rules, and why no change is missed: docs/protocol.md, "Enabled privileges".
 */
#ifndef OPENLOGON_SECURITY_TOKEN_WORDS_H
#define OPENLOGON_SECURITY_TOKEN_WORDS_H

#include <stdint.h>

/* Of a SharedWords. Written by both; the authority believes the first as far as privileges are
 * present, and never the second. */
enum token_word {
    TOKEN_WORD_ENABLED,     /* mask of privileges */
    TOKEN_WORD_MODIFIED_ID, /* that its process shows */
    TOKEN_WORDS_N,
};

/* In a slot of the page of modified ids, beside the id: somebody else looks at the token, so its
 * process has to tell when it changes what is enabled. No LUID is so large. */
#define TOKEN_WATCHED (UINT64_C(1) << 63)

#endif
