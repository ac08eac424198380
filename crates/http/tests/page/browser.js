// A Chromium with a visitor in it, and what every test of the page insists on: no error in the console, nothing that the
// policy had to stop, nothing asked of another host.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

export const URL_HERE = process.env.LODGER_TEST_URL;
export const URL_WITHOUT_SIGN_IN = process.env.LODGER_TEST_URL_WITHOUT;
const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const APPLICATIONS = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

function executable() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = [...folders.flatMap((folder) => PROGRAMS.map((it) => join(folder, it))), ...APPLICATIONS].find((it) => existsSync(it));
  assert.ok(found, "there is no Chromium on PATH; `cargo xtask test` sees to it");
  return found;
}

/** Runs a test with a browser of its own. */
export async function withBrowser(action) {
  // a container's root has no sandbox to offer
  const browser = await chromium.launch({ executablePath: executable(), args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  try {
    await action(browser);
  } finally {
    await browser.close();
  }
}

/** A visitor with a profile of their own. `allowed` are statuses, or "network", whose failed requests belong to the test. */
export async function visit(browser, { url = URL_HERE, allowed = [], ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
  await context.addInitScript(() => {
    window.found = { violations: [], longest: 0 };
    addEventListener("securitypolicyviolation", (it) => window.found.violations.push(`${it.violatedDirective} ${it.blockedURI}`));
    new PerformanceObserver((list) => {
      for (const it of list.getEntries()) window.found.longest = Math.max(window.found.longest, it.duration);
    }).observe({ type: "longtask", buffered: true });
  });
  const visitor = new Visitor(context, url, allowed);
  visitor.page = await visitor.open();
  return visitor;
}

class Visitor {
  troubles = [];

  constructor(context, url, allowed) {
    Object.assign(this, { context, url, allowed });
  }

  /** Another tab of the same visitor. */
  async open(path = "/") {
    const page = await this.context.newPage();
    page.on("pageerror", (error) => this.troubles.push(`error: ${error.stack}`));
    page.on("console", (it) => {
      if (!["error", "warning"].includes(it.type())) return;
      const status = Number(/status of (\d+)/.exec(it.text())?.[1]);
      const kind = it.text().includes("net::ERR_") ? "network" : status;
      if (!this.allowed.includes(kind)) this.troubles.push(`console: ${it.text()}`);
    });
    page.on("request", (it) => {
      if (!it.url().startsWith(this.url) && !it.url().startsWith("blob:")) this.troubles.push(`asked of another host: ${it.url()}`);
    });
    await page.goto(this.url + path);
    return page;
  }

  /** Everything was as it should be, in all tabs. */
  async leave() {
    for (const page of this.context.pages()) {
      const { violations } = await page.evaluate(() => window.found);
      this.troubles.push(...violations.map((it) => `policy: ${it}`));
    }
    await this.context.close();
    assert.deepEqual(this.troubles, []);
  }

  /** The sign-in that the page keeps. */
  session(page = this.page) {
    return page.evaluate(() => JSON.parse(localStorage.getItem("lodger.session")));
  }

  /** Asks the API as something outside of the page does that has the visitor's token. */
  async api(method, path, body, url = this.url) {
    const { access_token } = await this.session();
    const headers = { authorization: `Bearer ${access_token}`, "content-type": "application/json", "if-match": "*" };
    const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  put(sessionId, file_path, content, more = {}, url = this.url) {
    const stage = file_path.split("/")[0];
    return this.api("PUT", `/v1/sessions/${sessionId}/files`, { stage, file_path, content, ...more }, url);
  }

  /** Starts a session as people do, and gives back its id. */
  async startSession(title) {
    const topic = this.page.getByLabel("Topic of a new session");
    // on a narrow screen the list is elsewhere
    if (!(await topic.isVisible())) await this.page.keyboard.press("Escape");
    await topic.fill(title);
    await this.page.getByRole("button", { name: "Start", exact: true }).click();
    // exactly: "Choose a session, or start one" has "One" in it, and stands there until the session is open
    await this.page.getByRole("heading", { level: 2, name: title, exact: true }).waitFor();
    return new URL(this.page.url()).hash.split("/")[2];
  }

  row(title) {
    return this.page.getByRole("list", { name: "Sessions" }).getByRole("link", { name: title });
  }

  stage(title) {
    return this.page.getByRole("list", { name: `Drafts of ${title}` });
  }

  /** Waits until the page follows what happens. */
  live(page = this.page) {
    return page.locator('#live[data-state="live"]').waitFor();
  }

  /** What axe finds that keeps somebody out. */
  async barriers(page = this.page) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    return violations
      .filter((it) => ["serious", "critical", "moderate"].includes(it.impact))
      .map((it) => `${it.impact} ${it.id}: ${it.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  }
}

/** Waits until a check passes. */
export async function eventually(check, milliseconds = 10_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
