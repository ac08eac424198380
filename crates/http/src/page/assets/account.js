// The account: a guest registers or signs in, an account signs out.

import { countSessions } from "./api.js";
import { become, currentUser, prove, register, signInMode, signOut, signUp } from "./auth.js";
import { confirm, facts, field } from "./dialog.js";
import { byId, el, fill } from "./dom.js";
import { counted } from "./format.js";
import { mine } from "./mine.js";
import { say } from "./notice.js";
import { wordsOf } from "./problem.js";
import { signInTakingAlong } from "./transfer.js";

export function startAccount() {
  byId("account").addEventListener("click", () => openAccount());
  for (const it of document.querySelectorAll("[data-account]")) it.addEventListener("click", () => openAccount(it.dataset.account));
}

/** Shows in the bar who is here. */
export function showAccount(user) {
  const button = byId("account");
  button.hidden = user === null;
  byId("guest").hidden = !user?.is_anonymous || signInMode() !== "local";
  if (!user) return;
  if (user.is_anonymous) fill(button, el("span", { class: "badge" }, "Guest"), " ", el("span", { class: "words" }, "Account"));
  else fill(button, el("span", { class: "unseen" }, "Account: "), el("span", {}, user.email ?? user.id));
}

export async function openAccount(form = "register") {
  const dialog = byId("account-dialog");
  const user = currentUser();
  if (user && (!user.is_anonymous || signInMode() === "token")) fill(dialog, presentAccount(dialog, user));
  else {
    let sessions = 0;
    // without the number the form still works: it asks the server again before anything moves
    if (user) sessions = await countSessions().catch(() => 1);
    fillForm(dialog, { form, user, sessions, email: "" });
  }
  dialog.showModal();
}

function presentAccount(dialog, user) {
  const leave = async () => {
    dialog.close();
    await signOut();
  };
  const kind = user.is_anonymous ? "Guest" : "Account";
  return [
    el("h2", { id: "account-title" }, "Your account"),
    facts([[kind, user.email ?? "without an address"], ["Id", user.id]]),
    mine(user, () => dialog.close()),
    el(
      "div",
      { class: "row end" },
      el("button", { type: "button", onclick: leave }, signInMode() === "token" ? "Forget the token" : "Sign out"),
      el("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Close"),
    ),
  ];
}

function fillForm(dialog, state) {
  const { form, user, sessions, email } = state;
  const registers = form === "register";
  const input = { email: null };
  const choice = (value, label) => {
    const change = () => {
      fillForm(dialog, { ...state, form: value, email: byId("email").value });
      dialog.querySelector(`[name="form"][value="${value}"]`).focus();
    };
    return el("label", {}, el("input", { type: "radio", name: "form", value, checked: form === value, onchange: change }), el("span", {}, label));
  };
  input.email = field("E-mail address", { id: "email", type: "email", autocomplete: "username", required: true, value: email, autofocus: true });
  const password = registers
    ? field("Password", { id: "password", type: "password", autocomplete: "new-password", required: true, minlength: 8 }, "At least 8 characters.")
    : field("Password", { id: "password", type: "password", autocomplete: "current-password", required: true });
  const along = el("label", { class: "check" }, el("input", { type: "checkbox", id: "along", checked: true }), el("span", {}, `Take ${counted(sessions, "session")} of this guest along. You see what moves before it does.`));
  const wrong = el("p", { class: "wrong", role: "alert", hidden: true });
  const submit = (event) => {
    event.preventDefault();
    send(event.target, { dialog, state, wrong });
  };
  fill(
    dialog,
    el("h2", { id: "account-title" }, user ? "Keep your work" : "Your account"),
    el("fieldset", { class: "segments" }, el("legend", { class: "unseen" }, "What to do"), choice("register", "Register"), choice("sign-in", "Sign in")),
    el(
      "form",
      { onsubmit: submit },
      registers && user && el("p", { class: "hint" }, "You stay the same user with the same id: every session and draft stays where it is."),
      input.email,
      password,
      !registers && user && sessions > 0 && along,
      wrong,
      el(
        "div",
        { class: "row end" },
        user && el("button", { type: "button", class: "quiet aside", onclick: () => leaveAsGuest(dialog, sessions) }, "Leave as guest"),
        el("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
        el("button", { class: "primary" }, registers ? "Register" : "Sign in"),
      ),
    ),
    user && mine(user, () => dialog.close()),
  );
}

async function send(form, { dialog, state, wrong }) {
  const button = form.querySelector("button.primary");
  if (button.disabled) return;
  const email = form.querySelector("#email").value.trim();
  const password = form.querySelector("#password").value;
  const along = form.querySelector("#along")?.checked ?? false;
  button.disabled = true;
  wrong.hidden = true;
  try {
    await carryOut({ ...state, email, password, along, close: () => dialog.close() });
  } catch (error) {
    // the dialog may have given way to another one by now
    if (!dialog.open) dialog.showModal();
    wrong.textContent = wordsOf(error);
    wrong.hidden = false;
    if (["email_exists", "user_already_exists"].includes(error.code)) offerSignIn(dialog, { ...state, email }, wrong);
  } finally {
    button.disabled = false;
  }
}

async function carryOut({ form, user, sessions, email, password, along, close }) {
  if (form === "register") {
    if (user) await register(email, password);
    else await signUp(email, password);
    close();
    return say(user && sessions ? `Registered. ${counted(sessions, "session")} and ${sessions === 1 ? "its" : "their"} drafts stay yours.` : "Registered.");
  }
  if (user && along) {
    if (await signInTakingAlong(email, password, close)) say(`Signed in as ${email}.`);
    return;
  }
  if (user && sessions > 0 && !(await confirmLeaving(sessions))) return;
  become(await prove(email, password));
  close();
  say(`Signed in as ${email}.`);
}

function offerSignIn(dialog, state, wrong) {
  const change = () => {
    fillForm(dialog, { ...state, form: "sign-in" });
    byId("password").focus();
  };
  wrong.append(" ", el("button", { type: "button", onclick: change }, "Sign in instead"));
}

function confirmLeaving(sessions) {
  const words = `Nobody, not even you, can reach ${sessions === 1 ? "its session" : `its ${counted(sessions, "session")}`} afterwards. Register, or take them along to an account, to keep them.`;
  return confirm({ title: "Leave this guest's work behind?", words, yes: "Leave it behind", no: "Go back" });
}

async function leaveAsGuest(dialog, sessions) {
  if (sessions > 0 && !(await confirmLeaving(sessions))) return;
  dialog.close();
  await signOut();
}
