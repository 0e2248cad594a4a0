/* SPDX-License-Identifier: MIT */
#include "daemon/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "security/idmap.h"

#define BLANKS " \t\r\n"

enum {
    WORKERS_DEFAULT_MAX = 4,
    TIMEOUT_DEFAULT_S = 60,
    ACCOUNT_UID_FIRST = 1900000000,
    ACCOUNT_UID_LAST = 1900999999,
};

struct key;
/* NULL: fine; else what it should be. */
typedef const char *(*key_take)(struct config *config, const struct key *key, const char *value);

static const char *take_list(struct config *config, const struct key *key, const char *value);
static const char *take_number(struct config *config, const struct key *key, const char *value);
static const char *take_text(struct config *config, const struct key *key, const char *value);
static const char *take_sid(struct config *config, const struct key *key, const char *value);

static const struct key {
    const char *name;
    key_take take;
    size_t offset;
    uint32_t min, max;
} keys[] = {
    { "packages", take_list, offsetof(struct config, packages), 0, 0 },
    { "administrators", take_list, offsetof(struct config, administrators), 0, 0 },
    { "account_uid_first", take_number, offsetof(struct config, account_uid_first), 1,
      IDMAP_ID_MAX },
    { "account_uid_last", take_number, offsetof(struct config, account_uid_last), 1, IDMAP_ID_MAX },
    { "pam_confdir", take_text, offsetof(struct config, pam_confdir), 0, 0 },
    { "workers", take_number, offsetof(struct config, workers), 1, CONFIG_WORKERS_MAX },
    { "logon_timeout_s", take_number, offsetof(struct config, logon_timeout_s), 1,
      CONFIG_TIMEOUT_MAX_S },
    { "reclaim_timeout_s", take_number, offsetof(struct config, reclaim_timeout_s), 1,
      CONFIG_TIMEOUT_MAX_S },
    { "machine_sid", take_sid, offsetof(struct config, machine_sid), 0, 0 },
};

static void *field(struct config *config, const struct key *key)
{
    return (char *)config + key->offset;
}

static void list_clear(struct config_list *list)
{
    while (list->size > 0)
        free(list->items[--list->size]);
}

static const char *take_list(struct config *config, const struct key *key, const char *value)
{
    struct config_list *list = field(config, key);

    list_clear(list);
    for (;;) {
        size_t length;

        value += strspn(value, BLANKS);
        length = strcspn(value, BLANKS);
        if (length == 0)
            return NULL;
        if (list->size == CONFIG_LIST_MAX)
            return "at most 32 words";
        list->items[list->size] = strndup(value, length);
        if (!list->items[list->size])
            return "less, since memory is short";
        list->size++;
        value += length;
    }
}

static const char *take_number(struct config *config, const struct key *key, const char *value)
{
    static char expected[64];
    uint32_t *number = field(config, key);
    char *end;
    unsigned long parsed;

    errno = 0;
    parsed = strtoul(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || value[0] == '-' || parsed < key->min ||
        parsed > key->max) {
        (void)snprintf(expected, sizeof(expected), "a number from %u to %u", key->min, key->max);
        return expected;
    }
    *number = (uint32_t)parsed;
    return NULL;
}

static const char *take_text(struct config *config, const struct key *key, const char *value)
{
    char **text = field(config, key);
    char *copy = strdup(value);

    if (!copy)
        return "less, since memory is short";
    free(*text);
    *text = copy;
    return NULL;
}

static const char *take_sid(struct config *config, const struct key *key, const char *value)
{
    sid_buffer sid;

    if (nt_failed(sid_from_text(&sid, NULL, value, strlen(value))) ||
        sid_authority(&sid.sid) != 5 || sid_n_subs(&sid.sid) != 4 ||
        sid_sub(&sid.sid, 0) != SECURITY_NT_NON_UNIQUE)
        return "a SID S-1-5-21-a-b-c";
    config->machine_sid = sid;
    config->machine_sid_given = true;
    return NULL;
}

