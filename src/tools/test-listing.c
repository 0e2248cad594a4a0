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

static struct listed_session sessions[] = {
    {
        .id = 0x3e7,
        .user = "SYSTEM",
        .domain = "HOST",
        .package = "Negotiate",
        .sid = "S-1-5-18",
        .server = "",
        .dns_domain = "",
        .upn = "",
        .enforced = true,
    },
    {
        .id = 0x16a6d6160,
        .user = "mark, \"russ\"",
        .domain = "NTDEV",
        .package = "Kerberos",
        .server = "NTDEV-99",
        .dns_domain = "NTDEV.EXAMPLE",
        .upn = "markruss@ntdev.example",
        .type = 10,
        .wts_session = 1,
        .uid = UINT32_MAX,
        .references = 2,
    },
};

static struct listed_process processes[] = {
    { 1, 0x3e7, OPENLOGON_BASIS_SYSTEM, "init" },
    { 15369, 0x3e7, OPENLOGON_BASIS_SYSTEM, "cron" },
    { 15368, 0x16a6d6160, OPENLOGON_BASIS_CGROUP, "a\x1b b" },
};

static struct listing listing = {
    .sessions = sessions, .n_sessions = 2, .processes = processes, .n_processes = 3
};

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

static void print_later_page(FILE *to)
{
    const struct listing page = { .sessions = sessions, .n_sessions = 1, .n_before = 7 };

    listing_print_fields(&page, to, LISTING_TABS, 0);
    listing_print_blocks(&page, to, 0);
}

static void a_later_page_goes_on_where_the_one_before_ended(void **state)
{
    check(print_later_page, "00000000:000003e7\tHOST\\SYSTEM\tNegotiate\t\t0\tS-1-5-18\t\t\t\t\n"
                            "\n"
                            "[7] Logon session 00000000:000003e7:\n"
                            "    User name:    HOST\\SYSTEM\n"
                            "    Auth package: Negotiate\n"
                            "    Logon type:   (none)\n"
                            "    Session:      0\n"
                            "    Sid:          S-1-5-18\n"
                            "    Logon time:   (none)\n"
                            "    Logon server: (none)\n"
                            "    DNS Domain:   (none)\n"
                            "    UPN:          (none)\n");
}

static void sessions_are_found_by_their_luid(void **state)
{
    assert_ptr_equal(listing_find(&listing, 0x3e7), &sessions[0]);
    assert_ptr_equal(listing_find(&listing, 0x16a6d6160), &sessions[1]);
    assert_null(listing_find(&listing, 0x3e8));
    assert_null(listing_find(&listing, UINT64_MAX));
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
        cmocka_unit_test(a_later_page_goes_on_where_the_one_before_ended),
        cmocka_unit_test(sessions_are_found_by_their_luid),
        cmocka_unit_test(processes_belong_to_their_session),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
