// JSON as text to read: indented, with names, texts and the rest told apart.

import { el } from "./dom.js";

/** With more text than this, colours cost more than they tell. */
const LONGEST = 120_000;
const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/g;

export function renderJson(text) {
  const pretty = indented(text);
  const children = pretty.length > LONGEST ? [pretty] : coloured(pretty);
  return el("pre", { class: "source", tabindex: 0, role: "region", "aria-label": "JSON" }, children);
}

/** What is no JSON is shown as it is. So is what holds a number that would not come back the same. */
function indented(text) {
  try {
    const value = JSON.parse(text);
    return /\d{16}/.test(text) ? text : JSON.stringify(value, null, 2);
  } catch {
    return text;
  }
}

function coloured(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    nodes.push(text.slice(end, found.index));
    const [token, colon] = found;
    const look = colon !== undefined ? "key" : token.startsWith('"') ? "string" : "atom";
    nodes.push(el("span", { class: look }, token));
    end = found.index + token.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}
