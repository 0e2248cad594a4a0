/* SPDX-License-Identifier: MIT */
/*
 * fork(): no lock of the library may be held by a thread that the child does not have, and handles
 * go on to work in both processes. Every lock is taken here, in the order in which the library
 * nests them, outermost first.
 */
#include <pthread.h>

#include "client/child.h"
#include "client/client_window.h"
#include "client/connection.h"
#include "client/handle.h"
#include "client/impersonation.h"
#include "client/luid_block.h"
#include "client/mode.h"
#include "client/process_token.h"
#include "client/session_pages.h"
#include "client/stripe.h"
#include "client/token_words.h"

static void before_fork(void)
{
    process_token_lock();
    session_pages_lock();
    luid_block_lock();
    children_lock();
    connection_before_fork();
    token_words_lock();
    handles_lock();
    stripes_lock_all();
    client_buffers_lock();
}

static void unlock_inner(void)
{
    client_buffers_unlock();
    stripes_unlock_all();
    handles_unlock();
    token_words_unlock();
}

static void unlock_outer(void)
{
    children_unlock();
    luid_block_unlock();
    session_pages_unlock();
    process_token_unlock();
}

static void after_fork_in_parent(void)
{
    unlock_inner();
    connection_after_fork_in_parent();
    unlock_outer();
}

static void after_fork_in_child(void)
{
    unlock_inner();
    connection_after_fork_in_child();
    mode_after_fork_in_child(impersonation_token() != NULL);
    children_forget();
    luid_block_drop();
    session_pages_after_fork_in_child();
    token_words_after_fork_in_child();
    process_token_outdate();
    unlock_outer();
}

__attribute__((constructor)) static void install_fork_handlers(void)
{
    (void)pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}
