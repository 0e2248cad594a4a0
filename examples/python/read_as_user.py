#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Logs a user on, reads files as that user, and lists the sessions: the Windows API from Python.

    LD_LIBRARY_PATH=/usr/lib/openlogon/win32 read_as_user.py [DOMAIN\\]USER FILE...

The password is the first line of standard input. The declarations are those that a program for
Windows has; only the library's name and the texts differ:

- ctypes.WinDLL is there on Windows only; ctypes.CDLL("advapi32.dll.so") finds OpenLogon's library
  by the name of Windows'. All its functions are in one library, whatever the name.
- A WCHAR has 16 bits, as on Windows, but ctypes.c_wchar, and with it c_wchar_p and
  create_unicode_buffer, has 32 bits on Linux: texts go through wide() and text_at() below.
- The last error is GetLastError()'s, asked for at once: use_last_error is Windows' own.
"""
import ctypes
import getpass
import sys

BOOL, DWORD, HANDLE = ctypes.c_int, ctypes.c_uint32, ctypes.c_void_p
WCHAR_P = ctypes.POINTER(ctypes.c_uint16)

LOGON32_LOGON_INTERACTIVE = 2
LOGON32_PROVIDER_DEFAULT = 0
TOKEN_STATISTICS_CLASS = 10
WTS_CURRENT_SERVER_HANDLE = None


class LUID(ctypes.Structure):
    _fields_ = [("low", DWORD), ("high", ctypes.c_int32)]


class TOKEN_STATISTICS(ctypes.Structure):
    _fields_ = [("token_id", LUID), ("authentication_id", LUID),
                ("expiration_time", ctypes.c_int64), ("token_type", DWORD),
                ("impersonation_level", DWORD), ("dynamic_charged", DWORD),
                ("dynamic_available", DWORD), ("group_count", DWORD),
                ("privilege_count", DWORD), ("modified_id", LUID)]


class WTS_SESSION_INFOW(ctypes.Structure):
    _fields_ = [("session_id", DWORD), ("win_station_name", WCHAR_P), ("state", DWORD)]


def wide(text):
    """A text as a function that ends in W takes it."""
    units = (text + "\0").encode("utf-16-le")
    return ctypes.cast(ctypes.create_string_buffer(units, len(units)), WCHAR_P)


def text_at(pointer):
    """And as one gives it."""
    n = 0
    while pointer[n]:
        n += 1
    return ctypes.string_at(pointer, 2 * n).decode("utf-16-le")


def load():
    advapi32 = ctypes.CDLL("advapi32.dll.so")
    kernel32 = ctypes.CDLL("kernel32.dll.so")
    wtsapi32 = ctypes.CDLL("wtsapi32.dll.so")
    advapi32.LogonUserW.argtypes = [WCHAR_P, WCHAR_P, WCHAR_P, DWORD, DWORD, ctypes.POINTER(HANDLE)]
    advapi32.ImpersonateLoggedOnUser.argtypes = [HANDLE]
    advapi32.GetTokenInformation.argtypes = [HANDLE, DWORD, ctypes.c_void_p, DWORD,
                                             ctypes.POINTER(DWORD)]
    kernel32.CloseHandle.argtypes = [HANDLE]
    kernel32.GetLastError.restype = DWORD
    wtsapi32.WTSEnumerateSessionsW.argtypes = [HANDLE, DWORD, DWORD,
                                               ctypes.POINTER(ctypes.POINTER(WTS_SESSION_INFOW)),
                                               ctypes.POINTER(DWORD)]
    wtsapi32.WTSFreeMemory.argtypes = [ctypes.c_void_p]
    wtsapi32.WTSFreeMemory.restype = None
    return advapi32, kernel32, wtsapi32


ADVAPI32, KERNEL32, WTSAPI32 = load()


def check(result, what):
    if not result:
        sys.exit(f"{what} failed: error {KERNEL32.GetLastError()}")


class Logon:
    """A user who is logged on, until the end of the with block."""

    def __init__(self, account, password):
        domain, _, user = account.rpartition("\\")
        self.token = HANDLE()
        check(ADVAPI32.LogonUserW(wide(user), wide(domain or "."), wide(password),
                                  LOGON32_LOGON_INTERACTIVE, LOGON32_PROVIDER_DEFAULT,
                                  ctypes.byref(self.token)), "LogonUserW")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        check(KERNEL32.CloseHandle(self.token), "CloseHandle")

    def session(self):
        statistics, size = TOKEN_STATISTICS(), DWORD()
        check(ADVAPI32.GetTokenInformation(self.token, TOKEN_STATISTICS_CLASS,
                                           ctypes.byref(statistics), ctypes.sizeof(statistics),
                                           ctypes.byref(size)), "GetTokenInformation")
        return statistics.authentication_id.high << 32 | statistics.authentication_id.low

    def impersonating(self):
        return Impersonation(self.token)


class Impersonation:
    """The calling thread acts as the user. Other threads do not: give none of them work that is to
    be done as the user, and start no thread or process within."""

    def __init__(self, token):
        self.token = token

    def __enter__(self):
        check(ADVAPI32.ImpersonateLoggedOnUser(self.token), "ImpersonateLoggedOnUser")

    def __exit__(self, *exception):
        check(ADVAPI32.RevertToSelf(), "RevertToSelf")


def read_as(user, path):
    """What is in the file, as far as the user may read it."""
    with user.impersonating():
        try:
            with open(path, encoding="utf-8") as file:
                return file.read()
        except OSError as error:
            return f"({error.strerror})"


def list_sessions():
    sessions, count = ctypes.POINTER(WTS_SESSION_INFOW)(), DWORD()
    check(WTSAPI32.WTSEnumerateSessionsW(WTS_CURRENT_SERVER_HANDLE, 0, 1, ctypes.byref(sessions),
                                         ctypes.byref(count)), "WTSEnumerateSessionsW")
    found = [(sessions[i].session_id, text_at(sessions[i].win_station_name))
             for i in range(count.value)]
    WTSAPI32.WTSFreeMemory(sessions)
    return found


def main():
    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} [DOMAIN\\]USER FILE...")
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    with Logon(sys.argv[1], password) as user:
        print(f"logged on: session {user.session():#x}")
        for path in sys.argv[2:]:
            print(f"{path}: {read_as(user, path).rstrip()}")
    for number, name in list_sessions():
        print(f"session {number}: {name}")


if __name__ == "__main__":
    main()
