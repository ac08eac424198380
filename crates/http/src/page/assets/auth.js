// Who the visitor is: a guest, an account, or the bearer of a pasted token; and an access token that is still good.

import { Problem, problemOf, unreachable } from "./problem.js";
import { onSessionChange, readPasted, readSession, writePasted, writeSession } from "./storage.js";

const BASE = "/auth/v1";
/** A token with less than this many seconds left is refreshed before it is used. */
const MARGIN = 60;
/** By then, in milliseconds, every tab sees what one has written. */
const SHOWN = 300;

const listeners = new Set();
let mode = "local";
let session = null;
let timer;

/** Calls with the present user, or null, whenever that changes. */
export function onUser(action) {
  listeners.add(action);
}

/** Where users come from: "local" is this server's own sign-in, "token" is a sign-in elsewhere. */
export const signInMode = () => mode;

export function currentUser() {
  return session && { ...session.user };
}

async function call(method, path, body, token) {
  const headers = { "content-type": "application/json", "x-supabase-api-version": "2024-01-01" };
  if (token) headers.authorization = `Bearer ${token}`;
  let response;
  try {
    response = await fetch(BASE + path, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw unreachable();
  }
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? null : response.json();
}

/** Takes up the sign-in of the last visit. Without one, and with a sign-in here, the visitor becomes a guest. */
export async function start() {
  mode = (await hasSignIn()) ? "local" : "token";
  onSessionChange(() => mode === "local" && take(readSession()));
  take(mode === "local" ? readSession() : readPasted());
  if (session === null && mode === "local") await becomeGuest();
}

async function hasSignIn() {
  let response;
  try {
    response = await fetch(`${BASE}/settings`);
  } catch {
    throw unreachable();
  }
  if (response.status === 404) return false;
  if (!response.ok) throw await problemOf(response);
  return true;
}

function take(next) {
  const before = session;
  session = next;
  clearTimeout(timer);
  if (mode === "local" && session) {
    const wait = Math.max(5, session.expires_at - MARGIN - Date.now() / 1000);
    // a sleeping machine wakes late: `accessToken` looks at the clock again
    timer = setTimeout(() => accessToken().catch(() => {}), wait * 1000);
  }
  const changed = before?.user.id !== session?.user.id || before?.user.is_anonymous !== session?.user.is_anonymous;
  if (changed || before?.user.email !== session?.user.email) for (const it of listeners) it(currentUser());
}

function keep(answer) {
  const { access_token, refresh_token, expires_in, user } = answer;
  const kept = {
    access_token,
    refresh_token,
    // by this machine's clock, which may differ from the server's
    expires_at: Math.floor(Date.now() / 1000) + expires_in,
    user: { id: user.id, email: user.email || null, is_anonymous: Boolean(user.is_anonymous) },
  };
  writeSession(kept);
  take(kept);
}

/** An access token that will be good for a while; null when nobody is signed in. */
export async function accessToken() {
  if (session === null) return null;
  if (mode === "token" || session.expires_at - Date.now() / 1000 > MARGIN) return session.access_token;
  await refresh();
  return session?.access_token ?? null;
}

/** One tab refreshes at a time; the others find the new token where all of them look. */
export async function refresh() {
  const used = session?.refresh_token;
  const renew = async () => {
    const stored = readSession();
    if (stored === null || stored.refresh_token !== used) return take(stored);
    try {
      keep(await call("POST", "/token?grant_type=refresh_token", { refresh_token: used }));
    } catch (error) {
      // refused: this sign-in is over. A server that is merely away keeps it.
      if (!(error instanceof Problem) || error.status < 400 || error.status >= 500 || error.status === 429) throw error;
      forget();
    }
  };
  // only pages from a trustworthy address have locks; elsewhere the server's grace for used tokens must do
  if (!navigator.locks) return renew();
  return new Promise((done, failed) => {
    const held = navigator.locks.request("lodger.refresh", async () => {
      await renew().then(done, failed);
      // browsers show another tab a moment later what this one has written: until then nobody else looks
      await new Promise((it) => setTimeout(it, SHOWN));
    });
    held.catch(failed);
  });
}

export async function becomeGuest() {
  keep(await call("POST", "/signup", { data: {} }));
}

/** The guest becomes permanent: same id, same work. The token says so only after a refresh. */
export async function register(email, password) {
  const token = await accessToken();
  await call("PUT", "/user", { email, password }, token);
  await refresh();
}

/** A new account for somebody who is nobody yet. */
export async function signUp(email, password) {
  keep(await call("POST", "/signup", { email, password }));
}

/** Proves an account without becoming it yet, so that a change of mind loses nothing. */
export function prove(email, password) {
  return call("POST", "/token?grant_type=password", { email, password });
}

/** Becomes the account that was proved. Gives back who was here before, still signed in, for [comeBack] or [letGo]. */
export function become(proved) {
  const before = session;
  keep(proved);
  return before;
}

/** Is again who was here before. */
export async function comeBack(before) {
  const left = session;
  writeSession(before);
  take(before);
  await letGo(left);
}

/** Signs out somebody who is not here any more. */
export async function letGo(before) {
  if (before) await end(before.access_token);
}

export async function signOut() {
  const before = session;
  forget();
  if (before && mode === "local") await end(before.access_token);
}

async function end(token) {
  try {
    await call("POST", "/logout?scope=local", null, token);
  } catch {
    // the token goes unused from here on, and ends by itself
  }
}

/** Forgets the sign-in in this browser. */
export function forget() {
  if (mode === "local") writeSession(null);
  else writePasted(null);
  take(null);
}

/** Takes an access token from elsewhere, once the API has said whose it is. */
export function usePasted(token, me) {
  const user = { id: me.id, email: me.email ?? null, is_anonymous: me.is_anonymous };
  const pasted = { access_token: token, expires_at: Date.parse(me.token_expires_at) / 1000, user };
  writePasted(pasted);
  take(pasted);
}
