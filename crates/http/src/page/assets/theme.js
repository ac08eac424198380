// Light, dark, or as the system has it.

import { byId } from "./dom.js";
import { readChoice, writeChoice } from "./storage.js";

const SVG = "http://www.w3.org/2000/svg";
const THEMES = [
  { name: null, words: "as the system", path: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18" },
  { name: "light", words: "light", path: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12 1v2M12 21v2M1 12h2M21 12h2M4.2 4.2l1.4 1.4M18.4 18.4l1.4 1.4M4.2 19.8l1.4-1.4M18.4 5.6l1.4-1.4" },
  { name: "dark", words: "dark", path: "M20.5 14.5A9 9 0 0 1 9.5 3.5a9 9 0 1 0 11 11z" },
];

export function startTheme() {
  const button = byId("theme");
  let index = Math.max(0, THEMES.findIndex((it) => it.name === readChoice("theme")));
  const show = () => {
    const { name, words, path } = THEMES[index];
    if (name) document.documentElement.dataset.theme = name;
    else delete document.documentElement.dataset.theme;
    button.setAttribute("aria-label", `Colours: ${words}`);
    button.title = `Colours: ${words}`;
    button.replaceChildren(drawing(path, name === null));
  };
  button.addEventListener("click", () => {
    index = (index + 1) % THEMES.length;
    writeChoice("theme", THEMES[index].name);
    show();
  });
  show();
}

function drawing(path, filled) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const part of filled ? path.split(/(?<=z)/) : [path]) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", part);
    if (part.endsWith("z") && filled) line.setAttribute("fill", "currentColor");
    svg.append(line);
  }
  return svg;
}
