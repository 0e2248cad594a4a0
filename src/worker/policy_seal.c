/* SPDX-License-Identifier: MIT */
#include "worker/policy_seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "linux/random.h"

enum {
    KEY_SIZE = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    KEY_MODE = 0600,
};

_Static_assert(POLICY_SEAL_OVERHEAD == NONCE_SIZE + TAG_SIZE, "nonce, then text and tag");

static const char key_file[] = "policy.key";
static const char credential[] = "openlogon-policy-key";

struct policy_seal {
    secret *key;
};

/* --- the key ---------------------------------------------------------------------------------- */

static int read_all(int fd, uint8_t *ret, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = read(fd, ret + done, size - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            return -ENODATA;
        done += (size_t)n;
    }
    return 0;
}

static nt_status read_key(int fd, secret *ret)
{
    uint8_t more;
    int r = read_all(fd, secret_bytes(ret), KEY_SIZE);

    if (r == -ENODATA)
        return NT(FILE_CORRUPT_ERROR);
    if (r < 0)
        return nt_from_errno(r);
    return read(fd, &more, 1) == 0 ? NT_OK : NT(FILE_CORRUPT_ERROR);
}

/* systemd gives a credential to nobody but the service. */
static int open_credential(void)
{
    const char *dir = getenv("CREDENTIALS_DIRECTORY");
    _cleanup_(freep) char *path = NULL;
    int fd;

    if (!dir || dir[0] != '/')
        return -ENOENT;
    if (asprintf(&path, "%s/%s", dir, credential) < 0)
        return -ENOMEM;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int open_key_file(int dirfd)
{
    struct stat status;
    int fd = openat(dirfd, key_file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int r = 0;

    if (fd < 0)
        return -errno;
    if (fstat(fd, &status) < 0)
        r = -errno;
    else if (status.st_uid != geteuid() || (status.st_mode & 077) != 0)
        r = -EACCES;
    if (r < 0)
        (void)close(fd);
    return r < 0 ? r : fd;
}

static int write_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        bytes += n;
        size -= (size_t)n;
    }
    return 0;
}

/* Under its name only when it is whole and on disk. One that another process made first stays. */
static int publish_key(int dirfd, int fd, const secret *key)
{
    char path[32];
    int r = write_all(fd, secret_bytes((secret *)(uintptr_t)key), KEY_SIZE);

    if (r >= 0 && fsync(fd) < 0)
        r = -errno;
    if (r < 0)
        return r;
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (linkat(AT_FDCWD, path, dirfd, key_file, AT_SYMLINK_FOLLOW) < 0 && errno != EEXIST)
        return -errno;
    return fsync(dirfd) < 0 ? -errno : 0;
}

static int make_key(int dirfd)
{
    _cleanup_(secret_freep) secret *key = NULL;
    int fd = openat(dirfd, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, KEY_MODE);
    int r;

    if (fd < 0)
        return -errno;
    if (nt_failed(secret_new(&key, KEY_SIZE)))
        r = -ENOMEM;
    else
        r = random_fill(secret_bytes(key), KEY_SIZE);
    if (r >= 0)
        r = publish_key(dirfd, fd, key);
    (void)close(fd);
    return r;
}

static int find_key(const char *state_dir, unsigned flags)
{
    int fd = open_credential();
    int dirfd;

    if (fd != -ENOENT)
        return fd;
    dirfd = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dirfd < 0)
        return -errno;
    fd = open_key_file(dirfd);
    if (fd == -ENOENT && (flags & POLICY_SEAL_MAKE)) {
        int r = make_key(dirfd);
        fd = r < 0 ? r : open_key_file(dirfd);
    }
    (void)close(dirfd);
    return fd;
}

nt_status policy_seal_open(policy_seal **ret, const char *state_dir, unsigned flags)
{
    _cleanup_(policy_seal_closep) policy_seal *seal = NULL;
    nt_status st;
    int fd;

    if (sodium_init() < 0)
        return NT(INTERNAL_ERROR);
    fd = find_key(state_dir, flags);
    if (fd == -ENOENT)
        return NT(OBJECT_NAME_NOT_FOUND);
    if (fd < 0)
        return nt_from_errno(fd);
    seal = calloc(1, sizeof(*seal));
    st = seal ? secret_new(&seal->key, KEY_SIZE) : NT(NO_MEMORY);
    if (!nt_failed(st))
        st = read_key(fd, seal->key);
    (void)close(fd);
    if (nt_failed(st))
        return st;
    *ret = TAKE(seal);
    return NT_OK;
}

policy_seal *policy_seal_close(policy_seal *seal)
{
    if (!seal)
        return NULL;
    secret_free(seal->key);
    free(seal);
    return NULL;
}

/* --- sealing ---------------------------------------------------------------------------------- */

nt_status policy_seal_lock(const policy_seal *seal, uint8_t **ret, const char *name,
                           const void *bytes, size_t size)
{
    _cleanup_(freep) uint8_t *sealed = malloc(size + POLICY_SEAL_OVERHEAD);
    unsigned long long sealed_size = 0;
    int r;

    if (!sealed)
        return NT(NO_MEMORY);
    r = random_fill(sealed, NONCE_SIZE);
    if (r < 0)
        return nt_from_errno(r);
    r = crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_SIZE, &sealed_size, bytes, size,
                                                   (const uint8_t *)name, strlen(name), NULL,
                                                   sealed, secret_bytes(seal->key));
    if (r != 0)
        return NT(INTERNAL_ERROR);
    *ret = TAKE(sealed);
    return NT_OK;
}

nt_status policy_seal_unlock(const policy_seal *seal, secret **ret, size_t *ret_size,
                             const char *name, const void *sealed, size_t size)
{
    _cleanup_(secret_freep) secret *plain = NULL;
    const uint8_t *bytes = sealed;
    unsigned long long plain_size = 0;
    nt_status st;

    if (size < POLICY_SEAL_OVERHEAD)
        return NT(DECRYPTION_FAILED);
    st = secret_new(&plain, size - POLICY_SEAL_OVERHEAD + 1); /* none is empty */
    if (nt_failed(st))
        return st;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            secret_bytes(plain), &plain_size, NULL, bytes + NONCE_SIZE, size - NONCE_SIZE,
            (const uint8_t *)name, strlen(name), bytes, secret_bytes(seal->key)) != 0)
        return NT(DECRYPTION_FAILED);
    *ret = TAKE(plain);
    *ret_size = (size_t)plain_size;
    return NT_OK;
}
