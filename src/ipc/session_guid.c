/* SPDX-License-Identifier: MIT */
#include "ipc/session_guid.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"

/* All of a boot_id in one number; 0: not read yet. Threads that read at a time read the same. */
static _Atomic uint64_t known;

static uint64_t read_known(void)
{
    char text[64];
    uint32_t first;
    uint16_t second, third;
    int fd = open(BOOT_ID_FILE, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

    if (fd >= 0)
        (void)close(fd);
    text[n < 0 ? 0 : n] = '\0';
    if (sscanf(text, "%8" SCNx32 "-%4" SCNx16 "-%4" SCNx16, &first, &second, &third) != 3)
        return 0;
    return (uint64_t)first << 32 | (uint64_t)second << 16 | third;
}

int boot_id_read(struct boot_id *ret)
{
    uint64_t id = atomic_load_explicit(&known, memory_order_relaxed);

    if (id == 0) {
        id = read_known();
        atomic_store_explicit(&known, id, memory_order_relaxed);
    }
    if (id == 0)
        return -ENOTSUP;
    *ret = (struct boot_id){ .first = (uint32_t)(id >> 32),
                             .second = (uint16_t)(id >> 16),
                             .third = (uint16_t)id };
    return 0;
}

int session_guid_text(char ret[SESSION_GUID_SIZE], uint64_t luid)
{
    struct boot_id boot;
    int r = boot_id_read(&boot);

    ret[0] = '\0';
    if (r < 0)
        return r;
    (void)snprintf(ret, SESSION_GUID_SIZE, "%08" PRIx32 "-%04x-%04x-%04x-%012" PRIx64, boot.first,
                   (unsigned)boot.second, (unsigned)boot.third, (unsigned)(luid >> 48),
                   luid & UINT64_C(0xffffffffffff));
    return 0;
}
