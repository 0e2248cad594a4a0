/* SPDX-License-Identifier: MIT */
/* What a CIM operation fails with. Source: DSP0200, 5.4.1, and the values of its CIM status codes.
 */
#ifndef OPENLOGON_CIM_ERROR_H
#define OPENLOGON_CIM_ERROR_H

#include <stdarg.h>

#include "query/status.h"

enum { CIM_TEXT_SIZE = 256 };
/* For people, and cut where it is longer; no character is cut in two. */
void cim_text(char ret[CIM_TEXT_SIZE], const char *format, va_list list) _printf_(2, 0);

enum cim_code {
    CIM_OK = 0,
    CIM_ERR_FAILED = 1,
    CIM_ERR_ACCESS_DENIED = 2,
    CIM_ERR_INVALID_NAMESPACE = 3,
    CIM_ERR_INVALID_PARAMETER = 4,
    CIM_ERR_INVALID_CLASS = 5,
    CIM_ERR_NOT_FOUND = 6,
    CIM_ERR_NOT_SUPPORTED = 7,
    CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED = 14,
    CIM_ERR_INVALID_QUERY = 15,
};

/* All zeros: none. */
struct cim_error {
    enum cim_code code;
    char text[CIM_TEXT_SIZE];
};

/* False, for the function that has failed to return. */
bool cim_fail(struct cim_error *error, enum cim_code code, const char *format, ...) _printf_(3, 4);
/* True: the status is no failure. */
bool cim_check(struct cim_error *error, query_status status);

#endif
