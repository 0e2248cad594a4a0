// SPDX-License-Identifier: MIT
// Where on a line of time the processes and changes of a session are. Pure.

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
    172800, 604800, 1209600, 2592000, 7776000, 31536000];
const TICK_WIDTH = 110;
const SHORTEST_MS = 10000;
const LANES = 40;

const EVENTS = {
    "session-started": "Session started",
    "session-ended": "Session ended",
    "token-assigned": "A process was given its token",
    "token-opened": "A process opened another session's token",
    elevated: "Full token given out",
    "wts-opened": "Login opened",
    "wts-closed": "Login closed",
};

/** Of the session's beginning and openlogond's events: { time, text }, oldest first. */
export function changesOf(session, events) {
    const changes = events.filter(event => event.type in EVENTS && event.time)
        .map(event => ({ time: new Date(event.time), text: EVENTS[event.type] }));

    if (session.logon_time && !events.some(event => event.type === "session-started"))
        changes.push({ time: new Date(session.logon_time), text: "Logged on" });
    return changes.sort((a, b) => a.time - b.time);
}

/** processes: { started, ended: Date or null }. `from` is the first that is known of them and of the changes. */
export function spanOf(processes, changes, now) {
    const times = [...processes.map(process => process.started), ...changes.map(change => change.time)]
        .filter(time => time).map(Number);
    const first = Math.min(now - SHORTEST_MS, ...times.length ? [times.reduce((a, b) => Math.min(a, b))] : []);

    return { from: first, to: Math.max(Number(now), first + SHORTEST_MS) };
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
