// SPDX-License-Identifier: MIT
// Chromium, logged in to Cockpit by its login page.

import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import assert from "node:assert/strict";
import { artefacts, url } from "./machine.mjs";

const { chromium } = createRequire(`${process.env.OPENLOGON_TEST_NODE_DIR}/`)("playwright-core");
const SIZE = { width: 1280, height: 900 };
const TIMEOUT_MS = 60000;

export async function startBrowser() {
    return chromium.launch({
        executablePath: process.env.OPENLOGON_TEST_CHROMIUM,
        args: ["--no-sandbox", "--disable-gpu", "--force-prefers-reduced-motion"],
    });
}

/** Somebody in front of a browser of his own: { page, frame }, frame being that of the page under test. */
export class Visitor {
    static async #of(browser) {
        const context = await browser.newContext({ viewport: SIZE, locale: "en-GB" });
        const visitor = new Visitor();

        context.setDefaultTimeout(TIMEOUT_MS);
        visitor.context = context;
        visitor.complaints = [];
        visitor.page = await context.newPage();
        visitor.page.on("dialog", dialog => { visitor.complaints.push(`a script ran: ${dialog.message()}`); dialog.dismiss(); });
        visitor.page.on("pageerror", error => visitor.complaints.push(String(error)));
        visitor.page.on("console", message => /Content Security Policy/.test(message.text()) &&
            visitor.complaints.push(message.text()));
        return visitor;
    }

    /** By the login page, into Cockpit with everything around the page. */
    static async logIn(browser, who) {
        const visitor = await Visitor.#of(browser);
        // Cockpit's overview is fetched in advance, and takes longer than all the rest.
        await visitor.context.route("**/system/*", route => route.fulfill({ contentType: "text/html", body: "<!DOCTYPE html>" }));
        await visitor.page.goto(`${url}/openlogon`);
        await visitor.page.locator("#login-user-input").fill(who.name);
        await visitor.page.locator("#login-password-input").fill(who.password);
        await visitor.page.locator("#login-button").click();
        visitor.frame = visitor.page.frameLocator("iframe[name='cockpit1:localhost/openlogon']");
        await visitor.heading("Logon sessions").waitFor();
        return visitor;
    }

    /** By a request with name and password, and to nothing but the page. */
    static async enter(browser, who) {
        const visitor = await Visitor.#of(browser);
        const password = Buffer.from(`${who.name}:${who.password}`).toString("base64");
        const answer = await visitor.context.request.get(`${url}/cockpit/login`,
            { headers: { Authorization: `Basic ${password}` } });

        assert.equal(answer.status(), 200);
        await visitor.page.goto(`${url}/cockpit/@localhost/openlogon/index.html`);
        visitor.frame = visitor.page;
        await visitor.heading("Logon sessions").waitFor();
        return visitor;
    }

    /** By the button in Cockpit's own bar. sudo asks for no password here. */
    async becomeAdministrator() {
        await this.page.getByRole("button", { name: "Limited access" }).click();
        await this.page.locator(".pf-c-modal-box footer").getByRole("button", { name: "Close" }).click();
        await this.page.locator("#topnav").getByText("Administrative access").waitFor();
    }

    heading(name) {
        return this.frame.getByRole("heading", { level: 1, name });
    }

    /** The rows of the list, as { user, luid }. */
    async rows() {
        return this.frame.locator("table.list tbody tr").evaluateAll(rows => rows.map(row => ({
            user: row.cells[0].querySelector("a span").textContent,
            luid: row.cells[1].textContent,
        })));
    }

    /** As Cockpit's menu does; the page follows. */
    async style(value) {
        await this.page.evaluate(style => {
            localStorage.setItem("shell:style", style);
            window.dispatchEvent(new CustomEvent("cockpit-style", { detail: { style } }));
        }, value);
        await this.frame.locator(value === "dark" ? "html.pf-theme-dark" : "html:not(.pf-theme-dark)").waitFor();
    }

    async picture(name) {
        mkdirSync(artefacts, { recursive: true });
        await this.page.screenshot({ path: `${artefacts}/${name}.png` });
    }

    /** Light and dark. */
    async pictures(name, height = SIZE.height) {
        await this.page.setViewportSize({ ...SIZE, height });
        for (const style of ["dark", "light"]) {
            await this.style(style);
            await this.picture(`${name}-${style}`);
        }
        await this.page.setViewportSize(SIZE);
    }

    async close() {
        await this.context.close();
        assert.deepEqual(this.complaints, []);
    }
}

/** Asks again until what `ask` gives is as `expected` says. */
export async function until(ask, expected, what) {
    const deadline = Date.now() + TIMEOUT_MS;
    let value;

    do {
        value = await ask();
        if (expected(value))
            return value;
        await new Promise(resolve => { setTimeout(resolve, 150); });
    } while (Date.now() < deadline);
    throw new assert.AssertionError({ message: `${what}: ${JSON.stringify(value)}` });
}
