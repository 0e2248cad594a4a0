// SPDX-License-Identifier: MIT
// Sessions come and go: told to those who do not see the list, not more often than they can listen.

import { announce } from "./dom.js";
import { accountOf, count } from "./session.js";

const PAUSE_MS = 3000;

function tellOf(started, ended) {
    if (started.length + ended.length === 1)
        return started.length ? `${accountOf(started[0])} logged on.` : `${accountOf(ended[0])} logged off.`;
    return `${count(started.length, "session")} started, ${ended.length} ended.`;
}

export function announceComings(live) {
    const lists = { started: [], ended: [] };
    let timer = null;

    for (const [name, list] of Object.entries(lists)) {
        live.addEventListener(name, event => {
            list.push(event.detail);
            timer ??= setTimeout(() => {
                announce(`${tellOf(lists.started, lists.ended)} ${count(live.sessions.size, "session")} now.`);
                lists.started.length = lists.ended.length = 0;
                timer = null;
            }, PAUSE_MS);
        });
    }
}
