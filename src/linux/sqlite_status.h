/* SPDX-License-Identifier: MIT */
/* What SQLite's results are as NTSTATUS. Only here, so that who links no SQLite needs none. */
#ifndef OPENLOGON_LINUX_SQLITE_STATUS_H
#define OPENLOGON_LINUX_SQLITE_STATUS_H

#include <errno.h>
#include <sqlite3.h>

#include "base/status.h"

/* A full file system shows as SQLITE_FULL, or as an I/O error with its errno. */
static inline bool sqlite_disk_is_full(sqlite3 *db, int primary)
{
    int error = db ? sqlite3_system_errno(db) : 0;

    return primary == SQLITE_IOERR && (error == ENOSPC || error == EDQUOT || error == EFBIG);
}

/* db may be NULL. */
_must_check_ static inline nt_status nt_from_sqlite(sqlite3 *db, int result)
{
    static const struct {
        int result;
        nt_status status;
    } statuses[] = {
        { SQLITE_OK, { STATUS_SUCCESS } },
        { SQLITE_ROW, { STATUS_SUCCESS } },
        { SQLITE_DONE, { STATUS_SUCCESS } },
        { SQLITE_FULL, { STATUS_DISK_FULL } },
        { SQLITE_CORRUPT, { STATUS_INTERNAL_DB_CORRUPTION } },
        { SQLITE_NOTADB, { STATUS_INTERNAL_DB_CORRUPTION } },
        { SQLITE_READONLY, { STATUS_MEDIA_WRITE_PROTECTED } },
        { SQLITE_CANTOPEN, { STATUS_ACCESS_DENIED } },
        { SQLITE_PERM, { STATUS_ACCESS_DENIED } },
        { SQLITE_AUTH, { STATUS_ACCESS_DENIED } },
        { SQLITE_IOERR, { STATUS_IO_DEVICE_ERROR } },
        { SQLITE_BUSY, { STATUS_DEVICE_BUSY } },
        { SQLITE_LOCKED, { STATUS_DEVICE_BUSY } },
        { SQLITE_NOMEM, { STATUS_NO_MEMORY } },
    };
    const int primary = result & 0xff;

    if (result == SQLITE_CONSTRAINT_UNIQUE || result == SQLITE_CONSTRAINT_PRIMARYKEY)
        return NT(OBJECT_NAME_COLLISION);
    if (sqlite_disk_is_full(db, primary))
        return NT(DISK_FULL);
    for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
        if (statuses[i].result == primary)
            return statuses[i].status;
    }
    return NT(INTERNAL_DB_ERROR);
}

#endif
