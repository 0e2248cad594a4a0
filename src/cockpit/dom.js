// SPDX-License-Identifier: MIT
// Elements from code. Every text becomes a text node: names of sessions and processes are whatever
// their users want them to be.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, properties, children) {
    for (const [name, value] of Object.entries(properties)) {
        if (name.startsWith("on"))
            node.addEventListener(name.slice(2), value);
        else if (value === true)
            node.setAttribute(name, "");
        else if (value !== false && value !== null && value !== undefined)
            node.setAttribute(name, value);
    }
    node.append(...children.flat().filter(child => child !== null && child !== undefined));
    return node;
}

/** element("a", { href, onclick }, "text", otherElement, null). */
export function element(name, properties = {}, ...children) {
    return fill(document.createElement(name), properties, children);
}

export function svg(name, properties = {}, ...children) {
    return fill(document.createElementNS(SVG, name), properties, children);
}

/** A text that is only there for screen readers. */
export function forReaders(text) {
    return element("span", { class: "for-readers" }, text);
}

export function setText(node, text) {
    if (node.textContent !== text)
        node.textContent = text;
}

/** Makes these nodes the parent's children and touches no more than it must: the focus stays. */
export function setChildren(parent, nodes) {
    const focused = document.activeElement;
    const wanted = new Set(nodes);

    for (const child of [...parent.childNodes]) {
        if (!wanted.has(child))
            child.remove();
    }
    nodes.forEach((node, i) => {
        if (parent.childNodes[i] !== node)
            parent.insertBefore(node, parent.childNodes[i] ?? null);
    });
    if (focused !== document.activeElement && parent.contains(focused))
        focused.focus({ preventScroll: true });
}

let announced;

/** Tells those who do not see the page. */
export function announce(text) {
    const place = document.getElementById("announcements");

    clearTimeout(announced);
    place.textContent = "";
    announced = setTimeout(() => { place.textContent = text; }, 50); // a change, also if it is the same text
}
