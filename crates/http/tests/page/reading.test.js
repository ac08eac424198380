// Drafts of every kind, and drafts that mean harm.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { visit, withBrowser } from "./browser.js";

const HOSTILE = [
  "# Hello",
  '<img src=x onerror="window.harmed=1"> <script>window.harmed=2</script>',
  "[click](javascript:window.harmed=3) [again](JaVaScRiPt:window.harmed=4) [data](data:text/html,<script>window.harmed=5</script>)",
  "[spaced](java\tscript:window.harmed=6) <javascript:window.harmed=7> ![x](javascript:window.harmed=8)",
  "[ref][evil] and [evil]",
  '[quoted](https://example.test/"onmouseover="window.harmed=9)',
  "![tracker](https://example.test/pixel.png)",
  "<style>body{display:none}</style><iframe srcdoc='<script>parent.harmed=10</script>'></iframe>",
  "",
  "[evil]: javascript:window.harmed=11",
].join("\n\n");

test("nothing in a draft runs, loads or leads astray", async () => {
  await withBrowser(async (browser) => {
    const visitor = await visit(browser);
    const { page } = visitor;
    const id = await visitor.startSession('<img src=x onerror="window.harmed=20">');
    await visitor.put(id, '2_planning/<img src=x onerror="window.harmed=21">.md', HOSTILE);
    await visitor.put(id, "2_planning/page.html", "<script>window.harmed=22</script>", { media_type: "text/html" });
    await visitor.put(id, "2_planning/drawing.svg", "<svg onload='window.harmed=23'/>", { media_type: "image/svg+xml" });
    await visitor.stage("Planning").getByRole("link", { name: ".md" }).click();
    await page.getByRole("heading", { name: "Hello" }).waitFor();
    const links = await page.locator(".prose a").evaluateAll((all) => all.map((it) => `${it.protocol} ${it.rel} ${it.target}`));
    assert.ok(links.length >= 2 && links.every((it) => it === "https: noopener noreferrer nofollow _blank"), links.join("\n"));
    const tags = await page.locator(".prose *").evaluateAll((all) => [...new Set(all.map((it) => it.tagName.toLowerCase()))].sort());
    assert.deepEqual(tags, ["a", "h3", "p", "span"]);
    const attributes = await page.locator(".prose *").evaluateAll((all) => all.flatMap((it) => it.getAttributeNames()));
    assert.deepEqual([...new Set(attributes)].sort(), ["class", "href", "rel", "target"]);
    for (const it of await page.locator(".prose span").all()) await it.click();
    for (const [name, text] of [["page.html", "window.harmed=22"], ["drawing.svg", "window.harmed=23"]]) {
      await page.goBack();
      await visitor.stage("Planning").getByRole("link", { name }).click();
      await page.getByLabel("Text", { exact: true }).getByText(text).waitFor();
    }
    assert.equal(await page.evaluate(() => window.harmed), undefined);
    await visitor.leave();
  });
});

test("each kind of draft is read in its own way", async () => {
  await withBrowser(async (browser) => {
    const visitor = await visit(browser);
    const { page } = visitor;
    const id = await visitor.startSession("Kinds");
    const open = async (path, content, more) => {
      await visitor.put(id, path, content, more);
      await page.evaluate((it) => (location.hash = `#/sessions/${it}`), id);
      await page.getByRole("link", { name: path.split("/")[1] }).click();
      await page.getByRole("heading", { level: 2, name: path.split("/")[1] }).waitFor();
    };
    await open("1_initial_research/found.json", '{"a":[1,true,null],"b":"x"}', { media_type: "application/json" });
    assert.equal(await page.getByLabel("JSON").innerText(), '{\n  "a": [\n    1,\n    true,\n    null\n  ],\n  "b": "x"\n}');
    await open("1_initial_research/broken.json", '{"a":', { media_type: "application/json" });
    assert.equal(await page.getByLabel("JSON").innerText(), '{"a":');
    await open("1_initial_research/exact.json", '{"n":12345678901234567890}', { media_type: "application/json" });
    assert.equal(await page.getByLabel("JSON").innerText(), '{"n":12345678901234567890}');
    await open("2_planning/notes.txt", "one\n  two <b>", { media_type: "text/plain" });
    assert.equal(await page.getByLabel("Text", { exact: true }).innerText(), "one\n  two <b>");
    await open("2_planning/empty.md", "");
    await page.getByText("This draft is empty.").waitFor();
    await open("3_parallel_research/long.txt", "word ".repeat(100_000), { media_type: "text/plain" });
    await page.getByText("this is its beginning").waitFor();
    const binary = Buffer.from([0, 1, 2, 255]);
    await open("4_writing/report.pdf", undefined, { content_base64: binary.toString("base64"), media_type: "application/pdf" });
    await page.getByText("PDF cannot be shown here.").waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).click()]);
    assert.equal(download.suggestedFilename(), "report.pdf");
    assert.deepEqual(await readFile(await download.path()), binary);
    await visitor.leave();
  });
});

