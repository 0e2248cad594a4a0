// SPDX-License-Identifier: MIT
// Which sessions are shown, and in which order. Pure.

import { accountOf, luidNumber, typeText } from "./session.js";

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** What can be chosen from a list: the value of a session for each. */
export const CHOICES = {
    user: accountOf,
    type: session => typeText(session.logon_type),
    state: session => session.state ?? "",
    host: session => session.remote_host ?? "",
};

const ORDERS = {
    user: (a, b) => collator.compare(accountOf(a), accountOf(b)),
    id: (a, b) => luidNumber(a.logon_id) - luidNumber(b.logon_id),
    type: (a, b) => collator.compare(typeText(a.logon_type), typeText(b.logon_type)),
    state: (a, b) => collator.compare(a.state ?? "", b.state ?? ""),
    package: (a, b) => collator.compare(a.authentication_package ?? "", b.authentication_package ?? ""),
    host: (a, b) => collator.compare(a.remote_host ?? "", b.remote_host ?? ""),
    processes: (a, b) => a.processes.length - b.processes.length,
    time: (a, b) => timeOf(a) - timeOf(b),
};

function timeOf(session) {
    return session.logon_time ? Date.parse(session.logon_time) : 0;
}

const haystacks = new WeakMap(); // for the next letter that is typed

/** Everything of it that is to be found as a text. */
function haystack(session) {
    let text = haystacks.get(session);

    if (text === undefined) {
        text = textOf(session);
        haystacks.set(session, text);
    }
    return text;
}

function textOf(session) {
    return [accountOf(session), session.logon_id, session.sid, session.guid, session.upn, session.remote_host,
        session.remote_user, session.service, session.tty, session.authentication_package, session.logon_type,
        ...session.processes.map(process => `${process.name} ${process.pid}`)].join("\n").toLowerCase();
}

/** filter: { text, user, type, state, host }, each "" or missing for any. */
export function chosen(sessions, filter) {
    const keys = Object.keys(CHOICES).filter(key => filter[key]);
    const words = (filter.text ?? "").toLowerCase().split(/\s+/).filter(word => word);

    return sessions.filter(session => {
        if (keys.some(key => CHOICES[key](session) !== filter[key]))
            return false;
        const where = words.length ? haystack(session) : "";

        return words.every(word => where.includes(word));
    });
}

/** The session's number decides between equals. */
export function ordered(sessions, key, descending) {
    const compare = ORDERS[key] ?? ORDERS.id;
    const sign = descending ? -1 : 1;

    return [...sessions].sort((a, b) => sign * compare(a, b) || ORDERS.id(a, b));
}

/** What there is to choose, sorted. */
export function valuesOf(sessions, key) {
    return [...new Set(sessions.map(CHOICES[key]))].filter(value => value).sort(collator.compare);
}
