/* SPDX-License-Identifier: MIT */
#include "client/luid_block.h"

#include <pthread.h>
#include <securitybaseapi.h>

#include "base/luid.h"
#include "client/authority.h"
#include "client/last_error.h"

/* The most that may be asked for at once: the round trip costs more than all else. */
enum { BLOCK_SIZE = 1024 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t next;
static uint64_t n_left;

void luid_block_lock(void)
{
    (void)pthread_mutex_lock(&mutex);
}

void luid_block_unlock(void)
{
    (void)pthread_mutex_unlock(&mutex);
}

void luid_block_drop(void)
{
    n_left = 0;
}

static nt_status fetch_locked(void)
{
    Openlogon__AllocateLuidsRequest allocate = OPENLOGON__ALLOCATE_LUIDS_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ALLOCATE_LUIDS, allocate_luids, &allocate);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    allocate.count = BLOCK_SIZE;
    st = authority_call(AS_PROCESS, &request, REPLY_OF(LUIDS), &reply, NULL);
    if (nt_failed(st))
        return st;
    next = reply.message->luids->first;
    n_left = reply.message->luids->count;
    return n_left > 0 ? NT_OK : NT(REPLY_MESSAGE_MISMATCH);
}

nt_status luid_allocate(uint64_t *ret)
{
    nt_status st = NT_OK;

    luid_block_lock();
    if (n_left == 0)
        st = fetch_locked();
    if (!nt_failed(st)) {
        *ret = next++;
        n_left--;
    }
    luid_block_unlock();
    return st;
}

BOOL AllocateLocallyUniqueId(PLUID Luid)
{
    uint64_t luid;
    nt_status st = Luid ? luid_allocate(&luid) : NT(INVALID_PARAMETER);

    if (!nt_failed(st))
        *Luid = luid_from_u64(luid);
    return finish(st);
}
