// SPDX-License-Identifier: MIT
// The machine under test, from outside the page: what the tools say, programs in sessions, openlogond's life.

import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import { createInterface } from "node:readline";

const environment = process.env;
const LOGON = environment.OPENLOGON_TEST_LOGON;

export const url = environment.OPENLOGON_TEST_URL;
export const artefacts = environment.OPENLOGON_TEST_ARTEFACTS;
export const folder = environment.OPENLOGON_TEST_DIR;
/** A Unix user who may use sudo, and an account of OpenLogon's who may not. */
export const admin = { name: environment.OPENLOGON_TEST_USER, password: environment.OPENLOGON_TEST_PASSWORD };
export const account = { name: environment.OPENLOGON_TEST_ACCOUNT, password: environment.OPENLOGON_TEST_ACCOUNT_PASSWORD };

export function logonWith(input, ...command) {
    return execFileSync(LOGON, command, { input, encoding: "utf-8" });
}

export function logon(...command) {
    return logonWith("", ...command);
}

export function sessions() {
    return JSON.parse(logon("sessions", "--json")).sessions;
}

export function sessionsOf(user) {
    return sessions().filter(session => session.user === user);
}

/** One that has ended but was not yet waited for does not run. */
export function runs(pid) {
    try {
        return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf-8"));
    } catch {
        return false;
    }
}

/** A program in a session of its own. Resolves to { luid, pid, ended } when the program says that it is ready. */
export async function guest(who, command, { type = "batch" } = {}) {
    const before = new Set(sessions().map(session => session.logon_id));
    const child = spawn(LOGON, ["run", "--user", who.name, "--type", type, "--password-fd", "0", "--", ...command],
        { stdio: ["pipe", "pipe", "inherit"], cwd: "/" });
    const ended = new Promise(resolve => child.once("exit", resolve));

    child.stdin.write(`${who.password}\n`);
    await firstLine(child);
    const session = sessionsOf(who.name).find(one => !before.has(one.logon_id));

    return { luid: session.logon_id, pids: session.processes.map(process => process.pid), ended, child };
}

export async function firstLine(child) {
    const lines = createInterface({ input: child.stdout });

    for await (const line of lines)
        return line;
    throw new Error("it ended without a word");
}

// --- openlogond --------------------------------------------------------------------------------

const control = new Socket({ fd: Number(environment.OPENLOGON_TEST_CONTROL_FD) });

control.unref();

function order(word) {
    return new Promise(resolve => {
        control.once("data", resolve);
        control.write(`${word}\n`);
    });
}

export const stopAuthority = () => order("stop");
export const startAuthority = () => order("start");
