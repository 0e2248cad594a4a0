// SPDX-License-Identifier: MIT
// Where on a line of time the processes and changes of a session are. Pure.

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
    172800, 604800, 1209600, 2592000, 7776000, 31536000];
const TICK_WIDTH = 110;
const SHORTEST_MS = 10000;
const LANES = 40;

const HAPPENED_TO_IT = {
    "session-started": "Session started",
    "session-ended": "Session ended",
    "token-assigned": "A process was started with its token",
    "token-opened": "Its token was opened by a process of another session",
    elevated: "Its full token was given out",
    "wts-opened": "Login opened",
    "wts-closed": "Login closed",
};

const DONE_BY_IT = {
    "session-started": "It asked for session",
    "token-assigned": "It started a process in session",
    "token-opened": "It opened the token of session",
    elevated: "It became elevated in session",
    "logon-failed": "It failed to log on",
};

function changeText(session, event) {
    if (event.logon_id === session.logon_id)
        return HAPPENED_TO_IT[event.type];
    if (event.linked_logon_id === session.logon_id)
        return event.type === "elevated" ? HAPPENED_TO_IT.elevated : undefined;
    if (event.actor?.logon_id !== session.logon_id || !(event.type in DONE_BY_IT))
        return undefined;
    return `${DONE_BY_IT[event.type]} ${event.logon_id ?? event.user}`;
}

/** Of the session's beginning and openlogond's events: { time, text }, oldest first. */
export function changesOf(session, events) {
    const changes = events.map(event => ({ time: new Date(event.time), text: changeText(session, event) }))
        .filter(change => change.text);

    if (session.logon_time && !changes.some(change => change.text === HAPPENED_TO_IT["session-started"]))
        changes.push({ time: new Date(session.logon_time), text: "Logged on" });
    return changes.sort((one, other) => one.time - other.time);
}

/** processes: { started, ended: Date or null }. From the first that is known of them and of the changes. */
export function spanOf(processes, changes, now) {
    const times = [...processes.map(process => process.started), ...changes.map(change => change.time)].filter(time => time);
    const from = times.reduce((first, time) => Math.min(first, time), times.length ? Infinity : now - SHORTEST_MS);

    return { from, to: Math.max(now, from + SHORTEST_MS) };
}

export function ticksOf({ from, to }, width) {
    const wanted = (to - from) / 1000 / Math.max(1, Math.floor(width / TICK_WIDTH));
    const step = 1000 * (STEPS_S.find(one => one >= wanted) ?? STEPS_S.at(-1));
    const zone = new Date(from).getTimezoneOffset() * 60000; // so that days begin at midnight here
    const ticks = [];

    for (let time = Math.ceil((from - zone) / step) * step + zone; time <= to; time += step)
        ticks.push({ time: new Date(time), withDate: step >= 86400000, withSeconds: step < 60000 });
    return ticks;
}

/** In order of their start: those that are drawn, and how many are not. */
export function lanesOf(processes) {
    const known = processes.filter(process => process.started).sort((a, b) => a.started - b.started || a.pid - b.pid);

    return { lanes: known.slice(0, LANES), more: Math.max(0, known.length - LANES) };
}
