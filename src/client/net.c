/* SPDX-License-Identifier: MIT */
#include "client/net.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <lmapibuf.h>

#include "base/filetime.h"
#include "base/utf16.h"
#include "client/last_error.h"
#include "client/text.h"

static const struct {
    int32_t status;
    NET_API_STATUS result;
} results[] = {
    { STATUS_NO_SUCH_USER, NERR_UserNotFound },
    { STATUS_USER_EXISTS, NERR_UserExists },
    { STATUS_GROUP_EXISTS, NERR_GroupExists },
    { STATUS_INVALID_ACCOUNT_NAME, NERR_BadUsername },
    { STATUS_PASSWORD_RESTRICTION, NERR_PasswordTooShort },
    { STATUS_SPECIAL_ACCOUNT, NERR_SpeGroupOp },
};

NET_API_STATUS net_result(nt_status status)
{
    for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
        if (results[i].status == status.code)
            return results[i].result;
    }
    return nt_failed(status) ? nt_to_win32(status.code) : NERR_Success;
}

nt_status net_check_server(LPCWSTR server)
{
    _cleanup_(text_done) char *text = NULL;
    _cleanup_(connection_unrefp) connection *c = NULL;
    const char *name;
    nt_status st = text_from_wide(&text, server);

    if (nt_failed(st) || !text || !*text)
        return st;
    st = connection_current(&c);
    if (nt_failed(st))
        return st;
    name = text + strspn(text, "\\");
    if (strcmp(name, ".") == 0 || strcasecmp(name, connection_authority(c)->machine_name) == 0)
        return NT_OK;
    return NT_NO_AUTHORITY;
}

nt_status net_ask(Openlogon__Request *request)
{
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;

    return authority_call(AS_THREAD, request, REPLY_EMPTY, &reply, NULL);
}

DWORD net_time(int64_t filetime)
{
    int64_t seconds;

    if (filetime == 0)
        return 0;
    seconds = filetime_to_unix(filetime);
    if (filetime == FILETIME_NEVER || seconds >= (int64_t)TIMEQ_FOREVER)
        return TIMEQ_FOREVER;
    return seconds < 0 ? 0 : (DWORD)seconds;
}

NET_API_STATUS NetApiBufferFree(LPVOID Buffer)
{
    free(Buffer);
    return NERR_Success;
}

/* --- the buffer that is returned -------------------------------------------------------------- */

/* Offsets in the block: of a pointer, and of what it leads to. */
struct net_pointer {
    size_t at, to;
};

void net_block_done(struct net_block *b)
{
    free(b->bytes);
    free(b->pointers);
    *b = (struct net_block){ 0 };
}

static bool grow(struct net_block *b, size_t more)
{
    size_t needed, capacity;
    uint8_t *bytes;

    if (b->failed || !size_add(b->used, more, &needed) || !size_add(needed, needed, &capacity)) {
        b->failed = true;
        return false;
    }
    if (needed <= b->capacity)
        return true;
    bytes = realloc(b->bytes, capacity);
    if (!bytes) {
        b->failed = true;
        return false;
    }
    memset(bytes + b->capacity, 0, capacity - b->capacity);
    b->bytes = bytes;
    b->capacity = capacity;
    return true;
}

size_t net_block_reserve(struct net_block *b, size_t n, size_t size)
{
    size_t at = (b->used + sizeof(void *) - 1) / sizeof(void *) * sizeof(void *);
    size_t bytes;

    if (!size_mul(n, size, &bytes) || !size_add(bytes, sizeof(void *), &bytes) || !grow(b, bytes)) {
        b->failed = true;
        return 0;
    }
    b->used = at + n * size;
    return at;
}

static void add_pointer(struct net_block *b, size_t at, size_t to)
{
    const size_t n = b->n_pointers;
    struct net_pointer *longer = b->pointers;

    if ((n & (n - 1)) == 0) /* the room doubles */
        longer = reallocarray(b->pointers, n ? 2 * n : 1, sizeof(*longer));
    if (!longer) {
        b->failed = true;
        return;
    }
    b->pointers = longer;
    longer[b->n_pointers++] = (struct net_pointer){ at, to };
}

size_t net_block_array(struct net_block *b, size_t pointer, size_t n, size_t size)
{
    size_t to = net_block_reserve(b, n, size);

    if (!b->failed)
        add_pointer(b, pointer, to);
    return to;
}

void net_block_bytes(struct net_block *b, size_t pointer, const void *bytes, size_t size)
{
    size_t to = net_block_reserve(b, 1, size);

    if (b->failed)
        return;
    memcpy(b->bytes + to, bytes, size);
    add_pointer(b, pointer, to);
}

void net_block_text(struct net_block *b, size_t pointer, const char *text)
{
    _cleanup_(freep) WCHAR *wide = NULL;
    size_t units = 0;

    if (nt_failed(utf8_to_utf16(&wide, &units, text, strlen(text))))
        b->failed = true;
    else
        net_block_bytes(b, pointer, wide, (units + 1) * sizeof(WCHAR));
}

void net_block_number(struct net_block *b, size_t at, DWORD number)
{
    if (!b->failed)
        memcpy(b->bytes + at, &number, sizeof(number));
}

nt_status net_block_finish(struct net_block *b, LPBYTE *ret)
{
    if (b->failed || !b->bytes)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < b->n_pointers; i++) {
        const uint8_t *to = b->bytes + b->pointers[i].to;

        memcpy(b->bytes + b->pointers[i].at, (const void *)&to, sizeof(to));
    }
    *ret = TAKE(b->bytes);
    return NT_OK;
}
