/* SPDX-License-Identifier: MIT */
/*
 * What the Net functions share: their results, the server's name, and the one buffer that each
 * returns: structures first, then what their pointers lead to.
 */
#ifndef OPENLOGON_CLIENT_NET_H
#define OPENLOGON_CLIENT_NET_H

#include <windows.h>

#include <lmaccess.h>

#include "base/status.h"
#include "client/authority.h"

/* The result that a status is: NERR_UserNotFound and the like, or the status' Win32 code. */
NET_API_STATUS net_result(nt_status status);

/* Errors: NT_NO_AUTHORITY (another machine's name), those of a connection */
_must_check_ nt_status net_check_server(LPCWSTR server);

/* Asks for something whose reply is empty. */
_must_check_ nt_status net_ask(Openlogon__Request *request);

/* A text to be sent; the message only borrows it. */
static inline char *net_sent(const char *text)
{
    return (char *)(uintptr_t)(text ? text : "");
}

/* A FILETIME as the Net functions have it: seconds since 1970; TIMEQ_FOREVER for never. */
DWORD net_time(int64_t filetime);

/* --- the buffer that is returned -------------------------------------------------------------- */

/* Embedded; starts zeroed. The first failure stays and shows at the end. */
struct net_block {
    uint8_t *bytes;
    size_t used, capacity;
    struct net_pointer *pointers; /* to be set when the block has its place */
    size_t n_pointers;
    bool failed;
};

void net_block_done(struct net_block *b); /* for _cleanup_() */
/* Room for n structures, zeroed; the offset of the first. */
size_t net_block_reserve(struct net_block *b, size_t n, size_t size);
/* The same, and makes the pointer at the offset lead there. */
size_t net_block_array(struct net_block *b, size_t pointer, size_t n, size_t size);
/* Puts something behind, and makes the pointer at the offset lead there. */
void net_block_text(struct net_block *b, size_t pointer, const char *text);
void net_block_bytes(struct net_block *b, size_t pointer, const void *bytes, size_t size);
void net_block_number(struct net_block *b, size_t at, DWORD number);
/* Gives the block away; freed with NetApiBufferFree(). Errors: NO_MEMORY */
_must_check_ nt_status net_block_finish(struct net_block *b, LPBYTE *ret);

#endif
