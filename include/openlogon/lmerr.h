/* SPDX-License-Identifier: MIT */
/* What the Net functions return besides Win32 codes. */
#ifndef OPENLOGON_LMERR_H
#define OPENLOGON_LMERR_H

#include <winerror.h>

#define NERR_Success          0
#define NERR_BASE             2100
#define NERR_BadUsername      (NERR_BASE + 102)
#define NERR_GroupNotFound    (NERR_BASE + 120)
#define NERR_UserNotFound     (NERR_BASE + 121)
#define NERR_GroupExists      (NERR_BASE + 123)
#define NERR_UserExists       (NERR_BASE + 124)
#define NERR_SpeGroupOp       (NERR_BASE + 134)
#define NERR_PasswordTooShort (NERR_BASE + 145)

#endif
