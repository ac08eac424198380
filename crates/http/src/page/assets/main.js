// Puts the page together: who is here, what they look at, and what happens meanwhile.

import { showAccount, startAccount } from "./account.js";
import { me } from "./api.js";
import { currentUser, onUser, start } from "./auth.js";
import { byId } from "./dom.js";
import { focusDraft, markDraft, onStages, touchDrafts } from "./drafts.js";
import { showGate, showOutage } from "./gate.js";
import { startKeys } from "./keys.js";
import { Library } from "./library.js";
import { startMine } from "./mine.js";
import { complain } from "./notice.js";
import { followDrafts, hideDraft, showDraft } from "./reader.js";
import { currentRoute, go, onRoute } from "./route.js";
import { showSession, showWelcome, startSession } from "./session.js";
import { startSelection } from "./selection.js";
import { focusRow, mark, startList } from "./sessions.js";
import { Stream } from "./stream.js";
import { startTheme } from "./theme.js";

const library = new Library();
const stream = new Stream({ onEvent: happened, onReset: lookAgain, onState: showState });
let user = null;
let route = null;

const STATES = { live: "Live", connecting: "Connecting", away: "Offline" };

function showState(state) {
  byId("live").dataset.state = state;
  byId("live-words").textContent = STATES[state];
}

function happened({ kind, sessionId }) {
  if (kind.startsWith("transfer.")) {
    showMoved();
    return lookAgain();
  }
  if (!sessionId) return;
  if (kind === "session.deleted") library.drop(sessionId);
  else library.touch(sessionId);
  if (kind.startsWith("draft.")) touchDrafts(sessionId);
}

function lookAgain() {
  library.reset().catch(complain);
  if (route?.sessionId) touchDrafts(route.sessionId);
}

/** A guest whose work was taken along, in another window or by somebody who had the claim, is told so. */
async function showMoved() {
  const asked = user;
  byId("moved").hidden = true;
  if (!asked?.is_anonymous) return;
  try {
    const { transferred } = await me();
    if (user === asked) byId("moved").hidden = transferred === null;
  } catch (error) {
    complain(error);
  }
}

/** Somebody else, or the same user with other rights. */
function userIs(next) {
  const before = user;
  user = next;
  showAccount(user);
  if (before?.id === next?.id && before !== null) return;
  byId("panes").hidden = user === null;
  byId("gate").hidden = user !== null;
  byId("live").hidden = user === null;
  if (!user) {
    stream.stop();
    library.clear();
    forgetViews();
    return showGate();
  }
  if (before) {
    library.clear();
    forgetViews();
  }
  // the stream's first connection loads the list too, but a list must not wait for it
  library.reset().catch(complain);
  showMoved();
  stream.start();
  follow(currentRoute());
}

function forgetViews() {
  hideDraft();
  showWelcome();
  route = null;
  if (currentRoute().view !== "list") go("#/");
}

function follow(next) {
  if (!user) return;
  const before = route;
  route = next;
  // on the first look the browser's own focus is right
  const focus = before !== null;
  if (next.view !== "draft") hideDraft();
  markDraft(next.draftId);
  mark(next.sessionId);
  if (next.view === "list") {
    document.title = "Lodger";
    showWelcome();
    if (before?.sessionId) focusRow(before.sessionId);
    return;
  }
  const isBack = before?.view === "draft" && next.view === "session" && before.sessionId === next.sessionId;
  showSession(next.sessionId, { focus: focus && next.view === "session" && !isBack });
  if (next.view === "draft") showDraft(next.sessionId, next.draftId, { focus });
  else if (isBack) focusDraft(before.draftId);
}

async function begin() {
  byId("gate").hidden = true;
  try {
    await start();
    if (!currentUser()) userIs(null);
  } catch (error) {
    byId("live").hidden = true;
    showOutage(error, begin);
  }
}

startTheme();
startKeys();
startAccount();
startMine(lookAgain);
startSelection(library);
startList(library);
startSession(library);
onStages(followDrafts);
onUser(userIs);
onRoute(follow);
begin();
