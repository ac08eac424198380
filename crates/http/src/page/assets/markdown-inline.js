// The inline part of Markdown: emphasis, code, links. Links lead to http, https and mailto only, images are named and not
// loaded, and a tag is text like any other.

import { el } from "./dom.js";

const DEPTH = 8;
/** Stands where an atom was, so that no mark within it counts. Texts never hold it. */
const MASK = "\0";
const MARKS = [
  ["**", "strong"],
  ["__", "strong"],
  ["~~", "del"],
  ["*", "em"],
  ["_", "em"],
];
const ADDRESS = /https?:\/\/[^\s<>\0]+/y;

/** The addresses that a text defines for its links, by name. */
export function definitionsOf(lines) {
  const definitions = new Map();
  for (const line of lines) {
    const found = /^ {0,3}\[([^\]\n]{1,200})\]:[ \t]*<?([^\s>]+)>?/.exec(line);
    if (found && !definitions.has(key(found[1]))) definitions.set(key(found[1]), found[2]);
  }
  return definitions;
}

const key = (name) => name.trim().toLowerCase().replace(/\s+/g, " ");

/** The nodes of a text. */
export function inline(text, { definitions }) {
  const state = { text, definitions, atoms: new Map(), absent: new Map() };
  state.masked = mask(state);
  state.brackets = brackets(state.masked);
  return range(state, 0, text.length, 0);
}

/** Finds code, escaped signs and addresses in angle brackets first: they bind closer than any mark. */
function mask(state) {
  const { text, atoms } = state;
  let masked = "";
  const absent = new Set();
  const atom = (end, make) => {
    atoms.set(masked.length, { end, make });
    masked += MASK.repeat(end - masked.length);
  };
  while (masked.length < text.length) {
    const at = masked.length;
    const sign = text[at];
    if (sign === "\\" && text[at + 1] === "\n") atom(at + 2, () => el("br"));
    else if (sign === "\\" && /[!-/:-@[-`{-~]/.test(text[at + 1] ?? "")) atom(at + 2, () => text[at + 1]);
    else if (sign === "`") {
      const length = runAt(text, at, "`");
      const end = absent.has(length) ? -1 : closing(text, at + length, length);
      if (end === -1) {
        absent.add(length);
        masked += "`".repeat(length);
      } else atom(end + length, () => el("code", {}, codeText(text.slice(at + length, end))));
    } else if (sign === "<") {
      const found = /^<((?:https?:\/\/|mailto:)[^\s<>]{1,2000})>/i.exec(text.slice(at, at + 2010));
      if (found) atom(at + found[0].length, (within) => link(found[1], [found[1].replace(/^mailto:/i, "")], within));
      else masked += sign;
    } else if (sign === " " && / {2,}\n/y.test(text.slice(at, at + 40))) {
      const end = text.indexOf("\n", at) + 1;
      atom(end, () => el("br"));
    } else masked += sign;
  }
  return masked;
}

function runAt(text, at, sign) {
  let end = at;
  while (text[end] === sign) end += 1;
  return end - at;
}

/** Where a run of exactly so many backticks begins. */
function closing(text, from, length) {
  for (let at = text.indexOf("`", from); at !== -1; at = text.indexOf("`", at)) {
    const run = runAt(text, at, "`");
    if (run === length) return at;
    at += run;
  }
  return -1;
}

function codeText(text) {
  const flat = text.replaceAll("\n", " ");
  return /^ .* $/.test(flat) && flat.trim() ? flat.slice(1, -1) : flat;
}

/** Each opening bracket's closing one, found in one walk. */
function brackets(masked) {
  const pairs = new Map();
  const open = [];
  for (let at = 0; at < masked.length; at += 1) {
    if (masked[at] === "[") open.push(at);
    else if (masked[at] === "]" && open.length > 0) pairs.set(open.pop(), at);
  }
  return pairs;
}

function range(state, from, to, depth) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push(document.createTextNode(plain));
    plain = "";
  };
  let at = from;
  while (at < to) {
    const found = atomAt(state, at) ?? (depth < DEPTH ? special(state, at, to, depth) : null);
    if (found && found.end <= to) {
      const made = found.make(state);
      if (typeof made === "string") plain += made;
      else {
        flush();
        nodes.push(made);
      }
      at = found.end;
    } else {
      // a mark that opens nothing is passed over as a whole
      const run = "*_~".includes(state.masked[at]) ? runAt(state.masked, at, state.masked[at]) : 1;
      const end = Math.min(to, at + run);
      plain += state.text.slice(at, end);
      at = end;
    }
  }
  flush();
  return nodes;
}

