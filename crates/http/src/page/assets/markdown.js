// Markdown as a tree of elements. What it reads was written by strangers: it makes elements from a fixed set, puts text in as
// text, and gives no element any attribute that came from a draft but the checked address of a link.

import { el } from "./dom.js";
import { definitionsOf, inline } from "./markdown-inline.js";

// Every pattern and every walk here takes time in proportion to the text, whatever the text is.

/** Containers within containers beyond this are text. */
const DEPTH = 12;
/** A longer line underlines no head of a table. */
const WIDEST_HEAD = 2000;

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-+*]|\d{1,9}[.)])(?:( +)|$)/;
const CODE = /^(?: {4}|\t)/;
const DEFINITION = /^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S+/;
const DELIMITER = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** The document of a Markdown text. Headings begin at the third level: above them stand the page and the draft. */
export function renderMarkdown(text) {
  const lines = text.replace(/\r\n?/g, "\n").replaceAll("\0", "\uFFFD").split("\n");
  const state = { definitions: definitionsOf(lines) };
  return el("div", { class: "prose" }, blocks(lines, state, 0));
}

function blocks(lines, state, depth) {
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    if (isBlank(lines[at]) || DEFINITION.test(lines[at])) {
      at += 1;
      continue;
    }
    const [node, next] = block(lines, at, state, depth);
    nodes.push(node);
    at = next;
  }
  return nodes;
}

/** The block that begins in a line, and the line after it. */
function block(lines, at, state, depth) {
  const line = lines[at];
  const fence = fenceOf(line);
  if (fence) return fenced(lines, at, fence);
  const heading = HEADING.exec(line);
  if (heading) return [headed(heading[1].length, withoutClosing(heading[2] ?? ""), state), at + 1];
  if (RULE.test(line)) return [el("hr"), at + 1];
  if (depth < DEPTH && QUOTE.test(line)) return quoted(lines, at, state, depth);
  if (depth < DEPTH && ITEM.test(line)) return listed(lines, at, state, depth);
  if (CODE.test(line)) return indented(lines, at);
  if (line.includes("|") && isDelimiter(lines[at + 1])) return tabled(lines, at, state);
  return paragraph(lines, at, state, depth);
}

const isBlank = (line) => line.trim() === "";

const isDelimiter = (line = "") => line.length <= WIDEST_HEAD && DELIMITER.test(line);

/** The mark that opens a block of code, and the language behind it. */
function fenceOf(line) {
  const mark = FENCE.exec(line)?.[1];
  if (!mark) return null;
  const rest = line.slice(line.indexOf(mark) + mark.length).trim();
  return mark[0] === "`" && rest.includes("`") ? null : { mark, language: rest.split(/\s/, 1)[0] };
}

/** A heading may be closed by as many signs as its writer likes. */
function withoutClosing(text) {
  const whole = text.trim();
  let end = whole.length;
  while (whole[end - 1] === "#") end -= 1;
  return end === 0 || /\s/.test(whole[end - 1]) ? whole.slice(0, end) : whole;
}

function headed(level, text, state) {
  return el(`h${Math.min(6, level + 2)}`, {}, inline(text.trim(), state));
}

function fenced(lines, at, { mark, language }) {
  const isEnd = (line) => line.trim().startsWith(mark) && line.trim() === mark[0].repeat(line.trim().length);
  let end = at + 1;
  while (end < lines.length && !isEnd(lines[end])) end += 1;
  const label = language ? `Code: ${language.slice(0, 40)}` : "Code";
  return [preformatted(lines.slice(at + 1, end), label), end + 1];
}

function indented(lines, at) {
  let end = at;
  while (end < lines.length && (CODE.test(lines[end]) || isBlank(lines[end]))) end += 1;
  while (isBlank(lines[end - 1])) end -= 1;
  return [preformatted(lines.slice(at, end).map((it) => it.replace(CODE, "")), "Code"), end];
}

/** Long lines scroll, which must work with the keyboard too. */
function preformatted(lines, label) {
  return el("pre", { tabindex: 0, role: "region", "aria-label": label }, el("code", {}, lines.join("\n")));
}

function quoted(lines, at, state, depth) {
  const inner = [];
  let end = at;
  while (end < lines.length && !isBlank(lines[end]) && (QUOTE.test(lines[end]) || !startsBlock(lines[end]))) {
    inner.push(lines[end].replace(QUOTE, ""));
    end += 1;
  }
  return [el("blockquote", {}, blocks(inner, state, depth + 1)), end];
}

