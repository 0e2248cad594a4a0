// SPDX-License-Identifier: MIT
// The sessions as they are now. openlogond's events change the list at once; what they do not tell (processes,
// remote hosts) comes with a new list soon after.

import { listSessions, listTerminals, watch } from "./authority.js";
import { explain } from "./problem.js";
import { stateOf } from "./session.js";

const SOON_MS = 300;
const POLL_MS = 5000;
const RETRY_MS = 2000;
const REST = 4; // a list that takes long is asked for less often: this many times as long is rested
const EVENTS_KEPT = 2000;

/** Events: "change" (anything), "started" and "ended" (detail: the session). */
export class LiveSessions extends EventTarget {
    sessions = new Map(); // by logon_id
    notShown = 0;
    problem = null;
    loaded = false;
    events = []; // openlogond's, since the page was opened, oldest first

    #watching = null;
    #timer = null;
    #due = Infinity;
    #restUntil = 0;
    #loading = false;
    #again = false;
    #endedWhileLoading = new Set();

    start() {
        this.#watch();
        this.reload();
        document.addEventListener("visibilitychange", () => document.hidden || this.reload());
    }

    /** From the beginning, as somebody else perhaps. */
    restart() {
        this.#watching?.close();
        this.sessions.clear();
        this.loaded = false;
        this.#watch();
        this.reload();
    }

    async reload() {
        if (this.#loading) {
            this.#again = true;
            return;
        }
        const begin = performance.now();

        this.#loading = true;
        this.#due = Infinity;
        clearTimeout(this.#timer);
        this.#endedWhileLoading.clear();
        try {
            this.#take(...await Promise.all([listSessions(), listTerminals()]));
            this.problem = null;
        } catch (error) {
            this.problem = explain(error);
        }
        this.#loading = false;
        this.#restUntil = performance.now() + REST * (performance.now() - begin);
        this.dispatchEvent(new Event("change"));
        this.#schedule(this.problem ? RETRY_MS : this.#again ? SOON_MS : POLL_MS);
        this.#again = false;
    }

    eventsOf(luid) {
        return this.events.filter(event => event.logon_id === luid || event.linked_logon_id === luid ||
                                           event.actor?.logon_id === luid);
    }

    #take(list, terminals) {
        const byNumber = new Map(terminals.map(terminal => [terminal.session_id, terminal]));

        this.sessions = new Map();
        for (const session of list.sessions) {
            if (this.#endedWhileLoading.has(session.logon_id))
                continue;
            session.state = stateOf(session, byNumber);
            this.sessions.set(session.logon_id, session);
        }
        this.notShown = list.sessions_not_shown;
        this.loaded = true;
    }

    /** The earliest of all that were asked for. */
    #schedule(delay) {
        const now = performance.now();
        const due = Math.max(now + delay, this.#restUntil);

        if (this.#loading) {
            this.#again = true;
        } else if (due < this.#due) {
            this.#due = due;
            clearTimeout(this.#timer);
            this.#timer = setTimeout(() => this.#reloadIfSeen(), due - now);
        }
    }

    #reloadIfSeen() {
        this.#due = Infinity;
        if (!document.hidden)
            this.reload();
    }

    #watch() {
        const watching = watch(event => this.#happened(event));

        this.#watching = watching;
        watching.ended.catch(error => error).then(() => {
            if (this.#watching === watching)
                setTimeout(() => this.#watching === watching && this.#watch(), RETRY_MS);
        });
    }

    #happened(event) {
        this.events.push(event);
        if (this.events.length > EVENTS_KEPT)
            this.events.splice(0, this.events.length - EVENTS_KEPT);
        if (event.type === "session-started")
            this.#started(event);
        else if (event.type === "session-ended")
            this.#ended(event.logon_id);
        this.dispatchEvent(new Event("change"));
        this.#schedule(SOON_MS);
    }

    #started(event) {
        if (!this.loaded || this.sessions.has(event.logon_id))
            return;
        const session = { ...event, logon_time: event.time, processes: [], state: null };

        this.sessions.set(event.logon_id, session);
        this.dispatchEvent(new CustomEvent("started", { detail: session }));
    }

    #ended(luid) {
        const session = this.sessions.get(luid);

        this.#endedWhileLoading.add(luid);
        this.sessions.delete(luid);
        if (session)
            this.dispatchEvent(new CustomEvent("ended", { detail: session }));
    }
}
