/* SPDX-License-Identifier: MIT */
#include "pam/login_session.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <security/pam_ext.h>

#include "base/status.h"
#include "ipc/login_record.h"
#include "ipc/session_guid.h"
#include "pam/patience.h"

/* The handle's own copy of what was opened, for a close in the same process. */
#define DATA_NAME "openlogon_login"

struct opened {
    uint64_t luid;              /* 0: openlogond was not told */
    struct login_record record; /* the file that tells it, then */
};

static void opened_free(pam_handle_t *pam, void *data, int error_status)
{
    free(data);
}

/* --- what PAM knows ----------------------------------------------------------------------------
 */

static const char *item(pam_handle_t *pam, int type)
{
    const void *text = NULL;

    return pam_get_item(pam, type, &text) == PAM_SUCCESS && text ? text : "";
}

/* People and scripts of the login find it there. */
static int tell_login(pam_handle_t *pam, uint64_t luid)
{
    char text[sizeof(LOGIN_LUID_VARIABLE) + 20], guid[SESSION_GUID_SIZE];
    char guid_text[sizeof(SESSION_GUID_VARIABLE) + SESSION_GUID_SIZE];
    int r;

    (void)snprintf(text, sizeof(text), LOGIN_LUID_VARIABLE "=%08" PRIx32 ":%08" PRIx32,
                   (uint32_t)(luid >> 32), (uint32_t)luid);
    r = pam_putenv(pam, text);
    if (r != PAM_SUCCESS || session_guid_text(guid, luid) < 0)
        return r;
    (void)snprintf(guid_text, sizeof(guid_text), SESSION_GUID_VARIABLE "=%s", guid);
    return pam_putenv(pam, guid_text);
}

static int remember(pam_handle_t *pam, const struct opened *opened)
{
    struct opened *copy = malloc(sizeof(*copy));
    int r;

    if (!copy)
        return PAM_BUF_ERR;
    *copy = *opened;
    r = pam_set_data(pam, DATA_NAME, copy, opened_free);
    if (r != PAM_SUCCESS) {
        free(copy);
        return r;
    }
    return opened->luid == 0 ? PAM_SUCCESS : tell_login(pam, opened->luid);
}

/* A session that another process of the application opened is known by its environment. */
static uint64_t luid_of_environment(pam_handle_t *pam)
{
    const char *text = pam_getenv(pam, LOGIN_LUID_VARIABLE);
    uint32_t high, low;
    int end = 0;

    if (!text || sscanf(text, "%8" SCNx32 ":%8" SCNx32 "%n", &high, &low, &end) != 2 ||
        text[end] != '\0')
        return 0;
    return (uint64_t)high << 32 | low;
}

/* --- openlogond --------------------------------------------------------------------------------
 */

static int ask(pam_handle_t *pam, AuthorityLink *link, struct authority_reply *ret)
{
    int r = authority_link_ask(link, ret);

    if (r < 0)
        patience_lose(pam, -r);
    return r;
}

/* @ret  0 when it would have none of it, which was logged. Returns negative: it cannot be asked. */
static int tell_of_open(pam_handle_t *pam, const struct module_options *options, uint64_t *ret,
                        nt_status *ret_status)
{
    const struct login_texts login = {
        .service = item(pam, PAM_SERVICE),
        .user = item(pam, PAM_USER),
        .tty = item(pam, PAM_TTY),
        .remote_host = item(pam, PAM_RHOST),
        .remote_user = item(pam, PAM_RUSER),
    };
    _cleanup_(authority_link_closep) AuthorityLink *link = NULL;
    struct authority_reply reply;
    int r = patience_connect(&link, pam, options);

    if (r < 0)
        return r;
    request_login_open(authority_link_request(link), &login);
    r = ask(pam, link, &reply);
    if (r < 0)
        return r;
    *ret = reply.n_logins == 1 ? reply.luid : 0;
    *ret_status = nt_make(reply.status);
    if (*ret == 0)
        pam_syslog(pam, LOG_ERR, "openlogond makes no session for %s: %s", login.user,
                   nt_status_name(nt_make(reply.status)));
    return 0;
}

static int tell_of_close(pam_handle_t *pam, const struct module_options *options, uint64_t luid,
                         nt_status *ret)
{
    _cleanup_(authority_link_closep) AuthorityLink *link = NULL;
    struct authority_reply reply;
    int r = patience_connect(&link, pam, options);

    if (r < 0)
        return r;
    request_login_close(authority_link_request(link), luid);
    r = ask(pam, link, &reply);
    if (r >= 0)
        *ret = nt_make(reply.status);
    return r;
}

/* The session of this process; 0: it is not known. */
static uint64_t own_session(pam_handle_t *pam, const struct module_options *options)
{
    _cleanup_(authority_link_closep) AuthorityLink *link = NULL;
    struct authority_reply reply;

    if (patience_connect(&link, pam, options) < 0 || authority_link_hello(link) < 0)
        return 0;
    request_own_session(authority_link_request(link));
    return ask(pam, link, &reply) >= 0 && reply.n_sessions == 1 ? reply.luid : 0;
}