function startsBlock(line) {
  return fenceOf(line) !== null || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || ITEM.test(line);
}

function listed(lines, at, state, depth) {
  const marker = ITEM.exec(lines[at])[2];
  const kind = marker.at(-1);
  const items = [];
  let loose = false;
  let end = at;
  while (end < lines.length) {
    const found = ITEM.exec(lines[end]);
    if (!found || found[2].at(-1) !== kind || RULE.test(lines[end])) break;
    const item = itemLines(lines, end, found);
    loose ||= item.lines.some((line, index) => isBlank(line) && index < item.lines.length - 1) || (item.blank && ITEM.exec(lines[item.end] ?? "")?.[2].at(-1) === kind);
    items.push(item.lines);
    end = item.end;
  }
  const number = Number.parseInt(marker, 10);
  const list = Number.isNaN(number) ? el("ul") : el("ol", { start: number === 1 ? null : number });
  for (const it of items) list.append(listItem(it, loose, state, depth));
  return [list, end];
}

/** The lines of an item without its marker and indentation, and the line after them. */
function itemLines(lines, at, found) {
  const spaces = found[3]?.length ?? 1;
  const indent = found[1].length + found[2].length + (spaces > 4 ? 1 : spaces);
  const inner = [lines[at].slice(indent)];
  let end = at + 1;
  for (; end < lines.length; end += 1) {
    const line = lines[end];
    const depth = line.search(/\S/);
    if (depth === -1) inner.push("");
    else if (depth >= indent) inner.push(line.slice(indent));
    else if (!isBlank(inner.at(-1)) && !startsBlock(line)) inner.push(line.trimStart());
    else break;
  }
  const blank = isBlank(inner.at(-1)) && inner.length > 1;
  while (inner.length > 1 && isBlank(inner.at(-1))) inner.pop();
  return { lines: inner, end, blank };
}

function listItem(lines, loose, state, depth) {
  const task = /^\[([ xX])\][ \t]+/.exec(lines[0]);
  const item = el("li", task ? { class: "task", "data-done": task[1] !== " " } : {});
  const rest = task ? [lines[0].slice(task[0].length), ...lines.slice(1)] : lines;
  if (task) item.append(el("span", { class: "unseen" }, task[1] === " " ? "Open: " : "Done: "));
  const nodes = blocks(rest, state, depth + 1);
  for (const node of nodes) {
    if (!loose && node.tagName === "P") item.append(...node.childNodes);
    else item.append(node);
  }
  return item;
}

function tabled(lines, at, state) {
  const aligns = cells(lines[at + 1]).map((it) => {
    if (it.endsWith(":")) return it.startsWith(":") ? "center" : "right";
    return null;
  });
  const row = (line, tag) => {
    const texts = cells(line).slice(0, aligns.length);
    while (texts.length < aligns.length) texts.push("");
    return el("tr", {}, texts.map((text, index) => el(tag, { class: aligns[index], scope: tag === "th" ? "col" : null }, inline(text, state))));
  };
  let end = at + 2;
  const body = el("tbody");
  for (; end < lines.length && !isBlank(lines[end]) && !startsBlock(lines[end]); end += 1) body.append(row(lines[end], "td"));
  const table = el("table", {}, el("thead", {}, row(lines[at], "th")), body);
  return [el("div", { class: "table", tabindex: 0, role: "region", "aria-label": "Table" }, table), end];
}

function cells(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((it) => it.trim().replaceAll("\\|", "|"));
}

function paragraph(lines, at, state, depth) {
  const text = [];
  let end = at;
  for (; end < lines.length && !isBlank(lines[end]); end += 1) {
    const underline = /^ {0,3}(=+|-+)[ \t]*$/.exec(lines[end]);
    if (underline && end > at) return [headed(underline[1][0] === "=" ? 1 : 2, text.join("\n"), state), end + 1];
    // a number other than 1 in the middle of a sentence is no list
    const list = ITEM.exec(lines[end]);
    const starts = list ? list[3] && (/^[-+*]|^1[.)]/.test(list[2]) && depth < DEPTH) : startsBlock(lines[end]);
    if (end > at && starts) break;
    text.push(lines[end].trimStart());
  }
  return [el("p", {}, inline(text.join("\n").trimEnd(), state)), end];
}
