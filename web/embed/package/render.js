// What a review looks like, as nodes: text is only ever set as text.
import { highlight } from "./highlight.js";
import { concerns, placeIn, problemsOf } from "./source.js";

/** A node with attributes and children. */
export function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const gravity = { info: 0, warning: 1, error: 2 };

/** The code with the lines and words of its findings marked. */
export function code(text, language, example, findings) {
  const marks = new Map();
  for (const finding of findings) {
    const place = placeIn(example, finding);
    if (!place) continue;
    for (let line = place.line; line <= place.lastLine; line += 1) {
      const known = marks.get(line) ?? { level: finding.level, places: [] };
      if (gravity[finding.level] > gravity[known.level]) known.level = finding.level;
      if (place.line === place.lastLine) known.places.push(place);
      marks.set(line, known);
    }
  }
  const lines = highlight(text, language === "sql" ? "sql" : "python").map((pieces, number) => {
    const mark = marks.get(number);
    const spans = pieces.map((piece) => {
      const end = piece.from + piece.text.length;
      const hit = mark?.places.some((place) => piece.from < place.lastColumn && place.column < end && piece.text.trim() !== "");
      const classes = [piece.kind, hit ? "hit" : ""].filter(Boolean).join(" ");
      return classes ? make("span", { class: classes }, piece.text) : piece.text;
    });
    return make("span", { class: `line ${mark?.level ?? ""}`.trim(), "data-line": number }, ...spans, "\n");
  });
  return make("pre", {}, make("code", {}, ...lines));
}

/** The findings that concern what the reader sees, and everything that was not analysed. */
export function findings(report, example, { show, repair, rulePage }) {
  const found = report.findings.filter((finding) => concerns(example, finding));
  const items = found.map((finding) => {
    const place = placeIn(example, finding);
    const rule = rulePage ? make("a", { href: rulePage(finding.rule) }, finding.rule) : make("code", {}, finding.rule);
    return make(
      "li",
      { part: `finding ${finding.level}` },
      make("p", {}, make("span", { class: `level ${finding.level}` }, finding.level), " ", finding.message),
      finding.help ? make("p", {}, finding.help) : null,
      make(
        "p",
        { class: "quiet" },
        place && show ? make("button", { type: "button", click: () => show(place) }, `line ${place.line + 1}`) : null,
        place && !show ? `line ${place.line + 1} ` : null,
        " ",
        rule,
        finding.fix && repair ? make("button", { type: "button", click: () => repair(finding) }, `Fix: ${finding.fix.title}`) : null,
      ),
    );
  });
  const unread = [...problemsOf(example, report), ...report.not_analysed].map((entry) => {
    const what = entry.message ?? `Not analysed: ${entry.reason}`;
    const place = placeIn(example, entry);
    return make("li", { part: "unread" }, make("span", { class: "level warning" }, "not analysed"), " ", what, place ? ` (line ${place.line + 1})` : "");
  });
  if (items.length + unread.length === 0) return make("p", { class: "holds" }, "Nothing was found.");
  return make("ul", {}, ...items, ...unread);
}

const standing = { holds: "holds", fails: "fails", attest: "needs a person", unknown: "not analysed" };

/** The checklist with its reasons. */
export function checklist(report) {
  const items = report.checklist.map((item) =>
    make(
      "li",
      {},
      make("p", {}, make("span", { class: `level ${item.status}` }, standing[item.status]), ` ${item.item}. ${item.title}`),
      ...item.because.map((reason) => make("p", { class: "quiet" }, reason.text)),
    ),
  );
  return make("ol", {}, ...items);
}

/** One table per revision: a row for each lock, a column for each statement during which it is held. */
export function locks(report) {
  const parts = report.revisions.filter(({ under_review }) => under_review).flatMap((revision) => {
    const { steps } = revision.up;
    const rows = steps.flatMap((step, at) =>
      step.locks.filter(({ invisible }) => !invisible).map((lock) => ({ lock, from: at, to: step.autocommit ? at : lastOf(steps, at) })),
    );
    if (rows.length === 0) return [];
    const head = make("tr", {}, make("th", { scope: "col" }, "Lock"), ...steps.map((step, at) => make("th", { scope: "col" }, `${at + 1}. ${step.summary}`)));
    const body = rows.map(({ lock, from, to }) => {
      const cells = steps.map((_, at) => {
        const held = at >= from && at <= to;
        const blocks = lock.blocks_reads ? "reads and writes wait" : lock.blocks_writes ? "writes wait" : "held";
        return make("td", { class: held ? `held ${lock.blocks_reads ? "hard" : ""}` : "" }, held ? blocks : "");
      });
      const name = make("th", { scope: "row" }, `${lock.mode} on ${lock.relation}`, make("p", { class: "quiet" }, `until ${lock.held_until}`));
      return make("tr", {}, name, ...cells);
    });
    return [make("table", {}, make("caption", {}, `What ${revision.id} locks, statement by statement`), make("thead", {}, head), make("tbody", {}, ...body))];
  });
  return parts.length > 0 ? make("div", {}, ...parts) : make("p", { class: "holds" }, "No relation that others see is locked.");
}

/** The last statement of the transaction that the statement at `from` runs in. */
function lastOf(steps, from) {
  const next = steps.findIndex((step, at) => at > from && step.autocommit);
  return next < 0 ? steps.length - 1 : next - 1;
}

/** The picture; its colours come as a style sheet of their own, so that no policy on inline styles stops them. */
export function diagram(svg) {
  // The style is taken out before the picture is read: a strict policy would refuse it, and say so.
  let css = "";
  const bare = svg.replace(/<style>([^<]*)<\/style>/, (_, rules) => {
    css = rules;
    return "";
  });
  const picture = new DOMParser().parseFromString(bare, "image/svg+xml").documentElement;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return { node: document.importNode(picture, true), sheet };
}
