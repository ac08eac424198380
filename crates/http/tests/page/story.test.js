// From the first visit to an account that has everything.

import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { URL_HERE, visit, withBrowser } from "./browser.js";

const EMAIL = `ann.${Date.now()}@example.test`;
const PASSWORD = "tides and currents";

async function fillAccount(page, button, email = EMAIL) {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("dialog").getByRole("button", { name: button, exact: true }).click();
}

test("a visitor works, registers, comes back as somebody new and takes that work along", async () => {
  await withBrowser(async (browser) => {
    // a guest at once; a session may be asked for in the moment in which it is deleted
    const visitor = await visit(browser, { allowed: [422, 400, 404] });
    const { page } = visitor;
    await page.getByText("You are here as a guest").waitFor();
    await visitor.live();
    const guest = (await visitor.session()).user;
    assert.equal(guest.is_anonymous, true);

    // drafts arrive by stage while one looks
    const id = await visitor.startSession("Tides");
    assert.equal(await visitor.row("Tides").getAttribute("aria-current"), "true");
    await visitor.put(id, "2_planning/outline.md", "# Outline\n\nThe *moon*.");
    await visitor.stage("Planning").getByRole("link", { name: "outline.md" }).waitFor();
    await page.getByRole("log", { name: "Arrivals" }).getByText("New draft in Planning: outline.md").waitFor();
    await visitor.put(id, "4_writing/report.md", "# Report");
    await visitor.stage("Writing").getByRole("link", { name: "report.md" }).waitFor();
    await visitor.row("Tides").getByText("2 drafts").waitFor();

    // one is read, and changes while it is
    await visitor.stage("Planning").getByRole("link").click();
    await page.getByRole("heading", { level: 3, name: "Outline" }).waitFor();
    await visitor.put(id, "2_planning/outline.md", "# Outline, second\n\nThe *sun*.");
    await page.getByRole("heading", { level: 3, name: "Outline, second" }).waitFor();

    // registering keeps the id and the work
    await page.getByRole("button", { name: "Guest Account" }).click();
    await fillAccount(page, "Register");
    await page.getByText("Registered. 1 session and its drafts stay yours.").waitFor();
    await page.getByRole("button", { name: `Account: ${EMAIL}` }).waitFor();
    const account = (await visitor.session()).user;
    assert.deepEqual(account, { id: guest.id, email: EMAIL, is_anonymous: false });
    assert.equal((await visitor.api("GET", "/v1/me")).is_anonymous, false);
    await visitor.row("Tides").waitFor();

    // out, and somebody new
    await page.getByRole("button", { name: `Account: ${EMAIL}` }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "You are signed out" }).waitFor();
    assert.equal(await visitor.session(), null);
    await page.getByRole("button", { name: "Go on as a guest" }).click();
    await page.getByText("You are here as a guest").waitFor();
    assert.equal(await visitor.row("Tides").count(), 0, "nothing of the account is left in sight");
    await visitor.startSession("Currents");
    const other = await visitor.startSession("Waves");
    await visitor.put(other, "1_initial_research/sources.json", '{"found": 3}', { media_type: "application/json" });
    const second = (await visitor.session()).user;
    assert.notEqual(second.id, guest.id);

    // the address is taken: the page offers to sign in; a wrong password changes nothing
    await page.getByRole("button", { name: "Register" }).click();
    await fillAccount(page, "Register");
    await page.getByRole("alert").getByText("There is an account with this address already.").waitFor();
    await page.getByRole("button", { name: "Sign in instead" }).click();
    assert.equal(await page.getByLabel("E-mail address").inputValue(), EMAIL);
    await page.getByLabel("Password").fill("something else");
    await page.getByRole("dialog").getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("alert").getByText("Address and password do not fit together.").waitFor();
    assert.equal((await visitor.session()).user.id, second.id);

    // a preview, and a change of mind
    await fillAccount(page, "Sign in");
    await page.getByRole("heading", { name: "Take 2 sessions along?" }).waitFor();
    assert.match(await page.getByRole("dialog").innerText(), /Drafts\s+1, 12 B/);
    await page.getByRole("button", { name: "Stay a guest" }).click();
    await page.getByText("Nothing has moved.").waitFor();
    assert.equal((await visitor.session()).user.id, second.id);

    // taken along, taken back, taken along for good
    const takeAlong = async () => {
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await fillAccount(page, "Sign in");
      await page.getByRole("button", { name: "Take it along" }).click();
      await page.getByRole("heading", { name: "2 sessions came along" }).waitFor();
    };
    await takeAlong();
    await page.getByRole("button", { name: "Take it back" }).click();
    await page.getByText("Everything is with the guest again").waitFor();
    assert.equal((await visitor.session()).user.id, second.id);
    await visitor.row("Waves").waitFor();
    await takeAlong();
    const receipt = await page.getByRole("dialog").innerText();
    assert.match(receipt, /Receipt\s+[0-9a-f-]{36}/);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: `Account: ${EMAIL}` }).waitFor();
    assert.equal((await visitor.session()).user.id, guest.id);
    for (const title of ["Tides", "Currents", "Waves"]) await visitor.row(title).waitFor();

    await searchArchiveDelete(visitor);
    await visitor.leave();
  });
});

