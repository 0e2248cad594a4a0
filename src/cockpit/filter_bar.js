// SPDX-License-Identifier: MIT
// Where sessions are chosen: a text and a list of what there is for each of user, type, state and remote host.

import { element, setChildren } from "./dom.js";
import { CHOICES, valuesOf } from "./selection.js";

const LISTS = {
    user: { label: "User", any: "All users" },
    type: { label: "Type", any: "All types" },
    state: { label: "State", any: "All states" },
    host: { label: "Remote host", any: "All remote hosts" },
};

export class FilterBar {
    #selects = {};
    #text;
    #clear;

    /** `onchange` is called when the filter was changed here. */
    constructor(onchange) {
        const changed = () => { this.#showClear(); onchange(); };

        this.#text = element("input", {
            type: "search", placeholder: "Find by name, id, host or process", "aria-label": "Find sessions",
            spellcheck: "false", autocomplete: "off", oninput: changed,
        });
        for (const [key, list] of Object.entries(LISTS))
            this.#selects[key] = element("select", { "aria-label": list.label, onchange: changed }, new Option(list.any, ""));
        this.#clear = element("button", {
            type: "button", class: "link", hidden: true, onclick: () => { this.value = {}; onchange(); this.#text.focus(); },
        }, "Clear filters");
        this.node = element("div", { class: "toolbar", role: "search", "aria-label": "Filter sessions" },
            this.#text, ...Object.values(this.#selects), this.#clear);
    }

    get value() {
        const value = { text: this.#text.value };

        for (const key of Object.keys(CHOICES))
            value[key] = this.#selects[key].value;
        return value;
    }

    set value(value) {
        this.#text.value = value.text ?? "";
        for (const [key, select] of Object.entries(this.#selects)) {
            this.#add(select, value[key]);
            select.value = value[key] ?? "";
        }
        this.#showClear();
    }

    /** What can be chosen is what there is, and what is chosen already. */
    offer(sessions) {
        for (const [key, select] of Object.entries(this.#selects)) {
            const values = valuesOf(sessions, key);
            const had = new Map([...select.options].map(option => [option.value, option]));
            const kept = select.value;

            if (kept && !values.includes(kept))
                values.push(kept);
            setChildren(select, [had.get(""), ...values.map(value => had.get(value) ?? new Option(value, value))]);
            select.value = kept;
        }
        this.#showClear();
    }

    #add(select, value) {
        if (value && ![...select.options].some(option => option.value === value))
            select.append(new Option(value, value));
    }

    #showClear() {
        this.#clear.hidden = !Object.values(this.value).some(value => value);
    }
}
