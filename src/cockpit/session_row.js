// SPDX-License-Identifier: MIT
// A session as a row of the list. Rows live as long as their sessions: what has not changed is not touched.

import { element, forReaders, setText } from "./dom.js";
import { accountOf, shortTimeText, typeText } from "./session.js";

/** `sort` is a key of selection.js, `align` a class of the heading as well. */
export const COLUMNS = [
    { sort: "user", title: "User" },
    { sort: "id", title: "Logon ID", class: "code" },
    { sort: "type", title: "Type", text: session => typeText(session.logon_type) },
    { sort: "state", title: "State" },
    { sort: "package", title: "Package", text: session => session.authentication_package },
    { sort: "host", title: "Remote host", text: session => session.remote_host },
    { sort: "processes", title: "Processes", align: "number", text: session => String(session.processes.length) },
    { sort: "time", title: "Logged on", text: session => shortTimeText(session.logon_time) },
];

const ELEVATIONS = { Full: "Elevated", Limited: "Filtered" };

export class SessionRow {
    #account = element("span", {});
    #badges = element("span", { class: "badges" });
    #state = element("span", { class: "state" });
    #cells;
    #shown = null;

    constructor(luid) {
        this.link = element("a", { href: `#/session/${luid}` }, this.#account, forReaders(`, session ${luid}`));
        this.#cells = COLUMNS.map(column => element("td", { class: column.class ?? column.align, "data-label": column.title }));
        this.#cells[0].append(this.link, this.#badges);
        this.#cells[1].append(luid);
        this.#cells[3].append(this.#state);
        this.node = element("tr", {}, ...this.#cells);
    }

    /** `own`: the session that the page is in. */
    show(session, own) {
        if (this.#shown === session && this.#badges.dataset.own === String(own))
            return;
        this.#shown = session;
        this.#badges.dataset.own = String(own);
        setText(this.#account, accountOf(session));
        this.#showBadges([ELEVATIONS[session.elevation], own ? "This page" : null]);
        setText(this.#state, session.state ?? "");
        this.#state.dataset.state = session.state ?? "";
        COLUMNS.forEach((column, i) => column.text && setText(this.#cells[i], column.text(session) ?? ""));
    }

    #showBadges(texts) {
        this.#badges.replaceChildren(...texts.filter(text => text).flatMap(text =>
            [" ", element("span", { class: "badge" }, text)]));
    }
}
