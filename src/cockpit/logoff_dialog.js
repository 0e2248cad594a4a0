// SPDX-License-Identifier: MIT
// Asks before a session is logged off, and says what will end.

import { logOff } from "./authority.js";
import { element } from "./dom.js";
import { explain, problemAlert } from "./problem.js";
import { accountOf, count } from "./session.js";

const NAMED = 8;
const GRACES = [[0, "none: kill at once"], [5, "5 seconds"], [30, "30 seconds"], [60, "1 minute"]];

function processList(processes) {
    const shown = processes.slice(0, NAMED).map(process => element("li", {}, `${process.name} (${process.pid})`));
    const more = processes.length - shown.length;

    return element("ul", {}, ...shown,
        more > 0 ? element("li", {}, `and ${count(more, "more process", "more processes")}`) : null);
}

/** ending: [{ luid, processes }], the session and its linked one, if any. */
function whatEnds(ending) {
    return ending.flatMap(({ luid, processes }, i) => [
        element("p", {}, i === 0 ? "Session " : "The linked session ", element("code", {}, luid), processes.length
            ? ` and its ${count(processes.length, "process", "processes")} will end:`
            : " will end; it has no process."),
        processes.length ? processList(processes) : null,
    ]);
}

/** Resolves to true when the session was logged off, to false when the user thought better of it. */
export function askAndLogOff(session, { ending, own }) {
    return new Promise(resolve => {
        const grace = element("select", { id: "grace" },
            ...GRACES.map(([seconds, text]) => new Option(text, String(seconds), seconds === 5, seconds === 5)));
        const problems = element("div", {});
        const cancel = element("button", { type: "button", class: "link", autofocus: true }, "Cancel");
        const go = element("button", { type: "button", class: "danger" }, "Log off");
        const title = `Log off ${accountOf(session)}?`;
        const dialog = element("dialog", { "aria-labelledby": "logoff-title", "aria-describedby": "logoff-text" },
            element("h2", { id: "logoff-title" }, title),
            element("div", { id: "logoff-text" },
                own ? element("p", { class: "alert warning" },
                    "This page is in that session: you will be logged off from Cockpit, too.") : null,
                ...whatEnds(ending),
                element("p", { class: "subtle" },
                    "What was started in it as somebody else, by su or sudo, ends with it. Unsaved work is lost.")),
            element("p", {}, element("label", { for: "grace" }, "Time for processes to finish "), grace),
            problems,
            element("footer", {}, go, cancel));
        const finish = result => { dialog.close(); dialog.remove(); resolve(result); };

        cancel.addEventListener("click", () => finish(false));
        dialog.addEventListener("cancel", event => {
            event.preventDefault();
            if (!go.disabled)
                finish(false);
        });
        go.addEventListener("click", async () => {
            go.disabled = cancel.disabled = true;
            go.textContent = "Logging off…";
            problems.replaceChildren();
            try {
                await logOff(session.logon_id, Number(grace.value));
                finish(true);
            } catch (error) {
                go.disabled = cancel.disabled = false;
                go.textContent = "Log off";
                problems.replaceChildren(problemAlert(explain(error)));
                cancel.focus();
            }
        });
        document.body.append(dialog);
        dialog.showModal();
    });
}
