// The list of sessions: new ones, search, filters, and rows that follow the library.

import { createSession } from "./api.js";
import { byId, debounce, el, fill, moment } from "./dom.js";
import { ago, counted, STATUSES } from "./format.js";
import { comesBefore } from "./library.js";
import { attempt, complain } from "./notice.js";
import { currentRoute, go, sessionHref } from "./route.js";
import { pickBox } from "./selection.js";

const rows = new Map();
let library;
let current = null;

export function startList(theLibrary) {
  library = theLibrary;
  library.onChange(follow);
  byId("new").addEventListener("submit", startSession);
  const search = debounce(200, refilter);
  byId("search").addEventListener("input", search);
  byId("status").addEventListener("change", refilter);
  for (const it of document.getElementsByName("archived")) it.addEventListener("change", refilter);
  byId("more").addEventListener("click", () => library.more().catch(complain));
  // the next page is asked for before its place comes into sight
  const margins = { root: null, rootMargin: "800px" };
  new IntersectionObserver((seen) => seen.some((it) => it.isIntersecting) && library.more().catch(complain), margins).observe(byId("more"));
  setInterval(renewTimes, 30_000);
}

async function startSession(event) {
  event.preventDefault();
  const input = byId("new-title");
  const title = input.value.trim();
  if (!title) return input.focus();
  await attempt(event.submitter, async () => {
    const session = await createSession(title);
    input.value = "";
    library.put(session);
    go(sessionHref(session.id));
  });
}

function refilter() {
  const archived = [...document.getElementsByName("archived")].find((it) => it.checked).value;
  library.reset({ q: byId("search").value.trim(), status: byId("status").value, archived }).catch(complain);
}

function follow(change) {
  if (change.kind === "reset") showAll(change.sessions);
  else if (change.kind === "page") append(change.sessions);
  else if (change.kind === "put") place(change.session, change.shown);
  else remove(change.id);
  showEnd();
}

function showAll(sessions) {
  const held = focusWithin(byId("list"));
  rows.clear();
  fill(byId("list"), sessions.map(row));
  held?.();
  mark(current);
}

function append(sessions) {
  byId("list").append(...sessions.map(row));
  mark(current);
}

function place(session, shown) {
  if (!shown) return remove(session.id);
  const old = rows.get(session.id);
  const held = focusWithin(old);
  const fresh = row(session);
  if (old) old.replaceWith(fresh);
  else byId("list").insertBefore(fresh, [...byId("list").children].find((it) => comesBefore(session, it.session)) ?? null);
  held?.();
  mark(current);
}

function remove(id) {
  const old = rows.get(id);
  if (!old) return;
  const neighbour = old.nextElementSibling ?? old.previousElementSibling;
  const focused = old.contains(document.activeElement);
  rows.delete(id);
  old.remove();
  mark(current);
  if (focused) (neighbour?.firstElementChild ?? byId("new-title")).focus();
}

function row(session) {
  const { id, title, status, file_count, archived_at, created_at } = session;
  const meta = el(
    "span",
    { class: "meta" },
    el("span", { class: "status", "data-status": status }, STATUSES[status] ?? status),
    el("span", {}, file_count ? counted(file_count, "draft") : "No drafts yet"),
    archived_at && el("span", {}, "Archived"),
    moment(created_at, ago(created_at)),
  );
  const item = el("li", {}, el("a", { href: sessionHref(id), tabindex: -1, "data-id": id }, el("span", { class: "title" }, title), meta), pickBox(session));
  item.session = session;
  rows.set(id, item);
  return item;
}

/** Gives the focus back to the link or the box of a row that has it, once the row is drawn anew; nothing where none has it. */
function focusWithin(place) {
  const focused = document.activeElement;
  if (!place?.contains(focused) || !focused.dataset.id) return null;
  const kind = focused.matches(".pick") ? ".pick" : "a";
  return () => rows.get(focused.dataset.id)?.querySelector(kind).focus();
}

/**
 * Marks the session that is open. One row can be reached with Tab; the arrow keys move from there, and where they went stays
 * when an event draws a row anew.
 */
export function mark(id) {
  current = id;
  const list = byId("list");
  for (const it of list.querySelectorAll('[aria-current], [tabindex="0"]')) {
    it.removeAttribute("aria-current");
    it.tabIndex = -1;
  }
  const open = rows.get(id)?.firstElementChild;
  open?.setAttribute("aria-current", "true");
  const reachable = document.activeElement.closest("#list > li")?.firstElementChild ?? open ?? list.querySelector("a");
  if (reachable) reach(reachable, 0);
}

/** A row's link and its box are reached with Tab, or are not. */
export function reach(link, index) {
  link.tabIndex = index;
  link.nextElementSibling.tabIndex = index;
}

/** Puts the focus on the row of a session, or on the list's beginning. */
export function focusRow(id) {
  const target = rows.get(id)?.firstElementChild ?? byId("list").querySelector("a") ?? byId("new-title");
  target.focus();
}

function showEnd() {
  const { total, sessions, next, filter } = library;
  byId("list-count").textContent = total === null ? "" : total.toLocaleString();
  byId("more").hidden = !next;
  const empty = byId("list-empty");
  empty.hidden = sessions.size > 0;
  const filtered = filter.q || filter.status;
  if (filtered) empty.textContent = "Nothing fits. Try other words, or another status.";
  else if (filter.archived === "only") empty.textContent = "Nothing is archived.";
  else empty.textContent = "No sessions yet. Start one above.";
  if (currentRoute().view === "list") mark(null);
}

function renewTimes() {
  for (const it of rows.values()) {
    const time = it.querySelector("time");
    const words = ago(it.session.created_at);
    if (time && time.textContent !== words) time.textContent = words;
  }
}
