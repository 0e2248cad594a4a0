/* SPDX-License-Identifier: MIT */
/* Calls from one package to another. */
#ifndef OPENLOGON_WORKER_LSA_PACKAGES_H
#define OPENLOGON_WORKER_LSA_PACKAGES_H

#include <windows.h>
#include <ntsecpkg.h>

void lsa_fill_packages(LSA_SECPKG_FUNCTION_TABLE *table);

#endif
