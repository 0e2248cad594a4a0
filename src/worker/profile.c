/* SPDX-License-Identifier: MIT */
#include "worker/profile.h"

#include <stddef.h>
#include <string.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/utf16.h"
#include "worker/profile_trailer.h"

/* A profile under conversion: the copy that goes out, and where the original lies. */
struct profile {
    uint8_t *bytes;
    size_t size;
    uint64_t base;
    bool keeps_pointers; /* they are the client's own */
};

/* Which text of the profile is which field of the result; texts without a field still have to be
 * sound. */
static const struct {
    size_t string;
    size_t field;
} texts[] = {
#define PROFILE_TEXT(member, name)                                                                 \
    {                                                                                              \
        offsetof(MSV1_0_INTERACTIVE_PROFILE, member),                                              \
            offsetof(Openlogon__Worker__LogonResult, name)                                         \
    }
    PROFILE_TEXT(LogonScript, logon_script),
    PROFILE_TEXT(HomeDirectory, home_directory),
    PROFILE_TEXT(ProfilePath, profile_path),
    PROFILE_TEXT(LogonServer, logon_server),
#undef PROFILE_TEXT
    { offsetof(MSV1_0_INTERACTIVE_PROFILE, FullName), 0 },
    { offsetof(MSV1_0_INTERACTIVE_PROFILE, HomeDirectoryDrive), 0 },
};

static nt_status text_in_arena(char **ret, arena *memory, const WCHAR *text, size_t units)
{
    size_t capacity = 3 * units + 1;
    char *utf8 = arena_alloc(memory, capacity);

    if (!utf8)
        return NT(NO_MEMORY);
    *ret = utf8;
    return utf16_to_utf8_buffer(utf8, capacity, NULL, text, units);
}

/* Reads what the string points to; the pointer becomes an offset, unless it is to be kept. */
static nt_status take_text(struct profile *p, size_t at, char **ret, arena *memory)
{
    UNICODE_STRING string;
    uintptr_t offset;

    memcpy(&string, p->bytes + at, sizeof(string));
    if (string.Length == 0) {
        memset(p->bytes + at, 0, sizeof(string));
        return NT_OK;
    }
    offset = (uintptr_t)string.Buffer - p->base;
    if (offset > p->size || string.Length > p->size - offset || string.Length % 2 != 0 ||
        offset % 2 != 0)
        return NT(INVALID_PARAMETER);
    if (!p->keeps_pointers)
        string.Buffer = (PWSTR)offset; /* NOLINT: an offset from here on */
    string.MaximumLength = string.Length;
    memcpy(p->bytes + at, &string, sizeof(string));
    if (!ret)
        return NT_OK;
    return text_in_arena(ret, memory, (const WCHAR *)(const void *)(p->bytes + offset),
                         string.Length / 2);
}

static nt_status take_interactive(Openlogon__Worker__LogonResult *ret, arena *memory,
                                  struct profile *p)
{
    MSV1_0_INTERACTIVE_PROFILE header;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        char **field = texts[i].field ? (char **)(void *)((uint8_t *)ret + texts[i].field) : NULL;
        nt_status st = take_text(p, texts[i].string, field, memory);

        if (nt_failed(st))
            return st;
    }
    memcpy(&header, p->bytes, sizeof(header));
    ret->password_last_set = header.PasswordLastSet.QuadPart;
    ret->password_can_change = header.PasswordCanChange.QuadPart;
    ret->password_must_change = header.PasswordMustChange.QuadPart;
    ret->user_flags = header.UserFlags;
    ret->logoff_time = header.LogoffTime.QuadPart;
    ret->kick_off_time = header.KickOffTime.QuadPart;
    return NT_OK;
}

static bool is_interactive(const struct profile *p)
{
    MSV1_0_PROFILE_BUFFER_TYPE type;

    if (p->size < sizeof(MSV1_0_INTERACTIVE_PROFILE))
        return false;
    memcpy(&type, p->bytes, sizeof(type));
    return type == MsV1_0InteractiveProfile;
}

/* Takes the trailer off, if there is one. */
static void take_trailer(Openlogon__Worker__LogonResult *ret, struct profile *p)
{
    struct profile_trailer trailer;

    if (p->size < sizeof(MSV1_0_INTERACTIVE_PROFILE) + sizeof(trailer))
        return;
    memcpy(&trailer, p->bytes + p->size - sizeof(trailer), sizeof(trailer));
    if (memcmp(trailer.mark, PROFILE_TRAILER_MARK, sizeof(trailer.mark)) != 0)
        return;
    p->size -= sizeof(trailer);
    ret->last_success = trailer.last.LastSuccessfulLogon.QuadPart;
    ret->last_failure = trailer.last.LastFailedLogon.QuadPart;
    ret->failed_attempts = trailer.last.FailedAttemptCountSinceLastSuccessfulLogon;
}

nt_status profile_convert(Openlogon__Worker__LogonResult *ret, arena *memory,
                          const struct client_request *request, const void *base, size_t size)
{
    const struct client_buffer *from = client_request_find(request, base);
    struct profile p = { .size = size,
                         .base = (uintptr_t)base,
                         .keeps_pointers = request->window.size > 0 };

    if (!base)
        return NT_OK;
    if (!from || size > from->size)
        return NT(INVALID_PARAMETER);
    p.bytes = arena_copy(memory, from->bytes, size);
    if (!p.bytes)
        return NT(NO_MEMORY);
    take_trailer(ret, &p);
    ret->profile = (ProtobufCBinaryData){ .data = p.bytes, .len = p.size };
    ret->profile_address = p.keeps_pointers ? p.base : 0;
    return is_interactive(&p) ? take_interactive(ret, memory, &p) : NT_OK;
}
