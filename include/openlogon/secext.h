/* SPDX-License-Identifier: MIT */
/* Forms of an account's name. */
#ifndef OPENLOGON_SECEXT_H
#define OPENLOGON_SECEXT_H

#include <windows.h>

typedef enum {
    NameUnknown = 0,
    NameFullyQualifiedDN,
    NameSamCompatible,
    NameDisplay,
    NameUniqueId = 6,
    NameCanonical,
    NameUserPrincipal,
    NameCanonicalEx,
    NameServicePrincipal,
    NameDnsDomain = 12,
    NameGivenName,
    NameSurname,
} EXTENDED_NAME_FORMAT;

#endif
