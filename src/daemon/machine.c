/* SPDX-License-Identifier: MIT */
#include "daemon/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/text_file.h"
#include "linux/random.h"

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"

static int make_sid(sid_buffer *ret, int state_dirfd)
{
    uint32_t subs[4] = { SECURITY_NT_NON_UNIQUE };
    char text[SID_TEXT_SIZE + 1];
    size_t length;
    int r = random_fill(&subs[1], 3 * sizeof(subs[0]));

    if (r < 0)
        return r;
    if (nt_failed(sid_make(ret, 5, ARRAY_SIZE(subs), subs)))
        return -EINVAL;
    length = sid_to_text(text, &ret->sid);
    text[length] = '\n';
    text[length + 1] = '\0';
    return text_file_write_new(state_dirfd, MACHINE_SID_FILE, text);
}

static int read_sid(sid_buffer *ret, int state_dirfd)
{
    char text[SID_TEXT_SIZE];
    int r = text_file_read(state_dirfd, MACHINE_SID_FILE, text, sizeof(text));

    if (r == -ENOENT)
        return make_sid(ret, state_dirfd);
    if (r < 0)
        return r;
    if (nt_failed(sid_from_text(ret, NULL, text, strlen(text))) || sid_n_subs(&ret->sid) != 4)
        return -EBADMSG;
    return 0;
}

static int read_name(char name[MACHINE_NAME_SIZE])
{
    struct utsname system;

    if (uname(&system) < 0)
        return -errno;
    system.nodename[strcspn(system.nodename, ".")] = '\0';
    (void)snprintf(name, MACHINE_NAME_SIZE, "%s", *system.nodename ? system.nodename : "LOCALHOST");
    for (char *c = name; *c; c++) {
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    }
    return 0;
}

int machine_read(struct machine *ret, int state_dirfd, const SID *given)
{
    int r = 0;

    if (given)
        memcpy(&ret->sid, given, sid_length(given));
    else
        r = read_sid(&ret->sid, state_dirfd);
    if (r < 0) {
        log_error("cannot read or make the machine's SID, file %s of the state directory: %s",
                  MACHINE_SID_FILE, strerror(-r));
        return r;
    }
    r = read_name(ret->name);
    if (r >= 0)
        r = text_file_read(AT_FDCWD, BOOT_ID_PATH, ret->boot_id, sizeof(ret->boot_id));
    if (r < 0)
        log_error("cannot read the machine's name or %s: %s", BOOT_ID_PATH, strerror(-r));
    return r;
}