/* --- the file for an openlogond that is down ---------------------------------------------------
 */

/* Only root may write there or look into it. */
static int check_record_dir(int fd)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return -errno;
    if (status.st_uid != geteuid() || (status.st_mode & (S_IRWXG | S_IRWXO)))
        return -EPERM;
    return 0;
}

static int open_record_dir_in(int runtime)
{
    int fd, r;

    if (mkdirat(runtime, LOGIN_RECORD_DIR, 0700) < 0 && errno != EEXIST)
        return -errno;
    fd = openat(runtime, LOGIN_RECORD_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -errno;
    r = check_record_dir(fd);
    if (r >= 0)
        return fd;
    (void)close(fd);
    return r;
}

/* The runtime directory is not there before openlogond has run. */
static int open_record_dir(const struct module_options *options)
{
    char path[PATH_MAX];
    int runtime, fd;

    if (!module_options_runtime_dir(options, path, sizeof(path)))
        return -ENAMETOOLONG;
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return -errno;
    runtime = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (runtime < 0)
        return -errno;
    fd = open_record_dir_in(runtime);
    (void)close(runtime);
    return fd;
}

static void put(char *field, size_t size, const char *text)
{
    (void)snprintf(field, size, "%s", text);
}

static int fill_record(pam_handle_t *pam, struct login_record *record)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    record->opened_usec = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    put(record->service, sizeof(record->service), item(pam, PAM_SERVICE));
    put(record->user, sizeof(record->user), item(pam, PAM_USER));
    put(record->tty, sizeof(record->tty), item(pam, PAM_TTY));
    put(record->remote_host, sizeof(record->remote_host), item(pam, PAM_RHOST));
    put(record->remote_user, sizeof(record->remote_user), item(pam, PAM_RUSER));
    return login_record_set_leader(record);
}

static int save_record(pam_handle_t *pam, const struct module_options *options,
                       struct login_record *record)
{
    int dir = open_record_dir(options);
    int r;

    if (dir < 0)
        return dir;
    r = fill_record(pam, record);
    if (r >= 0)
        r = login_record_save(record, dir);
    (void)close(dir);
    return r;
}

/* -ENOENT: openlogond has come and taken it. */
static int remove_record(const struct module_options *options, const struct login_record *record)
{
    int dir = open_record_dir(options);
    int r;

    if (dir < 0)
        return dir;
    r = login_record_remove(record, dir);
    (void)close(dir);
    return r;
}

/* --- opening and closing -----------------------------------------------------------------------
 */

static void leave_for_later(pam_handle_t *pam, const struct module_options *options,
                            struct login_record *record, int error)
{
    int r;

    pam_syslog(pam, LOG_WARNING,
               "cannot tell openlogond that %s logs in: %s; it learns of it when it runs",
               item(pam, PAM_USER), strerror(error));
    r = save_record(pam, options, record);
    if (r < 0)
        pam_syslog(pam, LOG_ERR, "cannot write that down for openlogond: %s", strerror(-r));
}

int login_session_open(pam_handle_t *pam, const struct module_options *options)
{
    struct opened opened = { 0 };
    nt_status status = NT_OK;
    int r = tell_of_open(pam, options, &opened.luid, &status);

    if (r >= 0 && opened.luid == 0)
        return NT_IS(status, LOGON_TYPE_NOT_GRANTED) ? PAM_SESSION_ERR : PAM_SUCCESS;
    if (r < 0)
        leave_for_later(pam, options, &opened.record, -r);
    if (remember(pam, &opened) != PAM_SUCCESS)
        pam_syslog(pam, LOG_ERR, "cannot keep in mind which session it is");
    return PAM_SUCCESS;
}

static void end_session(pam_handle_t *pam, const struct module_options *options, uint64_t luid)
{
    nt_status status = NT_OK;
    int r = tell_of_close(pam, options, luid, &status);

    if (r < 0)
        pam_syslog(pam, LOG_WARNING,
                   "cannot tell openlogond that %s logs out: %s; the session ends with its last "
                   "process",
                   item(pam, PAM_USER), strerror(-r));
    else if (nt_failed(status) && !NT_IS(status, NO_SUCH_LOGON_SESSION))
        pam_syslog(pam, LOG_ERR, "openlogond does not end the session of %s: %s",
                   item(pam, PAM_USER), nt_status_name(status));
}

int login_session_close(pam_handle_t *pam, const struct module_options *options)
{
    const struct opened *opened = NULL;
    const void *data = NULL;
    uint64_t luid;

    if (pam_get_data(pam, DATA_NAME, &data) == PAM_SUCCESS)
        opened = data;
    luid = opened ? opened->luid : luid_of_environment(pam);
    if (opened && luid == 0 && remove_record(options, &opened->record) == -ENOENT)
        luid = own_session(pam, options);
    if (luid != 0)
        end_session(pam, options, luid);
    return PAM_SUCCESS;
}
