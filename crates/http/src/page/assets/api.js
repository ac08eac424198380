// Calls of the API under /v1, with the visitor's token.

import { accessToken, forget, refresh, signInMode } from "./auth.js";
import { Problem, problemOf, unreachable } from "./problem.js";

async function send(method, path, { body, headers = {}, token, signal } = {}) {
  const bearer = token ?? (await accessToken());
  const all = { ...headers };
  if (bearer) all.authorization = `Bearer ${bearer}`;
  if (body !== undefined) all["content-type"] = "application/json";
  try {
    return await fetch(path, { method, headers: all, body: body === undefined ? undefined : JSON.stringify(body), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
}

/** The response, or a [Problem]. A token that ended early is refreshed once. */
export async function request(method, path, options = {}) {
  let response = await send(method, path, options);
  if (response.status === 401 && !options.token) {
    if (signInMode() === "local") {
      await refresh();
      if (await accessToken()) response = await send(method, path, options);
    }
    if (response.status === 401) {
      const problem = await problemOf(response);
      forget();
      throw problem;
    }
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function json(method, path, options) {
  const response = await request(method, path, options);
  return response.status === 204 ? null : response.json();
}

const tag = (session) => ({ "if-match": `"v${session.version}"` });

/** An id that nobody else has; also where `crypto.randomUUID` is kept from pages without TLS. */
function freshId() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(random, (it) => it.toString(16).padStart(2, "0")).join("");
}

export function me(token) {
  return json("GET", "/v1/me", { token });
}

export function listSessions({ q, status, archived, cursor, limit = 100, count, signal }) {
  const query = new URLSearchParams({ limit, archived });
  if (q) query.set("q", q);
  if (status) query.set("status", status);
  if (cursor) query.set("cursor", cursor);
  if (count) query.set("count", "exact");
  return json("GET", `/v1/sessions?${query}`, { signal });
}

/** How many sessions the visitor has, archived ones too. */
export async function countSessions() {
  const page = await listSessions({ archived: "include", limit: 1, count: true });
  return page.total ?? page.items.length;
}

/** Starts a session. Should the answer get lost, the same request again starts no second one. */
export async function createSession(title) {
  const headers = { "idempotency-key": freshId() };
  try {
    return await json("POST", "/v1/sessions", { body: { title }, headers });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "unreachable") throw error;
    return json("POST", "/v1/sessions", { body: { title }, headers });
  }
}

export const getSession = (id, signal) => json("GET", `/v1/sessions/${id}`, { signal });
export const getStages = (id, signal) => json("GET", `/v1/sessions/${id}/stages`, { signal });
export const getFile = (id, signal) => json("GET", `/v1/files/${id}`, { signal });
export const getContent = (id, signal) => request("GET", `/v1/files/${id}/content`, { signal });

export const renameSession = (session, title) =>
  json("PATCH", `/v1/sessions/${session.id}`, { body: { title }, headers: tag(session) });

/** The same for up to 200 sessions: `{items: [{id, done, problem}]}`. */
export const batchSessions = (operation, ids) =>
  json("POST", "/v1/sessions/batch", { body: { operation, ids }, headers: { "idempotency-key": freshId() } });

/** Two to five sessions with their stages. */
export const compareSessions = (ids) => json("GET", `/v1/sessions/compare?ids=${ids.join(",")}`);

export const duplicateSession = (session, withFiles) =>
  json("POST", `/v1/sessions/${session.id}/duplicate`, { body: { with_files: withFiles }, headers: { "idempotency-key": freshId() } });

export const getArchive = (id) => request("GET", `/v1/sessions/${id}/files.zip`);

export const getProfile = () => json("GET", "/v1/me/profile");
export const saveProfile = (profile, change) => json("PATCH", "/v1/me/profile", { body: change, headers: tag(profile) });
export const getStatistics = () => json("GET", "/v1/me/statistics");
export const exportEverything = () => request("GET", "/v1/me/export");

/** Erases all that the visitor has here. Their id says that it is meant. */
export const eraseEverything = (id) => json("DELETE", "/v1/me/data", { body: { confirm: id } });

/** `move` is one of archive, restore, complete, fail and reopen. */
export const moveSession = (session, move) =>
  json("POST", `/v1/sessions/${session.id}/${move}`, { headers: tag(session) });

export const deleteSession = (session) => json("DELETE", `/v1/sessions/${session.id}`, { headers: tag(session) });

export const issueClaim = () => json("POST", "/v1/transfer-claims");

/** What a transfer would move, told to the receiver whose token this is. */
export const previewTransfer = (claim, token) =>
  json("POST", "/v1/transfers", { body: { claim, dry_run: true }, token });

export const transfer = (claim, token) => json("POST", "/v1/transfers", { body: { claim }, token });

export const revertTransfer = (id) => json("POST", `/v1/transfers/${id}/revert`);
