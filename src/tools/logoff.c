/* SPDX-License-Identifier: MIT */
/* logon logoff: ends logon sessions with all their processes. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openlogon.h>
#include <wtsapi32.h>

#include "base/luid.h"
#include "commands.h"
#include "complaint.h"
#include "listing.h"
#include "text.h"

enum {
    KEY_USER = KEY_WITHOUT_LETTER,
    KEY_SESSION,
    KEY_GRACE,
    KEY_NO_WAIT,
    GRACE_S = 5,
    GRACE_MAX_S = 60,
    MS_PER_S = 1000,
    WELL_KNOWN_FIRST = 0x3e4,
    WELL_KNOWN_LAST = 0x3e7,
};

/* One of luid, user and by_number. */
struct request {
    uint64_t luid;    /* 0: none */
    const char *user; /* NAME or DOMAIN\NAME; NULL: none */
    bool by_number;
    uint32_t number;
    uint32_t grace_s;
    bool wait;
};

/* --- of a user ------------------------------------------------------------------------------ */

static bool is_of_user(const struct listed_session *session, const char *user)
{
    _cleanup_(freep) char *account = text_account(session->domain, session->user);

    if (session->id >= WELL_KNOWN_FIRST && session->id <= WELL_KNOWN_LAST)
        return false;
    return strcasecmp(strchr(user, '\\') ? (account ? account : "") : session->user, user) == 0;
}

/* One that has ended by now, as a linked one has with its twin, is what was wanted; processes of
 * the user that no logon has started are left alone. */
static bool is_settled(uint32_t error)
{
    return error == ERROR_NO_SUCH_LOGON_SESSION || error == ERROR_NOT_SUPPORTED;
}

/* All are told first, so that they share the time of grace. */
static int log_off_each(const struct listing *l, const struct request *request, BOOL wait,
                        size_t *ret_n)
{
    int code = EXIT_SUCCESS;
    char buffer[TEXT_LUID_SIZE];

    for (size_t i = 0; i < l->n_sessions; i++) {
        const LUID luid = luid_from_u64(l->sessions[i].id);

        if (!is_of_user(&l->sessions[i], request->user))
            continue;
        if (openlogon_logoff(&luid, 0, request->grace_s * MS_PER_S, wait))
            ++*ret_n;
        else if (!is_settled(last_error()))
            code = complain_of(last_error(), "cannot log off session %s",
                               text_luid(buffer, l->sessions[i].id));
    }
    return code;
}

static int log_off_user(const struct request *request)
{
    _cleanup_(listing_done) struct listing l = { 0 };
    size_t n = 0, n_waited = 0;
    int code;

    if (!listing_load(&l))
        return EXIT_FAILURE;
    code = log_off_each(&l, request, FALSE, &n);
    if (code == EXIT_SUCCESS && n == 0)
        return complain("\"%s\" has no logon session that you may log off", request->user);
    return code == EXIT_SUCCESS && request->wait ? log_off_each(&l, request, TRUE, &n_waited)
                                                 : code;
}

/* --- of a number ------------------------------------------------------------------------------ */

static int log_off_one(const struct request *request)
{
    const LUID luid = luid_from_u64(request->luid);
    char buffer[TEXT_LUID_SIZE];

    if (openlogon_logoff(request->by_number ? NULL : &luid, request->number,
                         request->grace_s * MS_PER_S, request->wait))
        return EXIT_SUCCESS;
    if (last_error() == ERROR_FILE_NOT_FOUND)
        return complain("there is no session %u; see \"logon query session\"", request->number);
    if (request->by_number)
        return complain_of(last_error(), "cannot log off session %u", request->number);
    return complain_of(last_error(), "cannot log off session %s", text_luid(buffer, request->luid));
}

/* --- the command ---------------------------------------------------------------------------- */

static int take_option(const struct command *command, struct request *request, int key)
{
    switch (key) {
    case KEY_USER:
        request->user = optarg;
        return EXIT_SUCCESS;
    case KEY_SESSION:
        request->by_number = true;
        if (text_to_number(optarg, 0, UINT32_MAX - 2, &request->number))
            return EXIT_SUCCESS;
        return command_misused(command, "\"%s\" is no number of a session", optarg);
    case KEY_GRACE:
        if (text_to_number(optarg, 0, GRACE_MAX_S, &request->grace_s))
            return EXIT_SUCCESS;
        return command_misused(command, "--grace takes 0 to %d seconds", GRACE_MAX_S);
    default:
        request->wait = false;
        return EXIT_SUCCESS;
    }
}

static int take_operands(const struct command *command, struct request *request, int argc,
                         char **argv)
{
    int n_targets = (request->user != NULL) + request->by_number + (argc - optind);

    if (n_targets != 1)
        return command_misused(command, "give one of LUID, --user and --session");
    if (optind < argc && !text_to_luid(argv[optind], &request->luid))
        return command_misused(command, "\"%s\" is no LUID", argv[optind]);
    return EXIT_SUCCESS;
}

static int logoff_run(const struct command *command, int argc, char **argv)
{
    struct request request = { .grace_s = GRACE_S, .wait = true };
    int key, code = EXIT_SUCCESS;

    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0)
        code = take_option(command, &request, key);
    if (code == EXIT_SUCCESS)
        code = take_operands(command, &request, argc, argv);
    if (code != EXIT_SUCCESS)
        return code;
    return request.user ? log_off_user(&request) : log_off_one(&request);
}

static const struct option_row rows[] = {
    { KEY_USER, "user", "NAME", "all logon sessions of this user: NAME or DOMAIN\\NAME" },
    { KEY_SESSION, "session", "N", "all logon sessions of one that \"query session\" lists" },
    { KEY_GRACE, "grace", "SECONDS", "from SIGTERM to SIGKILL; 5 if not given" },
    { KEY_NO_WAIT, "no-wait", NULL, "do not wait until they are gone" },
    { 0 },
};

const struct command logoff_command = {
    .name = "logoff",
    .arguments = "LUID|--user NAME|--session N [options]",
    .summary = "end logon sessions with all their processes",
    .options = rows,
    .notes = "What was started in a session as somebody else, by su for instance, ends with it.\n",
    .run = logoff_run,
};
