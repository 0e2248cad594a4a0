/* SPDX-License-Identifier: MIT */
#include "authority/wts.h"

#include <stdio.h>
#include <string.h>

#include "authority/journal_record.h"

struct WtsTable {
    struct id_map sessions;
    SessionStore *store;
    Journal *journal;
    LuidSource *luids;
    struct wts_listener listener;
};

static uint64_t wts_encode(const struct journal_item *item, struct writer *out)
{
    const WtsSession *wts =
        (const WtsSession *)(const void *)((const char *)item - offsetof(WtsSession, journal));
    const struct wts_record record = { .number = wts_number(wts),
                                       .station = wts->station,
                                       .remote_host = wts->remote_host,
                                       .logind = wts->logind,
                                       .connect_time = wts->connect_time,
                                       .logon = wts->logon };

    wts_record_encode(&record, out);
    return wts->record;
}

void wts_table_set_journal(WtsTable *table, Journal *journal, LuidSource *luids)
{
    table->journal = journal;
    table->luids = luids;
    journal_teach(journal, JOURNAL_WTS, wts_encode);
}

void wts_table_listen(WtsTable *table, struct wts_listener listener)
{
    table->listener = listener;
}

/* --- one session -------------------------------------------------------------------------------
 */

static WtsSession *wts_free(WtsSession *wts)
{
    if (wts) {
        free(wts->station);
        free(wts->remote_host);
        free(wts->logind);
    }
    free(wts);
    return NULL;
}
DEFINE_CLEANUP(WtsSession *, wts_free);

/* Not cut inside a character. */
static char *copy_text(const char *text)
{
    size_t size = text ? strnlen(text, WTS_TEXT_MAX + 1) : 0;

    if (size > WTS_TEXT_MAX) {
        size = WTS_TEXT_MAX;
        while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
            size--;
    }
    return strndup(text ? text : "", size);
}

static char *station_name(const struct wts_spec *spec, uint32_t number)
{
    static const char devices[] = "/dev/";
    const char *tty = spec->tty ? spec->tty : "";
    char name[WTS_TEXT_MAX + 1];

    if (strncmp(tty, devices, sizeof(devices) - 1) == 0)
        tty += sizeof(devices) - 1;
    /* sshd without a terminal calls it by its own name. */
    if (*tty && (!spec->service || strcmp(tty, spec->service) != 0) && strcmp(tty, "ssh") != 0)
        return copy_text(tty);
    (void)snprintf(name, sizeof(name), "%.200s#%u",
                   spec->service && *spec->service ? spec->service : "login", number);
    return copy_text(name);
}

static WtsSession *wts_new(const struct wts_spec *spec, uint32_t number)
{
    _cleanup_(wts_freep) WtsSession *wts = calloc(1, sizeof(*wts));

    if (!wts)
        return NULL;
    wts->node.id = number;
    wts->journal = JOURNAL_ITEM(JOURNAL_WTS);
    wts->connect_time = spec->connect_time;
    wts->station = station_name(spec, number);
    wts->remote_host = copy_text(spec->remote_host);
    wts->logind = copy_text(spec->logind);
    return wts->station && wts->remote_host && wts->logind ? TAKE(wts) : NULL;
}

static void wts_close(WtsTable *table, WtsSession *wts, const Session *last)
{
    if (table->listener.closed && wts->logon)
        table->listener.closed(wts, last, table->listener.context);
    if (wts->record)
        journal_ended(table->journal, &wts->journal, wts->record);
    id_map_remove(&table->sessions, &wts->node);
    wts_free(wts);
}

static void close_if_unused(WtsTable *table, WtsSession *wts, const Session *last)
{
    if (wts->n_sessions == 0 && !wts->is_opening)
        wts_close(table, wts, last);
}

/* --- logon sessions come and go ----------------------------------------------------------------
 */

/* While the journal is read a logon session may come before what it belongs to. */
static WtsSession *find_or_add(WtsTable *table, const Session *session)
{
    const struct wts_spec unknown = { .connect_time = session->logon_time };
    uint32_t number = session->facts->wts_session;
    WtsSession *wts = wts_find(table, number);

    if (wts)
        return wts;
    wts = wts_new(&unknown, number);
    if (wts)
        (void)id_map_insert(&table->sessions, &wts->node);
    return wts;
}

static void on_session_start(const Session *session, void *context)
{
    WtsSession *wts;

    if (session->facts->wts_session == WTS_SERVICES)
        return;
    wts = find_or_add(context, session);
    if (wts)
        wts->n_sessions++;
}

static void on_session_end(const Session *session, void *context)
{
    WtsTable *table = context;
    WtsSession *wts = session->facts ? wts_find(table, session->facts->wts_session) : NULL;

    if (!wts || wts->n_sessions == 0)
        return;
    wts->n_sessions--;
    close_if_unused(table, wts, session);
}

/* --- the table ---------------------------------------------------------------------------------
 */

