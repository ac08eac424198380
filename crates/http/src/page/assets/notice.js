// Short messages in the corner, and words for screen readers when something arrives.

import { byId, el } from "./dom.js";
import { wordsOf } from "./problem.js";

const STAYS = 7000;

/** Says something. With an action, `{label, run}`, it stays until it is used or closed. */
export function say(words, action = null) {
  show(byId("notices-polite"), words, action, false);
}

/** Says what went wrong. */
export function complain(error) {
  if (error?.name === "AbortError") return;
  show(byId("notices-alert"), wordsOf(error), null, true);
}

function show(place, words, action, bad) {
  const notice = el("div", { class: bad ? "notice bad" : "notice" }, el("p", {}, words));
  const close = () => notice.remove();
  if (action) {
    const run = () => {
      close();
      action.run();
    };
    notice.append(el("button", { type: "button", onclick: run }, action.label));
  }
  notice.append(el("button", { type: "button", class: "icon", "aria-label": "Close this message", onclick: close }, "×"));
  while (place.childElementCount > 2) place.firstElementChild.remove();
  place.append(notice);
  if (!bad) leaveLater(notice, action ? 2 * STAYS : STAYS);
}

/** A message does not vanish while somebody points at it or is in it. */
function leaveLater(notice, milliseconds) {
  setTimeout(() => {
    if (notice.matches(":hover, :focus-within")) leaveLater(notice, STAYS);
    else notice.remove();
  }, milliseconds);
}

/** Tells screen readers what arrived; eyes see it arrive. */
export function announce(words) {
  const log = byId("arrivals");
  log.append(el("p", {}, words));
  while (log.childElementCount > 5) log.firstElementChild.remove();
}

/** Runs an action of the visitor: the button waits for it, and what goes wrong is told. True when it went well. */
export async function attempt(button, action) {
  if (button?.disabled) return false;
  if (button) button.disabled = true;
  try {
    await action();
    return true;
  } catch (error) {
    complain(error);
    return false;
  } finally {
    if (button) button.disabled = false;
  }
}
