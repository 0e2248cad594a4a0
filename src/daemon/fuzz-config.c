/* SPDX-License-Identifier: MIT */
/* Lines of openlogond.conf: each is taken or refused, and what was taken can be used. */
#include "../../fuzz/fuzz.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "daemon/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct config config;
    char *rest = text;
    char *line;

    MUST(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    log_set_level(LOG_LEVEL_ERROR - 1); /* what is wrong is said to nobody */
    MUST(config_init(&config) == 0);
    while ((line = strsep(&rest, "\n"))) {
        int r = config_line(&config, "fuzz", line);

        MUST(r == 0 || r == -EINVAL || r == -E2BIG);
    }
    if (config_check(&config) == 0) {
        for (size_t i = 0; i < config.packages.size; i++) {
            const struct package_config *package = config_package(&config, i);

            MUST(package && *package->name && package->workers > 0 && package->timeout_s > 0);
            MUST(!package->path || *package->path == '/');
        }
    }
    config_done(&config);
    free(text);
    return 0;
}
