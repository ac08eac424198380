// A guest who signs in to an account takes the work along: what would move is shown first, what has moved afterwards, and
// until the receipt is closed it can be taken back.

import { issueClaim, previewTransfer, transfer, revertTransfer } from "./api.js";
import { become, comeBack, letGo, prove } from "./auth.js";
import { ask, facts } from "./dialog.js";
import { el } from "./dom.js";
import { bytes, counted, dateTime } from "./format.js";
import { complain, say } from "./notice.js";

/**
 * Signs in and takes the guest's sessions along. The guest stays signed in here until the visitor has agreed, so that a change
 * of mind or a lost connection loses nothing. False when they stay a guest after all.
 */
export async function signInTakingAlong(email, password, closeForm) {
  const { claim } = await issueClaim();
  const proved = await prove(email, password);
  const preview = await previewTransfer(claim, proved.access_token).catch((error) => abandon(proved, error));
  closeForm();
  if (!(await agreed(preview, proved.user))) {
    await letGo(proved);
    say("You are still here as a guest. Nothing has moved.");
    return false;
  }
  const receipt = await transfer(claim, proved.access_token).catch((error) => abandon(proved, error));
  const guest = become(proved);
  await showReceipt(receipt, guest, proved.user);
  return true;
}

async function abandon(proved, error) {
  await letGo(proved);
  throw error;
}

function pairs({ sessions, files, total_size_bytes: size }, receiver) {
  return [
    ["Sessions", sessions.toLocaleString()],
    ["Drafts", files > 0 ? `${files.toLocaleString()}, ${bytes(size)}` : "none"],
    ["From", "this guest"],
    ["To", receiver.email],
  ];
}

function agreed(preview, receiver) {
  const body = [facts(pairs(preview, receiver)), el("p", {}, "They keep their ids, dates and contents. The guest is closed afterwards.")];
  const answers = [
    { label: "Stay a guest", value: false },
    { label: "Take it along", value: true, look: "primary", focus: true },
  ];
  return ask({ title: `Take ${counted(preview.sessions, "session")} along?`, body, answers });
}

async function showReceipt(receipt, guest, receiver) {
  const until = receipt.undo_until && dateTime(receipt.undo_until);
  const body = [
    facts([...pairs(receipt, receiver), ["Receipt", receipt.id], ["When", dateTime(receipt.created_at)]]),
    el("p", { class: "hint" }, until ? `Keep the receipt's number: with it, the API can take this back until ${until}.` : "Keep the receipt's number."),
  ];
  const answers = [
    { label: "Take it back", value: "undo" },
    { label: "Done", value: "done", look: "primary", focus: true },
  ];
  const answer = await ask({ title: `${counted(receipt.sessions, "session")} came along`, body, answers });
  if (answer !== "undo") return letGo(guest);
  try {
    await revertTransfer(receipt.id);
    await comeBack(guest);
    say("Everything is with the guest again, and so are you.");
  } catch (error) {
    complain(error);
    await letGo(guest);
  }
}
