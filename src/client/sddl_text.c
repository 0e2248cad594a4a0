/* SPDX-License-Identifier: MIT */
/* sddl.h: SIDs and descriptors as text. */
#include <stdlib.h>
#include <string.h>

#include <windows.h>
#include <openlogon.h>
#include <sddl.h>

#include "base/utf16.h"
#include "client/machine_sid.h"
#include "client/text_argument.h"
#include "security/descriptor.h"
#include "security/sddl.h"
#include "security/sid.h"

/* Results that the caller frees with LocalFree() come from malloc(), as LocalAlloc()'s do. */

BOOL ConvertSidToStringSidA(PSID sid, LPSTR *ret)
{
    char text[SID_TEXT_SIZE];
    char *copy;

    if (!ret)
        return fail(ERROR_INVALID_PARAMETER);
    if (!sid || !sid_valid(sid, SID_SIZE_MAX))
        return fail(ERROR_INVALID_SID);
    sid_to_text(text, sid);
    copy = strdup(text);
    if (!copy)
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    *ret = copy;
    return TRUE;
}

BOOL ConvertSidToStringSidW(PSID sid, LPWSTR *ret)
{
    char text[SID_TEXT_SIZE];
    size_t length;

    if (!ret)
        return fail(ERROR_INVALID_PARAMETER);
    if (!sid || !sid_valid(sid, SID_SIZE_MAX))
        return fail(ERROR_INVALID_SID);
    length = sid_to_text(text, sid);
    return finish(utf8_to_utf16(ret, NULL, text, length));
}

BOOL ConvertStringSidToSidA(LPCSTR text, PSID *ret)
{
    sid_buffer parsed;
    SID *copy;

    if (!text || !ret)
        return fail(ERROR_INVALID_PARAMETER);
    /* Few texts need the machine's SID: it is asked for when one does. */
    if (nt_failed(sddl_sid_parse(&parsed, text, strlen(text), NULL)) &&
        nt_failed(sddl_sid_parse(&parsed, text, strlen(text), machine_sid())))
        return fail(ERROR_INVALID_SID);
    if (nt_failed(sid_dup(&copy, &parsed.sid)))
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    *ret = copy;
    return TRUE;
}

BOOL ConvertStringSidToSidW(LPCWSTR text, PSID *ret)
{
    _cleanup_(freep) char *converted = NULL;

    if (!text || !ret)
        return fail(ERROR_INVALID_PARAMETER);
    converted = wide_argument(text);
    if (!converted)
        return GetLastError() == ERROR_NOT_ENOUGH_MEMORY ? FALSE : fail(ERROR_INVALID_SID);
    return ConvertStringSidToSidA(converted, ret);
}

/* Few texts need the machine's SID: it is asked for when one has a SID that is none without it. */
static nt_status parse(void **ret, size_t *ret_size, const char *text, struct sddl_error *ret_error)
{
    const size_t size = strlen(text);
    const SID *machine;

    nt_status st = sddl_parse_explained(ret, ret_size, text, size, NULL, ret_error);
    if (!NT_IS(st, INVALID_SID))
        return st;
    machine = machine_sid();
    return machine ? sddl_parse_explained(ret, ret_size, text, size, machine, ret_error) : st;
}

BOOL openlogon_check_sddl(const char *sddl, size_t *ret_offset, const char **ret_reason)
{
    struct sddl_error error = { 0, "there is no text" };
    _cleanup_(freep) void *built = NULL;
    size_t size;
    nt_status st = NT(INVALID_PARAMETER);

    if (sddl)
        st = parse(&built, &size, sddl, &error);
    if (!nt_failed(st))
        return TRUE;
    if (ret_offset)
        *ret_offset = error.offset;
    if (ret_reason)
        *ret_reason = error.reason;
    return finish(st);
}

BOOL ConvertStringSecurityDescriptorToSecurityDescriptorA(LPCSTR text, DWORD revision,
                                                          PSECURITY_DESCRIPTOR *ret,
                                                          PULONG ret_size)
{
    struct sddl_error ignored;
    void *built;
    size_t size;
    nt_status st;

    if (!text || !ret)
        return fail(ERROR_INVALID_PARAMETER);
    if (revision != SDDL_REVISION_1)
        return fail(ERROR_UNKNOWN_REVISION);
    st = parse(&built, &size, text, &ignored);
    if (nt_failed(st))
        return finish(st);
    *ret = built;
    if (ret_size)
        *ret_size = (ULONG)size;
    return TRUE;
}

BOOL ConvertStringSecurityDescriptorToSecurityDescriptorW(LPCWSTR text, DWORD revision,
                                                          PSECURITY_DESCRIPTOR *ret,
                                                          PULONG ret_size)
{
    _cleanup_(freep) char *converted = NULL;

    if (!text || !ret)
        return fail(ERROR_INVALID_PARAMETER);
    converted = wide_argument(text);
    if (!converted)
        return FALSE;
    return ConvertStringSecurityDescriptorToSecurityDescriptorA(converted, revision, ret, ret_size);
}

/* Only accounts can be the machine's: a text without one is what it would be with its SID too. */
static nt_status print_parts(char **ret, size_t *ret_size, const struct descriptor *d,
                             SECURITY_INFORMATION parts)
{
    _cleanup_(freep) char *text = NULL;
    const SID *machine = machine_sid_known();
    size_t size;

    nt_status st = sddl_print(&text, &size, d, parts, machine);
    if (nt_failed(st))
        return st;
    if (!machine && strstr(text, "S-1-5-21-") && (machine = machine_sid_at_hand()))
        return sddl_print(ret, ret_size, d, parts, machine);
    *ret = TAKE(text);
    *ret_size = size;
    return NT_OK;
}

static BOOL print(char **ret, size_t *ret_size, PSECURITY_DESCRIPTOR descriptor, DWORD revision,
                  SECURITY_INFORMATION parts)
{
    struct descriptor view;
    nt_status st;

    if (revision != SDDL_REVISION_1)
        return fail(ERROR_UNKNOWN_REVISION);
    if (!descriptor)
        return fail(ERROR_INVALID_PARAMETER);
    st = descriptor_read(&view, descriptor);
    if (nt_failed(st))
        return finish(st);
    return finish(print_parts(ret, ret_size, &view, parts));
}

BOOL ConvertSecurityDescriptorToStringSecurityDescriptorA(PSECURITY_DESCRIPTOR descriptor,
                                                          DWORD revision,
                                                          SECURITY_INFORMATION parts, LPSTR *ret,
                                                          PULONG ret_size)
{
    char *text;
    size_t size;

    if (!ret)
        return fail(ERROR_INVALID_PARAMETER);
    if (!print(&text, &size, descriptor, revision, parts))
        return FALSE;
    *ret = text;
    if (ret_size)
        *ret_size = (ULONG)size + 1;
    return TRUE;
}

BOOL ConvertSecurityDescriptorToStringSecurityDescriptorW(PSECURITY_DESCRIPTOR descriptor,
                                                          DWORD revision,
                                                          SECURITY_INFORMATION parts, LPWSTR *ret,
                                                          PULONG ret_size)
{
    _cleanup_(freep) char *text = NULL;
    size_t size, units;
    nt_status st;

    if (!ret)
        return fail(ERROR_INVALID_PARAMETER);
    if (!print(&text, &size, descriptor, revision, parts))
        return FALSE;
    st = utf8_to_utf16(ret, &units, text, size);
    if (nt_failed(st))
        return finish(st);
    if (ret_size)
        *ret_size = (ULONG)units + 1;
    return TRUE;
}
