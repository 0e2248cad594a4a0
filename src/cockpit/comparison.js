// SPDX-License-Identifier: MIT
// Related sessions side by side: an administrator's two, and the one that asked for this one.

import { element } from "./dom.js";
import { sessionLink } from "./facts.js";
import { accountOf, integrityText, timeText, typeText } from "./session.js";

const enabled = token => token?.groups.filter(group => group.attributes.includes("enabled"));

/** What is compared: [name, text of a { session, token }]. */
const LINES = [
    ["User", ({ session }) => session && accountOf(session)],
    ["Type", ({ session }) => session && typeText(session.logon_type)],
    ["Authentication package", ({ session }) => session?.authentication_package],
    ["Logged on", ({ session }) => session && timeText(session.logon_time)],
    ["Remote host", ({ session }) => session?.remote_host],
    ["Processes", ({ session }) => session && String(session.processes.length)],
    ["Elevation", ({ session, token }) => token?.elevation_type ?? session?.elevation],
    ["Integrity", ({ token }) => integrityText(token?.integrity)],
    ["Groups enabled", ({ token }) => token && String(enabled(token).length)],
    ["Groups for denying only", ({ token }) => token &&
        token.groups.filter(group => group.attributes.includes("deny_only")).map(group => group.name).join(", ")],
    ["Privileges", ({ token }) => token && String(token.privileges.length)],
];

function names(list) {
    return new Set(list?.map(one => one.name));
}

/** Names that the first has and the second has not. */
function missing(here, there) {
    const others = names(there);

    return [...names(here)].filter(name => !others.has(name));
}

function differenceLines(columns) {
    const [self] = columns;

    return [
        ["Groups enabled only here", one => one.token && missing(enabled(one.token), enabled(self === one
            ? columns[1].token : self.token)).join(", ")],
        ["Privileges only here", one => one.token && missing(one.token.privileges, (self === one
            ? columns[1].token : self.token)?.privileges).join(", ")],
    ];
}

function line([name, text], columns) {
    const texts = columns.map(column => text(column) || "–");
    const differs = texts.some(one => one !== texts[0]);

    return element("tr", { class: differs ? "differs" : null },
        element("th", { scope: "row" }, name), ...texts.map(one => element("td", {}, one)));
}

/** columns: { title, luid, session?, token? }, the first being the session of the page. */
export function comparisonTable(columns) {
    const lines = columns[0].token && columns[1].token ? [...LINES, ...differenceLines(columns)] : LINES;

    return element("div", { class: "scroll" }, element("table", { class: "comparison" },
        element("caption", { class: "for-readers" }, "Related sessions side by side"),
        element("thead", {}, element("tr", {},
            element("td", {}),
            ...columns.map(column => element("th", { scope: "col" }, column.title, " ",
                column === columns[0] ? element("code", {}, column.luid) : sessionLink(column.luid))))),
        element("tbody", {}, ...lines.map(one => line(one, columns)))));
}
