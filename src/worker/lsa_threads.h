/* SPDX-License-Identifier: MIT */
/* Threads and notifications. */
#ifndef OPENLOGON_WORKER_LSA_THREADS_H
#define OPENLOGON_WORKER_LSA_THREADS_H

#include <windows.h>
#include <ntsecpkg.h>

void lsa_fill_threads(LSA_SECPKG_FUNCTION_TABLE *table);

#endif
