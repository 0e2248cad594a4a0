/* SPDX-License-Identifier: MIT */
/* Pipes and standard handles: what programs need to talk to those that they start. */
#include <windows.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "client/file_object.h"
#include "client/handle.h"
#include "client/last_error.h"
#include "client/token_handle.h"

/* A handle of its own for the descriptor; takes it, also on failure. */
static nt_status open_fd(HANDLE *ret, int fd, uint32_t access, uint32_t flags)
{
    struct object *object;
    nt_status st = file_object_new(&object, fd, 0);

    if (nt_failed(st)) {
        (void)close(fd);
        return st;
    }
    st = handle_open(ret, object, access, flags);
    object_unref(object);
    return st;
}

static nt_status create_pipe(HANDLE *read_end, HANDLE *write_end, uint32_t flags)
{
    HANDLE reader, writer;
    int fds[2];
    nt_status st;

    if (pipe2(fds, O_CLOEXEC) < 0)
        return nt_from_errno(errno);
    st = open_fd(&reader, fds[0], FILE_GENERIC_READ, flags);
    if (nt_failed(st)) {
        (void)close(fds[1]);
        return st;
    }
    st = open_fd(&writer, fds[1], FILE_GENERIC_WRITE, flags);
    if (nt_failed(st)) {
        (void)handle_close(reader).code;
        return st;
    }
    *read_end = reader;
    *write_end = writer;
    return NT_OK;
}

BOOL CreatePipe(PHANDLE hReadPipe, PHANDLE hWritePipe, LPSECURITY_ATTRIBUTES lpPipeAttributes,
                DWORD nSize)
{
    (void)nSize; /* a hint */
    if (!hReadPipe || !hWritePipe)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(create_pipe(hReadPipe, hWritePipe, handle_flags_of(lpPipeAttributes)));
}

/* Windows makes an error of the end of a pipe, not of a file's. */
static bool is_pipe_end(int fd, ssize_t n, DWORD wanted)
{
    return n == 0 && wanted > 0 && lseek(fd, 0, SEEK_CUR) < 0 && errno == ESPIPE;
}

BOOL ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
              LPDWORD lpNumberOfBytesRead, LPOVERLAPPED lpOverlapped)
{
    _cleanup_(object_unrefp) struct object *file = NULL;
    nt_status st = handle_get(hFile, OBJECT_FILE, FILE_READ_DATA, &file);
    ssize_t n;

    if (nt_failed(st))
        return finish(st);
    if (lpOverlapped)
        return fail(ERROR_NOT_SUPPORTED);
    if (!lpBuffer || !lpNumberOfBytesRead)
        return fail(ERROR_INVALID_PARAMETER);
    do {
        n = read(file_object_fd(file), lpBuffer, nNumberOfBytesToRead);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return finish(nt_from_errno(errno));
    *lpNumberOfBytesRead = (DWORD)n;
    return is_pipe_end(file_object_fd(file), n, nNumberOfBytesToRead) ? fail(ERROR_BROKEN_PIPE)
                                                                      : TRUE;
}

/* A write to a pipe that nobody reads is an error, never a SIGPIPE: programs that were written for
 * Windows do not expect one. One that was pending before stays. */
static int write_all(int fd, const char *next, size_t left)
{
    int error = 0;

    while (left > 0 && !error) { /* a synchronous write is complete on Windows */
        ssize_t n = write(fd, next, left);

        if (n < 0 && errno != EINTR)
            error = errno;
        next += n > 0 ? n : 0;
        left -= n > 0 ? (size_t)n : 0;
    }
    return error;
}

static int write_without_signal(int fd, const char *bytes, size_t size)
{
    const struct timespec at_once = { 0 };
    sigset_t pipe_signal, pending, old;
    int error;

    (void)sigemptyset(&pipe_signal);
    (void)sigaddset(&pipe_signal, SIGPIPE);
    (void)sigpending(&pending);
    (void)pthread_sigmask(SIG_BLOCK, &pipe_signal, &old);
    error = write_all(fd, bytes, size);
    if (error == EPIPE && sigismember(&pending, SIGPIPE) == 0)
        (void)sigtimedwait(&pipe_signal, NULL, &at_once);
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    return error;
}

BOOL WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
               LPDWORD lpNumberOfBytesWritten, LPOVERLAPPED lpOverlapped)
{
    _cleanup_(object_unrefp) struct object *file = NULL;
    nt_status st = handle_get(hFile, OBJECT_FILE, FILE_WRITE_DATA, &file);
    int error;

    if (nt_failed(st))
        return finish(st);
    if (lpOverlapped)
        return fail(ERROR_NOT_SUPPORTED);
    if (!lpBuffer || !lpNumberOfBytesWritten)
        return fail(ERROR_INVALID_PARAMETER);
    error = write_without_signal(file_object_fd(file), lpBuffer, nNumberOfBytesToWrite);
    if (error)
        return error == EPIPE ? fail(ERROR_NO_DATA) : finish(nt_from_errno(error));
    *lpNumberOfBytesWritten = nNumberOfBytesToWrite;
    return TRUE;
}

/* --- standard handles --------------------------------------------------------------------- */

/* Made when first asked for. */
static _Atomic(HANDLE) standard[3];

static const DWORD standard_numbers[3] = {
    (DWORD)STD_INPUT_HANDLE,
    (DWORD)STD_OUTPUT_HANDLE,
    (DWORD)STD_ERROR_HANDLE,
};

/* -1: none of the three. */
static int standard_fd(DWORD number)
{
    for (int fd = 0; fd < 3; fd++) {
        if (standard_numbers[fd] == number)
            return fd;
    }
    return -1;
}

static bool is_open(HANDLE handle)
{
    struct object *object;

    if (!handle || nt_failed(handle_get(handle, OBJECT_FILE, 0, &object)))
        return false;
    object_unref(object);
    return true;
}

static nt_status standard_open(int fd, HANDLE *ret)
{
    _cleanup_(object_unrefp) struct object *object = NULL;
    HANDLE old = atomic_load(&standard[fd]);
    nt_status st;

    if (is_open(old)) {
        *ret = old;
        return NT_OK;
    }
    st = file_object_new(&object, fd, FILE_KEEPS_DESCRIPTOR);
    if (!nt_failed(st))
        st = handle_open(ret, object, FILE_GENERIC_READ | FILE_GENERIC_WRITE, HANDLE_FLAG_INHERIT);
    if (nt_failed(st))
        return st;
    if (!atomic_compare_exchange_strong(&standard[fd], &old, *ret)) {
        (void)handle_close(*ret).code; /* another thread was quicker */
        *ret = old;
    }
    return NT_OK;
}

HANDLE GetStdHandle(DWORD nStdHandle)
{
    int fd = standard_fd(nStdHandle);
    HANDLE handle;

    if (fd < 0) {
        (void)fail(ERROR_INVALID_HANDLE);
        return INVALID_HANDLE_VALUE;
    }
    if (fcntl(fd, F_GETFD) < 0)
        return NULL; /* the process has none: no error on Windows */
    return finish(standard_open(fd, &handle)) ? handle : INVALID_HANDLE_VALUE;
}
