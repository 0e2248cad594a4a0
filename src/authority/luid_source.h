/* SPDX-License-Identifier: MIT */
/*
 * Where locally unique ids come from. Within one boot of the machine none is handed out twice, also
 * across crashes of the authority: ids are reserved in blocks, and the end of a block is on disk
 * before the first id of it is used. What a crash leaves unused is skipped.
 */
#ifndef OPENLOGON_AUTHORITY_LUID_SOURCE_H
#define OPENLOGON_AUTHORITY_LUID_SOURCE_H

#include "base/status.h"

#define LUID_FIRST     UINT64_C(0x10000) /* below lie the well-known ones */
#define LUID_BLOCK     UINT64_C(0x100000)
#define LUID_TAKE_MAX  UINT32_C(1024) /* at once */
#define LUID_FILE      "luid"

#define BOOT_ID_LENGTH 36 /* as in /proc/sys/kernel/random/boot_id */

typedef struct LuidSource LuidSource;

/**
 * Continues above what an earlier source of the same boot may have handed out.
 * @dirfd    directory of the file LUID_FILE; duplicated
 * Errors:   FILE_CORRUPT_ERROR (the file is not ours or damaged: going on could reuse ids), those
 *           of nt_from_errno(), NO_MEMORY
 */
_must_check_ nt_status luid_source_open(LuidSource **ret, int dirfd, const char *boot_id);
LuidSource *luid_source_close(LuidSource *source);
DEFINE_CLEANUP(LuidSource *, luid_source_close);

/**
 * Takes `count` ids in a row.
 * Errors:   INVALID_PARAMETER (count not 1..LUID_TAKE_MAX), LUIDS_EXHAUSTED, or what kept a new
 *           block from reaching the disk
 */
_must_check_ nt_status luid_take(LuidSource *source, uint32_t count, uint64_t *ret_first);

/* Whether the id is one that this source, or one before it in this boot, may have handed out. */
bool luid_was_taken(const LuidSource *source, uint64_t luid);

#endif
