// Tokens: refreshed before they end, by one tab for all, or pasted where the sign-in is elsewhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, URL_WITHOUT_SIGN_IN, visit, withBrowser } from "./browser.js";

/** As if so many seconds were left. */
const leave = (page, seconds) =>
  page.evaluate((it) => {
    const session = JSON.parse(localStorage.getItem("lodger.session"));
    session.expires_at = Math.floor(Date.now() / 1000) + it;
    localStorage.setItem("lodger.session", JSON.stringify(session));
  }, seconds);

test("a token that ends soon is refreshed once, whatever the number of tabs", async () => {
  await withBrowser(async (browser) => {
    const visitor = await visit(browser);
    const first = visitor.page;
    await visitor.live();
    await visitor.startSession("Tides");
    const second = await visitor.open();
    const before = await visitor.session();
    let refreshes = 0;
    // what a reload cuts off does not count: nobody got a new token from it
    visitor.context.on("requestfinished", (it) => it.url().includes("grant_type=refresh_token") && (refreshes += 1));
    await leave(first, 10);
    await Promise.all([first.reload(), second.reload()]);
    await Promise.all([first, second].map((it) => it.getByText("You are here as a guest").waitFor()));
    await Promise.all([first, second].map((it) => visitor.live(it)));
    const after = await visitor.session();
    assert.equal(refreshes, 1);
    assert.equal(after.user.id, before.user.id);
    assert.notEqual(after.refresh_token, before.refresh_token);

    // the other tab follows when this one signs out
    await first.getByRole("button", { name: "Guest Account" }).click();
    await first.getByRole("button", { name: "Leave as guest" }).click();
    await first.getByRole("button", { name: "Leave it behind" }).click();
    await Promise.all([first, second].map((it) => it.getByRole("heading", { name: "You are signed out" }).waitFor()));
    await visitor.leave();
  });
});

test("a sign-in that is over says so and begins anew", async () => {
  await withBrowser(async (browser) => {
    const visitor = await visit(browser, { allowed: [400, 401] });
    const { page } = visitor;
    await visitor.live();
    await page.evaluate(() => {
      const session = JSON.parse(localStorage.getItem("lodger.session"));
      localStorage.setItem("lodger.session", JSON.stringify({ ...session, refresh_token: "no-such-token", expires_at: 0 }));
    });
    await page.reload();
    await page.getByRole("heading", { name: "You are signed out" }).waitFor();
    await page.getByRole("button", { name: "Go on as a guest" }).click();
    await visitor.startSession("Again");
    await visitor.leave();
  });
});

test("without a sign-in here a token is pasted, and forgotten with the tab", async () => {
  await withBrowser(async (browser) => {
    const owner = await visit(browser);
    await owner.startSession("Tides");
    const { access_token } = await owner.session();
    const visitor = await visit(browser, { url: URL_WITHOUT_SIGN_IN, allowed: [404, 401] });
    const { page } = visitor;
    await page.getByLabel("Access token").fill("sb_secret_not_a_token");
    await page.getByRole("button", { name: "Open" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Access token").fill(` Bearer ${access_token} `);
    await page.getByRole("button", { name: "Open" }).click();
    await visitor.row("Tides").click();
    await page.getByRole("heading", { level: 2, name: "Tides" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { level: 2, name: "Tides" }).waitFor();
    assert.equal(await page.evaluate(() => localStorage.getItem("lodger.session")), null);
    const other = await visitor.open();
    await other.getByLabel("Access token").waitFor();
    await page.getByRole("button", { name: "Guest Account" }).click();
    await page.getByRole("button", { name: "Forget the token" }).click();
    await eventually(() => page.getByLabel("Access token").waitFor());
    await visitor.leave();
    await owner.leave();
  });
});
