// Makes elements. Text only ever becomes a text node: nothing here, or anywhere on this page, parses HTML.

/**
 * An element with properties and children. `class`, `dataset`, `on…` and `aria-…`/other attributes are told apart by name;
 * a property that is null or false is left out.
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(...children.flat().filter((it) => it !== null && it !== undefined && it !== false));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "dataset") Object.assign(element.dataset, value);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** Puts the children in place of what was there. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((it) => it !== null && it !== undefined && it !== false));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

/** A point in time for people, with the exact one for machines and as a tooltip. */
export function moment(iso, words) {
  const exact = new Date(iso).toLocaleString();
  return el("time", { datetime: iso, title: exact }, words);
}

/** Waits until calls have stopped for so many milliseconds. */
export function debounce(milliseconds, action) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}
