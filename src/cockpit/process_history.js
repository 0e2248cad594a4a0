// SPDX-License-Identifier: MIT
// The processes that a session has had since its page was opened. Pure.

export class ProcessHistory {
    #seen = new Map();

    /** What is not in `processes` any more has ended by `now`, a Date. */
    take(processes, now) {
        const keys = new Set(processes.map(process => `${process.pid} ${process.started}`));

        for (const process of processes)
            this.#seen.set(`${process.pid} ${process.started}`, { ...process, ended: null });
        for (const [key, process] of this.#seen) {
            if (!keys.has(key))
                process.ended ??= now;
        }
    }

    get all() {
        return [...this.#seen.values()];
    }
}
