/* SPDX-License-Identifier: MIT */
/* winbase.h: the names of privileges. They are the same on every system: lpSystemName is not used.
 */
#include <string.h>

#include <windows.h>

#include "base/macros.h"
#include "base/luid.h"
#include "client/text_argument.h"
#include "security/privilege.h"

enum {
    LANGUAGE_ENGLISH_US = 0x0409,
};

BOOL LookupPrivilegeValueA(LPCSTR system, LPCSTR name, PLUID luid)
{
    const struct privilege *privilege;

    (void)system;
    if (!name || !luid)
        return fail(ERROR_INVALID_PARAMETER);
    privilege = privilege_by_name(name, strlen(name));
    if (!privilege)
        return fail(ERROR_NO_SUCH_PRIVILEGE);
    *luid = privilege_luid(privilege->number);
    return TRUE;
}

BOOL LookupPrivilegeValueW(LPCWSTR system, LPCWSTR name, PLUID luid)
{
    _cleanup_(freep) char *converted = NULL;

    (void)system;
    if (!name || !luid)
        return fail(ERROR_INVALID_PARAMETER);
    converted = wide_argument(name);
    if (!converted)
        return GetLastError() == ERROR_NOT_ENOUGH_MEMORY ? FALSE : fail(ERROR_NO_SUCH_PRIVILEGE);
    return LookupPrivilegeValueA(NULL, converted, luid);
}

static const struct privilege *by_luid(PLUID luid)
{
    const struct privilege *privilege = luid ? privilege_by_number(luid_to_u64(*luid)) : NULL;

    if (!privilege)
        SetLastError(luid ? ERROR_NO_SUCH_PRIVILEGE : ERROR_INVALID_PARAMETER);
    return privilege;
}

BOOL LookupPrivilegeNameA(LPCSTR system, PLUID luid, LPSTR name, LPDWORD size)
{
    const struct privilege *privilege = by_luid(luid);

    (void)system;
    return privilege && give_text(privilege->name, name, size);
}

BOOL LookupPrivilegeNameW(LPCWSTR system, PLUID luid, LPWSTR name, LPDWORD size)
{
    const struct privilege *privilege = by_luid(luid);

    (void)system;
    return privilege && give_text_wide(privilege->name, name, size);
}

static const struct privilege *by_name(LPCSTR name)
{
    const struct privilege *privilege = name ? privilege_by_name(name, strlen(name)) : NULL;

    if (!privilege)
        SetLastError(name ? ERROR_NO_SUCH_PRIVILEGE : ERROR_INVALID_PARAMETER);
    return privilege;
}

BOOL LookupPrivilegeDisplayNameA(LPCSTR system, LPCSTR name, LPSTR display, LPDWORD size,
                                 LPDWORD language)
{
    const struct privilege *privilege = by_name(name);

    (void)system;
    if (!privilege || !give_text(privilege->display_name, display, size))
        return FALSE;
    if (language)
        *language = LANGUAGE_ENGLISH_US;
    return TRUE;
}

BOOL LookupPrivilegeDisplayNameW(LPCWSTR system, LPCWSTR name, LPWSTR display, LPDWORD size,
                                 LPDWORD language)
{
    _cleanup_(freep) char *converted = NULL;
    const struct privilege *privilege;

    (void)system;
    if (!name)
        return fail(ERROR_INVALID_PARAMETER);
    converted = wide_argument(name);
    privilege = converted ? by_name(converted) : NULL;
    if (!privilege || !give_text_wide(privilege->display_name, display, size))
        return FALSE;
    if (language)
        *language = LANGUAGE_ENGLISH_US;
    return TRUE;
}
