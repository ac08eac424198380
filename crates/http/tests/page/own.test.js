// Several sessions at once, copies and comparisons, and what is the visitor's own: a name, an export, and having it all erased.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { eventually, visit, withBrowser } from "./browser.js";

/** Starts sessions from outside of the page, and gives back their ids. */
async function start(visitor, ...titles) {
  const ids = [];
  for (const title of titles) ids.push((await visitor.api("POST", "/v1/sessions", { title })).id);
  for (const title of titles) await visitor.row(title).waitFor();
  return ids;
}

/** The name that a screen reader says of what has the focus. */
const focused = (page) => page.evaluate(() => document.activeElement.getAttribute("aria-label"));

const count = (visitor, words) => visitor.page.locator("#picks-count").getByText(words, { exact: true }).waitFor();

/** What the browser was given to keep. */
async function kept(page, action) {
  const [download] = await Promise.all([page.waitForEvent("download"), action()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

test("sessions are chosen, archived together, brought back, and deleted", async () => {
  await withBrowser(async (browser) => {
    const visitor = await visit(browser, { allowed: [404] });
    const { page } = visitor;
    await visitor.live();
    await start(visitor, "One", "Two", "Three", "Four");
    const chooses = page.getByRole("button", { name: "Select", exact: true });
    await chooses.click();
    assert.equal(await chooses.getAttribute("aria-pressed"), "true");
    const picks = page.getByRole("group", { name: "With the selected sessions" });
    assert.ok(await picks.getByRole("button", { name: "Archive" }).isDisabled());
    await page.getByLabel("Select “One”").check();
    await page.getByLabel("Select “Two”").check();
    await count(visitor, "2 selected");
    assert.deepEqual(await visitor.barriers(), []);
    await picks.getByRole("button", { name: "Archive" }).click();
    await page.getByText("2 sessions archived.").waitFor();
    await visitor.row("One").waitFor({ state: "detached" });
    await count(visitor, "None selected");
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("2 sessions restored.").waitFor();
    await visitor.row("One").waitFor();

    // what cannot be done to one of them is told, and does not keep it from the other
    await page.getByRole("radio", { name: "All" }).check();
    const two = (await visitor.api("GET", "/v1/sessions?q=two")).items[0].id;
    await visitor.api("POST", `/v1/sessions/${two}/archive`);
    await visitor.row("Two").getByText("Archived").waitFor();
    await picks.getByRole("button", { name: "Select all shown" }).click();
    await count(visitor, "4 selected");
    await picks.getByRole("button", { name: "Archive" }).click();
    await page.getByText("3 sessions archived. 1 session not: The session is archived already.").waitFor();

    // for good, after a question
    await page.getByLabel("Select “Three”").check();
    await page.getByLabel("Select “Four”").check();
    await picks.getByRole("button", { name: "Delete" }).click();
    const question = page.getByRole("dialog", { name: "Delete 2 sessions?" });
    await question.getByRole("button", { name: "Cancel" }).click();
    await count(visitor, "2 selected");
    await picks.getByRole("button", { name: "Delete" }).click();
    await question.getByRole("button", { name: "Delete" }).click();
    await page.getByText("2 sessions deleted.").waitFor();
    await picks.getByRole("button", { name: "Done" }).click();
    await picks.waitFor({ state: "hidden" });
    const left = await visitor.api("GET", "/v1/sessions?archived=include");
    assert.deepEqual(left.items.map((it) => it.title).sort(), ["One", "Two"]);
    await visitor.leave();
  });
});

test("a session is copied, sessions are compared, and drafts come in one file", async () => {
  await withBrowser(async (browser) => {
    const visitor = await visit(browser);
    const { page } = visitor;
    await visitor.live();
    const [winds] = await start(visitor, "Winds");
    const id = await visitor.startSession("Tides");
    await visitor.put(id, "2_planning/outline.md", "# Outline");
    await visitor.stage("Planning").getByRole("link", { name: "outline.md" }).waitFor();
    const archive = await kept(page, () => page.getByRole("button", { name: "Download all" }).click());
    assert.deepEqual([archive.name, archive.bytes.subarray(0, 2).toString()], ["Tides.zip", "PK"]);
    await page.getByRole("button", { name: "Duplicate" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "With drafts" }).click();
    await page.getByRole("heading", { level: 2, name: "Tides (copy)" }).waitFor();
    await visitor.stage("Planning").getByRole("link", { name: "outline.md" }).waitFor();

    // chosen with the keyboard: the space bar on a row
    await page.getByRole("button", { name: "Select", exact: true }).click();
    await visitor.row("Tides (copy)").focus();
    await page.keyboard.press("Space");
    await count(visitor, "1 selected");
    assert.ok(await page.getByRole("button", { name: "Compare" }).isDisabled());
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    // what happens elsewhere meanwhile takes neither the place in the list away nor the focus in a row
    await visitor.put(id, "2_planning/plan.md", "# Plan");
    await visitor.row(/^Tides\s*In progress\s*2 drafts/).waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "Select “Winds”");
    await visitor.put(winds, "3_parallel_research/log.md", "# Log");
    await visitor.row(/^Winds\s*In progress\s*1 draft/).waitFor();
    assert.equal(await focused(page), "Select “Winds”");
    await page.keyboard.press("Space");
    await count(visitor, "2 selected");
    await page.getByRole("button", { name: "Compare" }).click();
    const side = page.getByRole("dialog", { name: "2 sessions side by side" });
    await side.waitFor();
    const row = (name) => side.getByRole("row", { name }).getByRole("cell").allInnerTexts();
    assert.deepEqual(await row("Planning"), ["1 draft, 9 B", "–"]);
    assert.deepEqual(await row("Status"), ["In progress", "In progress"]);
    assert.deepEqual(await visitor.barriers(), []);
    await side.getByRole("link", { name: "Winds" }).click();
    await page.getByRole("heading", { level: 2, name: "Winds" }).waitFor();
    await visitor.leave();
  });
});

test("a name is kept, everything is taken along, and erased in two steps", async () => {
  await withBrowser(async (browser) => {
    // a language that is none is refused, and what is erased is asked for once more when its events come
    const visitor = await visit(browser, { allowed: [422, 404] });
    const { page } = visitor;
    await visitor.live();
    const id = await visitor.startSession("Tides");
    await visitor.put(id, "2_planning/outline.md", "# Outline");
    const account = page.getByRole("button", { name: "Guest Account" });
    await account.click();
    await page.getByLabel("Name", { exact: true }).fill("Ann");
    await page.getByLabel("Language", { exact: true }).fill("no such");
    await page.getByRole("button", { name: "Save" }).click();
    await eventually(async () => assert.match(await page.getByRole("alert").first().innerText(), /Language write it as/));
    await page.getByLabel("Language", { exact: true }).fill("vi-VN");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Your name and language are saved.").waitFor();
    const profile = await visitor.api("GET", "/v1/me/profile");
    assert.deepEqual([profile.display_name, profile.language], ["Ann", "vi-VN"]);
    assert.deepEqual(await visitor.barriers(), []);

    const all = await kept(page, () => page.getByRole("button", { name: "Export my work" }).click());
    assert.equal(all.name, "lodger-export.ndjson");
    const records = all.bytes.toString().trim().split("\n").map((it) => JSON.parse(it));
    assert.deepEqual(records.map((it) => it.type), ["account", "session", "draft"]);

    // a change of mind at either step keeps everything
    const dialog = page.getByRole("dialog");
    const erase = async () => {
      await page.getByRole("button", { name: "Erase my data…" }).click();
      await page.getByRole("heading", { name: "Erase all your data here?" }).waitFor();
    };
    await erase();
    assert.match(await dialog.innerText(), /Sessions\s+1, archived ones too/);
    await dialog.getByRole("button", { name: "Keep everything" }).click();
    await account.click();
    await erase();
    await dialog.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("heading", { name: "Really everything?" }).waitFor();
    const yes = dialog.getByRole("button", { name: "Erase everything" });
    assert.ok(await yes.isDisabled());
    await page.getByLabel("Type “erase” to erase everything.").fill("Erase");
    assert.deepEqual(await visitor.barriers(), []);
    await yes.click();
    await page.getByText("Erased: 1 session and 1 draft.").waitFor();
    await visitor.row("Tides").waitFor({ state: "detached" });
    assert.deepEqual((await visitor.api("GET", "/v1/sessions")).items, []);
    await visitor.leave();
  });
});

test("a guest whose work was taken along elsewhere is told so", async () => {
  await withBrowser(async (browser) => {
    const visitor = await visit(browser, { allowed: [409, 404] });
    const { page } = visitor;
    await visitor.live();
    await visitor.startSession("Tides");
    const note = page.getByRole("note").getByText("This guest's work was taken along to an account.");
    assert.equal(await note.count(), 0);
    const { claim } = await visitor.api("POST", "/v1/transfer-claims");
    const other = await visit(browser);
    await other.page.getByRole("button", { name: "Register" }).click();
    await other.page.getByLabel("E-mail address").fill(`eve.${Date.now()}@example.test`);
    await other.page.getByLabel("Password").fill("tides and currents");
    await other.page.getByRole("dialog").getByRole("button", { name: "Register", exact: true }).click();
    await other.page.getByText("Registered.").waitFor();
    const receipt = await other.api("POST", "/v1/transfers", { claim });
    await note.waitFor();
    assert.deepEqual(await visitor.barriers(), []);
    await page.getByLabel("Topic of a new session").fill("Late");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByRole("alert").getByText("This guest's work was taken along to an account. Sign in to that account to go on.").waitFor();
    await other.api("POST", `/v1/transfers/${receipt.id}/revert`);
    await note.waitFor({ state: "hidden" });
    await visitor.row("Tides").waitFor();
    await other.leave();
    await visitor.leave();
  });
});
