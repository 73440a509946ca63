// What the package's README and types say of the element is what the element has: neither more nor less.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./support.js";

const source = (name) => readFile(join(root, "web/embed/package", name), "utf8");
const [readme, types, element, render, styles, editor] = await Promise.all(["README.md", "element.d.ts", "element.js", "render.js", "styles.js", "editor.js"].map(source));
const all = (text, pattern) => [...new Set([...text.matchAll(pattern)].map(([, found]) => found))].sort();
const section = readme.slice(readme.indexOf("## The element"), readme.indexOf("## Fences"));

test("every attribute is documented", () => {
  const used = all(element, /(?:this|element)\.getAttribute\("([a-z]+)"\)/g);
  assert.deepEqual(all(section.slice(0, section.indexOf("| Property")), /^\| `([a-z]+)` \|/gm), used);
});

test("every property is documented and typed", () => {
  const body = element.slice(0, element.indexOf("connectedCallback"));
  const used = all(body, /^ {2}get ([a-z]+)\(\)/gm);
  const table = section.slice(section.indexOf("| Property"), section.indexOf("| Event"));
  assert.deepEqual(all(table, /^\| `([a-z]+)` \|/gm), used);
  assert.deepEqual(all(types, /^ {2}(?:readonly )?([a-z]+):/gm), used);
});

test("every event is documented", () => {
  assert.deepEqual(all(section.slice(section.indexOf("| Event")), /^\| `([a-z]+)` \|/gm), all(element, /#tell\("([a-z]+)"/g));
});

test("every part is documented", () => {
  const used = all(element + render, /part: ["`]([a-z]+)/g);
  assert.deepEqual(all(/the parts ([\s\S]*?), and the/.exec(section)[1], /`([a-z]+)`/g), used);
});

test("every custom property is documented", () => {
  assert.deepEqual(all(section, /`(--retort-[a-z-]+)`/g), all(styles + editor, /var\((--retort-[a-z-]+)/g));
});

test("the sizes in the package's README are measured", async () => {
  const built = await readFile(join(root, "package/README.md"), "utf8");
  const said = built.slice(built.indexOf("## Size"));
  assert.doesNotMatch(readme.slice(readme.indexOf("## Size")), /\d+ kB(?! for all)|\d MB/);
  assert.match(said, /the first part of WebAssembly, \d[\d.]+ (?:kB|MB), and the element, \d+ kB/);
});
