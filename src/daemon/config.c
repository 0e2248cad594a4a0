/* SPDX-License-Identifier: MIT */
#include "daemon/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "authority/login_type.h"
#include "base/log.h"
#include "security/idmap.h"

#define BLANKS       " \t\r\n"
#define LOGIN_PREFIX "login."

enum {
    WORKERS_DEFAULT_MAX = 4,
    TIMEOUT_DEFAULT_S = 60,
    ACCOUNT_UID_FIRST = 1900000000,
    ACCOUNT_UID_LAST = 1900999999,
};

struct key;
/* NULL: fine; else what it should be. `base` is the struct that the key's offset is in. */
typedef const char *(*key_take)(void *base, const struct key *key, const char *value);

static const char *take_list(void *base, const struct key *key, const char *value);
static const char *take_number(void *base, const struct key *key, const char *value);
static const char *take_text(void *base, const struct key *key, const char *value);
static const char *take_bool(void *base, const struct key *key, const char *value);
static const char *take_sid(void *base, const struct key *key, const char *value);

struct key {
    const char *name;
    key_take take;
    size_t offset;
    uint32_t min, max;
};

static const struct key keys[] = {
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
    { "machine_sid", take_sid, 0, 0, 0 },
};

static const struct key package_keys[] = {
    { "path", take_text, offsetof(struct package_config, path), 0, 0 },
    { "user", take_text, offsetof(struct package_config, user), 0, 0 },
    { "network", take_bool, offsetof(struct package_config, network), 0, 0 },
    { "keyrings", take_bool, offsetof(struct package_config, keyrings), 0, 0 },
    { "set_id_programs", take_bool, offsetof(struct package_config, set_id_programs), 0, 0 },
    { "writable", take_list, offsetof(struct package_config, writable), 0, 0 },
    { "capabilities", take_list, offsetof(struct package_config, capabilities), 0, 0 },
    { "environment", take_list, offsetof(struct package_config, environment), 0, 0 },
    { "workers", take_number, offsetof(struct package_config, workers), 1, CONFIG_WORKERS_MAX },
    { "timeout_s", take_number, offsetof(struct package_config, timeout_s), 1,
      CONFIG_TIMEOUT_MAX_S },
};

static void *field(void *base, const struct key *key)
{
    return (char *)base + key->offset;
}

static void list_clear(struct config_list *list)
{
    while (list->size > 0)
        free(list->items[--list->size]);
}