const atomAt = (state, at) => state.atoms.get(at) ?? null;

function special(state, at, to, depth) {
  const sign = state.masked[at];
  if (sign === "[") return linked(state, at, depth);
  if (sign === "!" && state.masked[at + 1] === "[") return pictured(state, at);
  if (sign === "h") return bare(state, at, to);
  if (sign === "*" || sign === "_" || sign === "~") return emphasized(state, at, to, depth);
  return null;
}

function emphasized(state, at, to, depth) {
  for (const [mark, tag] of MARKS) {
    // two signs are strong or nothing
    if (!state.masked.startsWith(mark, at) || (mark.length === 1 && runAt(state.masked, at, mark) === 2)) continue;
    const start = at + mark.length;
    if (/\s/.test(state.text[start] ?? " ")) continue;
    if (mark[0] === "_" && isWord(state.text[at - 1])) continue;
    const end = closer(state, mark, start, to);
    if (end !== -1) return { end: end + mark.length, make: () => el(tag, {}, range(state, start, end, depth + 1)) };
  }
  return null;
}

const isWord = (sign) => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);

/** Where a mark closes. What was not found once is not looked for again further on. */
function closer(state, mark, start, to) {
  const { masked, text, absent } = state;
  const memo = `${mark}${to}`;
  if ((absent.get(memo) ?? Infinity) <= start) return -1;
  const single = mark.length === 1;
  for (let at = masked.indexOf(mark, start + 1); at !== -1 && at < to; ) {
    const run = runAt(masked, at, mark[0]);
    const fits = single ? run !== 2 : run >= 2;
    const place = single ? at : at + run - 2;
    const after = text[at + run];
    if (fits && !/\s/.test(text[at - 1]) && !(mark[0] === "_" && isWord(after)) && place + mark.length <= to) return place;
    at = masked.indexOf(mark, at + run);
  }
  absent.set(memo, start);
  return -1;
}

function linked(state, at, depth) {
  const target = targetOf(state, at);
  if (!target || !target.address) return null;
  // a link holds no link
  const within = { ...state, brackets: new Map(), inLink: true };
  return { end: target.end, make: () => link(target.address, range(within, at + 1, target.close, depth + 1)) };
}

function pictured(state, at) {
  const target = targetOf(state, at + 1);
  if (!target || !target.address) return null;
  const name = state.text.slice(at + 2, target.close).trim() || "without a name";
  const label = el("span", { class: "image" }, `Image: ${name}`);
  return { end: target.end, make: () => link(target.address, [label], state) };
}

/** What stands behind the text of a link: an address in parentheses, or the name of a definition. */
function targetOf(state, at) {
  const close = state.brackets.get(at);
  if (close === undefined) return null;
  const { text, definitions } = state;
  if (text[close + 1] === "(") {
    const found = /^\(\s*(?:<([^<>\n]*)>|([^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*))(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/.exec(text.slice(close + 1, close + 2500));
    if (found) return { close, end: close + 1 + found[0].length, address: (found[1] ?? found[2]).replace(/\\([!-/:-@[-`{-~])/g, "$1") };
  }
  const second = text[close + 1] === "[" ? state.brackets.get(close + 1) : undefined;
  const name = second !== undefined && second > close + 2 ? text.slice(close + 2, second) : text.slice(at + 1, close);
  const address = name.length <= 200 ? definitions.get(key(name)) : undefined;
  return { close, end: (second ?? close) + 1, address };
}

function bare(state, at, to) {
  if (state.inLink || !state.masked.startsWith("http", at) || isWord(state.text[at - 1])) return null;
  ADDRESS.lastIndex = at;
  const found = ADDRESS.exec(state.masked);
  if (!found) return null;
  const address = withoutPunctuation(found[0].slice(0, to - at));
  return { end: at + address.length, make: () => link(address, [address]) };
}

/** A sentence's end is not the address's; neither is a parenthesis that the address did not open. */
function withoutPunctuation(address) {
  let end = address.length;
  let surplus = 0;
  for (const sign of address) surplus += sign === ")" ? 1 : sign === "(" ? -1 : 0;
  for (; end > 0; end -= 1) {
    const last = address[end - 1];
    if (last === ")" && surplus > 0) surplus -= 1;
    else if (!".,;:!?'\"*_~".includes(last)) break;
  }
  return address.slice(0, end);
}

/** The address if it is one to follow: absolute, and of a kind that runs nothing. */
export function safe(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
}

function link(address, children, within = null) {
  const href = safe(address);
  if (!href || within?.inLink) return el("span", {}, children);
  return el("a", { href, rel: "noopener noreferrer nofollow", target: "_blank" }, children);
}
