/* SPDX-License-Identifier: MIT */
/* logon watch: what happens to sessions and tokens, as it happens. */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <sddl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/luid.h"
#include "commands.h"
#include "complaint.h"
#include "listing.h"
#include "text.h"
#include "watch_line.h"

enum {
    KEY_JSON = KEY_WITHOUT_LETTER,
    KEY_SINCE_NOW,
};

struct choice {
    enum watch_form form;
    DWORD types;      /* bits; 0: all */
    const char *user; /* NULL: any */
    uint32_t count;   /* 0: without end */
    bool since_now;
};

struct watching {
    const struct choice *choice;
    OPENLOGON_WATCH *watch;
    int signals;
    struct listing present; /* the sessions that were told of before all events */
    uint32_t n_printed;
};

/* Instead of an exit code. */
enum { GO_ON = -1 };

enum { EVENTS_BETWEEN_LOOKS = 64 }; /* for a signal */

/* --- what is shown ------------------------------------------------------------------------ */

/* NAME, DOMAIN\NAME or a SID. */
static bool is_user(const char *wanted, const OPENLOGON_EVENT *event)
{
    _cleanup_(freep) char *account = text_account(event->domain, event->user);
    _cleanup_(freep) char *sid = text_of_sid(event->sid);

    return strcasecmp(wanted, event->user) == 0 || (account && strcasecmp(wanted, account) == 0) ||
           (sid && strcasecmp(wanted, sid) == 0);
}

static bool is_to_show(const struct choice *choice, const OPENLOGON_EVENT *event)
{
    return event->type == OPENLOGON_EVENT_LOST || !choice->user || is_user(choice->user, event);
}

static int compare_luids(const void *luid, const void *session)
{
    uint64_t a = *(const uint64_t *)luid, b = ((const struct listed_session *)session)->id;

    return a < b ? -1 : a > b;
}

/* One that started between the beginning of the watch and the listing. */
static bool was_present(const struct watching *w, const OPENLOGON_EVENT *event)
{
    uint64_t luid = luid_to_u64(event->session);

    return event->type == OPENLOGON_EVENT_SESSION_STARTED && w->present.n_sessions > 0 &&
           bsearch(&luid, w->present.sessions, w->present.n_sessions, sizeof(*w->present.sessions),
                   compare_luids);
}

/* Who reads has gone: that is no failure. */
static int printed(int r)
{
    if (r == 0)
        return GO_ON;
    if (r == -EPIPE)
        return EXIT_SUCCESS;
    return complain_of_errno(r, "cannot write to standard output");
}

static int show(struct watching *w, const OPENLOGON_EVENT *event)
{
    int code;

    if (!is_to_show(w->choice, event) || was_present(w, event))
        return GO_ON;
    code = printed(watch_print(w->choice->form, event));
    if (code != GO_ON)
        return code;
    return ++w->n_printed == w->choice->count ? EXIT_SUCCESS : GO_ON;
}

static int show_session(const struct choice *choice, const struct listed_session *session)
{
    PSID sid = NULL;
    int code = GO_ON;

    if (session->sid[0] && !ConvertStringSidToSidA(session->sid, &sid))
        sid = NULL;
    const OPENLOGON_EVENT event = {
        .type = WATCH_SESSION_PRESENT,
        .time.QuadPart = session->logon_time,
        .session = luid_from_u64(session->id),
        .user = session->user,
        .domain = session->domain,
        .package = session->package,
        .logon_type = session->type,
        .wts_session = session->wts_session,
        .sid = sid,
    };
    if (is_to_show(choice, &event))
        code = printed(watch_print(choice->form, &event));
    (void)LocalFree(sid);
    return code;
}

/* After the watch has begun, so that no session is missed. */
static int show_present(struct watching *w)
{
    const DWORD starts = 1u << OPENLOGON_EVENT_SESSION_STARTED;
    int code = GO_ON;

    if (w->choice->since_now || (w->choice->types && !(w->choice->types & starts)))
        return GO_ON;
    if (!listing_load(&w->present))
        return EXIT_FAILURE;
    for (size_t i = 0; i < w->present.n_sessions && code == GO_ON; i++)
        code = show_session(w->choice, &w->present.sessions[i]);
    return code;
}

/* --- waiting ------------------------------------------------------------------------------ */

