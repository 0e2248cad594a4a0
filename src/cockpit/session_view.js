// SPDX-License-Identifier: MIT
// The page of one session.

import { ownSession, readLinkedToken, readProcesses, readToken } from "./authority.js";
import { cockpit } from "./cockpit.js";
import { comparisonTable } from "./comparison.js";
import { announce, element, setText } from "./dom.js";
import { identityFacts, tokenFacts } from "./facts.js";
import { askAndLogOff } from "./logoff_dialog.js";
import { explain, problemAlert } from "./problem.js";
import { ProcessHistory } from "./process_history.js";
import { ProcessTable } from "./process_table.js";
import { accountOf, fromSqlTime, integrityText, isWellKnown, typeText } from "./session.js";
import { TimelineChart } from "./timeline_chart.js";
import { groupTable, privilegeTable } from "./token_tables.js";

function card(title, ...content) {
    const id = `card-${title.toLowerCase().replaceAll(" ", "-")}`;

    return element("section", { class: "card", "aria-labelledby": id },
        element("h2", { id }, title), ...content);
}

export class SessionView {
    #live;
    #session = null;
    #token = null;
    #history = new ProcessHistory();
    #loadingToken = false;
    #asking = false;
    #listener = () => this.#changed();

    #heading = element("h1", { tabindex: "-1" });
    #badges = element("span", { class: "badges" });
    #logOff = element("button", { type: "button", class: "danger", onclick: () => this.#askToLogOff() }, "Log off");
    #notice = element("div", {});
    #identity = element("div", {});
    #tokenFacts = element("div", {});
    #groups = element("div", {});
    #privileges = element("div", {});
    #processes = new ProcessTable();
    #timeline = new TimelineChart();
    #comparison = element("div", {});
    #related = []; // columns of the comparison
    #cards;