/** Markdown and the HTML that it looks like. */
const CASES = [
  ["# One\n## Two ##\nThree\n===", "<h3>One</h3><h4>Two</h4><h3>Three</h3>"],
  ["a *b* **c** ***d*** ~~e~~ `f*g*`", "<p>a <em>b</em> <strong>c</strong> <strong><em>d</em></strong> <del>e</del> <code>f*g*</code></p>"],
  ["snake_case_name 2*3*4 \\*no\\*", "<p>snake_case_name 2<em>3</em>4 *no*</p>"],
  ["**open *and* open", "<p>**open <em>and</em> open</p>"],
  ["one  \ntwo\\\nthree", "<p>one<br>two<br>three</p>"],
  ["- a\n- b\n  - c\n\n1. x\n2. y", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><ol><li>x</li><li>y</li></ol>"],
  ["3) x\n\n   more\n4) y", '<ol start="3"><li><p>x</p><p>more</p></li><li><p>y</p></li></ol>'],
  ["> a\nb\n> > c", "<blockquote><p>a\nb</p><blockquote><p>c</p></blockquote></blockquote>"],
  ["a\n***\nb\n\n---", "<p>a</p><hr><p>b</p><hr>"],
  ["In\n1984. no list", "<p>In\n1984. no list</p>"],
  ["<b>x</b> & <!-- y -->", "<p>&lt;b&gt;x&lt;/b&gt; &amp; &lt;!-- y --&gt;</p>"],
  ["    code\n\n    more", '<pre tabindex="0" role="region" aria-label="Code"><code>code\n\nmore</code></pre>'],
  ["```js\n<x>\n```\nafter", '<pre tabindex="0" role="region" aria-label="Code: js"><code>&lt;x&gt;</code></pre><p>after</p>'],
  ["~~~\nnever closed", '<pre tabindex="0" role="region" aria-label="Code"><code>never closed</code></pre>'],
];

const LINKS = [
  ["[a *b*](https://example.test/x_(y) \"title\")", "https://example.test/x_(y)", "a b"],
  ["see https://example.test/a_b.", "https://example.test/a_b", "https://example.test/a_b"],
  ["(https://example.test/)", "https://example.test/", "https://example.test/"],
  ["<mailto:ann@example.test>", "mailto:ann@example.test", "ann@example.test"],
  ["[text][Ref]\n\n[ref]: https://example.test/ref", "https://example.test/ref", "text"],
  ["[ref]\n\n[ref]: <https://example.test/ref>", "https://example.test/ref", "ref"],
];

/** Texts that make careless readers of Markdown take minutes. */
const TIRING = [
  "[".repeat(50_000),
  "[a](".repeat(20_000),
  "*a **b ".repeat(15_000),
  "**x _y".repeat(15_000) + "**",
  "`".repeat(20_000) + " " + "`a".repeat(20_000),
  "> ".repeat(20_000) + "a",
  "- ".repeat(20_000) + "a",
  "# " + "#".repeat(50_000) + " a" + " ".repeat(50_000) + "b",
  "a|b\n" + "-|".repeat(50_000) + "x",
  "```" + "a".repeat(50_000) + "`",
  "https://example.test/" + ".".repeat(50_000) + "x" + ")".repeat(50_000),
  "<https://".repeat(20_000),
  "\\".repeat(50_001),
  " ".repeat(100_000) + "a",
  "1. ".repeat(20_000),
  "[a]: b\n".repeat(10_000) + "[a]".repeat(20_000),
  "|a".repeat(20_000) + "\n" + "|-".repeat(900),
];

test("Markdown is read as it is written elsewhere, and in no time", async () => {
  await withBrowser(async (browser) => {
    const visitor = await visit(browser);
    const { page } = visitor;
    const rendered = (text) =>
      page.evaluate(async (it) => {
        const { renderMarkdown } = await import("/page/markdown.js");
        const prose = renderMarkdown(it);
        return { html: prose.innerHTML, links: [...prose.querySelectorAll("a")].map((a) => [a.href, a.textContent]) };
      }, text);
    for (const [text, html] of CASES) assert.equal((await rendered(text)).html, html, text);
    for (const [text, href, words] of LINKS) assert.deepEqual((await rendered(text)).links, [[href, words]], text);
    const table = (await rendered("| a | b |\n|:-:|--:|\n| 1 \\| 2 | **3** |\n| x |")).html;
    const cells = '<tr><td class="center">1 | 2</td><td class="right"><strong>3</strong></td></tr><tr><td class="center">x</td><td class="right"></td></tr>';
    assert.ok(table.includes(`<tbody>${cells}</tbody>`), table);
    const tasks = await rendered("- [x] done\n- [ ] open");
    assert.match(tasks.html, /class="task" data-done="".*Done: .*done.*Open: .*open/);
    for (const text of TIRING) {
      const took = await page.evaluate(async (it) => {
        const { renderMarkdown } = await import("/page/markdown.js");
        const began = performance.now();
        renderMarkdown(it);
        return performance.now() - began;
      }, text);
      assert.ok(took < 1500, `${text.slice(0, 20)}… took ${Math.round(took)} ms`);
    }
    await visitor.leave();
  });
});
