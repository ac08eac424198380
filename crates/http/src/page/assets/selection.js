// Several sessions at once: chosen in the list, then archived, brought back, deleted, or put side by side.

import { batchSessions, compareSessions } from "./api.js";
import { ask, confirm } from "./dialog.js";
import { byId, el, moment } from "./dom.js";
import { ago, bytes, counted, STAGES, STATUSES } from "./format.js";
import { attempt, say } from "./notice.js";
import { go, sessionHref } from "./route.js";

/** As many as the API takes at a time. */
const AT_A_TIME = 200;
/** As many as can be read side by side. */
const MOST_COMPARED = 5;

const DONE = { archive: "archived", restore: "restored", delete: "deleted" };
const BACK = { archive: "restore", restore: "archive" };

const picked = new Set();
let library;

export function startSelection(theLibrary) {
  library = theLibrary;
  library.onChange(forgetGone);
  byId("select").addEventListener("click", () => choose(!isSelecting()));
  byId("picks-all").addEventListener("click", pickAll);
  byId("picks-done").addEventListener("click", () => choose(false));
  for (const it of document.querySelectorAll("[data-pick]")) it.addEventListener("click", () => ACTS[it.dataset.pick](it));
  byId("list").addEventListener("change", ({ target }) => target.matches(".pick") && pick(target.dataset.id, target.checked));
  byId("list").addEventListener("keydown", toggle);
}

const isSelecting = () => !byId("picks").hidden;

/** The box beside a row; it is in sight while one chooses. */
export function pickBox({ id, title }) {
  return el("input", { type: "checkbox", class: "pick", tabindex: -1, "data-id": id, checked: picked.has(id), "aria-label": `Select “${title}”` });
}

/** Begins or ends to choose. */
function choose(selecting) {
  byId("picks").hidden = !selecting;
  byId("select").setAttribute("aria-pressed", String(selecting));
  byId("list").toggleAttribute("data-selecting", selecting);
  picked.clear();
  for (const it of boxes()) it.checked = false;
  showCount();
  if (!selecting) byId("select").focus();
}

const boxes = () => byId("list").querySelectorAll(".pick");

/** The space bar on a row, as in other lists from which several things are chosen. */
function toggle(event) {
  const link = event.target.closest("a");
  if (event.key !== " " || !link || !isSelecting()) return;
  event.preventDefault();
  const box = link.parentElement.querySelector(".pick");
  box.checked = !box.checked;
  pick(box.dataset.id, box.checked);
}

function pick(id, isPicked) {
  if (isPicked) picked.add(id);
  else picked.delete(id);
  showCount();
}

function pickAll() {
  for (const it of boxes()) {
    it.checked = true;
    picked.add(it.dataset.id);
  }
  showCount();
}

/** What is out of sight is not chosen any more. */
function forgetGone(change) {
  const gone = [...picked].filter((id) => !library.sessions.has(id));
  for (const id of gone) picked.delete(id);
  if (gone.length > 0 || change.kind === "reset") showCount();
}

function showCount() {
  const count = picked.size;
  byId("picks-count").textContent = count === 0 ? "None selected" : `${count.toLocaleString()} selected`;
  for (const it of document.querySelectorAll("[data-pick]")) it.disabled = count === 0;
  const compare = document.querySelector('[data-pick="compare"]');
  compare.disabled = count < 2 || count > MOST_COMPARED;
}

const ACTS = {
  archive: (button) => carryOut(button, "archive"),
  restore: (button) => carryOut(button, "restore"),
  delete: removeAll,
  compare,
};

async function removeAll(button) {
  const words = `${counted(picked.size, "session")} and all their drafts are deleted, and cannot be brought back. Archiving keeps them out of sight instead.`;
  if (await confirm({ title: `Delete ${counted(picked.size, "session")}?`, words, yes: "Delete" })) await carryOut(button, "delete");
}

async function carryOut(button, operation, ids = [...picked]) {
  await attempt(button, async () => {
    const items = [];
    for (let at = 0; at < ids.length; at += AT_A_TIME) {
      const { items: some } = await batchSessions(operation, ids.slice(at, at + AT_A_TIME));
      items.push(...some);
    }
    const done = items.filter((it) => it.done).map((it) => it.id);
    if (operation === "delete") for (const id of done) library.drop(id);
    picked.clear();
    await library.reset();
    tell(operation, done, items);
  });
}

function tell(operation, done, items) {
  const failed = items.length - done.length;
  const reasons = new Set(items.filter((it) => it.problem).map((it) => it.problem.title));
  const words = `${counted(done.length, "session")} ${DONE[operation]}.`;
  const rest = failed === 0 ? "" : ` ${counted(failed, "session")} not: ${[...reasons].join("; ")}.`;
  const back = done.length > 0 && BACK[operation];
  say(words + rest, back ? { label: "Undo", run: () => carryOut(null, back, done) } : null);
}

async function compare(button) {
  await attempt(button, async () => {
    const { items } = await compareSessions([...picked]);
    const open = await ask({ title: `${items.length} sessions side by side`, body: table(items), answers: [{ label: "Close", value: null, look: "primary", focus: true }] });
    if (open) go(sessionHref(open));
  });
}

function table(items) {
  const row = (name, value) => el("tr", {}, el("th", { scope: "row" }, name), items.map((it) => el("td", {}, value(it))));
  const stage = ({ name, title }) =>
    row(title, ({ stages }) => {
      const found = stages.find((it) => it.stage === name);
      return found ? `${counted(found.file_count, "draft")}, ${bytes(found.total_size_bytes)}` : "–";
    });
  const titles = items.map(({ session }) =>
    el("th", { scope: "col" }, el("a", { href: sessionHref(session.id), onclick: () => byId("question").close() }, session.title)),
  );
  const all = el(
    "table",
    { class: "compared" },
    el("thead", {}, el("tr", {}, el("td", {}), titles)),
    el(
      "tbody",
      {},
      row("Status", ({ session }) => el("span", { class: "status", "data-status": session.status }, STATUSES[session.status] ?? session.status)),
      row("Started", ({ session }) => moment(session.created_at, ago(session.created_at))),
      row("Changed", ({ session }) => moment(session.updated_at, ago(session.updated_at))),
      row("Language", ({ session }) => session.language),
      row("Parameters", ({ session }) => parameters(session.parameters)),
      row("Drafts", ({ session }) => (session.file_count ? `${session.file_count.toLocaleString()}, ${bytes(session.total_size_bytes)}` : "none")),
      STAGES.map(stage),
    ),
  );
  return el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Comparison" }, all);
}

function parameters(values) {
  const names = Object.entries(values);
  if (names.length === 0) return "none";
  return names.map(([name, value]) => el("div", {}, `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`));
}
