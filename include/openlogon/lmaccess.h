/* SPDX-License-Identifier: MIT */
/* Flags and limits of accounts. */
#ifndef OPENLOGON_LMACCESS_H
#define OPENLOGON_LMACCESS_H

#include <lmcons.h>

#define UF_SCRIPT                          0x0001
#define UF_ACCOUNTDISABLE                  0x0002
#define UF_HOMEDIR_REQUIRED                0x0008
#define UF_LOCKOUT                         0x0010
#define UF_PASSWD_NOTREQD                  0x0020
#define UF_PASSWD_CANT_CHANGE              0x0040
#define UF_ENCRYPTED_TEXT_PASSWORD_ALLOWED 0x0080
#define UF_TEMP_DUPLICATE_ACCOUNT          0x0100
#define UF_NORMAL_ACCOUNT                  0x0200
#define UF_INTERDOMAIN_TRUST_ACCOUNT       0x0800
#define UF_WORKSTATION_TRUST_ACCOUNT       0x1000
#define UF_SERVER_TRUST_ACCOUNT            0x2000
#define UF_MACHINE_ACCOUNT_MASK                                                                    \
    (UF_INTERDOMAIN_TRUST_ACCOUNT | UF_WORKSTATION_TRUST_ACCOUNT | UF_SERVER_TRUST_ACCOUNT)
#define UF_ACCOUNT_TYPE_MASK                                                                       \
    (UF_TEMP_DUPLICATE_ACCOUNT | UF_NORMAL_ACCOUNT | UF_INTERDOMAIN_TRUST_ACCOUNT |                \
     UF_WORKSTATION_TRUST_ACCOUNT | UF_SERVER_TRUST_ACCOUNT)
#define UF_DONT_EXPIRE_PASSWD                     0x10000
#define UF_MNS_LOGON_ACCOUNT                      0x20000
#define UF_SMARTCARD_REQUIRED                     0x40000
#define UF_TRUSTED_FOR_DELEGATION                 0x80000
#define UF_NOT_DELEGATED                          0x100000
#define UF_USE_DES_KEY_ONLY                       0x200000
#define UF_DONT_REQUIRE_PREAUTH                   0x400000
#define UF_PASSWORD_EXPIRED                       0x800000
#define UF_TRUSTED_TO_AUTHENTICATE_FOR_DELEGATION 0x1000000
#define UF_NO_AUTH_DATA_REQUIRED                  0x2000000
#define UF_SETTABLE_BITS                                                                           \
    (UF_SCRIPT | UF_ACCOUNTDISABLE | UF_LOCKOUT | UF_HOMEDIR_REQUIRED | UF_PASSWD_NOTREQD |        \
     UF_PASSWD_CANT_CHANGE | UF_ACCOUNT_TYPE_MASK | UF_DONT_EXPIRE_PASSWD | UF_MNS_LOGON_ACCOUNT | \
     UF_ENCRYPTED_TEXT_PASSWORD_ALLOWED | UF_SMARTCARD_REQUIRED | UF_TRUSTED_FOR_DELEGATION |      \
     UF_NOT_DELEGATED | UF_USE_DES_KEY_ONLY | UF_DONT_REQUIRE_PREAUTH | UF_PASSWORD_EXPIRED |      \
     UF_TRUSTED_TO_AUTHENTICATE_FOR_DELEGATION | UF_NO_AUTH_DATA_REQUIRED)
#define USER_PRIV_GUEST           0
#define USER_PRIV_USER            1
#define USER_PRIV_ADMIN           2
#define USER_MAXSTORAGE_UNLIMITED ((DWORD)-1)
#define UNITS_PER_DAY             24
#define UNITS_PER_WEEK            (UNITS_PER_DAY * 7)

#endif
