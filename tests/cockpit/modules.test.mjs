// SPDX-License-Identifier: MIT
// The page's pure modules.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ProcessHistory } from "../../src/cockpit/process_history.js";
import { treeOf } from "../../src/cockpit/process_tree.js";
import { chosen, ordered, valuesOf } from "../../src/cockpit/selection.js";
import { accountOf, durationText, fromSqlTime, integrityText, isWellKnown, sizeText, stateOf } from "../../src/cockpit/session.js";
import { changesOf, lanesOf, spanOf, ticksOf } from "../../src/cockpit/timeline.js";

function session(changes) {
    return { logon_id: "0x10000", user: "anna", domain: "HOST", logon_type: "Batch", session_id: 0, state: "Background",
        processes: [], ...changes };
}

test("processes come after their parents, siblings by number", () => {
    const rows = treeOf([{ pid: 30, parent: 10 }, { pid: 10, parent: 1 }, { pid: 20, parent: 10 }, { pid: 25, parent: 20 }]);

    assert.deepEqual(rows.map(row => [row.pid, row.level, row.place, row.siblings]),
        [[10, 1, 1, 1], [20, 2, 1, 2], [25, 3, 1, 1], [30, 2, 2, 2]]);
});

test("a tree may be deep, and what is its own ancestor is no tree", () => {
    const chain = Array.from({ length: 5000 }, (_, i) => ({ pid: i + 1, parent: i }));

    assert.equal(treeOf(chain).at(-1).level, 5000);
    assert.deepEqual(treeOf([{ pid: 1, parent: 2 }, { pid: 2, parent: 1 }, { pid: 3, parent: 3 }]), []);
    assert.deepEqual(treeOf([]), []);
});

test("every word of the text has to be somewhere, and every choice has to fit", () => {
    const list = [
        session({ remote_host: "192.0.2.1", processes: [{ pid: 7, name: "Bash" }] }),
        session({ logon_id: "0x10001", user: "bert", logon_type: "Interactive", state: "Active" }),
    ];
    const found = filter => chosen(list, filter).map(one => one.user);

    for (const [filter, users] of [
        [{}, ["anna", "bert"]], [{ text: "  " }, ["anna", "bert"]], [{ text: "BASH host\\anna" }, ["anna"]],
        [{ text: "bash bert" }, []], [{ text: "0x10001" }, ["bert"]], [{ user: "HOST\\bert" }, ["bert"]],
        [{ type: "Batch", state: "Background", host: "192.0.2.1" }, ["anna"]], [{ type: "Batch", state: "Active" }, []],
    ])
        assert.deepEqual(found(filter), users, JSON.stringify(filter));
    assert.deepEqual(valuesOf(list, "host"), ["192.0.2.1"]);
});

test("numbers are ordered as numbers, equals by the session's number", () => {
    const list = [session({ logon_id: "0x100", remote_host: "10.0.0.10" }), session({ logon_id: "0x99", remote_host: "10.0.0.9" }),
        session({ logon_id: "0x1", remote_host: "10.0.0.10" })];
    const ids = (key, descending) => ordered(list, key, descending).map(one => one.logon_id);

    assert.deepEqual(ids("id"), ["0x1", "0x99", "0x100"]);
    assert.deepEqual(ids("id", true), ["0x100", "0x99", "0x1"]);
    assert.deepEqual(ids("host"), ["0x99", "0x1", "0x100"]);
    assert.deepEqual(ids("host", true), ["0x1", "0x100", "0x99"]);
    assert.deepEqual(ids("no such key"), ["0x1", "0x99", "0x100"]);
});

test("values read well", () => {
    assert.equal(accountOf({ user: "anna", domain: "" }), "anna");
    assert.equal(stateOf({ session_id: 0 }, new Map()), "Background");
    assert.equal(stateOf({ session_id: 3 }, new Map([[3, { state: "Disc" }]])), "Disconnected");
    assert.equal(stateOf({ session_id: 4 }, new Map()), null);
    assert.equal(integrityText("S-1-16-8192"), "Medium");
    assert.equal(integrityText("S-1-16-4711"), "S-1-16-4711");
    assert.deepEqual(["0x3e3", "0x3e4", "0x3e7", "0x3e8"].map(luid => isWellKnown({ logon_id: luid })), [false, true, true, false]);
    assert.deepEqual([0, 1023, 1024, 15 * 1024 ** 2, null].map(sizeText), ["0 B", "1023 B", "1.0 KiB", "15 MiB", null]);
    assert.deepEqual([0, 4.2e6, 2e9, 3.7e11].map(durationText), ["0.00 s", "0.42 s", "3 min 20 s", "10 h 16 min"]);
    assert.equal(fromSqlTime("2026-11-29 01:02:03.5").toISOString(), "2026-11-29T01:02:03.500Z");
    assert.equal(fromSqlTime(null), null);
});

test("a process that is not there any more has ended once", () => {
    const history = new ProcessHistory();
    const first = { pid: 7, started: "a" }, again = { pid: 7, started: "b" };

    history.take([first], new Date(1));
    history.take([again], new Date(2));
    history.take([], new Date(3));
    history.take([], new Date(4));
    assert.deepEqual(history.all.map(one => [one.started, Number(one.ended)]), [["a", 2], ["b", 3]]);
});

test("time goes from what is known first to now, with as many marks as there is room for", () => {
    const span = spanOf([{ started: new Date(5000) }, { started: null }], [{ time: new Date(2000) }], new Date(100000));

    assert.deepEqual(span, { from: 2000, to: 100000 });
    assert.deepEqual(spanOf([], [], new Date(50000)), { from: 40000, to: 50000 });
    assert.deepEqual(spanOf([{ started: new Date(1000) }], [], new Date(3000)), { from: 1000, to: 11000 });
    for (const days of [0.001, 0.1, 1, 30, 3650]) {
        const ticks = ticksOf({ from: 0, to: days * 86400000 }, 1000);

        assert.ok(ticks.length >= 2 && ticks.length <= 11, `${days} days: ${ticks.length}`);
    }
    const { lanes, more } = lanesOf([...Array(50).keys()].map(pid => ({ pid, started: new Date(100 - pid) })));

    assert.deepEqual([lanes.length, more, lanes[0].pid], [40, 10, 49]);
});

test("changes are told from the session's point of view", () => {
    const one = session({ logon_time: "2026-11-29T00:00:00Z" });
    const event = (type, more) => ({ type, time: "2026-11-29T01:00:00Z", logon_id: "0x10000", actor: null, ...more });
    const texts = (...events) => changesOf(one, events).map(change => change.text);

    assert.deepEqual(texts(), ["Logged on"]);
    assert.deepEqual(texts(event("session-started")), ["Session started"]);
    assert.deepEqual(texts(event("token-opened"), event("lost")),
        ["Logged on", "Its token was opened by a process of another session"]);
    assert.deepEqual(texts(event("session-started", { logon_id: "0x2", actor: { logon_id: "0x10000" } })),
        ["Logged on", "It asked for session 0x2"]);
    assert.deepEqual(texts(event("session-ended", { logon_id: "0x2", actor: { logon_id: "0x3" } })), ["Logged on"]);
});
