// Where the visitor is, in the address after the `#`: links, history and reloading work.

import { byId } from "./dom.js";

const ID = "([0-9a-f-]{36})";
const DRAFT = new RegExp(`^#/sessions/${ID}/drafts/${ID}$`);
const SESSION = new RegExp(`^#/sessions/${ID}$`);

export const sessionHref = (id) => `#/sessions/${id}`;
export const draftHref = (sessionId, id) => `#/sessions/${sessionId}/drafts/${id}`;

/** `{view, sessionId, draftId}` of the present address. */
export function currentRoute() {
  const draft = DRAFT.exec(location.hash);
  if (draft) return { view: "draft", sessionId: draft[1], draftId: draft[2] };
  const session = SESSION.exec(location.hash);
  if (session) return { view: "session", sessionId: session[1], draftId: null };
  return { view: "list", sessionId: null, draftId: null };
}

export function go(href) {
  if (location.hash === href || (href === "#/" && location.hash === "")) window.dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = href;
}

/** From a draft to its session, from a session to the list. */
export function goBack() {
  const route = currentRoute();
  if (route.view === "draft") go(sessionHref(route.sessionId));
  else if (route.view === "session") go("#/");
}

/** Calls now and whenever the address changes. */
export function onRoute(action) {
  const act = () => {
    const route = currentRoute();
    byId("panes").dataset.view = route.view;
    action(route);
  };
  window.addEventListener("hashchange", act);
  act();
}
