/* SPDX-License-Identifier: MIT */
/* A host that is taken has nothing in it that means something in a URL, and is taken as the same
 * again. */
#include "fuzz.h"

#include "remote/host_list.h"

static void check(const struct remote_host *host)
{
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(host_list_done) struct host_list again = { 0 };

    MUST(strlen(host->name) > 0 && strlen(host->name) <= HOST_NAME_MAX_LENGTH);
    MUST(!strpbrk(host->name, "/@?#[]\\% \t\r\n"));
    MUST(host->is_v6 || !strchr(host->name, ':'));
    MUST(host_list_add(&again, host->text, &problem));
    MUST(again.n == 1 && again.all[0].port == host->port);
    MUST(strcmp(again.all[0].name, host->name) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(host_list_done) struct host_list hosts = { 0 };

    MUST(host_list_add_lines(&hosts, (const char *)data, size, &problem) || problem.message);
    for (size_t i = 0; i < hosts.n; i++)
        check(&hosts.all[i]);
    return 0;
}
