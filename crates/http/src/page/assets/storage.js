// What this browser keeps between visits.
//
// The sign-in lies in localStorage, not in a cookie and not in memory: a guest has no password to come back with, so closing
// the tab must not lose their work, and all tabs of one visitor must be one user. What makes that bearable is that no foreign
// script can run here: the content security policy lets only this server's own files run and forbids markup from text.

const SESSION = "lodger.session";
const memory = new Map();

function area(kind) {
  try {
    return window[kind];
  } catch {
    // storage is switched off in this browser: the visit lasts as long as the tab
    return {
      getItem: (name) => memory.get(name) ?? null,
      setItem: (name, value) => memory.set(name, value),
      removeItem: (name) => memory.delete(name),
    };
  }
}

function read(kind, name) {
  try {
    return JSON.parse(area(kind).getItem(name));
  } catch {
    return null;
  }
}

function write(kind, name, value) {
  if (value === null) area(kind).removeItem(name);
  else area(kind).setItem(name, JSON.stringify(value));
}

export const readSession = () => read("localStorage", SESSION);
export const writeSession = (session) => write("localStorage", SESSION, session);

// A token that was pasted is somebody's from elsewhere: it goes with the tab.
export const readPasted = () => read("sessionStorage", SESSION);
export const writePasted = (session) => write("sessionStorage", SESSION, session);

export const readChoice = (name) => read("localStorage", `lodger.${name}`);
export const writeChoice = (name, value) => write("localStorage", `lodger.${name}`, value);

/** Calls when another tab signs in, out, or refreshes. */
export function onSessionChange(action) {
  window.addEventListener("storage", (event) => {
    if (event.key === SESSION || event.key === null) action();
  });
}
