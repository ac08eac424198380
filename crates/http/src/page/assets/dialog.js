// Dialogs: the browser's own, which keep the focus inside and give it back.

import { byId, el, fill } from "./dom.js";

/** Asks a question; resolves to the chosen answer's value, or null when the dialog is closed otherwise. */
export function ask({ title, body, answers }) {
  const dialog = byId("question");
  return new Promise((resolve) => {
    let chosen = null;
    const buttons = answers.map(({ label, value, look, focus }) =>
      el("button", { type: "button", class: look, autofocus: focus, onclick: () => ((chosen = value), dialog.close()) }, label),
    );
    fill(dialog, el("h2", { id: "question-title" }, title), el("div", { class: "body" }, body), el("div", { class: "row end" }, buttons));
    // The event comes a moment after the closing: by then another question may be open, whose answer this is not.
    const closed = () => {
      if (dialog.open) return;
      dialog.removeEventListener("close", closed);
      resolve(chosen);
    };
    dialog.addEventListener("close", closed);
    dialog.showModal();
  });
}

/** A yes or no about something that cannot be taken back. The safe answer has the focus. */
export async function confirm({ title, words, yes, no = "Cancel" }) {
  const answers = [
    { label: no, value: false, focus: true },
    { label: yes, value: true, look: "primary danger" },
  ];
  return (await ask({ title, body: el("p", {}, words), answers })) === true;
}

/** Facts under each other: `[["Sessions", "3"], …]`. */
export function facts(pairs) {
  return el("dl", { class: "facts" }, pairs.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** A labelled field of a form. */
export function field(label, properties, hint = null) {
  const input = el("input", properties);
  const note = hint && el("small", { id: `${properties.id}-hint` }, hint);
  if (note) input.setAttribute("aria-describedby", note.id);
  return el("div", { class: "field" }, el("label", { for: properties.id }, el("span", {}, label)), input, note);
}
