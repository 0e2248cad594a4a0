/* SPDX-License-Identifier: MIT */
#include "worker/password_hash.h"

#include <crypt.h>
#include <string.h>

#include "base/secret.h"

_Static_assert(PASSWORD_SIZE_MAX < CRYPT_MAX_PASSPHRASE_SIZE, "crypt(3) refuses longer ones");
_Static_assert((int)PASSWORD_HASH_SIZE == (int)CRYPT_OUTPUT_SIZE, "the size of its results");

/* Any hash will do: nobody's password is compared with it, and only its cost counts. */
static const char stand_in[] = "a password that nobody has";

static bool password_fits(const void *password, size_t size)
{
    return size <= PASSWORD_SIZE_MAX && (size == 0 || !memchr(password, 0, size));
}

/* crypt(3) keeps the password in its work area, so both are in locked memory. */
static nt_status hash_with(char ret[static PASSWORD_HASH_SIZE], const char *setting,
                           const void *password, size_t size)
{
    _cleanup_(secret_freep) secret *work = NULL;
    _cleanup_(secret_freep) secret *text = NULL;
    nt_status st = secret_new(&work, sizeof(struct crypt_data));
    const char *hash;

    if (nt_failed(st))
        return st;
    st = secret_new(&text, PASSWORD_SIZE_MAX + 1);
    if (nt_failed(st))
        return st;
    if (size > 0)
        memcpy(secret_bytes(text), password, size);
    hash = crypt_rn((const char *)secret_bytes(text), setting, secret_bytes(work),
                    (int)sizeof(struct crypt_data));
    if (!hash || strlen(hash) >= PASSWORD_HASH_SIZE)
        return NT(INTERNAL_ERROR);
    memcpy(ret, hash, strlen(hash) + 1);
    return NT_OK;
}

nt_status password_hash_make(char ret[static PASSWORD_HASH_SIZE], const void *password, size_t size)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];

    if (!password_fits(password, size))
        return NT(PASSWORD_RESTRICTION);
    if (!crypt_gensalt_rn("$y$", 0, NULL, 0, setting, (int)sizeof(setting)))
        return NT(INTERNAL_ERROR);
    return hash_with(ret, setting, password, size);
}

nt_status password_hash_verify(const char *hash, const void *password, size_t size)
{
    char computed[PASSWORD_HASH_SIZE];
    bool fits = password_fits(password, size);
    size_t length = strlen(hash);
    nt_status st =
        fits ? hash_with(computed, hash, password, size) : hash_with(computed, hash, stand_in, 0);
    bool same;

    if (nt_failed(st))
        return st;
    same = fits && strlen(computed) == length && secret_equal(computed, hash, length);
    secret_wipe(computed, sizeof(computed));
    return same ? NT_OK : NT(WRONG_PASSWORD);
}

nt_status password_hash_spend(void)
{
    char computed[PASSWORD_HASH_SIZE];

    return password_hash_make(computed, stand_in, sizeof(stand_in) - 1);
}