static uint32_t default_workers(void)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);

    return cpus < 1 ? 1 : cpus > WORKERS_DEFAULT_MAX ? WORKERS_DEFAULT_MAX : (uint32_t)cpus;
}

int config_init(struct config *config)
{
    *config = (struct config){ .account_uid_first = ACCOUNT_UID_FIRST,
                               .account_uid_last = ACCOUNT_UID_LAST,
                               .workers = default_workers(),
                               .logon_timeout_s = TIMEOUT_DEFAULT_S,
                               .reclaim_timeout_s = TIMEOUT_DEFAULT_S };
    if (config_set(config, "default", "packages", "msv1_0 unix") < 0 ||
        config_set(config, "default", "administrators", "sudo wheel") < 0 ||
        config_set(config, "default", "pam_confdir", "") < 0)
        return -ENOMEM;
    return 0;
}

void config_done(struct config *config)
{
    list_clear(&config->packages);
    list_clear(&config->administrators);
    free(config->pam_confdir);
    *config = (struct config){ 0 };
}

int config_set(struct config *config, const char *where, const char *key, const char *value)
{
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        const char *expected;

        if (strcmp(keys[i].name, key) != 0)
            continue;
        expected = keys[i].take(config, &keys[i], value);
        if (!expected)
            return 0;
        log_error("%s: %s: \"%s\" should be %s", where, key, value, expected);
        return -EINVAL;
    }
    log_error("%s: there is no key \"%s\"; see openlogond.conf(5)", where, key);
    return -EINVAL;
}

/* Cuts blanks off both ends, in place. */
static char *trim(char *text)
{
    size_t length;

    text += strspn(text, BLANKS);
    length = strlen(text);
    while (length > 0 && strchr(BLANKS, text[length - 1]))
        length--;
    text[length] = '\0';
    return text;
}

int config_line(struct config *config, const char *where, const char *line)
{
    char copy[CONFIG_LINE_MAX];
    char *key, *equals;

    if (strlen(line) >= sizeof(copy)) {
        log_error("%s: the line is longer than %d characters", where, CONFIG_LINE_MAX - 1);
        return -EINVAL;
    }
    (void)stpcpy(copy, line);
    key = trim(copy);
    if (*key == '\0' || *key == '#')
        return 0;
    equals = strchr(key, '=');
    if (!equals) {
        log_error("%s: \"%s\" is not `key = value`", where, key);
        return -EINVAL;
    }
    *equals = '\0';
    return config_set(config, where, trim(key), trim(equals + 1));
}

static int load_lines(struct config *config, const char *path, FILE *file)
{
    _cleanup_(freep) char *line = NULL;
    _cleanup_(freep) char *where = NULL;
    size_t size = 0;

    for (unsigned number = 1; getline(&line, &size, file) >= 0; number++) {
        free(TAKE(where));
        if (asprintf(&where, "%s:%u", path, number) < 0)
            return -ENOMEM;
        if (config_line(config, where, line) < 0)
            return -EINVAL;
    }
    return ferror(file) ? -EIO : 0;
}

int config_load(struct config *config, const char *path)
{
    FILE *file = fopen(path, "re");
    int r;

    if (!file && errno == ENOENT)
        return -ENOENT;
    if (!file) {
        r = -errno;
        log_error("cannot read %s: %s", path, strerror(-r));
        return r;
    }
    r = load_lines(config, path, file);
    (void)fclose(file);
    return r;
}

int config_check(const struct config *config)
{
    if (config->account_uid_first > config->account_uid_last) {
        log_error("account_uid_first (%u) is above account_uid_last (%u)",
                  config->account_uid_first, config->account_uid_last);
        return -EINVAL;
    }
    if (*config->pam_confdir && *config->pam_confdir != '/') {
        log_error("pam_confdir (%s) is not an absolute path", config->pam_confdir);
        return -EINVAL;
    }
    if (config->packages.size == 0) {
        log_error("packages names no package: nobody could log on");
        return -EINVAL;
    }
    return 0;
}
