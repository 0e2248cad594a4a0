// SPDX-License-Identifier: MIT
// What openlogond tells, through the tools: as root where the user has administrative access in Cockpit, else as
// the user. Who may see what is openlogond's to decide; nothing is left out here.

import { cockpit } from "./cockpit.js";

const LUID = /^0x[0-9a-f]{1,16}$/;

function spawn(command) {
    return cockpit.spawn(command, { superuser: "try", err: "message", environ: ["LC_ALL=C.UTF-8"] });
}

async function ask(...command) {
    return JSON.parse(await spawn(command));
}

function checked(luid) {
    if (!LUID.test(luid))
        throw new Error(`"${luid}" is no logon id`);
    return luid;
}

/** { sessions, sessions_not_shown }. */
export function listSessions() {
    return ask("logonsessions", "--json");
}

/** What is at terminals and desktops: numbered sessions with their states. */
export async function listTerminals() {
    return (await ask("logon", "query", "session", "--json")).sessions;
}

export function readToken(luid) {
    return ask("logon", "token", checked(luid), "--json");
}

/** The token that belongs to the other of an administrator's two sessions. */
export function readLinkedToken(luid) {
    return ask("logon", "token", checked(luid), "--linked", "--json");
}

export async function readProcesses(luid) {
    return (await ask("logon", "sql", "--json",
        "SELECT pid, parent, name, basis, started, command_line, threads, user_time, kernel_time, resident_bytes " +
        `FROM processes WHERE session = ${checked(luid)}`)).rows;
}

async function findOwnSession() {
    try {
        return JSON.parse(await cockpit.spawn(["logon", "token", "self", "--json"], { err: "ignore" })).logon_id;
    } catch {
        return null;
    }
}

let own = null;

/** The session that this page itself is in, without administrative access; null: nobody knows. */
export async function ownSession() {
    own ??= await findOwnSession();
    return own;
}

export function logOff(luid, graceSeconds) {
    return spawn(["logon", "logoff", checked(luid), "--grace", String(graceSeconds)]);
}

/** Calls `onEvent` with each event. Returns { ended: a promise that fails with the reason, close() }. */
export function watch(onEvent) {
    const running = spawn(["logon", "watch", "--since-now", "--json"]);
    let rest = "";

    running.stream(data => {
        const lines = (rest + data).split("\n");

        rest = lines.pop();
        lines.filter(line => line).forEach(line => onEvent(JSON.parse(line)));
    });
    return { ended: Promise.resolve(running), close: () => running.close("terminated") };
}

/** Calls back when the user gains or gives up administrative access. */
export function onAccessChange(callback) {
    const proxy = cockpit.dbus(null, { bus: "internal" }).proxy("cockpit.Superuser", "/superuser");
    let current;

    proxy.addEventListener("changed", () => {
        const before = current;

        current = proxy.Current;
        if (before !== undefined && before !== current)
            callback();
    });
}
