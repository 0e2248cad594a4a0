// SPDX-License-Identifier: MIT
// The page: the list at "/", a session at "/session/LUID".

import { announceComings } from "./announcer.js";
import { onAccessChange } from "./authority.js";
import { cockpit } from "./cockpit.js";
import { ListView } from "./list_view.js";
import { LiveSessions } from "./live_sessions.js";
import { SessionView } from "./session_view.js";
import { followTheme } from "./theme.js";

const page = document.getElementById("page");
const live = new LiveSessions();
const list = new ListView(live);
let view = null;

function viewOf(path, options) {
    if (path[0] === "session" && path[1])
        return view?.luid === path[1] ? view : new SessionView(live, path[1]);
    list.choose(options);
    return list;
}

function show() {
    const { path, options } = cockpit.location;
    const next = viewOf(path, options);

    if (next === view)
        return;
    const before = view;

    before?.close();
    view = next;
    page.replaceChildren(view.node);
    document.title = view.title;
    view.open();
    if (before)
        view.takeFocus(before);
}

followTheme();
announceComings(live);
onAccessChange(() => live.restart());
cockpit.addEventListener("locationchanged", show);
live.start();
show();
