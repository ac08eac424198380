// One session: its head, what can be done with it, and its stages.

import { deleteSession, duplicateSession, getArchive, getSession, moveSession, renameSession } from "./api.js";
import { byId, el, fill, moment } from "./dom.js";
import { ask, confirm } from "./dialog.js";
import { showStages } from "./drafts.js";
import { ago, bytes, counted, save, STATUSES } from "./format.js";
import { attempt, complain, say } from "./notice.js";
import { Problem } from "./problem.js";
import { currentRoute, go, sessionHref } from "./route.js";

/** What each status can become, and how that is called. */
const MOVES = {
  in_progress: [
    ["complete", "Mark completed"],
    ["fail", "Mark failed"],
  ],
  failed: [["reopen", "Take up again"]],
  completed: [],
};

let library;
let session = null;
let head = null;

export function startSession(theLibrary) {
  library = theLibrary;
  library.onChange((change) => {
    if (!session) {
      const title = byId("welcome-title");
      if (title) title.textContent = invitation();
    } else if (change.kind === "put" && change.session.id === session.id) showHead(change.session);
    else if (change.kind === "drop" && change.id === session.id) showGone();
    else if (change.kind === "reset" && library.sessions.has(session.id)) showHead(library.sessions.get(session.id));
  });
}

/** What stands here while no session is open. */
export function showWelcome() {
  session = null;
  const words = "Each session gathers its drafts by stage, and they appear here the moment they are written.";
  fill(
    byId("session-pane"),
    el("div", { class: "welcome" }, el("img", { src: "/page/icon.svg", alt: "" }), el("h2", { id: "welcome-title" }, invitation()), el("p", {}, words)),
  );
}

function invitation() {
  const isFirst = library.total === 0 && !library.filter.q && !library.filter.status && library.filter.archived === "exclude";
  return isFirst ? "Start your first session" : "Choose a session, or start one";
}

/** Opens a session. With `focus`, its heading is read next. */
export async function showSession(id, { focus }) {
  if (session?.id === id) {
    if (focus) byId("session-title")?.focus();
    return;
  }
  session = library.sessions.get(id) ?? { id };
  head = el("header", { class: "session-head" });
  const stages = el("div", { id: "stages" });
  fill(byId("session-pane"), backLink(), head, stages);
  if (session.title !== undefined) showHead(session);
  if (focus) focusTitle();
  try {
    const fresh = await getSession(id);
    if (session?.id !== id) return;
    showHead(fresh);
    if (focus && document.activeElement === document.body) focusTitle();
    await showStages(stages, fresh);
  } catch (error) {
    if (session?.id !== id) return;
    if (error instanceof Problem && [404, 422].includes(error.status)) showGone();
    else complain(error);
  }
}

function focusTitle() {
  (byId("session-title") ?? byId("session-pane")).focus();
}

function backLink() {
  return el("a", { class: "button quiet back", href: "#/" }, "‹ Sessions");
}

function showGone() {
  session = null;
  const words = "It was deleted, or it belongs to somebody else.";
  fill(byId("session-pane"), backLink(), el("div", { class: "welcome" }, el("h2", { id: "session-title", tabindex: -1 }, "This session is not here"), el("p", {}, words)));
  if (currentRoute().view === "draft") go("#/");
}

function showHead(fresh) {
  if (session.version !== undefined && fresh.version < session.version) return;
  session = fresh;
  document.title = `${fresh.title} · Lodger`;
  // somebody is typing a new name, which a change from elsewhere must not take away
  if (head.querySelector("form")) return;
  const focused = head.contains(document.activeElement) ? (document.activeElement.dataset.act ?? "title") : null;
  const { title, status, archived_at, created_at, file_count, total_size_bytes } = fresh;
  fill(
    head,
    el("h2", { id: "session-title", tabindex: -1 }, title),
    el(
      "div",
      { class: "meta" },
      el("span", { class: "status", "data-status": status }, STATUSES[status] ?? status),
      el("span", {}, "Started ", moment(created_at, ago(created_at))),
      el("span", {}, file_count ? `${counted(file_count, "draft")}, ${bytes(total_size_bytes)}` : "No drafts yet"),
      archived_at && el("span", { class: "badge" }, "Archived"),
    ),
    el("div", { class: "row" }, actions(fresh)),
  );
  if (focused) (head.querySelector(`[data-act="${focused}"]`) ?? byId("session-title")).focus();
}