nt_status wts_table_new(WtsTable **ret, SessionStore *sessions)
{
    WtsTable *table = calloc(1, sizeof(*table));

    if (!table)
        return NT(NO_MEMORY);
    table->store = sessions;
    session_store_listen(sessions, (struct session_listener){ .started = on_session_start,
                                                              .ended = on_session_end,
                                                              .context = table });
    *ret = table;
    return NT_OK;
}

WtsTable *wts_table_free(WtsTable *table)
{
    if (!table)
        return NULL;
    session_store_unlisten(table->store, table);
    while (table->sessions.first) {
        WtsSession *wts = ID_ENTRY(table->sessions.first, WtsSession, node);

        id_map_remove(&table->sessions, &wts->node);
        wts_free(wts);
    }
    free(table);
    return NULL;
}

WtsSession *wts_find(const WtsTable *table, uint32_t number)
{
    return ID_ENTRY(id_map_find(&table->sessions, number), WtsSession, node);
}

WtsSession *wts_next(const WtsTable *table, uint32_t number)
{
    return ID_ENTRY(id_map_after(&table->sessions, number), WtsSession, node);
}

uint32_t wts_of_session(const SessionStore *sessions, uint64_t luid)
{
    Session *session;

    return nt_failed(session_store_find(sessions, luid, &session)) ? WTS_SERVICES
                                                                   : session->facts->wts_session;
}

/* --- opening -----------------------------------------------------------------------------------
 */

static uint32_t lowest_free(const WtsTable *table)
{
    uint32_t number = 1;

    for (const struct id_node *node = table->sessions.first; node && node->id == number;
         node = id_map_next(&table->sessions, node))
        number++;
    return number;
}

nt_status wts_open(WtsTable *table, WtsSession **ret, const struct wts_spec *spec)
{
    _cleanup_(wts_freep) WtsSession *wts = NULL;
    nt_status st = NT_OK;

    if (table->sessions.size >= WTS_SESSIONS_MAX)
        return NT(INSUFFICIENT_RESOURCES);
    wts = wts_new(spec, lowest_free(table));
    if (!wts)
        return NT(NO_MEMORY);
    if (table->journal)
        st = luid_take(table->luids, 1, &wts->record);
    if (nt_failed(st))
        return st;
    wts->is_opening = true;
    (void)id_map_insert(&table->sessions, &wts->node); /* the number was free */
    *ret = TAKE(wts);
    return NT_OK;
}

void wts_opened(WtsTable *table, WtsSession *wts, const Session *logon)
{
    wts->is_opening = false;
    wts->logon = session_luid(logon);
    if (wts->record)
        journal_changed(table->journal, &wts->journal);
    if (table->listener.opened)
        table->listener.opened(wts, table->listener.context);
    close_if_unused(table, wts, NULL);
}

void wts_abandon(WtsTable *table, WtsSession *wts)
{
    wts->is_opening = false;
    close_if_unused(table, wts, NULL);
}

char *wts_logind_session(const char *group)
{
    static const char prefix[] = "/session-", suffix[] = ".scope";
    const char *begin = strstr(group, prefix);
    const char *end;

    for (; begin; begin = strstr(begin, prefix)) {
        begin += sizeof(prefix) - 1;
        end = begin + strcspn(begin, "./");
        if (end > begin && strncmp(end, suffix, sizeof(suffix) - 1) == 0 &&
            strchr("/", end[sizeof(suffix) - 1]))
            return strndup(begin, (size_t)(end - begin));
    }
    return NULL;
}

/* --- restoring ---------------------------------------------------------------------------------
 */

/* Takes the place of what was only known by its number. */
static void replace(WtsTable *table, WtsSession *wts)
{
    WtsSession *former = wts_find(table, wts_number(wts));

    if (former) {
        wts->n_sessions = former->n_sessions;
        id_map_remove(&table->sessions, &former->node);
        wts_free(former);
    }
    (void)id_map_insert(&table->sessions, &wts->node);
}

nt_status wts_restore(WtsTable *table, uint64_t record, const struct wts_record *stored)
{
    const struct wts_spec spec = { .tty = stored->station,
                                   .remote_host = stored->remote_host,
                                   .logind = stored->logind,
                                   .connect_time = stored->connect_time };
    const WtsSession *former = wts_find(table, stored->number);
    WtsSession *wts;

    if (former && former->record)
        return NT(INTERNAL_DB_CORRUPTION);
    wts = wts_new(&spec, stored->number);
    if (!wts)
        return NT(NO_MEMORY);
    wts->logon = stored->logon;
    wts->record = record;
    wts->journal.stored = true;
    replace(table, wts);
    if (table->listener.opened)
        table->listener.opened(wts, table->listener.context);
    return NT_OK;
}

void wts_end_restore(WtsTable *table)
{
    for (WtsSession *wts = wts_next(table, WTS_SERVICES), *next; wts; wts = next) {
        next = wts_next(table, wts_number(wts));
        close_if_unused(table, wts, NULL);
    }
}
