/* SPDX-License-Identifier: MIT */
#include "client/login_environment.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/writer.h"
#include "client/shared_image.h"
#include "client/token_handle.h"

#define PATH_OF_USERS "/usr/local/bin:/usr/bin:/bin"
#define PATH_OF_ROOT  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

enum {
    BLOCK_MAX = 1024 * 1024,
    ENTRY_SIZE_MAX = 1024 * 1024, /* of the user in the name service */
    NAME_SIZE = 257,
};

/* Kept from the caller's environment: whole names, or all that begin so. */
static const struct {
    const char *name;
    bool is_prefix;
} kept[] = {
    { "TERM", false }, { "COLORTERM", false }, { "LANG", false }, { "LC_", true }, { "TZ", false },
};

static void write_variable(struct writer *w, const char *name, const char *value)
{
    writer_text(w, name);
    writer_u8(w, '=');
    writer_bytes(w, value, strlen(value) + 1);
}

static bool is_kept(const char *variable)
{
    size_t length = strcspn(variable, "=");

    for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
        size_t of = strlen(kept[i].name);

        if ((kept[i].is_prefix ? length > of : length == of) &&
            strncmp(variable, kept[i].name, of) == 0)
            return true;
    }
    return false;
}

static void write_kept(struct writer *w)
{
    for (char **variable = environ; variable && *variable; variable++) {
        if (is_kept(*variable))
            writer_bytes(w, *variable, strlen(*variable) + 1);
    }
}

/* Who has no entry, as an account of OpenLogon's own may not, has no home of his own either. */
static void write_user(struct writer *w, const struct passwd *entry, const char *name, uid_t uid)
{
    write_variable(w, "HOME", entry && *entry->pw_dir ? entry->pw_dir : "/");
    if (*name) {
        write_variable(w, "USER", name);
        write_variable(w, "LOGNAME", name);
    }
    write_variable(w, "SHELL", entry && *entry->pw_shell ? entry->pw_shell : "/bin/sh");
    write_variable(w, "PATH", uid == 0 ? PATH_OF_ROOT : PATH_OF_USERS);
}

/* NULL entry: there is none. The buffer is what its texts lie in. */
static nt_status find_entry(uid_t uid, struct passwd *entry, struct passwd **ret, char **buffer)
{
    for (size_t size = 4096; size <= ENTRY_SIZE_MAX; size *= 4) {
        char *larger = realloc(*buffer, size);
        int r;

        if (!larger)
            return NT(NO_MEMORY);
        *buffer = larger;
        r = getpwuid_r(uid, entry, larger, size, ret);
        if (r != ERANGE)
            return r == ENOMEM ? NT(NO_MEMORY) : NT_OK;
    }
    *ret = NULL;
    return NT_OK;
}

static nt_status name_of(char ret[NAME_SIZE], HANDLE token)
{
    uint8_t user[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE] __attribute__((aligned(8)));
    char domain[NAME_SIZE];
    DWORD size = sizeof(user), name_size = NAME_SIZE, domain_size = sizeof(domain);
    SID_NAME_USE use;

    ret[0] = '\0';
    if (!GetTokenInformation(token, TokenUser, user, size, &size))
        return NT(INVALID_HANDLE);
    /* A user without a name is not without a session. */
    (void)LookupAccountSidA(NULL, ((TOKEN_USER *)(void *)user)->User.Sid, ret, &name_size, domain,
                            &domain_size, &use);
    return NT_OK;
}

static nt_status uid_of(uid_t *ret, HANDLE handle)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = token_handle_get(handle, TOKEN_QUERY, &token);

    if (!nt_failed(st))
        st = token_object_image(token, &image);
    if (!nt_failed(st))
        *ret = token_image_uid(image->image);
    return st;
}

nt_status login_environment(char **ret, HANDLE token)
{
    _cleanup_(writer_done) struct writer w;
    _cleanup_(freep) char *buffer = NULL;
    struct passwd entry, *found = NULL;
    char name[NAME_SIZE];
    uid_t uid = 0;
    nt_status st = uid_of(&uid, token);

    writer_init(&w, BLOCK_MAX);
    if (!nt_failed(st))
        st = find_entry(uid, &entry, &found, &buffer);
    if (!nt_failed(st) && !found)
        st = name_of(name, token);
    if (nt_failed(st))
        return st;
    write_user(&w, found, found ? found->pw_name : name, uid);
    write_kept(&w);
    writer_u8(&w, 0);
    return writer_take(&w, ret, NULL);
}