/** The account has Tides, Currents and Waves. */
async function searchArchiveDelete(visitor) {
  const { page } = visitor;
  // a row that is not drawn yet has a text, but no visible one
  const titles = () => page.getByRole("list", { name: "Sessions" }).locator(".title").allTextContents();
  const search = page.getByLabel("Search the titles");
  await search.fill("WAV");
  await visitor.row("Tides").waitFor({ state: "detached" });
  assert.deepEqual(await titles(), ["Waves"]);
  await search.fill("nothing of the kind");
  await page.getByText("Nothing fits.").waitFor();
  await search.fill("");
  await visitor.row("Tides").waitFor();

  // out of sight and back, once by Undo and once from the archive
  await visitor.row("Waves").click();
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await visitor.row("Waves").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await visitor.row("Waves").waitFor();
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await visitor.row("Waves").waitFor({ state: "detached" });
  await page.getByRole("radio", { name: "Archived" }).check({ force: true });
  await visitor.row("Waves").waitFor();
  assert.deepEqual(await titles(), ["Waves"]);
  await page.getByRole("button", { name: "Restore", exact: true }).click();
  await page.getByText("Nothing is archived.").waitFor();
  await page.getByRole("radio", { name: "Active" }).check({ force: true });
  await visitor.row("Waves").waitFor();

  // another name, another status
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByLabel("New title").fill("Waves & swell");
  await page.getByRole("button", { name: "Save" }).click();
  await visitor.row("Waves & swell").waitFor();
  await page.getByRole("button", { name: "Mark completed" }).click();
  await visitor.row("Waves & swell").getByText("Completed").waitFor();
  await page.getByLabel("Status").selectOption("completed");
  await visitor.row("Tides").waitFor({ state: "detached" });
  await page.getByLabel("Status").selectOption("");
  await visitor.row("Tides").waitFor();

  // gone only after a yes
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await visitor.row("Waves & swell").waitFor();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await visitor.row("Waves & swell").waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Choose a session" }).waitFor();
  const left = await visitor.api("GET", "/v1/sessions?archived=include");
  assert.deepEqual(left.items.map((it) => it.title).sort(), ["Currents", "Tides"]);
}

test("what happens elsewhere shows here, and a change of something older is told", async () => {
  await withBrowser(async (browser) => {
    const visitor = await visit(browser, { allowed: [412, 404] });
    const { page } = visitor;
    await visitor.live();
    const id = await visitor.startSession("One");
    await visitor.api("POST", "/v1/sessions", { title: "From elsewhere" });
    await visitor.row("From elsewhere").waitFor();
    await visitor.api("POST", `/v1/sessions/${id}/fail`);
    await page.getByRole("button", { name: "Take up again" }).waitFor();

    // what the page knows is older than what is there
    await page.route("**/v1/stream", (it) => it.abort());
    await page.route(`**/v1/sessions/${id}`, async (route) => {
      if (route.request().method() === "PATCH") await visitor.api("PATCH", `/v1/sessions/${id}`, { title: "Faster" });
      await route.continue();
    });
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByLabel("New title").fill("Slower");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").getByText("This was changed elsewhere in the meantime.").waitFor();
    await visitor.row("Faster").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("heading", { level: 2, name: "Faster" }).waitFor();
    await page.unrouteAll({ behavior: "wait" });

    await visitor.api("DELETE", `/v1/sessions/${id}`);
    await visitor.row("Faster").waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "This session is not here" }).waitFor();
    await visitor.leave();
  });
});

test("a draft that comes while a session is looked at for the first time is shown", async () => {
  await withBrowser(async (browser) => {
    const visitor = await visit(browser);
    const { page } = visitor;
    await visitor.live();
    let isFirst = true;
    // the first look is answered before the draft is there, and the answer comes when its event has come
    await page.route("**/v1/sessions/*/stages", async (route) => {
      const response = await route.fetch();
      if (isFirst) {
        isFirst = false;
        const id = new URL(route.request().url()).pathname.split("/")[3];
        await visitor.put(id, "2_planning/outline.md", "# Outline");
        await page.getByText("1 draft, 9 B").first().waitFor();
      }
      await route.fulfill({ response });
    });
    await visitor.startSession("Tides");
    await visitor.stage("Planning").getByRole("link", { name: "outline.md" }).waitFor();
    await page.unrouteAll({ behavior: "wait" });
    await visitor.leave();
  });
});

test("a stream that breaks off goes on where it was", async () => {
  const line = await startLine();
  try {
    await withBrowser((browser) => breakOff(browser, line));
  } finally {
    line.end();
  }
});

async function breakOff(browser, line) {
  const visitor = await visit(browser, { url: line.url, allowed: ["network"] });
  const { page } = visitor;
  await visitor.live();
  const id = await visitor.startSession("Tides");
  await visitor.put(id, "2_planning/seen.md", "seen");
  await visitor.stage("Planning").getByRole("link", { name: "seen.md" }).waitFor();
  const asked = [];
  page.on("request", (it) => it.url().endsWith("/v1/stream") && asked.push(it.headers()["last-event-id"]));
  line.cut();
  await page.locator('#live:not([data-state="live"])').waitFor();
  await visitor.put(id, "2_planning/missed.md", "missed", {}, URL_HERE);
  line.mend();
  await visitor.stage("Planning").getByRole("link", { name: "missed.md" }).waitFor();
  await visitor.live();
  assert.ok(asked.length > 0 && asked.every((it) => Number(it) > 0), `resumed after ${asked}`);
  await visitor.leave();
}

/** A line to the server that can be cut. */
async function startLine() {
  const { hostname, port } = new URL(URL_HERE);
  const open = new Set();
  let whole = true;
  const line = net.createServer((near) => {
    if (!whole) return near.destroy();
    const far = net.connect(port, hostname);
    for (const [socket, other] of [[near, far], [far, near]]) {
      open.add(socket);
      socket.on("error", () => other.destroy()).on("close", () => (open.delete(socket), other.destroy()));
      socket.pipe(other);
    }
  });
  await new Promise((resolve) => line.listen(0, hostname, resolve));
  const cut = () => {
    whole = false;
    for (const it of open) it.destroy();
  };
  return { url: `http://${hostname}:${line.address().port}`, cut, mend: () => (whole = true), end: () => (cut(), line.close()) };
}
