// SPDX-License-Identifier: MIT
// The list of sessions. What is chosen stands in the address, so that it can be kept and sent.

import { ownSession } from "./authority.js";
import { cockpit } from "./cockpit.js";
import { announce, element, setChildren, setText } from "./dom.js";
import { FilterBar } from "./filter_bar.js";
import { Pager } from "./pager.js";
import { problemAlert } from "./problem.js";
import { chosen, ordered } from "./selection.js";
import { count } from "./session.js";
import { COLUMNS, SessionRow } from "./session_row.js";

const FILTERS = ["text", "user", "type", "state", "host"];
const TELL_MS = 600;

export class ListView {
    title = "Logon sessions";

    #live;
    #filter = new FilterBar(() => this.#filterChanged());
    #pager = new Pager(page => this.#turn(page));
    #heading = element("h1", { tabindex: "-1" }, this.title);
    #total = element("p", { class: "subtle" });
    #problem = element("div", {});
    #empty = element("p", { class: "empty" });
    #body = element("tbody", {});
    #heads;
    #table;
    #rows = new Map();
    #sort = "id";
    #descending = false;
    #page = 0;
    #own = null;
    #offered = false; // what there is to choose
    #drawing = 0;
    #telling = 0;

    constructor(live) {
        this.#live = live;
        this.#heads = COLUMNS.map(column => this.#head(column));
        this.#table = element("table", { class: "list" },
            element("caption", { class: "for-readers" }, this.title),
            element("thead", {}, element("tr", {}, ...this.#heads)), this.#body);
        this.node = element("div", { class: "list-page" },
            element("header", { class: "page-header" }, this.#heading, this.#total),
            this.#problem,
            element("section", { class: "card", "aria-label": "Sessions" },
                element("div", { class: "card-header" }, this.#filter.node, this.#pager.node),
                element("div", { class: "scroll" }, this.#table), this.#empty));
        live.addEventListener("change", () => { this.#offered = false; this.#drawSoon(); });
        ownSession().then(luid => { this.#own = luid; this.#drawSoon(); });
    }

    open() {
        this.#draw();
    }

    close() {}

    /** Back from a session: where it is in the list, if it still is. */
    takeFocus(before) {
        (this.#rows.get(before.luid)?.link ?? this.#heading).focus();
    }

    /** As the address says. */
    choose(options) {
        this.#filter.value = options;
        this.#sort = COLUMNS.some(column => column.sort === options.sort) ? options.sort : "id";
        this.#descending = options.order === "desc";
        this.#page = Number(options.page ?? 1) - 1 || 0;
        this.#drawSoon();
    }

    #head(column) {
        const button = element("button", { type: "button", onclick: () => this.#sortBy(column.sort) }, column.title);

        return element("th", { scope: "col", class: column.align, "data-sort": column.sort }, button);
    }

    #sortBy(key) {
        this.#descending = this.#sort === key && !this.#descending;
        this.#sort = key;
        this.#changed();
    }

    #turn(page) {
        this.#page = page;
        this.#changed();
        this.#heading.scrollIntoView?.({ block: "nearest" });
    }

    #filterChanged() {
        this.#page = 0;
        this.#changed();
        clearTimeout(this.#telling);
        this.#telling = setTimeout(() => announce(this.#total.textContent), TELL_MS);
    }

    #changed() {
        const filter = this.#filter.value;
        const options = {};

        for (const key of FILTERS) {
            if (filter[key])
                options[key] = filter[key];
        }
        if (this.#sort !== "id")
            options.sort = this.#sort;
        if (this.#descending)
            options.order = "desc";
        if (this.#page > 0)
            options.page = String(this.#page + 1);
        this.#drawSoon();
        cockpit.location.replace("/", options);
    }

    #drawSoon() {
        this.#drawing ||= requestAnimationFrame(() => {
            this.#drawing = 0;
            if (this.node.isConnected)
                this.#draw();
        });
    }

    #draw() {
        const all = [...this.#live.sessions.values()];
        const found = ordered(chosen(all, this.#filter.value), this.#sort, this.#descending);

        if (!this.#offered)
            this.#filter.offer(all);
        this.#offered = true;
        this.#drawRows(this.#pager.part(found, this.#page));
        this.#drawHeads();
        this.#drawProblem();
        setText(this.#total, this.#totalText(found.length, all.length));
        setText(this.#empty, this.#live.loaded ? "No session matches the filters." : "Reading the sessions…");
        this.#empty.hidden = found.length > 0 || (this.#live.problem !== null && !this.#live.loaded);
        this.#table.hidden = found.length === 0;
    }

    #drawRows(sessions) {
        const rows = new Map();

        for (const session of sessions) {
            const row = this.#rows.get(session.logon_id) ?? new SessionRow(session.logon_id);

            row.show(session, session.logon_id === this.#own);
            rows.set(session.logon_id, row);
        }
        this.#rows = rows;
        setChildren(this.#body, [...rows.values()].map(row => row.node));
    }

    #drawHeads() {
        for (const head of this.#heads) {
            if (head.dataset.sort === this.#sort)
                head.setAttribute("aria-sort", this.#descending ? "descending" : "ascending");
            else
                head.removeAttribute("aria-sort");
        }
    }

    #drawProblem() {
        const problem = this.#live.problem;

        if (this.#problem.dataset.title === (problem?.title ?? ""))
            return;
        this.#problem.dataset.title = problem?.title ?? "";
        this.#problem.replaceChildren(...problem ? [problemAlert(problem, element("button",
            { type: "button", class: "secondary", onclick: () => this.#live.reload() }, "Try again"))] : []);
    }

    #totalText(found, all) {
        if (!this.#live.loaded)
            return "";
        const hidden = this.#live.notShown;
        const some = found === all ? count(all, "session") : `${found.toLocaleString()} of ${count(all, "session")}`;

        return hidden ? `${some}; ${count(hidden, "session")} of others can be seen with administrative access` : some;
    }
}
