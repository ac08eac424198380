// The stream of what happens to the visitor's sessions: server-sent events read from a fetch, because an EventSource cannot
// send the token in a header. It resumes after the last event that was seen.

import { request } from "./api.js";
import { Problem } from "./problem.js";

/** The server sends a sign of life every 15 seconds; without three of them the connection is dead. */
const SILENCE = 50_000;
const LONGEST_WAIT = 30_000;
/** A tab out of sight gives its connection back after a while: browsers have only a few for each server. */
const OUT_OF_SIGHT = 60_000;

export class Stream {
  #handlers;
  #controller = null;
  #lastId = null;
  #running = 0;
  #wake = () => {};
  #hiddenTimer;

  /** `onEvent({kind, sessionId, payload})`, `onReset()` when events were missed, `onState("live"|"connecting"|"away")`. */
  constructor(handlers) {
    this.#handlers = handlers;
    document.addEventListener("visibilitychange", () => this.#sight());
    window.addEventListener("online", () => this.#wake());
  }

  start() {
    this.stop();
    this.#lastId = null;
    this.#running += 1;
    this.#run(this.#running);
  }

  stop() {
    this.#running += 1;
    this.#controller?.abort();
    this.#wake();
  }

  #sight() {
    clearTimeout(this.#hiddenTimer);
    if (document.hidden) this.#hiddenTimer = setTimeout(() => this.#controller?.abort(), OUT_OF_SIGHT);
    else this.#wake();
  }

  async #run(run) {
    let failures = 0;
    let wait = 1000;
    while (run === this.#running) {
      if (document.hidden && failures > 0) await this.#pause(Infinity);
      this.#handlers.onState(failures > 1 ? "away" : "connecting");
      try {
        const retry = await this.#connect(() => {
          failures = 0;
          wait = 1000;
        });
        wait = retry ?? wait;
        failures += 1;
      } catch (error) {
        if (error instanceof Problem && error.status === 401) return;
        failures += 1;
        wait = Math.min(LONGEST_WAIT, Math.max(wait, (error.retryAfter ?? 0) * 1000));
      }
      if (run !== this.#running) return;
      if (failures > 1) this.#handlers.onState("away");
      await this.#pause(wait * (0.75 + Math.random() / 2));
      wait = Math.min(LONGEST_WAIT, wait * 2);
    }
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (milliseconds < Infinity) setTimeout(resolve, milliseconds);
    });
  }

  /** Reads one connection to its end; gives back how long the server wants us to wait. */
  async #connect(onOpen) {
    const controller = new AbortController();
    this.#controller = controller;
    const headers = { accept: "text/event-stream" };
    if (this.#lastId !== null) headers["last-event-id"] = this.#lastId;
    const fresh = this.#lastId === null;
    const response = await request("GET", "/v1/stream", { headers, signal: controller.signal });
    onOpen();
    this.#handlers.onState("live");
    // what happened before this connection is not told: look once
    if (fresh) this.#handlers.onReset();
    let retry = null;
    let timer;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(), SILENCE);
    };
    try {
      for await (const event of events(response.body, alive)) {
        if (event.retry !== null) retry = event.retry;
        if (event.id !== null) this.#lastId = event.id;
        this.#tell(event);
      }
    } finally {
      clearTimeout(timer);
    }
    return retry;
  }

  #tell({ name, data }) {
    if (name === "reset") return this.#handlers.onReset();
    let body;
    try {
      body = JSON.parse(data);
    } catch {
      return;
    }
    const kind = body.kind ?? name;
    this.#handlers.onEvent({ kind, sessionId: body.session_id ?? null, payload: body.payload ?? {} });
  }
}

/** The events of a byte stream, as the standard for server-sent events cuts them. */
export async function* events(body, alive = () => {}) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = empty();
  alive();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (event.data !== null || event.retry !== null || event.id !== null) yield { ...event, data: event.data ?? "" };
        event = empty();
      } else field(event, line);
    }
  }
}

const empty = () => ({ name: "message", data: null, id: null, retry: null });

function field(event, line) {
  const colon = line.indexOf(":");
  if (colon === 0) return;
  const name = colon === -1 ? line : line.slice(0, colon);
  const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
  if (name === "event") event.name = value;
  else if (name === "data") event.data = event.data === null ? value : `${event.data}\n${value}`;
  else if (name === "id" && !value.includes("\0")) event.id = value;
  else if (name === "retry" && /^\d+$/.test(value)) event.retry = Number(value);
}
