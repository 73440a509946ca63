// The examples of our own documentation as files: what a review of an ordinary migration is measured by.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parts, pastFile } from "../lessons/read.js";
import { readExample } from "./package/source.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Every example, as the files that a review takes. */
export async function documented() {
  return (await pages()).flatMap((page) => [...examples(page)]);
}

/** Every fence of SQL or Python on a page, with the history above it, as files. */
function* examples(markdown) {
  let history = [];
  for (const part of parts(markdown)) {
    const has = (word) => part.words?.includes(word);
    if (part.line?.startsWith("## ")) history = [];
    else if (has("history")) history.push(part);
    else if (part.language === "sql" || part.language === "python") {
      const language = part.language === "python" ? "alembic" : "sql";
      const past = history.map((fence, at) => pastFile(fence, language, at + 1)).filter(Boolean);
      yield readExample(part.text, language, past.map((file) => ({ ...file, history: true }))).files;
      // As a project's only file, given to the API.
      if (past.length === 0) yield [{ path: language === "sql" ? "0001_first.sql" : "0001_first.py", text: part.text }];
    }
  }
}

async function pages() {
  const inside = async (folder, recursive) => (await readdir(join(root, folder), { recursive })).map((name) => join(root, folder, name));
  const folders = [inside("docs"), inside("docs/site"), inside("docs/lessons"), inside("crates/core/src/rules", true)];
  const files = (await Promise.all(folders)).flat().sort();
  return Promise.all(files.filter((path) => path.endsWith(".md")).map((path) => readFile(path, "utf8")));
}
