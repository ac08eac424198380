// The real client library, unmodified, against the local sign-in at the address in LODGER_TEST_URL.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@supabase/supabase-js";

const url = process.env.LODGER_TEST_URL;
const password = "correct horse";
let number = 0;
const address = () => `person-${process.pid}-${(number += 1)}@example.test`;

// A browser of one's own: its storage is not shared.
const client = () => {
  const kept = new Map();
  const storage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
  // older Nodes have no WebSocket, which the library asks for before anything needs one
  const realtime = { transport: class {} };
  return createClient(url, "any-key", { auth: { autoRefreshToken: false, storage }, realtime });
};

// What succeeds, or the error as a failure of the test.
const good = async (call) => {
  const { data, error } = await call;
  assert.equal(error, null);
  return data;
};

const refused = async (call, name, code, status) => {
  const { error } = await call;
  assert.deepEqual([error?.name, error?.code, error?.status], [name, code, status], error?.message);
};

const signedUp = async (browser = client()) => {
  const email = address();
  const data = await good(browser.auth.signUp({ email, password }));
  return { browser, email, ...data };
};

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

test("an anonymous user has an id, a role, and no address", async () => {
  const { auth } = client();
  const { user, session } = await good(auth.signInAnonymously({ options: { data: { colour: "green" } } }));
  assert.equal(user.is_anonymous, true);
  assert.equal(user.role, "authenticated");
  assert.equal(user.email, "");
  assert.deepEqual(user.identities, []);
  assert.deepEqual(user.app_metadata, {});
  assert.deepEqual(user.user_metadata, { colour: "green" });
  assert.equal(session.token_type, "bearer");
  assert.ok(session.expires_at > Date.now() / 1000);
  const seen = await good(auth.getUser());
  assert.equal(seen.user.id, user.id);
});

test("the claims can be checked with the published key", async () => {
  const { auth } = client();
  const { user, session } = await good(auth.signInAnonymously());
  const { claims, header } = await good(auth.getClaims());
  assert.equal(header.alg, "ES256");
  assert.equal(claims.sub, user.id);
  assert.equal(claims.iss, `${url}/auth/v1`);
  assert.equal(claims.aud, "authenticated");
  assert.equal(claims.role, "authenticated");
  assert.equal(claims.is_anonymous, true);
  assert.equal(claims.aal, "aal1");
  assert.equal(claims.amr[0].method, "anonymous");
  const [head, body, signature] = session.access_token.split(".");
  const forged = JSON.parse(Buffer.from(body, "base64url"));
  forged.is_anonymous = false;
  const other = [head, Buffer.from(JSON.stringify(forged)).toString("base64url"), signature].join(".");
  const { error } = await auth.getClaims(other);
  assert.equal(error.name, "AuthInvalidJwtError");
});

test("sign up, sign in, and what goes wrong there", async () => {
  const { browser, email, user, session } = await signedUp();
  assert.ok(session, "no confirmation is waited for");
  assert.equal(user.email, email);
  assert.equal(user.is_anonymous, false);
  assert.ok(user.email_confirmed_at);
  assert.equal(user.identities[0].provider, "email");
  assert.equal(user.identities[0].id, user.id);
  assert.deepEqual(user.app_metadata, { provider: "email", providers: ["email"] });
  const again = await good(client().auth.signInWithPassword({ email: email.toUpperCase(), password }));
  assert.equal(again.user.id, user.id);
  assert.notEqual(again.session.refresh_token, session.refresh_token);

  const { auth } = client();
  await refused(auth.signInWithPassword({ email, password: "wrong horse" }), "AuthApiError", "invalid_credentials", 400);
  await refused(auth.signInWithPassword({ email: address(), password }), "AuthApiError", "invalid_credentials", 400);
  await refused(auth.signUp({ email, password }), "AuthApiError", "user_already_exists", 422);
  await refused(auth.signUp({ email: address(), password: "short" }), "AuthWeakPasswordError", "weak_password", 422);
  await refused(auth.signUp({ email: "nobody", password }), "AuthApiError", "validation_failed", 400);
  await refused(auth.signUp({ email: address(), password: "x".repeat(73) }), "AuthApiError", "validation_failed", 400);
  await refused(auth.signInWithOtp({ email }), "AuthApiError", "not_found", 404);
  assert.equal((await good(browser.auth.getUser())).user.id, user.id);
});

