// SPDX-License-Identifier: MIT
// Light or dark, as the user has chosen in Cockpit's menu: the same key, event and class as its own pages.

const KEY = "shell:style";
const system = window.matchMedia("(prefers-color-scheme: dark)");

function apply(style) {
    const chosen = style ?? localStorage.getItem(KEY) ?? "auto";
    const dark = chosen === "dark" || (chosen === "auto" && system.matches);

    document.documentElement.classList.toggle("pf-theme-dark", dark);
}

export function followTheme() {
    apply();
    system.addEventListener("change", () => apply());
    window.addEventListener("storage", event => event.key === KEY && apply());
    window.addEventListener("cockpit-style", event => apply(event.detail?.style));
}
