// The guided lessons in the app, loaded when they are first asked for. They are the Markdown of `docs/lessons`.
import { unmetGoals } from "../embed/package/goals.js";
import { readExample } from "../embed/package/source.js";
import { parts, pastFile, readLesson } from "./read.js";
import tenantTable from "../../docs/lessons/01-tenant-table.md";
import timestamps from "../../docs/lessons/02-timestamps.md";
import requiredColumn from "../../docs/lessons/03-required-column.md";
import rename from "../../docs/lessons/04-rename.md";
import index from "../../docs/lessons/05-index.md";
import foreignKey from "../../docs/lessons/06-foreign-key.md";
import downgrade from "../../docs/lessons/07-downgrade.md";
import batches from "../../docs/lessons/08-batches.md";
import destructive from "../../docs/lessons/09-destructive.md";
import twoHeads from "../../docs/lessons/10-two-heads.md";

const built = new Map([
  ["01-tenant-table", tenantTable],
  ["02-timestamps", timestamps],
  ["03-required-column", requiredColumn],
  ["04-rename", rename],
  ["05-index", index],
  ["06-foreign-key", foreignKey],
  ["07-downgrade", downgrade],
  ["08-batches", batches],
  ["09-destructive", destructive],
  ["10-two-heads", twoHeads],
]);

/** The lessons that come with the app, in their order. */
export function all() {
  return [...built].map(([id, markdown]) => ({ id, title: readLesson(markdown, id).title, solved: isSolved(id) }));
}

/** A lesson with all that is shown of it and the files it begins with. `markdown` is that of a team's own. */
export function open({ id, markdown }) {
  const lesson = read(id, markdown);
  const ids = [...built.keys()];
  const at = markdown ? -1 : ids.indexOf(id);
  const { text, hints } = told(lesson.body);
  return {
    title: lesson.title,
    place: at < 0 ? null : `Lesson ${at + 1} of ${ids.length}`,
    next: ids[at + 1] ?? null,
    text,
    hints,
    solution: lesson.solution?.text ?? null,
    config: lesson.config,
    files: example(lesson).files.map(({ path, text, history }) => ({ path, text, history: history ?? false })),
    solved: isSolved(key(id, markdown)),
  };
}

/** What is still missing of a lesson's goal; one that is reached is remembered. */
export function missing({ id, markdown }, report) {
  const lesson = read(id, markdown);
  const begun = example(lesson);
  const past = new Set(begun.files.filter(({ history }) => history).map(({ path }) => path));
  const found = report.findings.filter((finding) => !past.has(finding.file) && !isExcused(begun, finding));
  const left = unmetGoals(lesson, begun, report, found);
  if (left.length === 0) remember(key(id, markdown));
  return left;
}

function read(id, markdown) {
  const text = markdown ?? built.get(id);
  if (text === undefined) throw new Error(`there is no lesson ${id}`);
  return readLesson(text, id);
}

function example(lesson) {
  const language = lesson.broken.language === "python" ? "alembic" : "sql";
  const past = lesson.history.map((fence, at) => pastFile(fence, language, at + 1)).filter(Boolean);
  return readExample(lesson.broken.text, language, past.map((file) => ({ ...file, history: true })));
}

/** What the lesson does not show cannot be blamed: the header of a fragment, the way back of half a pair. */
function isExcused(begun, { file, line, rule }) {
  const place = begun.places.find(({ path }) => path === file);
  return Boolean(place && ((place.half && rule === "no-downgrade") || (place.fragment && line <= place.prefix)));
}

/** The task, and the hints under their headings. */
function told(body) {
  const sections = [[]];
  for (const { line } of parts(body)) {
    if (line === undefined) continue;
    if (/^## Hint/.test(line)) sections.push([]);
    else sections.at(-1).push(line);
  }
  const [text, ...hints] = sections.map((lines) => lines.join("\n").trim());
  return { text, hints };
}

// The documentation beside the app remembers under the same names.
function key(id, markdown) {
  return markdown ? `own/${id}` : id;
}

/** Storage may be forbidden; the lessons then forget. */
function isSolved(key) {
  try {
    return localStorage.getItem(`retort-lesson:${key}`) !== null;
  } catch {
    return false;
  }
}

function remember(key) {
  try {
    localStorage.setItem(`retort-lesson:${key}`, "solved");
  } catch {
    // The lesson works all the same.
  }
}