/* Until there are events, a signal ends the program, or nobody reads any more. */
static int wait_for_event(const struct watching *w)
{
    struct pollfd fds[] = {
        { .fd = openlogon_watch_fd(w->watch), .events = POLLIN },
        { .fd = w->signals, .events = POLLIN },
        { .fd = STDOUT_FILENO }, /* errors only */
    };
    int r;

    do {
        r = poll(fds, ARRAY_SIZE(fds), -1);
    } while (r < 0 && errno == EINTR);
    if (r < 0)
        return complain_of_errno(errno, "cannot wait for events");
    return fds[1].revents || fds[2].revents ? EXIT_SUCCESS : GO_ON;
}

static bool is_interrupted(const struct watching *w)
{
    struct pollfd pollfd = { .fd = w->signals, .events = POLLIN };

    return poll(&pollfd, 1, 0) > 0;
}

/* All that have come; more may come meanwhile, without end. */
static int take_events(struct watching *w)
{
    OPENLOGON_EVENT event;
    int code = GO_ON;

    for (unsigned i = 1; code == GO_ON; i++) {
        if (!openlogon_watch_next(w->watch, 0, &event))
            return last_error() == ERROR_TIMEOUT ? GO_ON
                                                 : complain_of(last_error(), "the watch has ended");
        code = show(w, &event);
        if (code == GO_ON && i % EVENTS_BETWEEN_LOOKS == 0 && is_interrupted(w))
            code = EXIT_SUCCESS;
    }
    return code;
}

static int go_on_watching(struct watching *w)
{
    int code = printed(watch_print_headings(w->choice->form));

    if (code == GO_ON)
        code = show_present(w);
    while (code == GO_ON) {
        code = take_events(w);
        if (code == GO_ON)
            code = wait_for_event(w);
    }
    return code;
}

/* SIGINT and SIGTERM end it as they should; a pipe that closes is seen when writing. */
static int open_signals(void)
{
    sigset_t set;

    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

static int watch(const struct choice *choice)
{
    struct watching w = { .choice = choice, .signals = open_signals() };
    int code;

    if (w.signals < 0)
        return complain_of_errno(errno, "cannot watch for signals");
    if (!openlogon_watch_open(choice->types, &w.watch)) {
        (void)close(w.signals);
        return complain_of(last_error(), "cannot watch");
    }
    code = go_on_watching(&w);
    openlogon_watch_close(w.watch);
    listing_done(&w.present);
    (void)close(w.signals);
    return code;
}

/* --- the command -------------------------------------------------------------------------- */

static int choose_types(const struct command *command, struct choice *choice, char *list)
{
    for (char *name, *rest = list; (name = strsep(&rest, ","));) {
        DWORD type;

        if (!watch_type_of_name(name, &type))
            return command_misused(command, "unknown type of event \"%s\"", name);
        choice->types |= 1u << type;
    }
    return EXIT_SUCCESS;
}

static int take_option(const struct command *command, struct choice *choice, int key)
{
    switch (key) {
    case KEY_JSON:
        choice->form = WATCH_JSON;
        break;
    case KEY_SINCE_NOW:
        choice->since_now = true;
        break;
    case 't':
        return choose_types(command, choice, optarg);
    case 'u':
        choice->user = optarg;
        break;
    case 'c':
        if (!text_to_number(optarg, 1, UINT32_MAX, &choice->count))
            return command_misused(command, "\"%s\" is no number of events", optarg);
        break;
    }
    return EXIT_SUCCESS;
}

static int watch_run(const struct command *command, int argc, char **argv)
{
    struct choice choice = { 0 };
    int key, code = EXIT_SUCCESS;

    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0)
        code = take_option(command, &choice, key);
    if (code != EXIT_SUCCESS)
        return code;
    if (optind < argc)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind]);
    return watch(&choice);
}

static const struct option_row rows[] = {
    { KEY_JSON, "json", NULL, "one JSON object a line" },
    { 't', "type", "LIST", "only these events, separated by commas" },
    { 'u', "user", "NAME", "only of this user: NAME, DOMAIN\\NAME or a SID" },
    { 'c', "count", "N", "end after this many events" },
    { KEY_SINCE_NOW, "since-now", NULL, "do not begin with the sessions that are there" },
    { 0 },
};

const struct command watch_command = {
    .name = "watch",
    .arguments = "[options]",
    .summary = "tell of sessions and tokens as they come and go",
    .options = rows,
    .notes = "Events:\n session-started, session-ended, logon-failed, elevated, token-assigned,\n"
             " token-opened, account-locked-out\n",
    .run = watch_run,
};