test("a weak password says why", async () => {
  const { error } = await client().auth.signUp({ email: address(), password: "short" });
  assert.deepEqual(error.reasons, ["length"]);
});

test("an anonymous user becomes permanent and keeps their id", async () => {
  const { auth } = client();
  const { user } = await good(auth.signInAnonymously());
  await refused(auth.updateUser({ password }), "AuthApiError", "validation_failed", 422);
  const email = address();
  const changed = await good(auth.updateUser({ email, password }));
  assert.equal(changed.user.id, user.id);
  assert.equal(changed.user.is_anonymous, false);
  assert.equal(changed.user.email, email);
  assert.equal(changed.user.identities[0].provider, "email");
  // the token is as old as it is; the next one knows
  assert.equal((await good(auth.getClaims())).claims.is_anonymous, true);
  await good(auth.refreshSession());
  assert.equal((await good(auth.getClaims())).claims.is_anonymous, false);
  const elsewhere = await good(client().auth.signInWithPassword({ email, password }));
  assert.equal(elsewhere.user.id, user.id);
});

test("an address that is somebody else's stays theirs", async () => {
  const { email } = await signedUp();
  const { auth } = client();
  const { user } = await good(auth.signInAnonymously());
  await refused(auth.updateUser({ email, password }), "AuthApiError", "email_exists", 422);
  const seen = await good(auth.getUser());
  assert.deepEqual([seen.user.id, seen.user.is_anonymous], [user.id, true]);
});

test("what a user keeps is merged, and null removes", async () => {
  const { browser } = await signedUp();
  await good(browser.auth.updateUser({ data: { a: 1, b: 2 } }));
  const { user } = await good(browser.auth.updateUser({ data: { a: null, c: 3 } }));
  assert.deepEqual(user.user_metadata, { b: 2, c: 3 });
});

test("another password ends the other sessions", async () => {
  const { browser, email } = await signedUp();
  const other = client();
  await good(other.auth.signInWithPassword({ email, password }));
  await refused(browser.auth.updateUser({ password }), "AuthApiError", "same_password", 422);
  await refused(browser.auth.updateUser({ password: "short" }), "AuthWeakPasswordError", "weak_password", 422);
  await good(browser.auth.updateUser({ password: "battery staple" }));
  assert.equal((await other.auth.getUser()).error.name, "AuthSessionMissingError");
  await good(browser.auth.getUser());
  await refused(client().auth.signInWithPassword({ email, password }), "AuthApiError", "invalid_credentials", 400);
  await good(client().auth.signInWithPassword({ email, password: "battery staple" }));
});

test("a refresh token is good for one exchange", async () => {
  const { auth } = client();
  const { user, session } = await good(auth.signInAnonymously());
  const second = await good(auth.refreshSession());
  assert.equal(second.user.id, user.id);
  assert.notEqual(second.session.refresh_token, session.refresh_token);
  assert.notEqual(second.session.access_token, session.access_token);
  // the answer may have got lost: the parent of the present token gives that one again
  const repeated = await good(client().auth.refreshSession({ refresh_token: session.refresh_token }));
  assert.equal(repeated.session.refresh_token, second.session.refresh_token);
  const third = await good(auth.refreshSession());
  // the test's service forgets used tokens after a second
  await sleep(1500);
  const thief = client().auth.refreshSession({ refresh_token: session.refresh_token });
  await refused(thief, "AuthApiError", "refresh_token_already_used", 400);
  const family = client().auth.refreshSession({ refresh_token: third.session.refresh_token });
  await refused(family, "AuthApiError", "refresh_token_already_used", 400);
  const unknown = client().auth.refreshSession({ refresh_token: "abcdefghijkl" });
  await refused(unknown, "AuthApiError", "refresh_token_not_found", 400);
});

test("many refreshes at once give one next token", async () => {
  const { session } = await signedUp();
  const all = Array.from({ length: 8 }, () =>
    good(client().auth.refreshSession({ refresh_token: session.refresh_token })));
  const tokens = new Set((await Promise.all(all)).map((it) => it.session.refresh_token));
  assert.equal(tokens.size, 1);
});

