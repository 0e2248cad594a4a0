// SPDX-License-Identifier: MIT
// Pages of a long list.

import { element, setText } from "./dom.js";

export const PER_PAGE = 100;

export class Pager {
    #range = element("span", {});
    #previous;
    #next;

    /** `onturn` is called with the number of a page, from 0. */
    constructor(onturn) {
        const button = (label, sign, by) => element("button", {
            type: "button", class: "plain", "aria-label": label, onclick: () => onturn(this.page + by),
        }, element("span", { "aria-hidden": "true" }, sign));

        this.page = 0;
        this.#previous = button("Previous page", "‹", -1);
        this.#next = button("Next page", "›", 1);
        this.node = element("nav", { class: "pager", "aria-label": "Pages of sessions" },
            this.#range, this.#previous, this.#next);
    }

    /** The part of `items` that page `wanted` shows, or the nearest there is. */
    part(items, wanted) {
        const last = Math.max(0, Math.ceil(items.length / PER_PAGE) - 1);

        this.page = Math.min(Math.max(0, wanted), last);
        const from = this.page * PER_PAGE;
        const to = Math.min(from + PER_PAGE, items.length);

        setText(this.#range, `${(from + 1).toLocaleString()}–${to.toLocaleString()} of ${items.length.toLocaleString()}`);
        this.#previous.disabled = this.page === 0;
        this.#next.disabled = this.page === last;
        this.node.hidden = last === 0;
        return items.slice(from, to);
    }
}
