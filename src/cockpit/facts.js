// SPDX-License-Identifier: MIT
// Lists of names and values; what is not known is not shown.

import { element } from "./dom.js";
import { accountOf, integrityText, timeText, typeText } from "./session.js";

/** pairs: [term, text, node or missing]. */
export function factList(pairs) {
    return element("dl", { class: "facts" }, ...pairs
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, value))));
}

function code(text) {
    return text ? element("code", {}, text) : null;
}

function yesNo(value) {
    return value === null || value === undefined ? null : value ? "Yes" : "No";
}

export function sessionLink(luid) {
    return luid && luid !== "0x0" ? element("a", { href: `#/session/${luid}` }, luid) : null;
}

export function identityFacts(session) {
    return factList([
        ["Account", accountOf(session)],
        ["SID", code(session.sid)],
        ["User principal name", session.upn],
        ["DNS domain", session.dns_domain],
        ["Unix user id", session.uid === null || session.uid === undefined ? null : String(session.uid)],
        ["Logged on", timeText(session.logon_time)],
        ["Type", typeText(session.logon_type)],
        ["Authentication package", session.authentication_package],
        ["Logon server", session.logon_server],
        ["Service", session.service],
        ["Terminal", session.tty],
        ["Remote host", session.remote_host],
        ["Remote user", session.remote_user],
        ["Session number", session.session_id === undefined ? null
            : `${session.session_id}${session.state ? ` (${session.state})` : ""}`],
        ["Logon ID", code(session.logon_id)],
        ["GUID", code(session.guid)],
        ["Enforced by the kernel", yesNo(session.enforced)],
    ]);
}

export function tokenFacts(token) {
    return factList([
        ["Integrity", integrityText(token.integrity)],
        ["Elevation", token.elevation_type],
        ["Elevated", yesNo(token.elevated)],
        ["Linked session", sessionLink(token.linked)],
        ["Asked for by session", sessionLink(token.origin)],
        ["Owner", token.owner?.name ?? token.owner?.sid],
        ["Primary group", token.primary_group?.name ?? token.primary_group?.sid],
        ["Source", token.source],
        ["Logon SID", code(token.logon_sid)],
        ["Token ID", code(token.token_id)],
        ["Expires", timeText(token.expires)],
        ["Unix groups", token.kernel_ids?.groups?.join(", ")],
    ]);
}
