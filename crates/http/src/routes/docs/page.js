// Shows the OpenAPI document of this server. Nothing is loaded from elsewhere, and nothing of the document is
// taken for markup.
"use strict";

const element = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== undefined && child !== ""));
  return made;
};

const resolve = (root, value) =>
  value && value.$ref
    ? value.$ref.slice(2).split("/").reduce((at, part) => at && at[part], root)
    : value;

// A schema with its references replaced, as deep as anybody reads.
const expand = (root, schema, depth = 0) => {
  const known = resolve(root, schema);
  if (depth > 5 || typeof known !== "object" || known === null) return known;
  if (Array.isArray(known)) return known.map((item) => expand(root, item, depth + 1));
  return Object.fromEntries(Object.entries(known).map(([key, item]) => [key, expand(root, item, depth + 1)]));
};

const contents = (root, holder) =>
  Object.entries((holder && holder.content) || {}).map(([type, { schema }]) =>
    element("div", {}, element("p", {}, element("code", { textContent: type })),
      element("pre", { textContent: JSON.stringify(expand(root, schema), null, 2) })));

const parameters = (root, operation) => {
  const rows = (operation.parameters || []).map((given) => resolve(root, given)).map((it) =>
    element("tr", {}, element("td", {}, element("code", { textContent: it.name })),
      element("td", { textContent: it.in + (it.required ? ", required" : "") }),
      element("td", { textContent: it.description || "" })));
  if (rows.length === 0) return [];
  return [element("h3", { textContent: "Parameters" }), element("table", {}, ...rows)];
};

const responses = (root, operation) =>
  Object.entries(operation.responses || {}).map(([status, given]) => {
    const answer = resolve(root, given);
    return element("details", {},
      element("summary", {}, element("code", { textContent: status }), ` ${answer.description || ""}`),
      element("div", {}, ...contents(root, answer)));
  });

const show = (root) => {
  document.getElementById("about").textContent =
    `${root.info.title} ${root.info.version}. ${root.info.description || ""}`;
  const main = document.getElementById("operations");
  for (const [path, methods] of Object.entries(root.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      main.append(element("details", {},
        element("summary", {}, element("span", { className: "method", textContent: method.toUpperCase() }),
          element("code", { textContent: path }), ` ${operation.summary || ""}`),
        element("div", {}, element("p", { textContent: operation.description || "" }),
          ...parameters(root, operation),
          ...(operation.requestBody ? [element("h3", { textContent: "Body" }), ...contents(root, operation.requestBody)] : []),
          element("h3", { textContent: "Answers" }), ...responses(root, operation))));
    }
  }
};

fetch("/openapi.json")
  .then((answer) => answer.json())
  .then(show)
  .catch((error) => { document.getElementById("about").textContent = `The description cannot be shown: ${error}`; });
