// One draft to read: Markdown, JSON and text here, anything else as a download.

import { getContent, getFile } from "./api.js";
import { byId, el, fill, moment } from "./dom.js";
import { kind } from "./drafts.js";
import { ago, bytes, fileName, save, stageTitle } from "./format.js";
import { renderJson } from "./json.js";
import { renderMarkdown } from "./markdown.js";
import { attempt, complain } from "./notice.js";
import { Problem } from "./problem.js";
import { sessionHref } from "./route.js";

/** More text than this is not laid out at once; the download has all of it. */
const LONGEST = 400_000;

let file = null;
let controller = null;

export function hideDraft() {
  controller?.abort();
  file = null;
  byId("reader-pane").hidden = true;
  fill(byId("reader-pane"));
}

/** Opens a draft of a session. With `focus`, its heading is read next. */
export async function showDraft(sessionId, id, { focus }) {
  if (file?.id === id) return;
  controller?.abort();
  controller = new AbortController();
  const { signal } = controller;
  file = { id };
  const pane = byId("reader-pane");
  pane.hidden = false;
  fill(pane, backLink(sessionId), el("p", { class: "hint" }, "Opening…"));
  try {
    const found = await getFile(id, signal);
    if (found.session_id !== sessionId) throw new Problem({ code: "not_found", title: "There is nothing here", status: 404 });
    await read(found, signal);
    if (focus) byId("draft-title").focus();
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof Problem && [404, 422].includes(error.status)) showGone(sessionId);
    else complain(error);
  }
}

/** A look at the session's stages: the open draft may have changed or gone. */
export function followDrafts(known, { id: sessionId }) {
  if (!file?.session_id || file.session_id !== sessionId) return;
  const fresh = known.get(file.id);
  if (!fresh) return showGone(sessionId);
  if (fresh.sha256 === file.sha256) return;
  read(fresh, controller.signal, "Changed just now").catch(complain);
}

/** Fetches the content and shows it; the place one had come to stays in sight. */
async function read(found, signal, news = null) {
  const pane = byId("reader-pane");
  const body = await content(found, signal);
  if (signal.aborted) return;
  const { scrollTop } = pane;
  const focused = pane.contains(document.activeElement) ? document.activeElement.id : null;
  file = found;
  document.title = `${fileName(found.file_path)} · Lodger`;
  fill(pane, backLink(found.session_id), head(found, news), body);
  pane.scrollTop = scrollTop;
  if (focused) (byId(focused) ?? byId("draft-title")).focus();
}

function backLink(sessionId) {
  return el("a", { class: "button quiet back", href: sessionHref(sessionId) }, "‹ All drafts");
}

function head(found, news) {
  const facts = [stageTitle(found.stage), kind(found), bytes(found.size_bytes), found.language].filter(Boolean);
  const save = el("button", { type: "button", id: "download", onclick: (event) => attempt(event.currentTarget, () => download(found)) }, "Download");
  return el(
    "header",
    { class: "reader-head" },
    el("h2", { id: "draft-title", tabindex: -1 }, fileName(found.file_path)),
    el("div", { class: "meta" }, facts.map((it) => el("span", {}, it)), moment(found.detected_at, ago(found.detected_at)), news && el("span", { class: "badge" }, news)),
    found.has_content && el("div", { class: "row" }, save),
  );
}

function showGone(sessionId) {
  file = null;
  fill(byId("reader-pane"), backLink(sessionId), el("h2", { id: "draft-title", tabindex: -1 }, "This draft is not here"), el("p", { class: "hint" }, "It was deleted, or it belongs to somebody else."));
}

/** How a type of content is read; null when only a download makes sense. */
function formOf({ media_type, file_path }) {
  const type = media_type.split(";")[0].trim().toLowerCase();
  if (type === "text/markdown" || (type === "text/plain" && /\.(md|markdown)$/i.test(file_path))) return renderMarkdown;
  if (type === "application/json" || type.endsWith("+json")) return renderJson;
  if (type.startsWith("text/") || type === "application/xml" || type.endsWith("+xml") || type === "application/x-ndjson") return source;
  return null;
}

async function content(found, signal) {
  if (!found.has_content) return el("p", { class: "hint" }, "Only this draft's name is kept here; its content is where it was written.");
  const render = formOf(found);
  if (!render) return el("p", { class: "hint" }, `${kind(found)} cannot be shown here. Download it to open it.`);
  const text = await (await getContent(found.id, signal)).text();
  if (text.trim() === "") return el("p", { class: "hint" }, "This draft is empty.");
  if (text.length <= LONGEST) return render(text);
  const words = `The draft is long: this is its beginning. The download has all of it.`;
  return el("div", {}, el("p", { class: "hint" }, words), source(text.slice(0, LONGEST)));
}

function source(text) {
  return el("pre", { class: "source", tabindex: 0, role: "region", "aria-label": "Text" }, text);
}

async function download(found) {
  save(await (await getContent(found.id)).blob(), fileName(found.file_path));
}
