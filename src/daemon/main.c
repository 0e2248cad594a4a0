/* SPDX-License-Identifier: MIT */
/* openlogond: the authority of a machine. Order: read all settings, open all that is needed, loop.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/daemon.h"
#include "daemon/private_uids.h"
#include "linux/peer.h"

/* Only processes of root's change their uid: without it none is needed that nobody else has. A
 * state directory of an older version has accounts of the range that the configuration has. */
static void choose_uids(struct private_uids *uids, const struct options *options)
{
    uid_t own;
    const bool is_root = own_kernel_uid(&own) >= 0 && own == 0;
    int r = private_uids_claim(uids, is_root ? PRIVATE_UIDS_REGISTRY : NULL, options->state);

    if (!is_root || r >= 0 || r == -EEXIST)
        return;
    log_warning("other private authorities may give the same uids to their accounts: %s",
                strerror(-r));
    if (uids->first == 0)
        (void)!private_uids_claim(uids, NULL, options->state);
}

static int read_settings(struct config *config, const struct options *options,
                         const struct private_uids *uids)
{
    int r = config_init(config);

    if (r >= 0 && uids->first != 0) {
        config->account_uid_first = uids->first;
        config->account_uid_last = uids->last;
    }
    if (r >= 0 && (options->config_given || !options->private)) {
        r = config_load(config, options->config);
        if (r == -ENOENT && options->config_given)
            log_error("cannot read %s: %s", options->config, strerror(-r));
        else if (r == -ENOENT)
            r = 0;
    }
    for (size_t i = 0; r >= 0 && i < options->n_settings; i++)
        r = config_line(config, "--set", options->settings[i]);
    return r < 0 ? r : config_check(config);
}

/* Passwords pass through this process: no core dumps, and as root nobody else's debugger. */
static void harden(void)
{
    const struct rlimit no_core = { 0 };

    (void)umask(0022);
    if (setrlimit(RLIMIT_CORE, &no_core) < 0)
        log_warning("cannot forbid core dumps: %s", strerror(errno));
    if (geteuid() == 0 && prctl(PR_SET_DUMPABLE, 0) < 0)
        log_warning("cannot keep debuggers away: %s", strerror(errno));
}

/* Each client costs a descriptor, and each process that ever was one another. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit); /* else fewer clients find room */
}

static int run(const struct options *options, const struct config *config)
{
    _cleanup_(daemon_freep) Daemon *daemon = NULL;
    int r = daemon_new(&daemon, options, config);

    return r < 0 ? r : daemon_run(daemon);
}

int main(int argc, char **argv)
{
    _cleanup_(private_uids_done) struct private_uids uids = { .lock = -1 };
    _cleanup_(config_done) struct config config = { 0 };
    struct options options;
    int r;

    log_set_name("openlogond");
    switch (options_read(&options, argc, argv)) {
    case OPTIONS_SHOWN:
        return EXIT_SUCCESS;
    case OPTIONS_WRONG:
        return 2;
    default:
        break;
    }
    if (options.verbose)
        log_set_level(LOG_LEVEL_DEBUG);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* what cannot be written is told otherwise */
    harden();
    raise_descriptor_limit();
    if (options.private)
        choose_uids(&uids, &options);
    r = read_settings(&config, &options, &uids);
    if (r >= 0)
        r = run(&options, &config);
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
