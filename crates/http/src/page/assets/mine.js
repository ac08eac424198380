// What is the visitor's own: how they are called, all their work to take along, and having it erased.

import { eraseEverything, exportEverything, getProfile, getStatistics, saveProfile } from "./api.js";
import { ask, facts, field } from "./dialog.js";
import { byId, el, fill } from "./dom.js";
import { bytes, counted, save } from "./format.js";
import { attempt, complain, say } from "./notice.js";
import { go } from "./route.js";

let onErased = () => {};

/** Calls when everything was erased. */
export function startMine(action) {
  onErased = action;
}

/** A part of the account's dialog. The profile is filled in when it has come. */
export function mine(user, close) {
  const profile = el("form", { class: "profile", "aria-labelledby": "mine-title" });
  getProfile().then((it) => showProfile(profile, it), complain);
  return el(
    "section",
    { class: "mine", "aria-labelledby": "mine-title" },
    el("h3", { id: "mine-title" }, "Yours"),
    profile,
    el(
      "div",
      { class: "row" },
      el("button", { type: "button", id: "export", onclick: (event) => attempt(event.currentTarget, takeAlong) }, "Export my work"),
      el("button", { type: "button", id: "erase", class: "danger", onclick: () => erase(user, close) }, "Erase my data…"),
    ),
  );
}

function showProfile(form, profile) {
  const name = field("Name", { id: "display-name", maxlength: 200, autocomplete: "name", value: profile.display_name ?? "" });
  const language = field("Language", { id: "profile-language", maxlength: 35, placeholder: "en", value: profile.language ?? "" }, "A tag such as en or vi-VN.");
  form.onsubmit = async (event) => {
    event.preventDefault();
    const change = { display_name: textOf("display-name"), language: textOf("profile-language") };
    await attempt(event.submitter, async () => {
      showProfile(form, await saveProfile(profile, change));
      byId("save-profile").focus();
      say("Your name and language are saved.");
    });
  };
  fill(form, name, language, el("button", { id: "save-profile" }, "Save"));
}

const textOf = (id) => byId(id).value.trim() || null;

async function takeAlong() {
  const answer = await exportEverything();
  save(await answer.blob(), "lodger-export.ndjson");
  say("Everything is in the file: one record on each line, drafts with their content.");
}

/** Two steps: what would be lost is shown, then the word is typed. */
async function erase(user, close) {
  let statistics;
  try {
    statistics = await getStatistics();
  } catch (error) {
    return complain(error);
  }
  close();
  const { sessions, files, total_size_bytes: size } = statistics;
  const body = [
    facts([
      ["Sessions", `${sessions.toLocaleString()}, archived ones too`],
      ["Drafts", files > 0 ? `${files.toLocaleString()}, ${bytes(size)}` : "none"],
      ["Besides", "events, receipts, your name and language here"],
    ]),
    el("p", {}, "Nobody can bring any of it back. The account itself stays: it belongs to the sign-in, which other projects use too."),
  ];
  const answers = [
    { label: "Keep everything", value: false, focus: true },
    { label: "Go on", value: true, look: "danger" },
  ];
  if (!(await ask({ title: "Erase all your data here?", body, answers }))) return;
  if (!(await typed("erase"))) return;
  await attempt(null, async () => {
    const erased = await eraseEverything(user.id);
    go("#/");
    onErased();
    say(`Erased: ${counted(erased.sessions, "session")} and ${counted(erased.files, "draft")}.`);
  });
}

/** The second step. The answer that erases works once the word stands there. */
async function typed(word) {
  const input = el("input", { id: "erase-word", autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const body = el("div", { class: "field" }, el("label", { for: "erase-word" }, `Type “${word}” to erase everything.`), input);
  const answers = [
    { label: "Keep everything", value: false, focus: true },
    { label: "Erase everything", value: true, look: "primary danger" },
  ];
  const answered = ask({ title: "Really everything?", body, answers });
  const yes = byId("question").querySelector("button.danger");
  yes.disabled = true;
  input.addEventListener("input", () => (yes.disabled = input.value.trim().toLowerCase() !== word));
  return (await answered) === true;
}
