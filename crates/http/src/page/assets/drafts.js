// The drafts of the open session, by stage; new ones arrive while one looks.

import { getStages } from "./api.js";
import { accessToken } from "./auth.js";
import { el, fill, moment } from "./dom.js";
import { ago, bytes, counted, fileName, STAGES, stageTitle, withinStage } from "./format.js";
import { announce, attempt, complain, say } from "./notice.js";
import { draftHref } from "./route.js";

let place = null;
let session = null;
let known = null;
let openDraft = null;
let onDrafts = () => {};
let reading = false;
let again = false;

/** Calls with all drafts of the open session after each look, so that an open one can be read again. */
export function onStages(action) {
  onDrafts = action;
}

/** Shows the stages of a session in an element. */
export async function showStages(element, theSession) {
  place = element;
  session = theSession;
  known = null;
  fill(place, el("ol", { class: "stages", "aria-label": "Stages" }, STAGES.map(stageItem)));
  place.append(hint());
  await renew();
}

/** The stream says that something changed in a session. The first look may be under way, and have been answered before. */
export function touchDrafts(sessionId) {
  if (session?.id === sessionId) renew().catch(complain);
}

/** Looks again; a look that is asked for while one is under way follows it. */
async function renew() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  try {
    do {
      again = false;
      const { id } = session;
      try {
        const { items } = await getStages(id);
        if (session.id === id) show(items);
      } catch (error) {
        // the look that follows, perhaps at another session, tells more
        if (!again) throw error;
      }
    } while (again);
  } finally {
    reading = false;
  }
}

function stageItem({ name, title }) {
  const summary = el("summary", {}, el("h3", {}, title), el("span", { class: "count" }));
  const details = el("details", {}, summary, el("ul", { class: "drafts", "aria-label": `Drafts of ${title}` }), el("p", { class: "hint" }, "Nothing yet."));
  return el("li", { "data-stage": name }, details);
}

function show(stages) {
  const before = known;
  known = new Map();
  const arrived = [];
  const last = stages.findLast((it) => it.files.length > 0)?.stage;
  for (const { stage, files } of stages) {
    for (const it of files) {
      known.set(it.id, it);
      const old = before?.get(it.id);
      if (before && (!old || old.sha256 !== it.sha256)) arrived.push({ ...it, isNew: !old });
    }
    showStage(stage, files, { arrived, last, first: before === null });
  }
  markDraft(openDraft);
  tell(arrived);
  onDrafts(known, session);
}

function showStage(stage, files, { arrived, last, first }) {
  const item = place.querySelector(`[data-stage="${stage}"]`) ?? place.querySelector("ol").appendChild(stageItem({ name: stage, title: stageTitle(stage) }));
  const details = item.querySelector("details");
  const list = item.querySelector("ul");
  const isNew = (file) => arrived.some((it) => it.id === file.id);
  const size = files.reduce((sum, it) => sum + it.size_bytes, 0);
  item.toggleAttribute("data-filled", files.length > 0);
  item.toggleAttribute("data-present", stage === last && session.status === "in_progress");
  item.querySelector(".count").textContent = files.length ? `${counted(files.length, "draft")}, ${bytes(size)}` : "No drafts";
  item.querySelector("p").hidden = files.length > 0;
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  fill(list, files.map((it) => draftRow(it, isNew(it))));
  if (focused) list.querySelector(`[data-id="${focused}"]`)?.focus();
  // at first the stages with drafts are open; later one opens when something arrives in it, and none is closed
  if ((first && files.length > 0) || files.some(isNew)) details.open = true;
}

function draftRow(file, isNew) {
  const meta = [bytes(file.size_bytes), kind(file), file.language].filter(Boolean).map((it) => el("span", {}, it));
  return el(
    "li",
    {},
    el(
      "a",
      { href: draftHref(file.session_id, file.id), "data-id": file.id, "data-new": isNew, onanimationend: arrivedInSight },
      el("span", { class: "name" }, withinStage(file)),
      isNew && el("span", { class: "badge" }, "New"),
      el("span", { class: "meta" }, meta, moment(file.detected_at, ago(file.detected_at))),
    ),
  );
}

/** It arrives once, not each time it comes back into sight. */
function arrivedInSight(event) {
  event.currentTarget.removeAttribute("data-new");
}

const KINDS = { "text/markdown": "Markdown", "application/json": "JSON", "text/plain": "Text", "application/pdf": "PDF", "text/html": "HTML" };

export function kind({ media_type }) {
  const bare = media_type.split(";")[0].trim().toLowerCase();
  return KINDS[bare] ?? bare;
}

function tell(arrived) {
  if (arrived.length > 3) return announce(`${arrived.length} drafts arrived.`);
  for (const it of arrived) announce(`${it.isNew ? "New draft" : "Changed draft"} in ${stageTitle(it.stage)}: ${fileName(it.file_path)}`);
}

/** Marks the draft that is read. */
export function markDraft(id) {
  openDraft = id;
  if (!place) return;
  for (const it of place.querySelectorAll(".drafts [aria-current]")) it.removeAttribute("aria-current");
  const open = id && place.querySelector(`.drafts [data-id="${id}"]`);
  if (!open) return;
  open.setAttribute("aria-current", "true");
  open.removeAttribute("data-new");
}

/** Puts the focus back on the draft that was read. */
export function focusDraft(id) {
  place?.querySelector(`.drafts [data-id="${id}"]`)?.focus();
}

/** How a program sends drafts here, for whoever looks at an empty session. */
function hint() {
  const command = (token) =>
    [
      `curl -X PUT ${location.origin}/v1/sessions/${session.id}/files \\`,
      `  -H "authorization: Bearer ${token}" -H "content-type: application/json" \\`,
      `  -d '{"stage": "2_planning", "file_path": "2_planning/outline.md", "content": "# Outline"}'`,
    ].join("\n");
  const copy = async () => {
    await navigator.clipboard.writeText(command(await accessToken()));
    say("Copied, with your access token. It is good for an hour at most: treat it as a password until then.");
  };
  return el(
    "details",
    { class: "outside", open: false },
    el("summary", {}, "How drafts get here"),
    el("p", {}, "Whatever writes them sends them to the API with your access token, and they appear above at once:"),
    el("pre", { class: "source", tabindex: 0, role: "region", "aria-label": "Command" }, command("$TOKEN")),
    // only pages from a trustworthy address may write to the clipboard
    navigator.clipboard && el("button", { type: "button", onclick: (event) => attempt(event.currentTarget, copy) }, "Copy with my token"),
  );
}
