// The sessions that are shown: page by page from the API, kept current by what the stream tells.

import { getSession, listSessions } from "./api.js";
import { Problem } from "./problem.js";

const PAGE = 100;
/** Changes of the stream are gathered for so many milliseconds. */
const GATHER = 150;
/** With more changed sessions than this, a page of the list is cheaper than one by one. */
const ONE_BY_ONE = 6;

export class Library {
  filter = { q: "", status: "", archived: "exclude" };
  sessions = new Map();
  total = null;
  next = null;
  loading = false;
  #controller = null;
  #listeners = new Set();
  #changed = new Set();
  #gone = new Set();
  #timer;

  /** Calls with `{kind: "reset" | "page" | "put" | "drop", …}` after each change. */
  onChange(action) {
    this.#listeners.add(action);
  }

  #emit(change) {
    for (const it of this.#listeners) it(change);
  }

  /** Starts over, with another filter or the same. */
  async reset(filter = this.filter) {
    this.filter = filter;
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.loading = true;
    try {
      const page = await listSessions({ ...filter, limit: PAGE, count: true, signal: controller.signal });
      this.sessions = new Map(page.items.map((it) => [it.id, it]));
      this.#gone.clear();
      this.total = page.total ?? null;
      this.next = page.next;
      this.loading = false;
      this.#emit({ kind: "reset", sessions: page.items });
    } finally {
      if (this.#controller === controller) this.loading = false;
    }
  }

  /** The next page, if there is one. */
  async more() {
    if (!this.next || this.loading) return;
    const { signal } = this.#controller;
    this.loading = true;
    try {
      const page = await listSessions({ ...this.filter, limit: PAGE, cursor: this.next, signal });
      if (signal.aborted) return;
      this.next = page.next;
      const fresh = page.items.filter((it) => !this.sessions.has(it.id));
      for (const it of fresh) this.sessions.set(it.id, it);
      this.loading = false;
      this.#emit({ kind: "page", sessions: fresh });
    } finally {
      if (!signal.aborted) this.loading = false;
    }
  }

  clear() {
    this.#controller?.abort();
    this.sessions.clear();
    this.total = null;
    this.next = null;
    this.#emit({ kind: "reset", sessions: [] });
  }

  /** A session as it is now: shown where it belongs, or taken out when the filter says so. */
  put(session) {
    const known = this.sessions.get(session.id);
    if (known && known.version > session.version) return;
    if (!this.#fits(session)) this.#remove(session.id);
    else if (known || !this.next || this.#isLoaded(session)) {
      this.sessions.set(session.id, session);
      if (!known) this.#count(1);
    }
    this.#emit({ kind: "put", session, shown: this.sessions.has(session.id) });
  }

  drop(id) {
    this.#gone.add(id);
    this.#changed.delete(id);
    this.#remove(id);
    this.#emit({ kind: "drop", id });
  }

  #remove(id) {
    if (this.sessions.delete(id)) this.#count(-1);
  }

  #count(by) {
    if (this.total !== null) this.total += by;
  }

  #fits({ title, status, archived_at }) {
    const { q, status: wanted, archived } = this.filter;
    if (archived !== "include" && (archived === "only") !== (archived_at !== null)) return false;
    if (wanted && wanted !== status) return false;
    return !q || title.toLowerCase().includes(q.toLowerCase());
  }

  /** Does it come before the end of what is loaded? */
  #isLoaded(session) {
    const last = [...this.sessions.values()].reduce((oldest, it) => (comesBefore(oldest, it) ? it : oldest), session);
    return last !== session;
  }

  /** The stream says that a session changed: it is read again, soon. */
  touch(id) {
    // events of a session may come after it was deleted here
    if (this.#gone.has(id)) return;
    this.#changed.add(id);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), GATHER);
  }

  async #renew() {
    const ids = [...this.#changed];
    this.#changed.clear();
    try {
      if (ids.length > ONE_BY_ONE) await this.reset();
      else await Promise.all(ids.map((id) => this.#renewOne(id)));
    } catch (error) {
      // the next event or reconnection tries again; a request of the visitor would tell what is wrong
      if (!(error instanceof Problem) && error.name !== "AbortError") throw error;
    }
  }

  async #renewOne(id) {
    try {
      this.put(await getSession(id));
    } catch (error) {
      if (error.status !== 404) throw error;
      this.drop(id);
    }
  }
}

/** The order of the list: the newest first, as the API has it. */
export function comesBefore(a, b) {
  return a.created_at === b.created_at ? a.id > b.id : a.created_at > b.created_at;
}
