/* SPDX-License-Identifier: MIT */
/* Lines of the published files, into memory of every size up to what they need. */
#include "fuzz.h"

#include "nss/name_entry.h"

enum { MEMORY_MAX = 512 };

static void read_into(struct slice line, size_t size)
{
    char *bytes = malloc(size + 1); /* exactly: a write behind it is seen */
    struct entry_memory memory = { bytes, size };
    struct passwd user = { 0 };
    struct group group = { 0 };
    unsigned id = 0;

    MUST(bytes);
    if (entry_read_passwd(&user, line, memory) == ENTRY_READ) {
        MUST(user.pw_uid != 0 && user.pw_gid != 0 && *user.pw_name);
        MUST(entry_id(line, &id) && id == user.pw_uid);
        MUST(strlen(user.pw_name) == entry_name(line).length);
    }
    if (entry_read_group(&group, line, memory) == ENTRY_READ) {
        MUST(group.gr_gid != 0 && *group.gr_name);
        for (char **member = group.gr_mem; *member; member++) {
            gid_t gid = 0;

            MUST(**member);
            MUST(entry_group_has(line, *member, &gid) && gid == group.gr_gid);
        }
    }
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct slice line = { (const char *)data, size };
    gid_t gid;

    for (size_t room = 0; room <= MEMORY_MAX; room += 1 + room / 4)
        read_into(line, room);
    (void)entry_group_has(line, "", &gid);
    return 0;
}
