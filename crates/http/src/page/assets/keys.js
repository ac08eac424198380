// The keyboard: everything can be reached with Tab, and this makes the frequent things quick.

import { byId } from "./dom.js";
import { goBack } from "./route.js";
import { reach } from "./sessions.js";
import { readChoice, writeChoice } from "./storage.js";

const MOVES = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

export function startKeys() {
  document.addEventListener("keydown", pressed);
  const help = byId("help-dialog");
  byId("help").addEventListener("click", () => help.showModal());
  byId("help-close").addEventListener("click", () => help.close());
  // people who speak to their computer type letters by accident: they can do without these shortcuts
  const shortcuts = byId("shortcuts");
  shortcuts.checked = readChoice("shortcuts") !== false;
  shortcuts.addEventListener("change", () => writeChoice("shortcuts", shortcuts.checked));
  byId("skip").addEventListener("click", skip);
}

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key in MOVES && move(event)) return event.preventDefault();
  if (event.target.closest("input, select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "Escape") return goBack();
  const act = SHORTCUTS[event.key];
  if (!act || !byId("shortcuts").checked || byId("panes").hidden) return;
  event.preventDefault();
  act();
}

const SHORTCUTS = {
  "/": () => inList("search"),
  n: () => inList("new-title"),
  "?": () => byId("help-dialog").showModal(),
};

/** The list may be out of sight on a narrow screen: then it is shown first. */
function inList(id) {
  const target = byId(id);
  if (target.offsetParent === null) {
    location.hash = "#/";
    // the address changes a moment later
    addEventListener("hashchange", () => target.focus(), { once: true });
  } else target.focus();
}

/** Moves among the rows of the list, or among stages and drafts. */
function move(event) {
  const within = event.target.closest("#list, .stages");
  if (!within || event.target.closest("input:not(.pick)")) return false;
  const rows = [...within.querySelectorAll(within.id === "list" ? "a" : "summary, details[open] a")];
  const at = rows.indexOf(event.target.matches(".pick") ? event.target.previousElementSibling : event.target.closest("a, summary"));
  if (at === -1) return false;
  const target = rows[Math.min(rows.length - 1, Math.max(0, at + MOVES[event.key]))];
  if (within.id === "list") {
    reach(rows[at], -1);
    reach(target, 0);
  }
  target.focus();
  return true;
}

/** The address after `#` says where one is, so this link must not change it. */
function skip(event) {
  event.preventDefault();
  const panes = ["reader-pane", "session-pane", "list-pane", "gate"].map(byId);
  const target = panes.find((it) => it.offsetParent !== null) ?? document.body;
  target.tabIndex = -1;
  target.focus();
}
