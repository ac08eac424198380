// The page without a mouse, without eyes, without room, with little light, and without motion.

import assert from "node:assert/strict";
import { test } from "node:test";
import { visit, withBrowser } from "./browser.js";

const MARKDOWN = "# Outline\n\nA [link](https://example.test/).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n\n- [x] done\n\n> said";

/** What has the focus, in short. */
const focused = (page) => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);

async function tabTo(page, name) {
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await focused(page)).startsWith(name)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${name} cannot be reached with Tab; ${await focused(page)} has the focus`);
}

test("the keyboard is enough", async () => {
  await withBrowser(async (browser) => {
    const visitor = await visit(browser);
    const { page } = visitor;
    const { keyboard } = page;
    await visitor.live();
    await keyboard.press("Tab");
    assert.equal(await focused(page), "Skip to the session");

    // start two sessions
    await keyboard.press("n");
    await keyboard.type("Tides");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 2, name: "Tides" }).waitFor();
    await keyboard.press("n");
    await keyboard.type("Currents / n ?");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 2, name: "Currents / n ?" }).waitFor();
    assert.equal(await focused(page), "Currents / n ?");
    const id = new URL(page.url()).hash.split("/")[2];
    await visitor.put(id, "2_planning/outline.md", MARKDOWN);
    await visitor.put(id, "4_writing/report.md", "# Report");
    await visitor.stage("Writing").getByRole("link").waitFor();

    // from stage to draft with the arrows, and back with Escape
    await tabTo(page, "Initial research");
    await keyboard.press("ArrowDown");
    assert.match(await focused(page), /^Planning/);
    await keyboard.press("ArrowDown");
    assert.match(await focused(page), /^outline\.md/);
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 3, name: "Outline" }).waitFor();
    assert.equal(await focused(page), "outline.md");
    await keyboard.press("Escape");
    await page.locator("#reader-pane").waitFor({ state: "hidden" });
    assert.match(await focused(page), /^outline\.md/);
    await keyboard.press("End");
    assert.match(await focused(page), /^report\.md/);
    await keyboard.press("Home");
    assert.match(await focused(page), /^Initial research/);
    await keyboard.press("Enter");
    await page.locator('[data-stage="1_initial_research"] details[open]').waitFor();

    // to the list, where one Tab stop and the arrows reach every row
    await keyboard.press("Escape");
    await page.getByRole("heading", { level: 2, name: /Choose a session/ }).waitFor();
    assert.match(await focused(page), /^Currents/);
    await keyboard.press("ArrowDown");
    assert.match(await focused(page), /^Tides/);
    assert.equal(await page.locator('#list a[tabindex="0"]').count(), 1);
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 2, name: "Tides" }).waitFor();

    // a dialog keeps the focus and gives it back
    await tabTo(page, "Delete");
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "Delete this session?" }).waitFor();
    assert.equal(await focused(page), "Cancel");
    await keyboard.press("n");
    assert.equal(await focused(page), "Cancel", "no shortcut reaches behind a dialog");
    await keyboard.press("Escape");
    assert.equal(await focused(page), "Delete");
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "Delete this session?" }).waitFor();
    await tabTo(page, "Delete");
    await keyboard.press("Enter");
    await visitor.row("Tides").waitFor({ state: "detached" });

    // search, help, and doing without shortcuts
    await keyboard.press("/");
    await keyboard.type("cur");
    assert.equal(await page.getByLabel("Search the titles").inputValue(), "cur");
    await keyboard.press("Escape");
    await keyboard.press("?");
    await page.getByRole("heading", { name: "Keyboard" }).waitFor();
    await page.getByLabel("Letters and signs work as shortcuts").focus();
    await keyboard.press("Space");
    await keyboard.press("Escape");
    await keyboard.press("n");
    assert.notEqual(await focused(page), "new-title");
    await visitor.leave();
  });
});

/** Each state of the page, by name, as steps from the one before. */
const STATES = [
  ["nothing yet", async () => {}],
  [
    "a session with drafts",
    async (visitor) => {
      visitor.id = await visitor.startSession("Tides, currents and what they do to a harbour whose name is very long, over many years");
      await visitor.startSession("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft");
      await visitor.api("POST", `/v1/sessions/${visitor.id}/fail`);
      await visitor.put(visitor.id, "2_planning/outline.md", MARKDOWN);
      await visitor.put(visitor.id, "2_planning/found.json", '{"a": [1, "b", null]}', { media_type: "application/json" });
      await visitor.page.evaluate((id) => (location.hash = `#/sessions/${id}`), visitor.id);
      await visitor.stage("Planning").getByRole("link", { name: "outline.md" }).waitFor();
      await visitor.page.getByText("How drafts get here").click();
    },
  ],
  [
    "a draft",
    async (visitor) => {
      await visitor.stage("Planning").getByRole("link", { name: "outline.md" }).click();
      await visitor.page.locator(".prose").waitFor();
    },
  ],
  [
    "JSON",
    async (visitor) => {
      await visitor.page.keyboard.press("Escape");
      await visitor.stage("Planning").getByRole("link", { name: "found.json" }).click();
      await visitor.page.getByLabel("JSON").waitFor();
    },
  ],
  [
    "the list",
    async (visitor) => {
      await visitor.page.keyboard.press("Escape");
      await visitor.page.locator("#reader-pane").waitFor({ state: "hidden" });
      await visitor.page.keyboard.press("Escape");
      await visitor.page.locator("#list-pane").waitFor();
    },
  ],
  [
    "the form to register",
    async (visitor) => {
      await visitor.page.getByRole("button", { name: "Guest Account" }).click();
      await visitor.page.getByLabel("E-mail address").waitFor();
    },
  ],
  [
    "the form to sign in",
    async (visitor) => {
      await visitor.page.getByRole("radio", { name: "Sign in" }).check({ force: true });
      await visitor.page.getByText("Take 2 sessions of this guest along").waitFor();
    },
  ],
  [
    "help",
    async (visitor) => {
      await visitor.page.keyboard.press("Escape");
      await visitor.page.getByRole("button", { name: "Keyboard and help" }).click();
    },
  ],
];

const LOOKS = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["wide", { colorScheme: "light", viewport: { width: 1500, height: 900 } }],
  ["narrow", { colorScheme: "light", viewport: { width: 360, height: 740 } }],
  ["narrow and dark", { colorScheme: "dark", viewport: { width: 360, height: 740 } }],
];

for (const [look, options] of LOOKS) {
  test(`nothing keeps anybody out: ${look}`, async () => {
    await withBrowser(async (browser) => {
      const visitor = await visit(browser, options);
      const { page } = visitor;
      await visitor.live();
      for (const [state, reach] of STATES) {
        await reach(visitor);
        assert.deepEqual(await visitor.barriers(), [], `${state}, ${look}`);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= page.viewportSize().width, `${state}, ${look}: ${width} pixels wide`);
      }
      await visitor.leave();
    });
  });
}

test("light and dark can be chosen, and the choice stays", async () => {
  await withBrowser(async (browser) => {
    const visitor = await visit(browser, { colorScheme: "light" });
    const { page } = visitor;
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await paper();
    await page.getByRole("button", { name: "Colours: as the system" }).click();
    await page.getByRole("button", { name: "Colours: light" }).click();
    await page.getByRole("button", { name: "Colours: dark" }).waitFor();
    const dark = await paper();
    assert.notEqual(dark, light);
    await page.reload();
    assert.equal(await paper(), dark);
    await page.getByRole("button", { name: "Colours: dark" }).click();
    assert.equal(await paper(), light);
    await visitor.leave();
  });
});
