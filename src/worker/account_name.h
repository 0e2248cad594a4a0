/* SPDX-License-Identifier: MIT */
/*
 * Names of OpenLogon accounts: which are allowed, and when two are the same. The rules are those
 * that NetUserAdd's USER_INFO_1 documents, with 64 characters instead of 20.
 */
#ifndef OPENLOGON_WORKER_ACCOUNT_NAME_H
#define OPENLOGON_WORKER_ACCOUNT_NAME_H

#include "base/status.h"

enum {
    ACCOUNT_NAME_MAX = 64,       /* characters */
    ACCOUNT_FULL_NAME_MAX = 256, /* characters */
    ACCOUNT_TEXT_MAX = 1024,     /* characters of a comment or a path */
};

/* Errors: INVALID_ACCOUNT_NAME */
_must_check_ nt_status account_name_check(const char *name);
_must_check_ nt_status account_full_name_check(const char *full_name);
/* A comment or a path. Errors: INVALID_PARAMETER */
_must_check_ nt_status account_text_check(const char *text);

/**
 * The form in which two names are equal byte by byte: full Unicode case folding, then NFC.
 * @ret    the caller's, free with free()
 * Errors: INVALID_ACCOUNT_NAME (no UTF-8, too long), NO_MEMORY
 */
_must_check_ nt_status account_name_fold(char **ret, const char *name);

#endif