    constructor(live, luid) {
        this.#live = live;
        this.luid = luid;
        this.title = `Logon session ${luid}`;
        this.#cards = element("div", { class: "cards", hidden: true },
            card("Identity", this.#identity), card("Token", this.#tokenFacts),
            this.#wide(card("Processes", this.#processes.node)),
            this.#wide(card("Timeline", this.#timeline.node)), this.#wide(card("Related sessions", this.#comparison)),
            this.#wide(card("Groups", this.#groups)), this.#wide(card("Privileges", this.#privileges)));
        for (const part of [this.#comparison, this.#groups, this.#privileges])
            part.parentElement.hidden = true; // until there is a token
        setText(this.#heading, `Session ${luid}`);
        this.node = element("div", { class: "session-page" },
            element("nav", { "aria-label": "Breadcrumb", class: "breadcrumb" }, element("ol", {},
                element("li", {}, element("a", { href: "#/" }, "Logon sessions")),
                element("li", { "aria-current": "page" }, luid))),
            element("header", { class: "page-header" },
                element("div", {}, this.#heading, this.#badges), this.#logOff),
            this.#notice, this.#cards);
    }

    open() {
        this.#live.addEventListener("change", this.#listener);
        this.#changed();
    }

    close() {
        this.#live.removeEventListener("change", this.#listener);
        this.#timeline.close();
    }

    takeFocus() {
        this.#heading.focus();
    }

    #wide(node) {
        node.classList.add("wide");
        return node;
    }

    #changed() {
        const session = this.#live.sessions.get(this.luid);

        if (!session)
            this.#showGone();
        else if (session !== this.#session)
            this.#show(session);
        else
            this.#drawTimeline();
    }

    /** It has ended, was never there, is not to be seen, or nobody knows. */
    #showGone() {
        if (this.#live.problem)
            this.#notice.replaceChildren(problemAlert(this.#live.problem));
        if (!this.#live.loaded || this.#live.problem)
            return;
        this.#logOff.hidden = true;
        if (!this.#session) {
            this.#say("There is no such session", "It has ended, or it is another user's, which takes administrative access.");
        } else if (!this.#notice.firstChild) {
            this.#history.take([], new Date());
            this.#drawTimeline();
            this.#say("This session has ended", "What the page shows is how it was.");
        }
    }

    #say(title, text) {
        this.#notice.replaceChildren(element("div", { class: "alert info", role: "status" },
            element("h2", {}, title), element("p", {}, text)));
    }

    #show(session) {
        this.#session = session;
        this.#notice.replaceChildren(...this.#live.problem ? [problemAlert(this.#live.problem)] : []);
        this.#cards.hidden = false;
        this.#logOff.hidden = isWellKnown(session);
        setText(this.#heading, accountOf(session));
        this.#identity.replaceChildren(identityFacts(session));
        this.#drawBadges();
        this.#drawRelated();
        this.#loadProcesses();
        this.#loadToken();
    }

    #drawBadges() {
        const texts = [typeText(this.#session.logon_type), this.#session.state,
            { Full: "Elevated", Limited: "Filtered" }[this.#session.elevation],
            this.#token && `${integrityText(this.#token.integrity)} integrity`];

        this.#badges.replaceChildren(...texts.filter(text => text).flatMap(text =>
            [element("span", { class: "badge" }, text), " "]));
    }

    async #loadProcesses() {
        try {
            const processes = await readProcesses(this.luid);

            this.#history.take(processes, new Date());
            this.#processes.show(processes);
            this.#drawTimeline();
        } catch (error) {
            this.#notice.replaceChildren(problemAlert(explain(error)));
        }
    }

    #drawTimeline() {
        const processes = this.#history.all.map(process => ({ ...process, started: fromSqlTime(process.started) }));

        if (this.#session)
            this.#timeline.show(this.#session, processes, this.#live.eventsOf(this.luid), new Date());
    }

    /** Once: looking at a token is an event itself. It is tried again with the next list where it failed. */
    async #loadToken() {
        if (this.#token || this.#loadingToken)
            return;
        this.#loadingToken = true;
        try {
            this.#token = await readToken(this.luid);
            await this.#showToken();
        } catch (error) {
            const problem = explain(error);

            this.#tokenFacts.replaceChildren(element("p", { class: "subtle" },
                `It cannot be shown: ${problem.detail ?? problem.text}`));
        }
        this.#loadingToken = false;
    }

    async #showToken() {
        this.#tokenFacts.replaceChildren(tokenFacts(this.#token));
        this.#groups.replaceChildren(groupTable(this.#token.groups, "Groups"),
            ...this.#token.restricting_sids.length
                ? [element("h3", {}, "Restricting SIDs"), groupTable(this.#token.restricting_sids, "Restricting SIDs")] : []);
        this.#privileges.replaceChildren(privilegeTable(this.#token.privileges));
        this.#groups.parentElement.hidden = this.#privileges.parentElement.hidden = false;
        this.#drawBadges();
        await this.#loadRelated();
    }

    async #loadRelated() {
        const { linked, origin } = this.#token;
        const by = this.#live.sessions.get(origin);
        const columns = [{ title: "This session", luid: this.luid, token: this.#token }];

        if (linked)
            columns.push({ title: "Linked session", luid: linked, token: await readLinkedToken(this.luid).catch(() => null) });
        if (by && !isWellKnown(by) && origin !== this.luid && origin !== linked)
            columns.push({ title: "Asked for by", luid: origin, token: await readToken(origin).catch(() => null) });
        if (columns.length > 1)
            this.#related = columns;
        this.#drawRelated();
    }

    #drawRelated() {
        const columns = this.#related.map(column => ({ ...column, session: this.#live.sessions.get(column.luid) }));

        this.#comparison.replaceChildren(...columns.length ? [comparisonTable(columns)] : []);
        this.#comparison.parentElement.hidden = columns.length === 0;
    }

    async #askToLogOff() {
        if (this.#asking)
            return;
        this.#asking = true;
        await this.#askOnce();
        this.#asking = false;
    }

    async #askOnce() {
        const session = this.#session;
        const luids = [session.logon_id, session.linked].filter(luid => this.#live.sessions.has(luid));
        const ending = await Promise.all(luids.map(async luid =>
            ({ luid, processes: await readProcesses(luid).catch(() => this.#live.sessions.get(luid)?.processes ?? []) })));

        if (await askAndLogOff(session, { ending, own: await ownSession() === this.luid })) {
            announce(`${accountOf(session)} was logged off.`);
            cockpit.location.go("/");
        } else {
            this.#logOff.focus();
        }
    }
}