static const char *take_list(void *base, const struct key *key, const char *value)
{
    struct config_list *list = field(base, key);

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

static const char *take_number(void *base, const struct key *key, const char *value)
{
    static char expected[64];
    uint32_t *number = field(base, key);
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

static const char *take_text(void *base, const struct key *key, const char *value)
{
    char **text = field(base, key);
    char *copy = strdup(value);

    if (!copy)
        return "less, since memory is short";
    free(*text);
    *text = copy;
    return NULL;
}

static const char *take_bool(void *base, const struct key *key, const char *value)
{
    bool yes = strcmp(value, "yes") == 0;

    if (!yes && strcmp(value, "no") != 0)
        return "yes or no";
    *(bool *)field(base, key) = yes;
    return NULL;
}

static const char *take_sid(void *base, const struct key *key, const char *value)
{
    struct config *config = base;
    sid_buffer sid;

    if (nt_failed(sid_from_text(&sid, NULL, value, strlen(value))) ||
        sid_authority(&sid.sid) != 5 || sid_n_subs(&sid.sid) != 4 ||
        sid_sub(&sid.sid, 0) != SECURITY_NT_NON_UNIQUE)
        return "a SID S-1-5-21-a-b-c";
    config->machine_sid = sid;
    config->machine_sid_given = true;
    return NULL;
}

static int set(void *base, const struct key *among, size_t n, const char *where, const char *key,
               const char *value)
{
    for (size_t i = 0; i < n; i++) {
        const char *expected;

        if (strcmp(among[i].name, key) != 0)
            continue;
        expected = among[i].take(base, &among[i], value);
        if (!expected)
            return 0;
        log_error("%s: %s: \"%s\" should be %s", where, key, value, expected);
        return -EINVAL;
    }
    log_error("%s: there is no key \"%s\"; see openlogond.conf(5)", where, key);
    return -EINVAL;
}

/* --- packages ----------------------------------------------------------------------------------
 */

static void package_config_done(struct package_config *package)
{
    free(package->name);
    free(package->path);
    free(package->user);
    list_clear(&package->writable);
    list_clear(&package->capabilities);
    list_clear(&package->environment);
    *package = (struct package_config){ 0 };
}

/*
 * What OpenLogon's own packages need, in the words of the configuration. msv1_0 opens accounts.db,
 * which is root's. unix calls PAM modules, whose needs are the system's; without root these have a
 * helper program that gains the right to read passwords. Others get nothing: a user of no account,
 * and one process, since they may keep in memory what they know of a session.
 */
static const struct {
    const char *package, *key, *value; /* package NULL: all that are not named here */
} package_defaults[] = {
    { "msv1_0", "user", "" },
    { "unix", "user", "" },
    { "unix", "network", "yes" },
    { "unix", "keyrings", "yes" },
    { "unix", "set_id_programs", "yes" },
    { "unix", "writable", "/" },
    { "unix", "capabilities",
      "chown dac_override dac_read_search fowner setuid setgid audit_write" },
    { NULL, "user", "nobody" },
};

static bool is_own_package(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(package_defaults); i++) {
        if (package_defaults[i].package && strcmp(package_defaults[i].package, name) == 0)
            return true;
    }
    return false;
}

static int set_package_defaults(const struct config *config, struct package_config *package)
{
    const bool own = is_own_package(package->name);

    package->workers = own ? 0 : 1; /* 0: as many as `workers` says, in the end */
    package->has_state_dir = strcmp(package->name, "msv1_0") == 0;
    for (size_t i = 0; i < ARRAY_SIZE(package_defaults); i++) {
        const char *of = package_defaults[i].package;
        int r = 0;

        if (of ? strcmp(of, package->name) == 0 : !own)
            r = set(package, package_keys, ARRAY_SIZE(package_keys), "default",
                    package_defaults[i].key, package_defaults[i].value);
        if (r < 0)
            return -ENOMEM;
    }
    return 0;
}

struct name_part {
    const char *text;
    size_t length;
};

static struct package_config *find_package(struct config *config, struct name_part name)
{
    for (size_t i = 0; i < config->n_package_configs; i++) {
        struct package_config *package = &config->package_configs[i];

        if (strlen(package->name) == name.length &&
            memcmp(package->name, name.text, name.length) == 0)
            return package;
    }
    return NULL;
}

/* Errors: -EINVAL (no name of a package), -E2BIG (too many), -ENOMEM */
static int find_or_add_package(struct config *config, struct package_config **ret,
                               struct name_part name)
{
    struct package_config *package = find_package(config, name);
    int r;

    if (!package) {
        if (name.length == 0 || name.length > CONFIG_PACKAGE_NAME_MAX || name.text[0] == '.' ||
            memchr(name.text, '/', name.length))
            return -EINVAL;
        if (config->n_package_configs == CONFIG_LIST_MAX)
            return -E2BIG;
        package = &config->package_configs[config->n_package_configs];
        package->name = strndup(name.text, name.length);
        r = package->name ? set_package_defaults(config, package) : -ENOMEM;
        if (r < 0) {
            package_config_done(package);
            return r;
        }
        config->n_package_configs++;
    }
    *ret = package;
    return 0;
}

/* An entry of `packages`: NAME, or a path that ends in NAME.so. */
static struct name_part entry_name(const char *entry)
{
    const char *slash = strrchr(entry, '/');
    const char *name = slash ? slash + 1 : entry;
    const char *suffix = strstr(name, ".so");

    return (struct name_part){ name, suffix ? (size_t)(suffix - name) : strlen(name) };
}

const struct package_config *config_package(const struct config *config, size_t i)
{
    return find_package((struct config *)(uintptr_t)config, entry_name(config->packages.items[i]));
}

static int take_entry(struct config *config, size_t i)
{
    const char *entry = config->packages.items[i];
    struct package_config *package = NULL;
    int r = find_or_add_package(config, &package, entry_name(entry));

    if (r < 0) {
        log_error("packages: cannot take \"%s\": %s", entry, strerror(-r));
        return r;
    }
    for (size_t earlier = 0; earlier < i; earlier++) {
        if (config_package(config, earlier) == package) {
            log_error("packages names %s twice", package->name);
            return -EINVAL;
        }
    }
    if (strchr(entry, '/') && take_text(package, &package_keys[0], entry))
        return -ENOMEM;
    if (package->path && *package->path != '/') {
        log_error("%s.path (%s) is not an absolute path", package->name, package->path);
        return -EINVAL;
    }
    return 0;
}

static int check_packages(struct config *config)
{
    if (config->packages.size == 0) {
        log_error("packages names no package: nobody could log on");
        return -EINVAL;
    }
    for (size_t i = 0; i < config->packages.size; i++) {
        int r = take_entry(config, i);
        if (r < 0)
            return r;
    }
    for (size_t i = 0; i < config->n_package_configs; i++) {
        struct package_config *package = &config->package_configs[i];

        for (size_t n = 0; n < package->writable.size; n++) {
            if (*package->writable.items[n] == '/')
                continue;
            log_error("%s.writable (%s) is not an absolute path", package->name,
                      package->writable.items[n]);
            return -EINVAL;
        }
        package->workers = package->workers ? package->workers : config->workers;
        package->timeout_s = package->timeout_s ? package->timeout_s : config->logon_timeout_s;
    }
    return 0;
}

/* --- logins ------------------------------------------------------------------------------------
 */

static const struct key login_keys[] = {
    { "enforce_rights", take_bool, offsetof(struct login_config, enforce_rights), 0, 0 },
};

/* The one that is there, or a new one; NULL: there are too many, or memory is short. */
static uint32_t *login_rule_for(struct login_config *login, const char *service)
{
    for (size_t i = 0; i < login->n_rules; i++) {
        if (strcmp(login->rules[i].service, service) == 0)
            return &login->rules[i].rule;
    }
    if (login->n_rules == CONFIG_LOGINS_MAX)
        return NULL;
    login->rules[login->n_rules].service = strdup(service);
    return login->rules[login->n_rules].service ? &login->rules[login->n_rules++].rule : NULL;
}

static int set_login(struct config *config, const char *where, const char *key, const char *value)
{
    uint32_t rule;
    uint32_t *place;

    if (strcmp(key, login_keys[0].name) == 0)
        return set(&config->login, login_keys, ARRAY_SIZE(login_keys), where, key, value);
    if (*key == '\0' || strlen(key) > CONFIG_SERVICE_NAME_MAX || !login_rule_parse(value, &rule)) {
        log_error("%s: login.%s: \"%s\" should be a logon type, remote or caller; see "
                  "openlogond.conf(5)",
                  where, key, value);
        return -EINVAL;
    }
    place = login_rule_for(&config->login, key);
    if (!place) {
        log_error("%s: login.%s: no more than %d services can be named", where, key,
                  CONFIG_LOGINS_MAX);
        return -EINVAL;
    }
    *place = rule;
    return 0;
}

uint32_t config_login_rule(const struct config *config, const char *service)
{
    for (size_t i = 0; i < config->login.n_rules; i++) {
        if (strcmp(config->login.rules[i].service, service) == 0)
            return config->login.rules[i].rule;
    }
    return login_rule_of(service);
}

/* --- the whole ---------------------------------------------------------------------------------
 */

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
    while (config->login.n_rules > 0)
        free(config->login.rules[--config->login.n_rules].service);
    while (config->n_package_configs > 0)
        package_config_done(&config->package_configs[--config->n_package_configs]);
    *config = (struct config){ 0 };
}

int config_set(struct config *config, const char *where, const char *key, const char *value)
{
    const char *dot = strchr(key, '.');
    struct package_config *package = NULL;
    int r;

    if (!dot)
        return set(config, keys, ARRAY_SIZE(keys), where, key, value);
    if (strncmp(key, LOGIN_PREFIX, strlen(LOGIN_PREFIX)) == 0)
        return set_login(config, where, dot + 1, value);
    r = find_or_add_package(config, &package, (struct name_part){ key, (size_t)(dot - key) });
    if (r < 0) {
        log_error("%s: %s: cannot take a setting of this package: %s", where, key, strerror(-r));
        return r;
    }
    return set(package, package_keys, ARRAY_SIZE(package_keys), where, dot + 1, value);
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

int config_check(struct config *config)
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
    return check_packages(config);
}
