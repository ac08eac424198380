// What went wrong, in words: RFC 9457 problems of the API, errors of the sign-in, and a network that is not there.

export class Problem extends Error {
  constructor({ code, title, detail = null, status = 0, errors = [], requestId = null, retryAfter = null }) {
    super(detail ? `${title}: ${detail}` : title);
    this.name = "Problem";
    Object.assign(this, { code, title, detail, status, errors, requestId, retryAfter });
  }

  /** One or two sentences for a person. */
  get words() {
    const own = WORDS[this.code];
    const fields = this.errors.map((it) => `${fieldName(it.pointer)} ${it.detail}`.trim()).join("; ");
    const more = fields || (own ? null : this.detail);
    return sentence(own ?? this.title) + (more ? ` ${sentence(more)}` : "");
  }
}

// Where the API's own title would not tell a reader what to do next.
const WORDS = {
  unreachable: "The server cannot be reached. Your work is safe there; this page keeps trying.",
  database_unavailable: "The database cannot be reached at the moment. Nothing is lost; try again in a few seconds.",
  version_mismatch: "This was changed elsewhere in the meantime. You now see the newest state; try again.",
  rate_limited: "That was a lot at once. Wait a moment and try again.",
  over_request_rate_limit: "Too many attempts. Wait a minute and try again.",
  source_transferred: "This guest's work was taken along to an account. Sign in to that account to go on.",
  email_exists: "There is an account with this address already. Sign in to it instead, and take your work along.",
  user_already_exists: "There is an account with this address already. Sign in to it instead.",
  invalid_credentials: "Address and password do not fit together.",
  claim_invalid: "The time to take the work along is over. Start again.",
  not_found: "That is not here any more, or it is not yours.",
};

function sentence(text) {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

function fieldName(pointer = "") {
  return pointer.replace(/^\//, "").replaceAll("_", " ");
}

/** The problem that a response tells of. */
export async function problemOf(response) {
  const requestId = response.headers.get("x-request-id");
  const retryAfter = Number(response.headers.get("retry-after")) || null;
  const known = { status: response.status, requestId, retryAfter };
  let body = null;
  try {
    body = await response.json();
  } catch {
    // not from our server: a proxy's page, or nothing at all
  }
  if (body?.title) {
    return new Problem({ ...known, code: body.code, title: body.title, detail: body.detail, errors: body.errors ?? [] });
  }
  const code = typeof body?.code === "string" ? body.code : (body?.error_code ?? "unexpected");
  const title = body?.message ?? body?.msg ?? body?.error_description ?? `The server answered ${response.status}`;
  return new Problem({ ...known, code, title });
}

export function unreachable() {
  return new Problem({ code: "unreachable", title: "The server cannot be reached" });
}

/** Words for anything that was thrown. A mistake of the page itself is told in the console too. */
export function wordsOf(error) {
  if (error instanceof Problem) return error.words;
  console.error(error);
  return "Something on this page went wrong. Reload it and try again.";
}
