// SPDX-License-Identifier: MIT
// Processes in the order of a tree. Pure.

/**
 * The processes, each before those that it has started, with `level` (from 1), `place` and `siblings` (for
 * screen readers) and `children`. One whose parent is in another session is a root.
 */
export function treeOf(processes) {
    const byPid = new Map(processes.map(process => [process.pid, { ...process, children: [] }]));
    const roots = [];

    for (const node of byPid.values())
        (byPid.get(node.parent)?.children ?? roots).push(node);
    return flatten(roots);
}

/** Without recursion: a chain of processes may be long. What is in no tree (a circle) cannot be reached. */
function flatten(roots) {
    const rows = [];
    const stack = [];
    const push = (nodes, level) => {
        nodes.sort((a, b) => a.pid - b.pid);
        for (let i = nodes.length - 1; i >= 0; i--)
            stack.push(Object.assign(nodes[i], { level, place: i + 1, siblings: nodes.length }));
    };

    push(roots, 1);
    while (stack.length) {
        const node = stack.pop();

        rows.push(node);
        push(node.children, node.level + 1);
    }
    return rows;
}
