// A lesson is Markdown: a head with `title`, `goal` (rules that must be gone, as `expect` writes them) and `keeps` (words, apart
// by `;`, that a change of the schema or a statement's summary must still have), then text, the fences `history`, `config`,
// `broken` and `solution`, and headings `Hint`.
import { alembicFile } from "../embed/package/source.js";

/** The parts of a Markdown text: lines of text, and fences as `{ language, words, text }`. */
export function parts(markdown) {
  const found = [];
  let fence = null;
  for (const line of markdown.split("\n")) {
    const mark = /^```(.*)$/.exec(line);
    if (fence && mark) {
      found.push({ ...fence, text: fence.lines.join("\n") });
      fence = null;
    } else if (fence) fence.lines.push(line);
    else if (mark) {
      const [language = "", ...words] = mark[1].trim().split(/\s+/);
      fence = { info: mark[1], language, words, lines: [] };
    } else found.push({ line });
  }
  return found;
}

/** Reads a lesson's Markdown; fails with what it lacks. */
export function readLesson(markdown, id) {
  const read = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(markdown.replaceAll("\r\n", "\n"));
  if (!read) throw new Error("it does not begin with a head between two lines of ---");
  const [, head, body] = read;
  const values = Object.fromEntries(head.split("\n").map((line) => line.split(/:\s*/, 2)));
  const fences = parts(body).filter(({ text }) => text !== undefined);
  const one = (word) => fences.find(({ words }) => words.includes(word));
  for (const name of ["title", "goal"]) if (!values[name]) throw new Error(`its head has no ${name}`);
  if (!one("broken")) throw new Error("it has no fence with the word broken");
  return {
    id,
    title: values.title,
    goal: values.goal,
    keeps: values.keeps ?? "",
    body,
    history: fences.filter(({ words }) => words.includes("history")),
    config: one("config")?.text ?? "",
    broken: one("broken"),
    solution: one("solution"),
  };
}

/** A piece of history as a file beside an example in `language`; none if SQL cannot follow it. */
export function pastFile(fence, language, number) {
  if (fence.language === "python" && language === "sql") return null;
  const name = fence.words.find((word) => word.startsWith("file="))?.slice(5);
  const quoted = fence.language === "sql" && language === "alembic" ? `op.execute("""\n${fence.text}\n""")` : fence.text;
  const file = language === "alembic" ? alembicFile(quoted, number) : { path: `${String(number).padStart(4, "0")}_history.up.sql`, text: fence.text };
  return { path: name ?? file.path, text: file.text };
}
