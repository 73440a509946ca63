#!/usr/bin/env node
// Checks the examples of built pages: `retort-check-examples FOLDER…`. Fails if one does not show what `expect` says.
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { review } from "./node.js";
import { concerns, readExample, unmetExpectations } from "./source.js";

/** The HTML files at and below a path. */
async function pages(path) {
  if (!(await stat(path)).isDirectory()) return [path];
  const inside = await readdir(path, { withFileTypes: true });
  const found = await Promise.all(inside.map((entry) => {
    const child = join(path, entry.name);
    if (entry.isDirectory()) return pages(child);
    return entry.name.endsWith(".html") ? [child] : [];
  }));
  return found.flat().sort();
}

/** The examples of a page. Enough of HTML for what generators write: the element never holds another one. */
export function examplesOf(html) {
  return [...html.matchAll(/<retort-review\b([^>]*)>([\s\S]*?)<\/retort-review>/g)].map(([, attributes, inside]) => {
    const blocks = [...inside.matchAll(/<pre\b([^>]*)>([\s\S]*?)<\/pre>/g)].map(([, own, content]) => ({
      file: attribute(own, "data-file"),
      history: /\bdata-history\b/.test(own),
      text: decode(content.replace(/<br\s*\/?>/g, "\n").replace(/<[^>]*>/g, "")).replace(/^\n/, ""),
    }));
    return {
      language: attribute(attributes, "language") ?? "auto",
      config: attribute(attributes, "config") ?? "",
      expect: attribute(attributes, "expect"),
      text: blocks.filter(({ file }) => file === null).map(({ text }) => text).join("\n").replace(/\s+$/, ""),
      hidden: blocks.filter(({ file }) => file !== null).map(({ file, text, history }) => ({ path: file, text, history })),
    };
  });
}

/** What is wrong with an example; empty if nothing is. */
export async function complaints({ text, language, config, expect, hidden }) {
  const example = readExample(text, language, hidden);
  const report = await review(example.files, { config });
  return unmetExpectations(expect, report.findings.filter((finding) => concerns(example, finding)));
}

function attribute(text, name) {
  const found = new RegExp(`(?:^|\\s)${name}=(?:"([^"]*)"|'([^']*)')`).exec(text);
  return found ? decode(found[1] ?? found[2]) : null;
}

const entities = { lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", amp: "&" };

function decode(text) {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name) return entities[name] ?? whole;
    return String.fromCodePoint(Number.parseInt(hex ?? decimal, hex ? 16 : 10));
  });
}

async function main(paths) {
  let checked = 0;
  let wrong = 0;
  for (const page of (await Promise.all(paths.map(pages))).flat()) {
    for (const example of examplesOf(await readFile(page, "utf8"))) {
      if (example.expect === null) continue;
      checked += 1;
      for (const complaint of await complaints(example)) {
        wrong += 1;
        console.error(`${page}: ${complaint}, in the example\n${example.text.replace(/^/gm, "    ")}\n`);
      }
    }
  }
  console.log(`${checked} examples checked, ${wrong} wrong`);
  process.exitCode = wrong > 0 || checked === 0 ? 1 : 0;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
