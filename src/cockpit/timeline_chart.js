// SPDX-License-Identifier: MIT
// The timeline as a picture, and as a table for those who do not see it.

import { element, svg } from "./dom.js";
import { count, timeText } from "./session.js";
import { changesOf, lanesOf, spanOf, ticksOf } from "./timeline.js";

const LABELS = 190, RIGHT = 12, LANE = 22, BAR = 12, TOP = 34, LONGEST_LABEL = 24, CHANGES_HEIGHT = 26;

function shortened(text) {
    return text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text;
}

function tickText(tick) {
    return tick.time.toLocaleString(undefined, tick.withDate ? { month: "short", day: "numeric" }
        : { hour: "2-digit", minute: "2-digit", second: tick.withSeconds ? "2-digit" : undefined });
}

function rangeText(process) {
    return `${timeText(process.started)} – ${process.ended ? timeText(process.ended) : "now"}`;
}

export class TimelineChart {
    #data = null;
    #picture = element("div", { class: "timeline" });
    #table = element("tbody", {});
    #more = element("p", { class: "subtle" });
    #width = 0;
    #observer = new ResizeObserver(entries => this.#resized(entries[0].contentRect.width));

    node = element("div", {}, this.#picture, this.#more,
        element("details", {}, element("summary", {}, "Timeline as a table"),
            element("table", {},
                element("thead", {}, element("tr", {},
                    ...["What", "From", "To"].map(title => element("th", { scope: "col" }, title)))),
                this.#table)));

    constructor() {
        this.#observer.observe(this.#picture);
    }

    /** processes: with started and ended as Dates; now: a Date. */
    show(session, processes, events, now) {
        const changes = changesOf(session, events);

        this.#data = { changes, ...lanesOf(processes), span: spanOf(processes, changes, now), now };
        this.#draw();
        this.#table.replaceChildren(
            ...changes.map(change => this.#line(change.text, timeText(change.time), "")),
            ...this.#data.lanes.map(process => this.#line(`${process.name} (${process.pid})`,
                timeText(process.started), process.ended ? timeText(process.ended) : "runs")));
        this.#more.hidden = this.#data.more === 0;
        this.#more.textContent = `${count(this.#data.more, "process", "processes")} that started later not drawn.`;
    }

    close() {
        this.#observer.disconnect();
    }

    #line(...texts) {
        return element("tr", {}, ...texts.map(text => element("td", {}, text)));
    }

    #resized(width) {
        if (Math.abs(width - this.#width) < 1)
            return;
        this.#width = width;
        this.#draw();
    }

    #draw() {
        if (!this.#data || this.#width < LABELS + 100)
            return;
        const { changes, lanes, span, now } = this.#data;
        const bottom = TOP + CHANGES_HEIGHT + lanes.length * LANE;
        const inner = this.#width - LABELS - RIGHT;
        const x = time => LABELS + inner * (time - span.from) / (span.to - span.from);

        this.#picture.replaceChildren(svg("svg",
            { width: this.#width, height: bottom + 6, role: "img", "aria-label": this.#summary() },
            ...this.#ticks(span, inner, x, bottom), ...this.#changes(changes, x),
            ...lanes.map((process, i) => this.#lane(process, i, x, now))));
    }

    #summary() {
        const { changes, lanes, more } = this.#data;

        return `Timeline: ${count(lanes.length + more, "process", "processes")} and ${count(changes.length, "change")}, ` +
               "as a table below";
    }

    #ticks(span, inner, x, bottom) {
        return ticksOf(span, inner).flatMap(tick => [
            svg("line", { class: "grid", x1: x(tick.time), x2: x(tick.time), y1: TOP - 8, y2: bottom }),
            svg("text", { class: "tick", x: x(tick.time), y: TOP - 14, "text-anchor": "middle" }, tickText(tick)),
        ]);
    }

    #changes(changes, x) {
        const y = TOP + CHANGES_HEIGHT / 2;

        return [
            svg("text", { class: "label", x: 0, y: y + 4 }, "Changes"),
            ...changes.map(change => svg("circle", { class: "change", cx: x(change.time), cy: y, r: 5 },
                svg("title", {}, `${change.text}, ${timeText(change.time)}`))),
        ];
    }

    #lane(process, i, x, now) {
        const y = TOP + CHANGES_HEIGHT + i * LANE;
        const from = x(process.started), to = x(process.ended ?? now);

        return svg("g", { class: process.ended ? "ended" : null },
            svg("title", {}, `${process.name} (${process.pid}), ${rangeText(process)}`),
            svg("text", { class: "label", x: 0, y: y + LANE / 2 + 4 }, shortened(`${process.name} (${process.pid})`)),
            svg("rect", { class: "bar", x: from, y: y + (LANE - BAR) / 2, width: Math.max(3, to - from), height: BAR, rx: 3 }));
    }
}