function actions({ status, archived_at, file_count }) {
  const button = (act, label, run, look = null) =>
    el("button", { type: "button", class: look, "data-act": act, onclick: (event) => run(event.currentTarget) }, label);
  const moves = (MOVES[status] ?? []).map(([move, label]) => button(move, label, (it) => make(it, move)));
  return [
    ...moves,
    button("rename", "Rename", rename),
    button("duplicate", "Duplicate", duplicate),
    file_count > 0 && button("archive-file", "Download all", downloadAll),
    archived_at ? button("restore", "Restore", (it) => make(it, "restore")) : button("archive", "Archive", (it) => make(it, "archive")),
    button("delete", "Delete", remove, "danger"),
  ];
}

const DONE = {
  archive: ["archived", "restore"],
  restore: ["restored", null],
  complete: ["marked completed", null],
  fail: ["marked failed", "reopen"],
  reopen: ["taken up again", null],
};

async function make(button, move, subject = session) {
  await attempt(button, async () => {
    const fresh = await changed(subject, (it) => moveSession(it, move));
    const [word, back] = DONE[move];
    const undo = back && { label: "Undo", run: () => make(null, back, library.sessions.get(fresh.id) ?? fresh) };
    say(`“${short(fresh.title)}” is ${word}.`, undo);
  });
}

/** Carries out a change, and shows the newest state whether it went well or somebody else was faster. */
async function changed(subject, action) {
  try {
    const fresh = await action(subject);
    library.put(fresh);
    return fresh;
  } catch (error) {
    if (error instanceof Problem && [404, 409, 412].includes(error.status)) library.touch(subject.id);
    throw error;
  }
}

function short(title) {
  return title.length > 60 ? `${title.slice(0, 57)}…` : title;
}

function rename() {
  const subject = session;
  const input = el("input", { "aria-label": "New title", maxlength: 500, required: true, value: subject.title });
  const done = () => {
    form.remove();
    if (session?.id !== subject.id) return;
    showHead(session);
    head.querySelector('[data-act="rename"]')?.focus();
  };
  const save = async (event) => {
    event.preventDefault();
    const title = input.value.trim();
    if (title === subject.title) return done();
    const went = await attempt(event.submitter, () => changed(session, (it) => renameSession(it, title)));
    if (went) done();
  };
  const leave = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    done();
  };
  const form = el(
    "form",
    { onsubmit: save, onkeydown: leave },
    input,
    el("button", { class: "primary" }, "Save"),
    el("button", { type: "button", onclick: done }, "Cancel"),
  );
  byId("session-title").replaceWith(form);
  input.select();
}

async function duplicate(button) {
  const subject = session;
  let withFiles = false;
  if (subject.file_count > 0) {
    const answers = [
      { label: "Cancel", value: null },
      { label: "Without drafts", value: "without" },
      { label: "With drafts", value: "with", look: "primary", focus: true },
    ];
    const words = "The copy has the same title with a mark, language and parameters, and is in progress.";
    const answer = await ask({ title: `Copy the ${counted(subject.file_count, "draft")} too?`, body: el("p", {}, words), answers });
    if (answer === null) return;
    withFiles = answer === "with";
  }
  await attempt(button, async () => {
    const copy = await duplicateSession(subject, withFiles);
    library.put(copy);
    go(sessionHref(copy.id));
    say(`“${short(copy.title)}” is a copy.`);
  });
}

async function downloadAll(button) {
  const { id, title } = session;
  await attempt(button, async () => save(await (await getArchive(id)).blob(), `${title}.zip`));
}

async function remove(button) {
  const subject = session;
  const drafts = subject.file_count ? ` with its ${counted(subject.file_count, "draft")}` : "";
  const words = `“${short(subject.title)}” is deleted${drafts}, and cannot be brought back. Archiving keeps it out of sight instead.`;
  if (!(await confirm({ title: "Delete this session?", words, yes: "Delete" }))) return;
  await attempt(button, async () => {
    await changedAway(subject);
    say(`“${short(subject.title)}” is deleted.`);
    session = null;
    go("#/");
  });
}

async function changedAway(subject) {
  try {
    await deleteSession(subject);
  } catch (error) {
    if (error instanceof Problem && error.status === 412) library.touch(subject.id);
    throw error;
  }
  session = null;
  library.drop(subject.id);
}
