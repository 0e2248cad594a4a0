// SPDX-License-Identifier: MIT
// Groups with their flags and privileges with their state, as tables.

import { element } from "./dom.js";
import { integrityText } from "./session.js";

const FLAGS = { // of groups; those that nearly all have are not worth a badge
    deny_only: "Deny only",
    owner: "Owner",
    logon_id: "Logon ID",
    resource: "Resource",
    integrity: "Integrity",
};

function table(label, titles, rows) {
    return element("div", { class: "scroll" }, element("table", { class: "token-table" },
        element("caption", { class: "for-readers" }, label),
        element("thead", {}, element("tr", {}, ...titles.map(title => element("th", { scope: "col" }, title)))),
        element("tbody", {}, ...rows)));
}

function badge(text, kind = "") {
    return element("span", { class: `badge ${kind}` }, text);
}

function row(name, ...cells) {
    return element("tr", {}, element("th", { scope: "row" }, name), ...cells.map(cell => element("td", {}, cell)));
}

function groupState(group) {
    if (group.attributes.includes("deny_only"))
        return badge("Deny only", "warning");
    if (group.attributes.includes("integrity_enabled") || group.attributes.includes("enabled"))
        return badge("Enabled", "good");
    return badge("Disabled");
}

function groupFlags(group) {
    const flags = group.attributes.filter(flag => flag in FLAGS && flag !== "deny_only").map(flag => FLAGS[flag]);

    if (group.attributes.includes("mandatory"))
        flags.unshift("Mandatory");
    return flags.join(", ");
}

function groupName(group) {
    if (group.attributes.includes("integrity"))
        return `${integrityText(group.sid)} integrity`;
    return group.name || (group.attributes.includes("logon_id") ? "This logon" : group.sid);
}

export function groupTable(groups, label) {
    return table(label, ["Name", "State", "Flags", "Type", "SID"], groups.map(group =>
        row(groupName(group), groupState(group), groupFlags(group), group.type ?? "", element("code", {}, group.sid))));
}

export function privilegeTable(privileges) {
    return table("Privileges", ["Name", "State", "Description"], privileges.map(privilege =>
        row(element("code", {}, privilege.name),
            [privilege.enabled ? badge("Enabled", "good") : badge("Disabled"),
                privilege.enabled_by_default ? " by default" : null],
            privilege.description ?? "")));
}
