// What a page does: work without an account, keep the work when an account is made or signed in to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@supabase/supabase-js";

const url = process.env.LODGER_TEST_URL;
const password = "correct horse";
let number = 0;
const address = () => `story-${process.pid}-${(number += 1)}@example.test`;

const browser = () => {
  const realtime = { transport: class {} };
  return createClient(url, "any-key", { auth: { autoRefreshToken: false, persistSession: false }, realtime }).auth;
};

const good = async (call) => {
  const { data, error } = await call;
  assert.equal(error, null);
  return data;
};

const api = async (session, method, path, body) => {
  const answer = await fetch(`${url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${session.access_token}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text && JSON.parse(text) };
};

const titles = async (session) =>
  (await api(session, "GET", "/sessions")).body.items.map((item) => item.title);

test("who registers in place keeps everything, and needs no transfer", async () => {
  const auth = browser();
  const { session, user } = await good(auth.signInAnonymously());
  assert.equal((await api(session, "POST", "/sessions", { title: "Tides" })).status, 201);
  await good(auth.updateUser({ email: address(), password }));
  const renewed = (await good(auth.refreshSession())).session;
  assert.deepEqual(await titles(renewed), ["Tides"]);
  const me = (await api(renewed, "GET", "/me")).body;
  assert.deepEqual([me.id, me.is_anonymous, me.transferred], [user.id, false, null]);
});

test("who signs in to an account takes the work along", async () => {
  const { session: old } = await good(browser().signUp({ email: address(), password }));
  await api(old, "POST", "/sessions", { title: "Winds" });
  const { session: guest } = await good(browser().signInAnonymously());
  await api(guest, "POST", "/sessions", { title: "Tides" });
  const claim = (await api(guest, "POST", "/transfer-claims")).body.claim;
  const receipt = await api(old, "POST", "/transfers", { claim });
  assert.deepEqual([receipt.status, receipt.body.sessions, receipt.body.files], [201, 1, 0]);
  assert.deepEqual(await titles(old), ["Tides", "Winds"]);
  const late = await api(guest, "POST", "/sessions", { title: "late" });
  assert.deepEqual([late.status, late.body.code], [409, "source_transferred"]);
});

test("a token from elsewhere opens nothing", async () => {
  const { session } = await good(browser().signInAnonymously());
  const [head, body, signature] = session.access_token.split(".");
  const claims = { ...JSON.parse(Buffer.from(body, "base64url")), sub: "4a1e0001-aaaa-4bbb-8ccc-0123456789ab" };
  const other = Buffer.from(JSON.stringify(claims)).toString("base64url");
  const answer = await api({ access_token: `${head}.${other}.${signature}` }, "GET", "/sessions");
  assert.deepEqual([answer.status, answer.body.code], [401, "token_invalid_signature"]);
});
