/* SPDX-License-Identifier: MIT */
/* GUIDs, and how constants of them are made and compared. */
#ifndef OPENLOGON_GUIDDEF_H
#define OPENLOGON_GUIDDEF_H

#include <string.h>
#include <ntdef.h>

typedef struct _GUID {
    ULONG Data1;
    USHORT Data2;
    USHORT Data3;
    UCHAR Data4[8];
} GUID;
typedef GUID *LPGUID;
typedef const GUID *LPCGUID;

#define DEFINE_GUID(name, data1, data2, data3, b1, b2, b3, b4, b5, b6, b7, b8)                     \
    static const GUID name                                                                         \
        __attribute__((unused)) = { data1, data2, data3, { b1, b2, b3, b4, b5, b6, b7, b8 } }

#define InlineIsEqualGUID(a, b) (memcmp(&(a), &(b), sizeof(GUID)) == 0)
#define IsEqualGUID(a, b)       InlineIsEqualGUID(a, b)

#endif
