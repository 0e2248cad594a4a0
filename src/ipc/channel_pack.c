/* SPDX-License-Identifier: MIT */
/* Apart from the rest of the channel, which needs no library. */
#include "ipc/channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Enough for nearly every message. */
    PACKED_ON_STACK = 4096,
};

int channel_send(int fd, const ProtobufCMessage *message, const int *fds, size_t n_fds)
{
    uint8_t on_stack[PACKED_ON_STACK];
    uint8_t *packed = on_stack;
    size_t size = protobuf_c_message_get_packed_size(message);
    int r;

    if (size > CHANNEL_MESSAGE_MAX)
        return -EMSGSIZE;
    if (size > sizeof(on_stack)) {
        packed = malloc(size);
        if (!packed)
            return -ENOMEM;
    }
    protobuf_c_message_pack(message, packed);
    r = channel_send_bytes(fd, packed, size, fds, n_fds);
    explicit_bzero(packed, size);
    if (packed != on_stack)
        free(packed);
    return r;
}
