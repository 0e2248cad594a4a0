/* SPDX-License-Identifier: MIT */
/* Texts of messages that are only packed: lent, never written to, and empty where there is none. */
#ifndef OPENLOGON_IPC_MESSAGE_TEXT_H
#define OPENLOGON_IPC_MESSAGE_TEXT_H

#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

static inline char *message_text(const char *text)
{
    return (char *)(uintptr_t)(text ? text : protobuf_c_empty_string);
}

#endif
