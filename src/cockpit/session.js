// SPDX-License-Identifier: MIT
// What a session is called and how its values read. Pure.

const STATES = { Active: "Active", Conn: "Connected", Disc: "Disconnected", Idle: "Idle" };

const TYPES = {
    NetworkCleartext: "Network, clear text",
    NetworkCleanup: "Network cleanup",
    NewCredentials: "New credentials",
    RemoteInteractive: "Remote interactive",
    CachedInteractive: "Cached interactive",
    CachedRemoteInteractive: "Cached remote interactive",
    CachedUnlock: "Cached unlock",
};

const LABELS = { // of integrity, by the last number of the SID
    0: "Untrusted", 4096: "Low", 8192: "Medium", 8448: "Medium plus", 12288: "High", 16384: "System",
    20480: "Protected process",
};

/** The state of the login it belongs to; services have none. */
export function stateOf(session, terminals) {
    if (session.session_id === 0)
        return "Background";
    const state = terminals.get(session.session_id)?.state;

    return STATES[state] ?? state ?? null;
}

export function accountOf(session) {
    return session.domain ? `${session.domain}\\${session.user}` : session.user || "(no name)";
}

export function typeText(type) {
    return TYPES[type] ?? type ?? "System";
}

export function integrityText(sid) {
    return LABELS[sid?.split("-").at(-1)] ?? sid;
}

export function luidNumber(luid) {
    return Number(luid);
}

/** The four that belong to the system itself: nobody logs them off. */
export function isWellKnown(session) {
    const number = luidNumber(session.logon_id);

    return number >= 0x3e4 && number <= 0x3e7;
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

export function timeText(time) {
    return time ? moment.format(new Date(time)) : null;
}

const minute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Where there is little room. */
export function shortTimeText(time) {
    return time ? minute.format(new Date(time)) : null;
}

/** Of SQL: UTC without saying so. */
export function fromSqlTime(text) {
    return text ? new Date(text.replace(" ", "T") + "Z") : null;
}

const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"];

export function sizeText(bytes) {
    if (bytes === null || bytes === undefined)
        return null;
    let unit = 0;

    for (; bytes >= 1024 && unit < SIZES.length - 1; unit++)
        bytes /= 1024;
    return `${unit && bytes < 10 ? bytes.toFixed(1) : Math.round(bytes)} ${SIZES[unit]}`;
}

/** Of 100 ns each: "0.42 s", "3 min 20 s", "5 h 2 min". */
export function durationText(units) {
    const seconds = units / 1e7;

    if (seconds < 60)
        return `${seconds.toFixed(seconds < 10 ? 2 : 0)} s`;
    if (seconds < 3600)
        return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
    return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
}

export function count(n, one, many = one + "s") {
    return `${n.toLocaleString()} ${n === 1 ? one : many}`;
}
