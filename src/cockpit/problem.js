// SPDX-License-Identifier: MIT
// What went wrong, in words, and what to do about it.

import { element } from "./dom.js";

/** isAll: there is nothing more to know than the text. */
const CAUSES = [
    {
        is: error => error.problem === "not-found",
        isAll: true,
        title: "OpenLogon is not installed",
        text: "Its programs logon and logonsessions were not found. Install OpenLogon on this machine, then try again.",
    },
    {
        is: error => error.message?.includes("no authority answers"),
        title: "OpenLogon's service is not running",
        text: "Nobody can tell about logon sessions while openlogond is stopped. Sessions and their processes go on. " +
              "This page comes back by itself when the service does.",
        command: "systemctl start openlogond",
        isAll: true,
    },
    {
        is: error => error.problem === "access-denied" || /access is denied|a privilege is missing/.test(error.message),
        title: "You may not do this",
        text: "It takes the user's own session or an administrator. Turn on administrative access in Cockpit's bar and try again.",
    },
    {
        is: error => error.message?.includes("the logon session does not exist"),
        title: "The session has ended",
        text: "It ended meanwhile, with all its processes.",
        isAll: true,
    },
    {
        is: error => error.problem === "disconnected" || error.problem === "terminated",
        title: "The connection to this machine was lost",
        text: "Cockpit no longer reaches it.",
    },
];

/** { title, text, command?, detail? }. */
export function explain(error) {
    const cause = CAUSES.find(one => one.is(error));
    const detail = (error.message ?? String(error)).trim();

    if (!cause)
        return { title: "That did not work", text: detail };
    return { title: cause.title, text: cause.text, command: cause.command, detail: cause.isAll ? null : detail };
}

/** As an alert on the page; `actions` are buttons. */
export function problemAlert(problem, ...actions) {
    return element("div", { class: "alert danger", role: "alert" },
        element("h2", {}, problem.title),
        element("p", {}, problem.text),
        problem.command ? element("p", {}, "As root: ", element("code", {}, problem.command)) : null,
        problem.detail && problem.detail !== problem.text
            ? element("p", { class: "detail" }, problem.detail) : null,
        actions.length ? element("p", { class: "actions" }, ...actions) : null);
}
