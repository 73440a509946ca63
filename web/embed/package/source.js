// From the text of an example to the files of a review, and from a place in a file back to a line of the text.

const FILE_MARKER = /^\s*(?:--|#)\s*file:\s*(\S+?)\s*(\(history\))?\s*$/;

/** Reads an example: its files, and for each where its lines stand in the text. */
export function readExample(text, language = "auto", hidden = []) {
  const parts = split(text);
  // Without a history, what came before is not known: a first revision would say that there was nothing.
  const number = Math.max(2, hidden.filter((file) => file.history).length + 1);
  const known = hidden.map(({ path, text: content, history }) => {
    const name = path ?? "0001_history.up.sql";
    return { path: name, text: content, history: history ?? true };
  });
  const alone = parts.length === 1 && parts[0].path === null;
  const read = parts.flatMap((part) => {
    const kind = kindOf(part, language);
    if (!alone) return [plain(part, part.path ?? `${padded(number)}_example.up.sql`)];
    return kind === "sql" ? halves(part, number) : [alembic(part, number)];
  });
  return { files: [...known, ...read.map(({ file }) => file)], places: read.map(({ place }) => place) };
}

/** The line (from 0) and columns (from 0) of a location, in the example's text; null if it stands elsewhere. */
export function placeIn(example, location) {
  const place = example.places.find(({ path }) => path === location.file);
  if (!place) return null;
  const line = location.line - 1 - place.prefix + place.first;
  if (location.line - 1 < place.prefix || line >= place.first + place.lines) return null;
  const lastLine = Math.min(location.end_line - 1 - place.prefix + place.first, place.first + place.lines - 1);
  const column = Math.max(0, location.column - 1 - place.indent);
  return { line, lastLine, column, lastColumn: Math.max(column, location.end_column - 1 - place.indent) };
}

/** Whether a finding is about what the reader sees: a fragment has no header and no downgrade to complain about. */
export function concerns(example, location) {
  const place = example.places.find(({ path }) => path === location.file);
  if (place?.half && location.rule === "no-downgrade") return false;
  return !place?.fragment || placeIn(example, location) !== null;
}

/** What is wrong with the input itself, but for files that only are there as history. */
export function problemsOf(example, report) {
  const past = new Set(example.files.filter(({ history }) => history).map(({ path }) => path));
  return report.problems.filter(({ file }) => !past.has(file));
}

const HALF_MARKER = /^\s*--\s*(up|down)\s*$/i;

/** The up and down files of an example in SQL; one that shows no way back is not blamed for it. */
function halves(part, number) {
  const marks = part.lines.flatMap((line, at) => {
    const found = HALF_MARKER.exec(line);
    return found ? [{ at, side: found[1].toLowerCase() }] : [];
  });
  const name = (side) => `${padded(number)}_example.${side}.sql`;
  if (marks.length === 0) {
    const { file, place } = plain(part, name("up"));
    return [{ file, place: { ...place, half: true } }];
  }
  return marks.map(({ at, side }, index) => {
    const lines = part.lines.slice(at + 1, marks[index + 1]?.at);
    return plain({ ...part, lines, first: part.first + at + 1 }, name(side));
  });
}

function split(text) {
  const lines = text.split("\n");
  const marked = lines.flatMap((line, at) => {
    const found = FILE_MARKER.exec(line);
    return found ? [{ at, path: found[1], history: found[2] !== undefined }] : [];
  });
  if (marked.length === 0) return [{ path: null, history: false, first: 0, lines }];
  return marked.map(({ at, path, history }, index) => {
    const end = marked[index + 1]?.at ?? lines.length;
    return { path, history, first: at + 1, lines: lines.slice(at + 1, end) };
  });
}

function kindOf(part, language) {
  if (language !== "auto") return language;
  if (part.path) return part.path.endsWith(".py") ? "alembic" : "sql";
  return looksLikePython(part.lines.join("\n")) ? "alembic" : "sql";
}

/** Whether a text is Python that speaks to Alembic. */
export function looksLikePython(text) {
  return /^\s*(?:(?:from|import)\s+\w+|def\s+\w+\(|op\.\w+\(|with\s+op\.)/m.test(text);
}

function plain(part, path) {
  const file = { path, text: part.lines.join("\n"), history: part.history };
  const place = { path, first: part.first, lines: part.lines.length, prefix: 0, indent: 0, fragment: false };
  return { file, place };
}

/** A fragment of Python as the whole file of a revision. */
export function alembicFile(text, number) {
  return alembic({ path: null, history: false, first: 0, lines: text.split("\n") }, number).file;
}

/** A Python example; a fragment gets the header and the function that it leaves out. */
function alembic(part, number) {
  const path = `${padded(number)}_example.py`;
  const text = part.lines.join("\n");
  const fragment = !/^revision\b/m.test(text);
  if (!fragment) return plain(part, path);
  const bare = !/^\s*def\s/m.test(text);
  const parent = number > 1 ? padded(number - 1) : null;
  const header = [
    '"""An example.',
    "",
    `Revision ID: ${padded(number)}`,
    `Revises: ${parent ?? ""}`,
    "Create Date: 2026-01-05 10:00:00",
    '"""',
    "",
    "from alembic import op",
    "import sqlalchemy as sa",
    "from sqlalchemy.dialects import postgresql",
    "from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID",
    "",
    `revision = "${padded(number)}"`,
    `down_revision = ${parent === null ? "None" : `"${parent}"`}`,
    "",
    "",
    ...(bare ? ["def upgrade() -> None:"] : []),
  ];
  const indent = bare ? 4 : 0;
  const body = part.lines.map((line) => (line === "" ? line : " ".repeat(indent) + line));
  return {
    file: { path, text: [...header, ...body].join("\n"), history: false },
    place: { path, first: part.first, lines: part.lines.length, prefix: header.length, indent, fragment: true },
  };
}

function padded(number) {
  return String(number).padStart(4, "0");
}

/** What `expect` asks for and the findings do not show: rules that are missing; for `-rule` and `clean`, findings that are there. */
export function unmetExpectations(expect, findings) {
  const words = (expect ?? "").split(/[\s,]+/).filter(Boolean);
  const shown = new Set(findings.map((finding) => finding.rule));
  return words.flatMap((word) => {
    if (word.startsWith("-")) return shown.has(word.slice(1)) ? [`${word.slice(1)} was found`] : [];
    if (word !== "clean") return shown.has(word) ? [] : [`${word} was not found`];
    return findings.filter(({ level }) => level !== "info").map(({ rule }) => `${rule} was found`);
  });
}