test("signing out ends this session, the others, or all", async () => {
  const { browser, email } = await signedUp();
  const other = client();
  await good(other.auth.signInWithPassword({ email, password }));
  const third = client();
  const kept = await good(third.auth.signInWithPassword({ email, password }));

  assert.equal((await browser.auth.signOut({ scope: "local" })).error, null);
  assert.equal((await browser.auth.getSession()).data.session, null);
  await good(other.auth.getUser());

  assert.equal((await other.auth.signOut({ scope: "others" })).error, null);
  await good(other.auth.getUser());
  assert.equal((await third.auth.getUser()).error.name, "AuthSessionMissingError");
  const gone = client().auth.refreshSession({ refresh_token: kept.session.refresh_token });
  await refused(gone, "AuthApiError", "refresh_token_not_found", 400);

  assert.equal((await other.auth.signOut()).error, null);
  await good(client().auth.signInWithPassword({ email, password }));
});

test("a page hears of what happens", async () => {
  const { auth } = client();
  const events = [];
  const { data } = auth.onAuthStateChange((event, session) => void events.push([event, session?.user.is_anonymous]));
  await good(auth.signInAnonymously());
  await good(auth.updateUser({ email: address(), password }));
  await good(auth.refreshSession());
  await auth.signOut();
  await sleep(50);
  data.subscription.unsubscribe();
  assert.deepEqual(events, [
    ["INITIAL_SESSION", undefined],
    ["SIGNED_IN", true],
    ["USER_UPDATED", false],
    ["TOKEN_REFRESHED", false],
    ["SIGNED_OUT", undefined],
  ]);
});

test("the plain protocol: errors in both forms, keys, settings, health", async () => {
  const ask = async (path, options = {}) => {
    const answer = await fetch(`${url}/auth/v1${path}`, options);
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
  const old = await ask("/user");
  assert.equal(old.status, 401);
  assert.deepEqual([old.body.code, old.body.error_code, typeof old.body.msg], [401, "no_authorization", "string"]);
  assert.equal(old.headers.get("x-supabase-api-version"), null);
  const recent = await ask("/user", { headers: { "x-supabase-api-version": "2024-01-01", authorization: "Bearer x.y.z" } });
  assert.equal(recent.status, 403);
  assert.deepEqual([recent.body.code, typeof recent.body.message], ["bad_jwt", "string"]);
  assert.equal(recent.headers.get("x-supabase-api-version"), "2024-01-01");
  assert.equal(recent.headers.get("x-sb-error-code"), "bad_jwt");
  const broken = await ask("/signup", { method: "POST", body: "{" });
  assert.deepEqual([broken.status, broken.body.error_code], [400, "bad_json"]);
  const huge = await ask("/signup", { method: "POST", body: `{"data": "${"x".repeat(2_000_000)}"}` });
  assert.deepEqual([huge.status, huge.body.error_code], [413, "request_too_large"]);
  const grant = await ask("/token?grant_type=magic", { method: "POST", body: "{}" });
  assert.deepEqual([grant.status, grant.body.error_code], [400, "validation_failed"]);
  const keys = await ask("/.well-known/jwks.json");
  assert.deepEqual([keys.body.keys.length, keys.body.keys[0].d], [1, undefined]);
  assert.equal((await ask("/settings")).body.mailer_autoconfirm, true);
  assert.equal((await ask("/health")).status, 200);
  const preflight = await fetch(`${url}/auth/v1/signup`, {
    method: "OPTIONS",
    headers: {
      origin: "http://localhost:5173",
      "access-control-request-method": "POST",
      "access-control-request-headers": "apikey,authorization,content-type,x-client-info,x-supabase-api-version",
    },
  });
  assert.equal(preflight.headers.get("access-control-allow-origin"), "http://localhost:5173");
  const foreign = await fetch(`${url}/auth/v1/health`, { headers: { origin: "https://elsewhere.example.test" } });
  assert.equal(foreign.headers.get("access-control-allow-origin"), null);
});
