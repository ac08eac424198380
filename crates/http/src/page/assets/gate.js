// What stands in place of the sessions while nobody is signed in.

import { me } from "./api.js";
import { becomeGuest, signInMode, usePasted } from "./auth.js";
import { openAccount } from "./account.js";
import { byId, el, fill } from "./dom.js";
import { attempt } from "./notice.js";
import { wordsOf } from "./problem.js";

export function showGate() {
  const gate = byId("gate");
  gate.hidden = false;
  fill(gate, signInMode() === "local" ? signedOut() : tokenForm());
  gate.querySelector("h2").focus();
}

/** The server did not even answer who may sign in. */
export function showOutage(error, retry) {
  const gate = byId("gate");
  gate.hidden = false;
  const again = el("button", { type: "button", class: "primary", onclick: retry }, "Try again");
  fill(gate, el("h2", { tabindex: -1 }, "Not now"), el("p", { role: "alert" }, wordsOf(error)), el("div", { class: "row" }, again));
}

function signedOut() {
  return [
    el("h2", { tabindex: -1 }, "You are signed out"),
    el("p", {}, "As a guest you can begin at once, and register later without losing anything."),
    el(
      "div",
      { class: "row" },
      el("button", { type: "button", class: "primary", onclick: (event) => attempt(event.currentTarget, becomeGuest) }, "Go on as a guest"),
      el("button", { type: "button", onclick: () => openAccount("sign-in") }, "Sign in"),
    ),
  ];
}

function tokenForm() {
  const area = el("textarea", { id: "token", required: true, autocomplete: "off", spellcheck: "false", "aria-describedby": "token-hint" });
  const submit = (event) => {
    event.preventDefault();
    const token = area.value.trim().replace(/^bearer\s+/i, "");
    attempt(event.submitter, async () => usePasted(token, await me(token)));
  };
  return [
    el("h2", { tabindex: -1 }, "Whose sessions?"),
    el("p", {}, "This server has no sign-in of its own: it trusts the access tokens of your Supabase project. Paste one to see what its user sees."),
    el(
      "form",
      { class: "field", onsubmit: submit },
      el("label", { for: "token" }, el("span", {}, "Access token")),
      area,
      el("small", { id: "token-hint" }, "In your own app: ", el("code", {}, "(await supabase.auth.getSession()).data.session.access_token"), ". It is a JWT of a user, not a project key. It stays in this tab, and is forgotten with it."),
      el("div", { class: "row" }, el("button", { class: "primary" }, "Open")),
    ),
  ];
}
