// SPDX-License-Identifier: MIT
// The processes of a session as a tree that is used with the keyboard as file managers are: up and down, left
// to fold, right to unfold, home and end.

import { element, setChildren, setText } from "./dom.js";
import { treeOf } from "./process_tree.js";
import { count, durationText, fromSqlTime, sizeText, timeText } from "./session.js";

const SHOWN_FIRST = 500;
const DEEPEST_INDENT = 12;

const COLUMNS = [
    { title: "Process" },
    { title: "PID", class: "number", text: row => String(row.pid) },
    { title: "Started", text: row => timeText(fromSqlTime(row.started)) },
    { title: "CPU time", class: "number", text: row => durationText((row.user_time ?? 0) + (row.kernel_time ?? 0)) },
    { title: "Memory", class: "number", text: row => sizeText(row.resident_bytes) },
    { title: "Known by", text: row => row.basis },
];

class ProcessRow {
    #name = element("span", { class: "process-name" });
    #command = element("span", { class: "command" });
    #fold = element("span", { class: "fold", "aria-hidden": "true" });
    #cells;

    constructor(onfold) {
        this.#cells = COLUMNS.map((column, i) =>
            element("td", { role: "gridcell", class: column.class, "data-label": column.title },
                ...i === 0 ? [this.#fold, this.#name, " ", this.#command] : []));
        this.node = element("tr", { role: "row", tabindex: "-1" }, ...this.#cells);
        this.#fold.addEventListener("click", onfold);
    }

    show(process, folded) {
        const expandable = process.children.length > 0;

        this.process = process;
        this.node.setAttribute("aria-level", process.level);
        this.node.setAttribute("aria-posinset", process.place);
        this.node.setAttribute("aria-setsize", process.siblings);
        if (expandable)
            this.node.setAttribute("aria-expanded", String(!folded));
        else
            this.node.removeAttribute("aria-expanded");
        this.node.dataset.indent = Math.min(process.level - 1, DEEPEST_INDENT);
        setText(this.#name, process.name);
        setText(this.#command, process.command_line === process.name ? "" : process.command_line ?? "");
        COLUMNS.forEach((column, i) => column.text && setText(this.#cells[i], column.text(process) ?? ""));
    }
}

export class ProcessTable {
    #rows = new Map(); // by pid
    #folded = new Set();
    #processes = [];
    #limit = SHOWN_FIRST;
    #body = element("tbody", { onkeydown: event => this.#key(event), onclick: event => this.#click(event) });
    #more = element("button", { type: "button", class: "link", hidden: true, onclick: () => this.#showAll() });
    #none = element("p", { class: "empty" }, "No process is in this session; something else holds its token.");
    #table = element("table", { class: "processes", role: "treegrid", "aria-label": "Processes" },
        element("thead", {}, element("tr", { role: "row" }, ...COLUMNS.map(column =>
            element("th", { scope: "col", role: "columnheader", class: column.class }, column.title)))),
        this.#body);

    node = element("div", {}, element("div", { class: "scroll" }, this.#table), this.#none, this.#more);

    show(processes) {
        this.#processes = treeOf(processes);
        this.#draw();
    }

    #draw() {
        const visible = this.#visible();
        const rows = new Map();

        for (const process of visible.slice(0, this.#limit)) {
            const { pid } = process;
            const row = this.#rows.get(pid) ?? new ProcessRow(() => this.#toggle(pid));

            row.show(process, this.#folded.has(pid));
            rows.set(pid, row);
        }
        this.#rows = rows;
        setChildren(this.#body, [...rows.values()].map(row => row.node));
        this.#table.hidden = visible.length === 0;
        this.#none.hidden = visible.length > 0;
        this.#more.hidden = visible.length <= this.#limit;
        setText(this.#more, `Show all ${count(visible.length, "process", "processes")}`);
        this.#keepOneInTabOrder();
    }

    #visible() {
        let hiddenBelow = Infinity;

        return this.#processes.filter(process => {
            if (process.level > hiddenBelow)
                return false;
            hiddenBelow = this.#folded.has(process.pid) ? process.level : Infinity;
            return true;
        });
    }

    #showAll() {
        this.#limit = Infinity;
        this.#draw();
        this.#nodes()[SHOWN_FIRST]?.focus();
    }

    #toggle(pid) {
        if (!this.#folded.delete(pid))
            this.#folded.add(pid);
        this.#draw();
    }

    // --- the keyboard ---------------------------------------------------------------------------

    #nodes() {
        return [...this.#body.children];
    }

    #keepOneInTabOrder() {
        const nodes = this.#nodes();

        if (nodes.length && !nodes.some(node => node.tabIndex === 0))
            nodes[0].tabIndex = 0;
    }

    #goTo(node) {
        if (!node)
            return;
        for (const one of this.#nodes())
            one.tabIndex = one === node ? 0 : -1;
        node.focus();
    }

    #click(event) {
        this.#goTo(event.target.closest("tr"));
    }

    #key(event) {
        const node = event.target.closest("tr");
        const act = node && !event.altKey && !event.ctrlKey && !event.metaKey && this.#acts[event.key];

        if (!act)
            return;
        event.preventDefault();
        act(node, [...this.#rows.values()].find(row => row.node === node).process);
    }

    #acts = {
        ArrowDown: node => this.#goTo(node.nextElementSibling),
        ArrowUp: node => this.#goTo(node.previousElementSibling),
        Home: () => this.#goTo(this.#body.firstElementChild),
        End: () => this.#goTo(this.#body.lastElementChild),
        ArrowRight: (node, process) => {
            if (this.#folded.has(process.pid))
                this.#toggle(process.pid);
            else if (process.children.length)
                this.#goTo(node.nextElementSibling);
        },
        ArrowLeft: (node, process) => {
            if (process.children.length && !this.#folded.has(process.pid))
                this.#toggle(process.pid);
            else
                this.#goTo(this.#rows.get(process.parent)?.node);
        },
    };
}
