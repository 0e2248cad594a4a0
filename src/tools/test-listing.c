/* SPDX-License-Identifier: MIT */
/* What the forms of a listing look like, to the byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/filetime.h"
#include <openlogon.h>

#include "listing.h"

/* Strings are literals: these sessions are never given to listing_done(). */
#define S(text) ((char *)(uintptr_t)(text))

static struct listed_session sessions[] = {
    {
        .id = 0x3e7,
        .user = S("SYSTEM"),
        .domain = S("HOST"),
        .package = S("Negotiate"),
        .sid = S("S-1-5-18"),
        .server = S(""),
        .dns_domain = S(""),
        .upn = S(""),
        .enforced = true,
    },
    {
        .id = 0x16a6d6160,
        .user = S("mark, \"russ\""),
        .domain = S("NTDEV"),
        .package = S("Kerberos"),
        .server = S("NTDEV-99"),
        .dns_domain = S("NTDEV.EXAMPLE"),
        .upn = S("markruss@ntdev.example"),
        .type = 10,
        .wts_session = 1,
        .uid = UINT32_MAX,
        .references = 2,
    },
};

static struct listed_process processes[] = {
    { 1, 0x3e7, OPENLOGON_BASIS_SYSTEM, "init" },
    { 15368, 0x16a6d6160, OPENLOGON_BASIS_CGROUP, "a\x1b b" },
    { 15369, 0x3e7, OPENLOGON_BASIS_SYSTEM, "cron" },
};

static struct listing listing = { sessions, 2, processes, 3, 0 };

static int set_up(void **state)
{
    setenv("TZ", "UTC0", 1);
    tzset();
    sessions[1].logon_time = filetime_from_unix(1435853131);
    return 0;
}

static void check(void (*print)(FILE *to), const char *expected)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    print(to);
    fclose(to);
    assert_string_equal(text, expected);
    free(text);
}

static void print_blocks(FILE *to)
{
    listing_print_blocks(&listing, to, LISTING_WITH_PROCESSES);
}

static void blocks_look_like_sysinternals(void **state)
{
    check(print_blocks, "[0] Logon session 00000000:000003e7:\n"
                        "    User name:    HOST\\SYSTEM\n"
                        "    Auth package: Negotiate\n"
                        "    Logon type:   (none)\n"
                        "    Session:      0\n"
                        "    Sid:          S-1-5-18\n"
                        "    Logon time:   (none)\n"
                        "    Logon server: (none)\n"
                        "    DNS Domain:   (none)\n"
                        "    UPN:          (none)\n"
                        "        1: init (system)\n"
                        "    15369: cron (system)\n"
                        "\n"
                        "[1] Logon session 00000001:6a6d6160:\n"
                        "    User name:    NTDEV\\mark, \"russ\"\n"
                        "    Auth package: Kerberos\n"
                        "    Logon type:   RemoteInteractive\n"
                        "    Session:      1\n"
                        "    Sid:          (none)\n"
                        "    Logon time:   2015-07-02 16:05:31\n"
                        "    Logon server: NTDEV-99\n"
                        "    DNS Domain:   NTDEV.EXAMPLE\n"
                        "    UPN:          markruss@ntdev.example\n"
                        "    15368: a? b (cgroup)\n");
}

static void print_commas(FILE *to)
{
    listing_print_fields(&listing, to, LISTING_COMMAS, LISTING_WITH_PROCESSES);
}

static void values_are_separated_by_commas(void **state)
{
    check(print_commas,
          "Logon Session,User Name,Auth Package,Logon Type,Session,Sid,Logon Time,Logon Server,"
          "DNS Domain,UPN,Processes\n"
          "00000000:000003e7,HOST\\SYSTEM,Negotiate,,0,S-1-5-18,,,,,1:init; 15369:cron\n"
          "00000001:6a6d6160,\"NTDEV\\mark, \"\"russ\"\"\",Kerberos,RemoteInteractive,1,,"
          "2015-07-02 16:05:31,NTDEV-99,NTDEV.EXAMPLE,markruss@ntdev.example,15368:a? b\n");
}

static void print_tabs(FILE *to)
{
    listing_print_fields(&listing, to, LISTING_TABS, 0);
}

static void values_are_separated_by_tabs(void **state)
{
    check(print_tabs, "Logon Session\tUser Name\tAuth Package\tLogon Type\tSession\tSid\t"
                      "Logon Time\tLogon Server\tDNS Domain\tUPN\n"
                      "00000000:000003e7\tHOST\\SYSTEM\tNegotiate\t\t0\tS-1-5-18\t\t\t\t\n"
                      "00000001:6a6d6160\t\"NTDEV\\mark, \"\"russ\"\"\"\tKerberos\t"
                      "RemoteInteractive\t1\t\t2015-07-02 16:05:31\tNTDEV-99\tNTDEV.EXAMPLE\t"
                      "markruss@ntdev.example\n");
}

static void processes_belong_to_their_session(void **state)
{
    assert_int_equal(listing_count_processes(&listing, &sessions[0]), 2);
    assert_int_equal(listing_count_processes(&listing, &sessions[1]), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_look_like_sysinternals),
        cmocka_unit_test(values_are_separated_by_commas),
        cmocka_unit_test(values_are_separated_by_tabs),
        cmocka_unit_test(processes_belong_to_their_session),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
